"""Copies a ledger file while others write; they wait only as long as reading takes.

Without WAL nobody commits while another program reads. So the file is read first without a lock, as
it changes. Then the lock is taken, and what differs by now is written again: at that time the
system has the file in its memory, and little is written.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bbcs.store.engine import WAIT

_BLOCK = 1 << 18

_KEPT: dict[tuple[int, int], int] = {}
"""Descriptors of ledger files, by device and inode. They are never closed: when a process closes
any descriptor of a file, POSIX drops all locks it has on it, those of SQLite's connections too."""


def copy(source: Path, target: Path) -> None:
    """Writes what a ledger file holds between two transactions of others into an empty file.

    Raises sqlite3.Error, OSError.
    """
    with closing(sqlite3.connect(source, timeout=WAIT, isolation_level=None)) as live:
        mode = live.execute("PRAGMA journal_mode").fetchone()[0]
        if mode != "wal" and hasattr(os, "preadv"):
            _copy_beside(live, source, target)
        else:  # a part lies in another file, but a reader keeps nobody waiting; or Windows
            _copy_through(live, target)


def _copy_beside(live: sqlite3.Connection, source: Path, target: Path) -> None:
    reading = _descriptor(source)
    with target.open("r+b", buffering=0) as copied:
        _bring_up_to_date(reading, copied.fileno())
        with _held(live):
            _bring_up_to_date(reading, copied.fileno())


def _copy_through(live: sqlite3.Connection, target: Path) -> None:
    """One step: many small ones begin anew at each write of another program (trust.md §6.6)."""
    with closing(sqlite3.connect(target, isolation_level=None)) as new:
        new.execute("PRAGMA journal_mode=OFF")  # a copy that fails is thrown away
        new.execute("PRAGMA synchronous=OFF")
        live.backup(new, sleep=0.02)
        new.execute("PRAGMA journal_mode=TRUNCATE")


def _descriptor(path: Path) -> int:
    stat = path.stat()
    key = (stat.st_dev, stat.st_ino)
    if key not in _KEPT:
        _KEPT[key] = os.open(path, os.O_RDONLY)
    return _KEPT[key]


@contextmanager
def _held(live: sqlite3.Connection) -> Iterator[None]:
    """Others may read meanwhile, but not commit."""
    live.execute("BEGIN")
    try:
        live.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
        yield
    finally:
        live.execute("COMMIT")


def _bring_up_to_date(source: int, target: int) -> None:
    """Writes every block in which the two files differ."""
    size, offset = os.fstat(source).st_size, 0
    wanted, present = bytearray(_BLOCK), bytearray(_BLOCK)
    while offset < size:
        length = os.preadv(source, [wanted], offset)
        there = os.preadv(target, [present], offset)
        if length != there or wanted != present:
            os.pwrite(target, wanted[:length], offset)
        offset += length
        if not length:  # it was made shorter meanwhile
            break
    os.ftruncate(target, size)
