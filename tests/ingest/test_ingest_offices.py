"""Troubles of ledgers as offices bring them: what a careful clerk reads, the import reads."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import layouts
import openpyxl
import pytest
import xlsxwriter
from test_ingest_layouts import HEADER, codes, read, row

from bbcs.ingest import hidden_rows, people, vocabulary


def months(path: Path, second: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "2023年1月"
    for line in [["登记表"], HEADER, row(1, "1.5"), row(2, "1.6")]:
        page.append(line)
    page = book.create_sheet("2023年2月")
    for line in second:
        page.append(line)
    book.save(path)


def test_a_sheet_without_header_goes_on_with_the_table_before(tmp_path: Path) -> None:
    path = tmp_path / "每月一张.xlsx"
    months(path, [["二月"], row(3, "2.5"), row(4, "2月6日"), ["合计", "", "2件"]])
    rows, opened = read(path)
    assert [one.fields["received_at"] for one in rows] == [
        date(2023, 1, 5),
        date(2023, 1, 6),
        date(2023, 2, 5),
        date(2023, 2, 6),
    ]
    assert [(one.header_row, one.header_rows, one.rows) for one in opened.reports] == [
        (2, 1, 2),
        (0, 0, 2),
    ]


def test_a_sheet_without_days_is_no_part_of_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "附表.xlsx"
    months(
        path,
        [
            ["示例局", "刘办事", "13800000009", "大厅", "一楼"],
            ["样本镇", "周办事", "", "二楼", "东"],
        ],
    )
    rows, opened = read(path)
    assert len(rows) == 2
    assert [one.role for one in opened.reports] == ["data", "notes"]


def test_a_sheet_with_a_header_of_its_own_does_not_go_on_with_a_ledger(tmp_path: Path) -> None:
    """Who was on duty on which day is no list of cases."""
    path = tmp_path / "值班.xlsx"
    duty = ["值班日期", "带班领导", "值班人员", "备注"]
    book = openpyxl.Workbook()
    for line in [["日期", "姓名", "问题", "单位"], ["2024-3-4", "陈试验", "过户", "示例局"]]:
        book.active.append(line)
    page = book.create_sheet("值班表")
    for line in [["值班表"], duty, ["2024-3-4", "刘值班", "周值班", "早班"]]:
        page.append(line)
    book.save(path)
    rows, opened = read(path)
    assert [one.fields["reporter"] for one in rows] == ["陈试验"]
    assert [one.role for one in opened.reports] == ["data", "notes"]


def test_the_year_of_a_title_in_numerals(tmp_path: Path) -> None:
    path = tmp_path / "汉字年份.csv"
    layouts.write_csv(path, [["二〇二〇年台账"], HEADER, row(1, "3月5日")], "gbk")
    assert read(path)[0][0].fields["received_at"] == date(2020, 3, 5)


def test_the_next_day_and_a_span_of_days(tmp_path: Path) -> None:
    path = tmp_path / "次日.csv"
    lines = [
        row(1, "2024-2-28", 办理结果="已办结", 办结时间="次日"),
        row(2, 办理结果="已办结", 办结时间="20240305-08"),
        row(3, "3月5日至8日"),
    ]
    layouts.write_csv(path, [HEADER, *lines], "utf-8")
    rows, _ = read(path)
    assert rows[0].fields["resolved_at"] == date(2024, 2, 29)
    told = [one.message for line in rows[1:] for one in line.problems if one.rejects]
    assert told == [
        "日期不对：办结时间，是一段日子；请只写一天",
        "日期不对：受理时间，是一段日子；请只写一天",
    ]


def test_formulas_without_a_value_are_told(tmp_path: Path) -> None:
    path = tmp_path / "公式.xlsx"
    book = openpyxl.Workbook()
    for line in [HEADER, ['="N"&1', *row(1)[1:]], ['="N"&2', *row(2)[1:]]]:
        book.active.append(line)
    book.save(path)
    rows, opened = read(path)
    assert [one.fields.get("source_no") for one in rows] == [None, None]
    assert opened.reports[0].uncounted == ("A",)


def test_formulas_with_a_value_are_not_told(tmp_path: Path) -> None:
    path = tmp_path / "公式.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [*HEADER, "用时"])
        page.write_row(1, 0, row(1))
        page.write_formula(1, 7, "=1+1", value=2)
    rows, opened = read(path)
    assert rows[0].extra == {"用时": "2"}
    assert opened.reports[0].uncounted == ()
    # a formula that gives an empty text, as Excel stores it
    assert (
        hidden_rows.uncounted(b'<c r="I2" s="1" t="str"><f>IF(A2=1,"x","")</f><v></v></c>') == set()
    )


def test_a_column_of_days_under_a_word_for_the_end(tmp_path: Path) -> None:
    path = tmp_path / "办结.csv"
    header = ["时间", "姓名", "问题", "转办单位", "办理进展", "办结"]
    lines = [
        ["2021-3-5", "陈试验", "过户", "示例局", "已和对方沟通", "2021-3-9"],
        ["2021-3-6", "李样本", "水费", "示例局", "已办结", ""],
    ]
    layouts.write_csv(path, [header, *lines], "utf-8")
    rows, opened = read(path)
    fields = [column.field for column in opened.reports[0].columns]
    assert fields == ["received_at", "reporter", "demand", "lead_unit", "measures", "resolved_at"]
    assert codes(rows) == [[], ["closed_without_date"]]


@pytest.mark.parametrize("mark", ["同上", "“", "”", "〃"])
def test_marks_that_repeat_the_day(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "同上.csv"
    layouts.write_csv(path, [HEADER, row(1), row(2, mark)], "utf-8")
    assert read(path)[0][1].fields["received_at"] == date(2024, 3, 4)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("已完结", "solved"), ("完结", "solved"), ("未完结", "open"), ("核查中", "open"), ("正在审核中", "open"),
        ("部门对接中", "open"), ("集中", ""),
    ],
)  # fmt: skip
def test_more_words_for_the_result(text: str, state: str) -> None:
    assert vocabulary.vocabulary().state(text) == state


def test_a_landline_with_its_extension_is_a_phone() -> None:
    assert people.phone("0874-3123456转801") == ("0874-3123456转801", True)


def test_figures_of_years_do_not_go_on_with_a_ledger_of_days_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "统计.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "2020"
    for line in [
        ["序号", "月", "日", "姓名", "什么事没办成", "结果"],
        [1, 3, 5, "陈试验", "退税", "已转办"],
    ]:
        book.active.append(line)
    page = book.create_sheet("统计")
    for line in [
        ["年份", "受理件数", "办结件数", "办结率"],
        [2019, 3, 1, "33%"],
        [2020, 3, 1, "33%"],
    ]:
        page.append(line)
    book.save(path)
    rows, opened = read(path)
    assert [one.fields["received_at"] for one in rows] == [date(2020, 3, 5)]
    assert [one.role for one in opened.reports] == ["data", "notes"]


def test_groups_of_a_header_and_signatures_below(tmp_path: Path) -> None:
    path = tmp_path / "分组.xlsx"
    upper = ["编号", "登记信息", "", "", "问题", "办理情况", "", "", "回访", "", ""]
    lower = ["", "时间", "姓名", "电话", "", "单位", "结果", "时间", "满意", "一般", "不满意"]
    first = ["1", "2024-1-2", "钱虚构", "13800000001", "开证明", "示例局", "已办结", "2024-1-5"]
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for at, line in enumerate([upper, lower, [*first, "", "√", ""]]):
            page.write_row(at, 0, line)
        for left, right in ((1, 3), (5, 7), (8, 10)):
            page.merge_range(0, left, 0, right, upper[left])
        page.write_row(3, 0, ["经办人：冯经办", "", "", "", "", "", "", "审核人：陈审核"])
    rows, _ = read(path)
    assert len(rows) == 1
    assert codes(rows) == [[]]
    told = {name: rows[0].fields[name] for name in ("received_at", "resolved_at", "lead_unit")}
    assert told == {
        "received_at": date(2024, 1, 2),
        "resolved_at": date(2024, 1, 5),
        "lead_unit": "示例局",
    }
    assert (rows[0].fields["satisfaction"], rows[0].extra) == (3, {})
