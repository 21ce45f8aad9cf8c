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

from bbcs.errors import BadValue, ImportRejected
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


GRADES = ["满意", "基本满意", "不满意"]


def test_columns_that_hold_a_tick_are_one_word(tmp_path):
    path = tmp_path / "打勾.xlsx"
    upper = [*HEADER, "群众评价", "", "", "难易程度", ""]
    lower = [*[""] * len(HEADER), *GRADES, "一般", "复杂"]
    ticks = [["√", "", "", "", "√"], ["", "", "☑", 1, ""], ["√", "√", "", "", ""], ["", "问过", "", "", ""]]  # fmt: skip
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for number, line in enumerate(
            [upper, lower, *[[*row(n), *t] for n, t in enumerate(ticks)]]
        ):
            page.write_row(number, 0, line)
    rows, opened = read(path)
    assert [one.fields.get("satisfaction") for one in rows] == [4, 2, None, None]
    assert [one.fields.get("difficulty") for one in rows] == ["complex", "general", None, None]
    assert codes(rows) == [[], [], ["ticked_twice"], []]
    assert rows[2].extra == {"群众评价|满意": "√", "群众评价|基本满意": "√"}
    assert rows[3].extra == {"群众评价|基本满意": "问过"}
    words = {column.header: column.word for column in opened.reports[0].columns if column.word}
    assert words == {
        **{f"群众评价|{grade}": grade for grade in GRADES},
        "难易程度|一般": "一般",
        "难易程度|复杂": "复杂",
    }


def test_one_row_of_grades_counts_and_a_column_of_grades_comes_first(tmp_path):
    path = tmp_path / "一行表头.csv"
    layouts.write_csv(path, [[*HEADER, *GRADES], [*row(1), "", "√", ""]], "utf-8")
    (one,) = read(path)[0]
    assert one.fields["satisfaction"] == 3
    layouts.write_csv(path, [[*HEADER, "满意度", *GRADES], [*row(1), "满意", "", "√", ""]], "utf-8")
    (one,) = read(path)[0]
    assert (one.fields["satisfaction"], one.extra) == (4, {"基本满意": "√"})


@pytest.mark.parametrize(
    ("cell", "name", "phone"),
    [
        ("陈试验 13800000001", "陈试验", "13800000001"),
        ("陈试验/13800000001", "陈试验", "13800000001"),
        ("陈试验（13800000001）", "陈试验", "13800000001"),
        ("陈试验\n电话：138-0000-0001", "陈试验", "13800000001"),
        ("示例商贸公司（王样本13800000001）", "示例商贸公司（王样本）", "13800000001"),
        ("示例商贸公司 0715-8300001", "示例商贸公司", "0715-8300001"),
        ("王五（手机：138 0013 8000）", "王五", "13800138000"),
        ("王五(联系电话 13800138000)", "王五", "13800138000"),
        ("张三13800138000 李四13900139000", "张三、李四", "13800138000、13900139000"),
        ("张三 13800138000、0715-8300001、138-0013-8000", "张三", "13800138000、0715-8300001"),
        (
            "示例公司（王样本 电话13800138000，李样本13900139000）",
            "示例公司（王样本、李样本）",
            "13800138000、13900139000",
        ),
        ("13800138000 张三", "张三", "13800138000"),
        ("张三(13800138000) 李四(13900139000)", "张三、李四", "13800138000、13900139000"),
        ("张三：手机号码13800138000，0715-8300001", "张三", "13800138000、0715-8300001"),
        ("陈试验（代）", "陈试验（代）", None),
        ("13800000001", "13800000001", None),
        ("138****0001", "138****0001", None),
    ],
)
def test_a_name_and_a_phone_in_one_cell(tmp_path, cell, name, phone):
    path = tmp_path / "姓名电话.csv"
    layouts.write_csv(path, [["受理时间", "反映人及电话", "反映内容"], ["2024-3-4", cell, "办不下来"]], "utf-8")  # fmt: skip
    (one,) = read(path)[0]
    assert (one.fields["reporter"], one.fields.get("phone"), one.extra) == (name, phone, {})


def test_a_number_beside_the_name_is_added_to_the_column_of_phones(tmp_path):
    path = tmp_path / "两处电话.csv"
    layouts.write_csv(
        path,
        [
            HEADER,
            row(1, 反映人="陈试验 13900000009"),
            row(2, 反映人="陈试验13800000001"),
            row(3, 反映人="陈试验 138-0000-0001"),
            row(4, 反映人="陈试验 07158300001", 联系电话="0715-8300001"),
            row(5, 反映人="陈试验 13900000009", 联系电话="13800000001(儿子)"),
        ],
        "utf-8",
    )
    rows, _ = read(path)
    assert [one.fields["phone"] for one in rows] == [
        "13800000001、13900000009",
        "13800000001",
        "13800000001",
        "0715-8300001",
        "13800000001(儿子)、13900000009",
    ]
    assert [one.fields["reporter"] for one in rows] == ["陈试验"] * 5


def test_a_warning_repeats_no_name_and_no_phone(tmp_path):
    path = tmp_path / "满意度.csv"
    header = ["满意度", *HEADER]
    lines = [
        ["回访他说办得不行改拨13900139000", *row(1)],
        ["13800000001的陈试验说就那样", *row(2)],
        ["就那样", *row(3, 反映人="张三丰", 办理结果="告知张三丰了")],
    ]
    layouts.write_csv(path, [header, *lines], "utf-8")
    rows, _ = read(path)
    assert codes(rows) == [["satisfaction_unknown"]] * 2 + [
        ["satisfaction_unknown", "state_unknown"]
    ]
    assert [one.message.partition("：")[2] for line in rows for one in line.problems] == [
        "满意度“回访他说办得不行改拨139****900”",
        "满意度“138****0001的陈**说就那样”",
        "满意度“就那样”",
        "“告知张**了”，按未办结存",
    ]
    rounds = "首轮：满意；第 2 轮：陈试验说就那样"
    layouts.write_csv(path, [header, [rounds, *row(1)]], "utf-8")
    (one,) = read(path)[0]
    assert [problem.message.partition("：")[2] for problem in one.problems] == [
        "满意度“陈**说就那样”"
    ]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("没解决", "open"), ("无法解决", "open"), ("暂时解决不了", "open"), ("待解决", "open"), ("拟下周解决", "open"),
        ("没有得到解决", "open"), ("没办成", "open"), ("预计下月办结", "open"), ("尚未完成", "open"), ("协调中", "open"),
        ("未成年人补贴已办结", "solved"), ("待遇核定办结", "solved"), ("没有异议办结", "solved"), ("没有问题，已办结", "solved"),
        ("未按时办结", "solved"), ("办妥", "solved"), ("搞定了", "solved"), ("无法办理", "explained"), ("黄了", ""),
        ("已将问题解决", "solved"), ("已将该件办结", "solved"), ("当天将证件办好", "solved"), ("将事项办结归档", "solved"),
        ("已帮其办妥之前办不了的过户，办结", "solved"), ("已解决系统无法完成登记的问题", "solved"),
        ("不动产证没有办好的原因已查明，已办结发证", "solved"), ("经协调，正在使用新证，已办结", "solved"),
        ("已办结，正在使用新证", "solved"), ("现在办结", "solved"), ("在办证大厅办好", "solved"), ("上次未办结，这次已办结", "solved"),
        ("已办结，尚未归档", "solved"), ("尚未归档", "open"), ("群众没有材料，无法完成，已协助办结", "solved"),
        ("没办好\n已办结", "solved"), ("解决不了", "open"), ("还没有办结", "open"), ("正在办理", "open"), ("在办", "open"), ("还在办理", "open"),
        ("将于月底办结", "open"), ("将尽快解决", "open"), ("已通知将办结", "open"), ("已确认解决不了", "open"), ("没解决，群众有意见", "open"),
        ("已办好公证，正在办理过户", "open"), ("已解决一户，其余待解决", "open"), ("已由镇上协调解决中，正在跟进", "open"),
        ("正在办理，已制定解决方案", "open"), ("正在协调，要求月底前办结", "open"), ("问题未解决，已办结", "open"), ("不符合条件，已办结", "explained"), ("之前无法办理的过户已办结", "solved"),
        ("之前无法办理，现已办结", "solved"), ("原来办不成的证已办好", "solved"), ("无法办理过户的问题现已解决", "solved"),
        ("不符合条件的，已解释办结", "explained"), ("之前无法办理，已解释", "explained"), ("因政策原因不能办理，已办结", "explained"), ("没解决，已解释说明", "explained"), ("没解决，已办结", "open"),
        ("曾多次反映，因不符合政策无法办理，已做好解释工作并办结", "explained"), ("以前不符合条件，已向群众解释政策，已办结", "explained"),
        ("不符合政策的问题已向其说明并办结", "explained"), ("不符合政策的诉求已劝导办结", "explained"),
        ("之前无法办理，已提供情况说明，现已办结", "solved"),
    ],
)  # fmt: skip
def test_what_a_text_about_the_result_says(text, state):
    assert vocabulary.vocabulary().state(text) == state


def test_a_state_that_nobody_knows_is_told_with_what_it_is_taken_for(tmp_path):
    path = tmp_path / "状态.csv"
    long = "联系了三个单位，房东同意以后换证"
    lines = [
        row(1, 办理结果="黄了"),
        row(2, 办理结果="黄了", 办结时间="2024-3-8"),
        row(3, 办理结果=long, 办结时间="2024-3-8"),
    ]
    layouts.write_csv(path, [HEADER, *lines], "utf-8")
    rows, _ = read(path)
    assert codes(rows) == [["state_unknown"], ["state_unknown"], []]
    assert [one.problems[0].message.partition("：")[2] for one in rows[:2]] == [
        "“黄了”，按未办结存",
        "“黄了”，按已办结存",
    ]
    own = vocabulary.read_map('[words.state]\n"黄了" = "已解释"\n', "对照.toml")
    rows, _ = read(path, own=own)
    assert codes(rows) == [["closed_without_date"], [], []]
    assert rows[1].state == "explained"


@pytest.mark.parametrize("text", ["正在办理", "已转办", "没解决"])
def test_a_day_of_settlement_of_a_row_that_is_not_settled_is_told(tmp_path, text):
    path = tmp_path / "转办.csv"
    layouts.write_csv(path, [HEADER, row(1, 办理结果=text, 办结时间="2024-3-8")], "utf-8")
    assert codes(read(path)[0]) == [["date_without_close"]]


def test_a_day_in_columns_of_its_parts(tmp_path):
    path = tmp_path / "年月日.xlsx"
    upper = ["编号", "来访时间", "", "", "姓名", "反映事项", "办结时间", "", "办理结果"]
    lower = ["", "年", "月", "日", "", "", "月", "日", ""]
    first = ["N1", 2023, 5, 4, "陈试验", "办证", 5, 9, "已办结"]
    second = ["N2", "2023年", "6月", "31日", "李样本", "办证", "", "", "正在办理"]
    third = ["N3", 2023, 12, 28, "王演示", "办证", 1, 3, "已办结"]
    layouts.write_xlsx(path, [upper, lower, first, second, third])
    rows, opened = read(path)
    assert codes(rows) == [[], ["date_invalid"], []]
    assert [one.fields.get("received_at") for one in rows] == [date(2023, 5, 4), None, date(2023, 12, 28)]  # fmt: skip
    assert [one.fields.get("resolved_at") for one in rows] == [date(2023, 5, 9), None, date(2024, 1, 3)]  # fmt: skip
    assert [one.extra for one in rows] == [
        {},
        {"来访时间|年、来访时间|月、来访时间|日": "2023年6月31日"},
        {},
    ]
    assert opened.reports[0].lacks == ()
    path = tmp_path / "一行.csv"
    layouts.write_csv(path, [["年", "月", "日", "姓名", "反映事项"], ["2023", "5", "4", "陈试验", "办证"]], "utf-8")  # fmt: skip
    (one,) = read(path)[0]
    assert one.fields["received_at"] == date(2023, 5, 4)
    layouts.write_csv(path, [["受理时间", "月", "日", "姓名", "反映事项"], ["2023-5-4", "5", "4", "陈试验", "办证"]], "utf-8")  # fmt: skip
    (one,) = read(path)[0]
    assert (one.fields["received_at"], one.extra) == (date(2023, 5, 4), {"月": "5", "日": "4"})


@pytest.mark.parametrize("received", ["whole", "parts"])
def test_a_day_in_parts_follows_the_receipt_wherever_that_stands(tmp_path, received):
    path = tmp_path / "年月日.xlsx"
    whole = received == "whole"
    upper = ["编号", "办结时间", "", "来访时间", *([] if whole else ["", ""]), "姓名", "反映事项", "办理结果"]  # fmt: skip
    lower = ["", "月", "日", *([""] if whole else ["年", "月", "日"]), "", "", ""]
    day = ["2023-12-28"] if whole else [2023, "12月份", "28号"]
    line = ["N1", 1, "5号", *day, "陈试验", "办证", "已办结"]
    layouts.write_xlsx(path, [upper, lower, line])
    (one,) = read(path)[0]
    assert one.problems == ()
    assert one.fields["received_at"] == date(2023, 12, 28)
    assert one.fields["resolved_at"] == date(2024, 1, 5)


def test_what_a_header_lacks_is_told(tmp_path):
    path = tmp_path / "缺栏.csv"
    layouts.write_csv(path, [["受理时间", "联系电话", "承办单位"], ["2024-3-4", "13800000001", "示例局"]], "utf-8")  # fmt: skip
    opened = read(path)[1]
    assert opened.reports[0].lacks == ("matter", "reporter")
    layouts.write_csv(path, [HEADER, row(1)], "utf-8")
    assert read(path)[1].reports[0].lacks == ()


def test_a_map_takes_the_names_that_are_printed(tmp_path):
    path = tmp_path / "两行.csv"
    lines = [
        ["受理", "", "问题", ""],
        ["时间", "姓名", "啥事", "咋样"],
        ["2024-3-4", "陈试验", "办证", "还行吧"],
    ]
    layouts.write_csv(path, lines, "utf-8")
    own = vocabulary.read_map(
        '[columns]\n"问题／啥事" = "反映事项"\n"咋样" = "评价"\n"受理/时间" = "受理时间"\n'
        '[words.satisfaction]\n"还行吧" = "基本满意"\n',
        "对照.toml",
    )
    (one,) = read(path, own=own)[0]
    assert (one.fields["matter"], one.fields["satisfaction"]) == ("办证", 3)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[columns]\n"啥" = "反映事向"', "是不是“反映事项”"),
        ('[words.state]\n"黄了" = "transfered"', "没有这个词；可用：refused、"),
        ('[words.satisfaction]\n"杠杠的" = "9"', "没有这个词；可用：5、4、3、2、1"),
        ('[words.satisfactio]\n"杠杠的" = "5"', "是不是 [words.satisfaction]"),
    ],
)
def test_a_map_that_means_nothing_is_refused(text, named):
    with pytest.raises(BadValue) as refused:
        vocabulary.read_map(text, "对照.toml")
    assert named in refused.value.message


def test_a_file_without_a_header_says_which_row_is_most_like_one(tmp_path):
    path = tmp_path / "自造.csv"
    lines = [
        ["某县台账"],
        ["收件时间", "想办什么", "谁", "电话"],
        ["2024-3-4", "办证", "陈试验", "13800000001"],
    ]
    layouts.write_csv(path, lines, "utf-8")
    with pytest.raises(ImportRejected) as refused:
        read(path)
    assert "第 2 行最像表头，认得 收件时间、电话，另有 2 栏不认得：B、C；" in refused.value.message
    lines = [["收件时间", "陈试验", "电话（找李样本）", "13800000001"], ["2024-3-4", "", "", ""]]
    layouts.write_csv(path, lines, "utf-8")
    with pytest.raises(ImportRejected) as refused:
        read(path)
    assert "认得 收件时间、电话，另有 2 栏不认得：B、D；" in refused.value.message
    wide = ["收件时间", "电话", *[f"栏{number}" for number in range(26)]]
    layouts.write_csv(path, [wide], "utf-8")
    with pytest.raises(ImportRejected) as refused:
        read(path)
    assert "另有 26 栏不认得：C、D、E、F、G、H、I、J、K、L、M、N …；" in refused.value.message
    layouts.write_csv(path, [["陈试验", "13800000001"], ["李样本", "1"]], "utf-8")
    with pytest.raises(ImportRejected) as refused:
        read(path)
    assert "最像" not in refused.value.message


def test_the_name_of_a_sheet_tells_the_year(tmp_path):
    path = tmp_path / "年份.xlsx"
    layouts.write_xlsx(path, [HEADER, row(1, "3月4日")], "2024台账")
    (one,) = read(path)[0]
    assert one.fields["received_at"] == date(2024, 3, 4)
