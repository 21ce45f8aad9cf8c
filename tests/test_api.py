"""The Python API gives the same answers and refusals as the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

import bbcs
from bbcs.calendar.dates import CST
from bbcs.cli import run
from bbcs.errors import BadDate, BbcsError, MissingInput, TransitionRefused, UnknownWord

NOW = datetime(2022, 6, 25, 9, 10, tzinfo=CST)
CLINIC = {
    "matter": "诊所执业备案",
    "demand": "名称通不过",
    "reporter": "陈试验",
    "phone": "13800000001",
}


@pytest.fixture
def home(tmp_path):
    assert (
        run(
            [
                "--home",
                str(tmp_path / "home"),
                "init",
                "--station",
                "ZY01",
                "--name",
                "沾益站",
                "--pack",
                "zhanyi",
            ]
        )
        == 0
    )
    return tmp_path / "home"


def test_the_calendar_is_public():
    assert bbcs.WorkCalendar().add(date(2026, 9, 30), 3) == date(2026, 10, 10)


def test_a_case_from_intake_to_report(home):
    with bbcs.open_ledger(home, now=NOW) as window:
        case = window.intake(**CLINIC)
        assert (case["case_no"], case["reporter"]) == ("ZY01-20220625-0001", "陈**")
        case = window.act("0001", "triage", difficulty="complex")
    assert case["clocks"][0]["due"] == "2022-07-08"
    with bbcs.open_ledger(home, now=NOW, write=False) as window:
        assert [row["case_no"] for row in window.find(difficulty="complex")] == [case["case_no"]]
        assert window.case("0001")["version"] == 3
        assert window.report("2022-06")["counts"]["received"] == 1


def test_a_refusal_keeps_nothing(home):
    def taken_and_closed():
        with bbcs.open_ledger(home, now=NOW) as window:
            window.intake(**CLINIC)
            window.act("0001", "close")

    with pytest.raises(TransitionRefused):
        taken_and_closed()
    with bbcs.open_ledger(home, now=NOW, write=False) as window:
        assert window.find() == []


def test_an_unknown_act_is_refused_with_the_nearest(home):
    with bbcs.open_ledger(home, now=NOW) as window:
        window.intake(**CLINIC)
        with pytest.raises(UnknownWord, match="triage"):
            window.act("0001", "trage")


def test_lists_are_asked_for_in_the_words_of_the_command_line(home):
    with bbcs.open_ledger(home, now=NOW) as window:
        no = window.intake(**CLINIC, demand_kind="complaint")["case_no"]
        window.act("0001", "triage", difficulty="complex", fast=True)
        for filters in (
            {"kind": "投诉"},
            {"phase": "triaged"},
            {"flag": "快速通道"},
            {"phase": ["已研判"], "flag": ["fast_lane"]},
            {"all": True},
        ):
            assert [row["case_no"] for row in window.find(**filters)] == [no], filters
        assert window.find(phases=["accepted"]) == window.find(flag="督办") == []
        with pytest.raises(UnknownWord, match="phase"):
            window.find(phasen="triaged")


def test_a_time_without_a_zone_is_in_china_and_one_in_another_zone_is_carried_over(home):
    for now in (datetime(2022, 6, 25, 9, 10), datetime(2022, 6, 25, 1, 10, tzinfo=UTC)):
        with bbcs.open_ledger(home, now=now) as window:
            assert window.intake(**CLINIC)["received_at"] == "2022-06-25T09:10:00+08:00"


def test_the_environment_says_when_and_who(home, monkeypatch):
    monkeypatch.setenv("BBCS_NOW", "2022-06-25T09:10")
    assert (
        run(
            [
                "--home",
                str(home),
                "station",
                "operator",
                "add",
                "wang",
                "--name",
                "王站长",
                "--role",
                "clerk",
            ]
        )
        == 0
    )
    monkeypatch.setenv("BBCS_AS", "wang")
    with bbcs.open_ledger(home) as window:
        window.intake(**CLINIC)
    events = _history(home)
    assert {(one["actor"], one["clock"], one["recorded_at"]) for one in events} == {
        ("wang", "set", "2022-06-25T09:10:00+08:00")
    }
    monkeypatch.setenv("BBCS_NOW", "2022-06-25 09:10")
    with pytest.raises(BadDate, match="BBCS_NOW"), bbcs.open_ledger(home):
        pass


def _history(home):
    import json
    from contextlib import redirect_stdout
    from io import StringIO

    screen = StringIO()
    with redirect_stdout(screen):
        assert run(["--home", str(home), "show", "0001", "--history", "--json"]) == 0
    return json.loads(screen.getvalue())["history"]


def test_a_refused_request_leaves_nothing_though_the_caller_goes_on(home):
    with bbcs.open_ledger(home, now=NOW) as window:
        numbers = [
            window.intake(**CLINIC | {"matter": f"事项{number}", "phone": f"1380000001{number}"})[
                "case_no"
            ]
            for number in range(3)
        ]
        window.act(numbers[2], "withdraw", reason="自行办好")
        with pytest.raises(TransitionRefused):
            window.act(numbers[0], "merge", group="甲组", **{"with": numbers[1:]})
        with pytest.raises(BbcsError):
            window.intake(**CLINIC | {"items": [f"事项名称{number}" for number in range(5000)]})
        window.act(numbers[1], "note", text="接着记")
    with bbcs.open_ledger(home, now=NOW) as window:
        assert [window.case(number)["version"] for number in numbers] == [2, 3, 3]
        assert window.intake(**CLINIC)["case_no"].endswith("0004")
    assert run(["--home", str(home), "ledger", "verify", "--full"]) == 0


def test_what_belongs_to_no_case_is_done_without_a_number(home):
    with bbcs.open_ledger(home, now=NOW) as window:
        assert window.act("", "consult", visitors=3, answered=2)["visitors"] == 3
        assert window.act("", "improve", kind="rule_change", what="改条件")["kind"] == "Improved"
        with pytest.raises(MissingInput, match="编号"):
            window.act("", "note", text="没有件")
