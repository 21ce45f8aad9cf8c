"""What grading, orders, steps and papers change of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bbcs.domain import masking
from bbcs.domain.case import (
    AT_SITE,
    IN_HAND,
    Case,
    Gap,
    Proof,
    Round,
)
from bbcs.domain.event import Event
from bbcs.domain.order import Order, ReturnRequest, UnitRef, misdirections


def in_round(case: Case, **changes: Any) -> tuple[Round, ...]:
    """The rounds of the case with changes of the present one."""
    return (*case.rounds[:-1], case.current._replace(**changes))


def _triaged(case: Case, event: Event) -> Case:
    fields = event.data
    due = fields.get("due") or case.current.set_due
    return case._replace(
        phase="triaged" if case.phase == "accepted" else case.phase,
        rounds=in_round(
            case,
            difficulty=fields["difficulty"],
            cause=tuple(fields.get("cause") or ()),
            set_due=due,
        ),
        level=fields.get("level") or case.level,
        track=fields.get("track") or case.track,
        fast=fields.get("fast") or case.fast,
        opinion=fields.get("opinion") or case.opinion,
    )


def _assigned(case: Case, event: Event) -> Case:
    fields = event.data
    wanted = [
        ("lead", fields.get("lead")),
        *(("assist", unit) for unit in fields.get("assist") or ()),
        ("relay", fields.get("relay")),
    ]
    # who helped and now leads has one order, not two
    orders = [
        ended(one, event)
        if fields.get("lead") and one.open and one.of(UnitRef.of(fields["lead"]))
        else one
        for one in case.orders
    ]
    for role, unit in wanted:
        if unit:
            how = fields.get("how") or "direct"
            orders.append(
                Order(
                    len(orders) + 1,
                    case.round,
                    unit[1],
                    unit[0],
                    role,
                    how,
                    event.at,
                    fields.get("due"),
                    require=fields.get("require") or "",
                    sent_seq=event.seq,
                    guard=_guard(event, UnitRef.of(unit)),
                    imported=event.imported,
                )
            )
    phase = case.phase if case.phase == "handling" else "assigned"
    return case._replace(
        phase=phase,
        orders=tuple(orders),
        handler=fields.get("handler") or _handler_left(case, fields.get("lead")),
        redo_unit="",
    )


def _handler_left(case: Case, lead: list[str] | None) -> str:
    """The handler where an order names none: whoever it was, unless another unit leads now."""
    if lead and case.lead and not case.lead.same(UnitRef.of(lead)):
        return ""
    return case.handler


def _guard(event: Event, unit: UnitRef) -> str:
    """How the order of an entry to this unit is misdirected, "" where it is not."""
    if not event.data.get("guarded"):
        return ""
    return next(
        (one.sort for one in misdirections(event.data["guarded"]) if one.unit.same(unit)), ""
    )


def _signed(case: Case, event: Event) -> Case:
    unit = event.data.get("unit")
    signer = UnitRef.of(unit) if unit else case.unsigned[0].ref
    signed = {"state": "signed", "signed_at": event.at, "ended_seq": event.seq}
    orders = tuple(
        order._replace(**signed) if order.state == "sent" and order.of(signer) else order
        for order in case.orders
    )
    return case._replace(phase="handling", orders=orders)


def ended(order: Order, event: Event, state: str = "done") -> Order:
    """An order that comes to its end; one that was signed for keeps the entry of its signing."""
    return order._replace(
        state=state, ended_seq=order.ended_seq or event.seq, done_at=event.at, done_seq=event.seq
    )


def _of_unit(case: Case, event: Event) -> Order:
    unit = UnitRef.of(event.data["unit"])
    return next(order for order in case.open_orders if order.of(unit))


def _returned(case: Case, event: Event) -> Case:
    back = _of_unit(case, event)
    orders = tuple(
        ended(order, event, "returned") if order.number == back.number else order
        for order in case.orders
    )
    left = any(order.open for order in orders)
    phase = "triaged" if back.role == "lead" or not left else case.phase
    handler = "" if back.role == "lead" else case.handler
    return case._replace(phase=phase, orders=orders, bounces=case.bounces + 1, handler=handler)


def _return_asked(case: Case, event: Event) -> Case:
    fields, order = event.data, _of_unit(case, event)
    suggest = UnitRef.of(fields["suggest"]) if fields.get("suggest") else None
    fresh = ReturnRequest(
        len(case.returns) + 1,
        case.round,
        order.number,
        order.ref,
        event.at,
        event.actor,
        suggest,
        asked_seq=event.seq,
    )
    return case._replace(returns=(*case.returns, fresh))


def _return_decided(case: Case, event: Event) -> Case:
    """The decision on the request of that unit; an approval is followed by the return itself."""
    unit = UnitRef.of(event.data["unit"])
    state = "granted" if event.data.get("granted") else "rejected"
    decided = {"state": state, "decided_at": event.at, "decided_seq": event.seq}
    waiting = {one.number for one in case.return_requests if one.unit.same(unit)}
    return case._replace(
        returns=tuple(
            one._replace(**decided) if one.number in waiting else one for one in case.returns
        )
    )


def _forwarded(case: Case, event: Event) -> Case:
    fields, old = event.data, _of_unit(case, event)
    orders = [
        ended(order, event)._replace(passed=True) if order.number == old.number else order
        for order in case.orders
    ]
    new = fields["to"]
    due = old.due
    if due and due < event.at.date():
        due = None  # its date had passed: the sender was late, whom it went to is not late at birth
    orders.append(
        Order(
            len(orders) + 1,
            case.round,
            new[1],
            new[0],
            old.role,
            old.how,
            event.at,
            due,
            moved=True,
            require=old.require,
            sent_seq=event.seq,
            guard=_guard(event, UnitRef.of(new)),
        )
    )
    handler = fields.get("handler") or ("" if old.role == "lead" else case.handler)
    return case._replace(orders=tuple(orders), transfers=case.transfers + 1, handler=handler)


def _stepped(case: Case, event: Event) -> Case:
    fields = event.data
    done = set(fields.get("proof_done") or ())
    proofs = tuple(
        one._replace(done_at=event.at) if one.item in done and not one.done_at else one
        for one in case.proofs
    )
    fresh = tuple(Proof(item, unit) for item, unit in fields.get("proof") or ())
    known = {one.item for one in proofs}
    stray = tuple(
        Proof(item, "", event.at) for item in fields.get("proof_done") or () if item not in known
    )
    phase = "handling" if case.phase in IN_HAND else case.phase
    gaps = case.gaps
    if fields.get("kind") == AT_SITE:  # papers promised for the site check are due on its day
        gaps = tuple(
            gap if gap.due or gap.filled_at else gap._replace(due=event.at.date()) for gap in gaps
        )
    return case._replace(phase=phase, proofs=(*proofs, *fresh, *stray), gaps=gaps)


def _notified(case: Case, event: Event) -> Case:
    listed = case.listed
    if event.data.get("kind") == "one_time":
        listed = (*listed, *(event.data.get("missing") or ()))
    return case._replace(notices=case.notices + 1, listed=listed)


def _owing(case: Case, event: Event) -> Case:
    fresh = [
        Gap(paper, case.round, event.at, day_of(day), owed_seq=event.seq)
        for paper, day in event.data.get("owe") or ()
    ]
    return case._replace(gaps=(*case.gaps, *fresh))


def day_of(text: str) -> date | None:
    """The day of an ISO date; None at the site check, whose day is not known yet."""
    return None if text == AT_SITE else date.fromisoformat(text)


def _filled(case: Case, event: Event) -> Case:
    done = set(event.data.get("filled") or ())
    filled = {"filled_at": event.at, "filled_seq": event.seq}
    return case._replace(
        gaps=tuple(
            gap._replace(**filled) if gap.paper in done and not gap.filled_at else gap
            for gap in case.gaps
        )
    )


def _exempted(case: Case, event: Event) -> Case:
    if event.data.get("scope") == "rule":
        case = case._replace(rules=(*case.rules, event.data.get("paper") or masking.ERASED))
        if (event.data.get("effective") or event.at.date()) > event.at.date():
            return case  # a rule of a later day waives nothing today
    return case._replace(exempted=(*case.exempted, event.data["paper"]))


ARMS: Mapping[str, Callable[[Case, Event], Case]] = {
    "Triaged": _triaged,
    "Assigned": _assigned,
    "Signed": _signed,
    "Returned": _returned,
    "ReturnAsked": _return_asked,
    "ReturnDecided": _return_decided,
    "Forwarded": _forwarded,
    "Stepped": _stepped,
    "Notified": _notified,
    "AcceptedWithGaps": _owing,
    "GapFilled": _filled,
    "Exempted": _exempted,
}
"""Event kind -> what it changes of the case."""
