"""Checks of whole months: the identity that must hold, and figures that are too good to be true."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta

from bbcs.calendar.days import DayCalendar
from bbcs.domain.case import CLOSES, OPENS, Case
from bbcs.inspection.case_view import CaseProblem, CaseView, Problem
from bbcs.inspection.context import InspectionContext

MONTHS = 12
"""Months with data that are checked, the last ones: one year of reports."""

LEAST = 10
"""Settled cases that a month needs before its figures mean anything (ours, proposed)."""

BUNCHED = 0.5
"""Share of a month's settlements on its last working day that is a finding.

Ours, proposed; an even month has 1 in 21.
"""

_NAMED = 3

_DELTA = {True: 1, False: -1}
"""Whether a move opens a case -> by how many it changes what is in hand."""


def month_of(day: date) -> str:
    """The month of a day, as YYYY-MM."""
    return day.isoformat()[:7]


def last_working_day(month: str, calendar: DayCalendar) -> date:
    """The last working day of a month."""
    first = date.fromisoformat(f"{month}-01")
    return calendar.previous((first + timedelta(days=31)).replace(day=1))


def _inspected(months: Iterable[str], wanted: str) -> Collection[str]:
    """The months to inspect: the wanted one, else the last ones."""
    if wanted:
        return {wanted}
    return {*sorted(months)[-MONTHS:]}


class Identity:
    """C18: does the number of cases in hand add up, month by month?

    carried_in + received + reopened = closed + refused + transferred_out + carried_out.

    What came and went is counted from the stored rows, what is carried from the entries. So two
    sources are compared.
    """

    def __init__(self, context: InspectionContext) -> None:
        self._context = context
        self._changes: dict[str, int] = {}
        self._odd: dict[str, list[str]] = {}

    def see(self, one: CaseView) -> Iterable[Problem]:
        """Counts when the case came in hand and went out.

        Remembers a case that came twice or went twice.
        """
        in_hand, month = False, ""
        for day, opens in one.moves:
            month = max(month, month_of(day))
            if opens == in_hand:
                self._odd.setdefault(month, []).append(one.no)
            else:
                self._changes[month] = self._changes.get(month, 0) + _DELTA[opens]
            in_hand = opens
        return ()

    def findings(self) -> Iterator[CaseProblem]:
        """The months whose identity does not hold, or that do not carry on the month before."""
        counts: dict[str, dict[str, int]] = {}
        deltas: dict[str, int] = {}
        for row in self._context.counts:
            counts.setdefault(row.month, {})[row.kind] = row.number
            deltas[row.month] = deltas.get(row.month, 0) + row.delta
        counted = [month for month in counts if not (OPENS | CLOSES).isdisjoint(counts[month])]
        inspected = _inspected(counted, self._context.month)
        carried = stored = gap = 0
        for month in sorted({*counts, *self._changes}):
            before, gap_before, gap = carried, gap, stored - carried
            if month in inspected and gap != gap_before:
                what = f"{month} 的上期结转 {stored} 不等于上月的结转下期 {carried}"
                yield "", what, "bbcs ledger verify --full"
            carried += self._changes.get(month, 0)
            stored += deltas.get(month, 0)
            left = before + _sum(counts, month, OPENS)
            right = _sum(counts, month, CLOSES) + carried
            if month in inspected and left != right:
                what = self._broken(month, left, right)
                yield "", what, "核对这几件的记录；bbcs ledger verify --full"

    def _broken(self, month: str, left: int, right: int) -> str:
        what = f"{month} 平衡式不成立：结转+受理+重办={left}，办结+不予受理+转出+结转下期={right}"
        odd = self._odd.get(month, [])
        if odd:
            what += f"；重复计数的件：{'、'.join(odd[:_NAMED])}"
        if len(odd) > _NAMED:
            what += f" 等 {len(odd)} 件"
        return what


def _sum(counts: Mapping[str, Mapping[str, int]], month: str, kinds: Iterable[str]) -> int:
    of_month = counts.get(month, {})
    return sum(of_month.get(kind, 0) for kind in kinds)


class MonthTally:
    """What the cases settled in one month were like. last: its last working day."""

    __slots__ = ("closed", "last", "on_last", "open", "wrong")

    def __init__(self, last: date) -> None:
        self.closed = self.on_last = self.open = self.wrong = 0
        self.last = last


class Perfect:
    """C19: a month with every rate at exactly 100 %, or settlements bunched at its end.

    The end is its last working day.
    """

    def __init__(self, context: InspectionContext) -> None:
        self._context = context
        self._tallies: dict[str, MonthTally] = {}

    def see(self, one: CaseView) -> Iterable[Problem]:
        """Counts the case for the months of its receipt and settlement, unless it was voided.

        The last of these months answers for its quality.
        """
        if one.voided:
            return ()
        settled = [row.resolved_at.date() for row in one.case.rounds if row.resolved_at]
        received = month_of(one.received_on)
        settled_at_once = bool(settled) and month_of(settled[0]) == received
        if not settled_at_once and one.phase not in ("refused", "transferred_out"):
            self._tally(received).open += 1
        for day in settled:
            tally = self._tally(month_of(day))
            tally.closed += 1
            tally.on_last += day == tally.last
        if settled and (one.late or not _good(one.case)):
            self._tally(month_of(settled[-1])).wrong += 1
        return ()

    def _tally(self, month: str) -> MonthTally:
        if month not in self._tallies:
            last = last_working_day(month, self._context.calendar)
            self._tallies[month] = MonthTally(last)
        return self._tallies[month]

    def findings(self) -> Iterator[CaseProblem]:
        """The months that are too good to be true.

        A month that still runs is left out unless it is named.
        """
        today, wanted = self._context.today, self._context.month
        over = {month for month, tally in self._tallies.items() if wanted or tally.last <= today}
        for month in sorted(over.intersection(_inspected(over, wanted))):
            tally = self._tallies[month]
            if tally.closed < LEAST:
                continue
            if not tally.open and not tally.wrong:
                what = f"{month} 办结的 {tally.closed} 件，按时、解决、回访、满意、办结率全是 100%"
                yield "", what, "抽几件对原件、回访反映人"
            if tally.on_last >= BUNCHED * tally.closed:
                what = f"{month} 的办结有 {tally.on_last}/{tally.closed} 件集中在最后一个工作日"
                yield "", what, "抽几件对原件，看是否为报表突击办结"


def _good(case: Case) -> bool:
    """Whether it was settled in the first round, solved, and the person satisfied."""
    call = case.last_callback
    return (
        case.round == case.first_round
        and case.solved == "yes"
        and call is not None
        and call.satisfied
    )
