"""What sqlite3, or reading, raises -> a refusal: no SQL text, no value, and what would work."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bbcs.config import home_files
from bbcs.config.home_files import LEDGER
from bbcs.domain.event import Unreadable
from bbcs.errors import (
    BadValue,
    BbcsError,
    DiskFull,
    LedgerBroken,
    LedgerConflict,
    LedgerLocked,
    NotALedger,
    StoreUnreachable,
)
from bbcs.store.location import advice

BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, CONSTRAINT, NOTADB = (
    5,
    6,
    8,
    10,
    11,
    13,
    14,
    19,
    26,
)
_IOERR_WRITE, _CHECK = 778, 275


def primary(error: sqlite3.Error) -> int:
    """The primary result code, 0 when SQLite gave none (a misuse of the driver: a bug of ours)."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def refusal(error: sqlite3.Error | Unreadable, home: str) -> BbcsError:
    """The refusal that stands for `error`."""
    if isinstance(error, Unreadable):
        return LedgerBroken(f"台账里有记录读不出来，像是被改动过：{error}；请先 bbcs ledger verify")
    code = int(getattr(error, "sqlite_errorcode", 0) or 0)
    kind = code & 0xFF
    if kind == CONSTRAINT:
        return _constraint(error, code)
    if kind in (BUSY, LOCKED):
        return LedgerLocked("台账正被别的程序写入，一直没有空出；什么都没有写，请稍后再试")
    if kind == FULL or code == _IOERR_WRITE:
        return DiskFull(f"磁盘已满或到了限额，什么都没有写；请清出空间后再试：{home}")
    if kind in (READONLY, CANTOPEN):
        return unwritable(home)
    if kind == NOTADB:
        return damaged(home)
    if kind == CORRUPT:
        return LedgerBroken(
            f"台账文件已损坏：{home}；请不要再写，用 bbcs ledger verify --full 查看，再用最近的备份恢复"
        )
    name = getattr(error, "sqlite_errorname", None)
    if name is None:
        return BbcsError(f"台账内部出错：{type(error).__name__}")
    return StoreUnreachable(f"台账读写出错（{name}），什么都没有写：{home}；请检查磁盘，再试一次")


def damaged(home: str) -> NotALedger:
    """The file is there but is no ledger."""
    return NotALedger(
        f"{home} 里的 {LEDGER} 不是 bbcs 的台账，或已被清空、损坏；请用最近的备份恢复：{home_files.RESTORE}"
    )


def unwritable(home: str) -> StoreUnreachable:
    """The folder or its files are read-only, or belong to another login."""
    for path in (Path(home), *(Path(home) / name for name in home_files.PARTS)):
        if home_files.is_foreign(path):
            return home_files.closed(path)
    return StoreUnreachable(f"台账文件夹不能写：{home}；请改权限，或把台账放到{advice()}")


def _constraint(error: sqlite3.Error, code: int) -> BbcsError:
    said = str(error)
    if code == _CHECK:
        return BadValue(f"值不合台账的规定（{said.rpartition(': ')[2]}）")
    if "case_row.source" in said:
        return LedgerConflict("同一来源、同一编号的件已经登记过")
    if "personal" in said:
        return LedgerConflict("个人信息部分只写一次，不能改写")
    return LedgerConflict("别人先写了一步，台账没有改动；请重新查看后再办")
