"""A unit that is renamed stays one unit: in every act, list, page and report."""

from __future__ import annotations

import pytest
from cli_desk import Desk, founded

from bbcs.config import station_file

OLD, NEW = "区市场监管局", "区市场监督管理局"
OTHER = "区卫健局"
NAMES = (OLD, NEW, "SCJG", "市监局")
TOLD = ("--told", "2026-03-05", "--told-how", "phone")


def settle(empty: Desk) -> None:
    empty.ok("init", "--station", "ZY01", "--name", "示例站", "--pack", "xianan")
    empty.ok("station", "unit", "add", OLD, "--code", "SCJG", "--alias", "市监局")
    empty.ok("station", "unit", "add", OTHER, "--code", "WJW")


@founded
def town(empty: Desk) -> Desk:
    """A desk that works by the pack `xianan`, which wants orders signed, with two units that have codes."""
    settle(empty)
    return empty


def handed(town: Desk, number: int = 1, unit: str = OLD, **more: object) -> str:
    """A case that was triaged and handed to a unit."""
    no = town.take(number=number, difficulty="general", cause=["legacy_issue"], **more)
    town.ok("assign", no, "--lead", unit)
    return no


def rename(town: Desk) -> None:
    town.ok("station", "unit", "rename", "SCJG", NEW)


@founded
def renamed(empty: Desk) -> Desk:
    """The same, with case 0001 handed to a unit that was renamed afterwards."""
    settle(empty)
    handed(empty)
    rename(empty)
    return empty


@pytest.mark.parametrize("unit", NAMES)
def test_a_step_waits_for_the_signature(renamed: Desk, unit):
    step = ("step", "0001", "--kind", "verify", "--unit", unit)
    said = renamed(*step)
    assert (said.code, "还没签收" in said.err) == (13, True)
    renamed.ok("sign", "0001", "--unit", unit)
    renamed.ok(*step)


@pytest.mark.parametrize("unit", NAMES)
def test_nobody_signs_before_the_order(renamed: Desk, unit):
    early = ("--at", "2026-03-05T09:00", "--unit", unit)
    assert renamed("sign", "0001", *early).code == 2
    renamed.now = "2026-03-05T10:00"
    renamed.ok("sign", "0001", "--unit", unit)
    assert renamed("return", "0001", *early, "--reason", "不归我管").code == 2
    forward = ("forward", "0001", "--to", OTHER, "--reason", "不归我管")
    assert renamed(*forward, *early).code == 2


@pytest.mark.parametrize("unit", NAMES)
@pytest.mark.parametrize(
    "act", [("return",), ("forward", "--to", OTHER)], ids=["return", "forward"]
)
def test_an_order_goes_back_or_on_by_any_name(renamed: Desk, unit, act):
    verb, *more = act
    renamed.ok("sign", "0001")
    renamed.ok(verb, "0001", *more, "--unit", unit, "--reason", "不归我管")


@pytest.mark.parametrize("unit", NAMES)
def test_a_unit_gets_one_order_of_a_case(renamed: Desk, unit):
    assert renamed("assign", "0001", "--assist", unit).code == 13
    assert renamed("forward", "0001", "--to", unit, "--reason", "不归我管").code == 13


def test_who_helped_under_the_old_name_and_leads_now_is_no_helper(town: Desk):
    no = town.take(number=1, difficulty="general", cause=["legacy_issue"])
    town.ok("assign", no, "--assist", OLD)
    rename(town)
    town.ok("assign", no, "--lead", NEW)
    shown = town.json("show", no)
    assert (shown["lead_unit"], shown["assisting_units"]) == (NEW, [])
    assert [one["state"] for one in shown["orders"]] == ["done", "sent"]


@pytest.mark.parametrize("unit", NAMES)
def test_an_extension_moves_the_date_of_the_units_order(desk: Desk, unit):
    for name, code, alias in ((OLD, "SCJG", "市监局"), (OTHER, "WJW", "卫健局")):
        desk.ok("station", "unit", "add", name, "--code", code, "--alias", alias)
    no = desk.take(number=1, difficulty="simple")
    desk.ok("assign", no, "--lead", OTHER)
    desk.ok("assign", no, "--assist", OLD, "--due", "2026-03-06")
    rename(desk)
    desk.ok("extend", no, "--unit", unit, "--days", "2", "--reason", "材料复杂", *TOLD)
    clocks = desk.json("show", no)["clocks"]
    due = [one["due"] for one in clocks if (one["name"], one["order"]) == ("resolve", OLD)]
    assert due == ["2026-03-10"]


def both(town: Desk) -> list[str]:
    """A case handed to the unit under its old name, one under its new name, one to another unit."""
    numbers = [handed(town, 1)]
    rename(town)
    numbers.append(handed(town, 2, NEW))
    handed(town, 3, OTHER)
    return numbers


@pytest.mark.parametrize("unit", NAMES)
def test_a_list_of_the_unit_holds_all_its_cases(town: Desk, unit):
    numbers = both(town)
    assert town.ok("list", "--unit", unit, "-q").out.split() == numbers


@pytest.mark.parametrize("unit", NAMES)
def test_the_units_page_holds_all_its_orders(town: Desk, tmp_path, unit):
    numbers = both(town)
    path = tmp_path / "清单.md"
    town.ok("list", "--unit", unit, "--out", path)
    text = path.read_text(encoding="utf-8")
    assert [number for number in numbers if number in text] == numbers
    assert "2 件" in text.splitlines()[0]


def test_there_is_one_page_for_the_unit(town: Desk, tmp_path):
    numbers = both(town)
    town.ok("list", "--by-unit", "--format", "md", "--out", tmp_path / "页")
    pages = {path.name.partition("_")[0]: path for path in (tmp_path / "页").iterdir()}
    assert set(pages) == {NEW, OTHER}
    text = pages[NEW].read_text(encoding="utf-8")
    assert all(number in text for number in numbers)


def test_the_month_has_one_line_for_the_unit(town: Desk):
    both(town)
    units = town.json("report", "monthly", "--month", "2026-03")["units"]
    assert {name: count["received"] for name, count in units.items()} == {NEW: 2, OTHER: 1}


def test_the_month_before_the_renaming_keeps_the_name_of_then(town: Desk):
    handed(town)
    town.now = "2026-04-02T09:00"
    rename(town)
    assert list(town.json("report", "monthly", "--month", "2026-03")["units"]) == [OLD]
    assert list(town.json("report", "monthly", "--month", "2026-04")["units"]) == [NEW]


def test_a_name_that_only_orders_bear_leads_to_the_unit(town: Desk):
    """The roster was edited by hand: nothing in it tells the old name."""
    handed(town)
    station = station_file.read(town.home)
    hand = tuple(one._replace(name=NEW) if one.code == "SCJG" else one for one in station.units)
    station_file.write(town.home, station._replace(units=hand))
    handed(town, 2, NEW)
    for unit in (OLD, NEW, "SCJG"):
        assert len(town.ok("list", "--unit", unit, "-q").out.split()) == 2
    town.ok("sign", "0001", "--unit", OLD)


def test_another_unit_may_take_the_old_name(town: Desk):
    numbers = both(town)
    town.ok("station", "unit", "add", OLD, "--code", "XIN")
    mine = handed(town, 4, OLD)
    assert town.ok("list", "--unit", OLD, "-q").out.split() == [mine]
    assert town.ok("list", "--unit", NEW, "-q").out.split() == numbers
    units = town.json("report", "monthly", "--month", "2026-03")["units"]
    assert {name: one["received"] for name, one in units.items()} == {OLD: 1, NEW: 2, OTHER: 1}


def test_who_is_complained_of_stays_so_under_a_new_name(town: Desk):
    no = town.take(
        number=1, track="conduct", failed_unit=OLD, difficulty="general", cause=["legacy_issue"]
    )
    rename(town)
    assert town("assign", no, "--lead", NEW).code == 13
    town.ok("assign", no, "--lead", OTHER)
    town.ok("sign", no)
    town.ok("resolve", no, "--outcome", "solved", "--measures", "已办好")
    call = ("callback", no, "--reached", "--solved", "yes", "--grade", "5")
    assert town(*call, "--by", NEW).code == 13
    town.ok(*call)


def test_two_orders_to_one_unit_propose_no_level(town: Desk):
    """Two units of a round call for a level; one that was renamed between its orders is one unit."""
    no = town.take(number=1, difficulty="general", cause=["legacy_issue"])
    town.ok("assign", no, "--assist", OLD)
    rename(town)
    town.ok("assign", no, "--lead", NEW)
    assert town.json("show", no)["standing"]["proposed_level"] is None
    town.ok("assign", no, "--assist", OTHER)
    assert town.json("show", no)["standing"]["proposed_level"]["level"] == "3"


def test_the_ledger_is_whole_after_a_renaming(town: Desk):
    both(town)
    town.ok("ledger", "verify", "--full")
    assert "之前" not in town.ok("station", "unit", "list").out
    assert town.json("station", "unit", "list")["units"][0]["former"] == [OLD]


def test_a_renaming_says_that_open_cases_stay_with_the_unit(town: Desk):
    handed(town)
    said = town.ok("station", "unit", "rename", "SCJG", NEW)
    assert ("还有 1 件" in said.err, "仍是同一个单位" in said.err) == (True, True)
    assert "forward" not in said.err
    assert "forward" in town.ok("station", "unit", "remove", NEW).err


def test_a_unit_may_get_its_old_name_back(renamed: Desk):
    renamed.ok("station", "unit", "rename", NEW, OLD)
    assert station_file.read(renamed.home).units[0].former == (NEW,)
    renamed.ok("sign", "0001", "--unit", NEW)
