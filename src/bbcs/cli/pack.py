"""`bbcs pack list|show|check|adopt|diff|test`: rule packs and scenarios.

The rules, which of them are in force, and whether they do what a story tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import Argument, CommandDefinition, Values, flag
from bbcs.cli.pack_texts import at_hand, named
from bbcs.cli.settings import Settings
from bbcs.config import packs
from bbcs.config.adopted_rules import AdoptedText, Rules
from bbcs.domain.acts import Field
from bbcs.errors import MissingInput
from bbcs.render.files import write_bytes
from bbcs.usecases.editions import confirm, edition

# -- list, show, check -----------------------------------------------------------------------------


def _list(settings: Settings, values: Values) -> None:
    home = settings.folder
    rules = at_hand(home)
    listed = [*_known(home, rules)]
    if values["editions"]:
        listed += _editions(home, rules)
    output.answer(
        settings,
        {"schema": "bbcs.packs/1", "packs": listed},
        "\n".join(map(_line, listed)),
        "\n".join(_short(one) for one in listed),
    )


def _known(home: Path, rules: Rules) -> Iterator[dict[str, Any]]:
    """Each pack at hand; the one in force as the ledger holds it, whatever its file says today."""
    rows = {
        key: {"key": key, "name": name, "file": str(path), "in_force": False}
        for key, name, path in packs.places(home)
    }
    force = rules.in_force
    if force:
        row = {**_row(home, rules, force), "in_force": True}
        rows[force.key] = {**row, "edition": row.pop("edition")}
    yield from (rows[key] for key in sorted(rows))


def _editions(home: Path, rules: Rules) -> Iterator[dict[str, Any]]:
    """Every edition that the ledger holds, but the one in force."""
    force = rules.in_force
    others = {(one.key, one.edition): one for one in rules.editions}
    if force:
        others.pop((force.key, force.edition))
    yield from (_row(home, rules, one) for _, one in sorted(others.items()))


def _row(home: Path, rules: Rules, one: AdoptedText) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": rules.pack_of(one).name,
        "file": str(packs.edition_file(home, one.key, one.edition)),
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
    name, raw = named(settings.folder, values["place"])
    facts = packs.show(name, raw)
    entries = [{"key": key, "value": value, "line": line} for key, value, line in facts]
    text = "\n".join([name, *(f"{line:>4}  {key} = {value}" for key, value, line in facts)])
    output.answer(settings, {"schema": "bbcs.pack/1", "file": name, "values": entries}, text, name)


def _export(settings: Settings, values: Values) -> None:
    if not values["out"]:
        raise MissingInput(["--out（写到哪个文件）"])
    text = edition(context.rules(settings.folder), values["edition"])
    raw, out = context.text(settings.folder, text.sha256), Path(values["out"])
    output.agree(out, yes=bool(values["yes"]))
    write_bytes(out, raw)
    document = {"schema": "bbcs.files/1", "files": [str(out)]}
    answer = f"已写出 {text.key} 第 {text.edition} 版（{len(raw)} 字节，与采用时一样）：{out}"
    output.answer(settings, document, answer, str(out))


def _confirm(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    text, written = confirm(office, context.transaction(office), values["edition"])
    answer = f"{text.key} 第 {text.edition} 版早有采用记录作证，没有新增"
    if written:
        answer = f"已记入台账：{text.key} 第 {text.edition} 版经核对无误"
    its = {"pack": text.key, "edition": text.edition, "sha256": text.sha256}
    document = {"schema": "bbcs.confirmed/1", **its, "existing": not written}
    output.answer(settings, document, answer, text.sha256)


def _check(settings: Settings, values: Values) -> None:
    name, raw = named(settings.folder, values["file"])
    output.findings(settings, packs.problems_in(name, raw), f"{Path(name).name} 没有问题")


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
    "export": CommandDefinition(
        "把采用过的一版原样写成文件（注释也在），与台账里的一个字节不差",
        _export,
        (
            Field("out", "写到哪个文件", "output", required=True),
            flag("yes", "文件已有时直接覆盖"),
        ),
        (Argument("edition", "版次", "如 zhanyi@1，现有的见 bbcs pack list --editions"),),
        ("bbcs pack export zhanyi@1 --out zhanyi.toml",),
    ),
    "confirm": CommandDefinition(
        "旧版建的站：核对过建站时那一版的原文，记入台账作证（要管理员）",
        _confirm,
        arguments=(Argument("edition", "版次", "如 zhanyi@1，bbcs ledger verify 提到的那一版"),),
        examples=("bbcs pack confirm zhanyi@1",),
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
    return options.group(word, "规则包：列出、查看、检查、采用、写出、确认、比较、试演", PACK)
