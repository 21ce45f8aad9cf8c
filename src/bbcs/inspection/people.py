"""Checks of people: those who come again with the same matter, and those who sit at the window."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from bbcs.domain.roster import problems
from bbcs.inspection.dossier import Books, Dossier, Said, SaidOf

REPEAT_DAYS = 30
"""Calendar days within which the same matter of the same person is a repeat: those of the duplicate question at intake."""


_SPAN = timedelta(days=REPEAT_DAYS)


class Repeats:
    """C16: the same person with a common item within so many days, neither linked as a repeat nor merged.

    Only the cases of the last days are remembered, by hashes: memory does not grow with the ledger.
    """

    def __init__(self, books: Books) -> None:
        self._day = date.min
        self._seen: dict[int, tuple[date, str, int]] = {}
        self._queue: deque[tuple[date, int, str]] = deque()

    def see(self, one: Dossier) -> Iterable[Said]:
        """Whether the same person came before."""
        said, day, no = one.first.data, one.day, one.no
        if day != self._day:
            self._forget(day)
        if "Refused" in one.kinds:
            return ()
        number = said.get("id_number")
        ident = hash(number) if number else 0
        before, here = "", (day, no, ident)
        for key in _keys(said):
            known = self._seen.get(key)
            if known and not before and not (ident and known[2] and known[2] != ident) and abs((day - known[0]).days) <= REPEAT_DAYS:
                before = known[1]
            self._seen[key] = here
            self._queue.append((day, key, no))
        if not before or one.case.group or any(event.data.get("kind") == "repeat" for event in one.of("Linked")):
            return ()
        what = f"{REPEAT_DAYS} 天内同一人反映同一事项：前一件 {before}"
        return [(what, f"查前一件为何没解决；bbcs link {no} --kind repeat --to {before}")]

    def _forget(self, day: date) -> None:
        """What is older than the days of a repeat."""
        self._day, since = day, day - _SPAN
        while self._queue and self._queue[0][0] < since:
            _, key, no = self._queue.popleft()
            if self._seen.get(key, ("", ""))[1] == no:
                del self._seen[key]

    def end(self) -> Iterator[SaidOf]:
        """Nothing more."""
        return iter(())


def _keys(said: Mapping[str, Any]) -> list[int]:
    """By identity number, by phone, by name where there is no phone; each with an item."""
    items = said.get("items") or (said.get("matter"),)
    number, phone = said.get("id_number"), said.get("phone")
    found = [hash(("id", number, item)) for item in items] if number else []
    if phone:
        found += [hash(("phone", phone, item)) for item in items]
    elif reporter := said.get("reporter"):
        found += [hash(("name", reporter, item)) for item in items]
    return found


class Roster:
    """C25: working days without anyone on duty, and double bookings, once there is a roster (station.toml)."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def end(self) -> Iterator[SaidOf]:
        """The days."""
        duty = self._books.station.duty
        if duty:
            days = [one.day for one in duty]
            for found in problems(duty, self._books.calendar, min(days), max(days)):
                yield "", f"{found.where} {found.what}", found.hint
