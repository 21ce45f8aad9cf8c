"""Computes one deadline: where its limit would end, and how pauses and extensions move it, in the
clock's own unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bbcs.calendar.dates import Moment, day_of
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.rules import CUTOFF, HOURS, CountingRule, receipt, rule_of
from bbcs.domain.pack import Clock, RulePack
from bbcs.record import Record


class DeadlineChange(Record):
    """A pause (at, until = resumed or None while it lasts) or an extension (at) that moved a
    deadline to `due`.

    left: what was left when it paused, in units of the limit (seconds for hours). seq: the entry
    that paused, or that asked for the extension.
    """

    kind: str
    at: datetime
    until: datetime | None = None
    days: int = 0
    to: date | None = None
    due: Moment | None = None
    left: int = 0
    seq: int = 0


class CountedDeadline(Record):
    """A deadline as counted: rule and number of units, the end, what moved it, the years it
    depends on.

    received: the day of receipt from which the days were counted; None where no day was counted
    (minutes, hours, a date that was set).
    """

    rule: str
    n: int
    due: Moment | None
    changes: tuple[DeadlineChange, ...]
    years: tuple[int, ...]
    paused: bool = False
    received: date | None = None


def rule_for(clock: Clock, pack: RulePack, promised: int = 0) -> tuple[str, int]:
    """The calendar rule and its number for a clock; ("", 0) for units that no calendar counts.

    promised: working days that the service item promises, for the unit of that name.
    """
    unit = clock.unit
    if unit in _AT_ONCE:
        return "same_day", 0
    if unit == "hour":
        return f"hours_{clock.hours}", clock.limit
    if unit in _RULES:
        return _RULES[unit], clock.limit
    if unit not in ("working_day", "promised", "set"):
        return "", 0
    n = promised if unit == "promised" else clock.limit
    return (pack.day_rule, n) if n or unit == "working_day" else ("", 0)


_RULES = {"calendar_day": "cal_roll", "month": "month"}
"""Units of which one rule counts, whatever the pack says."""

_AT_ONCE = ("same_day", "close_of_business")
"""Units that end on the day of receipt itself."""


def cutoff_of(clock: Clock, pack: RulePack, day: date) -> str:
    """From when on what comes on this day is received on the next working day, `HH:MM`; "" when
    the hour never matters.

    It is the pack's cut-off, without one the closing time of the day. Limits that end on the day of
    receipt always move; others do where the pack says `wd_roll` or `after_hours = "next_workday"`
    (formats.md §8.1). A working day on which the office stays closed has no closing time.
    """
    moves = pack.day_rule == "wd_roll" or pack.after_hours == "next_workday"
    if not moves and clock.unit not in _AT_ONCE:
        return ""
    if pack.cutoff:
        return pack.cutoff
    from bbcs.calendar.hours import office_hours  # few clocks ask for the hour

    return office_hours(pack.office or HOURS).closing(day)


def received_on(clock: Clock, start: datetime, pack: RulePack, calendar: DayCalendar) -> date:
    """The day on which that what starts the clock counts as received."""
    day = start.date()
    cutoff = cutoff_of(clock, pack, day)
    return receipt(calendar, start, cutoff) if cutoff else day


def run(
    clock: Clock,
    start: datetime,
    pack: RulePack,
    calendar: DayCalendar,
    changes: Iterable[DeadlineChange] = (),
    *,
    own: date | None = None,
    promised: int = 0,
) -> CountedDeadline:
    """Where a clock ends.

    own: the date that was set for the case or its order, for the unit `set`.
    """
    rule, n = rule_for(clock, pack, promised)
    changes = tuple(changes)
    if clock.unit == "set" and own:
        if not changes:
            return CountedDeadline("", 0, own, (), ())
        return _walk("wd", 0, own, start, pack, calendar, changes)
    if clock.unit == "minute":
        rule, n = f"hours_{clock.hours}", 0
        return _walk(
            rule, n, _minutes(clock, start, pack, calendar), start, pack, calendar, changes
        )
    if not rule:
        return CountedDeadline("", 0, None, (), ())
    counting, hours = rule_of(rule), pack.office or HOURS
    received = None
    if not counting.in_hours:
        received = received_on(clock, start, pack, calendar)
    begun: Moment = received or start
    end = counting.end(calendar, begun, n, CUTOFF, hours)
    if not changes:
        due = counting.settled(calendar, end)
        moved = received is not None and received > start.date()
        decided_by = counting.decided_by
        if moved:
            decided_by = "from"  # whether the day of the start was a day off
        missing = calendar.missing_years(start, due, decided_by)
        return CountedDeadline(rule, n, due, (), missing, received=received)
    return _walk(rule, n, end, start, pack, calendar, changes, received)


def _minutes(clock: Clock, start: datetime, pack: RulePack, calendar: DayCalendar) -> datetime:
    """Straight through, or inside the office hours (`hours = "business"`)."""
    if clock.hours != "business":
        return start + timedelta(minutes=clock.limit)
    from bbcs.calendar.hours import office_end, office_hours

    return office_end(calendar, start, clock.limit * 60, office_hours(pack.office or HOURS))


def _walk(
    rule: str,
    n: int,
    end: Moment,
    start: datetime,
    pack: RulePack,
    calendar: DayCalendar,
    changes: Iterable[DeadlineChange],
    received: date | None = None,
) -> CountedDeadline:
    """Each change in its order: a pause keeps what is left, an extension adds to the end or names a
    new one.

    The day of a pause counts as used, the day of resumption does not count.
    """
    counting, hours = rule_of(rule), pack.office or HOURS
    earliest: Moment = start
    begun: Moment = received or start
    done: list[DeadlineChange] = []
    paused = False
    for change in changes:
        if change.kind == "extension":
            end = extended(rule, counting.settled(calendar, end), change, pack, calendar)
            done.append(change._replace(due=counting.settled(calendar, end)))
            continue
        if not _running(counting, calendar, earliest, change.at, end):
            continue  # the limit had run out: a pause credits nothing
        # Nothing is used up before the day of receipt.
        used_to = max(counting.point(change.at), counting.point(begun))
        left = counting.left(calendar, used_to, end, hours)
        if change.until is None:
            done.append(change._replace(due=counting.settled(calendar, end), left=left))
            paused = True
            break
        # A pause that was over before the day of receipt came credits nothing either.
        begun = max(counting.point(change.until), counting.point(begun))
        resumed = counting.resume(calendar, begun, left, hours)
        # Where only days off were left, a pause never brings the end forward.
        end = resumed if left else max(counting.point(end), counting.point(resumed))
        earliest = change.until
        done.append(change._replace(due=counting.settled(calendar, end), left=left))
    due = counting.settled(calendar, end)
    missing = years(calendar, rule, start, due)
    return CountedDeadline(rule, n, due, tuple(done), missing, paused, received)


def _running(
    counting: CountingRule, calendar: DayCalendar, start: Moment, at: Moment, end: Moment
) -> bool:
    """Whether the limit runs at that time: from the start on, and no longer on the day on which it
    is due.
    """
    due = counting.settled(calendar, end)
    return counting.point(start) <= counting.point(at) < counting.point(due)


def extended(
    rule: str, due: Moment, more: DeadlineChange, pack: RulePack, calendar: DayCalendar
) -> Moment:
    """Where an extension ends: on its own day, else so many units of the limit after the present
    deadline.

    The present deadline does not count itself. `rule` is "" where no calendar counted; working days
    are added then.
    """
    if more.to or not more.days:
        return more.to or due
    counting = rule_of(rule or "wd")
    on = rule_of(counting.goes_on_as)
    if counting.in_hours:
        return on.resume(calendar, due, more.days * 3600, pack.office or HOURS)
    end = on.resume(calendar, day_of(due), more.days, pack.office or HOURS)
    return counting.settled(calendar, end)


def years(calendar: DayCalendar, rule: str, start: datetime, due: Moment) -> tuple[int, ...]:
    """Years whose notice is missing that the deadline depends on."""
    return calendar.provisional(start.date(), day_of(due)) if rule_of(rule).decided_by else ()


def asked_late(due: Moment, at: datetime, cutoff: str) -> bool:
    """Whether an extension is asked for too late: after the due day or time, on its last day from
    the cut-off on.

    cutoff: `HH:MM` of the pack's `[extension]`, "" for none.
    """
    if isinstance(due, datetime) and at > due:
        return True
    last = day_of(due)
    return at.date() > last or (bool(cutoff) and at.date() == last and f"{at:%H:%M}" >= cutoff)


def extension_cap(
    clock: Clock,
    start: datetime,
    before: CountedDeadline,
    pack: RulePack,
    calendar: DayCalendar,
) -> date | None:
    """The latest day that an extension may reach by the pack; None where the pack sets no bound.

    The bound is so many working days after the present deadline (additional), or so many from the
    start, pauses not counted (total_cap). before: the deadline without the extension.
    """
    rule = pack.extension
    if not rule.days or before.due is None:
        return None
    if rule.mode == "additional":
        return calendar.add(day_of(before.due), rule.days)
    if rule.mode != "total_cap":
        return None
    whole = clock._replace(unit="working_day", limit=rule.days)
    pauses = [change for change in before.changes if change.kind == "pause"]
    due = run(whole, start, pack, calendar, pauses).due
    return due and day_of(due)
