"""`bbcs station unit|operator`: who is in the rosters; how a change of the station file is kept and recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bbcs.cli import context, output
from bbcs.cli.options import Argument, CommandDefinition, Values
from bbcs.cli.settings import Settings
from bbcs.config import packs
from bbcs.domain.acts.fields import Field
from bbcs.domain.station import Operator, Station, Unit
from bbcs.errors import ROLE_NAMES, SEPARATORS, BadValue, UnknownUnit, UnknownWord
from bbcs.render.terminal import talk
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office
from bbcs.usecases.stations import changed


def edit(where: Office, record: Callable[[Any, Station], Station]) -> None:
    """Change the station file inside the transaction that records the change: both or neither.

    The file is read under the lock (somebody else may have changed it meanwhile) and put back when the commit fails. A
    crash between the two leaves a file that is ahead of the ledger, as after an edit by hand: whole, and in use.
    """
    before: Station | None = None
    after: Station | None = None

    def both(ledger: Any) -> None:
        nonlocal before, after
        now = packs.station(where.home)
        before = (
            before if before and now == after else now
        )  # `now == after`: our own, of an attempt whose commit failed
        after = record(ledger, before)
        packs.write_station(where.home, after)

    try:
        context.write(where, both)
    except BaseException:
        if before and after and packs.station(where.home) == after:
            packs.write_station(where.home, before)
        raise


def rows(settings: Settings, name: str, documents: list[dict[str, Any]], lines: list[str]) -> None:
    """Answer with a list."""
    output.answer(
        settings,
        {"schema": f"bbcs.{name}/1", name: documents},
        "\n".join(lines) or "（没有）",
        "\n".join(lines),
    )


def _unit_add(settings: Settings, given: Values) -> None:
    name, code = given["name"], given["code"] or ""
    _single(name, *(given["alias"] or ()))
    unit = Unit(code, name, tuple(given["alias"] or ()), given["rep"] or "", given["phone"] or "")
    _add(
        settings,
        "unit",
        code or name,
        name,
        lambda station: station._replace(units=(*station.units, unit)),
    )


def _single(*names: str) -> None:
    """BadValue for a name that would be read as several."""
    if any(sign in name for name in names for sign in SEPARATORS):
        raise BadValue(
            "单位名称和简称里不能有顿号、逗号、分号、竖线、斜线；几个单位请一个一个加，几个简称写几次 --alias"
        )


def _unit_remove(settings: Settings, given: Values) -> None:
    def change(station: Station) -> tuple[Station, Unit, str]:
        gone = _listed(station, given["unit"])
        return station._replace(units=tuple(one for one in station.units if one != gone)), gone, ""

    _change(settings, "unit_removed", "已从名册撤下", change)


def _unit_rename(settings: Settings, given: Values) -> None:
    new = given["name"].strip()
    _single(new)
    if not new:
        raise BadValue("单位的新名称不能是空的")

    def change(station: Station) -> tuple[Station, Unit, str]:
        held = _listed(station, given["unit"])
        return (
            station._replace(
                units=tuple(one._replace(name=new) if one == held else one for one in station.units)
            ),
            held,
            new,
        )

    _change(settings, "unit_renamed", "已改名", change)


def _listed(station: Station, text: str) -> Unit:
    """The unit of the roster that is meant; UnknownUnit for any other."""
    found = station.unit(text)
    if found not in station.units:
        raise UnknownUnit(text, [])
    return found


def _change(
    settings: Settings, what: str, done: str, change: Callable[[Station], tuple[Station, Unit, str]]
) -> None:
    """Change one unit, record it, and say which open orders still bear its name: they keep it."""
    where, found = context.office(settings), dict[str, Any]()

    def record(ledger: Any, station: Station) -> Station:
        after, unit, new = change(station)
        changed(ledger, where, what, unit.code or unit.name, new or unit.name, after)
        found.update(unit=unit, new=new, open=ledger.tally(Filter(where.stamp.now, unit=unit.name)))
        return after

    edit(where, record)
    unit, new, count = found["unit"], found["new"], found["open"]
    document = {
        "schema": "bbcs.changed/1",
        "what": what,
        "code": unit.code or unit.name,
        "name": new or unit.name,
        "open": count,
    }
    output.answer(
        settings, document, f"{done}：{unit.name}{new and f' → {new}'}", unit.code or unit.name
    )
    if count:
        to = new or "新单位"
        talk(
            f"bbcs: 提醒：还有 {count} 件没了结的件写着 {unit.name}（bbcs list --unit {unit.name}）；要换单位请 bbcs forward 编号 --to {to}"
        )


def one_of_named(what: str, text: str, known: Mapping[str, str]) -> str:
    """The key that a key or its Chinese name stands for."""
    for key, name in known.items():
        if text in (key, name):
            return key
    raise UnknownWord(what, text, [f"{name} {key}" for key, name in known.items() if key])


def _unit_list(settings: Settings, given: Values) -> None:
    found = packs.station(settings.folder).units
    lines = [
        f"{unit.code or '—'}  {unit.name}  {'、'.join(unit.aliases)}".rstrip() for unit in found
    ]
    rows(settings, "units", [unit._asdict() for unit in found], lines)


def _operator_add(settings: Settings, given: Values) -> None:
    roles = tuple(one_of_named("--role", one, ROLE_NAMES) for one in given["role"] or ("clerk",))
    who = Operator(given["id"], given["name"] or given["id"], roles, given["os_user"] or "")
    _add(
        settings,
        "operator",
        who.id,
        "",
        lambda station: station._replace(operators=(*station.operators, who)),
    )


def _operator_list(settings: Settings, given: Values) -> None:
    found = packs.station(settings.folder).operators
    rows(
        settings,
        "operators",
        [one._asdict() for one in found],
        [_operator_line(one) for one in found],
    )


def _operator_line(one: Operator) -> str:
    return f"{one.id}  {one.name}  {'、'.join(ROLE_NAMES.get(role, role) for role in one.roles)}"


def _add(
    settings: Settings, what: str, code: str, name: str, change: Callable[[Station], Station]
) -> None:
    where = context.office(settings)

    def record(ledger: Any, station: Station) -> Station:
        after = change(station)
        changed(ledger, where, what, code, name, after)
        return after

    edit(where, record)
    output.answer(
        settings,
        {"schema": "bbcs.changed/1", "what": what, "code": code},
        f"已加：{name or code}",
        code,
    )


UNIT: Mapping[str, CommandDefinition] = {
    "add": CommandDefinition(
        "加一个单位；名册一旦有单位，就不收名册外的单位",
        _unit_add,
        (
            Field("code", "单位代码"),
            Field("alias", "简称，可多次", "texts"),
            Field("rep", "首席代表"),
            Field("phone", "单位电话"),
        ),
        (Argument("name", "名称", "单位名称"),),
        ("bbcs station unit add 区市场监管局 --code SCJG --alias 市监局",),
    ),
    "remove": CommandDefinition(
        "从名册撤下一个单位；旧件上的名称不变",
        _unit_remove,
        arguments=(Argument("unit", "单位", "名称、代码或简称"),),
        examples=("bbcs station unit remove SCJG",),
    ),
    "rename": CommandDefinition(
        "单位改名；旧件上的名称不变",
        _unit_rename,
        arguments=(
            Argument("unit", "单位", "现在的名称、代码或简称"),
            Argument("name", "新名称", "改成的名称"),
        ),
        examples=("bbcs station unit rename SCJG 区市场监督管理局",),
    ),
    "list": CommandDefinition("列出单位", _unit_list, examples=("bbcs station unit list",)),
}

OPERATOR: Mapping[str, CommandDefinition] = {
    "add": CommandDefinition(
        "加一个操作员",
        _operator_add,
        (
            Field("name", "姓名"),
            Field(
                "role",
                "角色，可多次：窗口人员 clerk、领导 leader、督查 supervisor、管理员 admin、审计 auditor（默认窗口人员）",
                "words",
            ),
            Field("os_user", "这台电脑的登录名"),
        ),
        (Argument("id", "代号", "操作员代号，如 li"),),
        ("bbcs station operator add li --name 李经办 --role 窗口人员",),
    ),
    "list": CommandDefinition(
        "列出操作员", _operator_list, examples=("bbcs station operator list",)
    ),
}
