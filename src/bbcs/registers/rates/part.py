"""Part: one thing of the denominator of a rate. Pure."""

from __future__ import annotations

from bbcs.domain.event import Event
from bbcs.domain.order import UnitRef
from bbcs.record import Record
from bbcs.registers.entry import RegisterEntry


class Part(Record):
    """One thing of a denominator: whether it is in the numerator too, and whether it is still
    open.

    bent: it is in the numerator by bent entries (`bbcs.domain.bent`). unit: whom it counts for,
    None = the unit that leads the case.
    """

    case_no: str
    hit: bool
    open: bool = False
    bent: bool = False
    unit: UnitRef | None = None


def reworded(entry: RegisterEntry, call: Event) -> bool:
    """Whether the answers of a callback were corrected."""
    return call.version in entry.bending.answers
