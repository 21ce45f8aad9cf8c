"""Check of causes that come again although nothing was improved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from bbcs.inspection.case_view import CaseProblem, CaseView, Problem
from bbcs.inspection.context import InspectionContext

COMMON = 10
"""Cases of one cause without an improvement that are a finding (ours, proposed).

Fewer may be chance.
"""

COMMON_DAYS = 90
"""Calendar days in which they are counted (ours, proposed): a quarter, the usual review."""


class Causes:
    """C17: many cases of one cause in a quarter without an improvement.

    An improvement for one of the cases or of their items counts.
    """

    def __init__(self, context: InspectionContext) -> None:
        self._since = context.today - timedelta(days=COMMON_DAYS)
        self._named = context.improved
        self._improved_items: set[str] = {*context.improved}
        self._improved_causes: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._items: dict[str, set[str]] = {}
        self._labels: dict[str, str] = {}

    def see(self, one: CaseView) -> Iterable[Problem]:
        """Count the case for its causes. Of an older case only its improvements count."""
        recent = one.entries[0].at.date() >= self._since
        if not recent and one.no not in self._named and "Improved" not in one.kinds:
            return ()
        improvements = one.of("Improved")
        for event in improvements:
            self._improved_items.update(event.data.get("item") or ())
        causes = _causes(one)
        if improvements or one.no in self._named:
            self._improved_causes.update(causes)
        if recent:
            self._count(one, causes)
        return ()

    def _count(self, one: CaseView, causes: Iterable[str]) -> None:
        items = one.registered.get("items") or (one.registered.get("matter", ""),)
        for cause in causes:
            self._numbers[cause] = self._numbers.get(cause, 0) + 1
            self._items.setdefault(cause, set()).update(items)
            self._labels.setdefault(cause, one.pack.label("cause", cause))

    def findings(self) -> Iterator[CaseProblem]:
        """The common causes without an improvement, the most common first."""
        for cause, number in sorted(self._numbers.items(), key=lambda pair: (-pair[1], pair[0])):
            if number < COMMON or cause in self._improved_causes:
                continue
            if self._items[cause].isdisjoint(self._improved_items):
                label = self._labels[cause]
                what = f"近 {COMMON_DAYS} 天有 {number} 件的原因是“{label}”，没有改进的记录"
                yield "", what, "分析后记下流程再造或规则修改：bbcs improve"


def _causes(one: CaseView) -> Iterable[str]:
    """The causes of the last triage."""
    triages = one.of("Triaged")
    if not triages:
        return ()
    return triages[-1].data.get("cause") or ()
