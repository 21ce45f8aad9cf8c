"""Small tables beside a ledger are left out as a whole and named once; its rows stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import layouts
import pytest
from test_ingest_layouts import HEADER, codes, read, row

UNITS = [
    ["单位", "受理件数", "办结件数", "办结率"],
    ["示例局", 5, 4, "80%"],
    ["样本镇", 3, 3, "100%"],
]


def side(opened: Any) -> list[tuple[int, int, int]]:
    return [(one.first, one.last, one.left) for one in opened.reports if one.role == "side"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("between", "table", "span"),
    [
        ([[]], UNITS, (5, 7)),
        ([[], ["各单位汇总"]], UNITS, (5, 8)),
        ([[], ["", "", "各单位汇总"]], [["", "", *line] for line in UNITS], (5, 8)),
        ([["合计", "", "2件"]], UNITS, (5, 7)),
        ([], UNITS, (4, 6)),
        ([[]], [["责任单位", "联系人", "联系电话"], ["示例局", "刘办事", "13800000009"]], (5, 6)),
        ([[]], [["月份", "受理件数"], ["1月", 3], ["2月", 4], ["合计", 7]], (5, 8)),
    ],
)
def test_a_small_table_below_is_left_out(
    tmp_path: Path, suffix: str, between: list, table: list, span: tuple[int, int]
) -> None:
    path = tmp_path / f"台账.{suffix}"
    lines = [HEADER, row(1), row(2), *between, *table, [], row(3)]
    getattr(layouts, f"write_{suffix}")(path, lines, *(["utf-8"] if suffix == "csv" else []))
    rows, opened = read(path)
    assert [one.fields["source_no"] for one in rows] == ["N1", "N2", "N3"]
    assert codes(rows) == [[]] * 3
    assert side(opened) == [(*span, 0)]


def test_rows_without_a_day_are_still_rejected(tmp_path: Path) -> None:
    path = tmp_path / "没有日期.csv"
    lines = [HEADER, row(1), [], row(2, 受理时间=""), ["", "", "陈试验", "", "投诉窗口", "", ""]]
    layouts.write_csv(path, [*lines, row(3)], "utf-8")
    rows, opened = read(path)
    assert codes(rows) == [[], ["date_missing"], ["date_missing"], []]
    assert side(opened) == []


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("down", [0, 1, 3])
def test_a_small_table_at_the_right_is_left_out(tmp_path: Path, suffix: str, down: int) -> None:
    path = tmp_path / f"台账.{suffix}"
    lines = [HEADER, *[row(number) for number in range(1, 4)], *[[""] * 7 for _ in range(4)]]
    lines = [[*line, "", "", "", "", ""] for line in lines]
    for at, figures in enumerate(UNITS, down):
        lines[at][8:12] = figures
    getattr(layouts, f"write_{suffix}")(path, lines, *(["utf-8"] if suffix == "csv" else []))
    rows, opened = read(path)
    assert [one.fields["source_no"] for one in rows] == ["N1", "N2", "N3"]
    assert codes(rows) == [[]] * 3
    assert [one.extra for one in rows] == [{}] * 3
    assert [one[2] for one in side(opened)] == [8]


def test_a_column_without_header_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "无表头的栏.csv"
    lines = [HEADER, [*row(1), "", "已电话告知"], [*row(2), "", ""]]
    layouts.write_csv(path, lines, "utf-8")
    rows, opened = read(path)
    assert [one.extra for one in rows] == [{"第9列": "已电话告知"}, {}]
    assert side(opened) == []


def test_columns_behind_a_blank_one_belong_to_the_ledger(tmp_path: Path) -> None:
    path = tmp_path / "空栏.csv"
    lines = [
        [*HEADER, "", "满意度", "网格员"],
        [*row(1, 办理结果="已办结", 办结时间="2024-3-6"), "", "满意", "网格一"],
    ]
    layouts.write_csv(path, lines, "utf-8")
    rows, opened = read(path)
    assert rows[0].fields["satisfaction"] == 4
    assert rows[0].extra == {"网格员": "网格一"}
    assert side(opened) == []


def test_cases_behind_a_blank_row_are_no_small_table(tmp_path: Path) -> None:
    """Texts without a day, one of which ends as a header of figures does."""
    path = tmp_path / "没有日期.csv"
    texts = (("李样本", "查询办件数量"), ("陈试验", "想知道办结率"))
    undated = [["", "", name, "", text, "已办结", ""] for name, text in texts]
    layouts.write_csv(path, [HEADER, row(1), [], *undated, row(2)], "utf-8")
    rows, opened = read(path)
    assert codes(rows) == [[], ["date_missing"], ["date_missing"], []]
    assert side(opened) == []


def test_another_ledger_of_unknown_columns_is_not_left_out(tmp_path: Path) -> None:
    path = tmp_path / "两本台账.csv"
    other = [
        ["企业名称", "行业", "来访日期", "涉企概述", "注册地", "涉及人次", "包联领导"],
        ["示例公司", "制造", "2024-3-5", "开证明", "示例县", "3", "张领导"],
    ]
    layouts.write_csv(path, [HEADER, row(1), [], ["二、企业"], *other], "utf-8")
    rows, opened = read(path)
    assert len(rows) == 3
    assert ["date_invalid" in one for one in codes(rows)] == [False, True, True]
    assert side(opened) == []


@pytest.mark.parametrize("units", [49, 50, 51, 80])
def test_cases_right_below_a_long_table_stay(tmp_path: Path, units: int) -> None:
    path = tmp_path / "长表.csv"
    figures = [["单位", "受理件数"], *[[f"示例局{number}", 3] for number in range(units)]]
    layouts.write_csv(path, [HEADER, row(1), [], *figures, row(2), row(3)], "utf-8")
    rows, opened = read(path)
    assert [one.fields["source_no"] for one in rows] == ["N1", "N2", "N3"]
    assert side(opened) == [(4, 4 + units, 0)]


def test_figures_of_each_case_behind_a_blank_column_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "人次.csv"
    lines = [[*HEADER, "", "涉及人次", "走访人次"], [*row(1), "", 3, 4], [*row(2), "", 1, ""]]
    layouts.write_csv(path, [*lines, [*row(3), "", "", ""]], "utf-8")
    rows, opened = read(path)
    assert [one.extra for one in rows] == [
        {"涉及人次": "3", "走访人次": "4"},
        {"涉及人次": "1"},
        {},
    ]
    assert side(opened) == []
