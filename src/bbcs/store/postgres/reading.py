"""A connection for `bbcs.query`: it reads some tables of one station and can do nothing else."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql import visitors

from bbcs.config import station_file
from bbcs.store.postgres import connection as connecting, rights


def reading_engine(home: str, tables: Collection[str]) -> sa.Engine:
    """An engine of SQLAlchemy as the station's role, whose transactions cannot write.

    Row security shows the rows of the station alone. Statements that name another table, and
    statements written as text, which could, raise DatabaseError.
    """

    def connect() -> Any:
        station = station_file.read(Path(home))
        made = connecting.connect(station.store, rights.role_of(station.code), Path(home))
        made.execute("SET default_transaction_read_only = on")
        return made

    engine = sa.create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool)

    def check(connection: Any, statement: Any, *_: Any) -> None:
        """Refuses a statement that reads more than these tables."""
        if not _is_allowed(statement, tables):
            raise _refused(statement)

    def check_text(
        connection: Any, cursor: Any, text: str, values: Any, about: Any, _: Any
    ) -> None:
        """Refuses a statement that was not built, and so was not checked."""
        if about.compiled is None:
            raise _refused(text)

    event.listen(engine, "before_execute", check)
    event.listen(engine, "before_cursor_execute", check_text)
    return engine


def _is_allowed(statement: Any, tables: Collection[str]) -> bool:
    if not getattr(statement, "is_select", False):
        return False
    for part in visitors.iterate(statement):
        if part.__visit_name__ in ("textclause", "text_select", "grouping_text"):
            return False
        if isinstance(part, sa.TableClause) and part.name not in tables:
            return False
        if isinstance(part, sa.ColumnClause) and part.is_literal and part.name != "*":
            return False
    return True


def _refused(statement: Any) -> DatabaseError:
    return DatabaseError(str(type(statement).__name__), None, Exception("not authorized"))
