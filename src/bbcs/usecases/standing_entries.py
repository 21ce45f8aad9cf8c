"""Cases to which nothing happened in a period, from their rows: what figures ask of them, unfolded.

An office that has worked for years carries many such cases from month to month. Their entries here
hold no event of theirs but the registration, without what it says; no register is made of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from bbcs.domain.case import Case, Round
from bbcs.domain.clocks import Deadline
from bbcs.domain.deadline import CountedDeadline
from bbcs.domain.deadline_status import days_left, state_at
from bbcs.domain.event import Event
from bbcs.domain.order import Order
from bbcs.domain.pack import Clock, RulePack
from bbcs.registers.entry import RegisterEntry
from bbcs.usecases.ledger import Ledger
from bbcs.usecases.listing import stored_moment
from bbcs.usecases.office import Office

_CLOCK = Clock("resolve", 0, "", (), ())
_COUNTED = CountedDeadline("", 0, None, (), ())


def standing_entries(
    ledger: Ledger, office: Office, day: date, as_of: int, now: datetime, wanted: Collection[str]
) -> list[RegisterEntry]:
    """The wanted cases that stand since before `day`, as they are at `now`.

    office: with the calendar by which they are counted; a case whose row was counted by another one
    is left out.
    """
    packs: dict[tuple[str, str], RulePack] = {}
    found = []
    for row in ledger.standing(day, as_of):
        if row["case_no"] in wanted and row["calendar"] == office.calendar.hash:
            key = row["pack"] or "", row["pack_edition"] or ""
            if key not in packs:
                packs[key] = office.pack_called(*key)
            found.append(_entry(row, packs[key], office, now))
    return found


def _entry(row: Mapping[str, Any], pack: RulePack, office: Office, now: datetime) -> RegisterEntry:
    received = datetime.fromisoformat(row["received_at"])
    case = Case(
        row["case_no"],
        received,
        {"items": row["items"].strip(",").split(",")},
        row["phase"],
        rounds=(Round(1, received, row["difficulty"] or ""),),
        orders=_orders(row, received),
    )
    events = (Event("Registered", received, {}, case_no=case.no, version=1),)
    return RegisterEntry(case, (_limit(row, received, office, now),), events, pack)


def _orders(row: Mapping[str, Any], received: datetime) -> tuple[Order, ...]:
    """The order of the lead, dated as early as it may have been."""
    if not row["lead_unit"]:
        return ()
    return (Order(1, 1, row["lead_unit"], row["lead_code"] or "", "lead", "direct", received),)


def _limit(row: Mapping[str, Any], received: datetime, office: Office, now: datetime) -> Deadline:
    """The handling deadline, as far as its row tells it: when it passes, and how it stands."""
    passes = stored_moment(row["due"])
    state = state_at(passes, None, now)
    left = days_left(passes, now, office.calendar)
    return Deadline(
        "resolve", 1, None, received, 0, "", passes, state, False, (), False, None, "", left, None,
        _CLOCK, office.calendar, _COUNTED, passes, state == "overdue",
    )  # fmt: skip
