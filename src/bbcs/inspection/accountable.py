"""Check of what the pack's accountability chart counts: so many in a month, so many months running."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from bbcs.calendar.dates import day_of
from bbcs.domain.event import Event
from bbcs.domain.pack import COUNTED, Accountability
from bbcs.domain.unit import UnitRef
from bbcs.inspection.case_view import CaseProblem, CaseView, Problem
from bbcs.inspection.context import InspectionContext
from bbcs.record import Record

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
"""Window -> its length in months."""

_SPELLED = {"month": "个月", "quarter": "个季度", "year": "年"}


class _Rule(Record):
    """One counted row of a pack: whose it is, what it counts, the labels of its measures."""

    pack: str
    row: Accountability
    measures: str


class Accountable:
    """C32: a unit or window reached what the chart counts, and none of its measures was taken
    since.
    """

    def __init__(self, context: InspectionContext) -> None:
        self._month = context.month
        self._counts: dict[_Rule, dict[str, dict[int, list[str]]]] = {}
        self._taken: dict[str, list[tuple[date, str]]] = {}

    def see(self, one: CaseView) -> Iterable[Problem]:
        """Count the case for every counted row of its pack, and the measures that were taken."""
        rows = [row for row in one.pack.accountability if row.counts]
        if not rows or one.voided:
            return ()
        for event in one.of("Supervised"):
            if event.data.get("unit") and event.data.get("kind"):
                taken = self._taken.setdefault(_unit(event), [])
                taken.append((event.at.date(), event.data["kind"]))
        for row in rows:
            labels = "、".join(one.pack.label("supervision", key) for key in row.measures)
            counts = self._counts.setdefault(_Rule(one.pack.key, row, labels), {})
            for who, day in _incidents(one, row):
                window = (day.year * 12 + day.month - 1) // _MONTHS[row.window]
                counts.setdefault(who, {}).setdefault(window, []).append(one.no)
        return ()

    def findings(self) -> Iterator[CaseProblem]:
        """Every run of windows that reached the number, the longest stretch of each."""
        for rule, by_whom in self._counts.items():
            for who, windows in sorted(by_whom.items()):
                reached = [n for n in sorted(windows) if len(windows[n]) >= rule.row.at]
                for run in _runs(reached):
                    if len(run) >= rule.row.consecutive and self._asked(run[-1], rule.row):
                        yield from self._finding(rule, who, run, windows)

    def _asked(self, last: int, row: Accountability) -> bool:
        """Whether the last window of a run is of the month that is inspected."""
        if not self._month:
            return True
        year, month = map(int, self._month.split("-"))
        return (year * 12 + month - 1) // _MONTHS[row.window] == last

    def _finding(
        self, rule: _Rule, who: str, run: list[int], windows: dict[int, list[str]]
    ) -> Iterator[CaseProblem]:
        row = rule.row
        begun = _first_day(run[max(0, row.consecutive - 1)], row.window)
        taken = self._taken.get(who, ())
        if any(kind in row.measures and day >= begun for day, kind in taken):
            return
        numbers = "、".join(f"{_label(n, row.window)} {len(windows[n])}" for n in run)
        what = f"“{row.trigger}”：{who}的{COUNTED[row.counts]}，{numbers}，到了 {row.at}"
        if row.consecutive > 1:
            what += f"，连续 {len(run)} {_SPELLED[row.window]}"
        last = windows[run[-1]][-1]
        hint = (
            f"按规则：{rule.measures}；bbcs supervise {last} --kind {row.measures[0]} --unit {who}"
        )
        yield "", what, hint


# -- what is counted -------------------------------------------------------------------------------


def _incidents(one: CaseView, row: Accountability) -> Iterator[tuple[str, date]]:
    """Whom the case counts for, and on which day."""
    if row.per != "unit":
        who = one.registered.get(row.per)
        yield from ((str(who), day) for day in _days(one, row.counts) if who)
    elif row.counts in _OF_A_UNIT:
        for event in one.of(_OF_A_UNIT[row.counts]):
            if event.data.get("unit") and not event.data.get("answer"):
                yield _unit(event), event.at.date()
    elif lead := one.case.lead_unit:
        yield from ((lead, day) for day in _days(one, row.counts))


_OF_A_UNIT = {"returned": "Returned", "supervised": "Supervised"}
"""What is counted -> the kind of entry that names the unit itself."""


def _days(one: CaseView, count: str) -> Iterator[date]:
    """The days on which a case counts, whoever it counts for."""
    if count == "received":
        yield one.received_on
    elif count == "overdue":
        deadline = one.own("resolve", 1)
        if deadline and deadline.late and deadline.due:
            yield day_of(deadline.due)
    elif count == "dissatisfied":
        calls = (event for event in one.of("CalledBack") if not event.data.get("satisfied"))
        yield from (event.at.date() for event in calls)
    else:
        kind = {"redo": "Reopened", **_OF_A_UNIT}[count]
        yield from (event.at.date() for event in one.of(kind))


def _unit(event: Event) -> str:
    return UnitRef.of(event.data["unit"]).name


# -- windows of time -------------------------------------------------------------------------------


def _runs(windows: list[int]) -> Iterator[list[int]]:
    """Windows that follow one another without a gap."""
    run: list[int] = []
    for number in windows:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def _first_day(number: int, window: str) -> date:
    month = number * _MONTHS[window]
    return date(month // 12, month % 12 + 1, 1)


def _label(number: int, window: str) -> str:
    """A window as people name it: 2026-03, 2026 年第 1 季度, 2026 年."""
    first = _first_day(number, window)
    if window == "month":
        return f"{first:%Y-%m}"
    if window == "quarter":
        return f"{first.year} 年第 {first.month // 3 + 1} 季度"
    return f"{first.year} 年"
