"""`bbcs ledger verify|rebuild|info`: proves, recounts and describes the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path

import typer

from bbcs.cli import context, ledger_backup, ledger_erase, ledger_move, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import CommandDefinition, Values, flag
from bbcs.cli.settings import Settings
from bbcs.domain.acts import Field
from bbcs.domain.event import Event
from bbcs.errors import BadValue, LedgerBroken, StoreUnreachable
from bbcs.findings import Finding
from bbcs.record import as_document
from bbcs.store.anchors import check_anchor, names_an_entry, read
from bbcs.store.provable import ProvableLedger
from bbcs.usecases.ledger import Head, Projection, Refold
from bbcs.usecases.office import need
from bbcs.usecases.projection import refold


def _verify(settings: Settings, values: Values) -> None:
    office = context.office(settings, stored=False)
    lines: list[str] = []
    if values["anchor"]:
        lines = _anchor_lines(values["anchor"], office.home)

    def prove(ledger: ProvableLedger) -> tuple[list[Finding], Head, int]:
        """Findings, head and number of entries, from one view of the ledger."""
        facts, fold = ledger.facts(), None
        total = facts["entries"]
        if values["full"]:
            fold, total = refold(office, ledger), total + facts["cases"]
        with output.progress(settings, "核验", lambda: total) as report:
            step = _counting(report)
            findings = ledger.verify(fold and _stepping(fold, step), step)
        return [*findings, *check_anchor(ledger, lines)], ledger.head(), facts["entries"]

    findings, head, entries = context.read_long(office, prove)
    document = {
        "schema": "bbcs.verify/1",
        "ok": not findings,
        "entries": entries,
        "head": head.document(),
        "findings": [as_document(one) for one in findings],
    }
    result = "核验通过"
    if findings:
        result = "核验不通过"
    text = [
        f"{one.code} {line}"
        for one, line in zip(findings, output.finding_lines(findings), strict=True)
    ]
    text.append(f"{result}：{entries} 条，{head.last_entry}")
    output.answer(settings, document, "\n".join(text), head.digest)
    if findings:
        raise typer.Exit(LedgerBroken.exit_code)


def _counting(report: Callable[[int], None]) -> Callable[[], None]:
    """A function that reports one item more each time it is called."""
    numbers = count(1)
    return lambda: report(next(numbers))


def _stepping(fold: Refold, step: Callable[[], None]) -> Refold:
    """The same refold; `step` is called for each case."""

    def folded(cases: Sequence[Sequence[Event]]) -> list[Projection]:
        for _ in cases:
            step()
        return fold(cases)

    return folded


def _anchor_lines(path: str, home: Path) -> list[str]:
    try:
        lines = read(Path(path))
    except FileNotFoundError as error:
        raise StoreUnreachable(
            f"没有留底文件 {path}；数据目录里的那份在 {home / 'heads.txt'}"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise StoreUnreachable(
            f"读不了留底文件 {Path(path).name}；应是 heads.txt 那样的文本"
        ) from error
    if not names_an_entry(lines):
        raise BadValue(
            f"留底文件 {Path(path).name} 里没有一条可以核对的（每行“站码 序号 摘要 时间”，序号从 1 起）"
        )
    return lines


def _rebuild(settings: Settings, values: Values) -> None:
    office = context.office(settings, stored=False)
    need(office, "重建台账", "admin")

    def total() -> int:
        return int(context.read(office, lambda ledger: ledger.facts()["cases"]))

    with output.progress(settings, "重算", total) as report:
        cases = context.rebuild(office, _counting(report))
    output.answer(
        settings, {"schema": "bbcs.rebuild/1", "cases": cases}, f"已重算 {cases} 件", str(cases)
    )


FACTS = {
    "station": "站码",
    "created_at": "建立时间",
    "size": "字节",
    "entries": "记录",
    "cases": "件",
    "journal_mode": "日志方式",
    "schema_version": "数据结构",
    "engine": "数据库",
    "python": "Python",
}


def _info(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    facts = context.read(
        office, lambda ledger: {**ledger.facts(), "head": ledger.head().document()}
    )
    lines = [
        f"数据目录：{office.home}",
        *(f"{label}：{facts[name]}" for name, label in FACTS.items()),
    ]
    output.answer(
        settings,
        {"schema": "bbcs.info/1", "home": str(office.home), **facts},
        "\n".join(lines),
        str(facts["entries"]),
    )


WORDS: Mapping[str, CommandDefinition] = {
    "verify": CommandDefinition(
        "核验台账：链、承诺、编号；有问题退出码 21",
        _verify,
        (
            flag("full", "连同每件重算、与存的结果逐项比对、检查文件"),
            Field("anchor", "与这份留底（如 heads.txt）核对", "file"),
        ),
        examples=(
            "bbcs ledger verify",
            "bbcs ledger verify --full",
            "bbcs ledger verify --anchor heads.txt",
        ),
    ),
    "rebuild": CommandDefinition(
        "由记录重算全部存的结果（记录本身不变）", _rebuild, examples=("bbcs ledger rebuild",)
    ),
    "info": CommandDefinition("台账概况", _info, examples=("bbcs ledger info --json",)),
    **ledger_backup.WORDS,
    "erase": ledger_erase.ERASE,
    "move": ledger_move.MOVE,
}


def command(word: str) -> Command:
    """The group."""
    return options.group(word, "台账：核验、重建、概况、备份、恢复、清除、搬家", WORDS)
