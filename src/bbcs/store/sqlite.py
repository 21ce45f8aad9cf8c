"""Opening a ledger file: checks first, then one connection and one transaction, closed by the block."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from bbcs.config.home_files import LEDGER, missing
from bbcs.domain.event import Unreadable
from bbcs.errors import LedgerBroken, LedgerLocked, NewerSchema, OlderSchema
from bbcs.findings import Finding
from bbcs.store import dialect, faults, location, projections, proof, statements as sql
from bbcs.store.ledger import StoredLedger
from bbcs.usecases.ledger import Refold

WAIT = 30.0
"""Seconds to wait for the lock: with 5 s, 16 writers saw errors; with 30 s none (trust.md §6.1)."""

_NOTE_AFTER = 1.5
_T = TypeVar("_T")


def open_ledger(
    home: Path | str,
    *,
    write: bool = False,
    wait: float = WAIT,
    waiting: Callable[[], None] | None = None,
    factory: type[sqlite3.Connection] = sqlite3.Connection,
) -> Opened:
    """`with open_ledger(home, write=True) as ledger:` commits on leaving, rolls back on any exception, always closes.

    waiting: called once when the lock is not free at once. factory: the class of the connection.
    Raises StoreUnreachable, NotALedger, NewerSchema, OlderSchema, ForbiddenPlace, DiskFull, LedgerLocked.
    """
    return Opened(os.fspath(home), write, wait, waiting, factory)


def retry(run: Callable[[], _T], attempts: int = 3) -> _T:
    """Run a whole unit (open, read, decide, append) again while the lock does not come free, for `WAIT` seconds in all."""
    begun = time.monotonic()
    for left in range(attempts - 1, 0, -1):
        try:
            return run()
        except LedgerLocked:
            if time.monotonic() - begun >= WAIT:
                raise
            time.sleep(
                (attempts - left) * 0.05 + os.urandom(1)[0] / 1000
            )  # jitter: two losers must not meet again
    return run()


class SqliteLedger(StoredLedger):
    """The ledger in one SQLite file."""

    @contextmanager
    def step(self) -> Iterator[None]:
        """One request among several of a transaction: what is refused leaves nothing, and the others stand."""
        before = self._head, dict(self.touched), dict(self.files)
        self.end_streams()
        self.connection.execute("SAVEPOINT step")
        try:
            yield
        except BaseException as error:
            if self.connection.in_transaction:  # a full disk ends it all
                self.connection.execute("ROLLBACK TO step")
                self.connection.execute("RELEASE step")
            self._head, self.touched, self.files = before
            if isinstance(error, sqlite3.Error):
                raise faults.refusal(error, str(self.home)) from error
            raise
        self.connection.execute("RELEASE step")

    def verify(
        self, refold: Refold | None = None, proved: Callable[[], None] | None = None
    ) -> list[Finding]:
        """Defects of chain, commitments and numbering; with `refold` also of every projection and of the file itself.

        proved: called for each entry of the chain.
        """
        from bbcs.store import verify  # only for these two

        return verify.findings(self, refold, proved)

    def rebuild(self, refold: Refold) -> int:
        """Drop and refold every projection; the number of cases."""
        from bbcs.store.rebuild import rebuild

        self._only_writing()
        return rebuild(self, refold)

    def facts(self) -> Mapping[str, Any]:
        """Size, entries, cases, journal mode, schema and library versions."""
        mode = "wal" if self._one("PRAGMA journal_mode")[0] == "wal" else "truncate"
        return {
            "station": self.station,
            "created_at": self.meta.get("created_at", ""),
            "size": self._one("PRAGMA page_count")[0] * self._one("PRAGMA page_size")[0],
            "entries": self._one(sql.COUNT_ENTRIES)[0],
            "cases": self._one(sql.COUNT_CASES)[0],
            "journal_mode": mode,
            "wal_unsafe": mode == "wal" and sqlite3.sqlite_version_info < dialect.WAL_SAFE,
            "schema_version": dialect.SCHEMA,
            "lookup_key": bool(self.secret()),
            "sqlite": sqlite3.sqlite_version,
            "python": ".".join(map(str, sys.version_info[:3])),
        }

    def recheck(self) -> None:
        """Read again what this transaction wrote and prove it, before COMMIT; LedgerBroken undoes the transaction."""
        if self.first_new:
            self._prove_new()
        for case_no, told in self.touched.items():
            if hash(projections.stored(self.connection, case_no)) != told:
                raise LedgerBroken(f"{case_no} 写入后读回的登记内容不一致，已全部撤回；请检查磁盘")
        for seq, told in self.counted.items():
            if hash(self._one(sql.ONE_MOVEMENT, seq=seq)) != told:
                raise LedgerBroken(f"第 {seq} 条写入后读回的统计行不一致，已全部撤回；请检查磁盘")
        for seq, told in self.waived.items():
            if hash(tuple(self._all(sql.WIDE_WAIVER, seq=seq))) != told:
                raise LedgerBroken(f"第 {seq} 条写入后读回的免予提供不一致，已全部撤回；请检查磁盘")

    def _prove_new(self) -> None:
        before = self.digest_at(self.station, self.first_new - 1) or dialect.GENESIS
        prev = before.encode()
        self.connection.text_factory = bytes
        try:
            for row in self.stream(sql.PROVE_NEW, first=self.first_new):
                if proof.fault(row, prev, sha256):
                    raise LedgerBroken(
                        f"第 {row[2]} 条写入后读回的内容不一致，已全部撤回；请检查磁盘"
                    )
                prev = row[len(sql.PROOF) - 1]
        finally:
            self.connection.text_factory = str


class Opened:
    """The block of one transaction."""

    def __init__(
        self,
        home: str,
        write: bool,
        wait: float,
        waiting: Callable[[], None] | None,
        factory: type[sqlite3.Connection],
    ) -> None:
        self._home, self._write, self._wait, self._waiting, self._factory = (
            home,
            write,
            wait,
            waiting,
            factory,
        )
        self._connection: sqlite3.Connection | None = None
        self._ledger: SqliteLedger | None = None

    def __enter__(self) -> SqliteLedger:
        """Check, connect, begin."""
        _reachable(self._home)
        try:
            meta = self._begin()
            self._ledger = SqliteLedger(self._connection, self._home, meta, write=self._write)
        except sqlite3.Error as error:
            self._leave()
            raise faults.refusal(error, self._home) from error
        except (
            UnicodeDecodeError
        ) as error:  # SQLite's message quotes a schema that is no text any more
            self._leave()
            raise faults.damaged(self._home) from error
        except BaseException:
            self._leave()
            raise
        return self._ledger

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commit or roll back, close, and translate what SQLite said."""
        try:
            if error is None and self._ledger is not None and self._connection is not None:
                if self._write:
                    self._ledger.recheck()
                    self._ledger.keep_files()
                self._connection.execute("COMMIT")
        except sqlite3.Error as failed:
            self._leave()
            raise faults.refusal(failed, self._home) from failed
        finally:
            self._leave()
        if isinstance(error, (sqlite3.Error, Unreadable)):
            raise faults.refusal(error, self._home) from error

    def _begin(self) -> Mapping[str, str]:
        at_once = min(self._wait, _NOTE_AFTER)
        self._connection = connection = sqlite3.connect(
            _uri(self._home), timeout=at_once, isolation_level=None, uri=True, factory=self._factory
        )
        try:
            return self._locked(connection)
        except sqlite3.OperationalError as error:
            if faults.primary(error) != faults.BUSY or at_once >= self._wait:
                raise
        if self._waiting:
            self._waiting()
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.execute(f"PRAGMA busy_timeout={int((self._wait - at_once) * 1000)}")
        return self._locked(connection)

    def _locked(self, connection: sqlite3.Connection) -> Mapping[str, str]:
        """Identity, pragmas, BEGIN; what `meta` holds."""
        _identify(connection, self._home)
        connection.executescript(dialect.PRAGMAS)
        if self._write:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode=TRUNCATE")
            connection.set_authorizer(_allowed)
        else:
            connection.execute("PRAGMA query_only=ON")
        connection.execute("BEGIN IMMEDIATE" if self._write else "BEGIN")
        meta = dict(connection.execute(sql.META).fetchall())
        if "station" not in meta:
            raise faults.damaged(self._home)
        connection.execute(f"PRAGMA busy_timeout={int(self._wait * 1000)}")
        return meta

    def _leave(self) -> None:
        """Roll back what is still open (SQLite may have done so itself) and close."""
        connection, self._connection = self._connection, None
        ledger, self._ledger = self._ledger, None
        if connection is None:
            return
        try:
            if ledger is not None:
                ledger.end_streams()
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            pass  # closing undoes it too; the first error is the one to report
        finally:
            connection.close()


_REFUSED = frozenset(
    {
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_TRIGGER,
        sqlite3.SQLITE_DROP_INDEX,
        sqlite3.SQLITE_ALTER_TABLE,
        sqlite3.SQLITE_CREATE_TRIGGER,
        sqlite3.SQLITE_CREATE_TEMP_TRIGGER,
        sqlite3.SQLITE_ATTACH,
    }
)


def _allowed(action: int, *_: str | None) -> int:
    """A seat belt: inside bbcs nobody drops or alters the schema, not even by mistake."""
    return sqlite3.SQLITE_DENY if action in _REFUSED else sqlite3.SQLITE_OK


def _reachable(home: str) -> None:
    """The folder and the file, before SQLite touches them."""
    location.check(home)
    path = os.path.join(home, LEDGER)  # noqa: PTH118 — hot path
    try:
        size = os.stat(path).st_size  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError):
        raise missing(Path(home), LEDGER) from None
    except OSError:
        raise faults.unwritable(home) from None
    if size == 0:
        raise faults.damaged(home)
    if not (os.access(home, os.R_OK | os.W_OK | os.X_OK) and os.access(path, os.R_OK | os.W_OK)):
        raise faults.unwritable(home)


def _identify(connection: sqlite3.Connection, home: str) -> None:
    """Ours, and neither newer nor older than we are; nothing else is read before."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != dialect.APPLICATION_ID:
        raise faults.damaged(home)
    schema = connection.execute("PRAGMA user_version").fetchone()[0]
    if schema > dialect.SCHEMA:
        raise NewerSchema(
            f"台账由更新的 bbcs 写成（数据结构 {schema}，本程序只认到 {dialect.SCHEMA}）；没有读写任何内容，请升级 bbcs 再打开：{home}"
        )
    if schema < dialect.SCHEMA:
        raise OlderSchema(
            f"台账由正式发布前的 bbcs 写成（数据结构 {schema}，本程序用 {dialect.SCHEMA}），不能转换；没有读写任何内容，"
            f"请用写它的那一版打开，或另建一个窗口（bbcs init）：{home}"
        )


def _uri(home: str) -> str:
    """The file as an SQLite URI that never creates it."""
    path = os.path.abspath(os.path.join(home, LEDGER))  # noqa: PTH100, PTH118
    if sys.platform == "win32":
        path = "/" + path.replace("\\", "/")
    for sign in "%?#":
        path = path.replace(sign, f"%{ord(sign):02X}")
    return f"file:{path}?mode=rw"
