"""Refusals about a home that do not depend on its engine: what is wrong and what would work."""

from __future__ import annotations

from pathlib import Path

from bbcs.config import home_files
from bbcs.domain.event import Unreadable
from bbcs.errors import LedgerBroken, NotALedger, StoreUnreachable
from bbcs.store.location import advice


def damaged(home: str) -> NotALedger:
    """The file is there but is no ledger."""
    return NotALedger(
        f"{home} 里的 {home_files.LEDGER} 不是 bbcs 的台账，或已被清空、损坏；"
        f"请用最近的备份恢复：{home_files.RESTORE}"
    )


def unwritable(home: str) -> StoreUnreachable:
    """The folder or its files are read-only, or belong to another login."""
    for path in (Path(home), *(Path(home) / name for name in home_files.PARTS)):
        if home_files.is_foreign(path):
            return home_files.closed(path)
    return StoreUnreachable(f"台账文件夹不能写：{home}；请改权限，或把台账放到{advice()}")


def unreadable(error: Unreadable) -> LedgerBroken:
    """An entry cannot be read."""
    return LedgerBroken(f"台账里有记录读不出来，像是被改动过：{error}；请先 bbcs ledger verify")
