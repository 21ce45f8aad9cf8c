"""Counts for the rows of an accountability chart: for whom, on which days, and which windows of
time in a row reached the number. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from bbcs.calendar.dates import day_of
from bbcs.domain.deadline import Deadline
from bbcs.domain.event import Event
from bbcs.domain.order import UnitRef
from bbcs.domain.pack import Accountability, RulePack
from bbcs.record import Record

MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}
"""Window -> its length in months."""


class CountedCase(Record):
    """A case as the chart counts it. events: those that count, oldest first.

    lead: name of the unit that leads it, "" for none. first: its handling deadline of round 1. Both
    are asked only where a row needs them.
    """

    no: str
    registered: Mapping[str, Any]
    events: Sequence[Event]
    lead: Callable[[], str]
    first: Callable[[], Deadline | None]

    def of(self, kind: str) -> list[Event]:
        """Its entries of this kind, in order."""
        return [event for event in self.events if event.kind == kind]


class Reached(Record):
    """A run of windows in which somebody reached the number of a row of a pack's chart.

    windows: (number of the window, numbers of the cases), oldest first. taken: one of the measures
    of the row was taken since it was due.
    """

    pack: str
    row: Accountability
    who: str
    windows: Sequence[tuple[int, Sequence[str]]]
    taken: bool

    @property
    def last(self) -> int:
        """The last window of the run."""
        return self.windows[-1][0]


class AccountabilityTally:
    """The tallies of every counted row, over cases that are seen one by one."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, Accountability], dict[str, dict[int, list[str]]]] = {}
        self._taken: dict[str, list[tuple[date, str]]] = {}

    def see(self, one: CountedCase, pack: RulePack) -> None:
        """Count the case for every counted row of its pack, and the measures that were taken."""
        rows = [row for row in pack.accountability if row.counts]
        if not rows:
            return
        for event in one.of("Supervised"):
            if event.data.get("unit") and event.data.get("kind"):
                taken = self._taken.setdefault(_unit(event), [])
                taken.append((event.at.date(), event.data["kind"]))
        for row in rows:
            counts = self._counts.setdefault((pack.key, row), {})
            for who, day in _incidents(one, row):
                number = window_of(day, row.window)
                counts.setdefault(who, {}).setdefault(number, []).append(one.no)

    def reached(self) -> Iterator[Reached]:
        """Every run of windows that is long enough, the longest stretch of each."""
        for (pack, row), by_whom in self._counts.items():
            for who, windows in sorted(by_whom.items()):
                full = [number for number in sorted(windows) if len(windows[number]) >= row.at]
                for run in _runs(full):
                    if len(run) >= row.consecutive:
                        in_row = [(number, windows[number]) for number in run]
                        yield Reached(pack, row, who, in_row, self._was_taken(row, who, run))

    def _was_taken(self, row: Accountability, who: str, run: Sequence[int]) -> bool:
        begun = first_day(run[max(0, row.consecutive - 1)], row.window)
        taken = self._taken.get(who, ())
        return any(kind in row.measures and day >= begun for day, kind in taken)


# -- what is counted -------------------------------------------------------------------------------

_OF_A_UNIT = {"returned": "Returned", "supervised": "Supervised"}
"""What is counted -> the kind of entry that names the unit itself."""


def _incidents(one: CountedCase, row: Accountability) -> Iterator[tuple[str, date]]:
    """Whom the case counts for, and on which day."""
    if row.per != "unit":
        who = one.registered.get(row.per)
        yield from ((str(who), day) for day in _days(one, row.counts) if who)
    elif row.counts in _OF_A_UNIT:
        for event in one.of(_OF_A_UNIT[row.counts]):
            if event.data.get("unit") and not event.data.get("answer"):
                yield _unit(event), event.at.date()
    elif lead := one.lead():
        yield from ((lead, day) for day in _days(one, row.counts))


def _days(one: CountedCase, count: str) -> Iterator[date]:
    """The days on which a case counts, whoever it counts for."""
    if count == "received":
        yield one.events[0].at.date()
    elif count == "overdue":
        deadline = one.first()
        if deadline and deadline.late and deadline.due:
            yield day_of(deadline.due)
    elif count == "dissatisfied":
        calls = (event for event in one.of("CalledBack") if not event.data.get("satisfied"))
        yield from (event.at.date() for event in calls)
    else:
        kind = {"redo": "Reopened", **_OF_A_UNIT}[count]
        yield from (event.at.date() for event in one.of(kind))


def _unit(event: Event) -> str:
    return UnitRef.of(event.data["unit"]).name


# -- windows of time -------------------------------------------------------------------------------


def window_of(day: date, window: str) -> int:
    """The number of the month, quarter or year that a day lies in."""
    return (day.year * 12 + day.month - 1) // MONTHS[window]


def first_day(number: int, window: str) -> date:
    """The first day of a window."""
    month = number * MONTHS[window]
    return date(month // 12, month % 12 + 1, 1)


def window_label(number: int, window: str) -> str:
    """A window as people name it: 2026-03, 2026 年第 1 季度, 2026 年."""
    first = first_day(number, window)
    if window == "month":
        return f"{first:%Y-%m}"
    if window == "quarter":
        return f"{first.year} 年第 {first.month // 3 + 1} 季度"
    return f"{first.year} 年"


def _runs(windows: Sequence[int]) -> Iterator[list[int]]:
    """Windows that follow one another without a gap."""
    run: list[int] = []
    for number in windows:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run
