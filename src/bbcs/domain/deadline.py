"""Computes one deadline: where its limit would end, how pauses and extensions move it, in the clock's
own unit, and how it stands at a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta

from bbcs.calendar.dates import Moment, day_of, iso, moment_of
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.rules import CUTOFF, HOURS, CountingRule, receipt, rule_of
from bbcs.domain.case import Mark, Round
from bbcs.domain.deadline_status import (
    RunningDeadline,
    colour_of,
    days_left,
    ends,
    first_warning,
    passed,
    state_at,
)
from bbcs.domain.pack import UNITS, Clock, RulePack
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


def _rule_for(clock: Clock, pack: RulePack, promised: int = 0) -> tuple[str, int]:
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
    if not _moves(clock, pack):
        return ""
    if pack.cutoff:
        return pack.cutoff
    from bbcs.calendar.hours import office_hours  # few clocks ask for the hour

    return office_hours(pack.office or HOURS).closing(day)


def _received_on(clock: Clock, start: datetime, pack: RulePack, calendar: DayCalendar) -> date:
    """The day on which that what starts the clock counts as received."""
    day = start.date()
    if not _moves(clock, pack):
        return day
    cutoff = cutoff_of(clock, pack, day)
    return receipt(calendar, start, cutoff) if cutoff else calendar.rolled(day)


def _moves(clock: Clock, pack: RulePack) -> bool:
    """Whether what comes on a day off, or too late on a day, is received on the next working day."""
    moved = pack.day_rule == "wd_roll" or pack.after_hours == "next_workday"
    return moved or clock.unit in _AT_ONCE


def count_deadline(
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
    rule, n = _rule_for(clock, pack, promised)
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
        received = _received_on(clock, start, pack, calendar)
    begun: Moment = received or start
    end = counting.end(calendar, begun, n, CUTOFF, hours)
    if not changes:
        due = counting.settled(calendar, end)
        moved = received is not None and received > start.date()
        decided_by = counting.decided_by
        if moved:
            decided_by = "from"  # whether the day of the start was a day off
        missing = calendar.missing_years(start, due, decided_by)
        return CountedDeadline(rule, n, due, (), missing, False, received)
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
    due = count_deadline(whole, start, pack, calendar, pauses).due
    return due and day_of(due)


class Deadline(Record):
    """One clock of one round (and order): when it is due and how it stands at `now`.

    order: the unit of the order, slip or resolution, or the owed paper, that it belongs to; None
    for the case's own. number: that of the order, 0 where none is meant. due: a date, for hours and
    minutes a time, None when the clock has no date (`none`, or `set` not yet said). passes: when it
    is overdue: a time at once, a day with its end or at closing time. late: whether it had passed
    when it was met or ended, or has by now. ended_at: when what it waited for could no longer
    happen. years: years whose holiday notice is missing that the date depends on. assumed: not
    triaged yet, so the pack's first difficulty holds. now: of one that was met or ended, when it
    was. calendar: what counted: today's while the clock runs, that of the entry which stopped it
    afterwards. entries: numbers in the chain of the entries that started, moved and stopped it, as
    far as they are known. no: of the slip or resolution whose date it is, "" of others.
    """

    name: str
    round: int
    order: str | None
    start: datetime
    limit: int
    unit: str
    due: date | datetime | None
    state: str
    provisional: bool
    years: tuple[int, ...]
    assumed: bool
    met_at: datetime | None
    now: datetime
    clock: Clock
    calendar: DayCalendar
    counted: CountedDeadline
    passes: date | datetime | None = None
    late: bool = False
    ended_at: datetime | None = None
    number: int = 0
    entries: tuple[int, ...] = ()
    no: str = ""

    @property
    def key(self) -> tuple[str, int, int, str]:
        """Which deadline of the case it is: clock, round, number of the order, and the number of the
        slip or resolution, else the unit (or paper)."""
        return self.name, self.round, self.number, self.no or self.order or ""

    @property
    def warn_from(self) -> date | datetime | None:
        """Day or time of the first warning."""
        return None if self.due is None else first_warning(self.clock, self.due, self.calendar)

    @property
    def left(self) -> int | None:
        """Working days still to go, negative once overdue; None where nothing runs."""
        if not self._goes_on or self.passes is None:
            return None
        return days_left(self.passes, self.now, self.calendar)

    @property
    def colour(self) -> str:
        """The colour that the pack's warnings give it, "" before the first."""
        if not self._goes_on or self.passes is None:
            return ""
        return colour_of(self.clock.warnings, self.unit, self.passes, self.now, self.calendar)

    @property
    def _goes_on(self) -> bool:
        return not (self.met_at or self.ended_at or self.state == "paused")

    @property
    def days_late(self) -> int:
        """Working days between the due day and the day on which it was met or ended late, at least
        one; else 0.
        """
        over_at = self.met_at or self.ended_at
        if not self.late or over_at is None or self.due is None:
            return 0
        return max(1, self.calendar.between(day_of(self.due), over_at.date()))

    @property
    def stored_due(self) -> str | None:
        """The text that is stored: when it passes while it runs, afterwards when it was due."""
        over_at = self.met_at or self.ended_at
        return iso(self.due if over_at else self.passes)

    @property
    def running(self) -> RunningDeadline | None:
        """The deadline as it is kept while it is still to be met; None once it was met or ended,
        and without a date."""
        if self.met_at or self.ended_at or self.due is None or self.passes is None:
            return None
        return RunningDeadline(
            self.name, self.round, self.number, self.order or "", self.due, self.passes, self.warn_from,
            self.state == "paused", self.provisional, self.unit, self.clock.warnings,
        )  # fmt: skip

    @property
    def limit_text(self) -> str:
        """The limit as people say it: “10 个工作日”."""
        if self.name == "gap" and self.due is None:
            return "现场核查时补"
        if self.unit == "promised" and self.counted.n:
            return f"承诺 {self.counted.n} 个工作日"
        if self.unit == "set" and self.counted.rule and self.counted.n:
            return self.clock.limit_text
        return UNITS["set"] if self.unit == "set" else self.clock.limit_text


CalendarAt = Callable[[int], DayCalendar]
"""Number of an entry in the chain -> the calendar that was in force when it was written."""


class Counting(Record):
    """What a clock is counted with: the rules, the calendar of today, those of before, the
    moment.

    judged: number of an entry in the chain -> the moment by which it is judged instead of its own
    (`bbcs.domain.bent`), where it stopped a clock, paused it or asked for an extension.
    """

    pack: RulePack
    calendar: DayCalendar
    now: datetime
    at: CalendarAt | None = None
    judged: Mapping[int, datetime] = {}

    def calendar_of(self, stopped: int) -> DayCalendar:
        """Today's calendar for a running clock; for one that a later notice must not move, that
        of the entry that stopped it."""
        return self.at(stopped) if self.at and stopped else self.calendar


class ClockRun(Record):
    """One clock about to be counted: of which round and order, from when, until when (and by which
    entry), moved by what.

    stop: when it was met. ended: when what it waited for could no longer happen. if_late: an ended
    one that counts only where it had passed by then: an order given back in time leaves nothing.
    begun_seq: the entry that started it; begun: that entry, where no order did. after: the clock
    from whose due date it is counted; start and begun are then those of that clock. no: as in
    `Deadline`.
    """

    clock: Clock
    round: Round
    start: datetime
    stop: datetime | None = None
    seq: int = 0
    order: str | None = None
    own: date | None = None
    promised: int = 0
    changes: tuple[DeadlineChange, ...] = ()
    ended: datetime | None = None
    number: int = 0
    if_late: bool = False
    begun_seq: int = 0
    begun: Mark | None = None
    after: ClockRun | None = None
    no: str = ""


def changed_at(change: DeadlineChange) -> datetime:
    """When a change was made, to sort by."""
    return change.at


def deadline_of(one: ClockRun, by: Counting) -> Deadline | None:
    """Where one clock ends and stands; None while the due date that it is counted from is unknown."""
    first = None
    if one.after:
        first = deadline_of(one.after, by)
        if first is None or first.due is None:
            return None
        one = one._replace(start=moment_of(first.due))
    if by.judged:
        one = _judged(one, by)
    entries = _entries(one)
    if brought_in := _brought_in_past(one, by):
        one = one._replace(ended=brought_in, seq=one.begun_seq)
    clock, stop, calendar = one.clock, one.stop, by.calendar_of(one.seq)
    result = count_deadline(
        clock, one.start, by.pack, calendar, one.changes, own=one.own, promised=one.promised
    )
    due = result.due
    passes = None if due is None else ends(due, clock, by.pack, one.start)
    over_at = stop or one.ended
    if over_at:
        late = passes is not None and passed(passes, over_at)
        state = _over_state(late, met=stop is not None)
    else:
        warn_from = None if due is None else first_warning(clock, due, calendar)
        state = state_at(passes, warn_from, by.now, paused=result.paused)
        late = state == "overdue"
    assumed = not one.round.difficulty and "difficulty" in clock.for_
    years = result.years
    if first:
        assumed = assumed or first.assumed
        years = tuple(sorted({*years, *first.years}))
        entries = tuple(dict.fromkeys((*first.entries, *entries)))
    return Deadline(
        clock.name, one.round.number, one.order, one.start, clock.limit, clock.unit, due, state, bool(years), years,
        assumed, stop, over_at or by.now, clock, calendar, result, passes, late, one.ended, one.number, entries,
        one.no,
    )  # fmt: skip


def _brought_in_past(one: ClockRun, by: Counting) -> datetime | None:
    """When a settlement of an older ledger was brought in, if this clock that it started had passed
    by then: what should have followed was not written down, and nobody waits for it here.

    By the calendar of then: no later notice wakes the clock up again, or moves it.
    """
    begun = one.begun
    if one.stop or one.ended or begun is None or not begun.imported or not begun.recorded_at:
        return None
    if begun.kind not in ("Resolved", "CalledBack"):
        return None
    due = count_deadline(
        one.clock,
        one.start,
        by.pack,
        by.calendar_of(one.begun_seq),
        one.changes,
        own=one.own,
        promised=one.promised,
    ).due
    over = due is not None and passed(ends(due, one.clock, by.pack, one.start), begun.recorded_at)
    return begun.recorded_at if over else None


def _entries(one: ClockRun) -> tuple[int, ...]:
    """The entries that started, moved and stopped a clock."""
    numbers = [one.begun_seq, *[change.seq for change in one.changes], one.seq]
    return tuple([seq for seq in numbers if seq])


def _judged(one: ClockRun, by: Counting) -> ClockRun:
    """The same clock with the moments of `by.judged`, where they are later than those that were
    said.

    A pause begins then, or never where it was over by then; an extension that was asked for too
    late by then does not count.
    """
    over = by.judged.get(one.seq)
    if over and one.stop:
        one = one._replace(stop=max(one.stop, over))
    elif over and one.ended:
        one = one._replace(ended=max(one.ended, over))
    kept: list[DeadlineChange] = []
    for change in one.changes:
        at = by.judged.get(change.seq)
        if at is None:
            kept.append(change)
        elif change.kind == "pause":
            if change.until is None or at < change.until:
                kept.append(change._replace(at=max(at, change.at)))
        elif not _asked_late(one._replace(changes=tuple(kept)), at, by):
            kept.append(change)
    return one._replace(changes=tuple(sorted(kept, key=changed_at)))


def _asked_late(one: ClockRun, at: datetime, by: Counting) -> bool:
    """Whether an extension that is asked for at this moment comes too late for the clock as it
    stands.
    """
    calendar = by.calendar_of(one.seq)
    due = count_deadline(
        one.clock, one.start, by.pack, calendar, one.changes, own=one.own, promised=one.promised
    ).due
    return due is not None and asked_late(due, at, by.pack.extension.cutoff)


def _over_state(late: bool, *, met: bool) -> str:
    """The state of a deadline that is no longer waited for."""
    if not met:
        return "ended"
    return "met_late" if late else "met"
