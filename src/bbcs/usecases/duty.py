"""Changing the duty roster: each change is one entry of the ledger, a rotation or a range too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from bbcs.domain import duty
from bbcs.domain.acts import HALVES
from bbcs.domain.station import Duty, Station
from bbcs.errors import BadValue
from bbcs.usecases.office import Office, Transaction, need
from bbcs.usecases.rosters import record_duties
from bbcs.usecases.stations import edit, key_of

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


def shift_of(text: str) -> str:
    """The shift for a key or its Chinese name; "" is the whole day."""
    return key_of("--shift", text, {"": "", **HALVES})


def planned(
    office: Office,
    first: date,
    last: date,
    operators: Sequence[str],
    *,
    rotate: bool = False,
    shift: str = "",
    note: str = "",
) -> list[Duty]:
    """The duties of these days: one operator, or several that take turns, one working day each.

    In a range only working days count; a single day without rotation is taken as it is. Raises
    UnknownOperator, BadValue where nobody is named.
    """
    ids = [office.station.operator(name).id for name in operators]
    if not ids:
        raise BadValue("operators 至少写一个操作员")
    if first == last and not rotate:
        return [Duty(first, ids[0], shift, note)]
    return duty.rotation(ids, office.calendar, first, last, shift, note)


def add(office: Office, transact: Transaction, new: Sequence[Duty]) -> None:
    """Put these duties on the roster of the station file, recorded. Raises BadValue as `_put`."""
    edit(office, transact, lambda ledger, station: _put(ledger, office, station, new))


def remove(
    office: Office, transact: Transaction, first: date, last: date, who: str = "", shift: str = ""
) -> list[Duty]:
    """Take the duties of these days off the roster, recorded.

    Of one operator id or one shift where one is named.

    Returns what was removed. Raises BadValue when there is no such duty.
    """
    gone: list[Duty] = []

    def fits(one: Duty) -> bool:
        return first <= one.day <= last and who in ("", one.operator) and shift in ("", one.shift)

    def record(ledger: Ledger, station: Station) -> Station:
        gone[:] = [one for one in station.duty if fits(one)]
        return _take_off(ledger, office, station, gone)

    edit(office, transact, record)
    return gone


def _put(ledger: Ledger, office: Office, station: Station, new: Sequence[Duty]) -> Station:
    """The station with these duties added, and the change recorded.

    Raises BadValue for somebody who is on duty then already, and when no day is left.
    """
    need(office, "改坐诊表", "admin")
    if not new:
        raise BadValue("这段日期里没有工作日，没有排")
    for number, one in enumerate(new):
        taken = duty.clash([*station.duty, *new[:number]], one)
        if taken:
            raise BadValue(
                f"{taken.day} 已排了 {taken.operator}（{_SHIFTS[taken.shift]}），没有改；"
                "先 bbcs station duty remove 撤下"
            )
    record_duties(ledger, new, office.stamp, removed=False)
    return station._replace(
        duty=tuple(
            sorted((*station.duty, *new), key=lambda one: (one.day, one.shift, one.operator))
        )
    )


def _take_off(ledger: Ledger, office: Office, station: Station, gone: Sequence[Duty]) -> Station:
    """The station without these duties, recorded; BadValue when there is none."""
    need(office, "改坐诊表", "admin")
    if not gone:
        raise BadValue("坐诊表里没有这样的班；bbcs station duty list 可以看")
    record_duties(ledger, gone, office.stamp, removed=True)
    return station._replace(duty=tuple(one for one in station.duty if one not in gone))


_SHIFTS = {"": "全天", **HALVES}


def sitting(office: Office) -> str:
    """Names of those on duty today; "" when the roster does not cover today."""
    names = office.station.operator_names
    return duty.on(office.station.duty, office.stamp.now.date()).text(names)
