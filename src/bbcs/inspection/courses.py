"""Cases that took the same course on the same days: of each but the first, months only count that there was one more."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from bbcs.inspection.case_view import Course, Dossier
from bbcs.inspection.watch import MonthWatch

MANY = 1024
"""Courses kept at once. Cases come in order of their number: those of the same days follow each other."""


class More:
    """How many more cases took the course of one."""

    __slots__ = ("course", "number")

    def __init__(self, one: Dossier) -> None:
        self.course = Course(
            one.no, one.came, one.phase, one.good, one.late, one.settled, one.turns
        )
        self.number = 0


class Courses:
    """The courses met, and where they are known."""

    def __init__(self, watches: Iterable[MonthWatch]) -> None:
        self._watches = [*watches]
        self._met: list[tuple[dict[Hashable, More], More]] = []

    def begin(self, met: dict[Hashable, More], days: Hashable, one: Dossier) -> None:
        """The first case of a course, which was counted by itself; met: where those like it find it."""
        if len(self._met) >= MANY:
            self.end()
        more = met[days] = More(one)
        self._met.append((met, more))

    def end(self) -> None:
        """Tell what was counted, and forget it."""
        for met, more in self._met:
            for watch in self._watches if more.number else ():
                watch.count(more.course, more.number)
            met.clear()
        self._met.clear()
