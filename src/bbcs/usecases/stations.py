"""Changing the rosters of a station.

Each change is one entry of the ledger; what somebody changed in the station file by hand becomes
one before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from bbcs.config import station_file
from bbcs.domain.event import Draft, Event
from bbcs.domain.order import LEVELS, level_key
from bbcs.domain.station import Operator, Station, Unit, refuse_controls
from bbcs.errors import SEPARATORS, BadValue, UnknownUnit, UnknownWord, chinese_first
from bbcs.record import Record
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office, Transaction, need
from bbcs.usecases.rosters import CHANGED, HandEdits, absorb, roster_fields

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class RosterChange(Record):
    """One change of a roster: its kind, code and name.

    For a unit its old name and the open cases that bear it.
    """

    what: str
    code: str
    name: str
    old_name: str = ""
    new_name: str = ""
    open_cases: int = 0


class OperatorChange(Record):
    """What became of an operator; after: None when they were taken off the roster."""

    what: str
    before: Operator
    after: Operator | None


def key_of(what: str, text: str, known: Mapping[str, str]) -> str:
    """The key for a key or its Chinese name. Raises UnknownWord, which names the option `what`."""
    for key, name in known.items():
        if text in (key, name):
            return key
    raise UnknownWord(what, text, [chinese_first(*pair) for pair in known.items() if pair[0]])


def level_of(what: str, text: str) -> str:
    """The level of a unit for its key or any of its words; "" for none.

    Raises UnknownWord, which names the option `what`.
    """
    key = level_key(text) if text else ""
    if key is None:
        raise UnknownWord(what, text, [chinese_first(*pair) for pair in LEVELS.items()])
    return key


# -- changes ---------------------------------------------------------------------------------------


def edit(office: Office, transact: Transaction, record: Callable[[Any, Station], Station]) -> None:
    """Change the station file inside the transaction that records the change: both or neither.

    record: writes the entry for a station and returns the changed station. The file is read under
    the lock (somebody else may have changed it meanwhile) and put back when the commit fails. A
    crash between the two leaves a file that is ahead of the ledger, as after an edit by hand:
    whole, and in use.
    """
    before: Station | None = None
    after: Station | None = None

    def both(ledger: Any) -> None:
        nonlocal before, after
        now = station_file.read(office.home)
        if before is None or now != after:  # else ours, of an attempt whose commit failed
            before = now
        absorb(ledger, before, office.stamp)
        after = record(ledger, before)._replace(ledger=before.ledger or ledger.mark())
        station_file.write(office.home, after)

    try:
        transact(both)
    except BaseException:
        if before and after and station_file.read(office.home) == after:
            station_file.write(office.home, before)
        raise


def sync(office: Office, transact: Transaction) -> HandEdits:
    """Record what was changed in the station file by hand; returns it."""
    need(office, "改站点名册", "admin")

    def record(ledger: Any) -> HandEdits:
        return absorb(ledger, station_file.read(office.home), office.stamp)

    return transact(record)


def add_unit(office: Office, transact: Transaction, unit: Unit) -> RosterChange:
    """Adds a unit to the roster.

    Raises BadValue for a name that contains several or that another unit has.
    """
    _single(unit.name, *unit.aliases)

    def added(station: Station) -> Station:
        return station._replace(units=(*station.units, unit))

    return _add(office, transact, RosterChange("unit", unit.code or unit.name, unit.name), added)


def add_operator(office: Office, transact: Transaction, operator: Operator) -> RosterChange:
    """Add an operator to the roster. Raises BadValue when the id is taken."""

    def added(station: Station) -> Station:
        return station._replace(operators=(*station.operators, operator))

    return _add(office, transact, RosterChange("operator", operator.id, ""), added)


def remove_operator(office: Office, transact: Transaction, who: str) -> OperatorChange:
    """Take an operator off the roster; what they entered stays theirs.

    Raises UnknownOperator, and BadValue for the last administrator and for one who is on duty.
    """
    return _change_operator(office, transact, "operator_removed", who, lambda one: None)


def rename_operator(office: Office, transact: Transaction, who: str, name: str) -> OperatorChange:
    """Give an operator another name; the id, by which entries know them, stays.

    Raises UnknownOperator, BadValue for an empty name.
    """
    if not name.strip():
        raise BadValue("操作员的姓名不能是空的")
    return _change_operator(
        office, transact, "operator_renamed", who, lambda one: one._replace(name=name.strip())
    )


def grant_roles(
    office: Office, transact: Transaction, who: str, roles: Sequence[str]
) -> OperatorChange:
    """Give an operator these roles instead of those they had.

    Raises UnknownOperator, and BadValue where the last administrator would lose that role.
    """
    return _change_operator(
        office, transact, "operator_roles", who, lambda one: one._replace(roles=tuple(roles))
    )


def _change_operator(
    office: Office,
    transact: Transaction,
    what: str,
    who: str,
    change: Callable[[Operator], Operator | None],
) -> OperatorChange:
    """Change one operator and record it; None takes them off the roster."""
    done: list[OperatorChange] = []

    def record(ledger: Any, station: Station) -> Station:
        """Append the entry and return the changed station; BadValue for the last administrator."""
        before = station.operator(who)
        after = change(before)
        kept = [after if one == before else one for one in station.operators]
        changed_station = station._replace(operators=tuple(one for one in kept if one))
        if not any("admin" in one.roles for one in changed_station.operators):
            raise BadValue(f"{before.id} 是唯一的管理员；请先让别人当管理员，再改")
        if after is None:
            _refuse_on_duty(station, before, office.stamp.now.date())
        roles = "、".join(after.roles) if after and what == "operator_roles" else ""
        was = "" if what == "operator_roles" else before.name
        _changed(ledger, office, what, before.id, roles, changed_station, was)
        done[:] = [OperatorChange(what, before, after)]
        return changed_station

    edit(office, transact, record)
    return done[0]


def _refuse_on_duty(station: Station, who: Operator, today: date) -> None:
    """BadValue for an operator who is on the duty roster from today on."""
    days = sorted(one.day for one in station.duty if one.operator == who.id and one.day >= today)
    if days:
        raise BadValue(
            f"{who.id} 还排着 {len(days)} 天坐诊，没有撤下；"
            f"请先 bbcs station duty remove {days[0]}..{days[-1]} {who.id}"
        )


def _add(
    office: Office, transact: Transaction, change: RosterChange, added: Callable[[Station], Station]
) -> RosterChange:
    def record(ledger: Any, station: Station) -> Station:
        after = added(station)
        _changed(ledger, office, change.what, change.code, change.name, after)
        return after

    edit(office, transact, record)
    return change


def remove_unit(office: Office, transact: Transaction, text: str) -> RosterChange:
    """Take a unit off the roster; cases keep its name. Raises UnknownUnit."""

    def removed(station: Station, gone: Unit) -> Station:
        return station._replace(units=tuple(one for one in station.units if one != gone))

    return _change_unit(office, transact, "unit_removed", text, "", removed)


def rename_unit(office: Office, transact: Transaction, text: str, name: str) -> RosterChange:
    """Give a unit a new name; cases keep the old one. Raises UnknownUnit, BadValue for the name."""
    new = name.strip()
    _single(new)
    if not new:
        raise BadValue("单位的新名称不能是空的")

    def renamed(station: Station, unit: Unit) -> Station:
        units = [*station.units]
        units[units.index(unit)] = unit.renamed(new)
        return station._replace(units=tuple(units))

    return _change_unit(office, transact, "unit_renamed", text, new, renamed)


def _change_unit(
    office: Office,
    transact: Transaction,
    what: str,
    text: str,
    new: str,
    change: Callable[[Station, Unit], Station],
) -> RosterChange:
    """Change one unit, record it, and count the open cases that bear its old name."""
    done: list[RosterChange] = []

    def record(ledger: Any, station: Station) -> Station:
        unit = _listed(station, text)
        after, code, name = change(station, unit), unit.code or unit.name, new or unit.name
        _changed(ledger, office, what, code, name, after)
        count = ledger.tally(Filter(office.stamp.now, unit=unit.ref))
        done[:] = [RosterChange(what, code, name, unit.name, new, count)]
        return after

    edit(office, transact, record)
    return done[0]


def _single(*names: str) -> None:
    """BadValue for a name that would be read as several."""
    if any(sign in name for name in names for sign in SEPARATORS):
        raise BadValue(
            "单位名称和简称里不能有顿号、逗号、分号、竖线、斜线；"
            "几个单位请一个一个加，几个简称写几次 --alias"
        )


def _listed(station: Station, text: str) -> Unit:
    """The unit of the roster that is meant; UnknownUnit for any other."""
    unit = station.unit(text)
    if unit not in station.units:
        raise UnknownUnit(text, [])
    return unit


def _changed(
    ledger: Ledger,
    office: Office,
    what: str,
    code: str,
    name: str,
    after: Station,
    was: str = "",
) -> Event:
    """Records that the station file becomes `after`. was: the name that an operator had until now.

    Raises BadValue when two units would have one name, and for a text that cannot be stored.
    """
    need(office, "改站点名册", "admin")
    refuse_controls(after)
    _refuse_twice("单位", _unit_names(after))
    _refuse_twice("操作员", [one.id for one in after.operators])
    data = {"what": what, "code": code, **roster_fields(after)}
    if name:
        data["name"] = name
    if was:
        data["was"] = was
    (event,) = ledger.append("", 0, [Draft(CHANGED, office.stamp.now, data)], office.stamp)
    return event


def _refuse_twice(kind: str, names: Sequence[str]) -> None:
    for number, name in enumerate(names):
        if name and name in names[:number]:
            raise BadValue(f"{kind}“{name}”在名册里已经有了；请换一个名称或代号")


def _unit_names(station: Station) -> list[str]:
    return [
        word
        for unit in station.units
        for word in dict.fromkeys((unit.code, unit.name, *unit.aliases))
    ]
