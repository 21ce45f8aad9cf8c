"""The shipped tables: complete, as published, and the same as an independent library's."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import generate_statutory
import holidays
import pytest

from bbcs.calendar import layers
from bbcs.calendar.days import DayCalendar

YEARS = dict(
    zip(
        range(2004, 2027),
        (
            252,
            251,
            251,
            249,
            251,
            250,
            250,
            250,
            249,
            250,
            250,
            249,
            250,
            249,
            250,
            250,
            249,
            250,
            249,
            249,
            251,
            248,
            248,
        ),
        strict=True,
    )
)
MONTHS_OF_2026 = [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]

STATUTORY_2027 = [
    "01-01",
    "02-05",
    "02-06",
    "02-07",
    "02-08",
    "04-05",
    "05-01",
    "05-02",
    "06-09",
    "09-15",
    "10-01",
    "10-02",
    "10-03",
]
IN_LIEU_2027 = ["02-09", "02-10", "05-03", "05-04", "10-04", "10-05"]

DATA = Path(layers.__file__).parents[1] / "data" / "calendar"


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(i) for i in range((last - first).days + 1)]


def test_working_days_per_year_and_month() -> None:
    calendar = DayCalendar()
    assert {year: calendar.count(date(year, 1, 1), date(year, 12, 31)) for year in YEARS} == YEARS
    ends = [
        date(2026, m + 1, 1) - timedelta(1) if m < 12 else date(2026, 12, 31) for m in range(1, 13)
    ]
    assert [calendar.count(end.replace(day=1), end) for end in ends] == MONTHS_OF_2026


def test_exceptions_are_407_days_off_and_151_make_up_days() -> None:
    rows = layers.national()
    off = [row for row in rows if not row.is_working_day]
    makeup = [row for row in rows if row.is_working_day]
    assert (len(rows), len(off), len(makeup)) == (558, 407, 151)
    assert all(row.kind == "holiday" and row.day.weekday() < 5 for row in off)
    assert all(row.kind == "makeup" and row.day.weekday() >= 5 for row in makeup)
    assert [row.day for row in rows] == sorted({row.day for row in rows})


def test_every_day_of_2004_to_2026_agrees_with_the_library() -> None:
    calendar = DayCalendar()
    library = holidays.country_holidays("CN", years=range(2004, 2028))
    differing = [
        day
        for day in days(date(2004, 1, 1), date(2026, 12, 31))
        if calendar.is_working(day) != library.is_working_day(day)
    ]
    assert differing == []


def test_statutory_table_is_what_the_library_gives() -> None:
    assert generate_statutory.text() == generate_statutory.TABLE.read_text(encoding="utf-8")


def test_statutory_days_on_a_weekend_have_their_name() -> None:
    """They change no count, but people ask for them: they are paid threefold."""
    table = generate_statutory.WEEKEND_TABLE.read_text(encoding="utf-8")
    assert generate_statutory.weekend_text() == table
    calendar = DayCalendar()
    named = {
        "2026-10-03": "国庆节",
        "2026-10-04": "",
        "2026-05-02": "劳动节",
        "2009-10-03": "中秋节、国庆节",
        "2020-02-01": "",
        "2027-05-01": "劳动节",
    }
    assert {day: calendar.info(date.fromisoformat(day)).name for day in named} == named
    # and once the year is announced, when the day is a plain weekend again
    announced = DayCalendar(
        [*layers.national(), layers.exception(date(2027, 1, 1), False, "元旦", "2027")]
    )
    day = announced.info(date(2027, 5, 1))
    assert (day.kind, day.name, day.is_working_day) == ("weekend", "劳动节", False)


def test_2027_by_rule() -> None:
    of_2027 = [
        (day[5:], kind) for day, kind, _ in generate_statutory.rows() if day.startswith("2027")
    ]
    assert [day for day, kind in of_2027 if kind == "statutory"] == STATUTORY_2027
    assert [day for day, kind in of_2027 if kind == "in_lieu"] == IN_LIEU_2027


def test_unannounced_years_work_as_the_library_says_to_2100() -> None:
    calendar = DayCalendar()
    library = holidays.country_holidays("CN", years=range(2027, 2101))
    assert [
        d
        for d in days(date(2027, 1, 1), date(2100, 12, 31))
        if calendar.is_working(d) != library.is_working_day(d)
    ] == []


@pytest.mark.parametrize(
    "name",
    ["exceptions.csv", "statutory.csv", "statutory_weekends.csv", "notices.csv", "regions.csv"],
)
def test_tables_are_plain_enough_to_be_split_at_commas(name: str) -> None:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    assert '"' not in "".join(lines)
    assert {line.count(",") for line in lines} == {lines[0].count(",")}


def test_every_source_named_by_an_exception_is_listed() -> None:
    notices = layers.notices()
    assert {row.notice for row in layers.national()} == set(notices)
    assert layers.announced(layers.national()) == layers.shipped_years() == set(range(2004, 2027))
    assert notices["2019-laodong"].number == "国办发明电〔2019〕3号"
    for notice in notices.values():
        assert notice.issued == "" or date.fromisoformat(notice.issued)
        assert notice.address == "" or notice.address.startswith("http")


def test_the_hash_stands_for_the_content() -> None:
    shipped = DayCalendar()
    assert len(shipped.hash) == 12
    assert shipped.hash == DayCalendar(layers.national()).hash
    assert shipped.hash != DayCalendar(layers.national()[1:]).hash
