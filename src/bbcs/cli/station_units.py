"""`bbcs station unit|operator`: the rosters of units and operators."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bbcs.cli import context, output
from bbcs.cli.options import Argument, CommandDefinition, Values, flag
from bbcs.cli.prompts import confirm
from bbcs.cli.settings import Settings, at_terminal
from bbcs.domain.acts import Field, quoted
from bbcs.domain.order import LEVELS
from bbcs.domain.station import Operator, Unit
from bbcs.domain.unit_list import COLUMNS
from bbcs.errors import ROLE_NAMES, MissingInput
from bbcs.ingest.unit_lists import read_units
from bbcs.record import as_document
from bbcs.render.terminal import talk
from bbcs.usecases.stations import (
    OperatorChange,
    RosterChange,
    add_operator,
    add_unit,
    grant_roles,
    key_of,
    level_of,
    remove_operator,
    remove_unit,
    rename_operator,
    rename_unit,
)
from bbcs.usecases.unit_lists import UnitsChange, changes, load_units, moves
from bbcs.views.station_changes import loaded_units, operator_change, roster_change, unit_lines

ROLES_HELP = (
    "角色，可多次：窗口人员 clerk、领导 leader、督查 supervisor、管理员 admin、审计 auditor"
)


def rows(settings: Settings, name: str, documents: list[dict[str, Any]], lines: list[str]) -> None:
    """Answer with a list."""
    output.answer(
        settings,
        {"schema": f"bbcs.{name}/1", name: documents},
        "\n".join(lines) or "（没有）",
        "\n".join(lines),
    )


def _unit_add(settings: Settings, values: Values) -> None:
    office, aliases = context.office(settings), tuple(values["alias"] or ())
    level = level_of("--level", values["level"] or "")
    rep, phone = values["rep"] or "", values["phone"] or ""
    unit = Unit(values["code"] or "", values["name"], aliases, rep, phone, level)
    change = add_unit(office, context.transaction(office), unit)
    _answer(settings, change, f"已加：{unit.name}")


def _unit_remove(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    change = remove_unit(office, context.transaction(office), values["unit"])
    _answer(settings, change, f"已从名册撤下：{change.old_name}")


def _unit_rename(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    change = rename_unit(office, context.transaction(office), values["unit"], values["name"])
    _answer(settings, change, f"已改名：{change.old_name} → {change.new_name}")


def _answer(settings: Settings, change: RosterChange, text: str) -> None:
    """Say what was changed, and how many open cases still bear the old name of a unit.

    They keep it.
    """
    output.answer(settings, roster_change(change), text, change.code)
    if not change.open_cases:
        return
    old, new = change.old_name, change.new_name
    seen = f"bbcs list --unit {quoted(old)}"
    text = f"bbcs: 提醒：还有 {change.open_cases} 件没了结的件写着 {old}（{seen}）"
    if new and change.code != old:  # the code ties the old name to the new one
        talk(f"{text}；仍是同一个单位，用新名称也查得到")
    else:
        talk(f"{text}；要换单位请 bbcs forward 编号 --to {quoted(new or '新单位')}")


def _unit_load(settings: Settings, values: Values) -> None:
    office, path, keep = context.office(settings), Path(values["file"]), values["keep"]
    listed = read_units(path)
    change = context.read(
        office, lambda ledger: changes(ledger, office, office.station, path, listed, keep=keep)
    )
    if not values["dry_run"]:
        agreed = values["yes"] or (change.difference.needs_consent and _agrees(change))
        transact = context.transaction(office)
        change = load_units(office, transact, path, listed, keep=keep, agreed=agreed)
    lines = unit_lines(change, dry_run=values["dry_run"])
    number = str(len(change.difference.units))
    output.answer(settings, loaded_units(change), "\n".join(lines), number)
    if change.unused:
        talk(f"bbcs: 提醒：文件里没有用到的栏：{'、'.join(change.unused)}")
    if change.open_cases:
        talk(f"bbcs: 提醒：撤下、改名的单位还有没了结的件，件上的名称不变：{_in_hand(change)}")


def _agrees(change: UnitsChange) -> bool:
    """Whether somebody at a terminal consents to what a list takes away; nobody without one."""
    cases = f"，其中有没了结的件：{_in_hand(change)}" if change.open_cases else ""
    return at_terminal() and confirm(f"会{moves(change.difference)}{cases}；仍要载入吗")


def _in_hand(change: UnitsChange) -> str:
    """The open cases of units that go or are renamed."""
    return "、".join(f"{name} {count} 件" for name, count in change.open_cases.items())


def _unit_list(settings: Settings, values: Values) -> None:
    units = context.station(settings).units
    lines = [
        "  ".join(
            filter(
                None,
                (unit.code or "—", unit.name, "、".join(unit.aliases), LEVELS.get(unit.level)),
            )
        )
        for unit in units
    ]
    rows(settings, "units", [as_document(unit) for unit in units], lines)


def _operator_add(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    roles = tuple(key_of("--role", one, ROLE_NAMES) for one in values["role"] or ("clerk",))
    name = values["name"] or values["id"]
    operator = Operator(values["id"], name, roles, values["os_user"] or "")
    change = add_operator(office, context.transaction(office), operator)
    _answer(settings, change, f"已加：{operator.id}")


def _operator_remove(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    change = remove_operator(office, context.transaction(office), values["id"])
    who = change.before
    output.answer(
        settings, operator_change(change), f"已从名册撤下：{who.id}（{who.name}）", who.id
    )


def _operator_rename(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    change = rename_operator(office, context.transaction(office), values["id"], values["name"])
    _answer_operator(settings, change)


def _operator_grant(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    if not values["role"]:
        raise MissingInput(["--role（角色）"])
    roles = [key_of("--role", one, ROLE_NAMES) for one in values["role"]]
    change = grant_roles(office, context.transaction(office), values["id"], roles)
    _answer_operator(settings, change)


def _answer_operator(settings: Settings, change: OperatorChange) -> None:
    before, after = change.before, change.after or change.before
    text = f"已改：{_operator_line(before)} → {_operator_line(after)}"
    output.answer(settings, operator_change(change), text, before.id)


def _operator_list(settings: Settings, values: Values) -> None:
    operators = context.station(settings).operators
    rows(
        settings,
        "operators",
        [as_document(one) for one in operators],
        [_operator_line(one) for one in operators],
    )


def _operator_line(one: Operator) -> str:
    return f"{one.id}  {one.name}  {'、'.join(ROLE_NAMES.get(role, role) for role in one.roles)}"


UNIT: Mapping[str, CommandDefinition] = {
    "add": CommandDefinition(
        "加一个单位；名册一旦有单位，就不收名册外的单位",
        _unit_add,
        (
            Field("code", "单位代码"),
            Field("alias", "简称，可多次", "texts"),
            Field("rep", "首席代表"),
            Field("phone", "单位电话"),
            Field("level", "层级（默认同站点），下派看它", choices=LEVELS),
        ),
        (Argument("name", "名称", "单位名称"),),
        (
            "bbcs station unit add 区市场监管局 --code SCJG --alias 市监局",
            "bbcs station unit add 青山镇 --code QSZ --level 乡镇（街道）",
        ),
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
    "load": CommandDefinition(
        "载入单位名册：一次换上整份，说出新增、改名、撤下了哪些，记入台账",
        _unit_load,
        (
            flag("keep", "文件里没有的单位照旧留着（默认撤下）"),
            flag("yes", "会撤下或改名也载入，不再问"),
            flag("dry_run", "只看会改哪些，不载入"),
        ),
        (Argument("file", "文件", f"xlsx 或 CSV，栏目：{'、'.join(COLUMNS.values())}"),),
        ("bbcs station unit load 单位.xlsx --dry-run", "bbcs station unit load 单位.xlsx"),
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
                f"{ROLES_HELP}（默认窗口人员）",
                "words",
            ),
            Field("os_user", "这台电脑的登录名"),
        ),
        (Argument("id", "代号", "操作员代号，如 li"),),
        ("bbcs station operator add li --name 李经办 --role 窗口人员",),
    ),
    "remove": CommandDefinition(
        "从名册撤下一个操作员；台账里他记的不变",
        _operator_remove,
        arguments=(Argument("id", "代号", "操作员代号"),),
        examples=("bbcs station operator remove li",),
    ),
    "rename": CommandDefinition(
        "改操作员的姓名；代号不变",
        _operator_rename,
        arguments=(
            Argument("id", "代号", "操作员代号"),
            Argument("name", "姓名", "改成的姓名"),
        ),
        examples=("bbcs station operator rename li 李承办",),
    ),
    "grant": CommandDefinition(
        "重定操作员的角色：写几个就有几个，原来的不再有",
        _operator_grant,
        (Field("role", ROLES_HELP, "words"),),
        (Argument("id", "代号", "操作员代号"),),
        ("bbcs station operator grant li --role 窗口人员 --role 领导",),
    ),
    "list": CommandDefinition(
        "列出操作员", _operator_list, examples=("bbcs station operator list",)
    ),
}
