"""What a statistic is made of: the books of a period, of the one before and of a year ago."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from bbcs.calendar.days import DayCalendar
from bbcs.domain.pack import RulePack
from bbcs.domain.unit import UnitNames
from bbcs.record import Record
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import Period, RegisterEntry


class PeriodFigures:
    """One period: its books, its counts by unit ("" = all), the last name of each unit."""

    def __init__(
        self,
        period: Period,
        books: PeriodBooks,
        counts: Mapping[str, Mapping[str, int]],
        names: UnitNames,
    ) -> None:
        self.period, self.books, self.counts, self.names = period, books, counts, names

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Case number -> the unit that the case counts for, under its last name."""
        entries = (*self.books.entries, *self.books.promised)
        return {entry.case.no: self.names.name(entry.unit) for entry in entries}

    def unit_of(self, entry: RegisterEntry) -> str:
        """The unit that a case counts for, under its last name."""
        return self.units[entry.case.no]

    @cached_property
    def own(self) -> Mapping[str, list[str]]:
        """Unit -> the cases of the books that count for it; "" = all."""
        found: dict[str, list[str]] = {"": [entry.case.no for entry in self.books.own]}
        for no in found[""]:
            found.setdefault(self.units[no], []).append(no)
        return found

    def count(self, name: str, unit: str = "") -> int:
        """One count of a unit, 0 where it had no case."""
        return self.counts.get(unit, {}).get(name, 0)

    @property
    def registered(self) -> list[RegisterEntry]:
        """The cases registered in the period."""
        return [entry for entry, _ in self.books.events("Registered")]


class Intake(Record):
    """A case that was registered: when, and on which service items."""

    case_no: str
    day: date
    items: Sequence[str]


class Improvement(Record):
    """Something that was improved (改进): for which items, from which day on.

    seq: its entry. what: the kind. case_nos: the cases it came from. intakes: the cases on these
    items, of the time around that day.
    """

    seq: int
    kind: str
    items: Sequence[str]
    day: date
    case_nos: Sequence[str]
    intakes: Sequence[Intake] = ()


class StatisticsSource(Record):
    """All that a statistic is made of.

    before: the period before; last_year: the same a year ago. levels: name of a unit -> its level
    in the roster. moment: up to which everything is counted. begun: the day of the first case.
    """

    now: PeriodFigures
    before: PeriodFigures
    last_year: PeriodFigures
    station: str
    pack: RulePack
    calendar: DayCalendar
    moment: datetime
    levels: Mapping[str, str] = {}
    begun: date | None = None
    improvements: Sequence[Improvement] = ()

    @property
    def title(self) -> str:
        """How the tables of the period begin."""
        return f"{self.station} {self.now.period.label}"

    def is_grassroots(self, unit: str) -> bool:
        """Whether a unit is a township, street or village, which are ranked apart."""
        return self.levels.get(unit, "") in GRASSROOTS


GRASSROOTS = frozenset({"township", "village"})
"""Levels of units that are no departments (乡镇、街道、村居)."""

Cells = Mapping[str, Any]
"""One row of a statistic: its columns, and beside them `case_nos`, the cases behind it."""
