"""A county's store with two stations that hold a row in every table, for tests with plain SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

import postgres_server
from bbcs.store.postgres.table_groups import TABLES

SERVERS: dict[str, Callable[[], postgres_server.Server | None]] = {
    "packaged": postgres_server.shared,
    "debian": postgres_server.with_extensions,
}
"""Name of a build -> the running server, None where it is not installed."""

STATIONS = ("ZY01", "CY02")
PARTS = 2
"""So that the stations lie in different partitions, and some partitions are empty."""

_AT = "2026-03-02T09:00:00+08:00"
_TEXTS = {
    "case_no": "X-20260302-0001", "kind": "Noted", "at": _AT, "recorded_at": _AT, "actor": "zs", "clock": "system",
    "data": "{}", "commitment": "", "prev": "0" * 64, "digest": "a" * 64, "body": "{}", "sha256": "b" * 64,
    "what": "pack", "day": "2026-03-02", "layer": "annual", "phase": "accepted", "received_at": _AT, "state": None,
    "due": "2026-03-05", "passes": "2026-03-05", "month": "2026-03", "effective": "2026-03-02", "last_day": None,
}  # fmt: skip
"""Values of columns that no plain word may have."""

_OF_A_TABLE: dict[tuple[str, str], Any] = {
    ("entry", "case_no"): None,
    ("entry", "version"): None,
    ("calendar_day", "kind"): "holiday",
    ("order_row", "state"): "sent",
}


def example(table: str, columns: Sequence[tuple[str, str, bool]], station: str) -> dict[str, Any]:
    """A row of a table. columns: name, type, and whether it may be empty."""
    row: dict[str, Any] = {}
    for name, kind, empty in columns:
        value: Any = {"text": "word", "bytea": b"0123456789abcdef"}.get(kind, 1)
        if name == "number" and table == "phone_row":
            value = 2
        row[name] = _OF_A_TABLE.get((table, name), None if empty else _TEXTS.get(name, value))
    return row | {"station": station}


class County:
    """A database that `county init` made."""

    def __init__(self, server: postgres_server.Server, name: str) -> None:
        self.server, self.name = server, name
        self._open: dict[str, psycopg.Connection[Any]] = {}
        server.county(name, STATIONS, PARTS)
        with self.as_role() as connection:
            self.columns = {table: self._columns(connection, table) for table in TABLES}

    def remove(self) -> None:
        """Drops the database."""
        for connection in self._open.values():
            connection.close()
        self.server.sql(f"DROP DATABASE {self.name}")

    @contextmanager
    def as_role(self, role: str = postgres_server.OWNER) -> Iterator[psycopg.Connection[Any]]:
        """A connection of a role, by its name or the code of its station, for this block alone."""
        with self._connect(role) as connection:
            yield connection

    def _connect(self, role: str) -> psycopg.Connection[Any]:
        user = f"bbcs_{role.lower()}" if role in STATIONS else role
        url = self.server.url(self.name, user)
        options: dict[str, Any] = {"autocommit": True, "prepare_threshold": None}
        return psycopg.connect(url, options="-c search_path=bbcs", **options)

    def ask(self, role: str, text: str, *values: Any) -> list[Any]:
        """The rows that a statement answers to a role; the number of changed rows if none."""
        connection = self._kept(role)
        try:
            cursor = connection.execute(text, values or None)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else [cursor.rowcount]
        finally:
            connection.rollback()
            connection.execute("DISCARD ALL")

    def _kept(self, role: str) -> psycopg.Connection[Any]:
        """A connection of the role that stays open; nothing of one statement is left for the next."""
        if role not in self._open:
            self._open[role] = self._connect(role)
        return self._open[role]

    def refused(self, role: str, text: str, *values: Any) -> str:
        """The SQLSTATE with which a statement is refused; "" when it is not."""
        try:
            self.ask(role, text, *values)
        except psycopg.Error as error:
            return error.sqlstate or "?"
        return ""

    def row(self, table: str, station: str) -> dict[str, Any]:
        """A row that the table takes once."""
        return example(table, self.columns[table], station)

    def insert(self, role: str, table: str, row: dict[str, Any]) -> str:
        """Puts a row in; the SQLSTATE where that is refused, "" where it is not."""
        return self.refused(role, insert(table, row), *row.values())

    def fill(self) -> None:
        """A row of each station in every table, each written by the station itself."""
        for station in STATIONS:
            for table in sorted(TABLES, key=lambda name: name != "entry"):
                assert self.insert(station, table, self.row(table, station)) == "", table

    def partitions(self) -> list[tuple[str, str]]:
        """Table and name of every partition."""
        return self.ask(
            postgres_server.OWNER,
            "SELECT p.relname, c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid"
            " JOIN pg_class p ON p.oid = inhparent"
            " WHERE c.relkind = 'r' AND c.relnamespace = 'bbcs'::regnamespace ORDER BY 2",
        )

    def _columns(self, connection: psycopg.Connection[Any], table: str) -> Any:
        return connection.execute(
            "SELECT attname, format_type(atttypid, NULL), NOT attnotnull FROM pg_attribute"
            " WHERE attrelid = ('bbcs.' || %s)::regclass AND attnum > 0 ORDER BY attnum",
            (table,),
        ).fetchall()


def insert(table: str, row: dict[str, Any]) -> str:
    """The statement that puts a row in, with a mark for each value."""
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})"
