"""Entry: one case as a register sees it, folded up to the cut of the period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property

from bbcs.domain import custody, masking
from bbcs.domain.bent import STRAIGHT, Bending
from bbcs.domain.case import IN_HAND, Case
from bbcs.domain.clocks import running
from bbcs.domain.deadline import Deadline
from bbcs.domain.event import Event, by_round
from bbcs.domain.masking import Known
from bbcs.domain.order import UnitRef
from bbcs.domain.pack import RulePack
from bbcs.record import Record

WINDOW = UnitRef("", custody.WINDOW)
"""The unit of a case that no unit leads yet."""


class RegisterEntry:
    """A case with its deadlines and entries, nothing later than the cut in any of them. What several
    registers and figures ask of it is found once.

    bending: what of it is bent. revealed: its people are printed as they are. excluded: the rates
    that it is left out of (`domain.fold.ending`).
    """

    def __init__(
        self,
        case: Case,
        deadlines: Sequence[Deadline],
        events: Sequence[Event],
        pack: RulePack,
        bending: Bending = STRAIGHT,
        *,
        revealed: bool = False,
        excluded: Sequence[str] = (),
    ) -> None:
        self.case, self.deadlines, self.events, self.pack = case, deadlines, events, pack
        self.bending, self.revealed, self.excluded = bending, revealed, excluded

    def as_revealed(self) -> RegisterEntry:
        """The same with its people as they are."""
        return RegisterEntry(
            self.case,
            self.deadlines,
            self.events,
            self.pack,
            self.bending,
            revealed=True,
            excluded=self.excluded,
        )

    @cached_property
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

    @cached_property
    def unit(self) -> UnitRef:
        """The unit the case counts for: the one leading it at the cut, else the window."""
        return self.case.lead or WINDOW

    @property
    def in_hand(self) -> bool:
        """Whether the case is carried over the cut."""
        return self.case.phase in IN_HAND

    @cached_property
    def first(self) -> Deadline | None:
        """The handling deadline of the first round: the one that rates judge."""
        return self.handling(self.case.first_round)

    @property
    def on_time(self) -> bool | None:
        """Whether the handling of the first round was not overdue, settled or open; None without
        such a clock: no rate judges it."""
        first = self.first
        return not first.late if first else None

    @cached_property
    def last(self) -> Deadline | None:
        """The handling deadline of the last round that was resolved or is running."""
        return self.handling(self.case.round)

    def handling(self, round_no: int) -> Deadline | None:
        """The handling deadline of one round."""
        return self._handlings.get(round_no)

    def asked(self, no: str | None) -> Deadline | None:
        """The deadline that a slip or a resolution set, by its number."""
        dated = (one for one in self.deadlines if one.name in ("slip", "resolution"))
        return next((one for one in dated if one.no == no), None)

    @cached_property
    def _handlings(self) -> Mapping[int, Deadline | None]:
        rounds = range(1, self.case.round + 1)
        return {number: running(self.deadlines, "resolve", number) for number in rounds}

    @cached_property
    def known(self) -> Known:
        """What masked texts of the case do not repeat."""
        return self.case.known

    @cached_property
    def people(self) -> Mapping[str, str]:
        """Who reported: name, phone, identity number, address; masked unless revealed."""
        registered = self.case.registered
        if not self.revealed:
            return masking.person(registered, self.case.hidden)
        known = {name: registered.get(name) or "" for name in ("phone", "id_number", "address")}
        return {"reporter": registered.get("reporter") or masking.reporter(registered), **known}

    @cached_property
    def items(self) -> Sequence[str]:
        """Its service items, each once; masked, for one may bear the name of a person."""
        return list(dict.fromkeys(masking.free_text(item, self.known) for item in self.case.items))

    @cached_property
    def matter(self) -> str:
        """The matter as it is printed."""
        return self.shown(self.case.registered.get("matter"))

    def shown(self, text: str | None) -> str:
        """A free text without the numbers of persons and the names of this case; revealed, as it
        is.
        """
        if self.revealed or not text:
            return text or ""
        return masking.free_text(text, self.known)

    @cached_property
    def rounds(self) -> list[list[Event]]:
        """Its entries by round."""
        return by_round(self.events)

    def round_of(self, event: Event) -> int:
        """The round that an entry belongs to, from 1."""
        return 1 + sum(one.seq <= event.seq for one in self.of("Reopened"))

    def of(self, *kinds: str) -> list[Event]:
        """Its entries of these kinds, in order."""
        present = [kind for kind in kinds if kind in self._by_kind]
        if len(present) < 2:
            return self._by_kind[present[0]] if present else []
        return [event for event in self.events if event.kind in present]

    @cached_property
    def _by_kind(self) -> Mapping[str, list[Event]]:
        by_kind: dict[str, list[Event]] = {}
        for event in self.events:
            by_kind.setdefault(event.kind, []).append(event)
        return by_kind


class Period(Record):
    """A closed range of local days, and what it is called."""

    first: date
    last: date
    label: str

    def covers(self, at: date | datetime) -> bool:
        """Whether a day or a moment lies in it."""
        day = at.date() if isinstance(at, datetime) else at
        return self.first <= day <= self.last


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
