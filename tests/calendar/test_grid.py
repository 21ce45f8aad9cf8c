"""The year as a grid."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from wcwidth import wcswidth

from bbcs.calendar import month_grid
from bbcs.calendar.days import DayCalendar
from bbcs.errors import CalendarGap

CALENDAR = DayCalendar()


def month(year: int, number: int) -> list[str]:
    """One month cut out of the lines, as it is printed."""
    lines = month_grid.lines(CALENDAR, year)
    at = next(i for i, line in enumerate(lines) if f" {number} 月（" in line)
    # All before the right half: a character is found by its column, full-width ones taking two.
    left = number % 2 == 1
    rows = []
    for line in lines[at + 1 : lines.index("", at)]:
        columns = "".join(sign + "\0" * (wcswidth(sign) - 1) for sign in line)
        rows.append((columns[:34] if left else columns[38:]).replace("\0", "").rstrip())
    return rows


def test_october_2026() -> None:
    assert month(2026, 10) == [
        "周一 周二 周三 周四 周五 周六 周日",
        "                1休  2休  3　  4",
        " 5休  6休  7休  8　  9　 10班 11",
        "12　 13　 14　 15　 16　 17　 18",
        "19　 20　 21　 22　 23　 24　 25",
        "26　 27　 28　 29　 30　 31",
    ]


def test_guesses_are_marked() -> None:
    assert " 5暂  6暂  7暂" in "\n".join(month(2027, 2))
    lines = month_grid.lines(CALENDAR, 2027)
    assert lines[0] == "2027 年，248 个工作日（2027 年放假通知未公布，暂定）"
    assert "休" not in "".join(lines[1:-1])
    assert month_grid.lines(CALENDAR, 2025)[0] == "2025 年，248 个工作日"


@pytest.mark.parametrize("year", [2004, 2008, 2015, 2026, 2100])
def test_every_day_stands_below_its_weekday(year: int) -> None:
    weeks = [week for month in month_grid.month_grid(CALENDAR, year) for week in month]
    days = [(i, info.day) for week in weeks for i, info in enumerate(week) if info]
    assert [day for _, day in days] == [date(year, 1, 1) + timedelta(i) for i in range(len(days))]
    assert days[-1][1] == date(year, 12, 31)
    assert all(i == day.weekday() for i, day in days)
    assert {len(week) for week in weeks} == {7}


@pytest.mark.parametrize("year", [2015, 2026, 2027])
def test_lines_are_aligned_in_columns_of_a_terminal(year: int) -> None:
    lines = month_grid.lines(CALENDAR, year)
    assert max(map(wcswidth, lines)) == 72
    for line in lines[1:-1]:
        columns = [wcswidth(line[:i]) for i, sign in enumerate(line) if sign in "休班暂"]
        assert all((column if column < 38 else column - 38) % 5 == 2 for column in columns)


def test_a_year_outside_the_calendar_is_refused() -> None:
    with pytest.raises(CalendarGap):
        month_grid.month_grid(CALENDAR, 2101)
