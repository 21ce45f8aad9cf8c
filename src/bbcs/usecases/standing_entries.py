"""Figures of cases to which nothing happened in a period, from their stored rows, without folding
them.

An office that has worked for years carries many such cases from month to month. Their entries here
hold no event of theirs but the registration, without what it says; no register is made of them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from bbcs.calendar.dates import CST, stored_moment
from bbcs.calendar.days import DayCalendar
from bbcs.domain.case import Case, Round
from bbcs.domain.deadline import CountedDeadline, Deadline
from bbcs.domain.deadline_status import state_at
from bbcs.domain.event import Event
from bbcs.domain.order import Order
from bbcs.domain.pack import Clock
from bbcs.registers.entry import RegisterEntry
from bbcs.usecases.office import Office

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

_CLOCK = Clock("resolve", 0, "", (), ())
_COUNTED = CountedDeadline("", 0, None, (), ())
_LONG_AGO = datetime(1970, 1, 1, tzinfo=CST)
"""When the registration and the order of such a case happened: before any period that asks."""

_ROUNDS = (Round(1, _LONG_AGO),)
_EVENTS = (Event("Registered", _LONG_AGO, {}, version=1),)


def standing_entries(
    ledger: Ledger, office: Office, day: date, as_of: int, now: datetime, wanted: Collection[str]
) -> list[RegisterEntry]:
    """The wanted cases that stand since before `day`, as they are at `now`.

    office: with the calendar by which they are counted; a case whose row was counted by another one
    is left out.
    """
    of_rules = cache(office.pack_called)
    orders = cache(_orders)
    entries = []
    for row in ledger.standing(day, as_of):
        if row["case_no"] in wanted and row["calendar"] == office.calendar.hash:
            case = Case(
                row["case_no"],
                datetime.fromisoformat(row["received_at"]),
                {"items": row["items"].strip(",").split(",")},
                row["phase"],
                rounds=_ROUNDS,
                orders=orders(row["lead_unit"], row["lead_code"]),
            )
            pack = of_rules(row["pack"] or "", row["pack_edition"] or "")
            limits = (_limit(row["due"], case.received_at, office.calendar, now),)
            entries.append(RegisterEntry(case, limits, _EVENTS, pack))
    return entries


def _orders(unit: str | None, code: str | None) -> tuple[Order, ...]:
    """The order of the lead."""
    return (Order(1, 1, unit, code or "", "lead", "direct", _LONG_AGO),) if unit else ()


def _limit(due: str, received: datetime, calendar: DayCalendar, now: datetime) -> Deadline:
    """The handling deadline, as far as its row tells it: when it passes, and how it stands."""
    passes = stored_moment(due)
    state = state_at(passes, None, now)
    return Deadline(
        "resolve", 1, None, received, 0, "", passes, state, False, (), False, None, now,
        _CLOCK, calendar, _COUNTED, passes, state == "overdue",
    )  # fmt: skip
