"""The catalogue of items as values: read from rows with every defect, and the two readings of “limits shrunk by …”."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bbcs.domain.items import Item, limit_shrink, read

HEAD = ["事项", "单位", "法定时限", "承诺时限", "材料", "前置"]


def table(*rows: str, head: list[str] = HEAD):
    return read([(1, head), *((number, row.split(",")) for number, row in enumerate(rows, 2))])


def test_a_row_is_an_item():
    items, found = table(
        "诊所备案,区卫健局,20,5,申请表；身份证;申请表,营业执照", "社保转移,人社局,,0,,"
    )
    assert found == []
    assert items == (
        Item("诊所备案", "区卫健局", 20, 5, ("申请表", "身份证"), ("营业执照",)),
        Item("社保转移", "人社局", None, 0),
    )


def test_english_headers_in_any_order_and_blank_rows():
    items, found = table("5, 甲 ", "", " , ", head=["promised_limit", "item"])
    assert (items, found) == ((Item("甲", promised_limit=5),), [])


@pytest.mark.parametrize("text", ["5", "5 个工作日", "5工作日", "5天"])
def test_a_limit_may_bear_its_unit(text):
    assert table(f"甲,,{text},,,")[0][0].statutory_limit == 5


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("甲,,五,,,", "bad_limit"),
        ("甲,,-1,,,", "bad_limit"),
        ("甲,,1.5,,,", "bad_limit"),
        ("甲,,５,,,", "bad_limit"),
        ("甲,,99999,,,", "bad_limit"),
        ("甲,,5,6,,", "promise_too_long"),
        (",局,5,,,", "no_item"),
        ("甲,,,,,甲", "own_prerequisite"),
        ("甲,,5,3,,,多", "too_many"),
    ],
)
def test_each_defect_names_its_line(row, code):
    assert [(one.code, one.where) for one in table("乙,,,,,", row)[1]] == [(code, "第 3 行")]


def test_all_defects_at_once():
    found = table("甲,,x,,,", "甲,,y,,,", ",,1,2,,")[1]
    assert [(one.code, one.where) for one in found] == [
        ("bad_limit", "第 2 行"), ("bad_limit", "第 3 行"), ("duplicate", "第 3 行"), ("no_item", "第 4 行"),
        ("promise_too_long", "第 4 行"),
    ]  # fmt: skip
    assert "第 2 行" in found[2].what


@pytest.mark.parametrize(
    ("head", "codes"),
    [
        (["事项", "法定时间"], ["unknown_column"]),
        (["单位"], ["missing_column"]),
        (["事项", "item"], ["duplicate"]),
        (["名称"], ["unknown_column", "missing_column"]),
    ],
)
def test_the_header_is_held_to_its_columns(head, codes):
    assert [one.code for one in read([(1, head)])[1]] == codes


def test_an_unknown_column_names_the_nearest():
    assert read([(1, ["事项", "法定时间"])])[1][0].hint == "是不是“法定时限”"


def test_nothing_is_a_defect():
    assert [one.code for one in read([])[1]] == ["empty"]


def test_both_readings_of_a_shrink_are_labelled():
    items = [
        Item("甲", "", 20, 10),
        Item("乙", "", 4, 0),
        Item("丙", "", 5),
        Item("丁", "", 0, 0),
        Item("戊", "", None, 3),
    ]
    mean, ratio = limit_shrink(items)
    assert (mean.name, mean.numerator, mean.denominator, mean.value) == (
        "mean_of_ratios",
        Fraction(3, 2),
        2,
        Fraction(3, 4),
    )
    assert (ratio.name, ratio.numerator, ratio.denominator, ratio.value) == (
        "ratio_of_sums",
        14,
        24,
        Fraction(7, 12),
    )
    assert mean.label != ratio.label


def test_no_item_with_both_limits_is_no_rate():
    assert [one.value for one in limit_shrink([Item("甲", "", 5)])] == [None, None]
