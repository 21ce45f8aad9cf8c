"""`bbcs doctor`: examines the machine, the home, the ledger and the calendar.

Each check says what would help.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typer

from bbcs.calendar.days import DayCalendar
from bbcs.cli import options, output
from bbcs.cli.click import Command
from bbcs.cli.context import NOTIFY
from bbcs.cli.home_calendar import calendar_of
from bbcs.cli.options import CommandDefinition, Values
from bbcs.cli.settings import Settings
from bbcs.config import preferences, station_file
from bbcs.config.environment import present
from bbcs.config.home_files import closed
from bbcs.errors import BbcsError
from bbcs.findings import Finding
from bbcs.record import Record, as_document
from bbcs.render.terminal import echo, flowing
from bbcs.store import copies, home_checks, location, rule_proof
from bbcs.store.backup import log
from bbcs.store.file_modes import loose_files
from bbcs.store.leftovers import sweep
from bbcs.store.opening import open_ledger
from bbcs.store.provable import ProvableLedger
from bbcs.store.transfer.facts import MOVING

ANNOUNCED = 11
"""Month in which the State Council usually announces the next year's holidays.

From then on doctor reminds.
"""

BACKUP_AGE = 7
"""Days after which a backup is old, if anything was entered since."""


class DoctorCheck(Record):
    """One thing examined; a reminder is no problem: nothing is wrong yet."""

    name: str
    ok: bool
    what: str
    hint: str = ""
    reminder: bool = False


def examine(settings: Settings) -> list[DoctorCheck]:
    """Every check; one that cannot be made is itself a problem, not a crash."""
    results: list[DoctorCheck] = []
    for part in _PARTS:
        try:
            results += part(settings)
        except BbcsError as refused:
            results.append(DoctorCheck("数据目录", False, refused.message))
        except PermissionError as wrong:
            what = closed(Path(os.fsdecode(wrong.filename or settings.folder))).message
            results.append(DoctorCheck("数据目录", False, what))
    return results


def _machine(settings: Settings) -> Iterator[DoctorCheck]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield DoctorCheck("Python", sys.version_info >= (3, 11), version, "需要 3.11 或更新")
    encoding = (sys.stdout.encoding or "").lower()
    full = encoding.replace("-", "") in ("utf8", "gb18030", "gbk", "cp936")
    yield DoctorCheck("终端编码", full, encoding or "未知", "请用 UTF-8 或 GBK 的终端")


def _home(settings: Settings) -> Iterator[DoctorCheck]:
    home = settings.folder
    location.check(str(home))
    yield DoctorCheck("目录位置", True, str(home))
    station = station_file.read(home)
    yield DoctorCheck("站点", True, f"{station.name}（{station.code}）")
    for finding in preferences.problems_of(home):
        what = f"{finding.where}：{finding.what}"
        yield DoctorCheck("习惯设置", False, what, finding.hint or "改好这一行，或删去它")
    loose, readers = loose_files(home), "只有本用户可读"
    if loose:
        readers = f"{len(loose)} 个文件别的用户可读"
    yield DoctorCheck("权限", not loose, readers, f"请执行 chmod -R go= '{home}'")


def _engine(facts: Mapping[str, Any]) -> str:
    if facts["sqlite"] is None:
        return str(facts["engine"]).partition(" ")[2]
    return f"{facts['sqlite']}，{facts['journal_mode']} 日志"


def _ledger(settings: Settings) -> Iterator[DoctorCheck]:
    with open_ledger(settings.folder, notify=NOTIFY) as ledger:
        facts, head = ledger.facts(), ledger.head()
        fault, swapped = ledger.key_fault(), list(home_checks.station(ledger))
        rules, wrong = _rules(ledger)
        moving = ledger.session.meta.get(MOVING)
    yield DoctorCheck("台账", True, f"{facts['entries']} 条记录，{facts['cases']} 件")
    yield DoctorCheck(
        facts["engine"].partition(" ")[0],
        not facts["wal_unsafe"],
        _engine(facts),
        "此版本的 WAL 有缺陷；请升级 SQLite",
    )
    yield DoctorCheck(
        "查重密钥",
        not fault,
        {"": "在", "missing": "不见了", "foreign": "不是这个台账的"}[fault],
        "从备份取回 lookup.key，否则查不出重复来访",
    )
    yield DoctorCheck("规则包", bool(rules), rules or "没有采用过规则包", "请执行 bbcs pack adopt")
    for finding in wrong:
        what = f"{finding.where} {finding.what}"
        yield DoctorCheck("规则和名册", False, what, finding.hint)
    if moving:
        hint = f"请再执行一次 bbcs ledger move --to {moving}；没有搬完以前，这里照常办件"
        yield DoctorCheck("搬台账", False, f"搬到 {moving} 没有搬完", hint)
    for finding in swapped:
        yield DoctorCheck("站码", False, finding.what, finding.hint)
    now, clock = present()
    if head.recorded_at and clock == "system":
        behind = (datetime.fromisoformat(head.recorded_at) - now).total_seconds()
        yield DoctorCheck(
            "系统时间", behind < 60, f"{now:%Y-%m-%d %H:%M}", "比最后一条记录早，请校准电脑时间"
        )


def _backup(settings: Settings) -> Iterator[DoctorCheck]:
    """The last backup of the home; it is only a reminder where there is none, or an old one."""
    last, hint = log.last(settings.folder), "请执行 bbcs ledger backup --to 另一块盘上的目录"
    if last is None:
        yield DoctorCheck("备份", True, "还没有备份过", hint, reminder=True)
        return
    newer = _entries_since(settings, last.head)
    now, _ = present()
    days = (now.date() - last.at.date()).days
    how = {True: "加密", False: "没有加密"}[last.encrypted]
    what = f"{last.at:%Y-%m-%d %H:%M}，{how}，{last.entries} 条，恢复核验过，在 {last.file}"
    if days > BACKUP_AGE and newer > 0:
        what += f"；已过 {days} 天，其后又有 {newer} 条记录"
        yield DoctorCheck("备份", True, what, hint, reminder=True)
    elif not last.file.is_file():
        what += "；现在那里没有这个文件"
        yield DoctorCheck("备份", True, what, "请确认它还在，或再备份一次", reminder=True)
    else:
        yield DoctorCheck("备份", True, what)


def _entries_since(settings: Settings, seq: int) -> int:
    """Entries after this one; 0 for a ledger that cannot be read, which is a finding of its own."""
    try:
        with open_ledger(settings.folder, notify=NOTIFY) as ledger:
            return ledger.head().seq - seq
    except BbcsError:
        return 0


def _rules(ledger: ProvableLedger) -> tuple[str, list[Finding]]:
    """The pack in force as the ledger holds it, and every file that says something else."""
    rules = ledger.rules()
    wrong = [*rule_proof.findings(ledger), *copies.findings(ledger)]
    if rules.in_force is None:
        return "", wrong
    pack = rules.pack_of(rules.in_force)
    return f"{pack.name} 第 {pack.edition} 版", wrong


def _leftovers(settings: Settings) -> Iterator[DoctorCheck]:
    """Removes what killed programs left; says so only where there was something."""
    if removed := sweep(settings.folder):
        what = f"删去了被中断的程序留下的 {len(removed)} 个（如 {removed[0].name}）"
        yield DoctorCheck("临时文件", True, what)


def _calendar(settings: Settings) -> Iterator[DoctorCheck]:
    now, _ = present()
    try:
        calendar = calendar_of(settings)
    except BbcsError:  # the home has a finding of its own already
        calendar = DayCalendar()
    for year in (now.year, now.year + 1):
        years = calendar.provisional(date(year - 1, 12, 31), date(year, 12, 28))
        state = {True: "放假通知未到，到期日标“暂定”", False: "放假通知已收录"}[bool(years)]
        late = bool(years) and year == now.year
        remind = bool(years) and year > now.year and now.month >= ANNOUNCED
        yield DoctorCheck(
            f"{year} 年日历", not late, state, "通知公布后请用 bbcs calendar import 导入", remind
        )


_PARTS: tuple[Callable[[Settings], Iterator[DoctorCheck]], ...] = (
    _machine,
    _home,
    _ledger,
    _backup,
    _leftovers,
    _calendar,
)


def _checked(one: DoctorCheck) -> str:
    line = f"{one.name}：{one.what}"
    if one.ok and not one.reminder:
        return f"好    {line}"
    if one.hint:
        line += f"；{one.hint}"
    if one.ok:
        return f"提醒  {line}"
    return f"问题  {line}"


def _doctor(settings: Settings, values: Values) -> None:
    checks = examine(settings)
    bad = [one for one in checks if not one.ok]
    document = {
        "schema": "bbcs.doctor/1",
        "ok": not bad,
        "checks": [as_document(one) for one in checks],
    }
    lines = [_checked(one) for one in checks]
    if settings.as_json:
        output.echo_json(document)
    else:
        echo(flowing("\n".join(lines)))
    if bad:
        raise typer.Exit(1)


DOCTOR = CommandDefinition(
    "检查环境和数据目录，逐项给出办法（有问题退出码 1）",
    _doctor,
    examples=("bbcs doctor", "bbcs doctor --json"),
)


def command(word: str) -> Command:
    """The command."""
    return options.command(word, DOCTOR)
