"""`bbcs station unit load`: a list of units is loaded whole, says what it changes, or is refused."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import openpyxl
import pytest
from cli_desk import Desk, case, prepared

from bbcs.config import station_file
from bbcs.domain.station import Unit
from bbcs.store.opening import open_ledger

HEAD = "代码,名称,简称,层级,首席代表,电话\n"


@prepared
def town(desk: Desk) -> Desk:
    desk.ok("station", "unit", "add", "市场监管局", "--code", "SJ", "--alias", "市监局")
    desk.ok("station", "unit", "add", "卫健局", "--code", "WJ", "--phone", "3001")
    desk.ok("station", "unit", "add", "档案馆")
    return desk


def listed(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "单位.csv"
    path.write_bytes(text.encode(encoding))
    return path


def units(desk: Desk) -> dict[str, Unit]:
    return {one.name: one for one in station_file.read(desk.home).units}


def kept(desk: Desk) -> tuple[bytes, int]:
    return (desk.home / "station.toml").read_bytes(), desk.entries()


def recorded(desk: Desk) -> list[str]:
    with open_ledger(desk.home) as ledger:
        return [event.data["what"] for event in ledger.office_wide(("StationChanged",))]


def test_a_list_fills_an_empty_roster_in_one_entry(desk: Desk, tmp_path):
    path = listed(
        tmp_path,
        HEAD + "SJ,市场监管局,市监局；工商局,县（区）,陈代表,0874-3001\nQS,青山镇,,镇,,\n",
    )
    said = desk.ok("station", "unit", "load", path)
    assert said.out == "已载入单位名册：2 个单位\n新增 2 个：市场监管局、青山镇\n"
    assert station_file.read(desk.home).units == (
        Unit("SJ", "市场监管局", ("市监局", "工商局"), "陈代表", "0874-3001", "county"),
        Unit("QS", "青山镇", level="township"),
    )
    assert recorded(desk) == ["made", "units"]
    assert desk.json("ledger", "verify", "--full")["ok"]
    assert not desk.ok("doctor").out.count("station sync")
    before = kept(desk)
    assert desk.ok("station", "unit", "load", path).out == "和在用的名册没有不同：2 个单位\n"
    assert kept(desk) == before


def test_what_it_changes_is_said_and_consented_to(town: Desk, tmp_path):
    town.take(**case(1))
    town.ok("triage", "0001", "--difficulty", "general")
    town.ok("assign", "0001", "--lead", "卫健局")
    path = listed(
        tmp_path, "名称,代码,简称\n市场监督管理局,SJ,市监局\n卫生健康局,WJ,\n医保局,YB,\n"
    )
    before = kept(town)
    refused = town.fails(15, "station", "unit", "load", path)
    assert refused.err == (
        "bbcs: 单位.csv 会撤下 1 个（档案馆）、改名 2 个（市场监管局 → 市场监督管理局、"
        "卫健局 → 卫生健康局）；没有载入。真要这样请加 --yes；文件里没有的要留着，请加 --keep\n"
    )
    tried = town.ok("station", "unit", "load", path, "--dry-run")
    assert tried.out.startswith("会载入单位名册：3 个单位\n新增 1 个：医保局\n改名 2 个：")
    assert kept(town) == before
    said = town.ok("station", "unit", "load", path, "--yes")
    assert said.out == "已载入" + tried.out.removeprefix("会载入")
    assert "卫健局 1 件" in said.err
    assert recorded(town)[-3:] == ["unit_renamed", "unit_renamed", "units"]
    after = units(town)
    assert list(after) == ["市场监督管理局", "卫生健康局", "医保局"]
    assert after["卫生健康局"] == Unit("WJ", "卫生健康局", (), "", "3001", "", ("卫健局",))
    for name in ("卫健局", "卫生健康局", "WJ"):
        assert town.json("list", "--unit", name)["count"] == 1, name
    assert town.json("ledger", "verify", "--full")["ok"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_who_is_asked_knows_the_open_cases(town: Desk, tmp_path):
    from cli_terminal import at_terminal

    town.take(**case(1))
    town.ok("triage", "0001", "--difficulty", "general")
    town.ok("assign", "0001", "--lead", "卫健局")
    path = listed(tmp_path, "名称\n市场监管局\n档案馆\n")
    before = kept(town)
    seen = at_terminal(town, "station", "unit", "load", path, typed="n\n", env={"TERM": "dumb"})
    asked = "".join(seen.lines)
    assert "会撤下 1 个（卫健局），其中有没了结的件：卫健局 1 件；仍要载入吗" in asked
    assert kept(town) == before


def test_a_unit_renamed_by_a_list_is_counted_under_its_new_name(town: Desk, tmp_path):
    town.take(**case(1))
    town.ok("triage", "0001", "--difficulty", "general")
    town.ok("assign", "0001", "--lead", "卫健局")
    path = listed(tmp_path, "代码,名称\nWJ,卫生健康局\n")
    town.ok("station", "unit", "load", path, "--keep", "--yes")
    page = town.ok("report", "circular", "--month", "2026-03", "--json").out
    assert ("卫生健康局" in page, "卫健局" in page) == (True, False)


def test_columns_that_are_not_there_and_units_that_are_kept_stay(town: Desk, tmp_path):
    path = listed(tmp_path, "序号,单位名称,联系电话,备注\n1,卫健局,3002,大楼\n2,医保局,,\n")
    done = town("station", "unit", "load", path, "--keep", "--json")
    assert (done.code, done.err) == (0, "bbcs: 提醒：文件里没有用到的栏：备注\n")
    assert done.json == {
        "schema": "bbcs.changed/1", "what": "units", "code": None, "count": 4, "added": ["医保局"], "gone": [],
        "renamed": [], "changed": {"卫健局": ["phone"]}, "open_cases": [], "unused": ["备注"],
    }  # fmt: skip
    assert units(town)["卫健局"] == Unit("WJ", "卫健局", phone="3002")
    assert units(town)["市场监管局"].aliases == ("市监局",)


def test_two_units_exchange_their_names(town: Desk, tmp_path):
    path = listed(tmp_path, "代码,名称\nSJ,卫健局\nWJ,市场监管局\n")
    town.ok("station", "unit", "load", path, "--keep", "--yes")
    assert [(one.code, one.name) for one in station_file.read(town.home).units] == [
        ("SJ", "卫健局"), ("WJ", "市场监管局"), ("", "档案馆"),
    ]  # fmt: skip
    town.take(**case(1))
    town.ok("triage", "0001", "--difficulty", "general")
    town.ok("assign", "0001", "--lead", "卫健局")
    assert town.json("show", "0001")["lead_unit"] == "卫健局"
    assert town.json("list", "--unit", "SJ")["count"] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_and_lists_without_headers(desk: Desk, tmp_path, encoding: str):
    path = listed(
        tmp_path, "SJ,市场监管局,市监局;工商局;质监局;物价局\nWJ,卫健局\n医保局\n", encoding
    )
    desk.ok("station", "unit", "load", path)
    assert [(one.code, one.name, len(one.aliases)) for one in station_file.read(desk.home).units] == [
        ("SJ", "市场监管局", 4), ("WJ", "卫健局", 0), ("", "医保局", 0),
    ]  # fmt: skip


def book(path: Path) -> Path:
    workbook = openpyxl.Workbook()
    hidden = workbook.active
    hidden.title, hidden.sheet_state = "旧", "hidden"
    hidden.append(["名称"])
    hidden.append(["作废局"])
    workbook.create_sheet("说明").append(["填表说明"])
    sheet = workbook.create_sheet("名册")
    sheet.append(["示例县单位名册", None, None])
    sheet.merge_cells("A1:C1")
    sheet.append(["序号", "单 位\n名称*", "单位代码", "电话", "别名"])
    sheet.append([1, "市场监管局", 1001, 87650001.0, "市监局\n工商局"])
    sheet.append([None] * 5)
    sheet.append([2, " 卫健局 ", 1002, "3001", None])
    sheet.append(["合计", "2 个"])
    workbook.save(path)
    return path


def test_a_workbook_with_a_title_a_hidden_sheet_and_numbers(desk: Desk, tmp_path):
    path = book(tmp_path / "名册.xlsx")
    made = Desk(tmp_path / "other" / "home")
    desk.ok("station", "unit", "load", path)
    made.ok("init", "--station", "ZY02", "--name", "站", "--units", path)
    for one in (desk, made):
        assert station_file.read(one.home).units == (
            Unit("1001", "市场监管局", ("市监局", "工商局"), "", "87650001"),
            Unit("1002", "卫健局", (), "", "3001"),
        )


def test_the_list_of_one_office_is_loaded_into_another(town: Desk, tmp_path):
    path = tmp_path / "名册.json"
    path.write_text(town.ok("station", "unit", "list", "--json").out, encoding="utf-8")
    other = Desk(tmp_path / "other" / "home")
    other.ok("init", "--station", "ZY02", "--name", "站")
    other.ok("station", "unit", "load", path)
    assert station_file.read(other.home).units == station_file.read(town.home).units


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", 40, ["是空的"]),
        ("名称\n", 30, ["没有单位", "首行写"]),
        ("名称\n甲局\n甲局\n", 30, ["第 3 行", "“甲局”已经指第 2 行的甲局"]),
        ("名称\n甲局、乙局\n", 30, ["第 2 行", "几个单位"]),
        ("名称,电话\n甲局,1\n,2\n", 30, ["第 3 行", "没有写单位名称"]),
        ("名称,层级\n甲局,省\n", 30, ["第 2 行", "层级“省”", "乡镇（街道）"]),
        ("名称,单位\n甲局,乙局\n", 30, ["第 1 行", "“名称”"]),
        ("机构,电话\n甲局,1\n", 30, ["第 1 行", "表头"]),
        ("甲局,乙,丙,丁\n", 30, ["第 1 行", "表头"]),
        ("名称,简称\n甲局,卫健局\n卫健局,\n", 30, ["第 3 行", "“卫健局”已经指第 2 行的甲局"]),
        ("名称,代码\n卫健局,WS\n", 30, ["第 2 行", "代码是 WJ，不是 WS"]),
        ("名称,代码\n卫健局,WJ\n卫健委,WJ\n", 30, ["第 3 行", "第 2 行"]),
        ('名称\n"甲\n局"\n', 30, ["第 2 行", "换行"]),
        ("名称\n甲局\n制表人：陈试验\n", 30, ["第 3 行", "不像单位名称"]),
        ("名称,层级\n甲局,省\n乙局,部\n", 30, ["有 2 处问题", "第 2 行", "第 3 行"]),
    ],
)
def test_a_refused_list_changes_nothing(town: Desk, tmp_path, text: str, code: int, words):
    before = kept(town)
    path = listed(tmp_path, text)
    for how in ((), ("--dry-run",), ("--yes",), ("--keep", "--yes")):
        said = town("station", "unit", "load", path, *how)
        assert (said.code, said.out) == (code, ""), said
        assert [word for word in words if word not in said.err] == []
        assert said.err.count("\n") == 1
    assert kept(town) == before


def test_an_alias_may_not_be_the_name_of_a_unit_that_is_kept(town: Desk, tmp_path):
    path = listed(tmp_path, "名称,简称\n甲局,卫健局\n")
    said = town.fails(30, "station", "unit", "load", path, "--keep")
    assert "第 2 行：“卫健局”已经指名册里的卫健局" in said.err
    town.ok("station", "unit", "load", path, "--yes")
    assert units(town) == {"甲局": Unit("", "甲局", ("卫健局",))}


def test_only_an_administrator_loads_a_file_that_is_there(town: Desk, tmp_path):
    path = listed(tmp_path, "名称\n甲局\n")
    town.ok("station", "operator", "add", "li", "--name", "李经办")
    before = kept(town)
    assert town("station", "unit", "load", path, "--yes", "--as", "li").code == 14
    assert town("station", "unit", "load", path, "--dry-run", "--as", "li").code == 14
    assert town("station", "unit", "load", tmp_path / "没有.xlsx").code == 22
    refused = town("station", "unit", "load", path, "--json")
    assert (refused.code, json.loads(refused.err)["code"]) == (15, "E1501")
    assert kept(town) == before
