"""fold(entries) -> Case: what each kind of entry changes.

Corrections and undone entries are settled first (`corrections`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from bbcs.domain.case import (
    AT_SITE,
    IN_HAND,
    Callback,
    Case,
    Extension,
    Gap,
    Link,
    Mark,
    Order,
    Pause,
    Proof,
    Resolution,
    Round,
    Slip,
)
from bbcs.domain.corrections import REWRITING, effective, former, taken_back
from bbcs.domain.event import Event
from bbcs.domain.promise import noted
from bbcs.domain.unit import UnitRef


def fold(events: Iterable[Event]) -> Case:
    """The case that these entries tell, in order; the first is Registered."""
    every = list(events)
    kept = effective(every)
    entries = iter(kept)
    case = _registered(next(entries))
    marks = [*case.marks]  # no arm reads them, so they are put in once
    for event in entries:
        arm = _ARMS.get(event.kind)
        case = arm(case, event) if arm else case
        marks.append(_mark(event, case.round))
    return case._replace(
        version=every[-1].version,
        marks=tuple(marks),
        taken_back=taken_back(every),
        former=former(every, kept),
    )


def going_on(case: Case, before: list[Event], new: list[Event]) -> Case:
    """The case after new entries.

    Folded on, or afresh when one of them changes what an earlier one says.
    """
    if any(event.kind in REWRITING for event in new):
        return fold([*before, *new])
    for event in new:
        case = evolve(case, event)
    return case


def evolve(case: Case, event: Event) -> Case:
    """The case after one more entry that rewrites none before it."""
    arm = _ARMS.get(event.kind)
    changed = arm(case, event) if arm else case
    marks = (*changed.marks, _mark(event, changed.round))
    return changed._replace(version=event.version, marks=marks)


def _mark(event: Event, round_no: int) -> Mark:
    return Mark(
        event.kind, event.at, round_no, _detail(event), event.seq, event.version, event.actor, event.recorded_at, event.clock,
    )  # fmt: skip


def _detail(event: Event) -> str:
    """What a clock may ask for behind the kind: the stage, the kind of notice or step, how an order
    was sent, a bad grade.
    """
    fields = event.data
    if event.kind == "CalledBack":
        return "" if fields.get("satisfied") else "bad"
    if event.kind == "Assigned":
        return fields.get("how") or "direct"
    return fields.get("stage") or fields.get("kind") or ""


def _registered(event: Event) -> Case:
    return Case(
        no=event.case_no,
        received_at=event.at,
        registered=event.data,
        version=event.version,
        rounds=(Round(1, event.at),),
        marks=(_mark(event, 1),),
        track=event.data.get("track") or "normal",
    )


def _round(case: Case, **changes: Any) -> tuple[Round, ...]:
    return (*case.rounds[:-1], case.current._replace(**changes))


def _to(phase: str) -> Callable[[Case, Event], Case]:
    return lambda case, event: case._replace(phase=phase)


def _triaged(case: Case, event: Event) -> Case:
    fields = event.data
    due = fields.get("due") or case.current.set_due
    return case._replace(
        phase="triaged" if case.phase == "accepted" else case.phase,
        rounds=_round(
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


# -- orders --------------------------------------------------------------------------------------------------------


def _assigned(case: Case, event: Event) -> Case:
    fields = event.data
    wanted = [
        ("lead", fields.get("lead")),
        *(("assist", unit) for unit in fields.get("assist") or ()),
        ("relay", fields.get("relay")),
    ]
    # who helped and now leads has one order, not two
    orders = [
        _ended(one, event)
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
                )
            )
    phase = case.phase if case.phase == "handling" else "assigned"
    return case._replace(
        phase=phase,
        orders=tuple(orders),
        handler=fields.get("handler") or case.handler,
        redo_unit="",
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


def _ended(order: Order, event: Event, state: str = "done") -> Order:
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
        _ended(order, event, "returned") if order.number == back.number else order
        for order in case.orders
    )
    left = any(order.open for order in orders)
    phase = "triaged" if back.role == "lead" or not left else case.phase
    return case._replace(phase=phase, orders=orders, bounces=case.bounces + 1)


def _forwarded(case: Case, event: Event) -> Case:
    fields, old = event.data, _of_unit(case, event)
    orders = [
        _ended(order, event)._replace(passed=True) if order.number == old.number else order
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
        )
    )
    return case._replace(orders=tuple(orders), transfers=case.transfers + 1)


def _closing(case: Case, event: Event) -> dict[str, Any]:
    """What ends with the handling: its orders and its pause."""
    orders = tuple(_ended(order, event) if order.open else order for order in case.orders)
    return {"orders": orders, "pauses": _resumed(case, event).pauses}


# -- handling ------------------------------------------------------------------------------------------------------


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
    approved = bool(event.data.get("approver"))
    fresh = [
        Gap(paper, case.round, event.at, _day(day), approver=approved)
        for paper, day in event.data.get("owe") or ()
    ]
    return case._replace(gaps=(*case.gaps, *fresh))


def _day(text: str) -> date | None:
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
        case = case._replace(rules=(*case.rules, event.data.get("paper") or "（已删除）"))
        if (event.data.get("effective") or event.at.date()) > event.at.date():
            return case  # a rule of a later day waives nothing today
    return case._replace(exempted=(*case.exempted, event.data["paper"]))


# -- clocks, levels, supervision, groups ---------------------------------------------------------------------------


def _paused(case: Case, event: Event) -> Case:
    fields = event.data
    fresh = Pause(
        len(case.pauses) + 1,
        case.round,
        fields["reason"],
        event.at,
        tuple(fields.get("clock") or ()),
        fields.get("until"),
        seq=event.seq,
    )
    return case._replace(pauses=(*case.pauses, fresh))


def _resumed(case: Case, event: Event) -> Case:
    if not case.pause:
        return case
    return case._replace(pauses=(*case.pauses[:-1], case.pause._replace(resumed_at=event.at)))


def _asked(case: Case, event: Event) -> Case:
    fields = event.data
    unit = fields.get("unit")
    fresh = Extension(
        len(case.extensions) + 1, case.round, event.at, event.actor, fields.get("days") or 0, fields.get("until"),
        UnitRef.of(unit) if unit else None, fields.get("told"), asked_seq=event.seq,
    )  # fmt: skip
    return case._replace(extensions=(*case.extensions, fresh))


def _decided(case: Case, event: Event) -> Case:
    fields, asked = event.data, case.extensions[-1]
    span = {key: fields[key] for key in ("days", "until") if fields.get(key)}
    if span:
        span = {"days": 0, "until": None, **span}
    told = fields.get("told") or asked.told
    state = "granted" if fields.get("granted") else "rejected"
    last = asked._replace(**span, told=told, state=state, decided_at=event.at, seq=event.seq)
    return case._replace(extensions=(*case.extensions[:-1], last))


def _escalated(case: Case, event: Event) -> Case:
    return case._replace(level=event.data["level"])


def _convened(case: Case, event: Event) -> Case:
    meeting, others = event.data.get("meeting", ""), tuple(event.data.get("others") or ())
    resolved = (
        Resolution(
            f"{meeting}-{number}", text, unit, _day(day) if day else None, event.at, None, others
        )
        for number, (text, unit, day) in enumerate(event.data.get("resolution") or (), 1)
    )
    return case._replace(
        meetings=(*case.meetings, meeting), resolutions=(*case.resolutions, *resolved)
    )


def _carried_out(case: Case, event: Event) -> Case:
    done = event.data.get("carried")
    return case._replace(
        resolutions=tuple(
            one._replace(done_at=event.at) if one.no == done and not one.done_at else one
            for one in case.resolutions
        )
    )


def _supervised(case: Case, event: Event) -> Case:
    fields = event.data
    if fields.get("answer"):
        answered = {"answered_at": event.at}
        return case._replace(
            slips=tuple(
                slip._replace(**answered) if slip.no == fields["answer"] else slip
                for slip in case.slips
            )
        )
    fresh = Slip(
        fields["slip"],
        fields["kind"],
        UnitRef.of(fields["unit"]),
        event.at,
        fields.get("due"),
        fields.get("colour", ""),
    )
    return case._replace(slips=(*case.slips, fresh))


def _linked(case: Case, event: Event) -> Case:
    fields = event.data
    names = ("to", "theme", "item", "needs", "first")
    link = Link(fields["kind"], *(fields.get(name) or "" for name in names))
    return case._replace(links=(*case.links, link))


def _merged(case: Case, event: Event) -> Case:
    return case._replace(group=event.data.get("group", ""))


# -- the end -------------------------------------------------------------------------------------------------------


def _resolved(case: Case, event: Event) -> Case:
    rounds = _round(
        case,
        resolved_at=event.at,
        outcome=event.data.get("outcome", ""),  # an imported row may not tell
        counts_as=event.data.get("counts_as", ""),
        lot=int(event.digest or "0", 16) % 100,
    )
    return case._replace(
        phase="resolved",
        rounds=rounds,
        measures=event.data.get("measures", ""),
        **_closing(case, event),
    )


def _gone(phase: str) -> Callable[[Case, Event], Case]:
    return lambda case, event: case._replace(phase=phase, **_closing(case, event))


def _callback_tried(case: Case, event: Event) -> Case:
    return case._replace(
        callbacks=(*case.callbacks, Callback(len(case.callbacks) + 1, case.round, event.at, False))
    )


def _called_back(case: Case, event: Event) -> Case:
    fields = event.data
    call = Callback(
        len(case.callbacks) + 1,
        case.round,
        event.at,
        True,
        fields.get("solved", ""),  # an imported row may not tell
        fields.get("satisfaction", 0),
        bool(fields.get("satisfied")),
    )
    # an imported row may tell of a call before the settlement; the case is still in hand then
    phase = "called_back" if case.phase in ("resolved", "called_back") else case.phase
    return case._replace(phase=phase, callbacks=(*case.callbacks, call))


def _reopened(case: Case, event: Event) -> Case:
    last = case.current
    fresh = Round(case.round + 1, event.at, last.difficulty, last.cause)
    unit = event.data.get("unit")
    return case._replace(
        phase="triaged",
        rounds=(*case.rounds, fresh),
        how_closed="",
        archive_no="",
        redo_unit=unit[1] if unit else "",
    )


def _closed(case: Case, event: Event) -> Case:
    return case._replace(phase="closed", how_closed=event.data.get("how") or "normal")


def _archived(case: Case, event: Event) -> Case:
    return case._replace(phase="archived", archive_no=event.data.get("no", ""))


def _corrected(case: Case, event: Event) -> Case:
    return case._replace(corrections=case.corrections + 1)


_ARMS: Mapping[str, Callable[[Case, Event], Case]] = {
    "Issued": Case.numbered,
    "Accepted": _to("accepted"),
    "Refused": _to("refused"),
    "Triaged": _triaged,
    "Assigned": _assigned,
    "Signed": _signed,
    "Returned": _returned,
    "Forwarded": _forwarded,
    "Stepped": _stepped,
    "Notified": _notified,
    "AcceptedWithGaps": _owing,
    "GapFilled": _filled,
    "Exempted": _exempted,
    "Paused": _paused,
    "Resumed": _resumed,
    "ExtensionAsked": _asked,
    "ExtensionDecided": _decided,
    "Escalated": _escalated,
    "Convened": _convened,
    "ResolutionCarriedOut": _carried_out,
    "Supervised": _supervised,
    "Noted": noted,
    "Promised": noted,
    "Merged": _merged,
    "Linked": _linked,
    "Unmerged": lambda case, event: case._replace(group=""),
    "Resolved": _resolved,
    "Withdrawn": _gone("withdrawn"),
    "TransferredOut": _gone("transferred_out"),
    "Voided": _gone("voided"),
    "CallbackTried": _callback_tried,
    "CalledBack": _called_back,
    "Reopened": _reopened,
    "Closed": _closed,
    "Archived": _archived,
    "Corrected": _corrected,
}
"""Event kind -> what it changes; FedBack, Improved and Attached only leave their mark."""
