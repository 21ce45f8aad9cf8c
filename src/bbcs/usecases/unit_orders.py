"""Finds what units still have to do, for the page that is handed to a unit.

Cases are folded, so it costs more than a list of as many rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from bbcs.calendar.dates import day_of
from bbcs.domain.case import Case
from bbcs.domain.clocks import RESOLUTION_DATE, SLIP_DATE
from bbcs.domain.deadline import Deadline
from bbcs.domain.deadline_status import RunningDeadline
from bbcs.domain.fold import fold
from bbcs.domain.order import Order, UnitRef
from bbcs.domain.station import Station
from bbcs.record import Record
from bbcs.usecases.filters import with_known_unit
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import READERS, Office, need

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

DATED = (SLIP_DATE.name, RESOLUTION_DATE.name)
"""Clocks of what a unit is asked for without an order, by a date."""


class UnitTask(Record):
    """What one unit has to do in a case: an order, or what a slip or a meeting asks of a unit
    without one.

    kind: that of the order, or the clock of the slip or resolution. number: that of the order, 0
    without one. since: when it was sent. asked: the date that was set, require: what was asked.
    state: of the order, "" without one. deadlines: those that the unit is asked to meet.
    """

    unit: UnitRef
    kind: str
    number: int
    since: datetime
    asked: date | None
    require: str
    state: str
    signed_at: datetime | None
    stored: Mapping[str, Any]
    case: Case
    deadlines: Sequence[RunningDeadline]


class UnitOrders(Record):
    """Tasks in the order of their cases; unit: the one that was asked for, None for all."""

    unit: UnitRef | None
    tasks: Sequence[UnitTask]


def find(ledger: Ledger, office: Office, wanted: Filter) -> UnitOrders:
    """The tasks of the cases that fit; with settled cases asked for, also orders that are done.

    Raises NotPermitted, UnknownWord.
    """
    need(office, "查看", *READERS)
    wanted = with_known_unit(ledger, office, wanted)
    return UnitOrders(wanted.unit, list(_tasks(ledger, office, wanted)))


def _tasks(ledger: Ledger, office: Office, wanted: Filter) -> Iterator[UnitTask]:
    """The orders of each case, then what is asked of units that have none of these."""
    for stored in _cases(ledger, wanted):
        case = fold(ledger.events(stored["case_no"]))
        station, deadlines = office.station_of(case), office.deadlines(case)
        ordered = list(_orders(case, stored, deadlines, station, settled=not wanted.active))
        units = [task.unit for task in ordered]
        asked = (
            task for task in _asked(case, stored, deadlines, station) if not task.unit.among(units)
        )
        for task in (*ordered, *asked):
            if wanted.unit is None or task.unit.same(wanted.unit):
                yield task


def _cases(ledger: Ledger, wanted: Filter) -> Iterator[Mapping[str, Any]]:
    """The cases that fit; for all units, after the active ones, those in which a slip still asks
    for an answer: of one unit they are among them.
    """
    active = ledger.find(wanted)
    yield from active
    if wanted.active and wanted.unit is None:
        known = {row["case_no"] for row in active}
        asked = ledger.find(wanted._replace(active=False, asked=True))
        yield from (row for row in asked if row["case_no"] not in known)


def _orders(
    case: Case,
    stored: Mapping[str, Any],
    deadlines: Sequence[Deadline],
    station: Station,
    *,
    settled: bool,
) -> Iterator[UnitTask]:
    """The orders of the current round; none of a unit that has returned all it was given of a case."""
    kept = [order.ref for order in case.orders if order.state != "returned"]
    running = [one for deadline in deadlines if (one := deadline.running)]
    for order in case.orders:
        if order.round == case.round and order.ref.among(kept) and (order.open or settled):
            yield UnitTask(
                order.ref,
                order.kind,
                order.number,
                order.sent_at,
                order.due,
                order.require,
                order.state,
                order.signed_at,
                stored,
                case,
                _of_order(order, running, station),
            )


def _of_order(
    order: Order, running: Sequence[RunningDeadline], station: Station
) -> list[RunningDeadline]:
    """The deadlines that a unit is asked for by an order: its own, the case's, and the dates that
    slips and meetings set for it."""
    return [
        one
        for one in running
        if one.own
        or one.order == order.number
        or (one.clock in DATED and order.of(station.ref(one.unit)))
    ]


def _asked(
    case: Case, stored: Mapping[str, Any], deadlines: Sequence[Deadline], station: Station
) -> Iterator[UnitTask]:
    """What slips and meetings still ask for by a date."""
    texts = {slip.no: slip.require for slip in case.slips}
    texts |= {point.no: point.text for point in case.resolutions}
    # a limit of the case that was met long ago does not stand for what is asked now
    stored = {**stored, "state": None}
    for deadline in deadlines:
        running = deadline.running
        if running and deadline.name in DATED:
            yield UnitTask(
                station.ref(running.unit),
                deadline.name,
                0,
                deadline.start,
                day_of(running.due),
                texts[deadline.no],
                "",
                None,
                stored,
                case,
                [running],
            )
