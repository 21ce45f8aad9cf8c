"""Entry: one case as a register sees it, folded up to the cut of the period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bbcs.domain.bent import STRAIGHT, Bending
from bbcs.domain.case import IN_HAND, Case
from bbcs.domain.clocks import Deadline, running
from bbcs.domain.event import Event, by_round
from bbcs.domain.pack import RulePack
from bbcs.domain.unit import UnitRef
from bbcs.record import Record

WINDOW = UnitRef("", "窗口")
"""The unit of a case that no unit leads yet."""


class RegisterEntry(Record):
    """A case with its deadlines and entries, nothing later than the cut in any of them.

    bending: what of it is bent. revealed: its people are printed as they are. excluded: the rates
    that it is left out of (`domain.exclusion`).
    """

    case: Case
    deadlines: Sequence[Deadline]
    events: Sequence[Event]
    pack: RulePack
    bending: Bending = STRAIGHT
    revealed: bool = False
    excluded: Sequence[str] = ()

    @property
    def level(self) -> str:
        """The level that answers: the one the case was raised to, else the first once it was
        triaged, "" before.
        """
        if self.case.level:
            return self.case.level
        graded = self.case.rounds[self.case.first_round - 1].difficulty
        return next(iter(self.pack.words.get("level", ())), "") if graded else ""

    @property
    def terminated(self) -> bool:
        """Whether the last round ended without a solution, after review (终止办理)."""
        return self.case.current.counts_as == "terminated"

    @property
    def unit(self) -> UnitRef:
        """The unit the case counts for: the one leading it at the cut, else the window."""
        return self.case.lead or WINDOW

    @property
    def in_hand(self) -> bool:
        """Whether the case is carried over the cut."""
        return self.case.phase in IN_HAND

    @property
    def first(self) -> Deadline | None:
        """The handling deadline of the first round: the one that ratios judge."""
        return running(self.deadlines, "resolve", self.case.first_round)

    @property
    def on_time(self) -> bool | None:
        """Whether the handling of the first round was not overdue, settled or open; None without
        such a clock: no rate judges it."""
        return not self.first.late if self.first else None

    @property
    def last(self) -> Deadline | None:
        """The handling deadline of the last round that was resolved or is running."""
        return self.handling(self.case.round)

    def handling(self, round_no: int) -> Deadline | None:
        """The handling deadline of one round."""
        return running(self.deadlines, "resolve", round_no)

    def asked(self, no: str | None) -> Deadline | None:
        """The deadline that a slip or a resolution set, by its number."""
        dated = (one for one in self.deadlines if one.name in ("slip", "resolution"))
        return next((one for one in dated if one.no == no), None)

    @property
    def rounds(self) -> list[list[Event]]:
        """Its entries by round."""
        return by_round(self.events)

    def round_of(self, event: Event) -> int:
        """The round that an entry belongs to, from 1."""
        return 1 + sum(one.seq <= event.seq for one in self.of("Reopened"))

    def of(self, *kinds: str) -> list[Event]:
        """Its entries of these kinds, in order."""
        return [event for event in self.events if event.kind in kinds]


class Period(Record):
    """A closed range of local days, and what it is called."""

    first: date
    last: date
    label: str

    def covers(self, moment: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.first <= moment.date() <= self.last


class RegisterSource(Record):
    """All that a register is made of but the cases.

    pack, station, names (operator -> name): the office as it prints. form: "" as the place heads
    it, "short" for one A4 page across, "full" with every canonical column. printed: the day.
    consultations: the entries that count in the period. moment: up to which everything is counted.
    reveal: print people as they are.
    """

    pack: RulePack
    period: Period
    station: str
    names: Mapping[str, str]
    printed: date
    moment: datetime
    form: str = ""
    consultations: Sequence[Event] = ()
    reveal: bool = False
