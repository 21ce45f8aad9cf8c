"""Checks the copies of what the ledger says: texts of rules, the station file, the cache.

Commands read the ledger. A file that says something else is named, never followed and never mended.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from bbcs.config import items, packs, station_file
from bbcs.config.home_files import STATION
from bbcs.domain.station import Station
from bbcs.errors import BbcsError
from bbcs.findings import Finding
from bbcs.store.ledger import StoredLedger
from bbcs.usecases.rosters import KINDS, hand_edits

_LEDGER_HOLDS = "各件照台账里的原文办，不看这份文件；请查明是谁改的"


def findings(ledger: StoredLedger) -> Iterator[Finding]:
    """Every file of the home that differs from what the ledger holds."""
    yield from editions(ledger)
    yield from catalogue(ledger)
    yield from station_lines(ledger)
    yield from cache(ledger)


def editions(ledger: StoredLedger) -> Iterator[Finding]:
    """Copies of adopted editions; other files in their folder have no use."""
    home = Path(ledger.home)
    wanted = {
        packs.edition_file(home, one.key, one.edition): one for one in ledger.rules().editions
    }
    for path in sorted((home / packs.EDITIONS).glob("*")):
        where, text = str(path.relative_to(home)), wanted.get(path)
        if path.name[0] == ".":
            continue  # of a program at work
        if text is None:
            what = "不是采用过的版次的抄件"
            yield Finding("copy", where, what, "要采用请用 bbcs pack adopt，否则请移走")
        elif _digest(path) != text.sha256:
            what = f"与台账里 {text.key} 第 {text.edition} 版的原文不同：被改动"
            hint = (
                f"{_LEDGER_HOLDS}；原文可用 bbcs pack export {text.key}@{text.edition} 写出来对照"
            )
            yield Finding("copy", where, what, hint)


def catalogue(ledger: StoredLedger) -> Iterator[Finding]:
    """The copy of the catalogue of items."""
    path, text = Path(ledger.home) / items.FILE, ledger.rules().catalogue
    if not path.is_file():
        return
    if text is None:
        what = "没有载入台账，不起作用"
        yield Finding("copy", items.FILE, what, "要用请 bbcs station items load，否则请移走")
    elif _digest(path) != text.sha256:
        what = f"与第 {text.seq} 条载入的事项目录不同：被改动"
        yield Finding(
            "copy", items.FILE, what, f"{_LEDGER_HOLDS}；要换目录请 bbcs station items load"
        )


def station_lines(ledger: StoredLedger) -> Iterator[Finding]:
    """Lines of the station file that repeat the ledger, and rosters that were changed by hand."""
    path = Path(ledger.home) / STATION
    if not path.is_file():
        return
    try:
        station = station_file.read_uncached(Path(ledger.home))
    except BbcsError:
        return  # `home_checks.station` says what is wrong with it
    force = ledger.rules().in_force
    if force and (
        station.pack != force.key or station.edition not in ("", force.edition)
    ):  # a file of old names no edition
        what = (
            f"写的规则包是 {_edition(station)}，台账里在用的是 {force.key}@{force.edition}；"
            "以台账为准"
        )
        hint = "要换规则包请用 bbcs pack adopt；不换请把这一行改回来，并查明是谁改的"
        yield Finding("copy", STATION, what, hint)
    edits = hand_edits(ledger.office_wide(KINDS), station)
    if edits.recorded and edits:
        parts = {"单位、操作员或站点信息": edits.roster, "坐诊表": bool(edits.gone or edits.new)}
        what = (
            f"{'、'.join(name for name, differs in parts.items() if differs)}被手工改过，没有记录"
        )
        hint = "是自己改的请用 bbcs station sync 记入台账；不是请查明是谁改的"
        yield Finding("roster", STATION, what, hint)


def _edition(station: Station) -> str:
    return "@".join(part for part in (station.pack, station.edition) if part)


def cache(ledger: StoredLedger) -> Iterator[Finding]:
    """The cache: what was read in the station file, and nothing else."""
    home = Path(ledger.home)
    for path in sorted((home / station_file.CACHE).parent.glob("*")):
        where = str(path.relative_to(home))
        if path.name[0] == ".":
            continue  # of a program at work
        if path != home / station_file.CACHE:
            yield Finding("cache", where, "不是本版程序的缓存，不起作用", "请删去")
        elif not station_file.is_cache_right(home):
            what = "与 station.toml 的内容不符：被改动"
            yield Finding("cache", where, what, "请查明是谁改的；删去后会照 station.toml 重新生成")


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
