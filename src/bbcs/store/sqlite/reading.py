"""A connection for `bbcs.query`: it reads some tables of a ledger file and can do nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from functools import partial
from pathlib import Path

from bbcs.config.home_files import LEDGER

_READING = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,
    }
)


def connect_reading(home: str, tables: Collection[str]) -> sqlite3.Connection:
    """Returns a connection that cannot write and reads only these tables.

    The file is open for reading, and SQLite asks `_authorize` about each part of a statement.
    """
    path = Path(home, LEDGER)
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None
    )
    connection.execute("PRAGMA query_only=ON")
    connection.set_authorizer(partial(_authorize, tables))
    return connection


def _authorize(
    tables: Collection[str], action: int, name: str | None, value: str | None, *_: str | None
) -> int:
    """Answers SQLite; see sqlite3.Connection.set_authorizer."""
    allowed = (
        action in _READING
        or (action == sqlite3.SQLITE_READ and name in tables)
        # SQLAlchemy asks this once for each engine
        or (action == sqlite3.SQLITE_PRAGMA and (name, value) == ("read_uncommitted", None))
    )
    return (sqlite3.SQLITE_DENY, sqlite3.SQLITE_OK)[allowed]
