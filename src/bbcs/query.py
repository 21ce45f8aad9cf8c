"""The query API: the projections of a ledger as SQLModel rows, read-only (formats.md §6.14).

from bbcs.query import CaseRow, open_session, select

with open_session("/srv/window") as session:
    rows = session.exec(select(CaseRow).where(CaseRow.phase == "handling")).all()

The columns of each class are those of its table (`bbcs.store.tables`). Days and moments are text
(`2026-09-30`, `2026-09-30T09:10:00+08:00`), flags are 0 or 1, lists (`causes`, `flags`, `units`,
`items`) are JSON text, `fold` is the JSON row that `bbcs list` shows, masked. Neither the entries
nor the personal data can be read here. No command imports this module: SQLModel takes 0.5 s.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import Session, col, func, select

from bbcs.config.home_files import LEDGER
from bbcs.store.sqlite import open_ledger
from bbcs.store.tables import (
    CalendarDay,
    CalendarNotice,
    CallbackRow,
    CaseRow,
    CaseText,
    Movement,
    OrderRow,
    Waiver,
)

__all__ = [
    "PROJECTIONS",
    "CalendarDay",
    "CalendarNotice",
    "CallbackRow",
    "CaseRow",
    "CaseText",
    "Movement",
    "OrderRow",
    "Waiver",
    "col",
    "func",
    "open_session",
    "select",
]

PROJECTIONS = (
    CaseRow,
    CaseText,
    OrderRow,
    CallbackRow,
    Movement,
    Waiver,
    CalendarNotice,
    CalendarDay,
)
"""The tables that can be read: all are derived from the entries, and none holds personal data."""

_READABLE = frozenset(str(model.__tablename__) for model in PROJECTIONS)
_READING = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,
    }
)


@contextmanager
def open_session(home: str | os.PathLike[str]) -> Iterator[Session]:
    """A session on the ledger of a home, closed at the end of the block.

    Each statement sees the newest state and keeps nobody from writing once its rows are fetched.
    Rows stay readable after the block. A statement that writes, or reads another table than
    `PROJECTIONS`, raises `sqlalchemy.exc.DatabaseError`.
    Raises the refusals of opening a ledger: StoreUnreachable, NotALedger, NewerSchema, OlderSchema.
    """
    with open_ledger(os.fspath(home)):
        pass  # opening checks that the file is a ledger of this version
    engine = create_engine(
        "sqlite://", creator=partial(_connect, Path(home, LEDGER)), poolclass=NullPool
    )
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield session
    finally:
        engine.dispose()


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that cannot write: the file is open for reading, and SQLite asks `_authorize`."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None
    )
    connection.execute("PRAGMA query_only=ON")
    connection.set_authorizer(_authorize)
    return connection


def _authorize(action: int, name: str | None, value: str | None, *_: str | None) -> int:
    """What SQLite asks about each part of a statement; see sqlite3.Connection.set_authorizer."""
    allowed = (
        action in _READING
        or (action == sqlite3.SQLITE_READ and name in _READABLE)
        # SQLAlchemy asks this once for each engine
        or (action == sqlite3.SQLITE_PRAGMA and (name, value) == ("read_uncommitted", None))
    )
    return (sqlite3.SQLITE_DENY, sqlite3.SQLITE_OK)[allowed]
