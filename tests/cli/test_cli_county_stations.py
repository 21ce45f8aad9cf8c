"""`--station`: a county's office reads the other stations of its database, and writes nothing there."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cli_desk import Desk
from cli_terminal import at_terminal
from county_desks import ACTED, COUNTY, NAMES, PARENTS, WATER, made

import county
from bbcs.calendar.dates import CST
from bbcs.config import station_file
from bbcs.domain.station import Operator
from bbcs.errors import OlderSchema
from bbcs.registers.table import Table
from bbcs.render.text_table import draw
from bbcs.render.width import columns
from bbcs.store import transactions
from bbcs.usecases import county_lists as usecase_lists, county_month, reports
from bbcs.usecases.county import Stations, listed
from bbcs.views import county_lists, county_stations
from bbcs.window import office_at

pytestmark = county.MISSING

MONTH = ("--month", "2026-03")
OLDER = (OlderSchema.exit_code,)


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
    station = station_file.read(office.home)
    clerk = Operator("wu", "吴", ("clerk",))
    station_file.write(office.home, station._replace(operators=(*station.operators, clerk)))
    for line in (("list",), ("todo",), ("county", "stations"), ("report", "monthly")):
        every = () if line[0] == "county" else ("--station", "all")
        assert "wu" not in office.fails(14, *line, *every, "--as", "wu").out
    office.fails(14, "list", "--station", "CG01", "--as", "wu")
    office.ok("list", "--station", COUNTY, "--as", "wu")
    station_file.write(office.home, station)


# -- all stations at once --------------------------------------------------------------------------


def month(desk: Desk, *more: str) -> Any:
    return desk.json("report", "monthly", "--station", "all", *more)


@pytest.mark.parametrize("when", ["2026-02", "2026-03"])
def test_the_month_of_all_is_the_sum_of_the_months_of_each(
    desks: dict[str, Desk], when: str
) -> None:
    found = month(desks[COUNTY], "--month", when)
    own = {code: desks[code].json("report", "monthly", "--month", when) for code in NAMES}
    rows = {row["station"]: row for row in found["stations"]}
    assert rows.keys() == NAMES.keys()
    for code, one in own.items():
        assert rows[code]["counts"] == {key: one["counts"][key] for key in rows[code]["counts"]}
        assert rows[code]["consultations"] == one["consultations"]
        assert rows[code]["as_of"] == one["as_of"]
        assert rows[code]["name"] == NAMES[code]
    for key, number in found["counts"].items():
        assert number == sum(one["counts"][key] for one in own.values())
        assert number == sum(row["counts"][key] for row in found["townships"])
    assert found["counts"]["received"] > 20
    assert when == "2026-02" or found["counts"]["carried_in"]


def test_townships_hold_the_stations_below_them(desks: dict[str, Desk]) -> None:
    found = month(desks[COUNTY], *MONTH)
    held = {row["township"]: (row["name"], row["stations"]) for row in found["townships"]}
    assert held == {
        "CG01": ("城关站", ["CG01", "CG02"]),
        "HL01": ("河流站", ["HL01"]),
        "XC00": ("示例县窗口", ["XC00"]),
    }
    assert [row["rank"] for row in found["townships"]] == [1, None, None]
    assert sorted(row["rank"] or 0 for row in found["stations"]) == [0, 0, 1, 2]
    first = found["stations"][0]
    share = first["settled"]
    assert share["numerator"] == first["counts"]["closed"]
    assert share["denominator"] == sum(
        first["counts"][name] for name in ("carried_in", "received", "reopened")
    )
    assert f"（{share['numerator']}/{share['denominator']}" in share["text"]


def test_the_month_is_printed_and_written(desks: dict[str, Desk], tmp_path: Path) -> None:
    office = desks[COUNTY]
    asked = ("report", "monthly", *MONTH, "--station", "all")
    shown = office.ok(*asked).out
    assert "示例县窗口 全县 2026 年 3 月，截至 03-20" in shown
    assert "城关村站" in shown
    assert shown.count("合计") == 2 * 4, "each of the two tables is printed in four parts"
    lines = office.ok(*asked, "--format", "csv").out.splitlines()
    assert len(lines) == 1 + 3 + 4 + 1
    assert lines[0].lstrip("\ufeff").startswith("part,code,name,township,carried_in")
    office.ok(*asked, "--out", tmp_path / "全县.xlsx")
    assert (tmp_path / "全县.xlsx").stat().st_size > 5000
    written = office.json(*asked, "--out", tmp_path / "全县.json")
    assert [Path(one).name for one in written["files"]] == ["全县.json"]
    assert json.loads((tmp_path / "全县.json").read_text()) == month(office, *MONTH)


def test_what_a_county_report_does_not_do(desks: dict[str, Desk]) -> None:
    asked = ("report", "monthly", "--station", "all")
    office = desks[COUNTY]
    assert "逐站" in office.fails(2, *asked, "--as-of", "2026-03-06").err
    assert "登记簿" in office.fails(2, *asked, "--form", "short").err
    assert "还没到" in office.fails(2, *asked, "--month", "2027-01").err
    assert "--station all" in office.fails(2, "report", "monthly", "--format", "csv").err


def test_books_that_do_not_foot_are_refused(desks: dict[str, Desk]) -> None:
    with county.superuser() as connection:
        county.without_triggers(connection)
        change = (
            "UPDATE movement SET delta = %s WHERE station = 'CG02' AND kind = 'Registered'"
            " AND day >= '2026-03-01'"
        )
        connection.execute(change, (0,))
        refused = desks[COUNTY].fails(32, "report", "monthly", *MONTH, "--station", "all")
        connection.execute(change, (1,))
    assert "CG02" in refused.err


def test_the_stations_of_the_county(desks: dict[str, Desk]) -> None:
    office = desks[COUNTY]
    found = {row["station"]: row for row in office.json("county", "stations")["stations"]}
    assert list(found) == sorted(NAMES)
    for code, row in found.items():
        own = desks[code]
        assert row["name"] == NAMES[code]
        assert row["parent"] == PARENTS.get(code)
        head = own.json("ledger", "verify")["head"]
        assert (row["entries"], row["head"]) == (head["seq"], head["digest"])
        assert row["open"] == own.json("list")["count"]
        assert row["overdue"] == own.json("list", "--overdue")["count"]
        assert (row["gaps"], row["moved_to"], row["behind"]) == (0, None, False)
    assert found["CG01"]["overdue"]
    assert "城关村站" in office.ok("county", "stations").out
    assert office.ok("county", "stations", "-q").out.split() == sorted(NAMES)


def test_a_gap_a_move_and_a_station_behind_are_told(desks: dict[str, Desk]) -> None:
    office, number = desks[COUNTY], max(numbers(desks["CG01"]))
    with county.superuser() as connection:
        county.without_triggers(connection)
        serial = "UPDATE case_row SET serial = serial + %s WHERE case_no = %s"
        meta = "UPDATE meta SET value = %s WHERE station = 'CG02' AND key = 'schema'"
        connection.execute(serial, (2, number))
        connection.execute(meta, ("1",))
        connection.execute("INSERT INTO meta VALUES ('HL01', 'moved', 'file')")
        try:
            rows = office.json("county", "stations")["stations"]
            refused = office.fails(*OLDER, "report", "monthly", "--station", "all").err
            one = office.fails(*OLDER, "list", "--station", "CG02").err
            gone = office.fails(13, "list", "--station", "HL01").err
            arriving = "UPDATE meta SET value = 'arriving file pc:/h' WHERE key = 'moved'"
            connection.execute(arriving)
            unfinished = office.json("county", "stations")["stations"]
            remark = office.ok("county", "stations").out
        finally:
            connection.execute(serial, (-2, number))
            version = "(SELECT schema FROM version)"
            connection.execute(meta.replace("%s", version, 1))
            connection.execute("DELETE FROM meta WHERE station = 'HL01' AND key = 'moved'")
    told = {row["station"]: (row["gaps"], row["behind"], row["moved_to"]) for row in rows}
    assert told["CG01"] == (2, False, None)
    assert told["CG02"] == (0, True, None)
    assert told["HL01"] == (0, False, "file")
    assert "CG02" in refused
    assert "CG02" in one
    assert "CG01、CG02、XC00" in gone
    (came,) = [row for row in unfinished if row["station"] == "HL01"]
    assert (came["moved_to"], came["arriving_from"]) == (None, "file pc:/h")
    assert "没有搬完，不算在内；请在 file pc:/h 再执行 bbcs ledger move" in remark


def test_the_month_and_the_rates_name_the_stations_that_are_not_in_them(
    desks: dict[str, Desk],
) -> None:
    office = desks[COUNTY]
    month, rates = (("report", name, *MONTH, "--station", "all") for name in ("monthly", "kpi"))
    assert office.json(*month)["elsewhere"] == office.json(*rates)["elsewhere"] == []
    assert "不含" not in office.ok(*month).out
    with county.superuser() as connection:
        connection.execute("INSERT INTO meta VALUES ('HL01', 'moved', 'file')")
        try:
            for asked in (month, rates):
                found = office.json(*asked)
                assert found["elsewhere"] == ["HL01"]
                assert "HL01" not in [row["station"] for row in found["stations"]]
                assert "全县 3 个站，不含台账搬走或没有搬完的 HL01" in office.ok(*asked).out
        finally:
            connection.execute("DELETE FROM meta WHERE station = 'HL01' AND key = 'moved'")


def test_in_a_pipe_the_tables_of_the_month_are_no_wider_than_a_screen(
    desks: dict[str, Desk],
) -> None:
    for name in ("monthly", "kpi"):
        asked = ("report", name, *MONTH, "--station", "all")
        lines = desks[COUNTY].ok(*asked).out.splitlines()
        rules = [line for line in lines if line.startswith("----")]
        assert len(rules) > 3
        areas = rules if name == "monthly" else rules[1:]
        assert max(map(columns, areas)) <= 80
        heads = [lines[at - 1].split() for at, line in enumerate(lines) if line.startswith("----")]
        shown = {label for head in heads for label in head}
        lines = desks[COUNTY].ok(*asked, "--format", "md").out.splitlines()
        heads = [lines[at - 1].split("|") for at, line in enumerate(lines) if "| ---" in line]
        assert {label.strip() for head in heads for label in head} == shown | {""}


def test_files_of_the_county_are_as_private_as_those_of_a_station(
    desks: dict[str, Desk], tmp_path: Path
) -> None:
    for mode in (0o755, 0o700):
        folder = tmp_path / f"{mode:o}"
        folder.mkdir(mode=mode)
        folder.chmod(mode)
        for number, line in enumerate((("report", "kpi", *MONTH), ("list", "--all"))):
            own, all_ = folder / f"own{number}.csv", folder / f"all{number}.csv"
            desks["CG01"].ok(*line, "--out", own)
            desks[COUNTY].ok(*line, "--station", "all", "--out", all_)
            assert all_.stat().st_mode == own.stat().st_mode
            assert all_.stat().st_mode & 0o777 == mode & 0o666
        month = folder / "月.xlsx"
        desks[COUNTY].ok("report", "monthly", *MONTH, "--station", "all", "--out", month)
        assert month.stat().st_mode & 0o777 == mode & 0o666


@pytest.mark.parametrize("sort", ["due", "received", "number"])
@pytest.mark.parametrize("which", ["--all", "--open", "--overdue"])
def test_the_list_of_all_is_in_order(desks: dict[str, Desk], which: str, sort: str) -> None:
    asked = ("list", which, "--sort", sort)
    found = desks[COUNTY].json(*asked, "--station", "all")
    rows = found["cases"]
    assert found["count"] == len(rows) > 2
    for code in NAMES:
        own = desks[code].json(*asked)["cases"]
        assert [row for row in rows if row["station"] == code] == own
    if sort == "due":
        late = [row["state"] != "overdue" for row in rows]
        assert late == sorted(late)
    else:
        key = {"received": "received_at", "number": "case_no"}[sort]
        assert [row[key] for row in rows] == sorted(row[key] for row in rows)
    pages, after = [], ()
    while True:
        page = desks[COUNTY].json(*asked, "--station", "all", "--limit", "9", *after)
        pages += page["cases"]
        if not page["next"]:
            break
        assert len(page["cases"]) == page["count"] == 9
        after = ("--after", page["next"])
    assert pages == rows


def test_the_list_of_all_in_other_forms(desks: dict[str, Desk], tmp_path: Path) -> None:
    office = desks[COUNTY]
    asked = ("list", "--all", "--station", "all")
    rows = office.json(*asked)["cases"]
    lines = office.ok(*asked, "--format", "ndjson").out.splitlines()
    assert [json.loads(line)["case_no"] for line in lines] == [row["case_no"] for row in rows]
    assert office.ok(*asked, "-q").out.split() == [row["case_no"] for row in rows]
    table = office.ok(*asked).out
    assert table.splitlines()[0].split()[0] == "站"
    assert f"共 {len(rows)} 件" in table or f"{len(rows)}" in table.splitlines()[-1]
    office.ok(*asked, "--out", tmp_path / "全县.csv")
    assert len((tmp_path / "全县.csv").read_text("utf-8-sig").splitlines()) == len(rows) + 1
    keys = office.json(*asked, "--columns", "case_no,station", "--limit", "2")["cases"]
    assert [set(row) for row in keys] == [{"case_no", "station"}] * 2
    office.fails(2, *asked, "--by-unit", "--out", tmp_path / "单")
    for unknown in ("CG01-20200101-0001", "XX99-20260101-0001"):
        assert unknown in office.fails(10, *asked, "--after", unknown).err


def test_a_unit_that_one_station_knows(desks: dict[str, Desk]) -> None:
    asked = ("list", "--all", "--unit", "市场监管分局", "--sort", "number")
    own = desks["CG01"].json(*asked)["cases"]
    assert own
    found = desks[COUNTY].json(*asked, "--station", "all")["cases"]
    assert [row for row in found if row["station"] == "CG01"] == own


def test_a_narrow_list_of_all_is_paged_too(desks: dict[str, Desk]) -> None:
    asked = ("list", "--all", "--unit", WATER, "--station", "all")
    rows = desks[COUNTY].json(*asked)["cases"]
    assert {row["station"] for row in rows} == set(ACTED)
    for place in range(0, len(rows), 3):
        after = ("--after", rows[place - 1]["case_no"]) if place else ()
        page = desks[COUNTY].json(*asked, "--limit", "3", *after)
        assert page["cases"] == rows[place : place + 3]


def test_the_desks_of_all_in_numbers(desks: dict[str, Desk]) -> None:
    office = desks[COUNTY]
    found = office.json("todo", "--station", "all")
    assert [row["station"] for row in found["stations"]] == sorted(NAMES)
    for row in found["stations"]:
        own = desks[row["station"]].json("todo")["groups"]
        assert row["groups"] == {group["name"]: group["count"] for group in own}
    for name, number in found["groups"].items():
        assert number == sum(row["groups"][name] for row in found["stations"])
    assert found["groups"]["overdue"]
    shown = office.ok("todo", "--station", "all").out
    assert "合计" in shown
    assert "河流站" in shown


def test_a_search_finds_the_newest_of_all(desks: dict[str, Desk]) -> None:
    office = desks[COUNTY]
    found = office.json("search", "名称核准", "--station", "all", "--limit", "200")
    every = {code: desks[code].json("search", "名称核准", "--limit", "200") for code in NAMES}
    assert found["count"] == sum(one["count"] for one in every.values()) > 60
    times = [row["received_at"] for row in found["cases"]]
    assert times == sorted(times, reverse=True)
    for code, one in every.items():
        own = [row for row in found["cases"] if row["station"] == code]
        assert sorted(own, key=str) == sorted(one["cases"], key=str)
    few = office.json("search", "名称核准", "--station", "all", "--limit", "5")
    assert (few["cases"], few["more"]) == (found["cases"][:5], True)
    assert {row["station"] for row in few["cases"]} <= set(ACTED)
    assert "CG02" in office.ok("search", "名称核准", "--station", "all").out
    assert office.json("search", "没有这样的话", "--station", "all")["count"] == 0


def test_the_findings_of_all_name_their_station(desks: dict[str, Desk]) -> None:
    office = desks[COUNTY]
    found = office.fails(1, "check", "--station", "all", "--json").json["findings"]
    for code in NAMES:
        own = desks[code]("check", "--json").json["findings"]
        mine = [one for one in found if one["station"] == code]
        assert [{**one, "station": code} for one in own] == mine
    assert "CG01" in office.fails(1, "check", "--station", "all").out
    lines = office.fails(1, "check", "--station", "all", "--format", "ndjson").out.splitlines()
    assert [json.loads(line) for line in lines] == found
    assert len(office("check", "--station", "all", "--limit", "3", "--json").json["findings"]) == 3


def test_the_rates_of_all_are_sums_of_those_of_each(desks: dict[str, Desk], tmp_path: Path) -> None:
    asked = ("report", "kpi", *MONTH)
    found = desks[COUNTY].json(*asked, "--station", "all")
    own = {
        code: {rate["name"]: rate for rate in desks[code].json(*asked)["rates"]} for code in NAMES
    }
    assert [row["station"] for row in found["stations"]] == sorted(NAMES)
    for row in found["stations"]:
        rates = own[row["station"]]
        assert row["rates"].keys() == rates.keys()
        for name, rate in row["rates"].items():
            assert [rate[key] for key in ("numerator", "denominator", "value")] == [
                rates[name][key] for key in ("numerator", "denominator", "value")
            ]
    for rate in found["rates"]:
        for key in ("numerator", "denominator"):
            assert rate[key] == sum(one[rate["name"]][key] for one in own.values())
            assert rate[key] == sum(row["rates"][rate["name"]][key] for row in found["townships"])
    assert sum(rate["denominator"] > 10 for rate in found["rates"]) > 4
    office = desks[COUNTY]
    shown = office.ok(*asked, "--station", "all").out
    assert "全县 2026 年 3 月，截至 03-20 比率" in shown
    assert "城关村站" in shown
    lines = office.ok(*asked, "--station", "all", "--format", "csv").out.splitlines()
    assert len(lines) == 1 + len(found["rates"]) * (3 + 4 + 1)
    office.ok(*asked, "--station", "all", "--out", tmp_path / "考核.xlsx")
    assert (tmp_path / "考核.xlsx").stat().st_size > 5000
    assert "逐站" in office.fails(2, *asked, "--station", "all", "--as-of", "2026-03-06").err


def test_on_a_terminal_of_eighty_columns_what_matters_stays(desks: dict[str, Desk]) -> None:
    now = datetime(2026, 3, 20, 10, 0, tzinfo=CST)
    own = transactions.bound(office_at(desks[COUNTY].home, "demo", now))

    def shown(stations: Stations) -> list[Table]:
        month = county_month.month(stations.county, own, reports.month("2026-03"))
        every = listed(stations.county, own)
        desk = county_lists.todo_table(usecase_lists.desks(stations), own)
        return [*month.tables(month.footer), county_stations.table(every, own), desk]

    tables = transactions.county(own, shown)
    for table, heads in zip(
        tables, (MONTHLY, MONTHLY, ("没了结", "超期", "缺号"), ("超期",)), strict=True
    ):
        lines = draw(table, 80, whole=heads is MONTHLY).splitlines()  # as the commands draw them
        assert max(map(columns, lines)) <= 80
        assert "城关站" in "".join(lines)
        above = next(line for line in lines if heads[0] in line)
        assert all(head in above for head in heads)


MONTHLY = ("件次办结率", "本期受理登记", "名次")


@pytest.mark.parametrize("line", ["list", "list --all", "todo", "search 名称", "check"])
def test_stations_whose_ledger_is_elsewhere_are_named(desks: dict[str, Desk], line: str) -> None:
    office, words = desks[COUNTY], (*line.split(), "--station", "all")
    assert office(*words, "--json").json["elsewhere"] == []
    assert "不含" not in office(*words).err
    with county.superuser() as connection:
        connection.execute("INSERT INTO meta VALUES ('HL01', 'moved', 'file')")
        try:
            found, shown = office(*words, "--json"), office(*words)
        finally:
            connection.execute("DELETE FROM meta WHERE station = 'HL01' AND key = 'moved'")
    assert found.json["elsewhere"] == ["HL01"]
    assert "不含" not in found.err
    assert shown.err.splitlines()[0] == "bbcs: 提醒：不含台账搬走或没有搬完的 HL01"
    assert "不含" not in shown.out


@pytest.mark.parametrize("line", ["list --group 没有的组", "search 没有这样的话"])
def test_no_hit_anywhere_draws_no_table(desks: dict[str, Desk], line: str) -> None:
    seen = at_terminal(desks[COUNTY], *line.split(), "--station", "all")
    assert seen.code == 0
    assert "没有找到" in seen.screen
    assert "----" not in seen.screen
    assert "共 0 条" in desks[COUNTY].ok(*line.split(), "--station", "all").out
