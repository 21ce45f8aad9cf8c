"""PeriodBooks: the cases and counted events of which the rates and counts of a period are made,
and who adds them up. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Protocol

from bbcs.domain.event import Event
from bbcs.domain.order import UnitRef
from bbcs.domain.promise import Promise, promises
from bbcs.record import Record
from bbcs.registers.entry import Period, RegisterEntry


class CountedEvent(Record):
    """One counted event of a case."""

    kind: str
    detail: str
    late: bool


Moves = Mapping[str, Sequence[CountedEvent]]
"""Case number -> its counted events of the period, in order."""

NO_MOVES: Moves = {}


class PeriodBooks:
    """What rates are made of: some cases of a period, which of them are in its books, their counted
    events, the period itself. Every rate and count asks for the same parts: each is made once.

    booked: carried in, received, reopened or settled; other cases were only called or noted in the
    period. booked and moves may tell of other cases too.
    promised: cases with a date in the period that was promised to the person. moment: up to which
    everything is counted, the end of the period or now. names: operator id -> name.
    """

    def __init__(
        self,
        entries: Sequence[RegisterEntry],
        booked: Collection[str],
        moves: Moves = NO_MOVES,
        period: Period | None = None,
        promised: Sequence[RegisterEntry] = (),
        moment: datetime | None = None,
        names: Mapping[str, str] = {},
    ) -> None:
        self.entries, self.booked, self.moves = entries, booked, moves
        self.period, self.promised, self.moment, self.names = period, promised, moment, names

    def numbers(self, *kinds: str) -> set[str]:
        """Cases with such an event in the period."""
        return {no for kind in kinds for no in self._numbers.get(kind, ())}

    @cached_property
    def _numbers(self) -> Mapping[str, set[str]]:
        numbers: dict[str, set[str]] = {}
        for entry in self.entries:
            for move in self.moves.get(entry.case.no, ()):
                numbers.setdefault(move.kind, set()).add(entry.case.no)
        return numbers

    def events(self, *kinds: str) -> list[tuple[RegisterEntry, Event]]:
        """Such events of the period, with their cases."""
        present = [kind for kind in kinds if kind in self._events]
        if len(present) < 2:
            return self._events[present[0]] if present else []
        return [
            (entry, event)
            for entry in self.entries
            for event in entry.of(*kinds)
            if self.covers(event)
        ]

    @cached_property
    def _events(self) -> Mapping[str, list[tuple[RegisterEntry, Event]]]:
        by_kind: dict[str, list[tuple[RegisterEntry, Event]]] = {}
        for entry in self.entries:
            for event in entry.events:
                if self.covers(event):
                    by_kind.setdefault(event.kind, []).append((entry, event))
        return by_kind

    def covers(self, event: Event) -> bool:
        """Whether the event lies in the period; entries hold nothing after it."""
        return self.period is None or event.at.date() >= self.period.first

    @cached_property
    def promises(self) -> list[tuple[RegisterEntry, Promise]]:
        """Promises whose date lies in the period and that were kept or broken by its moment."""
        return [
            (entry, one)
            for entry in self.promised
            for one in promises(entry.case)
            if self.period
            and self.moment
            and self.period.covers(one.day)
            and (one.kept or one.broken(self.moment))
        ]

    @cached_property
    def units(self) -> Mapping[str, UnitRef]:
        """Case number -> the unit that the case counts for."""
        return {entry.case.no: entry.unit for entry in (*self.entries, *self.promised)}

    @cached_property
    def own(self) -> list[RegisterEntry]:
        """The cases in the books."""
        return [entry for entry in self.entries if entry.case.no in self.booked]

    @cached_property
    def timed(self) -> list[RegisterEntry]:
        """Those with a handling limit in round 1."""
        return [entry for entry in self.own if entry.on_time is not None]

    @cached_property
    def apart(self) -> list[RegisterEntry]:
        """The cases that some rate leaves out, and those that were terminated."""
        return [entry for entry in self.entries if entry.excluded or entry.terminated]

    @cached_property
    def closed(self) -> list[RegisterEntry]:
        """Cases resolved in the period, each once."""
        numbers = self.numbers("Resolved")
        return [entry for entry in self.entries if entry.case.no in numbers]


class Sums(Protocol):
    """Adds up what it wants of the cases of a period, and keeps none of them.

    The cases come in books of some of them, in order of receipt, each case once.
    """

    def add(self, books: PeriodBooks) -> None:
        """Add the cases of these books."""
        ...
