"""The conduct track: nobody leaves it alone, and those complained of stay out of every act (C31)."""

from __future__ import annotations

import json

import pytest
from cli_desk import Desk, prepared

from bbcs.domain.acts.table import ACTS
from bbcs.domain.protection import NAMING

UNIT = "区城管局"
SOLVED = ("--outcome", "已解决", "--measures", "谈过话")


@prepared
def staff(desk: Desk) -> Desk:
    """A complaint about staff; a clerk and a leader at the window."""
    desk.ok("station", "operator", "add", "li", "--name", "李经办", "--role", "clerk")
    desk.ok("station", "operator", "add", "wang", "--name", "王站长", "--role", "leader")
    desk.take(track="conduct", failed_unit=UNIT)
    return desk


def found(desk: Desk) -> list[str]:
    every = desk("check", "--json").json["findings"]
    return [one["what"] for one in every if one["code"] == "C31"]


LEAVING = [
    ("triage", "0001", "--difficulty", "一般", "--track", "normal", "--note", "不是作风问题"),
    ("correct", "0001", "--field", "track", "--new", "normal", "--why", "登记错了"),
    ("correct", "0001", "--field", "failed_unit", "--new", "区水务局", "--why", "写错了"),
]


@pytest.mark.parametrize("act", LEAVING)
def test_a_clerk_alone_lowers_no_protection(staff, act):
    before = staff.entries()
    refused = staff(*act, "--as", "li")
    assert refused.code == 14, refused.err
    assert staff.entries() == before
    assert "conduct" in staff.json("show", "0001")["flags"]
    assert found(staff) == []


@pytest.mark.parametrize("act", LEAVING)
def test_a_leader_lowers_it_with_a_reason_and_it_is_found(staff, act):
    staff.ok(*act, "--as", "wang")
    (what,) = found(staff)
    assert "wang" in what


def test_a_leader_needs_a_reason(staff):
    refused = staff("triage", "0001", "--difficulty", "一般", "--track", "normal", "--as", "wang")
    assert refused.code == 13
    assert "--note" in refused.err


def test_taking_back_lowers_no_protection_either(desk):
    desk.ok("station", "operator", "add", "li", "--name", "李经办", "--role", "clerk")
    desk.take(failed_unit=UNIT)
    graded = ("triage", "0001", "--difficulty", "一般", "--track", "conduct")
    desk.ok(*graded, "--as", "li")
    assert desk("undo", "0001", "--as", "li").code == 14
    assert "conduct" in desk.json("show", "0001")["flags"]


def test_a_missing_unit_may_be_added_by_anybody(desk):
    desk.ok("station", "operator", "add", "li", "--name", "李经办", "--role", "clerk")
    desk.take(track="conduct")
    fill = ("correct", "0001", "--field", "failed_unit", "--new", UNIT, "--why", "漏填")
    desk.ok(*fill, "--as", "li")
    assert found(desk) == []


@pytest.mark.parametrize(
    "act",
    [
        (
            "callback",
            "0001",
            "--reached",
            "--solved",
            "yes",
            "--grade",
            "5",
            "--by",
            "区城管局李四",
        ),
        ("reopen", "0001", "--reason", "再办", "--unit", UNIT),
        (
            "close",
            "0001",
            "--how",
            "unreachable",
            "--approver",
            "区城管局王五",
            "--reason",
            "找不到",
        ),
    ],
)
def test_those_complained_of_stay_out_of_the_end(staff, act):
    staff.ok("resolve", "0001", *SOLVED)
    refused = staff(*act)
    assert refused.code == 13
    assert "反映的正是" in refused.err


@pytest.mark.parametrize(
    "act",
    [
        ("assign", "0001", "--lead", "区城管局执法大队"),
        ("assign", "0001", "--lead", "区水务局", "--handler", "区城管局李四"),
        ("step", "0001", "--kind", "核实", "--unit", "区城管局执法大队"),
        ("step", "0001", "--kind", "核实", "--by", "区城管局李四"),
        ("feedback", "0001", "--stage", "final", "--text", "查无实据", "--unit", UNIT),
        ("convene", "0001", "--host", UNIT, "--unit", "区水务局"),
        ("convene", "0001", "--host", "区政府办", "--unit", "区城管局执法大队"),
        ("withdraw", "0001", "--reason", "已谈妥", "--by", "区城管局李四"),
        ("transfer", "0001", "--to", UNIT, "--reason", "归它管"),
    ],
)
def test_those_complained_of_stay_out_of_the_handling_under_every_name(staff, act):
    before = staff.entries()
    refused = staff(*act)
    assert refused.code == 13, refused.err
    assert "反映的正是" in refused.err
    assert staff.entries() == before


def test_an_alias_is_the_unit_s_name_too(desk):
    desk.ok("station", "unit", "add", UNIT, "--code", "CGJ", "--alias", "城管")
    desk.take(track="conduct", failed_unit="城管")
    desk.ok("resolve", "0001", *SOLVED)
    refused = desk(
        "callback", "0001", "--reached", "--solved", "yes", "--grade", "5", "--by", "城管李四"
    )
    assert refused.code == 13


def test_who_is_complained_of_does_nothing_in_the_case(staff):
    staff.ok("station", "operator", "add", "cg", "--name", "区城管局赵六", "--role", "clerk")
    assert staff("note", "0001", "--text", "查无此事", "--as", "cg").code == 13


def test_an_unmasked_reporter_is_found(desk):
    desk.take()
    desk.ok("correct", "0001", "--field", "reporter_type", "--new", "enterprise", "--why", "选错了")
    (what,) = found(desk)
    assert "不再遮盖" in what


@pytest.mark.parametrize(
    ("more", "field", "value"),
    [({}, "reporter_type", "enterprise"), ({"anonymous": True}, "anonymous", "false")],
)
def test_a_clerk_alone_unmasks_nobody(desk, more, field, value):
    desk.ok("station", "operator", "add", "li", "--name", "李经办", "--role", "clerk")
    desk.ok("station", "operator", "add", "wang", "--name", "王站长", "--role", "leader")
    desk.take(**more)
    shown = desk.json("show", "0001")["reporter"]
    told = json.dumps({"new": False if value == "false" else value})
    act = ("correct", "0001", "--field", field, "--why", "选错了", "--from", "-")
    before = desk.entries()
    refused = desk(*act, "--as", "li", stdin=told)
    assert refused.code == 14, refused.err
    assert (desk.entries(), desk.json("show", "0001")["reporter"]) == (before, shown)
    desk.ok(*act, "--as", "wang", stdin=told)
    (what,) = found(desk)
    assert "不再遮盖" in what


def test_a_slip_still_goes_to_those_complained_of(staff):
    staff.ok("supervise", "0001", "--kind", "催办", "--unit", UNIT, "--reason", "限期说明")


BESIDE = {
    *(("assign", name) for name in ("lead", "assist", "relay")),
    ("sign", "unit"), ("sign", "by"), ("return", "unit"), ("forward", "to"), ("forward", "unit"),
    ("step", "unit"), ("step", "by"), ("convene", "unit"), ("convene", "absent"),
    ("supervise", "unit"), ("consult", "unit"), ("link", "to"),
}  # fmt: skip
"""Fields that may name them: with an order beside others, as absent, as who gets the slip; a case number."""


def test_every_field_that_names_somebody_is_weighed():
    who = {"by", "approver", "signer", "host", "handler", "issuer", "authority", "to"}
    fields = {
        (act.verb, field.name)
        for act in ACTS
        for field in act.fields
        if field.type in ("unit", "units") or field.name in who
    }
    weighed = {(verb, name) for verb, names in NAMING.items() for name in names}
    assert fields - weighed - BESIDE == set()
    assert weighed <= fields
