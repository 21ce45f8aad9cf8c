"""Single cells: days, phones, identity numbers, grades."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest

from bbcs.ingest import people, sheets, text
from bbcs.ingest.dates import BadDay, DayContext, read
from bbcs.ingest.row_reading import grade_of
from bbcs.store import codec

DAY = date(2023, 6, 25)


@pytest.mark.parametrize(
    "cell",
    ["2023年6月25日", "2023年06月25日", "2023 年 6 月 25 日", "2023.6.25", "2023.06.25.", "2023/6/25", "2023-6-25", "２０２３－６－２５",
     "20230625", "2023年6月二十五日", "2023年六月25日上午", "2023-6-25 下午", "二〇二三年六月二十五日", "二○二三年六月廿五日", "二零二三年六月二十五号", 45102, 45102.0, "45102", 20230625, date(2023, 6, 25),
     datetime(2023, 6, 25), "2023年6月25日（星期日）", "2023-06-25 周日", "2023-06-25T00:00:00", "2023/6/25 0:00"],
)  # fmt: skip
def test_days(cell):
    assert read(cell, DayContext()) == DAY


@pytest.mark.parametrize(
    ("cell", "hour", "minute"),
    [("2023-6-25 14:30", 14, 30), ("2023年6月25日下午2时30分", 14, 30), ("2023年6月25日 上午9点", 9, 0), ("2023/6/25 9:57:30", 9, 57),
     ("2023.6.25 晚上8点半", 20, 30), ("202306251430", 14, 30), (45102.5, 12, 0), ("2023-06-25T09:10:00+08:00", 9, 10),
     (datetime(2023, 6, 25, 9, 10, 59), 9, 10)],
)  # fmt: skip
def test_moments(cell, hour, minute):
    assert read(cell, DayContext()) == datetime(2023, 6, 25, hour, minute)


@pytest.mark.parametrize(
    "cell",
    ["2023年6月31日", "2023.13.1", "2023-2-29", "1月32日", "二〇二三年二月三十日", "23.6.25", "23年6月25日", "2023年6月", "2023.6", "民国112年6月25日",
     "2023.6.25-6.27", "昨天", "6月", 6.25, 3, 150000, True, "2023年6月25日 25:00", "0203-6-25", "20231325", "十十年十月十日", "06/07/2023"],
)  # fmt: skip
def test_what_is_no_day(cell):
    with pytest.raises(BadDay) as bad:
        read(cell, DayContext(year=2023))
    assert bad.value.code == "date_invalid"


@pytest.mark.parametrize(
    "cell", ["6月25日", "6.25", "6/25", "06-25", "六月二十五日", "六月25号", "6月二十五日上午"]
)
def test_days_without_a_year(cell):
    with pytest.raises(BadDay) as bad:
        read(cell, DayContext())
    assert bad.value.code == "date_without_year"
    assert read(cell, DayContext(year=2023)) == DAY


@pytest.mark.parametrize("cell", ["元月5日", "元月五日", "2023年元月5日", "一月5号下午"])
def test_the_first_month(cell):
    assert read(cell, DayContext(year=2023)) == date(2023, 1, 5)


@pytest.mark.parametrize("cell", ["当日", "当天", "当日办结"])
def test_the_day_of_receipt(cell):
    assert read(cell, DayContext(after=DAY)) == DAY
    with pytest.raises(BadDay):
        read(cell, DayContext(year=2023))


@pytest.mark.parametrize(
    ("cell", "told"),
    [(13800000001.0, "13800000001"), ("138 0000 0001", "13800000001"), ("138-0000-0001", "13800000001"), ("+86 13800000001", "13800000001"),
     ("１３８０００００００１", "13800000001"), ("13800000001/13900000002", "13800000001、13900000002"), ("0871-6512345", "0871-6512345"),
     ("13800000001 13900000002", "13800000001、13900000002"), ("400-800-1234", "400-800-1234"), ("13800000001（儿子）", "13800000001(儿子)")],
)  # fmt: skip
def test_phones(cell, told):
    assert people.phone(cell) == (told, True)


@pytest.mark.parametrize(
    "cell", ["1.38E+10", "138000", 1380013, "139****1234", "不详", "1380000000123"]
)
def test_what_is_no_phone(cell):
    value, valid = people.phone(cell)
    assert (value, valid) == (people.digits(cell), False)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("530303190001019993", ""), ("530303190001019994", "id_checksum"), (530303190001019993, "id_number_destroyed"),
     (5.30303190001019e17, "id_number_destroyed"), ("5.30303E+17", "id_number_destroyed"), ("530303190001019000", "id_number_destroyed"),
     ("'53030319000101999 3", ""), ("130503670401001", ""), ("91530300MA6K000006", ""), ("123", "id_invalid")],
)  # fmt: skip
def test_identity_numbers(cell, code):
    assert people.id_number(cell)[1] == code


@pytest.mark.parametrize(
    ("text", "share", "grade"),
    [("60%", False, 3), ("100%", False, 5), ("5分", False, 5), ("4", False, 4), ("0.8", False, 4), ("1", True, 5), ("1", False, 1),
     ("95", False, 5), ("8", False, 4), ("0", False, 0), ("好", False, 0), ("101", False, 0)],
)  # fmt: skip
def test_grades(text, share, grade):
    assert grade_of(text, share) == grade


def test_what_is_printable_needs_no_cleaning():
    """Most texts are told harmless so, which is quicker than to look for each harmful sign."""
    for code in (*range(0x10000), *range(0x1F300, 0x1F700), *range(0xE0000, 0xE0200)):
        sign = chr(code)
        if sign.isprintable():
            assert not text._BAD.search(sign), hex(code)
            assert not re.search(codec._CONTROL, sign), hex(code)
            sign.encode()


@pytest.mark.parametrize(
    ("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_named_as_in_a_spreadsheet(column, name):
    assert sheets.letters(column) == name


@pytest.mark.parametrize(
    ("cell", "after", "day"),
    [
        ("2月29日", date(2023, 12, 20), date(2024, 2, 29)),
        ("1.3", date(2023, 12, 28), date(2024, 1, 3)),
        ("12月30日", date(2023, 12, 28), date(2023, 12, 30)),
        ("5月9日", date(2023, 5, 4), date(2023, 5, 9)),
    ],
)
def test_a_day_without_a_year_is_near_the_day_of_receipt(cell, after, day):
    assert read(cell, DayContext(after=after)) == day
