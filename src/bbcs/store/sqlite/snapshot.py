"""A private copy of a ledger file for readers that take long.

Without WAL, SQLite lets nobody commit while another program reads. A copy takes a moment; the
reader then has its own file, and the ledger is free (docs/decisions/0009-readers.md).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bbcs.config.home_files import LEDGER
from bbcs.errors import DiskFull, is_full
from bbcs.store.leftovers import SNAPSHOT, sweep_dead
from bbcs.store.location import unwritable
from bbcs.store.sqlite import copying, dialect


def copied(home: Path, factory: type[sqlite3.Connection]) -> sqlite3.Connection:
    """Returns a reading transaction on a copy of the ledger as it stands now.

    The copy lies in the home, readable by its owner only. Where the system allows it, it loses its
    name as soon as it is made, and nothing is left of it when the program ends in whatever way;
    else it is removed when the connection is closed. Raises sqlite3.Error, DiskFull,
    StoreUnreachable.
    """
    path = private_file(home, SNAPSHOT)
    connection = None
    try:
        with _writing(home):
            copying.copy(home / LEDGER, path)
        connection = sqlite3.connect(path, isolation_level=None, factory=factory)
        connection.executescript(dialect.PRAGMAS)
        connection.execute("PRAGMA query_only=ON")
        connection.execute("BEGIN")
        _unlink(path)
    except BaseException:
        if connection:
            connection.close()
        path.unlink(missing_ok=True)
        raise
    return connection


def private_file(home: Path, prefix: str) -> Path:
    """An empty file in the home, readable by its owner only; those of this prefix that killed
    programs left are removed. Raises DiskFull, StoreUnreachable.
    """
    sweep_dead(home, prefix)
    path = home / f"{prefix}{os.getpid()}-{os.urandom(4).hex()}"
    with _writing(home):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


@contextmanager
def _writing(home: Path) -> Iterator[None]:
    """Turns errors of writing into refusals."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise DiskFull(f"磁盘已满或到了限额，什么都没有写；请清出空间后再试：{home}") from None
        raise unwritable(str(home)) from None


def _unlink(path: Path) -> None:
    """Takes the name away; where an open file cannot lose it (Windows), `leftovers` does later."""
    if os.name != "nt":
        with suppress(OSError):
            path.unlink()
