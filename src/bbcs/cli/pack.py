"""`bbcs pack list|show|check|adopt|diff|test`: rule packs and scenarios.

The rules, which of them are in force, and whether they do what a story tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from bbcs.cli import options, output
from bbcs.cli.click import Command
from bbcs.cli.options import Argument, CommandDefinition, Values, flag
from bbcs.cli.settings import Settings
from bbcs.config import packs
from bbcs.domain.pack import RulePack
from bbcs.errors import BbcsError
from bbcs.usecases.editions import file_of

# -- list, show, check -----------------------------------------------------------------------------


def _list(settings: Settings, values: Values) -> None:
    listed = [*_known(settings.folder)]
    if values["editions"]:
        listed += _kept(settings.folder)
    output.answer(
        settings,
        {"schema": "bbcs.packs/1", "packs": listed},
        "\n".join(map(_line, listed)),
        "\n".join(_short(one) for one in listed),
    )


def _known(home: Path) -> Iterator[dict[str, Any]]:
    """Each pack at hand.

    What is in force comes from its kept edition, which may differ from the file of today.
    """
    force = _in_force(home)
    rows = {
        key: {"key": key, "name": name, "file": str(path), "in_force": False}
        for key, name, path in packs.places(home)
    }
    if force:
        file = packs.edition_file(home, force.key, force.edition)
        if not file.is_file():
            file = packs.find(force.key, home)
        rows[force.key] = {
            "key": force.key,
            "name": force.name,
            "file": str(file),
            "in_force": True,
            "edition": force.edition,
        }
    yield from (rows[key] for key in sorted(rows))


def _in_force(home: Path) -> RulePack | None:
    """The rules of the office, if there is one and it is well.

    A list of packs must also help where the one named is wrong.
    """
    try:
        station = packs.station(home)
        return packs.pack(station.pack, home, station.edition)
    except BbcsError:
        return None


def _kept(home: Path) -> Iterator[dict[str, Any]]:
    """Every edition that the home keeps, but the one in force."""
    station = packs.station(home)
    for path in sorted((home / "packs" / "editions").glob("*.toml")):
        one = packs.load(path)
        if (one.key, one.edition) != (station.pack, station.edition):
            yield {
                "key": one.key,
                "name": one.name,
                "file": str(path),
                "in_force": False,
                "edition": one.edition,
            }


def _line(one: Mapping[str, Any]) -> str:
    line = f"{one['key']}  {one['name']}"
    if "edition" not in one:
        return line
    edition = f"第 {one['edition']} 版"
    if one["in_force"]:
        edition = f"在用，{edition}"
    return f"{line}  （{edition}）"


def _short(one: Mapping[str, Any]) -> str:
    if "edition" in one and not one["in_force"]:
        return f"{one['key']}@{one['edition']}"
    return str(one["key"])


def _show(settings: Settings, values: Values) -> None:
    path = packs.find(values["place"], settings.folder)
    facts = packs.show(path)
    entries = [{"key": key, "value": value, "line": line} for key, value, line in facts]
    text = "\n".join([str(path), *(f"{line:>4}  {key} = {value}" for key, value, line in facts)])
    output.answer(
        settings, {"schema": "bbcs.pack/1", "file": str(path), "values": entries}, text, str(path)
    )


def _check(settings: Settings, values: Values) -> None:
    path = file_of(values["file"], settings.folder)
    output.findings(settings, packs.problems_of(path), f"{path.name} 没有问题")


def _later(name: str) -> Callable[[Settings, Values], None]:
    """A word with a module of its own, loaded when it runs."""

    def run(settings: Settings, values: Values) -> None:
        import_module(f"bbcs.cli.{name}").run(settings, values)

    return run


PACK: Mapping[str, CommandDefinition] = {
    "list": CommandDefinition(
        "有哪些规则包，哪个在用",
        _list,
        (flag("editions", "连以前采用过的版次也列出"),),
        examples=("bbcs pack list", "bbcs pack list --editions"),
    ),
    "show": CommandDefinition(
        "规则包的每个值和它在文件里的行号",
        _show,
        arguments=(Argument("place", "规则包", "如 zhanyi；以前的版次写作 zhanyi@1"),),
        examples=("bbcs pack show zhanyi",),
    ),
    "check": CommandDefinition(
        "检查规则包，一次列出全部问题（有问题退出码 1）",
        _check,
        arguments=(Argument("file", "文件", "规则包文件，或规则包名"),),
        examples=("bbcs pack check 我市.toml",),
    ),
    "adopt": CommandDefinition(
        "采用规则包：记入台账，此后受理的件按它；没了结的件仍按受理时的版次",
        _later("pack_adopt"),
        (flag("dry_run", "只演练，不写入"),),
        (Argument("file", "规则包", "规则包名或文件（默认重读正在用的那一个）", ""),),
        ("bbcs pack adopt 我市.toml --dry-run", "bbcs pack adopt 我市.toml"),
    ),
    "diff": CommandDefinition(
        "两个规则包（或一个包的两个版次）的每一处不同",
        _later("pack_diff"),
        arguments=(
            Argument("before", "规则包", "规则包名、文件，或 zhanyi@1"),
            Argument("after", "规则包", "与它比的另一个"),
        ),
        examples=("bbcs pack diff default zhanyi", "bbcs pack diff zhanyi@1 我市.toml --json"),
    ),
    "test": CommandDefinition(
        "试演：把写好的故事按这个规则包办一遍，环节和到期日有一处不同就列出（退出码 1）",
        _later("pack_test"),
        arguments=(
            Argument("file", "规则包", "规则包文件，或规则包名"),
            Argument(
                "scenarios",
                "故事",
                "故事文件，可多个（默认随程序带的这个地方的全部故事）",
                "",
                many=True,
            ),
        ),
        examples=("bbcs pack test zhanyi", "bbcs pack test 我市.toml 故事.toml"),
    ),
}


def command(word: str) -> Command:
    """The group."""
    return options.group(word, "规则包：列出、查看、检查、采用、比较、试演", PACK)
