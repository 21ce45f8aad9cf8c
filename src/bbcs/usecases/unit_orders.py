"""The orders of units: what the page that is handed to a unit is made of.

Cases are folded, so it costs more than a list of as many rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bbcs.domain.case import Case, Order
from bbcs.domain.clocks import Deadline
from bbcs.domain.fold import fold
from bbcs.domain.unit import UnitRef
from bbcs.record import Record
from bbcs.usecases.filters import with_known_unit
from bbcs.usecases.ledger import Filter, Ledger
from bbcs.usecases.office import READERS, Office, need


class UnitOrder(Record):
    """One order with its case: the stored row, the case as it stands, all its deadlines."""

    order: Order
    stored: Mapping[str, Any]
    case: Case
    deadlines: Sequence[Deadline]


class UnitOrders(Record):
    """Orders in the order of their cases; unit: the one that was asked for, None for all."""

    unit: UnitRef | None
    orders: Sequence[UnitOrder]


def find(ledger: Ledger, office: Office, wanted: Filter) -> UnitOrders:
    """The open orders of the cases that fit; with settled cases asked for, also those that are
    done.

    Raises NotPermitted, UnknownWord.
    """
    need(office, "查看", *READERS)
    wanted = with_known_unit(ledger, office, wanted)
    return UnitOrders(wanted.unit, list(_orders(ledger, office, wanted)))


def _orders(ledger: Ledger, office: Office, wanted: Filter) -> Iterator[UnitOrder]:
    """The orders of the current round; none of a unit that has returned all it was given of a case."""
    unit = wanted.unit
    for stored in ledger.find(wanted):
        case = fold(ledger.events(stored["case_no"]))
        deadlines = office.deadlines(case)
        kept = [order.ref for order in case.orders if order.state != "returned"]
        for order in case.orders:
            meant = (unit is None or order.of(unit)) and order.ref.among(kept)
            if meant and order.round == case.round and (order.open or not wanted.active):
                yield UnitOrder(order, stored, case, deadlines)
