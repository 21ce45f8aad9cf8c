"""Turns what sqlite3 raises into a refusal: no SQL text, no value, and what would work."""

from __future__ import annotations

import sqlite3

from bbcs.errors import (
    BadValue,
    BbcsError,
    DiskFull,
    LedgerBroken,
    LedgerConflict,
    LedgerLocked,
    StoreUnreachable,
)
from bbcs.store.location import damaged, unwritable

BUSY, LOCKED, READONLY, IOERR, CORRUPT = 5, 6, 8, 10, 11
FULL, CANTOPEN, CONSTRAINT, NOTADB = 13, 14, 19, 26
_UNDECODABLE = "Could not decode to UTF-8"
"""How the driver begins its message on a text that is no UTF-8; it bears no code."""

_NO_ROOM = frozenset({778, 4874})
"""SQLITE_IOERR_WRITE, SQLITE_IOERR_SHMSIZE: what a full disk or a limit gives beside FULL."""

_CHECK = 275


def primary(error: sqlite3.Error) -> int:
    """Returns the primary result code; 0 when SQLite gave none (a wrong use of the driver)."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def undecodable(error: Exception) -> bool:
    """Whether the error is that of a stored text that is no UTF-8."""
    return str(error).startswith(_UNDECODABLE)


def refusal(error: sqlite3.Error, home: str) -> BbcsError:
    """Returns the refusal that stands for an error."""
    code = int(getattr(error, "sqlite_errorcode", 0) or 0)
    kind = code & 0xFF
    if undecodable(error):
        return LedgerBroken(
            "台账里有文字不是 UTF-8，像是被改动过；请先 bbcs ledger verify --full，照它说的重算或恢复"
        )
    if kind == CONSTRAINT:
        return _constraint(error, code)
    if kind in (BUSY, LOCKED):
        return LedgerLocked(
            "台账一直被别的程序占用（在写，或在读还没放开）；什么都没有写，请稍后再试"
        )
    if kind == FULL or code in _NO_ROOM:
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


def _constraint(error: sqlite3.Error, code: int) -> BbcsError:
    message = str(error)
    if code == _CHECK:
        return BadValue(f"值不合台账的规定（{message.rpartition(': ')[2]}）")
    if "case_row.source" in message:
        return LedgerConflict("同一来源、同一编号的件已经登记过")
    if "personal" in message:
        return LedgerConflict("个人信息部分只写一次，不能改写")
    return LedgerConflict("别人先写了一步，台账没有改动；请重新查看后再办")
