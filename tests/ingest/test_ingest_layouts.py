"""Ledgers of other layouts than the samples: every format gives the rows that were written into it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import layouts
import odf.opendocument
import odf.table
import odf.text
import pytest
import xlsxwriter

from bbcs.ingest import child, source, vocabulary
from bbcs.ingest.records import SourceRow

TODAY = date(2026, 11, 29)


def read(path: Path, **options: Any) -> tuple[list[SourceRow], source.Source]:
    own = options.pop("own", vocabulary.Map())
    with source.opened(str(path), options.pop("encoding", "")) as opened:
        return list(opened.rows(vocabulary.vocabulary(own), TODAY, **options)), opened


def same(rows: list[SourceRow], wanted: list[dict[str, Any]]) -> None:
    assert [row.problems for row in rows] == [()] * len(wanted)
    for row, one in zip(rows, wanted, strict=True):
        assert {field: row.fields.get(field) for field in one} == one
        assert row.extra["网格员"] == "网格一"


@pytest.mark.parametrize("seed", range(12))
def test_csv_in_every_encoding(tmp_path, seed):
    wanted = layouts.truth(seed)
    lines, _ = layouts.grid(wanted, seed)
    encodings = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gbk", "gb18030"]
    encoding = encodings[seed % len(encodings)]
    path = tmp_path / ("台账.tsv" if seed % 5 == 4 else "台账.csv")
    layouts.write_csv(path, lines, encoding, "\t" if seed % 5 == 4 else ",;"[seed % 2])
    rows, _ = read(path)
    same(rows, wanted)


@pytest.mark.parametrize("seed", range(12, 20))
def test_workbooks(tmp_path, seed):
    wanted = layouts.truth(seed)
    lines, _ = layouts.grid(wanted, seed)
    suffix = ("xlsx", "xls", "ods")[seed % 3]
    path = tmp_path / f"台账.{suffix}"
    getattr(layouts, f"write_{suffix}")(path, lines)
    rows, _ = read(path)
    same(rows, wanted)


@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_json(tmp_path, suffix):
    wanted = layouts.truth(30)
    lines, header = layouts.grid(wanted, 30)
    path = tmp_path / f"台账.{suffix}"
    layouts.write_json(path, lines, header)
    rows, _ = read(path)
    same(rows, wanted)


@pytest.mark.parametrize("suffix", ["xlsx", "xls"])
def test_the_fallbacks_read_what_calamine_reads(tmp_path, suffix, monkeypatch):
    wanted = layouts.truth(31)
    lines, _ = layouts.grid(wanted, 31)
    path = tmp_path / f"台账.{suffix}"
    getattr(layouts, f"write_{suffix}")(path, lines)
    monkeypatch.setattr(child, "find_spec", lambda name: None)
    rows, _ = read(path)
    same(rows, wanted)
    sample = (
        Path(__file__).parent
        / "samples"
        / ("s04_two_row_header.xlsx" if suffix == "xlsx" else "s03_legacy.xls")
    )
    pure, _ = read(sample)
    monkeypatch.undo()
    quick, _ = read(sample)
    assert [row._replace(raw=()) for row in pure] == [row._replace(raw=()) for row in quick]


HEADER = ["编号", "受理时间", "反映人", "联系电话", "反映内容", "办理结果", "办结时间"]


def row(number: int, day: Any = "2024-3-4", **more: Any) -> list[Any]:
    cells = dict(
        zip(
            HEADER,
            [f"N{number}", day, "陈试验", "13800000001", f"第 {number} 件", "正在办理", ""],
            strict=True,
        )
    )
    return list({**cells, **more}.values())


def codes(rows: list[SourceRow]) -> list[list[str]]:
    return [[problem.code for problem in one.problems] for one in rows]


def test_two_tables_in_one_sheet(tmp_path):
    path = tmp_path / "两张表.csv"
    second = [HEADER[1], HEADER[0], *HEADER[2:5]]
    lines = [
        HEADER,
        row(1),
        row(2),
        [],
        ["二月"],
        second,
        ["2024-2-5", "N3", "李样本", "13800000002", "另一张表"],
    ]
    layouts.write_csv(path, lines, "utf-8")
    rows, opened = read(path)
    assert [one.fields["source_no"] for one in rows] == ["N1", "N2", "N3"]
    assert rows[2].fields["received_at"] == date(2024, 2, 5)
    assert [one.header_row for one in opened.reports] == [1, 6]


def test_a_header_that_means_the_same_twice_keeps_both(tmp_path):
    path = tmp_path / "两个电话.csv"
    layouts.write_csv(path, [[*HEADER, "手机"], [*row(1), "13900000009"]], "utf-8")
    rows, opened = read(path)
    assert rows[0].fields["phone"] == "13800000001"
    assert rows[0].extra == {"手机": "13900000009"}
    assert [column.header for column in opened.reports[0].columns if column.twice] == ["手机"]


def test_ditto_marks_and_merged_cells(tmp_path):
    path = tmp_path / "同上.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for number, line in enumerate(
            [[*HEADER, "责任单位"], row(1), row(2, 反映人="同上"), row(3, 反映人="〃")]
        ):
            page.write_row(number, 0, line)
        page.merge_range(1, len(HEADER), 3, len(HEADER), "示例局")
    rows, _ = read(path)
    assert [one.fields["lead_unit"] for one in rows] == ["示例局"] * 3
    assert [one.fields["reporter"] for one in rows] == ["陈试验"] * 3


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("fallback", [False, True])
def test_rows_have_the_numbers_that_the_file_shows(tmp_path, suffix, fallback, monkeypatch):
    """A table that begins in the third row of the second column."""
    if fallback and suffix == "ods":
        pytest.skip("only calamine reads it")
    lines = [[], [], ["", *HEADER], ["", *row(1)], [], ["", *row(2)]]
    path = tmp_path / f"台账.{suffix}"
    getattr(layouts, f"write_{suffix}")(path, lines)
    if fallback:
        monkeypatch.setattr(child, "find_spec", lambda name: None)
    rows, opened = read(path)
    assert [(one.number, one.fields["source_no"]) for one in rows] == [(4, "N1"), (6, "N2")]
    assert opened.reports[0].header_row == 3


@pytest.mark.parametrize("fallback", [False, True])
def test_merged_cells_below_a_blank_row(tmp_path, fallback, monkeypatch):
    path = tmp_path / "合并.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for number, line in enumerate([[*HEADER, "责任单位"], row(1), row(2), row(3), row(4)], 1):
            page.write_row(number, 0, line)
        page.merge_range(2, len(HEADER), 3, len(HEADER), "示例局")
        page.merge_range(4, len(HEADER), 5, len(HEADER), "样本镇")
    if fallback:
        monkeypatch.setattr(child, "find_spec", lambda name: None)
    rows, _ = read(path)
    assert [one.fields["lead_unit"] for one in rows] == ["示例局"] * 2 + ["样本镇"] * 2


def test_serials_of_both_epochs(tmp_path):
    for from_1904, serial in ((False, 45355), (True, 45355 - 1462)):
        path = tmp_path / f"{serial}.xlsx"
        layouts.write_xlsx(
            path, [HEADER, row(1, serial), row(2, serial + 0.5)], date_1904=from_1904
        )
        rows, _ = read(path)
        assert [one.fields["received_at"] for one in rows] == [
            date(2024, 3, 4),
            datetime(2024, 3, 4, 12),
        ]


def test_days_without_a_year(tmp_path):
    path = tmp_path / "没有年份.csv"
    lines = [HEADER, row(1, "12月28日", 办理结果="已办结", 办结时间="1月5日")]
    layouts.write_csv(path, lines, "utf-8")
    assert codes(read(path)[0])[0][0] == "date_without_year"
    rows, _ = read(path, year=2023)
    assert (rows[0].fields["received_at"], rows[0].fields["resolved_at"]) == (
        date(2023, 12, 28),
        date(2024, 1, 5),
    )
    layouts.write_csv(path, [["台账（2022年）"], *lines, ["2023年"], row(2, "3月1日")], "utf-8")
    rows, _ = read(path)
    assert [one.fields["received_at"].year for one in rows] == [2022, 2023]


def test_a_hidden_sheet_is_told_and_read_only_when_asked(tmp_path):
    path = tmp_path / "隐藏.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, number in (("一月", 1), ("二月", 2)):
            page = book.add_worksheet(name)
            page.write_row(0, 0, HEADER)
            page.write_row(1, 0, row(number))
        page.hide()
    rows, opened = read(path)
    assert [(one.name, one.role) for one in opened.reports] == [
        ("一月", "data"),
        ("二月", "hidden"),
    ]
    assert len(rows) == 1
    assert len(read(path, hidden=True)[0]) == 2


def test_a_map_of_the_user(tmp_path):
    path = tmp_path / "自造.csv"
    layouts.write_csv(
        path,
        [["单据", "啥时候", "谁", "咋了", "评"], ["1", "2024-3-4", "陈试验", "办不下来", "杠杠的"]],
        "utf-8",
    )
    own = vocabulary.read_map(
        '[columns]\n"单据" = "source_no"\n"啥时候" = "received_at"\n"谁" = "reporter"\n"咋了" = "demand"\n"评" = "satisfaction"\n'
        '[words.satisfaction]\n"杠杠的" = "5"\n',
        "对照.toml",
    )
    (one,) = read(path, own=own)[0]
    assert (one.fields["source_no"], one.fields["satisfaction"]) == ("1", 5)


def test_harmful_text_is_made_harmless_and_the_original_kept(tmp_path):
    path = tmp_path / "标记.csv"
    layouts.write_csv(
        path, [HEADER, row(1, 反映内容="看\u202e这里\x07"), row(2, 反映内容="=1+1")], "utf-8"
    )
    rows, _ = read(path)
    assert rows[0].fields["demand"] == "看这里"
    assert rows[0].extra["反映内容（原文）"] == "看\\u202e这里\\u0007"
    assert rows[1].fields["demand"] == "=1+1"


def test_hidden_rows_are_read_and_told(tmp_path):
    """A filter hides rows that belong to the ledger; xls does not tell, the others do."""
    path = tmp_path / "隐藏行.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("一月 & 二月", "三月"):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["2024年台账"])
            page.write_row(1, 0, HEADER)
            for at in range(2, 8):
                page.write_row(at, 0, row(at))
            if name == "三月":
                continue
            for at in (0, 3, 5):  # the title too, which is no data row
                page.set_row(at, options={"hidden": True})
    rows, opened = read(path)
    assert len(rows) == 12
    assert [(one.name, one.hidden_rows) for one in opened.reports] == [
        ("一月 & 二月", (4, 6)),
        ("三月", ()),
    ]


def test_hidden_rows_of_an_open_document(tmp_path):
    path = tmp_path / "隐藏行.ods"
    book = odf.opendocument.OpenDocumentSpreadsheet()
    sheet = odf.table.Table(name="台账")
    for number, cells in enumerate([HEADER, row(1), row(2), row(3)], 1):
        its = {2: {"visibility": "filter"}, 4: {"visibility": "collapse"}}.get(number, {})
        line = odf.table.TableRow(**its)
        for cell in cells:
            one = odf.table.TableCell(valuetype="string")
            one.addElement(odf.text.P(text=str(cell)))
            line.addElement(one)
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    book.save(str(path))
    rows, opened = read(path)
    assert len(rows) == 3
    assert opened.reports[0].hidden_rows == (2, 4)
