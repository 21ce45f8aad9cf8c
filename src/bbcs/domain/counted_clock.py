"""Counts one clock: where its limit ends, what moved it, and how it stands at a moment.

Which clocks there are: `clocks`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from bbcs.calendar.dates import Moment, day_of, iso, moment_of
from bbcs.calendar.days import DayCalendar
from bbcs.domain.case import Mark, Round
from bbcs.domain.deadline import CountedDeadline, DeadlineChange, asked_late, run
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
    afterwards. entries: numbers in the chain of the
    entries that started, moved and stopped it, as far as they are known. no: of the slip or
    resolution whose date it is, "" of others.
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


class Run(Record):
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
    after: Run | None = None
    no: str = ""


def when(change: DeadlineChange) -> datetime:
    """When a change was made, to sort by."""
    return change.at


def counted(one: Run, by: Counting) -> Deadline | None:
    """Where one clock ends and stands; None while the due date that it is counted from is unknown."""
    first = None
    if one.after:
        first = counted(one.after, by)
        if first is None or first.due is None:
            return None
        one = one._replace(start=moment_of(first.due))
    if by.judged:
        one = _judged(one, by)
    clock, stop, calendar = one.clock, one.stop, by.calendar_of(one.seq)
    result = run(
        clock, one.start, by.pack, calendar, one.changes, own=one.own, promised=one.promised
    )
    due = result.due
    passes = None if due is None else ends(due, clock, by.pack, one.start)
    over_at = stop or one.ended
    if not over_at and passes is not None:
        over_at = _brought_in_past(one, passes)
        one = one._replace(ended=over_at)
    if over_at:
        late = passes is not None and passed(passes, over_at)
        state = _over_state(late, met=stop is not None)
    else:
        warn_from = None if due is None else first_warning(clock, due, calendar)
        state = state_at(passes, warn_from, by.now, paused=result.paused)
        late = state == "overdue"
    assumed = not one.round.difficulty and "difficulty" in clock.for_
    years, entries = result.years, _entries(one)
    if first:
        assumed = assumed or first.assumed
        years = tuple(sorted({*years, *first.years}))
        entries = tuple(dict.fromkeys((*first.entries, *entries)))
    return Deadline(
        clock.name, one.round.number, one.order, one.start, clock.limit, clock.unit, due, state, bool(years), years,
        assumed, stop, over_at or by.now, clock, calendar, result, passes, late, one.ended, one.number, entries,
        one.no,
    )  # fmt: skip


def _brought_in_past(one: Run, passes: Moment) -> datetime | None:
    """When a settlement of an older ledger was brought in, if this clock that it started had passed
    by then: what should have followed was not written down, and nobody waits for it here.
    """
    begun = one.begun
    if begun is None or not begun.imported or begun.kind not in ("Resolved", "CalledBack"):
        return None
    brought_in = begun.recorded_at
    return brought_in if brought_in and passed(passes, brought_in) else None


def _entries(one: Run) -> tuple[int, ...]:
    """The entries that started, moved and stopped a clock."""
    numbers = (one.begun_seq, *(change.seq for change in one.changes), one.seq)
    return tuple(seq for seq in numbers if seq)


def _judged(one: Run, by: Counting) -> Run:
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
    return one._replace(changes=tuple(sorted(kept, key=when)))


def _asked_late(one: Run, at: datetime, by: Counting) -> bool:
    """Whether an extension that is asked for at this moment comes too late for the clock as it
    stands.
    """
    calendar = by.calendar_of(one.seq)
    due = run(
        one.clock, one.start, by.pack, calendar, one.changes, own=one.own, promised=one.promised
    ).due
    return due is not None and asked_late(due, at, by.pack.extension.cutoff)


def _over_state(late: bool, *, met: bool) -> str:
    """The state of a deadline that is no longer waited for."""
    if not met:
        return "ended"
    return "met_late" if late else "met"
