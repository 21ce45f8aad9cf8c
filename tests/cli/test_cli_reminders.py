"""A reminder for a late order is proposed from the day after expiry on, until the unit got a slip."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from cli_desk import Desk

from bbcs.domain.case import Slip
from bbcs.domain.order import UnitRef
from bbcs.domain.reminders import to_remind
from sample import at


@pytest.fixture(scope="module")
def ordered(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A case due 2026-03-09 with a lead and an order of its own date, another without any order."""
    desk = Desk(made, "2026-03-02T09:00").copied(tmp_path_factory.mktemp("ordered"))
    desk.take(difficulty="general")
    desk.ok("assign", "0001", "--lead", "卫健局")
    desk.ok("assign", "0001", "--assist", "民政局", "--due", "2026-03-05")
    desk.ok("sign", "0001", "--unit", "卫健局")
    desk.ok("sign", "0001", "--unit", "民政局")
    desk.take(phone="13800000002", reporter="李试验", difficulty="general")
    return desk


def proposed(home: Desk, day: str) -> list[str]:
    """The reminders on the desk of a day, as programs get them."""
    groups = Desk(home.home, f"{day}T08:30").json("todo")["groups"]
    return [command for group in groups for row in group["cases"] for command in row["remind"]]


def hinted(home: Desk, day: str) -> str:
    found = Desk(home.home, f"{day}T08:30")("check", "--code", "C06", "--json").json["findings"]
    return next((one["hint"] for one in found if one["case_no"].endswith("0001")), "")


def test_it_is_proposed_the_day_after_expiry_and_not_before(ordered: Desk):
    remind = "bbcs supervise ZY01-20260302-0001 --kind remind --unit {} --reason 超期未办"
    assert proposed(ordered, "2026-03-05") == []
    assert proposed(ordered, "2026-03-06") == [remind.format("民政局")]
    assert proposed(ordered, "2026-03-09") == [remind.format("民政局")]
    assert proposed(ordered, "2026-03-10") == [remind.format("民政局"), remind.format("卫健局")]
    assert "--kind remind --unit 民政局" in hinted(ordered, "2026-03-06")
    shown = Desk(ordered.home, "2026-03-10T08:30").ok("todo").out
    assert f"催办：{remind.format('民政局')}\n" in shown
    assert "民政局、卫健局" in shown
    ordered.ok("station", "operator", "add", "li", "--role", "clerk")
    clerk = Desk(ordered.home, "2026-03-10T08:30").ok("todo", "--as", "li").out
    assert "催办（督查或领导来办）：bbcs supervise" in clerk


def test_a_unit_that_was_reminded_since_is_not_named_again(ordered: Desk, tmp_path: Path):
    desk = ordered.copied(tmp_path)
    early, late = Desk(desk.home, "2026-03-04T09:00"), Desk(desk.home, "2026-03-06T09:00")
    say = ["supervise", "0001", "--kind", "remind", "--reason", "超期未办", "--unit"]
    early.ok(*say, "民政局")
    assert len(proposed(desk, "2026-03-06")) == 1, (
        "a reminder before expiry is none of its being late"
    )
    command = proposed(desk, "2026-03-06")[0].split()[1:]
    late.ok(*command)
    assert proposed(desk, "2026-03-06") == []
    assert "催办" not in hinted(desk, "2026-03-06")
    assert [one.split()[6] for one in proposed(desk, "2026-03-10")] == ["卫健局"]
    Desk(desk.home, "2026-03-10T09:00").ok(
        "resolve", "0001", "--outcome", "solved", "--measures", "办好"
    )
    assert proposed(desk, "2026-03-11") == []


def test_a_renamed_unit_is_the_one_that_was_reminded():
    renamed = UnitRef("WJ", "区卫生健康局")
    slip = Slip("督1", "remind", UnitRef("WJ", "卫健局"), at("2026-03-10"))
    late = {"区卫生健康局": date(2026, 3, 9)}
    assert to_remind(late, [slip], lambda name: renamed) == []
    assert to_remind(late, [slip], lambda name: UnitRef("", name)) == ["区卫生健康局"]


def test_units_beyond_the_first_commands_are_named_in_the_line(ordered: Desk, tmp_path: Path):
    desk = ordered.copied(tmp_path)
    for unit in ("公安局", "教育局"):
        desk.ok("assign", "0001", "--assist", unit, "--due", "2026-03-05")
    late = Desk(desk.home, "2026-03-10T08:30").ok("todo").out
    named = re.findall("催办：.*--unit (.局|.{3})", late) + re.findall("还要催：(.{3}) 1 件", late)
    assert sorted(named) == ["公安局", "卫健局", "教育局", "民政局"], late
