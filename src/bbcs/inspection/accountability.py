"""Check of the accountability chart of the pack: so many cases in a month, so many months running."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from bbcs.domain.accountability import (
    AccountabilityTally,
    CountedCase,
    Reached,
    window_label,
    window_of,
)
from bbcs.domain.acts import quoted
from bbcs.domain.case import LIFE
from bbcs.domain.pack import COUNTED, RulePack
from bbcs.inspection.case_view import CaseProblem, CaseView, Problem
from bbcs.inspection.context import InspectionContext

_SPELLED = {"month": "个月", "quarter": "个季度", "year": "年"}


class Accountable:
    """C32: a unit or window reached what the chart counts, and none of its measures was taken
    since.
    """

    def __init__(self, context: InspectionContext) -> None:
        self._month = context.month
        self._chart = AccountabilityTally()
        self._packs: dict[str, RulePack] = {}
        self._left: set[str] = set()

    def see(self, one: CaseView) -> Iterable[Problem]:
        """Count the case, and the measures that were taken."""
        if any(row.counts for row in one.pack.accountability) and not one.voided:
            self._packs[one.pack.key] = one.pack
            if "supervise" not in LIFE[one.phase]:
                self._left.add(one.no)
            counted = CountedCase(
                one.no,
                one.registered,
                one.events,
                lambda: one.case.lead_unit,
                lambda: one.own("resolve", one.case.first_round),
            )
            self._chart.see(counted, one.pack)
        return ()

    def findings(self) -> Iterator[CaseProblem]:
        """Every run of windows that reached the number and was not answered."""
        for run in self._chart.reached():
            if not run.taken and self._asked(run):
                yield self._finding(run)

    def _asked(self, run: Reached) -> bool:
        """Whether the last window of a run is of the month that is inspected."""
        if not self._month:
            return True
        return window_of(date.fromisoformat(f"{self._month}-01"), run.row.window) == run.last

    def _finding(self, run: Reached) -> CaseProblem:
        row, pack = run.row, self._packs[run.pack]
        numbers = "、".join(
            f"{window_label(number, row.window)} {len(cases)}" for number, cases in run.windows
        )
        what = f"“{row.trigger}”：{run.who}的{COUNTED[row.counts]}，{numbers}，到了 {row.at}"
        if row.consecutive > 1:
            what += f"，连续 {len(run.windows)} {_SPELLED[row.window]}"
        last = run.windows[-1][1][-1]
        measures = "、".join(pack.label("supervision", key) for key in row.measures)
        hint = f"bbcs supervise {last} --kind {row.measures[0]} --unit {quoted(run.who)}"
        if last in self._left:
            hint = f"看这一件：bbcs show {last}"
        hint = f"按规则：{measures}；{hint}"
        return "", what, hint
