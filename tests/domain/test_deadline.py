"""One deadline as the product counts it: pauses and extensions, by every rule."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bbcs.calendar import dates
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.rules import HOURS
from bbcs.domain.deadline import count_deadline
from bbcs.domain.pack import Clock
from deadline_cases import day, more, pack_with, paused

CALENDAR = DayCalendar()


@pytest.mark.parametrize(
    ("due", "days", "rule", "becomes"),
    [
        ("2026-09-17", 10, "wd", "2026-10-08"),
        ("2026-09-17", 10, "wd_roll", "2026-10-08"),
        # Ten calendar days more end on Sunday, 27 September.
        ("2026-09-17", 10, "cal_roll", "2026-09-28"),
        ("2026-09-17", 10, "month", "2026-09-28"),
        # From a deadline on a day off: nothing is received a second time.
        ("2026-09-19", 1, "wd_roll", "2026-09-20"),
    ],
)
def test_an_extension_counts_on_from_the_old_deadline(
    due: str, days: int, rule: str, becomes: str
) -> None:
    assert more(CALENDAR, day(due), days, rule) == day(becomes)


def test_an_extension_of_hours() -> None:
    due = dates.parse_moment("2026-03-02T16:30")
    assert more(CALENDAR, due, 2, "hours_wall") == dates.parse_moment("2026-03-02T18:30")
    assert more(CALENDAR, due, 2, "hours_business") == dates.parse_moment("2026-03-03T10:00")


@pytest.mark.parametrize(
    ("start", "n", "rule", "pauses", "due"),
    [
        ("2026-09-10", 10, "wd", [("2026-09-15", "2026-09-29")], "2026-10-14"),
        # Stopped and resumed on one day: that day is used, nothing else changes.
        ("2026-03-02", 5, "wd", [("2026-03-04", "2026-03-04")], "2026-03-09"),
        # A pause over a holiday credits nothing.
        ("2026-02-13", 5, "wd", [("2026-02-14", "2026-02-23")], "2026-02-27"),
        (
            "2026-03-02",
            5,
            "wd",
            [("2026-03-03", "2026-03-05"), ("2026-03-06", "2026-03-10")],
            "2026-03-13",
        ),
        # Received on Monday; nothing is used by a pause before.
        ("2026-03-07", 3, "wd_roll", [("2026-03-08", "2026-03-11")], "2026-03-16"),
        ("2026-03-02", 10, "cal_roll", [("2026-03-05", "2026-03-09")], "2026-03-16"),
        ("2026-03-02", 1, "month", [("2026-03-23", "2026-04-01")], "2026-04-13"),
        # All ten days are used up, only the roll was left.
        ("2026-09-25", 7, "cal_roll", [("2026-10-05", "2026-10-12")], "2026-10-12"),
    ],
)
def test_pauses(start: str, n: int, rule: str, pauses: list[tuple[str, str]], due: str) -> None:
    stops = [(day(a), day(b)) for a, b in pauses]
    assert paused(CALENDAR, day(start), n, stops, rule).due == day(due)


def test_pauses_of_hours() -> None:
    def at(text: str) -> datetime:
        return dates.parse_moment(text)

    wall = paused(
        CALENDAR,
        at("2026-03-02T09:00"),
        24,
        [(at("2026-03-02T10:00"), at("2026-03-03T12:00"))],
        "hours_wall",
    )
    assert wall.due == at("2026-03-04T11:00")
    office = paused(
        CALENDAR,
        at("2026-03-02T09:00"),
        8,
        [(at("2026-03-02T11:00"), at("2026-03-04T16:30"))],
        "hours_business",
    )
    assert office.due == at("2026-03-05T15:30")


@pytest.mark.parametrize(
    ("stopped", "resumed"),
    [
        ("2026-09-23", "2026-09-29"),  # the day on which it is due
        ("2026-09-25", "2026-09-29"),
        ("2026-09-09", "2026-09-29"),  # before the start
    ],
)
def test_a_pause_of_a_limit_that_does_not_run_credits_nothing(stopped: str, resumed: str) -> None:
    found = paused(CALENDAR, date(2026, 9, 10), 10, [(day(stopped), day(resumed))])
    assert found.due == date(2026, 9, 23)
    assert found.changes == ()


def test_what_a_pause_leaves() -> None:
    found = paused(CALENDAR, date(2026, 9, 10), 10, [(date(2026, 9, 15), date(2026, 9, 29))])
    assert [(one.left, one.due) for one in found.changes] == [(7, date(2026, 10, 14))]
    hours = paused(
        CALENDAR,
        dates.parse_moment("2026-03-02T09:00"),
        8,
        [(dates.parse_moment("2026-03-02T11:00"), dates.parse_moment("2026-03-04T16:30"))],
        "hours_business",
    )
    assert [one.left for one in hours.changes] == [6 * 3600]


def test_a_day_off_is_no_day_of_receipt_where_the_office_is_closed_on_it() -> None:
    """Closed Saturdays have no closing time; what comes on one is received on Monday all the same."""
    pack = pack_with("wd_roll")._replace(cutoff="")
    clock = Clock("resolve", 7, "calendar_day", ("Accepted",), ("Resolved",))
    saturday = dates.parse_moment("2026-03-07T10:00")
    for hours in (HOURS, f"周六 休;周日 休;{HOURS}"):
        found = count_deadline(clock, saturday, pack._replace(office=hours), CALENDAR)
        assert (found.received, found.due) == (date(2026, 3, 9), date(2026, 3, 16))
