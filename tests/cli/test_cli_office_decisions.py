"""Decisions of the whole office (`exempt --scope rule`, `improve`): who may, what they reach, how they are listed and taken back."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from cli_desk import Answer, Desk, prepared

from bbcs import open_ledger
from bbcs.calendar.dates import CST
from bbcs.errors import GateClosed

RULE = (
    "exempt",
    "--scope",
    "rule",
    "--paper",
    "平面图",
    "--reason",
    "已有底图",
    "--authority",
    "审批局",
)
CATALOGUE = "事项,单位,法定时限,承诺时限,材料,前置\n卫生许可,卫健局,20,5,平面图;合同,\n诊所备案,卫健局,20,5,合同,\n"


@prepared
def window(desk: Desk) -> Desk:
    """A home with a catalogue of two items and a clerk who is no leader."""
    path = desk.home.parent / "事项.csv"
    path.write_text(CATALOGUE, encoding="utf-8")
    desk.ok("station", "items", "load", path)
    desk.ok("station", "operator", "add", "li", "--name", "李经办")
    return desk


def rule(desk: Desk, *more: object, day: str = "2026-03-05", item: str = "卫生许可") -> Answer:
    return desk(*RULE, "--item", item, "--effective", day, *more)


def test_a_rule_is_a_leaders_and_for_an_item_of_the_catalogue(window: Desk) -> None:
    before = window.entries()
    assert rule(window, "--as", "li").code == 14
    unknown = rule(window, item="卫生许口")
    assert (unknown.code, "是不是“卫生许可”" in unknown.err) == (13, True)
    late = rule(window, day="2025-01-01")
    assert (late.code, "--late-reason" in late.err) == (2, True)
    assert window.entries() == before
    assert rule(window, "--late-reason", "文件早已下发", day="2025-01-01").code == 0


def test_a_rule_reaches_open_cases_from_its_day_on(window: Desk) -> None:
    """At once where it is in force; later with the first step of the case on or after its day."""
    owing = window.take(matter="卫生许可")
    other = window.take(number=2, matter="诊所备案")
    window.ok("gap", owing, "--owe", "平面图=2026-03-20")
    assert rule(window, day="2026-03-10").code == 0
    assert window.json("show", owing)["standing"]["waived"] == []
    later = Desk(window.home, "2026-03-10T09:00")
    later.ok("triage", owing, "--difficulty", "复杂")
    shown = later.json("show", owing, "--history")
    assert shown["standing"]["waived"] == ["平面图"]
    (waived,) = [one for one in shown["history"] if one["kind"] == "Exempted"]
    assert (waived["data"]["rule"], waived["data"]["scope"]) == (
        later.json("exempt", "--list")["decisions"][0]["seq"],
        "case",
    )
    assert [row["case_no"] for row in later.json("list", "--flag", "gaps_open")["cases"]] == []
    third = later.take(number=3, matter="诊所备案")
    later.ok("gap", third, "--owe", "合同=2026-03-20")
    assert rule(later, "--paper", "合同", item="诊所备案", day="2026-03-10").code == 0
    assert [later.json("show", no)["standing"]["waived"] for no in (third, other)] == [
        ["合同"],
        ["合同"],
    ]
    assert later.json("ledger", "verify", "--full")["ok"] is True


def test_a_rule_is_listed_and_taken_back(window: Desk) -> None:
    assert rule(window).code == 0
    (listed,) = window.json("exempt", "--list")["decisions"]
    assert (listed["item"], listed["paper"], listed["effective"]) == (
        "卫生许可",
        "平面图",
        "2026-03-05",
    )
    assert "免：平面图" in window.ok("exempt", "--list").out
    (item,) = window.json("station", "items", "show", "卫生许可")["items"]
    assert item["waived"] == [{"paper": "平面图", "effective": "2026-03-05", "authority": "审批局"}]
    assert window("exempt", "--undo", listed["seq"], "--as", "li").code == 14
    kpi = ("report", "kpi", "--month", "2026-03")
    assert counted(window, *kpi) == 1
    window.ok("exempt", "--undo", listed["seq"], "--note", "上级收回")
    assert window.json("exempt", "--list")["decisions"] == []
    assert window.ok("exempt", "--list").out == "（没有）\n"
    assert window("exempt", "--undo", listed["seq"]).code == 11
    assert window.json("station", "items", "show", "卫生许可")["items"][0]["waived"] == []
    assert counted(window, *kpi) == 0
    assert "平面图" in window.json("show", window.take(matter="卫生许可"))["standing"]["papers"]
    assert window.json("ledger", "verify", "--full")["ok"] is True
    window.ok("ledger", "rebuild")
    assert window.json("ledger", "verify", "--full")["ok"] is True


def counted(desk: Desk, *report: str, key: str = "waivers_rule") -> int:
    return next(one["count"] for one in desk.json(*report)["counts"] if one["key"] == key)


def test_the_same_paper_is_waived_once(window: Desk) -> None:
    """By rule for an item, whatever the day; and for a case."""
    assert rule(window).code == 0
    (first,) = window.json("exempt", "--list")["decisions"]
    no = window.take(matter="诊所备案")
    window.ok("exempt", no, "--paper", "合同", "--reason", "可核验", "--authority", "审批局")
    health = window.take(number=2, matter="卫生许可")
    before = window.entries()
    for day in ("2026-03-05", "2026-03-20", "2026-06-01"):
        again = rule(window, day=day)
        assert again.code == 13
        assert f"第 {first['seq']} 条" in again.err
        assert f"bbcs exempt --undo {first['seq']}" in again.err
    earlier = rule(window, "--late-reason", "文件早已下发", day="2026-02-01")
    assert (earlier.code, "--undo" in earlier.err) == (13, True)
    of_a_case = window(*RULE[:1], health, *RULE[1:], "--effective", "2026-03-05")
    assert (of_a_case.code, "--undo" in of_a_case.err) == (13, True)
    for short, paper in ((no, "合同"), (health, "平面图")):
        once_more = window(
            "exempt", short, "--paper", paper, "--reason", "可核验", "--authority", "审批局"
        )
        assert (once_more.code, "早已免予提供" in once_more.err) == (13, True)
    assert window.entries() == before
    report = ("report", "kpi", "--month", "2026-03")
    assert counted(window, *report) == 1
    assert counted(window, *report, key="waivers_case") == 1
    window.ok("exempt", "--undo", first["seq"])
    assert rule(window, day="2026-06-01").code == 0
    assert len(window.json("exempt", "--list")["decisions"]) == 1


def test_a_rule_that_was_made_on_a_case_is_not_made_again(window: Desk) -> None:
    no = window.take(matter="卫生许可")
    window.ok(*RULE[:1], no, *RULE[1:], "--effective", "2026-03-05")
    before = window.entries()
    again = rule(window)
    (listed,) = window.json("exempt", "--list")["decisions"]
    assert again.code == 13
    assert f"记在 {no}" in again.err
    assert f"bbcs exempt --undo {listed['seq']}" in again.err
    assert window(*RULE[:1], no, *RULE[1:], "--effective", "2026-03-05").code == 13
    assert window.entries() == before
    window.ok("undo", no)
    assert rule(window).code == 0


RULE_FIELDS = {
    "scope": "rule",
    "item": "卫生许可",
    "paper": "平面图",
    "reason": "已有底图",
    "authority": "审批局",
    "effective": "2026-03-05",
}


def test_a_list_of_acts_makes_a_rule_once(window: Desk) -> None:
    first, second = window.take(matter="卫生许可"), window.take(number=2, matter="卫生许可")
    rows = [{"verb": "exempt", "case_no": no, **RULE_FIELDS} for no in (first, second)]
    before = window.entries()
    refused = window("act", "--from", "-", stdin=json.dumps(rows))
    assert (refused.code, "早已定为规定" in refused.err) == (40, True)
    assert window.entries() == before


def test_a_rule_that_was_sent_twice_with_its_key_is_answered(window: Desk) -> None:
    for _ in range(2):
        assert rule(window, "--once", "a1").code == 0
    assert len(window.json("exempt", "--list")["decisions"]) == 1


def test_the_api_refuses_the_second_rule_too(window: Desk) -> None:
    now = datetime(2026, 3, 5, 9, tzinfo=CST)
    with open_ledger(window.home, actor="demo", now=now) as office:
        office.act("", "exempt", **RULE_FIELDS)
        with pytest.raises(GateClosed, match="早已定为规定"):
            office.act("", "exempt", **RULE_FIELDS)
        assert len(office.decisions("exempt")) == 1


def test_an_improvement_is_taken_back(window: Desk) -> None:
    no = window.take()
    window.ok("improve", "--kind", "规则修改", "--what", "改条件", "--case", no)
    (listed,) = window.json("improve", "--list")["decisions"]
    assert (listed["kind"], "what" in listed) == ("rule_change", False)
    assert len(window.json("show", no)["improvements"]) == 1
    window.ok("improve", "--undo", listed["seq"])
    assert window.json("show", no)["improvements"] == []
    assert counted(window, "report", "kpi", "--month", "2026-03", key="improvements") == 0
    assert window.json("ledger", "verify", "--full")["ok"] is True


def test_a_rule_that_was_made_on_a_case_is_listed_and_taken_back(window: Desk) -> None:
    """With the rules made without one, whatever was done with the case since."""
    no, other = window.take(matter="卫生许可"), window.take(number=2, matter="卫生许可")
    window.ok("gap", other, "--owe", "平面图=2026-03-20")
    window.ok("exempt", other, "--paper", "合同", "--reason", "可核验", "--authority", "审批局")
    assert rule(window, "--paper", "合同", item="诊所备案").code == 0
    window.ok(*RULE[:1], no, *RULE[1:], "--item", "卫生许可", "--effective", "2026-03-05")
    window.ok("note", no, "--text", "后来又办了别的")
    listed = window.json("exempt", "--list")["decisions"]
    assert [(one["case_no"], one["paper"]) for one in listed] == [(None, "合同"), (no, "平面图")]
    assert f"免：平面图  审批局  记在 {no}" in window.ok("exempt", "--list").out
    seq = listed[1]["seq"]
    assert "bbcs exempt --undo" in window.fails(13, "void", no, "--reason", "误登").err
    assert window("improve", "--undo", seq).code == 11
    assert window("exempt", "--undo", seq, "--as", "li").code == 14
    assert window("exempt", "--undo", seq, "--dry-run").code == 0
    assert len(window.json("exempt", "--list")["decisions"]) == 2
    done = window.json("exempt", "--undo", seq, "--note", "上级收回")
    assert (done["kind"], done["undone"]) == ("Undone", seq)
    assert [one["case_no"] for one in window.json("exempt", "--list")["decisions"]] == [None]
    assert counted(window, "report", "kpi", "--month", "2026-03") == 1
    shown = window.json("show", no, "--history")
    assert (shown["standing"]["waived"], shown["history"][-1]["data"]["undone"]) == ([], "Exempted")
    assert (
        "平面图"
        in window.json("show", window.take(number=3, matter="卫生许可"))["standing"]["papers"]
    )
    assert window.json("show", other)["standing"]["waived"] == ["合同", "平面图"]
    assert window("exempt", "--undo", seq).code == 11
    assert rule(window).code == 0
    assert window.json("ledger", "verify", "--full")["ok"] is True
    window.ok("ledger", "rebuild")
    assert len(window.json("exempt", "--list")["decisions"]) == 2
    assert window("void", no, "--reason", "误登").code == 0


def test_an_improvement_that_was_made_on_a_case_is_listed_and_taken_back(window: Desk) -> None:
    first, second = window.take(), window.take(number=2)
    window.ok("resolve", first, "--outcome", "解决", "--measures", "办好")
    window.ok("improve", first, "--kind", "规则修改", "--what", "改条件", "--case", second)
    window.ok("improve", "--kind", "流程再造", "--what", "改流程")
    window.ok("note", first, "--text", "后来又办了别的")
    own, whole = window.json("improve", "--list")["decisions"]
    assert (own["case_no"], own["case"], whole["case_no"]) == (first, [second], None)
    assert f"改条件  记在 {first}" in window.ok("improve", "--list").out
    window.ok("improve", "--undo", own["seq"])
    assert [one["seq"] for one in window.json("improve", "--list")["decisions"]] == [whole["seq"]]
    assert window.json("show", second)["improvements"] == []
    assert counted(window, "report", "kpi", "--month", "2026-03", key="improvements") == 1
    assert window.json("ledger", "verify", "--full")["ok"] is True


def test_the_api_lists_and_takes_back_what_was_made_on_a_case(window: Desk) -> None:
    no = window.take(matter="卫生许可")
    now = datetime(2026, 3, 5, 9, 20, tzinfo=CST)
    with open_ledger(window.home, actor="demo", now=now) as office:
        office.act(no, "exempt", **RULE_FIELDS)
        (listed,) = office.decisions("exempt")
        assert listed["case_no"] == no
        office.take_back("exempt", listed["seq"], "上级收回")
        assert office.decisions("exempt") == []


@pytest.mark.parametrize(
    "args",
    [
        ("exempt", "--undo", "²"),
        ("exempt", "--list", "--undo", "3"),
        ("exempt", "--list", "--paper", "平面图"),
        ("improve", "0001", "--list"),
    ],
)
def test_lists_and_undo_stand_alone(window: Desk, args: tuple[str, ...]) -> None:
    before = window.entries()
    assert window(*args).code == 2
    assert window.entries() == before


def test_an_entry_of_another_kind_is_not_taken_back(window: Desk) -> None:
    assert rule(window).code == 0
    (listed,) = window.json("exempt", "--list")["decisions"]
    refused = window("improve", "--undo", listed["seq"])
    assert (refused.code, "还算数的规定" in refused.err) == (11, True)
