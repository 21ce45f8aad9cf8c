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
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import Session, col, func, select

from bbcs.domain.station import is_database
from bbcs.store.opening import open_ledger, store_of
from bbcs.store.postgres.reading import reading_engine
from bbcs.store.sqlite.reading import connect_reading
from bbcs.store.tables import (
    Adopted,
    CalendarDay,
    CalendarNotice,
    CallbackRow,
    CaseRow,
    CaseText,
    DeadlineRow,
    Movement,
    OrderRow,
    PaperRow,
    Parsed,
    PersonItem,
    PhoneRow,
    Reference,
    Waiver,
)

__all__ = [
    "PROJECTIONS",
    "Adopted",
    "CalendarDay",
    "CalendarNotice",
    "CallbackRow",
    "CaseRow",
    "CaseText",
    "DeadlineRow",
    "Movement",
    "OrderRow",
    "PaperRow",
    "Parsed",
    "PersonItem",
    "PhoneRow",
    "Reference",
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
    DeadlineRow,
    CallbackRow,
    PhoneRow,
    PersonItem,
    PaperRow,
    Movement,
    Waiver,
    Reference,
    CalendarNotice,
    CalendarDay,
    Adopted,
    Parsed,
)
"""The tables that can be read: all are derived from the entries, and none holds personal data."""

_READABLE = frozenset(str(model.__tablename__) for model in PROJECTIONS)


def _engine(home: str) -> Engine:
    """The engine of SQLAlchemy for the ledger of a home, whatever engine it has."""
    if is_database(store_of(home)):
        return reading_engine(home, _READABLE)
    connect = partial(connect_reading, home, _READABLE)
    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


@contextmanager
def open_session(home: str | os.PathLike[str]) -> Iterator[Session]:
    """A session on the ledger of a home, closed at the end of the block.

    Each statement sees the newest state and keeps nobody from writing once its rows are fetched.
    Rows stay readable after the block. A statement that writes, or reads another table than
    `PROJECTIONS`, raises `sqlalchemy.exc.DatabaseError`; on PostgreSQL so does SQL as text.
    Raises the refusals of opening a ledger: StoreUnreachable, NotALedger, NewerSchema, OlderSchema.
    """
    with open_ledger(os.fspath(home)):
        pass  # opening checks that the file is a ledger of this version
    engine = _engine(os.fspath(home))
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield session
    finally:
        engine.dispose()
