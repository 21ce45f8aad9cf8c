"""`bbcs init`, `station`, `pack`, `help`: the office itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer
from typer import _click

from bbcs import packs
from bbcs.cli import options, speech
from bbcs.cli.options import Argument, Given, Word
from bbcs.cli.settings import Settings, at_terminal, present
from bbcs.domain.acts import Field
from bbcs.domain.station import LEVELS, ROLES, Operator, Station, Unit, is_code
from bbcs.errors import BadValue, MissingInput, UnknownWord
from bbcs.render.terminal import echo

# -- init ----------------------------------------------------------------------------------------------------------


def _init(settings: Settings, given: Given) -> None:
    code, name = _asked({"--station（站码）": given["station"], "--name（窗口名称）": given["name"]})
    pack, level = given["pack"] or "default", given["level"] or ""
    if not is_code(code):
        raise BadValue("--station 应为 2 到 12 位大写字母或数字，如 ZY01")
    if level not in LEVELS:
        raise UnknownWord("--level", level, [one for one in LEVELS if one])
    packs.pack(pack, settings.folder)
    who = _me()
    made = Station(code, name, level, region=given["region"] or "", pack=pack, units=_units(given["units"]), operators=(who,))
    _create(settings.folder, made, who)
    document = {"schema": "bbcs.station/1", "home": str(settings.folder), "station": code, "name": name, "pack": pack, "operator": who.id}
    said = f"已建：{name}（{code}），规则包 {pack}，操作员 {who.id}（全部角色）\n数据目录：{settings.folder}"
    speech.answer(settings, document, said, str(settings.folder), "下一步：bbcs intake")


def _asked(given: dict[str, str | None]) -> list[str]:
    """Each value, asked for at a terminal; MissingInput names all that are missing without one."""
    missing = [label for label, value in given.items() if not value]
    if missing and not at_terminal():
        raise MissingInput(missing)
    from bbcs.cli.prompts import line

    return [value or line(f"{label}：").strip() for label, value in given.items()]


def _me() -> Operator:
    """The person at this machine, with every role: whoever sets up an office of one does everything."""
    from bbcs.cli.work import os_user

    account = os_user()
    return Operator(account or "op1", account or "操作员", ROLES, account)


def _create(home: Path, station: Station, who: Operator) -> None:
    from bbcs.store.home import FILE, create
    from bbcs.usecases.ledger import Stamp

    now, clock = present()
    create(home, station.code, Stamp(who.id, now, clock))
    try:
        packs.write_station(home, station)
    except BaseException:
        with suppress(OSError):  # a home without its station file is none: the next init must be able to start afresh
            (home / FILE).unlink()
        raise


def _units(path: str | None) -> tuple[Unit, ...]:
    if not path:
        return ()
    from bbcs.cli.sources import decode, unreadable

    try:
        text = decode(Path(path).read_bytes(), path)
    except OSError as error:
        raise unreadable(path, error) from error
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        if not any(cells) or cells[:2] in (["代码", "名称"], ["code", "name"]):
            continue
        code, name, aliases = [*cells, "", ""][:3] if len(cells) > 1 else ("", cells[0], "")
        found.append(Unit(code, name, tuple(one for one in aliases.split(";") if one)))
    return tuple(found)


# -- station -------------------------------------------------------------------------------------------------------


def _unit_add(settings: Settings, given: Given) -> None:
    name, code = given["name"], given["code"] or ""
    unit = Unit(code, name, tuple(given["alias"] or ()), given["rep"] or "", given["phone"] or "")
    _change(settings, "unit", code or name, name, lambda station: station._replace(units=(*station.units, unit)))


def _unit_list(settings: Settings, given: Given) -> None:
    found = packs.station(settings.folder).units
    lines = [f"{unit.code or '—'}  {unit.name}  {'、'.join(unit.aliases)}".rstrip() for unit in found]
    _rows(settings, "units", [unit._asdict() for unit in found], lines)


def _operator_add(settings: Settings, given: Given) -> None:
    for one in given["role"] or ():
        if one not in ROLES:
            raise UnknownWord("--role", one, list(ROLES))
    who = Operator(given["id"], given["name"] or given["id"], tuple(given["role"] or ("clerk",)), given["os_user"] or "")
    _change(settings, "operator", who.id, "", lambda station: station._replace(operators=(*station.operators, who)))


def _operator_list(settings: Settings, given: Given) -> None:
    found = packs.station(settings.folder).operators
    _rows(settings, "operators", [one._asdict() for one in found], [f"{one.id}  {one.name}  {'、'.join(one.roles)}" for one in found])


def _rows(settings: Settings, name: str, documents: list[dict[str, Any]], lines: list[str]) -> None:
    speech.answer(settings, {"schema": f"bbcs.{name}/1", name: documents}, "\n".join(lines) or "（没有）", "\n".join(lines))


def _change(settings: Settings, what: str, code: str, name: str, change: Callable[[Station], Station]) -> None:
    """Edit the station file and record it, both or neither."""
    from bbcs.cli import work
    from bbcs.usecases.stations import changed

    where = work.office(settings)

    def both(ledger: Any) -> None:
        after = change(packs.station(where.home))  # read under the lock: somebody else may have added one meanwhile
        changed(ledger, where, what, code, name, after)
        packs.write_station(where.home, after)

    work.write(where, both)
    speech.answer(settings, {"schema": "bbcs.changed/1", "what": what, "code": code}, f"已加：{name or code}", code)


# -- pack ----------------------------------------------------------------------------------------------------------


def _pack_list(settings: Settings, given: Given) -> None:
    found = packs.places(settings.folder)
    documents = [{"key": key, "name": name, "file": str(path)} for key, name, path in found]
    _rows(settings, "packs", documents, [f"{key}  {name}" for key, name, _ in found])


def _pack_show(settings: Settings, given: Given) -> None:
    path = packs.find(given["place"], settings.folder)
    found = packs.show(path)
    values = [{"key": key, "value": value, "line": line} for key, value, line in found]
    said = "\n".join([str(path), *(f"{line:>4}  {key} = {value}" for key, value, line in found)])
    speech.answer(settings, {"schema": "bbcs.pack/1", "file": str(path), "values": values}, said, str(path))


def _pack_check(settings: Settings, given: Given) -> None:
    file = given["file"]
    path = Path(file) if file.endswith(".toml") else packs.find(file, settings.folder)
    found = packs.problems_of(path)
    document = {"schema": "bbcs.findings/1", "ok": not found, "findings": [one._asdict() for one in found]}
    lines = [f"{one.where}：{one.what}{'；' + one.hint if one.hint else ''}" for one in found]
    speech.answer(settings, document, "\n".join(lines) or f"{path.name} 没有问题", str(len(found)))
    if found:
        raise typer.Exit(1)


# -- help ----------------------------------------------------------------------------------------------------------


def _help(settings: Settings, given: Given) -> None:
    from bbcs.cli import topics
    from bbcs.cli.chinese import root_help
    from bbcs.cli.registry import ALIASES, COMMANDS

    topic = given["topic"]
    word = ALIASES.get(topic, topic)
    if not topic:
        echo(root_help().rstrip("\n"))
    elif word in COMMANDS:
        from bbcs.cli import run

        raise typer.Exit(run([word, "--help"]))
    elif topic in topics.TOPICS:
        found = topics.TOPICS[topic]()
        document = {"schema": f"bbcs.help/{topic}", "rows": [{"name": name, "meaning": meaning} for name, meaning in found]}
        speech.answer(settings, document, "\n".join(f"{name}  {meaning}" for name, meaning in found), topic)
    else:
        raise UnknownWord("说明的题目", topic, [*topics.TOPICS, *COMMANDS])


INIT = Word(
    "建一个新的窗口：数据目录、台账和名册",
    _init,
    (
        Field("station", "站码：2 到 12 位大写字母或数字，是受理编号的开头", required=True),
        Field("name", "窗口（站）名称", required=True),
        Field("pack", "规则包（默认 default，现有的见 bbcs pack list）", "word"),
        Field("region", "地区"),
        Field("level", "层级：county township village", "word"),
        Field("units", "单位名册：每行一个名称，或“代码,名称,别名;别名”", "file"),
    ),
    examples=("bbcs init --station ZY01 --name 沾益站 --pack zhanyi",),
)

HELP = Word(
    "退出码、字段，或某个命令的说明",
    _help,
    arguments=(Argument("topic", "题目", "exit-codes、fields，或一个命令", ""),),
    examples=("bbcs help exit-codes", "bbcs help fields", "bbcs help 研判"),
)

STATION: Mapping[str, Mapping[str, Word]] = {
    "unit": {
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
    },
    "operator": {
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
    },
}

PACK: Mapping[str, Word] = {
    "list": Word("有哪些规则包", _pack_list, examples=("bbcs pack list",)),
    "show": Word(
        "规则包的每个值和它在文件里的行号",
        _pack_show,
        arguments=(Argument("place", "规则包", "如 zhanyi"),),
        examples=("bbcs pack show zhanyi",),
    ),
    "check": Word(
        "检查规则包，一次列出全部问题（有问题退出码 1）",
        _pack_check,
        arguments=(Argument("file", "文件", "规则包文件，或规则包名"),),
        examples=("bbcs pack check 我市.toml",),
    ),
}


def command(word: str) -> _click.Command:
    """The command of one word."""
    if word == "station":
        return options.group(word, "单位和操作员名册", STATION)
    if word == "pack":
        return options.group(word, "规则包：列出、查看、检查", PACK)
    return options.command(word, INIT if word == "init" else HELP)
