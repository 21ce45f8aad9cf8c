"""Checks of people: those who come again with the same matter, and those who sit at the window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from bbcs.domain.duty import problems
from bbcs.inspection.case_view import Books, Dossier, Said, SaidOf
from bbcs.inspection.watch import ALWAYS

REPEAT_DAYS = 30
"""Calendar days within which the same matter of the same person is a repeat: those of the duplicate question at intake."""


class Repeats:
    """C16: the same person with a common item within so many days, neither linked as a repeat nor merged.

    Only the cases of the last days are remembered, by hashes: memory does not grow with the ledger.
    """

    rests = ALWAYS

    def __init__(self, books: Books) -> None:
        self._day, self._date = "", date.min
        self._seen: dict[int, tuple[date, str, int]] = {}

    def see(self, one: Dossier) -> Iterable[Said]:
        """Whether the same person came before."""
        said, no = one.private, one.no
        if one.day != self._day:
            self._turn(one.day)
        if "Refused" in one.kinds:
            return ()
        number, day, seen = said.get("id_number"), self._date, self._seen
        ident = hash(number) if number else 0
        before, here = "", (day, no, ident)
        for who in (
            number,
            said.get("phone") or said.get("reporter"),
        ):  # the name where there is no phone
            for item in (one.public.get("items") or (said.get("matter"),)) if who else ():
                key = hash((who, item))
                known = seen.pop(key, None)
                if (
                    known
                    and not before
                    and not (ident and known[2] and known[2] != ident)
                    and abs((day - known[0]).days) <= REPEAT_DAYS
                ):
                    before = known[1]
                seen[key] = here
        if (
            not before
            or one.case.group
            or any(event.data.get("kind") == "repeat" for event in one.of("Linked"))
        ):
            return ()
        what = f"{REPEAT_DAYS} 天内同一人反映同一事项：前一件 {before}"
        return [(what, f"查前一件为何没解决；bbcs link {no} --kind repeat --to {before}")]

    def _turn(self, day: str) -> None:
        """To another day: what is older than the days of a repeat is forgotten."""
        self._day, self._date = day, date.fromisoformat(day)
        since = date.fromordinal(max(self._date.toordinal() - REPEAT_DAYS, 1))
        old: list[int] = []
        for key, (day_of, _, _) in self._seen.items():  # the oldest come first
            if day_of >= since:
                break
            old.append(key)
        for key in old:
            del self._seen[key]

    def end(self) -> Iterator[SaidOf]:
        """Nothing more."""
        return iter(())


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
