"""The course of one deadline: where its limit would end, and what pauses and extensions made of it, in the clock's own unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bbcs.calendar.dates import day_of
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.hours import office_end, office_hours
from bbcs.calendar.terms import (
    HOURS,
    receipt,
    remaining,
    resume,
    rolled,
    rule_of as law_of,
    unrolled,
)
from bbcs.domain.pack import Clock, RulePack
from bbcs.errors import BadDate
from bbcs.record import Record

Due = date | datetime


class Change(Record):
    """A pause (at, until = resumed or None while it lasts) or an extension (at) that moved a deadline to `due`.

    left: what was left when it paused, in units of the limit (seconds for hours).
    """

    kind: str
    at: datetime
    until: datetime | None = None
    days: int = 0
    to: date | None = None
    due: Due | None = None
    left: int = 0


class Course(Record):
    """A deadline as counted: rule and number of units, the end, what moved it, the years it leans on."""

    rule: str
    n: int
    due: Due | None
    changes: tuple[Change, ...]
    years: tuple[int, ...]
    paused: bool = False


def rule_of(clock: Clock, pack: RulePack, promised: int = 0) -> tuple[str, int]:
    """The calendar rule and its number for a clock; ("", 0) for units that no calendar counts.

    promised: working days that the service item promises, for the unit of that name.
    """
    return {
        "working_day": (pack.day_rule, clock.limit),
        "calendar_day": ("cal_roll", clock.limit),
        "month": ("month", clock.limit),
        "same_day": ("same_day", 0),
        "close_of_business": ("same_day", 0),
        "hour": (f"hours_{clock.hours}", clock.limit),
        "promised": (pack.day_rule, promised) if promised else ("", 0),
        "set": (pack.day_rule, clock.limit) if clock.limit else ("", 0),
    }.get(clock.unit, ("", 0))


def cutoff_of(pack: RulePack, start: datetime) -> str:
    """From when on a day's receipt counts as the next working day's: the pack's cut-off, else closing time where it says so."""
    if pack.cutoff or pack.after_hours != "next_workday":
        return pack.cutoff
    return office_hours(pack.office).closing(start.date()) or ""


def run(
    clock: Clock,
    start: datetime,
    pack: RulePack,
    calendar: DayCalendar,
    changes: Iterable[Change] = (),
    *,
    own: date | None = None,
    promised: int = 0,
) -> Course:
    """Where a clock ends. own: the date that was set for the case or its order, for the unit `set`."""
    rule, n = rule_of(clock, pack, promised)
    changes = tuple(changes)
    cutoff, hours = cutoff_of(pack, start), pack.office or HOURS
    if clock.unit == "set" and own:
        rule, n = "wd", 0
        return (
            _walk(rule, n, own, start, pack, calendar, changes)
            if changes
            else Course("", 0, own, (), ())
        )
    if clock.unit == "minute":
        rule, n = f"hours_{clock.hours}", 0
        return _walk(
            rule, n, _minutes(clock, start, pack, calendar), start, pack, calendar, changes
        )
    if not rule:
        return Course("", 0, None, (), ())
    if not changes:
        found = calendar.due(start, n, rule, cutoff=cutoff, hours=hours)
        return Course(rule, n, found.due, (), found.years)
    return _walk(
        rule, n, unrolled(calendar, start, n, rule, cutoff, hours), start, pack, calendar, changes
    )


def _minutes(clock: Clock, start: datetime, pack: RulePack, calendar: DayCalendar) -> datetime:
    """Straight through, or inside the office hours (`hours = "business"`)."""
    if clock.hours != "business":
        return start + timedelta(minutes=clock.limit)
    return office_end(calendar, start, clock.limit * 60, office_hours(pack.office or HOURS))


def _walk(
    rule: str,
    n: int,
    end: Due,
    start: datetime,
    pack: RulePack,
    calendar: DayCalendar,
    changes: Iterable[Change],
) -> Course:
    """Each change in its order: a pause keeps what is left, an extension adds to the end or names a new one."""
    hours = pack.office or HOURS
    earliest = start
    begun: Due = (
        receipt(calendar, start, cutoff_of(pack, start))
        if rule == "wd_roll" and cutoff_of(pack, start)
        else start
    )
    done, paused = [], False
    for change in changes:
        if change.kind == "extension":
            end = extended(rule, _settled(calendar, rule, end), change, pack, calendar)
            done.append(change._replace(due=_settled(calendar, rule, end)))
            continue
        try:
            left = remaining(calendar, earliest, change.at, end, rule, begun=begun, hours=hours)
        except BadDate:  # the limit had run out: a pause credits nothing
            continue
        if change.until is None:
            done.append(change._replace(due=_settled(calendar, rule, end), left=left))
            paused = True
            break
        end = resume(calendar, change.until, left, rule, hours=hours)
        begun = earliest = change.until
        done.append(change._replace(due=_settled(calendar, rule, end), left=left))
    due = _settled(calendar, rule, end)
    return Course(rule, n, due, tuple(done), years(calendar, rule, start, due), paused)


def extended(rule: str, due: Due, more: Change, pack: RulePack, calendar: DayCalendar) -> Due:
    """Where an extension ends: on its own day, else so many units of the limit after the present deadline, which does not count itself."""
    if more.to or not more.days:
        return more.to or due
    end = resume(
        calendar, _moment(due, rule), _units(rule, more.days), _on(rule), hours=pack.office or HOURS
    )
    return _settled(calendar, rule, end) if rule else end


def _moment(end: Due, rule: str) -> Due:
    return end if rule.startswith("hours_") or not isinstance(end, datetime) else end.date()


def _units(rule: str, days: int) -> int:
    return days * 3600 if rule.startswith("hours_") else days


def _on(rule: str) -> str:
    """A running limit goes on in working days where it was counted in them, or was no count at all."""
    return "wd" if rule in ("", "wd_roll", "same_day") else rule


def _settled(calendar: DayCalendar, rule: str, end: Due) -> Due:
    return rolled(calendar, day_of(end)) if law_of(rule).rolls else end


def years(calendar: DayCalendar, rule: str, start: datetime, due: Due) -> tuple[int, ...]:
    """Years whose notice is missing that the deadline leans on."""
    return calendar.provisional(start.date(), day_of(due)) if law_of(rule).leans else ()
