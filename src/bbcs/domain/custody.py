"""Tells who had a case from when to when: the window, a unit, the person, a superior.

Pure; asks the case alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bbcs.calendar.days import DayCalendar
from bbcs.domain.case import Case
from bbcs.domain.order import UnitRef
from bbcs.record import Record

WINDOW = "窗口"
PARTIES: Mapping[str, str] = {
    "window": WINDOW,
    "unit": "承办单位",
    "person": "反映人",
    "superior": "上级",
    "procedure": "法定程序",
}
"""Party -> what people read."""

PAUSED_BY: Mapping[str, str] = {
    "supplement": "person",
    "reporter_cause": "person",
    "upper_consultation": "superior",
}
"""Reason of a pause -> who the case then waits for.

Hearings, appraisals, tests and publications are procedures of law.
"""

_ENDS = frozenset({"Refused", "Withdrawn", "TransferredOut", "Voided", "Closed"})
_TURNS = frozenset({"Escalated", "Resolved", "Reopened"})


_NO_UNIT = UnitRef("", "")


class Holding(Record):
    """One stretch; until = None while it lasts. name: the unit, or who above, "" otherwise.

    unit: the unit under its name of that day.
    """

    party: str
    name: str
    since: datetime
    until: datetime | None
    unit: UnitRef = _NO_UNIT

    @property
    def holder(self) -> str:
        """As people read it."""
        if self.name and self.party == "superior":
            return f"{PARTIES[self.party]}（{self.name}）"
        return self.name or PARTIES[self.party]


class HoldingSpan(Record):
    """A stretch with the working days (since, until] that it took; until = None while it lasts."""

    holder: str
    party: str
    since: datetime
    until: datetime | None
    days: int


def spans(case: Case, calendar: DayCalendar, now: datetime) -> list[HoldingSpan]:
    """Every stretch with its working days, one that lasts until `now`."""
    return [
        HoldingSpan(
            one.holder,
            one.party,
            one.since,
            one.until,
            max(0, calendar.between(one.since.date(), (one.until or now).date())),
        )
        for one in stretches(case)
        if one.until is None or one.until > one.since
    ]


def parties(held: Sequence[HoldingSpan]) -> dict[str, int]:
    """Working days by party."""
    days: dict[str, int] = {}
    for span in held:
        days[span.party] = days.get(span.party, 0) + span.days
    return days


def stretches(case: Case) -> list[Holding]:
    """Every stretch from receipt to the settlement, in order.

    What follows a settlement (callback, closing) is nobody's handling: the last stretch ends there,
    unless the case was taken up again. Days between two stretches belong to the earlier one.
    Nobody held the case before its receipt: a turn that an old book dates before it, or that a
    correction of the receipt left there, counts from the receipt on.
    """
    received = case.received_at
    turns = sorted({received, *[at for at in _moments(case) if at > received]})
    ends = [case.current.resolved_at] if case.current.resolved_at else []
    ends += [mark.at for mark in case.marks if mark.kind in _ENDS and mark.round == case.round]
    end = min(ends, default=None)
    holdings: list[Holding] = []
    last = "", _NO_UNIT
    for since, until in zip(turns, [*turns[1:], end], strict=True):
        if end and since >= end:
            break
        party, unit = _at(case, since)
        if holdings and party == last[0] and unit.same(last[1]):
            holdings[-1] = holdings[-1]._replace(until=until)
        else:
            holdings.append(Holding(party, unit.name, since, until, unit))
        last = party, unit
    return holdings


def _moments(case: Case) -> list[datetime]:
    spans = [(order.sent_at, order.done_at) for order in case.orders]
    spans += [(pause.at, pause.resumed_at) for pause in case.pauses]
    moments = [at for span in spans for at in span if at]
    return moments + [mark.at for mark in case.marks if mark.kind in _TURNS]


def _at(case: Case, at: datetime) -> tuple[str, UnitRef]:
    """Who holds the case just after a moment.

    The party that is waited for, else the leading unit, else whom it was raised to, else the
    window.
    """
    for pause in case.pauses:
        if pause.at <= at and (pause.resumed_at is None or pause.resumed_at > at):
            return PAUSED_BY.get(pause.reason, "procedure"), _NO_UNIT
    for order in reversed(case.orders):
        gone = order.done_at is not None and order.done_at <= at
        if order.role == "lead" and order.sent_at <= at and not gone:
            return "unit", order.ref
    began = max(one.started_at for one in case.rounds if one.started_at <= at)
    raised = any(mark.kind == "Escalated" and began <= mark.at <= at for mark in case.marks)
    settled = any(one.resolved_at and began <= one.resolved_at <= at for one in case.rounds)
    if raised and not settled:
        return "superior", _NO_UNIT
    return "window", _NO_UNIT
