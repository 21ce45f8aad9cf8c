"""UnitRef: one unit, whatever it was called at the time; how units are grouped and named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bbcs.record import Record


class UnitRef(Record):
    """A unit as an entry names it: its code ("" without one) and its name on that day.

    The name differs from `station.Unit`, which is a line of the roster with aliases, phone and so
    on: this value is what an order, an act or a filter refers to, also when the unit is no longer
    listed.
    """

    code: str
    name: str

    @classmethod
    def of(cls, pair: Sequence[str]) -> UnitRef:
        """The unit of a stored pair [code, name]."""
        return cls(pair[0], pair[1])

    def same(self, other: UnitRef) -> bool:
        """Whether both mean one unit.

        By code where both have one (a unit may be renamed), else by name.
        """
        if self.code and other.code:
            return self.code == other.code
        return self.name == other.name

    def among(self, others: Iterable[UnitRef]) -> bool:
        """Whether one of the others is the same unit."""
        return any(self.same(other) for other in others)


def distinct(units: Iterable[UnitRef]) -> list[UnitRef]:
    """Each unit once, in order, as it was named first."""
    refs: list[UnitRef] = []
    for unit in units:
        if not unit.among(refs):
            refs.append(unit)
    return refs


class UnitNames:
    """The last name of each unit among the names that were in use, to count a renamed unit once.

    seen: (moment, unit) pairs in any order. A unit without a code belongs to the code that last
    bore its name.
    """

    __slots__ = ("_by_code", "_code_of")

    def __init__(self, seen: Iterable[tuple[datetime, UnitRef]]) -> None:
        self._by_code: dict[str, str] = {}
        self._code_of: dict[str, str] = {}
        for _, unit in sorted(seen, key=lambda pair: pair[0]):
            if unit.code:
                self._by_code[unit.code] = unit.name
                self._code_of[unit.name] = unit.code

    def name(self, unit: UnitRef) -> str:
        """The name to show; where two units end with one name, the code is shown too."""
        code = unit.code or self._code_of.get(unit.name, "")
        if code not in self._by_code:
            return unit.name
        name = self._by_code[code]
        return name if self._code_of[name] == code else f"{name}（{code}）"
