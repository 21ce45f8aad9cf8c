"""`--station`: a county's office reads the other stations of its database, and writes nothing there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cli_desk import Desk
from county_desks import ACTED, COUNTY, made

import county
from bbcs.config import packs
from bbcs.domain.station import Operator

pytestmark = county.MISSING

MONTH = ("--month", "2026-03")


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Desk]:
    return made(tmp_path_factory.mktemp("county"))


def numbers(desk: Desk) -> list[str]:
    return [row["case_no"] for row in desk.json("list", "--all")["cases"]]


READING = {
    "list": ("list", "--all"),
    "list open": ("list",),
    "list of a unit": ("list", "--unit", "区市场监管局", "--sort", "number"),
    "todo": ("todo",),
    "search": ("search", "名称核准"),
    "monthly": ("report", "monthly", *MONTH),
    "kpi": ("report", "kpi", *MONTH),
    "daily": ("report", "daily"),
    "circular": ("report", "circular", *MONTH),
    "register": ("report", "register", "work", *MONTH),
    "as of": ("report", "monthly", *MONTH, "--as-of", "2026-03-06"),
}


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("code", [*ACTED, "HL01"])
def test_a_station_reads_the_same_from_the_county(
    desks: dict[str, Desk], code: str, name: str
) -> None:
    own = desks[code].json(*READING[name])
    assert desks[COUNTY].json(*READING[name], "--station", code) == own
    assert own.get("cases") or code == "HL01" or name not in ("list", "search")


@pytest.mark.parametrize("code", ACTED)
def test_a_case_and_the_findings_read_the_same(desks: dict[str, Desk], code: str) -> None:
    office, own = desks[COUNTY], desks[code]
    for number in numbers(own)[:6]:
        asked = ("show", number, "--history")
        assert office.json(*asked, "--station", code) == own.json(*asked)
        assert office.json(*asked, "--station", "all") == own.json(*asked)
    found = own("check", "--json")
    assert found.json["findings"]
    assert office("check", "--station", code, "--json") == found
    assert office("check", "--station", code) == own("check")


def test_long_lists_and_files_are_those_of_the_station(
    desks: dict[str, Desk], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bbcs.usecases.listing.AT_ONCE", 5)
    office, own = desks[COUNTY], desks["CG01"]
    for line in (("list", "--all"), ("list", "--all", "--format", "csv")):
        assert office.ok(*line, "--station", "cg01") == own.ok(*line)
    monkeypatch.setattr("bbcs.cli.desk.AT_ONCE", 1)
    assert office.json("todo", "--station", "CG01") == own.json("todo")
    office.ok("list", "--all", "--station", "CG01", "--out", tmp_path / "清单.csv")
    own.ok("list", "--all", "--out", tmp_path / "自己.csv")
    assert (tmp_path / "清单.csv").read_bytes() == (tmp_path / "自己.csv").read_bytes()


def test_nothing_is_written(desks: dict[str, Desk], tmp_path: Path) -> None:
    office = desks[COUNTY]
    before, heads = county.dump(), _heads(office)
    office.ok("report", "monthly", *MONTH, "--station", "CG01", "--out", tmp_path / "月报")
    office.ok("report", "kpi", *MONTH, "--station", "CG01", "--out", tmp_path / "考核.xlsx")
    first = numbers(desks["CG01"])[0]
    reveal = ("--reveal", "--reason", "核对")
    assert "只能看" in office.fails(2, "show", first, "--station", "CG01", *reveal).err
    register = ("report", "register", "work", *MONTH, "--station", "CG01", *reveal)
    assert "只能看" in office.fails(2, *register).err
    assert (county.dump(), _heads(office)) == (before, heads)


def _heads(desk: Desk) -> Any:
    return [
        path.read_bytes() if path.is_file() else None
        for path in (desk.home / "heads.txt", desk.home / "log" / "reports.ndjson")
    ]


def test_people_stay_masked(desks: dict[str, Desk]) -> None:
    found = desks[COUNTY].json("search", "名称核准", "--station", "CG02")["cases"]
    assert found
    assert all("*" in row["reporter"] for row in found)


def test_the_own_station_is_as_without(desks: dict[str, Desk]) -> None:
    own = desks["CG01"]
    assert own.json("list", "--all", "--station", "cg01") == own.json("list", "--all")


def test_refusals(desks: dict[str, Desk], desk: Desk) -> None:
    office = desks[COUNTY]
    refused = office.fails(13, "list", "--station", "XX99").err
    assert "县里没有 XX99 站；现有：CG01、CG02、HL01、XC00" in refused
    assert "完整编号" in office.fails(2, "show", "0001", "--station", "all").err
    assert "一个站" in office.fails(2, "report", "daily", "--station", "all").err
    assert "本机的文件" in desk.fails(2, "list", "--station", "CG01").err


def test_a_clerk_looks_into_no_other_station(desks: dict[str, Desk]) -> None:
    office = desks[COUNTY]
    station = packs.station(office.home)
    clerk = Operator("wu", "吴", ("clerk",))
    packs.write_station(office.home, station._replace(operators=(*station.operators, clerk)))
    office.fails(14, "list", "--station", "CG01", "--as", "wu")
    office.ok("list", "--station", COUNTY, "--as", "wu")
    packs.write_station(office.home, station)
