"""`report fill`: superiors' forms, filled from the ledger; what is not understood stays empty."""

from __future__ import annotations

import errno
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from copy import copy
from pathlib import Path
from typing import Any

import libreoffice
import pytest
from cli_desk import Desk
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Protection, Side

from bbcs.cli import recorded_sessions

FILES = recorded_sessions.folder() / "files"
MARCH, APRIL = "2026-03-31T17:00", "2026-04-30T17:00"
STORY = (
    ("2026-02-02T09:00", "pack adopt {files}/shili.toml --yes"),
    ("2026-02-10T09:00", "intake --from {files}/tongbao-feb.json"),
    ("2026-03-02T09:00", "intake --from {files}/tongbao-mar.json"),
    ("2026-03-02T10:00", "act --from {files}/tongbao-assign.json"),
    ("2026-03-10T15:00", "act --from {files}/tongbao-done.json"),
)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month of ten cases of two units, three carried in."""
    home = tmp_path_factory.mktemp("fill") / "home"
    Desk(home, STORY[0][0]).ok("init", "--station", "SL02", "--name", "示例二站")
    for now, line in STORY:
        Desk(home, now).ok(*(word.format(files=FILES) for word in line.split()))
    return home


@pytest.fixture
def office(story: Path, tmp_path: Path) -> Desk:
    return Desk(story, MARCH).copied(tmp_path)


def later(desk: Desk) -> Desk:
    return Desk(desk.home, APRIL)


LABELS = {
    "B2": "示例二站", "D2": "2026 年 3 月", "B4": 3, "D4": 10, "B5": 1, "D5": 7, "B6": 0, "D6": 7,
    "B7": 7, "D7": 0, "B9": 53.85, "D9": 0.667, "B10": "85.71%", "D10": "53.85%",
}  # fmt: skip
UNITS = {
    "C4": 5, "D4": 4, "E4": 2, "F4": "75.00%", "G4": 66.67,
    "C5": 5, "D5": 3, "E5": 2, "F5": "100.00%", "G5": 66.67,
    "C6": 0, "D6": 0, "E6": 3, "F6": "—", "G6": "—", "F7": "85.71%", "G7": 66.67,
}  # fmt: skip
CASES = {
    **{f"A{row}": row - 2 for row in range(3, 16)},
    **{f"B{row}": f"SL02-20260210-000{row - 2}" for row in range(3, 6)},
    **{f"B{row}": f"SL02-20260302-{row - 5:04}" for row in range(6, 16)},
    **{f"C{row}": "2026-02-10 09:00" for row in range(3, 6)},
    **{f"C{row}": "2026-03-02 09:00" for row in range(6, 16)},
    "E3": "诊所备案", "F6": "区住建局", "G6": "已解决", "H6": "满意", "A16": "填表：", "E16": "审核：",
}  # fmt: skip
CROSSED = {
    "C3": 10, "C4": 7, "C5": 7, "C6": 6, "C7": 6, "C8": "85.71%", "C9": 10, "C10": 0, "C11": 0,
}  # fmt: skip
FORMS: Mapping[str, tuple[Mapping[str, Any], list[str]]] = {
    "工作月报": (LABELS, []),
    "各单位": (UNITS, []),
    "办件清单": (CASES, []),
    "数据表": (CROSSED, []),
}
"""Form -> what its cells get in March, and the cells that are left."""


def filled(desk: Desk, blank: Path, month: str, out: Path, *more: object) -> Any:
    return desk.ok(
        "report", "fill", blank, "--month", month, "--out", out, "--json", "--yes", *more
    ).json


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_filled_and_again_next_month(office: Desk, tmp_path: Path, name: str) -> None:
    expected, left = FORMS[name]
    blank = tmp_path / f"上级表-{name}.xlsx"
    blank.write_bytes((FILES / blank.name).read_bytes())
    before = blank.read_bytes()
    answer = office.ok("report", "fill", blank, "--month", "2026-03", "--json").json
    assert [one["cell"] for one in answer["left"]] == left
    assert answer["file"] == str(tmp_path / f"上级表-{name}_已填_2026-03.xlsx")
    book = load_workbook(answer["file"])
    sheet, empty = book.worksheets[0], load_workbook(blank).active
    assert {cell: sheet[cell].value for cell in expected} == expected
    assert book.sheetnames[1:] == ["未填"] * bool(left)
    kept = {one.coordinate: one.value for row in empty for one in row if one.value is not None}
    moved = {"A6": "A16", "E6": "E16"} if name == "办件清单" else {}
    assert all(sheet[moved.get(cell, cell)].value == value for cell, value in kept.items())
    for cell in ("B4", "C4"):
        assert sheet[cell].border.left.style == empty[cell].border.left.style == "thin"
        assert sheet[cell].number_format == empty[cell].number_format
    assert len(sheet.merged_cells.ranges) == len(empty.merged_cells.ranges)
    assert blank.read_bytes() == before
    again = filled(later(office), blank, "2026-04", tmp_path / "四月.xlsx")
    names = [{one["cell"]: one["name"] for one in each["cells"]} for each in (answer, again)]
    assert names[0] == names[1]
    assert [one["cell"] for one in again["left"]] == left


@pytest.mark.parametrize("name", FORMS)
def test_people_read_what_a_cell_got_in_chinese(office: Desk, tmp_path: Path, name: str) -> None:
    out = tmp_path / "三月.xlsx"
    said = office.ok(
        "report", "fill", FILES / f"上级表-{name}.xlsx", "--month", "2026-03", "--out", out
    )
    meanings = re.findall(r"（([^（）]*)）$", said.out, flags=re.MULTILINE)
    assert len(meanings) >= 8
    assert [one for one in meanings if re.search("[a-z_]", one)] == []


@libreoffice.needed
def test_libreoffice_opens_every_filled_form_as_it_is(office: Desk, tmp_path: Path) -> None:
    made = [tmp_path / f"{name} 三月.xlsx" for name in FORMS]
    for name, out in zip(FORMS, made, strict=True):
        filled(office, FILES / f"上级表-{name}.xlsx", "2026-03", out)
    assert libreoffice.not_opened(made, tmp_path) == []


def test_cases_are_masked_and_what_is_hidden_stays_empty(office: Desk, tmp_path: Path) -> None:
    filled(office, FILES / "上级表-办件清单.xlsx", "2026-03", tmp_path / "清单.xlsx")
    sheet = load_workbook(tmp_path / "清单.xlsx").active
    assert all("*" in sheet[f"D{row}"].value for row in range(3, 16))
    assert all(sheet[f"J{row}"].value is None for row in range(3, 16))
    assert sheet.row_dimensions[16].height == 30


def form(path: Path, rows: list[list[object]], change: Callable[[Any], None] | None = None) -> Path:
    """A form of cells with borders."""
    book, line = Workbook(), Side(style="thin")
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = book.active.cell(number, column, value)
            cell.border = Border(line, line, line, line)
    if change:
        change(book.active)
    book.save(path)
    return path


TRAPS: list[list[object]] = [
    ["办结件数", None, "联系电话", None],  # a phone is no count of calls
    ["受理（累计）", None, "限时办结率", None],  # since when; of which round
    ["12345热线", "受理件数", None, "办"],  # not this ledger's cases
    ["督办情况", "办结件数", None, "办"],  # those that were supervised only
    ["上年同期", "受理件数", None, "办"],
    ["单位", "受理", "办结", "满意率"],
    ["区气象局", None, None, None],  # no unit of this office
    ["区住建局", None, "=1+1", "0"],
    ["小计", None, None, None],
    ["合计", None, None, None],  # not all units are listed
    ["一、12345热线办件", "", "", ""],
    ["受理", "办结", "重办", "销号"],
    [None, None, None, None],
]


def test_no_cell_is_guessed(office: Desk, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet.merge_cells("A11:D11")

    answer = filled(
        office, form(tmp_path / "陷阱.xlsx", TRAPS, change), "2026-03", tmp_path / "填.xlsx"
    )
    assert {one["cell"]: one["value"] for one in answer["cells"]} == {"B1": 7, "B8": 5}
    left = {one["cell"]: one["why"] for one in answer["left"]}
    wanted = [
        "D1",
        "B2",
        "D2",
        "C3",
        "C4",
        "C5",
        "B7",
        "C7",
        "D7",
        "B9",
        "C9",
        "D9",
        "B10",
        "C10",
        "D10",
        "A13",
        "B13",
        "C13",
        "D13",
    ]
    assert sorted(left) == sorted(wanted)
    assert left["D2"] == "有几种可能：首轮按时办结率、末轮按时办结率"
    sheet = load_workbook(tmp_path / "填.xlsx").worksheets[0]
    assert (sheet["C8"].value, sheet["D8"].value) == ("=1+1", "0")
    assert load_workbook(tmp_path / "填.xlsx")["未填"].max_row == len(wanted) + 1


MERGED: list[list[object]] = [
    ["责任单位", "收件", None, "办理", None, "回访", "备注"],
    [None, "上月结转", "本月受理", "办结", "办结率", "满意率", None],
    ["区住建局", None, None, None, None, None, None],
    ["窗口", None, None, None, None, None, None],
]


def test_headers_of_two_rows_under_plain_headings_are_filled(office: Desk, tmp_path: Path) -> None:
    def merge(sheet: Any) -> None:
        for cells in ("A1:A2", "B1:C1", "D1:E1", "G1:G2"):
            sheet.merge_cells(cells)

    blank = form(tmp_path / "两行.xlsx", MERGED, merge)
    answer = filled(office, blank, "2026-03", tmp_path / "填.xlsx")
    got = {one["cell"]: one["value"] for one in answer["cells"]}
    assert got == {
        "B3": 0,
        "C3": 5,
        "D3": 4,
        "E3": "80.00%",
        "F3": "66.67%",
        "B4": 3,
        "C4": 0,
        "D4": 0,
        "E4": "0.00%",
        "F4": "—",
    }


def test_a_map_corrects_and_is_remembered(office: Desk, tmp_path: Path) -> None:
    rows: list[list[object]] = [["群众满意", None, "办结", None], ["其他", None, "受理", None]]
    blank, own = form(tmp_path / "表.xlsx", rows), tmp_path / "对照.toml"
    own.write_text(
        '"群众满意" = "满意率"\n"Sheet!B2" = "区住建局/received"\nD1 = "-"\n', encoding="utf-8"
    )
    out = tmp_path / "填.xlsx"
    first = filled(office, blank, "2026-03", out, "--map", own)
    assert {one["cell"]: one["value"] for one in first["cells"]} == {
        "B1": "66.67%", "B2": 5, "D2": 10,
    }  # fmt: skip
    form(blank, rows, lambda sheet: setattr(sheet, "title", "4月"))
    second = filled(later(office), blank, "2026-04", out)
    assert [one["name"] for one in second["cells"]] == [one["name"] for one in first["cells"]]
    own.write_text('"群众满意" = "没有这种率"\n', encoding="utf-8")
    refused = later(office)("report", "fill", blank, "--month", "2026-04", "--map", own)
    assert refused.code == 2
    assert "不是计数、比率或栏名" in refused.err
    own.write_text('A1 = "办结"\n', encoding="utf-8")
    refused = later(office)("report", "fill", blank, "--month", "2026-04", "--map", own)
    assert refused.code == 2
    assert "A1 不是空的单元格" in refused.err


def test_a_text_of_a_case_is_no_formula(office: Desk, tmp_path: Path) -> None:
    case = {"matter": "=1+1", "demand": "办不了", "reporter": "陈试验"}
    office.ok("intake", "--from", "-", stdin=json.dumps(case))
    filled(office, FILES / "上级表-办件清单.xlsx", "2026-03", tmp_path / "清单.xlsx")
    cell = load_workbook(tmp_path / "清单.xlsx").active["E16"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


ODD = "甲<b>&乙𠮷䶮\ufffe丙{{ 7*7 }}"


def test_any_text_of_a_case_stands_in_a_list_as_it_is(office: Desk, tmp_path: Path) -> None:
    case = {"matter": ODD, "demand": "办不了", "reporter": "陈试验"}
    office.ok("intake", "--from", "-", stdin=json.dumps(case))
    filled(office, FILES / "上级表-办件清单.xlsx", "2026-03", tmp_path / "清单.xlsx")
    shown = load_workbook(tmp_path / "清单.xlsx").active["E16"].value
    for part in ("甲<b>&乙", "𠮷䶮", "丙{{ 7*7 }}"):
        assert part in shown
    assert "\ufffe" not in shown


def test_numbers_as_text_and_formulas_are_left_as_they_are(office: Desk, tmp_path: Path) -> None:
    """A number that is text is content; a cell laid out as text takes the figure."""

    def as_text(sheet: Any) -> None:
        sheet["B1"].number_format = sheet["D1"].number_format = "@"

    rows: list[list[object]] = [["办结", None, "受理", "0"], ["重办", "=B1+0", "不予受理", "=1"]]
    blank = form(tmp_path / "文本.xlsx", rows, as_text)
    answer = filled(office, blank, "2026-03", tmp_path / "填.xlsx")
    assert {one["cell"]: one["value"] for one in answer["cells"]} == {"B1": 7}
    sheet = load_workbook(tmp_path / "填.xlsx").worksheets[0]
    assert [sheet[cell].value for cell in ("B1", "D1", "B2", "D2")] == [7, "0", "=B1+0", "=1"]
    assert sheet["B1"].number_format == "@"


def test_hidden_rows_and_sheets_stay_empty(office: Desk, tmp_path: Path) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = True
        other = sheet.parent.create_sheet("藏")
        other["A1"], other.sheet_state = "受理", "hidden"
        other["B1"].border = copy(sheet["B1"].border)

    blank = form(tmp_path / "藏.xlsx", [["办结", None], ["受理", None]], hide)
    answer = filled(office, blank, "2026-03", tmp_path / "填.xlsx")
    assert [one["cell"] for one in answer["cells"]] == ["B1"]
    book = load_workbook(tmp_path / "填.xlsx")
    assert book["Sheet"]["B2"].value is None
    assert book["藏"]["B1"].value is None


def test_a_disk_that_is_full_leaves_no_half_form(
    office: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Any, target: Any) -> None:
        Path(target).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("openpyxl.workbook.workbook.Workbook.save", full)
    out = tmp_path / "填.xlsx"
    out.write_bytes(b"before")
    line = (
        "report",
        "fill",
        FILES / "上级表-各单位.xlsx",
        "--month",
        "2026-03",
        "--out",
        out,
        "--yes",
    )
    assert "磁盘已满" in office.fails(22, *line).err
    assert out.read_bytes() == b"before"
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {out.name}


def _protect(sheet: Any) -> None:
    sheet["B1"].protection = Protection(locked=False)
    sheet.protection.enable()


def _bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<a>" + b" " * (64 << 20))
    return path


def _macro(path: Path) -> Path:
    form(path, [["办结", None]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return path


def _raw(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


def _whole(path: Path) -> bytes:
    raw = io.BytesIO(form(path, [["办结", None]]).read_bytes())
    return raw.getvalue()


REFUSED: Mapping[str, tuple[Callable[[Path], Path], int, str]] = {
    "macros": (lambda p: _macro(p / "a.xlsx"), 40, "有宏"),
    "xlsm": (lambda p: _raw(p / "a.xlsm", _whole(p / "b.xlsx")), 40, "有宏"),
    "encrypted": (
        lambda p: _raw(
            p / "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        ),
        40,
        "密码",
    ),
    "damaged": (lambda p: _raw(p / "a.xlsx", _whole(p / "b.xlsx")[:900]), 40, "已损坏"),
    "bomb": (lambda p: _bomb(p / "a.xlsx"), 40, "压缩炸弹"),
    "csv": (lambda p: _raw(p / "a.csv", b"a,b\n1,\n"), 40, "不是 xlsx"),
    "protected": (lambda p: form(p / "a.xlsx", [["办结", None]], _protect), 40, "有保护"),
    "unknown": (lambda p: form(p / "a.xlsx", [["花名", None]]), 40, "没有认出"),
    "other month": (
        lambda p: form(p / "a.xlsx", [["2026年2月月报"], ["办结", None]]),
        2,
        "空表是 2026 年 2 月的（“2026年2月月报”），要填的是 2026 年 3 月",
    ),
    "quarter": (
        lambda p: form(p / "a.xlsx", [["2026年1-3月报表"], ["办结", None]]),
        2,
        "空表不是一个月的",
    ),
    "missing": (lambda p: p / "没有.xlsx", 22, "没有这个文件"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_blank_that_cannot_be_filled_is_refused(office: Desk, tmp_path: Path, name: str) -> None:
    make, code, line = REFUSED[name]
    blank, out = make(tmp_path), tmp_path / "填.xlsx"
    answer = office("report", "fill", blank, "--month", "2026-03", "--out", out)
    assert (answer.code, answer.err.count("\n"), answer.out) == (code, 1, "")
    assert line in answer.err
    assert not out.exists()


def test_the_blank_itself_is_never_written(office: Desk, tmp_path: Path) -> None:
    blank = form(tmp_path / "表.xlsx", [["办结", None]])
    before = blank.read_bytes()
    link = tmp_path / "链接.xlsx"
    link.symlink_to(blank)
    for out in (blank, link):
        answer = office("report", "fill", blank, "--month", "2026-03", "--out", out)
        assert (answer.code, "空表自己" in answer.err) == (2, True)
    assert blank.read_bytes() == before


def test_the_kpis_say_how_much_was_generated(office: Desk, tmp_path: Path) -> None:
    def generated(desk: Desk, month: str) -> Any:
        return desk.ok("report", "kpi", "--month", month, "--json").json.get("generated")

    assert generated(office, "2026-03") is None
    cells = [
        filled(office, FILES / f"上级表-{name}.xlsx", "2026-03", tmp_path / f"{name}.xlsx")["cells"]
        for name in ("工作月报", "各单位")
    ]
    for _ in range(2):  # the same again counts once
        paper = (
            "doc",
            "SL02-20260302-0001",
            "acceptance",
            "--out",
            tmp_path / "受理单.txt",
            "--yes",
        )
        office.ok(*paper)
        filled(office, FILES / "上级表-各单位.xlsx", "2026-03", tmp_path / "又.xlsx")
    refused = form(tmp_path / "花名.xlsx", [["花名", None]])
    assert office("report", "fill", refused, "--month", "2026-03").code == 40
    with (office.home / "log" / "reports.ndjson").open("a", encoding="utf-8") as log:
        log.write('{"report": "fill", "cells"\n[]\n{"report": "fill", "exit": 0, "cells": 9}\n')
        for _ in range(2):  # lines of before, which name no form and no paper
            log.write(
                '{"at": "2026-03-31T17:00:00+08:00", "report": "papers", "exit": 0, "papers": 3}\n'
            )
    for _ in range(2):
        office.ok("report", "monthly", "--month", "2026-03", "--out", tmp_path / "月")
    files = len(list((tmp_path / "月").iterdir()))
    wanted = {"forms": 2, "cells": sum(map(len, cells)), "files": files, "papers": 7}
    assert generated(office, "2026-03") == wanted
    assert generated(later(office), "2026-04") is None
    line = f"上级表 2 张、{wanted['cells']} 格；月报文件 {files} 个；文书文件 7 份。"
    shown = office.ok("report", "kpi", "--month", "2026-03").out.replace("\n", "")
    assert line in shown


def test_what_is_left_out_of_a_rate_is_said(office: Desk, tmp_path: Path) -> None:
    blank = form(tmp_path / "表.xlsx", [["首轮按时办结率", None, "解决率", None]])
    line = ("report", "fill", blank, "--month", "2026-03", "--out", tmp_path / "填.xlsx", "--yes")
    assert "不计" not in office.ok(*line).err
    office.ok(
        "exclude", "SL02-20260302-0001", "--rate", "on_time", "--basis", "系统停机", "--approver", "王主任",
    )  # fmt: skip
    assert "首轮按时办结率 53.85%（7/13）；不计剔除 1 件" in office.ok(*line).err


def test_a_rate_that_rests_on_late_entries_is_said_in_a_sheet_beside_the_form(
    office: Desk, tmp_path: Path
) -> None:
    late = "SL02-20260302-0008"
    office.ok(
        "resolve", late, "--outcome", "solved", "--measures", "好", "--at", "2026-03-10T10:00",
        "--late-reason", "纸质台账补录",
    )  # fmt: skip
    unit = [["单位", "首轮按时办结率"], ["区卫健局", None], ["区住建局", None]]
    blank = form(tmp_path / "表.xlsx", [["首轮按时办结率", None], ["解决率", None], [], *unit])
    line = ("report", "fill", blank, "--month", "2026-03", "--out", tmp_path / "填.xlsx", "--yes")
    said = office.ok(*line).err
    lines = [
        ("Sheet", "B1", "首轮按时办结率", "61.54%（8/13），其中 1 个靠补录、设定时间或更正"),
        (
            "Sheet",
            "B5",
            "区卫健局 首轮按时办结率",
            "80.00%（4/5），其中 1 个靠补录、设定时间或更正",
        ),
    ]
    assert "见“比率说明”表" in said
    for sheet, cell, label, note in lines:
        assert f"  {sheet}!{cell}  {label} {note}\n" in said
    rows = list(load_workbook(tmp_path / "填.xlsx")["比率说明"].iter_rows(values_only=True))
    assert rows == [("表", "单元格", "项目", "比率全文"), *lines]
    notes = {
        one["cell"]: one["note"] for one in json.loads(office.ok(*line, "--json").out)["cells"]
    }
    assert notes == {"B1": lines[0][3], "B2": None, "B5": lines[1][3], "B6": None}


def test_a_total_that_is_a_formula_is_told_where_units_are_missing(
    office: Desk, tmp_path: Path
) -> None:
    rows: list[list[object]] = [
        ["单位", "受理", "办结率", "合计"],
        ["区住建局", None, None, None],
        ["合计", "=SUM(B2:B2)", "=B3/1", None],
    ]
    answer = filled(office, form(tmp_path / "合计.xlsx", rows), "2026-03", tmp_path / "填.xlsx")
    left = {one["cell"]: one["why"] for one in answer["left"]}
    assert left["B3"] == "是公式，只加表上列的单位；本站一共 10，表上没有的：区卫健局、窗口"
    assert "C3" not in left
    rows[2:2] = [["区卫健局", None, None, None], ["窗口", None, None, None]]
    rows[-1][1] = "=SUM(B2:B4)"
    answer = filled(office, form(tmp_path / "全.xlsx", rows), "2026-03", tmp_path / "填二.xlsx")
    assert "B5" not in {one["cell"] for one in answer["left"]}
