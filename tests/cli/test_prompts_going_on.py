"""The next step of a case in the same sitting: offered before an act is saved, one transaction each."""

from __future__ import annotations

import sys

import pytest
from cli_desk import Desk, case, name
from pty_screen import CTRL_C, CTRL_D, ENTER, Person

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

NUMBER = "ZY01-20260305-0001"
INTAKE = f"诊所备案\n通不过\n{name(1)}\n\n\n\n\n\n"


def kinds(desk: Desk) -> list[str]:
    return [one["kind"] for one in desk.json("show", "1", "--history")["history"]]


def test_a_case_is_taken_graded_and_handed_over_in_one_sitting(desk: Desk):
    desk.ok("station", "unit", "add", "区医保局")
    with Person(desk, "intake") as person:
        person.type(INTAKE).sees("回车保存，接着研判打 0").type("0\n")
        person.sees(f"{NUMBER} 已受理").sees(f"{NUMBER}  诊所备案").sees("难易程度")
        assert desk.json("show", "1")["phase"] == "accepted", "saved before the next is asked"
        person.type("一般\n\n\n").sees("接着交办打 0").type("０\n").sees("主办单位")
        person.type("1\n\n\n").sees("回车保存，改某项").type(ENTER)
        assert person.done() == 0, person.text
    assert kinds(desk) == ["Registered", "Accepted", "Triaged", "Assigned"]


@pytest.mark.parametrize("way", [CTRL_C, CTRL_D, "", "give up"])
def test_a_way_out_of_the_next_step_keeps_what_was_saved(desk: Desk, way: str):
    with Person(desk, "intake") as person:
        person.type(INTAKE).sees("接着研判打 0").type("接着\n").sees("难易程度")
        if way == "give up":
            person.type("一般\n\n\n").sees("接着交办").type("q\ny\n")
        elif way:
            person.type(way)
        else:
            person.close()
        assert person.done() == 0, person.text
        if way:
            person.sees("研判没有记；前面保存的都在")
    assert kinds(desk) == ["Registered", "Accepted"]


def test_a_refused_next_step_says_so_and_keeps_what_was_saved(desk: Desk):
    """Somebody else withdraws the case while it is graded."""
    with Person(desk, "intake") as person:
        person.type(INTAKE).sees("接着研判打 0").type("0\n").sees("难易程度").type("一般\n\n\n")
        person.sees("接着交办打 0")
        desk.ok("withdraw", "1", "--reason", "不办了")
        person.type("0\n").sees("现为“已撤回”").sees("保存打 y").type("q\ny\n")
        assert person.done() == 0, person.text
        person.sees("研判没有记")
    assert kinds(desk) == ["Registered", "Accepted", "Withdrawn"]


def test_what_follows_is_what_the_case_needs_then(desk: Desk):
    desk.take(**case(1))
    with Person(desk, "resolve", "1") as person:
        person.sees("办理结果").type("1\n改名\n").sees("接着回访打 0").type("0\n")
        person.sees("打通了").type("y\nn\n1\n没解决\n").sees("接着重办打 0").type("0\n")
        person.sees("为什么重办").type("又不行\n")
        assert person.done() == 0, person.text
    assert kinds(desk)[-3:] == ["Resolved", "CalledBack", "Reopened"]


def test_nothing_follows_where_a_program_reads_or_nothing_is_kept(desk: Desk):
    for option in ("--json", "--quiet", "--dry-run"):
        with Person(desk, "intake", option) as person:
            person.type(INTAKE).sees("回车保存，改某项").type("q\ny\n")
            assert person.done() == 15, person.text


def test_no_one_key_signs_for_a_unit_or_records_an_answer(desk: Desk):
    desk.take(**case(1))
    with Person(desk, "assign", "1") as person:
        person.sees("主办单位").type("区医保局\n\n\n\n").sees("回车保存，改某项").type("0\n")
        person.sees("请选一样").type("\n")
        assert person.done() == 0, person.text
    assert kinds(desk)[-1] == "Assigned"
