"""Watch: a check that looks from one case to others, or at the office."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, runtime_checkable

from bbcs.inspection.case_view import Course, Dossier, Said, SaidOf

ALWAYS, ON_SHAPE, ON_DAYS, ON_AGE, ON_COURSE = "", "shape", "days", "age", "course"
"""What the silence of a check rests on: more than can be remembered; the shape of a case; the shape, and that its rules serve on days off
or all its days were working days; the shape, and that it came before the last quarter and improved nothing; the shape, and the days
that months count."""


class Watch(Protocol):
    """A check that speaks at the end."""

    def end(self) -> Iterator[SaidOf]:
        """What is wrong with all of them."""
        ...


@runtime_checkable
class CaseWatch(Watch, Protocol):
    """A check over many cases: it sees one after the other and speaks then, or at the end."""

    @property
    def rests(self) -> str:
        """What it rests on that it takes no notice of a case."""
        ...

    def see(self, one: Dossier) -> Iterable[Said]:
        """What is wrong with this case, in the light of those before."""
        ...


@runtime_checkable
class MonthWatch(CaseWatch, Protocol):
    """One that only counts cases: those of one course at once."""

    def count(self, one: Course | Dossier, number: int) -> None:
        """So many cases that took this course."""
        ...
