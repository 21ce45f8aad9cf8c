"""Case: the fold of its entries. One table says which acts may follow in which phase; nothing else decides that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from bbcs.domain.event import Event
from bbcs.record import Record

PHASES: Mapping[str, str] = {
    "registered": "已登记",
    "accepted": "已受理",
    "triaged": "已研判",
    "assigned": "已交办",
    "handling": "办理中",
    "resolved": "已办结",
    "called_back": "已回访",
    "closed": "已结案",
    "archived": "已归档",
    "refused": "不予受理",
    "withdrawn": "已撤回",
    "transferred_out": "已转出",
}
"""Phase -> what people read. Exactly these twelve; a pack may neither add nor reorder them."""

_ANY = ("feedback", "notify", "note")

LIFE: Mapping[str, tuple[str, ...]] = {
    "registered": ("accept", "refuse", "notify", "note"),
    "accepted": ("triage", "assign", "step", "resolve", *_ANY),
    "triaged": ("triage", "assign", "step", "resolve", *_ANY),
    "assigned": ("triage", "assign", "sign", "step", "resolve", *_ANY),
    "handling": ("triage", "assign", "sign", "step", "resolve", *_ANY),
    "resolved": ("callback", "close", "reopen", "step", *_ANY),
    "called_back": ("close", "reopen", "callback", "step", *_ANY),
    "closed": ("archive", "reopen", "note"),
    "archived": ("reopen", "note"),
    "refused": ("notify", "note"),
    "withdrawn": ("notify", "note"),
    "transferred_out": ("notify", "note"),
}
"""Phase -> the acts that may follow, the usual next ones first (formats.md §6.3)."""

IN_HAND = frozenset({"registered", "accepted", "triaged", "assigned", "handling"})
"""Phases before 办结: what the monthly identity carries over."""

ACTIVE = IN_HAND | {"resolved"}
"""Phases in which somebody still has to do something."""


class Mark(Record):
    """That an event of this kind happened: what clocks start and stop at. `detail` is the stage or kind, where one matters.

    seq: its number in the chain; it tells which calendar was in force when a clock stopped.
    """

    kind: str
    at: datetime
    round: int
    detail: str = ""
    seq: int = 0


class Order(Record):
    """One order to one unit; role lead | assist | relay, state sent | signed | returned | done."""

    number: int
    round: int
    unit: str
    code: str
    role: str
    how: str
    sent_at: datetime
    due: date | None = None
    state: str = "sent"
    signed_at: datetime | None = None
    ended_seq: int = 0


class Callback(Record):
    """One call to the person: an attempt, or a valid callback with what was said."""

    number: int
    round: int
    at: datetime
    reached: bool
    solved: str = ""
    grade: int = 0
    satisfied: bool = False


class Round(Record):
    """One pass through the handling: from intake, or from a reopening. Figures of a past round are never overwritten."""

    number: int
    started_at: datetime
    difficulty: str = ""
    cause: tuple[str, ...] = ()
    set_due: date | None = None
    resolved_at: datetime | None = None
    outcome: str = ""
    counts_as: str = ""


class Case(Record):
    """A case as its entries tell it. Text fields are unmasked; "" and () where nothing was said."""

    no: str
    received_at: datetime
    registered: Mapping[str, Any]
    phase: str = "registered"
    version: int = 1
    rounds: tuple[Round, ...] = ()
    marks: tuple[Mark, ...] = ()
    orders: tuple[Order, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    level: str = ""
    track: str = "normal"
    fast: bool = False
    handler: str = ""
    opinion: str = ""
    measures: str = ""
    how_closed: str = ""
    archive_no: str = ""
    notices: int = 0

    @property
    def round(self) -> int:
        """Number of the current round, from 1."""
        return len(self.rounds)

    @property
    def current(self) -> Round:
        """The current round."""
        return self.rounds[-1]

    @property
    def items(self) -> tuple[str, ...]:
        """Service items; the matter itself when none were named."""
        return tuple(self.registered.get("items") or (self.registered.get("matter") or "（已删除）",))

    @property
    def lead_unit(self) -> str:
        """Name of the unit that leads or led the handling, "" while the window has it."""
        return next((order.unit for order in reversed(self.orders) if order.role == "lead"), "")

    @property
    def assisting_units(self) -> tuple[str, ...]:
        """Names of the assisting and relay units, each once."""
        return tuple(dict.fromkeys(order.unit for order in self.orders if order.role != "lead"))

    @property
    def unsigned(self) -> tuple[Order, ...]:
        """Orders sent and not yet signed for."""
        return tuple(order for order in self.orders if order.state == "sent")

    @property
    def open_orders(self) -> tuple[Order, ...]:
        """Orders of the current round that are neither done nor returned."""
        return tuple(order for order in self.orders if order.state in ("sent", "signed"))

    @property
    def last_callback(self) -> Callback | None:
        """The last valid callback of the current round."""
        return next((call for call in reversed(self.callbacks) if call.reached and call.round == self.round), None)

    @property
    def solved(self) -> str | None:
        """Whether the matter was solved, yes | partly | no: as the person said when called back, else as the outcome counts."""
        if self.last_callback:
            return self.last_callback.solved
        return {"solved": "yes", "partly": "partly", "explained": "no"}.get(self.current.counts_as)

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags beside the phase."""
        return tuple(name for name, on in (("fast_lane", self.fast), ("conduct", self.track == "conduct")) if on)

    def happened(self, kind: str, detail: str = "") -> bool:
        """Whether such an event stands in the current round."""
        return any(mark.kind == kind and mark.round == self.round and detail in ("", mark.detail) for mark in self.marks)


def fold(events: Iterable[Event]) -> Case:
    """The case that these entries tell, in order; the first is Registered."""
    entries = iter(events)
    case = _registered(next(entries))
    for event in entries:
        case = evolve(case, event)
    return case


def evolve(case: Case, event: Event) -> Case:
    """The case after one more entry."""
    arm = _ARMS.get(event.kind)
    changed = arm(case, event) if arm else case
    mark = Mark(event.kind, event.at, changed.round, event.data.get("stage") or event.data.get("kind") or "", event.seq)
    return changed._replace(version=event.version, marks=(*changed.marks, mark))


def _registered(event: Event) -> Case:
    return Case(
        no=event.case_no,
        received_at=event.at,
        registered=event.data,
        version=event.version,
        rounds=(Round(1, event.at),),
        marks=(Mark("Registered", event.at, 1, "", event.seq),),
        track=event.data.get("track") or "normal",
    )


def _round(case: Case, **changes: Any) -> tuple[Round, ...]:
    return (*case.rounds[:-1], case.current._replace(**changes))


def _to(phase: str) -> Callable[[Case, Event], Case]:
    return lambda case, event: case._replace(phase=phase)


def _triaged(case: Case, event: Event) -> Case:
    said = event.data
    due = said.get("due") or case.current.set_due
    return case._replace(
        phase="triaged" if case.phase == "accepted" else case.phase,
        rounds=_round(case, difficulty=said["difficulty"], cause=tuple(said.get("cause") or ()), set_due=due),
        level=said.get("level") or case.level,
        track=said.get("track") or case.track,
        fast=said.get("fast") or case.fast,
        opinion=said.get("opinion") or case.opinion,
    )


def _assigned(case: Case, event: Event) -> Case:
    said = event.data
    wanted = [("lead", said.get("lead")), *(("assist", unit) for unit in said.get("assist") or ()), ("relay", said.get("relay"))]
    orders = list(case.orders)
    for role, unit in wanted:
        if unit:
            how = said.get("how") or "direct"
            orders.append(Order(len(orders) + 1, case.round, unit[1], unit[0], role, how, event.at, said.get("due")))
    phase = case.phase if case.phase == "handling" else "assigned"
    return case._replace(phase=phase, orders=tuple(orders), handler=said.get("handler") or case.handler)


def _signed(case: Case, event: Event) -> Case:
    unit = event.data.get("unit")
    name = unit[1] if unit else case.unsigned[0].unit
    signed = {"state": "signed", "signed_at": event.at, "ended_seq": event.seq}
    orders = tuple(order._replace(**signed) if (order.state, order.unit) == ("sent", name) else order for order in case.orders)
    return case._replace(phase="handling", orders=orders)


def _stepped(case: Case, event: Event) -> Case:
    return case._replace(phase="handling") if case.phase in IN_HAND else case


def _notified(case: Case, event: Event) -> Case:
    return case._replace(notices=case.notices + 1)


def _resolved(case: Case, event: Event) -> Case:
    said = event.data
    orders = tuple(_ended(order, event) if order.state in ("sent", "signed") else order for order in case.orders)
    rounds = _round(case, resolved_at=event.at, outcome=said["outcome"], counts_as=said.get("counts_as", ""))
    return case._replace(phase="resolved", orders=orders, rounds=rounds, measures=said.get("measures", ""))


def _ended(order: Order, event: Event) -> Order:
    """An order that the settlement ends; one that was signed for keeps the entry of its signing."""
    return order._replace(state="done", ended_seq=order.ended_seq or event.seq)


def _callback_tried(case: Case, event: Event) -> Case:
    return case._replace(callbacks=(*case.callbacks, Callback(len(case.callbacks) + 1, case.round, event.at, False)))


def _called_back(case: Case, event: Event) -> Case:
    said = event.data
    call = Callback(
        len(case.callbacks) + 1, case.round, event.at, True, said["solved"], said.get("satisfaction", 0), bool(said.get("satisfied"))
    )
    return case._replace(phase="called_back", callbacks=(*case.callbacks, call))


def _reopened(case: Case, event: Event) -> Case:
    last = case.current
    fresh = Round(case.round + 1, event.at, last.difficulty, last.cause)
    return case._replace(phase="triaged", rounds=(*case.rounds, fresh), how_closed="", archive_no="")


def _closed(case: Case, event: Event) -> Case:
    return case._replace(phase="closed", how_closed=event.data.get("how") or "normal")


def _archived(case: Case, event: Event) -> Case:
    return case._replace(phase="archived", archive_no=event.data.get("no", ""))


_ARMS: Mapping[str, Callable[[Case, Event], Case]] = {
    "Accepted": _to("accepted"),
    "Refused": _to("refused"),
    "Triaged": _triaged,
    "Assigned": _assigned,
    "Signed": _signed,
    "Stepped": _stepped,
    "Notified": _notified,
    "Resolved": _resolved,
    "CallbackTried": _callback_tried,
    "CalledBack": _called_back,
    "Reopened": _reopened,
    "Closed": _closed,
    "Archived": _archived,
}
"""Event kind -> what it changes. FedBack and Noted change nothing but leave their mark."""
