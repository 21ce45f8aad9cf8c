"""`bbcs config`: every setting, its value and where that comes from; changes matters of taste."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import Argument, CommandDefinition, Values, flag
from bbcs.cli.settings import Settings
from bbcs.config import home_files, preferences, station_file
from bbcs.config.environment import os_user, present
from bbcs.config.preferences import FILE, PREFERENCES
from bbcs.domain.station import Station
from bbcs.errors import UnknownOperator, UnknownWord, UsageError
from bbcs.record import Record, as_document
from bbcs.registers.table import Column, Table
from bbcs.render.formats import render
from bbcs.render.pager import NONE, VARIABLES
from bbcs.render.terminal import echo
from bbcs.usecases.office import operator

ORIGINS: Mapping[str, str] = {
    "option": "选项",
    "environment": "环境变量",
    "config": FILE,
    "station": home_files.STATION,
    "ledger": "台账",
    "default": "默认",
}
"""Where a value may come from -> what people read; each before the next."""

STATION: Mapping[str, str] = {
    "code": "站码",
    "name": "名称",
    "level": "层级",
    "parent": "上级站码",
    "region": "地区",
    "address": "地址",
    "phone": "电话",
    "store": "台账所在",
}
"""Fields of the station file that are settings -> what people call them."""


class Setting(Record):
    """One setting: its key, value, where the value comes from, and what it is for people.

    by: the option or variable that says so, "" for a file. change: how to change it.
    """

    key: str
    label: str
    value: str
    origin: str = "default"
    by: str = ""
    change: str = ""

    @property
    def source(self) -> str:
        """Where the value comes from, as people read it."""
        return f"{ORIGINS[self.origin]} {self.by}".strip()


def settings_of(settings: Settings) -> Iterator[Setting]:
    """Every setting as it stands in this call; those of a station only where there is one.

    Raises PackInvalid for a file that cannot be read.
    """
    yield _home(settings)
    home = settings.folder
    has_station = (home / home_files.STATION).is_file()
    station = station_file.read(home) if has_station else None
    yield _operator(settings, station)
    yield _now()
    yield from (_preference(settings, key) for key in PREFERENCES)
    if station:
        yield from _of_station(station)
        yield from _rules(settings)


def _home(settings: Settings) -> Setting:
    origin = _first(("option", "--home", settings.home), _variable("BBCS_HOME"))
    return Setting("home", "数据目录", str(settings.folder), *origin, "--home，或 BBCS_HOME")


def _first(*answers: tuple[str, str, str]) -> tuple[str, str]:
    """The origin of the first of these that says anything, with its option or variable."""
    origins = ((origin, by) for origin, by, value in answers if value)
    return next(origins, ("default", ""))


def _variable(name: str) -> tuple[str, str, str]:
    return "environment", name, os.environ.get(name, "")


def _operator(settings: Settings, station: Station | None) -> Setting:
    origin, by = _first(("option", "--as", settings.actor), _variable("BBCS_AS"))
    value, change = settings.named_operator, "--as，或 BBCS_AS"
    if station:
        try:
            value = operator(station, value, os_user()).id
        except UnknownOperator:
            change = f"没有这个操作员，或定不了是谁；{change}"
        else:
            origin = "station" if origin == "default" else origin
    return Setting("as", "操作员", value, origin, by, change)


def _now() -> Setting:
    now, _ = present()
    return Setting(
        "now", "现在", f"{now:%Y-%m-%d %H:%M}", *_first(_variable("BBCS_NOW")), "BBCS_NOW"
    )


def _preference(settings: Settings, key: str) -> Setting:
    """A matter of taste: option, environment, file, default."""
    kind = PREFERENCES[key]
    change = f"bbcs config set {key} 值"
    for origin, by, value in _overruling(settings).get(key, ()):
        return Setting(key, kind.label, value, origin, by, change)
    own = preferences.read(settings.folder)
    if key in own:
        return Setting(key, kind.label, own[key], "config", "", change)
    return Setting(key, kind.label, kind.default, change=change)


def _overruling(settings: Settings) -> Mapping[str, list[tuple[str, str, str]]]:
    """What option and environment say of each matter of taste, the strongest first."""
    plain = [("option", "--no-color", "never")] if settings.plain else []
    if os.environ.get("NO_COLOR"):
        plain.append(("environment", "NO_COLOR", "never"))
    if os.environ.get("TERM") == "dumb":
        plain.append(("environment", "TERM", "never"))
    pager = [("option", "--no-pager", NONE)] if settings.no_pager else []
    named = [name for name in VARIABLES if name in os.environ]
    pager += [("environment", name, os.environ[name] or NONE) for name in named]
    return {"colour": plain, "pager": pager}


def _of_station(station: Station) -> Iterator[Setting]:
    values = station._asdict()
    for key, label in STATION.items():
        origin = "station" if values[key] else "default"
        change = f"改 {home_files.STATION}，再 bbcs station sync"
        if key in ("code", "store"):
            change = "建站时定下，不再改"
        yield Setting(f"station.{key}", label, values[key], origin, "", change)


def _rules(settings: Settings) -> Iterator[Setting]:
    rules = context.rules(settings.folder)
    if rules.in_force:
        edition = f"{rules.in_force.key}@{rules.in_force.edition}"
        yield Setting("pack", "规则包", edition, "ledger", "", "bbcs pack adopt")


# -- the commands ----------------------------------------------------------------------------------


def _list(settings: Settings, values: Values) -> None:
    preferences = list(settings_of(settings))
    if settings.as_json:
        output.echo_json(_document(preferences))
    elif settings.quiet:
        echo("\n".join(one.key for one in preferences))
    elif not values["origin"]:
        echo("\n".join(f"{one.key} = {one.value}" for one in preferences))
    else:
        echo(render(_table(preferences), counted=False).rstrip("\n"))


def _document(preferences: list[Setting]) -> dict[str, Any]:
    rows = [{**as_document(one), "source": one.source or None} for one in preferences]
    return {"schema": "bbcs.config/1", "settings": rows}


def _table(preferences: list[Setting]) -> Table:
    columns = [
        Column("key", "项"),
        Column("value", "值"),
        Column("source", "来自"),
        Column("label", "是什么"),
        Column("change", "怎么改"),
    ]
    return Table(
        "config", "", columns, [{**one._asdict(), "source": one.source} for one in preferences]
    )


def _get(settings: Settings, values: Values) -> None:
    by_key = {one.key: one for one in settings_of(settings)}
    one = by_key.get(values["key"])
    if one is None:
        raise UnknownWord("设置", values["key"], list(by_key))
    output.answer(settings, _document([one]), one.value, one.value)


def _set(settings: Settings, values: Values) -> None:
    _write(settings, values["key"], values["value"], f"已设：{values['key']} = {values['value']}")


def _unset(settings: Settings, values: Values) -> None:
    key = values["key"]
    default = PREFERENCES[key].default if key in PREFERENCES else ""
    _write(settings, key, None, f"已取消：{key}，用默认 {default}")


def _write(settings: Settings, key: str, value: str | None, text: str) -> None:
    """Writes `config.toml`; what does not stand there is refused with the way that would work."""
    _refuse_elsewhere(settings, key)
    context.station(settings)
    preferences.change(settings.folder, key, value)
    document = {"schema": "bbcs.changed/1", "what": "config", "code": key}
    output.answer(settings, document, text, key)


def _refuse_elsewhere(settings: Settings, key: str) -> None:
    if key in PREFERENCES:
        return
    one = next((one for one in settings_of(settings) if one.key == key), None)
    if one is None:
        raise UnknownWord("设置", key, list(PREFERENCES))
    raise UsageError(f"{key}（{one.label}）不在 {FILE} 里；{one.change}")


KEY = Argument("key", "项", f"哪一项：{'、'.join(PREFERENCES)}")

CONFIG: Mapping[str, CommandDefinition] = {
    "list": CommandDefinition(
        "每项设置的值；先看选项，再看环境变量、数据目录里定下的，最后是默认",
        _list,
        (flag("origin", "写出每个值来自哪里、怎么改"),),
        examples=("bbcs config list --origin",),
    ),
    "get": CommandDefinition(
        "一项设置的值",
        _get,
        arguments=(Argument("key", "项", "哪一项，见 bbcs config list"),),
        examples=("bbcs config get pager",),
    ),
    "set": CommandDefinition(
        "定下一项习惯，写进数据目录",
        _set,
        arguments=(KEY, Argument("value", "值", f"值；分页器写 {NONE} 就是不用")),
        examples=("bbcs config set encoding gb18030", f"bbcs config set pager {NONE}"),
    ),
    "unset": CommandDefinition(
        "取消一项习惯，回到默认",
        _unset,
        arguments=(KEY,),
        examples=("bbcs config unset encoding",),
    ),
}


def command(word: str) -> Command:
    """The group."""
    return options.group(word, "设置：值是什么、来自哪里；格式、颜色、分页器、编码怎么用", CONFIG)
