"""What the end of the handling, callbacks, reopening, closing and leaving out of rates change of a
case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bbcs.domain.case import (
    EXCLUDABLE,
    Callback,
    Case,
    Round,
)
from bbcs.domain.event import Event
from bbcs.domain.fold.handling import ended, in_round
from bbcs.domain.fold.steering import resumed


def _closing(case: Case, event: Event) -> dict[str, Any]:
    """What ends with the handling: its orders and its pause."""
    orders = tuple(ended(order, event) if order.open else order for order in case.orders)
    return {"orders": orders, "pauses": resumed(case, event).pauses}


def _resolved(case: Case, event: Event) -> Case:
    rounds = in_round(
        case,
        resolved_at=event.at,
        outcome=event.data.get("outcome", ""),  # an imported row may not tell
        counts_as=event.data.get("counts_as", ""),
        lot=int(event.digest or "0", 16) % 100,
    )
    return case._replace(
        phase="resolved",
        rounds=rounds,
        **_closing(case, event),
    )


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
        phase="accepted" if last.refused else "triaged",
        rounds=(*case.rounds, fresh),
        how_closed="",
        redo_unit=unit[1] if unit else "",
    )


def _closed(case: Case, event: Event) -> Case:
    return case._replace(phase="closed", how_closed=event.data.get("how") or "normal")


def _archived(case: Case, event: Event) -> Case:
    return case._replace(phase="archived")


def _corrected(case: Case, event: Event) -> Case:
    return case._replace(corrections=case.corrections + 1)


def _excluded(case: Case, event: Event) -> Case:
    return case._replace(excluded=_after(case.excluded, event))


def _gone(phase: str) -> Callable[[Case, Event], Case]:
    return lambda case, event: case._replace(phase=phase, **_closing(case, event))


ARMS: Mapping[str, Callable[[Case, Event], Case]] = {
    "Resolved": _resolved,
    "Withdrawn": _gone("withdrawn"),
    "TransferredOut": _gone("transferred_out"),
    "Voided": lambda case, event: _gone("voided")(case._replace(group=""), event),
    "CallbackTried": _callback_tried,
    "CalledBack": _called_back,
    "Reopened": _reopened,
    "Closed": _closed,
    "Archived": _archived,
    "Excluded": _excluded,
    "Included": _excluded,
    "Corrected": _corrected,
}
"""Event kind -> what it changes of the case."""


def _after(excluded: tuple[str, ...], event: Event) -> tuple[str, ...]:
    """The rates that a case is left out of after one more decision on it, in the order of EXCLUDABLE."""
    named = set(event.data.get("rate") or ())
    kept = {*excluded, *named} if event.kind == "Excluded" else {*excluded} - named
    return tuple(rate for rate in EXCLUDABLE if rate in kept)


def excluded(events: Iterable[Event]) -> tuple[str, ...]:
    """The rates that a case with these entries is left out of.

    events: those that count (`corrections.effective`), whenever they were written: an exclusion is
    decided after the figures of the period are known, and counts for the period of the case.
    """
    scopes: tuple[str, ...] = ()
    for event in events:
        if event.kind in ("Excluded", "Included"):
            scopes = _after(scopes, event)
    return scopes
