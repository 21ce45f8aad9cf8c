"""What a statistic is made of: the sums of a period, of the one before and of a year ago."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from bbcs.calendar.days import DayCalendar
from bbcs.domain.order import UnitNames, UnitRef
from bbcs.domain.pack import RulePack
from bbcs.domain.rates import RATES
from bbcs.record import Record
from bbcs.registers.books import PeriodBooks, Sums
from bbcs.registers.entry import Period
from bbcs.registers.rates.sums import RateSums

S = TypeVar("S")


class PeriodFigures:
    """One period: its counts by unit ("" = all), the last name of each unit, and what was added up
    of its cases.
    """

    def __init__(
        self,
        period: Period,
        counts: Mapping[str, Mapping[str, int]],
        names: UnitNames,
        sums: FigureSums,
    ) -> None:
        self.period, self.counts, self.names, self.sums = period, counts, names, sums

    def of(self, kind: type[S]) -> S:
        """What was added up of this kind."""
        return next(one for one in self.sums.parts if isinstance(one, kind))

    def rate(self, name: str) -> RateSums:
        """The sums of one rate."""
        return self.sums.rates[name]

    def named(self, of_units: Mapping[UnitRef, Sequence[str]]) -> dict[str, list[str]]:
        """Cases by unit, under the last name of each."""
        by_name: dict[str, list[str]] = {}
        for unit, numbers in of_units.items():
            by_name.setdefault(self.names.name(unit), []).extend(numbers)
        return by_name

    def count(self, name: str, unit: str = "") -> int:
        """One count of a unit, 0 where it had no case."""
        return self.counts.get(unit, {}).get(name, 0)


class FigureSums:
    """What the figures of a period are made of: every rate, and one part for each family of figures."""

    def __init__(self, parts: Sequence[Sums] = ()) -> None:
        self.rates = {name: RateSums(rate) for name, rate in RATES.items()}
        self.parts = parts

    def add(self, books: PeriodBooks) -> None:
        """Add the cases of these books to each."""
        for one in (*self.rates.values(), *self.parts):
            one.add(books)


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
