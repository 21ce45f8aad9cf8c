from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hostile import HOSTILE, hostile_table
from openpyxl import load_workbook

from bbcs.errors import BadValue, OutputNotWritable
from bbcs.registers.table import Column, Table
from bbcs.render import xlsx, xlsx_widths

MADE = datetime(2026, 3, 31, 17, 0)
COLUMNS = (
    Column("no", "序号", "int"),
    Column("case_no", "编号"),
    Column("phone", "联系电话"),
    Column("received_at", "收到时间", "time"),
    Column("due", "到期日", "date"),
    Column("matter", "事项", width=30),
)


def case(number: int, **changed: Any) -> dict[str, Any]:
    plain = {
        "no": number,
        "case_no": f"ZY01-20260305-{number:04d}",
        "phone": "13800000001",
        "due": "2026-03-12",
        "matter": "诊所执业备案",
    }
    return {**plain, "received_at": "2026-03-05T09:10:00+08:00", **changed}


def register(*rows: dict[str, Any], **changed: Any) -> Table:
    return Table(
        "work",
        "工作台账登记簿（2026年3月）",
        COLUMNS,
        rows,
        ("账本头 <head>",),
        {1: "overdue", 2: "warning"},
    )._replace(**changed)


def sheet(tmp_path: Path, table: Table) -> Any:
    xlsx.write(tmp_path / "a.xlsx", [table], created=MADE, footer="示例窗口 & 3月")
    return load_workbook(tmp_path / "a.xlsx").active


def test_a_register_reads_back(tmp_path: Path) -> None:
    page = sheet(tmp_path, register(case(1), case(2, due=None), case(3, due="另定")))
    rows = list(page.iter_rows(values_only=True))
    assert rows[0][0] == "工作台账登记簿（2026年3月）"
    assert rows[1] == ("序号", "编号", "联系电话", "收到时间", "到期日", "事项")
    assert rows[2] == (
        1,
        "ZY01-20260305-0001",
        "13800000001",
        datetime(2026, 3, 5, 9, 10),
        datetime(2026, 3, 12),
        "诊所执业备案",
    )
    assert [row[4] for row in rows[3:5]] in ([None, "另定"], ["", "另定"])
    assert [row[0] for row in rows[5:]] == ["共 3 条", "账本头 <head>", "图例"]
    assert [cell for cell in rows[7] if cell] == ["图例", "超期", "快到期"]


def test_it_looks_as_offices_expect(tmp_path: Path) -> None:
    page = sheet(tmp_path, register(case(1), case(2), case(3)))
    assert "A1:F1" in [str(area) for area in page.merged_cells.ranges]
    assert page.freeze_panes == "A3"
    assert page.print_title_rows == "$1:$2"
    assert (
        page.page_setup.orientation,
        page.page_setup.paperSize,
        page.page_setup.fitToHeight,
    ) == ("landscape", 9, 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.auto_filter.ref == "A2:F5"
    assert page["C3"].number_format == "@"
    assert page["E3"].number_format == "yyyy-mm-dd"
    assert page["A2"].font.bold
    assert page.oddFooter.left.text == "示例窗口 && 3月"
    assert [page.cell(row, 2).fill.fgColor.rgb for row in (3, 4, 5)] == [
        "00000000",
        "FFFFC7CE",
        "FFFFEB9C",
    ]
    assert page.column_dimensions["B"].width >= 18
    assert page.column_dimensions["F"].width >= 30


def test_a_cell_without_a_value_is_blank_but_keeps_its_border(tmp_path: Path) -> None:
    """A stored empty text would count as a value: COUNTA, the filter “non-blanks”."""
    xlsx.write(tmp_path / "a.xlsx", [register(case(1, phone="", due=None))], created=MADE)
    stored = ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml").decode()
    for cell in ("C3", "E3"):
        (found,) = re.findall(f'<c r="{cell}"[^>]*>', stored)
        assert found.endswith("/>"), found
        assert ' s="' in found


def test_no_hostile_text_becomes_a_formula(tmp_path: Path) -> None:
    page = sheet(tmp_path, hostile_table())
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert [cell for cell in cells if cell.data_type not in ("s", "n")] == []
    assert [cell for cell in cells if cell.hyperlink] == []
    assert page.max_row == len(HOSTILE) + 2 + 4


def kept(text: str) -> str:
    """What of a text XML can hold; finished rich text gets a blank so that it stays text."""
    bad = {*map(chr, range(32)), "\ufffe", "\uffff"} - {"\n", "\t"}
    shown = (
        "".join(char for char in text.replace("\r\n", "\n") if char not in bad)
        .encode("utf-8", "backslashreplace")
        .decode()
    )
    return f"{shown} " if shown.startswith("<r>") else shown


@pytest.mark.parametrize("text", [text for text in HOSTILE if "_x00" not in text])
def test_a_cell_holds_the_text_that_was_written(tmp_path: Path, text: str) -> None:
    assert (sheet(tmp_path, register(case(1, matter=text)))["F3"].value or "") == kept(text)


def test_text_that_looks_like_an_escape_is_escaped(tmp_path: Path) -> None:
    """Excel decodes `_x005F_`; the reader of this test does so for shared strings only."""
    assert sheet(tmp_path, register(case(1, matter="_x0041_")))["F3"].value in (
        "_x0041_",
        "_x005F_x0041_",
    )


def test_long_numbers_stay_text(tmp_path: Path) -> None:
    page = sheet(tmp_path, register(case(110105190001010021), case(12)))
    assert page["A3"].value == "110105190001010021"
    assert page["A4"].value == 12


@pytest.mark.parametrize(
    "day", ["1899-12-31", "1900-02-28", "2026-02-30", "2026年3月", "20260312x", ""]
)
def test_what_is_no_day_of_a_spreadsheet_stays_text(tmp_path: Path, day: str) -> None:
    assert (sheet(tmp_path, register(case(1, due=day)))["E3"].value or "") == day


def test_a_text_too_long_is_refused_with_its_place_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="“事项”第 2 行") as refused:
        sheet(tmp_path, register(case(1), case(2, matter="密" * 32_768)))
    assert "密" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []
    assert sheet(tmp_path, register(case(1, matter="长" * 32_767)))["F3"].value == "长" * 32_767


def test_surrogate_pairs_count_twice_in_a_cell(tmp_path: Path) -> None:
    with pytest.raises(BadValue):
        sheet(tmp_path, register(case(1, matter="𠮷" * 16_384)))


def test_a_refused_file_leaves_the_old_one(tmp_path: Path) -> None:
    sheet(tmp_path, register(case(1)))
    before = (tmp_path / "a.xlsx").read_bytes()
    with pytest.raises(BadValue):
        sheet(tmp_path, register(case(2, matter="长" * 40_000)))
    assert (tmp_path / "a.xlsx").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_the_folder_must_exist(tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable, match="文件夹"):
        xlsx.write(tmp_path / "没有" / "a.xlsx", [register()], created=MADE)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        xlsx.write(tmp_path / f"{name}.xlsx", [hostile_table(), register(case(1))], created=MADE)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_sheets_get_names_a_workbook_allows(tmp_path: Path) -> None:
    tables = [
        register(title=title)
        for title in ("督办单", "督办单", "a/b:[c]*?'" + "长" * 40, "", "A/B", "a b")
    ]
    xlsx.write(tmp_path / "a.xlsx", tables, created=MADE)
    names = load_workbook(tmp_path / "a.xlsx").sheetnames
    assert names[:2] == ["督办单", "督办单-2"]
    assert names[3:] == ["work", "A B", "a b-2"]
    assert all(len(name) <= 31 for name in names)


def test_small_and_wide_tables(tmp_path: Path) -> None:
    assert (
        sheet(tmp_path, Table("one", "一列", (Column("a", "甲"),), ({"a": "x"},)))["A3"].value
        == "x"
    )
    wide = Table(
        "wide",
        "三十三列",
        tuple(Column(f"c{i}", f"第{i}个很长的列名") for i in range(33)),
        ({"c0": "词" * 300},),
    )
    page = sheet(tmp_path, wide)
    assert (
        sum((area.max - area.min + 1) * area.width for area in page.column_dimensions.values())
        < 33 * 10
    )
    assert page.row_dimensions[3].height > 100


def test_a_long_title_of_a_narrow_table_and_a_long_text_are_seen_from_their_beginning(
    tmp_path: Path,
) -> None:
    columns = (Column("a", "甲", "int"), Column("b", "乙", width=20))
    title, row = "示例窗口 2026-10-30 到期提醒" * 2, {"a": 1, "b": "词" * 4500}
    page = sheet(tmp_path, Table("due", title, columns, (row,)))
    assert page["A1"].alignment.wrap_text
    assert page.row_dimensions[1].height > 22 * 3
    assert [cell.alignment.vertical for cell in page[3]] == ["top", "top"]


@pytest.mark.parametrize(("rates", "whole"), [(6, True), (8, False)])
def test_a_rate_stands_on_one_line_where_that_costs_no_page(rates: int, whole: bool) -> None:
    counts = [Column(f"n{number}", "超期未办结", "int", width=8) for number in range(7)]
    shares = [Column(f"r{number}", "首轮按时办结率", width=20) for number in range(rates)]
    texts = [Column(name, name, width=20) for name in ("单位", "比上期", "比上年同期")]
    row = {one.name: "53.85%（7/13）" for one in shares} | dict.fromkeys(("比上期",), "词" * 10)
    widths, across = xlsx_widths.widths(Table("units", "单位", [*counts, *texts, *shares], [row]))
    assert across == 1
    assert (min(widths[-rates:]) >= len("53.85%（7/13）") + 2) == whole


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path) -> None:
    class Endless(tuple[Any, ...]):
        def __len__(self) -> int:
            return 1_048_576

    with pytest.raises(BadValue, match="csv"):
        xlsx.write(tmp_path / "a.xlsx", [register(rows=Endless())], created=MADE)


SIGN = ("填报单位：某站", "制表：", "审核：", "负责人：", "（盖章）", "2026 年 3 月 31 日")


@pytest.mark.parametrize("sign", [SIGN, ()])
@pytest.mark.parametrize("count", [*range(60, 101, 8), 2_000])
def test_the_signatures_of_a_long_register_stand_with_its_last_rows(
    tmp_path: Path, count: int, sign: tuple[str, ...]
) -> None:
    table = register(*map(case, range(1, count + 1)), sign=sign, labelled=True)
    breaks = [one.id for one in sheet(tmp_path, table).row_breaks.brk]
    if not sign:
        assert not breaks
        return
    (begin,) = breaks  # the number of the row above the break, from 1
    rows = count + 2 - begin
    assert 3 <= rows <= 12, "three rows at least, no more than half a page"


def test_a_register_of_one_page_has_no_break(tmp_path: Path) -> None:
    table = register(*map(case, range(1, 9)), sign=SIGN)
    assert not sheet(tmp_path, table).row_breaks.brk
