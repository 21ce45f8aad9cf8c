"""Defects of a station file: codes, levels, names that two share, roles, duty."""

from __future__ import annotations

from collections.abc import Iterator

from bbcs.domain.station import LEVELS, ROLES, SHIFTS, Duty, Station, is_code
from bbcs.errors import ROLE_NAMES
from bbcs.findings import Finding

_CAN_ROLES = "、".join(f"{label} {role}" for role, label in ROLE_NAMES.items())


def problems(station: Station) -> list[Finding]:
    """Every defect of a station; none means that it may be used."""
    return [*_heads(station), *_units(station), *_operators(station), *_duty(station)]


def _heads(station: Station) -> Iterator[Finding]:
    for key, code in (("code", station.code), ("parent", station.parent)):
        if not is_code(code) and (code or key == "code"):
            yield Finding(
                "bad_code", key, f"站码“{code}”不合规", "2 到 12 位大写字母和数字，没有连字符"
            )
    if station.level not in LEVELS:
        yield Finding(
            "bad_level", "level", f"层级“{station.level}”不认识", "可用：county、township、village"
        )
    for number, unit in enumerate(station.units, 1):
        if unit.level not in LEVELS:
            what = f"单位{unit.name}的层级“{unit.level}”不认识"
            hint = "可用：county、township、village"
            yield Finding("bad_level", f"units[{number}].level", what, hint)


def _units(station: Station) -> Iterator[Finding]:
    owner: dict[str, int] = {}
    for number, unit in enumerate(station.units, 1):
        for text in dict.fromkeys(text for text in (unit.code, unit.name, *unit.aliases) if text):
            if owner.setdefault(text, number) != number:
                yield Finding(
                    "duplicate", f"units[{number}]", f"“{text}”已经指第 {owner[text]} 个单位"
                )


def _operators(station: Station) -> Iterator[Finding]:
    owner: dict[str, int] = {}
    for number, operator in enumerate(station.operators, 1):
        where = f"operators[{number}]"
        for text in dict.fromkeys((operator.id, operator.name)):
            if owner.setdefault(text, number) != number:
                yield Finding("duplicate", where, f"“{text}”已经指第 {owner[text]} 个操作员")
        if not operator.roles:
            yield Finding("no_role", where, f"操作员 {operator.id} 没有角色", f"可用：{_CAN_ROLES}")
        for role in operator.roles:
            if role not in ROLES:
                yield Finding(
                    "unknown_role", f"{where}.roles", f"角色“{role}”不认识", f"可用：{_CAN_ROLES}"
                )


def _duty(station: Station) -> Iterator[Finding]:
    known, taken = {operator.id for operator in station.operators}, set[Duty]()
    for number, duty in enumerate(station.duty, 1):
        where, slot = f"duty[{number}]", duty._replace(note="")
        if duty.operator not in known:
            what = f"值班的“{duty.operator}”不在操作员名册里"
            yield Finding("unknown_operator", f"{where}.operator", what, "写操作员的 id")
        if duty.shift not in SHIFTS:
            what = f"班次“{duty.shift}”不认识"
            yield Finding(
                "bad_shift", f"{where}.shift", what, "可用：上午 am、下午 pm，不写就是全天"
            )
        if slot in taken:
            yield Finding("duplicate", where, f"{duty.day} {duty.operator} 排了两次")
        taken.add(slot)
