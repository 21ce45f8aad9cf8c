"""The JSON document of a case (formats.md §2), masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bbcs.calendar.dates import iso
from bbcs.domain import escalation, masking
from bbcs.domain.case import AT_SITE, Case, Slip
from bbcs.domain.deadline import Deadline
from bbcs.domain.order import Order
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import Outcome
from bbcs.usecases.projection import row


def document(outcome: Outcome, office: Office) -> dict[str, Any]:
    """The JSON answer of `show`, of every act and of the API (formats.md §2)."""
    case, deadlines = outcome.case, shown_deadlines(outcome)
    known = case.known
    return {
        "schema": "bbcs.case/1",
        **row(case, office.station.code, office.pack_of(case)),
        "orders": [
            {
                "unit": order.unit,
                "role": order.role,
                "state": order.state,
                "due": _order_due(order, deadlines),
                "passed": order.passed,
                "guard": order.guard or None,
            }
            for order in case.orders
        ],
        "gaps": [
            {
                "paper": masking.free_text(gap.paper, known),
                "due": iso(gap.due) or (None if gap.filled_at else AT_SITE),
                "filled_at": iso(gap.filled_at),
            }
            for gap in case.gaps
        ],
        "standing": standing(case, office),
        "clocks": [clock(deadline, known) for deadline in deadlines],
        "possible_duplicates": list(outcome.duplicates),
        "existing": outcome.existing,
        **({"differs": list(outcome.differs)} if outcome.existing else {}),
        **({"keys": dict(outcome.keys)} if outcome.keys else {}),
    }


def shown_deadlines(outcome: Outcome) -> list[Deadline]:
    """The deadlines without those of orders that were returned: such a unit has nothing to do any
    more.
    """
    back = [order for order in outcome.case.orders if order.state == "returned"]
    gone = {(order.unit, order.sent_at) for order in back}
    return [one for one in outcome.deadlines if (one.order, one.start) not in gone]


def standing(case: Case, office: Office) -> dict[str, Any]:
    """What stands beside the phase, with its values: level and the one proposed, group, papers,
    slips, meetings, proofs, time moved.
    """
    known = case.known
    return {
        "level": case.level or None,
        "proposed_level": proposed(case, office),
        "group": masking.free_text(case.group, known) or None,
        "papers": [masking.free_text(paper, known) for paper in case.papers],
        "waived": [masking.free_text(paper, known) for paper in case.waived],
        "slips": [slip(one) for one in case.slips],
        "meetings": list(case.meetings),
        "proofs": [
            {
                "item": masking.free_text(one.item, known),
                "unit": one.unit,
                "done_at": iso(one.done_at),
            }
            for one in case.proofs
        ],
        "pauses": [
            {
                "reason": one.reason,
                "at": iso(one.at),
                "until": iso(one.until),
                "resumed_at": iso(one.resumed_at),
            }
            for one in case.pauses
        ],
        "returns": [
            {
                "unit": one.unit.name,
                "asked_at": iso(one.asked_at),
                "suggest": one.suggest.name if one.suggest else None,
                "state": one.state,
                "decided_at": iso(one.decided_at),
            }
            for one in case.returns
        ],
        "extensions": [
            {
                "state": one.state,
                "days": one.days or None,
                "until": iso(one.until),
                "unit": one.unit.name if one.unit else None,
                "told": iso(one.told),
            }
            for one in case.extensions
        ],
        "excluded": list(case.excluded),
        "corrections": case.corrections,
    }


def slip(one: Slip) -> dict[str, Any]:
    """One slip of supervision as JSON."""
    return {
        "no": one.no, "kind": one.kind, "unit": one.unit.name, "at": iso(one.at), "due": iso(one.due), "colour": one.colour or None,
        "answered_at": iso(one.answered_at),
    }  # fmt: skip


def proposed(case: Case, office: Office) -> dict[str, str] | None:
    """The higher level that the pack's triggers propose, with the reason."""
    proposal = escalation.proposal(case, office.pack_of(case))
    if proposal is None:
        return None
    return {"level": proposal.level, "why": proposal.why}


def _order_due(order: Order, deadlines: Sequence[Deadline]) -> str | None:
    """The date set for an order, else that of its signing clock while it runs."""
    if order.due:
        return order.due.isoformat()
    wanted = ("sign", order.unit, order.round)
    signing = (one for one in deadlines if (one.name, one.order, one.round) == wanted)
    return next((iso(one.due) for one in signing if not one.met_at), None)


def clock(deadline: Deadline, known: masking.Known) -> dict[str, Any]:
    """One deadline as JSON; known: what the name of an owed paper may not repeat."""
    return {
        "name": deadline.name,
        "round": deadline.round,
        "order": masking.free_text(deadline.order, known) if deadline.order else None,
        "start": deadline.start.date().isoformat(),
        "limit": deadline.limit,
        "unit": deadline.unit,
        "due": iso(deadline.due),
        "state": deadline.state,
        "provisional": deadline.provisional,
        "years": list(deadline.years),
        "assumed": deadline.assumed,
        "met_at": iso(deadline.met_at),
    }
