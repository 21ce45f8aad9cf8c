"""One transaction on the ledger of one station in a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.pq import TransactionStatus

from bbcs.errors import BbcsError, LedgerBroken
from bbcs.findings import Finding
from bbcs.store.engine import SCHEMA, Row, Session
from bbcs.store.postgres import dialect, faults, rights, schema_check
from bbcs.store.postgres.files import DatabaseFiles
from bbcs.store.postgres.full_text import CASE_SEARCH, PERSON_SEARCH, PostgresFullText
from bbcs.usecases import fulltext

if TYPE_CHECKING:
    from bbcs.findings import Finding
    from bbcs.store.postgres.files import DatabaseFiles

_AT_ONCE = 2000
"""Rows that a stream fetches at a time."""

_CURSORS = count(1)
"""Numbers of the cursors on the server: a county reads several sessions on one connection."""

_FAILED = TransactionStatus.INERROR


class PostgresSession(Session):
    """A connection with one open transaction. where: the database, as messages name it."""

    errors = (psycopg.Error,)
    address = ""
    """Where it was opened by `Engine.open`: another address may be another ledger."""

    def __init__(
        self, connection: psycopg.Connection[Any], station: str, where: str, meta: Mapping[str, str]
    ) -> None:
        super().__init__()
        self.connection: psycopg.Connection[Any] = connection
        self.station, self.meta = station, meta
        self._where, self._committing = where, False

    @cached_property
    def full_text(self) -> PostgresFullText:
        """The index of the cases' texts."""
        return PostgresFullText(self, CASE_SEARCH, fulltext.spaced)

    @cached_property
    def people(self) -> PostgresFullText:
        """The index of the bodies that name people."""
        return PostgresFullText(self, PERSON_SEARCH, str)

    @property
    def files(self) -> DatabaseFiles:
        """The attachments."""
        return DatabaseFiles(self)

    def drop_files(self, digests: Sequence[str]) -> None:
        """Removes attachments in this transaction."""
        for digest in digests:
            self.execute(dialect.DROP_FILE, sha256=digest)

    def execute(self, text: str, **values: Any) -> Any:
        """Runs a statement with `:station` and these values; returns its cursor."""
        return self.connection.execute(dialect.named(text), {"station": self.station, **values})

    def put(self, text: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Runs an INSERT once for each row of these columns, many on the way at once."""
        with self.connection.cursor() as cursor:
            cursor.executemany(dialect.by_place(text), rows)

    def stream(self, text: str, **values: Any) -> Any:
        """Gives rows one by one; the server keeps those that were not asked for yet."""
        cursor = self.connection.cursor(name=f"bbcs_{next(_CURSORS)}")
        cursor.itersize = _AT_ONCE
        cursor.execute(dialect.named(text), {"station": self.station, **values})
        self._streams.append(cursor)
        return cursor

    def end_stream(self, cursor: Any) -> None:
        """Closes the cursor of a stream before the transaction ends."""
        if cursor in self._streams:
            self._streams.remove(cursor)
            with suppress(psycopg.Error):  # of a transaction that failed it is closed already
                cursor.close()

    def stream_bytes(self, text: str, **values: Any) -> Iterator[Row]:
        """Gives rows with every text as bytes: the database holds no text that is not UTF-8."""
        for row in self.stream(text, **values):
            yield tuple(value.encode() if isinstance(value, str) else value for value in row)

    def stations(self) -> list[str]:
        """The own station, if it has entries: others lie apart, and are none of its business."""
        return [self.station] if self.one(dialect.ANY_ENTRY) else []

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the transaction. What was streamed in a part that fails ends with it."""
        before = len(self._streams)
        self.connection.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            if not self.connection.closed:
                self.connection.execute("ROLLBACK TO SAVEPOINT step; RELEASE SAVEPOINT step")
                del self._streams[
                    before:
                ]  # the server has closed them: closing fails, and undoes all
            raise
        self.connection.execute("RELEASE SAVEPOINT step")

    def commit(self) -> None:
        """Ends the transaction."""
        self.end_streams()
        if self.connection.info.transaction_status == _FAILED:
            raise LedgerBroken("台账这一步中途出错，已全部撤回；请再试一次")
        self._committing = True
        self.connection.execute("COMMIT")
        self._committing = False

    def end_streams(self) -> None:
        """Closes every cursor that is still open."""
        with suppress(psycopg.Error):  # of a transaction that failed they are closed already
            super().end_streams()
        self._streams.clear()

    def end(self) -> None:
        """Undoes what was not committed."""
        with suppress(psycopg.Error):
            self.end_streams()
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                self.connection.execute("ROLLBACK")

    def stands(self) -> bool:
        """Whether the server still answers on this connection, after the transaction."""
        try:
            self.connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        """Closes the connection; the server undoes what was not committed."""
        with suppress(psycopg.Error):
            self.connection.close()

    def refusal(self, error: Exception) -> BbcsError:
        """Returns the refusal that stands for an error of the driver."""
        if not isinstance(error, psycopg.Error):
            return LedgerBroken(f"台账内部出错：{type(error).__name__}")
        if self._committing and (error.sqlstate or "08")[:2] in ("08", "57"):
            return faults.lost_in_commit(self._where)
        return faults.refusal(error, self._where, rights.named(self.station))

    def error_name(self, error: Exception) -> str:
        """Returns PostgreSQL's code of the error."""
        return str(getattr(error, "sqlstate", None) or type(error).__name__)

    def is_over(self, error: Exception) -> bool:
        """Always: PostgreSQL answers nothing more until the transaction is undone."""
        return True

    def undecodable(self, error: Exception) -> bool:
        """Never: the database checks the encoding of every text."""
        return False

    def facts(self) -> Mapping[str, Any]:
        """Returns size of the database, and the versions of schema and server."""
        size, version = self.one(dialect.SIZE)
        return {
            "size": size,
            "journal_mode": "postgresql",
            "wal_unsafe": False,
            "schema_version": SCHEMA,
            "sqlite": None,
            "engine": f"PostgreSQL {version}",
        }

    def check_schema(self) -> Iterator[Finding]:
        """Gives defects of tables, indexes, triggers and row security."""
        return schema_check.differences(self.connection)

    def check_storage(self) -> Iterator[Finding]:
        """Gives damaged pages, as far as the server has met them and its checksums are on."""
        row = self.one(dialect.CHECKSUM_FAILURES)
        if row and row[0]:
            what = f"数据库有 {row[0]} 页校验和不符：磁盘可能损坏"
            yield Finding(
                "file", self._where, what, "请数据库管理员用 pg_amcheck 查看，再用备份恢复"
            )
