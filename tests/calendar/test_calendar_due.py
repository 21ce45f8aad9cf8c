"""Deadlines: worked examples, golden dates, what is provisional, what is refused, extensions and pauses."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bbcs.calendar import dates, layers
from bbcs.calendar.days import DayCalendar, ExceptionalDay
from bbcs.errors import BadDate, BbcsError, CalendarGap, UnknownWord
from deadline_cases import day, more as extended, paused

CALENDAR = DayCalendar()
EXAMPLES = list(
    csv.DictReader(
        (Path(__file__).parent / "deadline_examples.csv").open(encoding="utf-8", newline="")
    )
)

GUANGXI_2021 = [
    ExceptionalDay(date(2021, 4, 14), False, "holiday", "三月三", "guangxi-2021"),
    ExceptionalDay(date(2021, 4, 15), False, "holiday", "三月三", "guangxi-2021"),
    ExceptionalDay(date(2021, 4, 16), False, "holiday", "三月三", "guangxi-2021"),
    ExceptionalDay(date(2021, 4, 18), True, "makeup", "三月三", "guangxi-2021"),
]

#: start, n, due by wd, due by wd_roll
GOLDEN_WORKING_DAYS = """
2026-02-13  3 2026-02-25 2026-02-25
2026-02-13  5 2026-02-27 2026-02-27
2026-02-14  1 2026-02-24 2026-02-24
2026-02-27  1 2026-02-28 2026-02-28
2026-02-28  1 2026-03-02 2026-03-02
2026-01-01  1 2026-01-04 2026-01-05
2026-01-01  3 2026-01-06 2026-01-07
2026-03-09 15 2026-03-30 2026-03-30
2026-04-30  1 2026-05-06 2026-05-06
2026-04-30  3 2026-05-08 2026-05-08
2026-04-30  5 2026-05-11 2026-05-11
2026-05-08  1 2026-05-09 2026-05-09
2026-06-18  3 2026-06-24 2026-06-24
2026-09-19  1 2026-09-20 2026-09-21
2026-09-19  5 2026-09-24 2026-09-28
2026-09-24  5 2026-10-09 2026-10-09
2026-09-30  3 2026-10-10 2026-10-10
2026-11-21 15 2026-12-11 2026-12-14
2022-06-25  3 2022-06-29 2022-06-30
2022-06-25 10 2022-07-08 2022-07-11
2022-06-25 15 2022-07-15 2022-07-18
2022-08-23 10 2022-09-06 2022-09-06
2022-08-23 15 2022-09-14 2022-09-14
2022-04-11 10 2022-04-24 2022-04-24
2022-04-11 15 2022-04-29 2022-04-29
2026-12-31  1 2027-01-04 2027-01-04
"""

#: start, n, rule, due
GOLDEN_ROLLS = """
2026-09-20 15 cal_roll 2026-10-08
2026-08-07 60 cal_roll 2026-10-08
2026-04-26  7 cal_roll 2026-05-06
2026-02-07  7 cal_roll 2026-02-14
2026-05-02  7 cal_roll 2026-05-09
2026-01-31  1 month    2026-02-28
"""


def table(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


def answer(row: dict[str, str]) -> str:
    """What the calendar says to one row of the examples, written as there."""
    rule = row["rule"].removesuffix(" (provisional)")
    start = dates.parse_start(row["start"])
    if rule == "count":
        return str(CALENDAR.count(dates.day_of(start), day(row["n"])))
    if rule == "wd+extend":
        n, more = map(int, row["n"].split("+"))
        return str(extended(CALENDAR, CALENDAR.add(dates.day_of(start), n), more))
    if rule == "wd+pause":
        return str(paused(CALENDAR, start, 10, [(date(2026, 9, 15), date(2026, 9, 29))]).due)
    calendar = CALENDAR
    if rule == "wd@guangxi":
        rule, calendar = "wd", DayCalendar([*layers.national(), *GUANGXI_2021])
    due = calendar.due(start, int(row["n"]), rule)
    assert due.provisional == row["rule"].endswith("(provisional)")
    return f"{due.due:%Y-%m-%d %H:%M}" if isinstance(due.due, datetime) else str(due.due)


@pytest.mark.parametrize(
    "row", EXAMPLES, ids=lambda row: f"{row['start']} {row['rule']} {row['n']}"
)
def test_worked_example(row: dict[str, str]) -> None:
    assert answer(row) == row["deadline"]


def test_there_are_32_worked_examples() -> None:
    assert len(EXAMPLES) == 32


@pytest.mark.parametrize(("start", "n", "wd", "wd_roll"), table(GOLDEN_WORKING_DAYS))
def test_golden_working_days(start: str, n: str, wd: str, wd_roll: str) -> None:
    assert CALENDAR.add(day(start), int(n)) == day(wd)
    assert CALENDAR.add(day(start), int(n), "wd_roll") == day(wd_roll)


@pytest.mark.parametrize(("start", "n", "rule", "due"), table(GOLDEN_ROLLS))
def test_golden_rolls(start: str, n: str, rule: str, due: str) -> None:
    assert CALENDAR.add(day(start), int(n), rule) == day(due)


def test_lhasa_2026_stays_off_to_26_february() -> None:
    lhasa = [
        ExceptionalDay(date(2026, 2, d), False, "holiday", "藏历新年", "lhasa-2026")
        for d in (24, 25, 26)
    ]
    assert DayCalendar([*layers.national(), *lhasa]).add(date(2026, 2, 13), 3) == date(2026, 2, 28)


def test_a_region_cancels_a_national_make_up_day() -> None:
    # 广西 2017: off on Saturday 1 April though the nation worked; worked on Saturday 8 April.
    region = [
        ExceptionalDay(date(2017, 4, 1), False, "weekend", "三月三", "guangxi-2017"),
        ExceptionalDay(date(2017, 4, 8), True, "makeup", "三月三", "guangxi-2017"),
    ]
    calendar = DayCalendar([*layers.national(), *region])
    assert CALENDAR.is_working(date(2017, 4, 1))
    assert not calendar.is_working(date(2017, 4, 1))
    assert calendar.info(date(2017, 4, 8)).notice == "guangxi-2017"


# -- final or provisional ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "n", "rule", "years"),
    [
        ("2026-12-21", 5, "wd", ()),  # due on 28 December
        ("2026-12-21", 6, "wd", (2027,)),  # 29 December may move with the notice of 2027
        ("2026-12-28", 10, "wd", (2027,)),
        ("2026-12-29", -1, "wd", ()),  # the start day itself is not counted
        ("2026-12-31", -1, "wd", (2027,)),
        ("2027-01-04", -5, "wd", (2027,)),
        ("2026-12-29", 0, "same_day", (2027,)),
        ("2026-12-28", 0, "same_day", ()),
        ("2026-12-28", 1, "wd_roll", (2027,)),
        ("2026-12-25", 3, "cal_roll", ()),
        ("2026-12-25", 4, "cal_roll", (2027,)),
        ("2027-12-20", 30, "wd", (2027, 2028)),
        ("2026-12-31", 24, "hours_wall", ()),  # depends on no calendar
        ("2026-12-28T16:30", 1, "hours_business", ()),
        ("2026-12-28T16:30", 2, "hours_business", (2027,)),
        ("2018-12-28", 3, "wd", ()),
    ],
)
def test_years_an_answer_leans_on(start: str, n: int, rule: str, years: tuple[int, ...]) -> None:
    due = CALENDAR.due(dates.parse_start(start), n, rule)
    assert (due.provisional, due.years, due.rule) == (bool(years), years, rule)


def test_provisional_spans() -> None:
    assert CALENDAR.provisional(date(2026, 12, 1), date(2026, 12, 28)) == ()
    assert CALENDAR.provisional(date(2026, 12, 28), date(2026, 12, 29)) == (2027,)
    assert CALENDAR.provisional(date(2025, 12, 1), date(2026, 3, 1)) == ()
    assert CALENDAR.provisional(date(2026, 12, 30), date(2028, 1, 1)) == (2027, 2028)


def test_a_notice_makes_its_year_final_and_drops_the_guess() -> None:
    with_2027 = DayCalendar(
        [*layers.national(), ExceptionalDay(date(2027, 1, 1), False, "holiday", "元旦", "2027")]
    )
    assert not CALENDAR.is_working(date(2027, 2, 9))
    assert with_2027.is_working(date(2027, 2, 9))
    assert with_2027.provisional(date(2026, 12, 28), date(2027, 12, 28)) == ()
    assert with_2027.provisional(date(2027, 12, 28), date(2027, 12, 31)) == (2028,)


def test_days_of_one_organisation_announce_no_year() -> None:
    own = DayCalendar(
        [
            *layers.national(),
            ExceptionalDay(date(2027, 3, 1), False, "holiday", "迁址", "本中心公告"),
        ]
    )
    assert own.provisional(date(2027, 2, 28), date(2027, 3, 1)) == (2027,)
    assert own.info(date(2027, 3, 1)).notice == "本中心公告"


@pytest.mark.parametrize(
    ("text", "works", "kind", "name", "notice", "final"),
    [
        ("2026-03-02", True, "normal", "", "", True),
        ("2026-03-07", False, "weekend", "", "", True),
        (
            "2026-02-16",
            False,
            "holiday",
            "春节",
            "国务院办公厅关于2026年部分节假日安排的通知",
            True,
        ),
        ("2018-12-29", True, "makeup", "元旦", "国办发明电〔2018〕15号", True),
        ("2020-01-31", False, "holiday", "春节", "国务院办公厅2020年放假通知", True),
        ("2020-02-01", False, "weekend", "", "", True),
        ("2026-12-30", True, "normal", "", "", False),
        (
            "2027-02-09",
            False,
            "holiday",
            "春节（补假）",
            "《全国年节及纪念日放假办法》，2027年放假通知未公布，暂定",
            False,
        ),
    ],
)
def test_what_a_day_is(
    text: str, works: bool, kind: str, name: str, notice: str, final: bool
) -> None:
    assert CALENDAR.info(day(text)) == (day(text), works, kind, name, notice, final)


# -- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "refusal", "says"),
    [
        (lambda: CALENDAR.add(date(2026, 3, 2), 0), BadDate, "same_day"),
        (lambda: CALENDAR.add(date(2026, 3, 2), 0, "wd_roll"), BadDate, "same_day"),
        (lambda: CALENDAR.add(date(2026, 3, 2), 1, "same_day"), BadDate, "wd"),
        (lambda: CALENDAR.add(date(2026, 3, 2), 1_000_000), BadDate, "过大"),
        (lambda: CALENDAR.add(date(2026, 3, 2), 1_000_000, "month"), BadDate, "过大"),
        (lambda: CALENDAR.add(date(2026, 3, 2), -1, "cal_roll"), BadDate, "wd"),
        (lambda: CALENDAR.add(date(2026, 3, 2), 90_000), CalendarGap, "2100-12-31"),
        (lambda: CALENDAR.add(date(2026, 3, 2), 90_000, "cal_roll"), CalendarGap, "2100-12-31"),
        (lambda: CALENDAR.add(date(2026, 3, 2), 100_000, "month"), CalendarGap, "2100-12-31"),
        (lambda: CALENDAR.add(date(2003, 12, 31), 1), CalendarGap, "2004-01-01"),
        (lambda: CALENDAR.add(date(2004, 1, 2), -5), CalendarGap, "2004-01-01"),
        (lambda: CALENDAR.is_working(date(2101, 1, 1)), CalendarGap, "2100-12-31"),
        (lambda: CALENDAR.next(date(2100, 12, 31)), CalendarGap, "2100-12-31"),
        (lambda: CALENDAR.count(date(2026, 3, 2), date(2026, 3, 1)), BadDate, "早于"),
        (lambda: CALENDAR.due(date(2026, 3, 2), 1, "wd_rol"), UnknownWord, "wd_roll"),
        (
            lambda: CALENDAR.due(date(2026, 3, 2), 1, "hours_business", hours="9-12"),
            BadDate,
            "HH:MM",
        ),
        (
            lambda: CALENDAR.due(
                date(2026, 3, 2), 1, "hours_business", hours="13:30-17:30,09:00-12:00"
            ),
            BadDate,
            "先后",
        ),
        (lambda: CALENDAR.due(date(2026, 3, 2), 1, "wd_roll", cutoff="25:00"), BadDate, "HH:MM"),
        (
            lambda: DayCalendar([ExceptionalDay(date(1999, 1, 1), False, "holiday", "", "")]).next(
                date(2026, 1, 1)
            ),
            CalendarGap,
            "1999",
        ),
    ],
)
def test_refused(call: Callable[[], object], refusal: type[BbcsError], says: str) -> None:
    with pytest.raises(refusal) as caught:
        call()
    assert says in caught.value.message
    assert "\n" not in caught.value.message
    assert not caught.value.message.endswith("。")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-3-2",
        "20260302",
        "2026-W10-1",
        "2026-02-30",
        "２０２６-03-02",
        "2026-03-02T09:10",
        "张三",
        "2026-03-0x",
    ],
)
def test_no_day(text: str) -> None:
    with pytest.raises(BadDate):
        dates.parse_day(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-02T9:10",
        "2026-03-02T24:00",
        "2026-03-02T09:60",
        "2026-03-02T09:10+25:00",
        "2026-03-02T24:00Z",
        "0001-01-01T00:00+09:00",
        "2026-03-02T09:10:00.1234567x",
        "2026-03-02T09",
        "2026-03-02+08:00",
    ],
)
def test_no_moment(text: str) -> None:
    with pytest.raises(BadDate):
        dates.parse_moment(text)


def test_a_text_that_is_no_date_is_not_repeated() -> None:
    with pytest.raises(BadDate) as caught:
        dates.parse_start("张三三三三三三三三三")
    assert "张" not in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T09:10",
        "2026-03-02 09:10",
        "2026-03-02T09:10:00",
        "2026-03-02T09:10:00+08:00",
        "2026-03-02T09:10+08:00",
        "2026-03-02T01:10Z",
        "2026-03-02T01:10:00+00:00",
        "2026-03-02T09:10:00.999",
        "2026-03-01T20:10:00.5-05:00",
    ],
)
def test_moments_are_in_china(text: str) -> None:
    assert dates.parse_moment(text).isoformat() == "2026-03-02T09:10:00+08:00"


def test_a_bare_day_is_midnight() -> None:
    assert dates.parse_moment("2026-03-02").isoformat() == "2026-03-02T00:00:00+08:00"


def test_answers_keep_the_zone_of_the_start() -> None:
    naive, aware = datetime(2026, 9, 30, 16, 30), datetime(2026, 9, 30, 8, 30, tzinfo=UTC)
    assert CALENDAR.due(naive, 8, "hours_business").due == datetime(2026, 10, 8, 17, 30)
    assert CALENDAR.due(aware, 8, "hours_business").due == datetime(
        2026, 10, 8, 17, 30, tzinfo=dates.CST
    )
    # 20:00 in London is the next morning in China.
    assert CALENDAR.add(datetime(2026, 3, 1, 20, tzinfo=UTC), 1) == date(2026, 3, 3)
