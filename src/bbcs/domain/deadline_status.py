"""How a deadline stands against the clock on the wall: when it passes, what is left, which warning
is on.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bbcs.calendar.dates import CST, day_of
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.hours import office_hours
from bbcs.calendar.rules.rule import HOURS
from bbcs.domain.pack import Clock, RulePack


def ends(due: date | datetime, clock: Clock, pack: RulePack) -> date | datetime:
    """When a deadline passes: a time at once, a date with its day, or at closing time where the
    pack or the clock says so.

    Civil Code art. 203 allows either. A day on which the office stays closed ends as a day does.
    """
    if isinstance(due, datetime) or "close_of_business" not in (pack.due_time, clock.unit):
        return due
    closing = office_hours(pack.office or HOURS).closing(due)
    return (
        datetime.combine(due, time.fromisoformat(closing), CST)
        if closing and closing < "24:00"
        else due
    )


def passed(end: date | datetime, at: datetime) -> bool:
    """Overdue begins with the next day, after a time at once."""
    return at > end if isinstance(end, datetime) else at.date() > end


def days_left(due: date | datetime, now: datetime, calendar: DayCalendar) -> int:
    """Working days from now to the due day, negative once it has passed."""
    today, last = now.date(), day_of(due)
    if today < last or (today == last and not passed(due, now)):
        return calendar.between(today, last)
    return -max(1, calendar.between(last, today))


_SPANS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}


def _earliest(clock: Clock) -> int:
    return max((warning.left for warning in clock.warnings if warning.left >= 0), default=-1)


def warning_day(clock: Clock, due: date | datetime, calendar: DayCalendar) -> date | None:
    """First day of the earliest warning before expiry; None when the clock has none."""
    left = _earliest(clock)
    if left < 0:
        return None
    if isinstance(due, datetime):
        return (due - left * _SPANS[clock.unit]).date()
    return calendar.add(due, -left) if left else due


def warned(clock: Clock, due: date | datetime, now: datetime, first: date | None) -> bool:
    """Whether the first warning is on; limits in hours and minutes warn in their own unit."""
    if first is None:
        return False
    return (
        now >= due - _earliest(clock) * _SPANS[clock.unit]
        if isinstance(due, datetime)
        else now.date() >= first
    )


def colour_of(clock: Clock, due: date | datetime, now: datetime, calendar: DayCalendar) -> str:
    """The colour that the pack's warnings give a running deadline, "" before the first; limits in
    hours warn in their own unit.
    """
    hours = isinstance(due, datetime) and clock.unit in _SPANS
    left = (due - now) / _SPANS[clock.unit] if hours else days_left(due, now, calendar)
    fitting = [warning for warning in clock.warnings if left <= warning.left]
    return min(fitting, key=lambda warning: warning.left).colour if fitting else ""
