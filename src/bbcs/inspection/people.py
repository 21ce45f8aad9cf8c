"""Checks of people: those who come again with the same matter, and those on duty at the window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from bbcs.domain.case import REPEAT_DAYS
from bbcs.domain.duty import on_holidays, problems
from bbcs.domain.masking import phone_numbers
from bbcs.domain.repeated import compared
from bbcs.inspection import hints
from bbcs.inspection.case_view import CaseProblem, CaseView, Problem
from bbcs.inspection.context import InspectionContext
from bbcs.record import Record

PersonMatter = tuple[str, str]
"""Who (identity number, phone or name), and a service item or matter."""


class Visit(Record):
    """A case of a person: day of intake, number, identity number ("" where none was given).

    repeats: the cases that it is linked to as a repeat.
    """

    day: date
    no: str
    id_number: str
    repeats: tuple[str, ...] = ()


class Repeats:
    """C16: the same person and a common item within REPEAT_DAYS, neither linked nor merged.

    Cases come in the order of their numbers. Only those of the last days are kept: memory does not
    grow with the ledger.
    """

    def __init__(self, context: InspectionContext) -> None:
        self._day = date.min
        self._visits: dict[PersonMatter, Visit] = {}

    def see(self, one: CaseView) -> Iterable[Problem]:
        """Compare the case with the earlier ones of the same person."""
        day = one.entries[0].at.date()
        if day != self._day:
            self._forget_before(day)
        if "Refused" in one.kinds:
            return ()
        identity = compared("id_number", one.registered.get("id_number") or "")
        visit = Visit(day, one.no, identity, _repeats(one))
        earlier = self._earlier(one.registered, visit)
        if not earlier or one.case.group or visit.repeats or one.no in earlier.repeats:
            return ()
        what = f"{REPEAT_DAYS} 天内同一人反映同一事项：前一件 {earlier.no}"
        link = hints.way("link", kind="repeat", to=earlier.no)
        hint = hints.first(one, link, otherwise=f"bbcs show {earlier.no} --history")
        return [(what, f"查前一件为何没解决；{hint}")]

    def _earlier(self, fields: Mapping[str, Any], visit: Visit) -> Visit | None:
        """The first earlier case that matches, if any; keeps this visit for later cases."""
        earlier = None
        for key in _keys(fields):
            known = self._visits.pop(key, None)
            if known and not earlier and _same_person(known, visit):
                earlier = known
            self._visits[key] = visit  # at the end: the oldest come first
        return earlier

    def _forget_before(self, day: date) -> None:
        """Forget the visits that are too old for a repeat on that day."""
        self._day = day
        since = date.fromordinal(max(day.toordinal() - REPEAT_DAYS, 1))
        old: list[PersonMatter] = []
        for key, visit in self._visits.items():
            if visit.day >= since:
                break
            old.append(key)
        for key in old:
            del self._visits[key]

    def findings(self) -> Iterator[CaseProblem]:
        """No findings at the end: each repeat is reported with its case."""
        return iter(())


def _keys(fields: Mapping[str, Any]) -> Iterator[PersonMatter]:
    """Who came for what: by identity number, then by each phone, or by name where there is no
    phone; compared as at intake, however they are written.
    """
    phones = [("phone", number) for number in phone_numbers(fields.get("phone") or "")]
    named = [("reporter", fields.get("reporter") or "")]
    for name, value in (("id_number", fields.get("id_number") or ""), *(phones or named)):
        if plain := compared(name, value):
            for item in fields.get("items") or (fields.get("matter", ""),):
                yield f"{name} {plain}", item


def _same_person(known: Visit, visit: Visit) -> bool:
    """Whether two visits may be of one person: no other identity number, near in time."""
    if known.id_number and visit.id_number and known.id_number != visit.id_number:
        return False
    return abs((visit.day - known.day).days) <= REPEAT_DAYS


def _repeats(one: CaseView) -> tuple[str, ...]:
    """The cases that this one is linked to as a repeat."""
    linked = (event.data for event in one.of("Linked") if event.data.get("kind") == "repeat")
    return tuple(data.get("to") or "" for data in linked)


class RosterOnHolidays:
    """C30: duties on a day that a notice made a day off since the roster was written."""

    def __init__(self, context: InspectionContext) -> None:
        self._context = context

    def see(self, one: CaseView) -> Iterable[Problem]:
        """Cases do not matter."""
        return ()

    def findings(self) -> Iterator[CaseProblem]:
        """The duties on days off."""
        station = self._context.station
        for finding in on_holidays(station.duty, self._context.calendar, station.operator_names):
            yield "", f"{finding.where} {finding.what}", finding.hint


class Roster:
    """C25: working days without anyone on duty, and double bookings, once a roster exists."""

    def __init__(self, context: InspectionContext) -> None:
        self._context = context

    def see(self, one: CaseView) -> Iterable[Problem]:
        """Cases do not matter."""
        return ()

    def findings(self) -> Iterator[CaseProblem]:
        """The days that are empty or booked twice."""
        duty = self._context.station.duty
        if duty:
            days = [entry.day for entry in duty]
            for finding in problems(duty, self._context.calendar, min(days), max(days)):
                yield "", f"{finding.where} {finding.what}", finding.hint
