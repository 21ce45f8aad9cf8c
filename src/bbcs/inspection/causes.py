"""Check of causes that come again and of which nothing was learned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from bbcs.inspection.case_view import Books, Dossier, Said, SaidOf
from bbcs.inspection.watch import ALWAYS, ON_AGE

COMMON = 10
"""Cases of one cause without an improvement that make it a common one (ours, proposed): below, chance explains it."""

COMMON_DAYS = 90
"""Calendar days in which they are counted (ours, proposed): a quarter, the period of the usual review."""


def quarter(today: date) -> str:
    """The day since which causes are counted."""
    return (today - timedelta(days=COMMON_DAYS)).isoformat()


class Causes:
    """C17: many cases of one cause in the last quarter, and no improvement on record for any of them or their items."""

    def __init__(self, books: Books) -> None:
        self._since = quarter(books.today)
        self._number: dict[str, int] = {}
        self._items: dict[str, set[int]] = {}
        self._label: dict[str, str] = {}
        self._learned: set[str] = set()
        self._touched = {hash(item) for item in books.improved}
        self._named = books.improved

    @property
    def rests(self) -> str:
        """Of a case that came before it only counts that it led to an improvement."""
        return ALWAYS if self._named else ON_AGE

    def see(self, one: Dossier) -> Iterable[Said]:
        """Count the case for its causes."""
        recent = one.day >= self._since
        if not recent and one.no not in self._named and "Improved" not in one.kinds:
            return ()
        improved = one.of("Improved")
        for event in improved:
            self._touched |= {hash(item) for item in event.data.get("item") or ()}
        triaged = one.of("Triaged")
        causes = triaged[-1].data.get("cause") or () if triaged else ()
        if improved or one.no in self._named:
            self._learned.update(causes)
        if recent:
            said = one.said
            for cause in causes:
                self._number[cause] = self._number.get(cause, 0) + 1
                self._items.setdefault(cause, set()).update(
                    map(hash, said.get("items") or (said.get("matter"),))
                )
                self._label.setdefault(cause, one.pack.label("cause", cause))
        return ()

    def end(self) -> Iterator[SaidOf]:
        """The common causes nobody learned from."""
        for cause, number in sorted(self._number.items(), key=lambda pair: (-pair[1], pair[0])):
            if (
                number >= COMMON
                and cause not in self._learned
                and self._items[cause].isdisjoint(self._touched)
            ):
                said = f"近 {COMMON_DAYS} 天有 {number} 件的原因是“{self._label[cause]}”，没有改进的记录"
                yield "", said, "分析后 bbcs improve 记下流程再造或规则修改"
