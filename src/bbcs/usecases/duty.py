"""Changing the duty roster: each change is one entry of the ledger, a rotation or a range too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bbcs.domain import duty
from bbcs.domain.event import Draft, Event
from bbcs.domain.station import Duty, Station
from bbcs.errors import BadValue
from bbcs.usecases.ledger import Ledger
from bbcs.usecases.office import Office, Transaction, need
from bbcs.usecases.stations import edit, key_of


def shift_of(text: str) -> str:
    """The shift for a key or its Chinese name; "" is the whole day."""
    return key_of("--shift", text, {"": "", **duty.HALVES})


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
    UnknownOperator.
    """
    ids = [office.station.operator(name).id for name in operators]
    if first == last and not rotate:
        return [Duty(first, ids[0], shift, note)]
    return duty.rotation(ids, office.calendar, first, last, shift, note)


def add(office: Office, transact: Transaction, new: Sequence[Duty]) -> None:
    """Put these duties on the roster of the station file, recorded. Raises BadValue as `put`."""
    edit(office, transact, lambda ledger, station: put(ledger, office, station, new))


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
        return take_off(ledger, office, station, gone)

    edit(office, transact, record)
    return gone


def put(ledger: Ledger, office: Office, station: Station, new: Sequence[Duty]) -> Station:
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
    _record(ledger, office, new, removed=False)
    return station._replace(
        duty=tuple(
            sorted((*station.duty, *new), key=lambda one: (one.day, one.shift, one.operator))
        )
    )


def take_off(ledger: Ledger, office: Office, station: Station, gone: Sequence[Duty]) -> Station:
    """The station without these duties, recorded; BadValue when there is none."""
    need(office, "改坐诊表", "admin")
    if not gone:
        raise BadValue("坐诊表里没有这样的班；bbcs station duty list 可以看")
    _record(ledger, office, gone, removed=True)
    return station._replace(duty=tuple(one for one in station.duty if one not in gone))


_SHIFTS = {"": "全天", **duty.HALVES}


def _record(ledger: Ledger, office: Office, duties: Sequence[Duty], *, removed: bool) -> Event:
    data: dict[str, Any] = {}
    if removed:
        data["removed"] = True
    if len(duties) == 1:
        (one,) = duties
        data |= {key: value for key, value in one._asdict().items() if value}
    else:
        data["rows"] = [[one.day.isoformat(), one.operator, one.shift, one.note] for one in duties]
    (event,) = ledger.append("", 0, [Draft("DutySet", office.stamp.now, data)], office.stamp)
    return event


def sitting(office: Office) -> str:
    """Names of those on duty today; "" when the roster does not cover today."""
    names = office.station.operator_names
    return duty.on(office.station.duty, office.stamp.now.date()).text(names)
