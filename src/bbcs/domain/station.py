"""Station: the office as values: who it is, whom it hands cases to, who works there.

Read from TOML by `bbcs.config.station_file`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from bbcs.domain.acts import HALVES
from bbcs.domain.order import LEVELS as LEVELS_OF_UNITS, UnitRef
from bbcs.errors import (
    ROLE_NAMES,
    SEPARATORS,
    BadValue,
    UnknownOperator,
    UnknownUnit,
    chinese_first,
    nearest,
)
from bbcs.record import Record

ROLES = tuple(ROLE_NAMES)

ISSUERS = ("supervisor", "leader")
"""Roles that issue slips of supervision; a clerk records a unit's answer only."""
LEVELS = ("", *LEVELS_OF_UNITS)
SHIFTS = ("", *HALVES)

_ENDINGS = (*"局委办厅处科室所院站队部会镇乡", "中心", "街道", "政府", "公司")
"""Endings of unit names.

Where no unit is listed, only they tell two units from one with a comma in its name.
"""


def split_units(text: str) -> list[str]:
    """The names in a text that may hold several."""
    for sign in SEPARATORS:
        text = text.replace(sign, "\n")
    return [part.strip() for part in text.split("\n") if part.strip()]


class Unit(Record):
    """A line of the roster: a unit that takes orders. `code` is "" for one that the station does
    not list.

    former: names that it bore before it was renamed; people and old entries still use them. What an
    order or an act refers to is a `UnitRef`: code and name of its day, also of a unit that has left
    the roster.
    """

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    rep: str = ""
    phone: str = ""
    level: str = ""
    former: tuple[str, ...] = ()

    @property
    def ref(self) -> UnitRef:
        """The unit as an entry of today names it."""
        return UnitRef(self.code, self.name)

    def renamed(self, name: str) -> Unit:
        """The unit under a new name.

        Without a code nothing ties its old orders to it, so its old name is not kept.
        """
        if not self.code:
            return self._replace(name=name)
        before = (*self.former, self.name)
        former = tuple(one for one in dict.fromkeys(before) if one not in (name, *self.aliases))
        return self._replace(name=name, former=former)


class Operator(Record):
    """A person who may act.

    os_user: the account of this machine that they use.
    """

    id: str
    name: str
    roles: tuple[str, ...] = ()
    os_user: str = ""


class Duty(Record):
    """Who sits at the window on a day (轮流坐诊); shift "" = the whole day, "am", "pm"."""

    day: date
    operator: str
    shift: str = ""
    note: str = ""


def refuse_controls(value: object) -> None:
    """BadValue for a station with a name, or any other text, that holds a control character or half
    of one.
    """
    if isinstance(value, str):
        if any(
            ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000
            for char in value
        ):
            raise BadValue("名称里有控制字符或残缺字符，不能保存；请删去后重写")
    elif isinstance(value, tuple):
        for one in value:
            refuse_controls(one)


def is_database(store: str) -> bool:
    """Whether `store` of a station file names a database, and not the file of the home."""
    return store.startswith(("postgresql://", "postgres://"))


class Station(Record):
    """One office.

    `address` and `phone` stand on the slips it hands out. `pack` and `edition` name its rules,
    `parent` the code of the office above, `store` where the ledger is if not here. `ledger` is the
    mark of the ledger that the file belongs to; "" in a home that was made before there was one.
    """

    code: str
    name: str
    level: str = ""
    parent: str = ""
    region: str = ""
    pack: str = "default"
    edition: str = ""
    store: str = ""
    ledger: str = ""
    address: str = ""
    phone: str = ""
    units: tuple[Unit, ...] = ()
    operators: tuple[Operator, ...] = ()
    duty: tuple[Duty, ...] = ()

    @property
    def operator_names(self) -> Mapping[str, str]:
        """Operator id -> name."""
        return {one.id: one.name for one in self.operators}

    def unit(self, text: str, allow_new: bool = False) -> Unit:
        """The unit called `text` by code, name or alias; without a list any name is taken."""
        unit = self._listed(text)
        if unit:
            return unit
        if self._several(text):
            raise BadValue("一次写一个单位；协办几个就写几次：--assist 甲 --assist 乙")
        if self.units and not allow_new:
            raise UnknownUnit(
                text,
                [unit.name for unit in self.units],
                [word for unit in self.units for word in (unit.name, *unit.aliases)],
            )
        return Unit("", text)

    def ref(self, text: str) -> UnitRef:
        """The unit that a stored or typed name means, listed or not; nothing is refused."""
        unit = self._listed(text)
        return unit.ref if unit else UnitRef("", text)

    def level_of(self, unit: UnitRef) -> str:
        """The level of a unit; one whose line says none stands at the level of the station."""
        listed = self._listed(unit.code) or self._listed(unit.name)
        return (listed.level if listed else "") or self.level

    def names_of(self, text: str) -> tuple[str, ...]:
        """Every name that the unit called `text` goes or went by, `text` among them."""
        unit = self._listed(text)
        if unit is None:
            return (text,)
        return tuple(dict.fromkeys((text, unit.name, *unit.aliases, *unit.former)))

    def holders(self, roles: Iterable[str]) -> list[str]:
        """The names of the operators who have one of these roles."""
        wanted = set(roles)
        return [one.name for one in self.operators if not wanted.isdisjoint(one.roles)]

    def knowing(self, units: Iterable[UnitRef]) -> Station:
        """The same office with the units that hold an order of the case, listed or not.

        They are known by the order's name too.
        """
        station = self
        for unit in units:
            if station.units and not station._listed(unit.name):
                station = station._with(unit)
        return station

    def _with(self, unit: UnitRef) -> Station:
        """The same office with one more name.

        Of a listed unit under another name, else of a unit of its own.
        """
        listed = self._listed(unit.code)
        if listed is None:
            return self._replace(units=(*self.units, Unit(unit.code, unit.name)))
        known = listed._replace(former=(*listed.former, unit.name))
        return self._replace(units=tuple(known if one is listed else one for one in self.units))

    def _listed(self, text: str) -> Unit | None:
        """The unit of the roster called `text` today; else the one that was called so."""
        if not text:
            return None
        today = (one for one in self.units if text in (one.code, one.name, *one.aliases))
        before = (one for one in self.units if text in one.former)
        return next(today, None) or next(before, None)

    def _several(self, text: str) -> bool:
        """Whether these are the names of several units.

        Those listed; without a list, names as units usually have.
        """
        parts = split_units(text)
        return len(parts) > 1 and all(
            self._listed(part) if self.units else part.endswith(_ENDINGS) for part in parts
        )

    def operator(self, text: str) -> Operator:
        """The operator called `text` by id or name."""
        for operator in self.operators:
            if text and text in (operator.id, operator.name):
                return operator
        known = [operator.id for operator in self.operators]
        near = nearest(text, [*known, *(operator.name for operator in self.operators)])
        listed = self.operators_listed() or "（无）"
        raise UnknownOperator(
            f"没有操作员“{text}”{near and f'，是不是“{near}”'}；现有：{listed}", known
        )

    def operators_listed(self) -> str:
        """Those whom `operator` finds, as people know them: the name, the id behind it."""
        return "、".join(chinese_first(one.id, one.name) for one in self.operators)


def is_code(text: str) -> bool:
    """Whether `text` may be a station's code: 2 to 12 capitals and digits.

    The code is part of every case number.
    """
    return 2 <= len(text) <= 12 and text.isascii() and text.isalnum() and text == text.upper()
