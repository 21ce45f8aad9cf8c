"""Deadlines with pauses and extensions as the product counts them, asked for in the calendar's own words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bbcs.calendar.dates import Moment, moment_of
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.rules import CUTOFF, HOURS
from bbcs.config import packs
from bbcs.domain.deadline import CountedDeadline, DeadlineChange, count_deadline, extended
from bbcs.domain.pack import Clock, RulePack

UNITS = {
    "wd": "working_day",
    "wd_roll": "working_day",
    "cal_roll": "calendar_day",
    "month": "month",
    "hours_wall": "hour",
    "hours_business": "hour",
}
"""Counting rule -> the unit of a clock that is counted by it."""


def pack_with(rule: str, hours: str = HOURS) -> RulePack:
    """A pack that counts working days by `rule` and keeps these office hours."""
    day_rule = rule if rule == "wd_roll" else "wd"
    pack = packs.pack("nanchang")
    return pack._replace(day_rule=day_rule, cutoff=CUTOFF, after_hours="same_day", office=hours)


def paused(
    calendar: DayCalendar,
    start: Moment,
    n: int,
    pauses: Sequence[tuple[Moment, Moment]],
    rule: str = "wd",
    *,
    hours: str = HOURS,
) -> CountedDeadline:
    """The deadline of `n` with stops of the clock: (paused, resumed), in order."""
    way = rule.removeprefix("hours_") if rule.startswith("hours_") else "wall"
    clock = Clock("resolve", n, UNITS[rule], ("Accepted",), ("Resolved",), pausable=True, hours=way)
    changes = [DeadlineChange("pause", moment_of(a), moment_of(b)) for a, b in pauses]
    return count_deadline(clock, moment_of(start), pack_with(rule, hours), calendar, changes)


def more(calendar: DayCalendar, due: Moment, days: int, rule: str = "wd") -> Moment:
    """The deadline after an extension by so many units of the rule."""
    change = DeadlineChange("extension", datetime(2026, 1, 1), days=days)
    return extended(rule, due, change, pack_with(rule), calendar)


def day(text: str) -> date:
    """`YYYY-MM-DD` as a date."""
    return date.fromisoformat(text)
