"""`bbcs station unit|operator`: who is in the rosters; how a change of the station file is kept and recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bbcs import packs
from bbcs.cli import speech, work
from bbcs.cli.options import Argument, Given, Word
from bbcs.cli.settings import Settings
from bbcs.domain.fields import Field
from bbcs.domain.station import ROLES, Operator, Station, Unit
from bbcs.errors import UnknownWord
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
        before = before if before and now == after else now  # `now == after`: our own, of an attempt whose commit failed
        after = record(ledger, before)
        packs.write_station(where.home, after)

    try:
        work.write(where, both)
    except BaseException:
        if before and after and packs.station(where.home) == after:
            packs.write_station(where.home, before)
        raise


def rows(settings: Settings, name: str, documents: list[dict[str, Any]], lines: list[str]) -> None:
    """Answer with a list."""
    speech.answer(settings, {"schema": f"bbcs.{name}/1", name: documents}, "\n".join(lines) or "（没有）", "\n".join(lines))


def _unit_add(settings: Settings, given: Given) -> None:
    name, code = given["name"], given["code"] or ""
    unit = Unit(code, name, tuple(given["alias"] or ()), given["rep"] or "", given["phone"] or "")
    _add(settings, "unit", code or name, name, lambda station: station._replace(units=(*station.units, unit)))


def _unit_list(settings: Settings, given: Given) -> None:
    found = packs.station(settings.folder).units
    lines = [f"{unit.code or '—'}  {unit.name}  {'、'.join(unit.aliases)}".rstrip() for unit in found]
    rows(settings, "units", [unit._asdict() for unit in found], lines)


def _operator_add(settings: Settings, given: Given) -> None:
    for one in given["role"] or ():
        if one not in ROLES:
            raise UnknownWord("--role", one, list(ROLES))
    who = Operator(given["id"], given["name"] or given["id"], tuple(given["role"] or ("clerk",)), given["os_user"] or "")
    _add(settings, "operator", who.id, "", lambda station: station._replace(operators=(*station.operators, who)))


def _operator_list(settings: Settings, given: Given) -> None:
    found = packs.station(settings.folder).operators
    rows(settings, "operators", [one._asdict() for one in found], [f"{one.id}  {one.name}  {'、'.join(one.roles)}" for one in found])


def _add(settings: Settings, what: str, code: str, name: str, change: Callable[[Station], Station]) -> None:
    where = work.office(settings)

    def record(ledger: Any, station: Station) -> Station:
        after = change(station)
        changed(ledger, where, what, code, name, after)
        return after

    edit(where, record)
    speech.answer(settings, {"schema": "bbcs.changed/1", "what": what, "code": code}, f"已加：{name or code}", code)


UNIT: Mapping[str, Word] = {
    "add": Word(
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
    "list": Word("列出单位", _unit_list, examples=("bbcs station unit list",)),
}

OPERATOR: Mapping[str, Word] = {
    "add": Word(
        "加一个操作员",
        _operator_add,
        (
            Field("name", "姓名"),
            Field("role", "角色，可多次：clerk leader supervisor admin auditor（默认 clerk）", "words"),
            Field("os_user", "这台电脑的登录名"),
        ),
        (Argument("id", "代号", "操作员代号，如 li"),),
        ("bbcs station operator add li --name 李经办 --role clerk",),
    ),
    "list": Word("列出操作员", _operator_list, examples=("bbcs station operator list",)),
}
