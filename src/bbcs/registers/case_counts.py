"""Counts of a period by phase, unit and township; repeated demands, and orders handed down. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bbcs.domain.case import PHASES
from bbcs.registers.counting import Count
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.statistics.source import StatisticsSource


def counted(source: StatisticsSource) -> list[Count]:
    """These counts, part by part."""
    return [
        *_phases(source),
        *_units(source),
        *_repeats(source),
        *_steering(source),
    ]


def _phases(source: StatisticsSource) -> Iterator[Count]:
    found = _grouped((entry.case.phase, entry.case.no) for entry in source.now.books.own)
    for phase, label in PHASES.items():
        if phase in found:
            yield _count("phase", phase, label, found[phase])


def _units(source: StatisticsSource) -> Iterator[Count]:
    """The cases registered in the period by the unit leading them at its end."""
    now = source.now
    found = _grouped((now.unit_of(entry), entry.case.no) for entry in now.registered)
    for unit in sorted(found, key=lambda unit: (-len(found[unit]), unit)):
        part = "township" if source.is_grassroots(unit) else "unit"
        yield _count(part, unit, unit, found[unit])


# -- repeated --------------------------------------------------------------------------------------


def _repeats(source: StatisticsSource) -> Iterator[Count]:
    persons = [own for own in _persons(source.now.registered) if len(own) > 1]
    numbers = tuple(no for own in persons for no in own)
    yield Count("repeat", "repeat_persons", "本期登记两件以上的人", len(persons), numbers)
    yield _count("repeat", "repeat_cases", "他们的件", numbers)
    linked = [
        entry.case.no
        for entry, event in source.now.books.events("Linked")
        if event.data.get("kind") == "repeat"
    ]
    yield _count("repeat", "repeat_linked", "关联为重复件的", linked)


def _persons(entries: Iterable[RegisterEntry]) -> list[list[str]]:
    """The cases of each person: the same identity number; else phone; else the same name and no
    phone (formats.md §6.6). Who is not to be recognised is nobody's repeat.
    """
    found: dict[tuple[str, str], list[str]] = {}
    of_phone: dict[str, tuple[str, str]] = {}
    known = [entry for entry in entries if not entry.case.hidden]
    for entry in sorted(known, key=lambda one: not one.case.registered.get("id_number")):
        fields = entry.case.registered
        number, phone, name = (fields.get(key) or "" for key in ("id_number", "phone", "reporter"))
        key = ("name", name)
        if number:
            key = ("id", number)
            of_phone.setdefault(phone, key)
        elif phone:
            key = of_phone.setdefault(phone, ("phone", phone))
        if key[1]:
            found.setdefault(key, []).append(entry.case.no)
    return list(found.values())


# -- steering --------------------------------------------------------------------------------------


def _steering(source: StatisticsSource) -> Iterator[Count]:
    books = source.now.books
    merged = [entry.case.no for entry, _ in books.events("Merged")]
    yield _count("steering", "merged", "并案的件", dict.fromkeys(merged))
    supervised = [
        entry.case.no for entry, event in books.events("Supervised") if not event.data.get("answer")
    ]
    yield _count("steering", "supervised", "督办过的件", dict.fromkeys(supervised))
    down = [
        entry.case.no
        for entry in books.entries
        for order in entry.case.orders
        if not order.moved
        and source.is_grassroots(source.now.names.name(order.ref))
        and source.now.period.first <= order.sent_at.date()
    ]
    yield _count("steering", "dispatched_down", "交给乡镇街道、村居的单", down)


def _count(part: str, key: str, label: str, numbers: Iterable[str]) -> Count:
    found = list(numbers)
    return Count(part, key, label, len(found), tuple(dict.fromkeys(found)))


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for key, case_no in pairs:
        found.setdefault(key, []).append(case_no)
    return found
