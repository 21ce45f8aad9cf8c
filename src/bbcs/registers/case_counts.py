"""Counts of a period by phase, unit and township; repeated demands, and orders handed down. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bbcs.domain.case import PHASES
from bbcs.domain.order import UnitRef
from bbcs.registers.books import PeriodBooks
from bbcs.registers.counting import Count, count_of
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.statistics.source import StatisticsSource

Person = tuple[str, str, str, str]
"""Identity number, phone and name of who brought a case, "" where unknown, and the case."""


class CaseSums:
    """What these counts are made of, added up case by case.

    down: the unit of each order of the period, with its case; most go to no grassroots unit.
    """

    def __init__(self) -> None:
        self.phases: dict[str, list[str]] = {}
        self.units: dict[UnitRef, list[str]] = {}
        self.persons: list[Person] = []
        self.repeats: list[str] = []
        self.merged: list[str] = []
        self.supervised: list[str] = []
        self.down: dict[UnitRef, list[str]] = {}

    def add(self, books: PeriodBooks) -> None:
        """Add the cases of these books."""
        for entry in books.own:
            self.phases.setdefault(entry.case.phase, []).append(entry.case.no)
        for entry, _ in books.events("Registered"):
            self.units.setdefault(entry.unit, []).append(entry.case.no)
            if not entry.case.hidden:
                self.persons.append(_person(entry))
        for entry, event in books.events("Linked"):
            if event.data.get("kind") == "repeat":
                self.repeats.append(entry.case.no)
        self.merged += [entry.case.no for entry, _ in books.events("Merged")]
        for entry, event in books.events("Supervised"):
            if not event.data.get("answer"):
                self.supervised.append(entry.case.no)
        for entry in books.entries:
            for order in entry.case.orders:
                if not order.moved and (
                    not books.period or books.period.first <= order.sent_at.date()
                ):
                    self.down.setdefault(order.ref, []).append(entry.case.no)


def _person(entry: RegisterEntry) -> Person:
    fields = entry.case.registered
    number, phone, name = (fields.get(key) or "" for key in ("id_number", "phone", "reporter"))
    return number, phone, name, entry.case.no


def counted(source: StatisticsSource) -> list[Count]:
    """These counts, part by part."""
    sums = source.now.of(CaseSums)
    return [
        *_phases(sums),
        *_units(sums, source),
        *_repeats(sums),
        *_steering(sums, source),
    ]


def _phases(sums: CaseSums) -> Iterator[Count]:
    for phase, label in PHASES.items():
        if phase in sums.phases:
            yield count_of("phase", phase, label, sums.phases[phase])


def _units(sums: CaseSums, source: StatisticsSource) -> Iterator[Count]:
    """The cases registered in the period by the unit leading them at its end."""
    units = source.now.named(sums.units)
    for unit in sorted(units, key=lambda unit: (-len(units[unit]), unit)):
        part = "township" if source.is_grassroots(unit) else "unit"
        yield count_of(part, unit, unit, units[unit])


# -- repeated --------------------------------------------------------------------------------------


def _repeats(sums: CaseSums) -> Iterator[Count]:
    persons = [own for own in _persons(sums.persons) if len(own) > 1]
    numbers = tuple(no for own in persons for no in own)
    yield Count("repeat", "repeat_persons", "本期登记两件以上的人", len(persons), numbers)
    yield count_of("repeat", "repeat_cases", "他们的件", numbers)
    yield count_of("repeat", "repeat_linked", "关联为重复件的", sums.repeats)


def _persons(known: Sequence[Person]) -> list[list[str]]:
    """The cases of each person: the same identity number; else phone; else the same name and no
    phone (formats.md §6.6). Who is not to be recognised is nobody's repeat.
    """
    cases: dict[tuple[str, str], list[str]] = {}
    of_phone: dict[str, tuple[str, str]] = {}
    for number, phone, name, case_no in sorted(known, key=lambda one: not one[0]):
        key = ("name", name)
        if number:
            key = ("id", number)
            of_phone.setdefault(phone, key)
        elif phone:
            key = of_phone.setdefault(phone, ("phone", phone))
        if key[1]:
            cases.setdefault(key, []).append(case_no)
    return list(cases.values())


# -- steering --------------------------------------------------------------------------------------


def _steering(sums: CaseSums, source: StatisticsSource) -> Iterator[Count]:
    yield count_of("steering", "merged", "并案的件", list(dict.fromkeys(sums.merged)))
    yield count_of("steering", "supervised", "督办过的件", list(dict.fromkeys(sums.supervised)))
    orders: Mapping[str, Sequence[str]] = source.now.named(sums.down)
    down = [no for unit, own in orders.items() if source.is_grassroots(unit) for no in own]
    yield count_of("steering", "dispatched_down", "交给乡镇街道、村居的单", sorted(down))
