"""Tells of each case at the end (cut) of a period: its unit, and whether it is in hand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bbcs.domain.order import UnitNames, UnitRef
from bbcs.registers.books import PeriodBooks


class AtCut:
    """Which unit each case counts for, which cases are in hand, and how the units were called.

    units: case number -> its unit, also of cases that only a promise brings into the period.
    in_hand: case number -> whether its handling is overdue.
    cases: how many there are.
    """

    def __init__(self) -> None:
        self.cases = 0
        self.units: dict[str, UnitRef] = {}
        self.in_hand: dict[str, bool] = {}
        self._only_promised: set[str] = set()
        self._named: dict[UnitRef, datetime] = {}
        self._refs: dict[UnitRef, UnitRef] = {}

    def add(self, books: PeriodBooks) -> None:
        """Note the cases of these books."""
        own = {entry.case.no for entry in books.entries}
        self.cases += len(own)
        for no, unit in books.units.items():
            self.units[no] = self._refs.setdefault(unit, unit)
            if no not in own:
                self._only_promised.add(no)
        for entry in books.entries:
            if entry.in_hand:
                last = entry.last
                self.in_hand[entry.case.no] = bool(last and last.state == "overdue")
        for entry in (*books.entries, *books.promised):
            for order in entry.case.orders:
                self._name(order.sent_at, order.ref)

    def _name(self, at: datetime, unit: UnitRef) -> None:
        """Keep the last moment at which a unit bore a name; of equal ones the one named last wins."""
        if unit not in self._named or at >= self._named[unit]:
            self._named.pop(unit, None)
            self._named[unit] = at

    def names(self, renamed: Iterable[tuple[datetime, UnitRef]] = ()) -> UnitNames:
        """The last name of each unit up to the cut: that of its orders, or of a renaming."""
        ordered = [(at, unit) for unit, at in self._named.items()]
        return UnitNames([*ordered, *renamed])

    def counted(self, names: UnitNames) -> Mapping[str, str]:
        """Case number -> the last name of its unit, of the cases that counts are made of."""
        by_ref = {unit: names.name(unit) for unit in self._refs}
        return {
            no: by_ref[unit] for no, unit in self.units.items() if no not in self._only_promised
        }
