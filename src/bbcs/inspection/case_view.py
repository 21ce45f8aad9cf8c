"""CaseView: one case as the checks see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from bbcs.domain.bent import Bending
from bbcs.domain.case import ACTIVE, CLOSES, OPENS, Case
from bbcs.domain.clocks import running
from bbcs.domain.corrections import effective
from bbcs.domain.deadline import Deadline
from bbcs.domain.event import Event, by_round
from bbcs.domain.fold import fold
from bbcs.domain.pack import RulePack
from bbcs.inspection.context import InspectionContext, StoredCase

Problem = tuple[str, str]
"""What is wrong with the case, and what helps."""

CaseProblem = tuple[str, str, str]
"""Case number ("" for the whole ledger), what is wrong, and what helps."""


class CaseView:
    """One case: its entries, what they say, its rules, its deadlines, its stored row. Values are
    computed when a check first asks for them.

    Entries that no act could have written may raise any of `usecases.checks.BROKEN` when a value is
    computed.
    """

    def __init__(
        self, context: InspectionContext, entries: Sequence[Event], stored: StoredCase | None = None
    ) -> None:
        """entries: all entries of the case as written, oldest first, at least one. stored: its row,
        None where it is missing.
        """
        self.context, self.entries, self.stored = context, entries, stored
        self.no = entries[0].case_no
        self._own: dict[tuple[str, int], Deadline | None] = {}

    @cached_property
    def events(self) -> Sequence[Event]:
        """The entries that count, corrected."""
        return effective(self.entries)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Kinds of the entries that count."""
        return frozenset([event.kind for event in self.events])

    @property
    def voided(self) -> bool:
        """Whether the case was voided: it counts nowhere and is asked nothing."""
        return "Voided" in self.kinds

    @property
    def registered(self) -> Mapping[str, Any]:
        """The fields of the registration, corrected."""
        return self.events[0].data

    @property
    def received_on(self) -> date:
        """The day of the intake, corrected."""
        return self.events[0].at.date()

    @cached_property
    def rounds(self) -> Sequence[Sequence[Event]]:
        """The entries that count, by round."""
        if "Reopened" not in self.kinds:
            return [self.events]
        return by_round(self.events)

    @property
    def round(self) -> int:
        """The number of the last round, from 1."""
        return len(self.rounds)

    @cached_property
    def case(self) -> Case:
        """The folded case."""
        return fold(self.entries)

    @property
    def phase(self) -> str:
        """The phase of the folded case."""
        return self.case.phase

    @cached_property
    def pack(self) -> RulePack:
        """The rules under which the case was taken."""
        fields = self.entries[0].data
        return self.context.pack_of(fields.get("pack") or "", fields.get("pack_edition") or "")

    @cached_property
    def deadlines(self) -> list[Deadline]:
        """All deadlines of all rounds."""
        return self.context.deadlines(self.case)

    @cached_property
    def bending(self) -> Bending:
        """What of the case is bent."""
        return self.context.bending(self.entries, self.case)

    @property
    def late(self) -> bool:
        """Whether the handling of the first round ran out."""
        deadline = self.own("resolve", self.case.first_round)
        return deadline is not None and deadline.late

    @property
    def moves(self) -> Sequence[tuple[date, bool]]:
        """Days on which the case came in hand (True) or went out (False); none when voided."""
        if self.voided:
            return []
        return [
            (event.at.date(), event.kind in OPENS)
            for event in self.events
            if event.kind in OPENS or event.kind in CLOSES
        ]

    def of(self, *kinds: str) -> list[Event]:
        """The entries of these kinds that count, in order."""
        if self.kinds.isdisjoint(kinds):
            return []
        return [event for event in self.events if event.kind in kinds]

    def own(self, name: str = "resolve", round_no: int = 0) -> Deadline | None:
        """The deadline of the case itself (not of an order) for one clock.

        round_no 0: of the last round.
        """
        key = name, round_no or self.round
        if key not in self._own:
            self._own[key] = self._deadline(*key)
        return self._own[key]

    def _deadline(self, name: str, round_no: int) -> Deadline | None:
        """Active cases need all their deadlines for C06; for others one alone is cheaper."""
        if self.phase in ACTIVE:
            return running(self.deadlines, name, round_no)
        return self.context.own(self.case, name, round_no)


def filled(event: Event, name: str) -> bool:
    """Whether the field is filled; an erased entry counts as filled."""
    return bool(event.data.get(name)) or event.erased


def on(event: Event) -> str:
    """The day of an entry, as YYYY-MM-DD."""
    return event.at.date().isoformat()
