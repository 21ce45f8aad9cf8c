"""Station: the office as values: who it is, whom it hands cases to, who works there. Read from TOML by `bbcs.packs`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bbcs.domain.findings import Finding
from bbcs.errors import UnknownOperator, UnknownUnit, nearest
from bbcs.record import Record

ROLES = ("clerk", "leader", "supervisor", "admin", "auditor")
LEVELS = ("", "county", "township", "village")
SHIFTS = ("", "am", "pm")


class Unit(Record):
    """A unit that takes orders. `code` is "" for one that the station does not list."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    rep: str = ""
    phone: str = ""
    level: str = ""


class Operator(Record):
    """Somebody who may act. `os_user`: the account of this machine that stands for them."""

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


class Station(Record):
    """One office. `pack` and `edition` name its rules, `parent` the code of the office above, `store` where the ledger is if not here."""

    code: str
    name: str
    level: str = ""
    parent: str = ""
    region: str = ""
    pack: str = "default"
    edition: str = ""
    store: str = ""
    units: tuple[Unit, ...] = ()
    operators: tuple[Operator, ...] = ()
    duty: tuple[Duty, ...] = ()

    def unit(self, text: str, allow_new: bool = False) -> Unit:
        """The unit called `text` by code, name or alias; an office without a list takes any name."""
        for unit in self.units:
            if text and text in (unit.code, unit.name, *unit.aliases):
                return unit
        if self.units and not allow_new:
            raise UnknownUnit(text, [unit.name for unit in self.units])
        return Unit("", text)

    def operator(self, text: str) -> Operator:
        """The operator called `text` by id or name."""
        for operator in self.operators:
            if text and text in (operator.id, operator.name):
                return operator
        known = [operator.id for operator in self.operators]
        near = nearest(text, [*known, *(operator.name for operator in self.operators)])
        raise UnknownOperator(f"没有操作员“{text}”{near and f'，是不是“{near}”'}；现有：{'、'.join(known) or '（无）'}", known)


def is_code(text: str) -> bool:
    """Whether `text` may be a station's code, which is part of every case number: 2 to 12 capitals and digits."""
    return 2 <= len(text) <= 12 and text.isascii() and text.isalnum() and text == text.upper()


def problems(station: Station) -> list[Finding]:
    """Every defect of a station; none means that it may be used."""
    return [*_heads(station), *_units(station), *_operators(station), *_duty(station)]


def _heads(station: Station) -> Iterator[Finding]:
    for key, code in (("code", station.code), ("parent", station.parent)):
        if not is_code(code) and (code or key == "code"):
            yield Finding("bad_code", key, f"站码“{code}”不合规", "2 到 12 位大写字母和数字，没有连字符")
    if station.level not in LEVELS:
        yield Finding("bad_level", "level", f"层级“{station.level}”不认识", "可用：county、township、village")


def _units(station: Station) -> Iterator[Finding]:
    owner: dict[str, int] = {}
    for number, unit in enumerate(station.units, 1):
        for text in dict.fromkeys(text for text in (unit.code, unit.name, *unit.aliases) if text):
            if owner.setdefault(text, number) != number:
                yield Finding("duplicate", f"units[{number}]", f"“{text}”已经指第 {owner[text]} 个单位")


def _operators(station: Station) -> Iterator[Finding]:
    owner: dict[str, int] = {}
    for number, operator in enumerate(station.operators, 1):
        where = f"operators[{number}]"
        for text in dict.fromkeys((operator.id, operator.name)):
            if owner.setdefault(text, number) != number:
                yield Finding("duplicate", where, f"“{text}”已经指第 {owner[text]} 个操作员")
        if not operator.roles:
            yield Finding("no_role", where, f"操作员 {operator.id} 没有角色", f"可用：{'、'.join(ROLES)}")
        for role in operator.roles:
            if role not in ROLES:
                yield Finding("unknown_role", f"{where}.roles", f"角色“{role}”不认识", f"可用：{'、'.join(ROLES)}")


def _duty(station: Station) -> Iterator[Finding]:
    known, taken = {operator.id for operator in station.operators}, set[Duty]()
    for number, duty in enumerate(station.duty, 1):
        where, slot = f"duty[{number}]", duty._replace(note="")
        if duty.operator not in known:
            yield Finding("unknown_operator", f"{where}.operator", f"值班的“{duty.operator}”不在操作员名册里", "写操作员的 id")
        if duty.shift not in SHIFTS:
            yield Finding("bad_shift", f"{where}.shift", f"班次“{duty.shift}”不认识", "可用：am、pm，不写就是全天")
        if slot in taken:
            yield Finding("duplicate", where, f"{duty.day} {duty.operator} 排了两次")
        taken.add(slot)
