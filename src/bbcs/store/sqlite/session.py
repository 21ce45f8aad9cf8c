"""Opening a ledger file: checks first, then one connection and one transaction."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from functools import cache, cached_property, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bbcs.config.home_files import LEDGER, missing
from bbcs.errors import BbcsError, LedgerBroken, NewerSchema, OlderSchema
from bbcs.store import location, statements as sql
from bbcs.store.engine import NeedsUpgrade, Notify, Row, Session
from bbcs.store.location import damaged, unwritable
from bbcs.store.sqlite import dialect
from bbcs.usecases import fulltext
from bbcs.usecases.ledger import Stamp

if TYPE_CHECKING:
    from bbcs.findings import Finding
    from bbcs.store.attachments import FolderFiles
    from bbcs.store.sqlite.batch_file import BatchFile
    from bbcs.store.sqlite.full_text import SqliteFullText

_VALUES = 300
"""Values that one INSERT of several rows takes; more of them gain nothing."""

_NOTE_AFTER = 1.5
"""Seconds of waiting for the lock after which the caller is notified."""


_UNSETTLED = (
    "数据文件还没整理完（有程序在看台账，或磁盘空间不够），文件里可能还有原来的字节；"
    "请关掉别的程序、腾出空间，再清除一次"
)


class SqliteSession(Session):
    """One transaction on one file. file: which one, where its connection may be taken over."""

    errors = (sqlite3.Error,)

    def __init__(
        self,
        connection: sqlite3.Connection,
        home: str,
        meta: Mapping[str, str],
        file: tuple[int, int] | None = None,
    ) -> None:
        super().__init__()
        self.connection: sqlite3.Connection = connection
        self.meta = meta
        self.station = meta["station"]
        self._home = home
        self._batch: BatchFile | None = None
        self.file = file

    @cached_property
    def full_text(self) -> SqliteFullText:
        """The index of the cases' texts."""
        return self._index(dialect.CASE_SEARCH, fulltext.spaced)

    @cached_property
    def people(self) -> SqliteFullText:
        """The index of the bodies that name people."""
        return self._index(dialect.PERSON_SEARCH, str)

    def _index(self, name: str, terms: Callable[[str], str]) -> SqliteFullText:
        from bbcs.store.sqlite.full_text import SqliteFullText  # only for what searches or changes

        return SqliteFullText(self.connection, self.station, name, terms)

    def put(self, text: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Runs an INSERT once for each row of these columns.

        SQLite takes the values by place: naming each costs a tenth of an import. Of many rows it
        takes several in one statement, in three quarters of the time.
        """
        every, named = list(rows), tuple(columns)
        several = max(1, _VALUES // len(named))
        whole = len(every) - len(every) % several
        if whole:
            parts = (every[at : at + several] for at in range(0, whole, several))
            groups = (tuple(chain.from_iterable(part)) for part in parts)
            self.connection.executemany(_by_place(text, named, several), groups)
        if every[whole:]:
            self.connection.executemany(_by_place(text, named), every[whole:])

    def take(self, batch: BatchFile, table: str, rows: range) -> None:
        """Puts these rows of a batch into the table of the same name, inside SQLite."""
        from bbcs.store import batch_tables  # only for what writes many cases

        if self._batch is not batch:
            self.connection.set_authorizer(None)  # nobody else may attach anything
            self.connection.execute(dialect.ATTACH_BATCH, {"path": str(batch.path)})
            self.connection.set_authorizer(_allowed)
            self._batch = batch
        columns = sql.listed(batch_tables.TABLES[table][1])
        text = dialect.TAKE.format(table=table, columns=columns)
        self.connection.execute(text, {"first": rows.start, "after": rows.stop})

    def holds(self, batch: BatchFile, table: str, rows: range, cases: range) -> bool:
        """The same, compared inside SQLite."""
        from bbcs.store import batch_tables  # only for what writes many cases

        same = " AND ".join(
            f"m.{column} {'=' if column in sql.KEYS[table] else 'IS'} b.{column}"
            for column in batch_tables.TABLES[table][1]
        )
        held = dialect.HELD.format(table=table, same=same)
        theirs = dialect.THEIRS.format(table=table)
        counts = (
            self.one(held, first=rows.start, after=rows.stop)[0],
            self.one(theirs, first=cases.start, after=cases.stop)[0],
        )
        return counts == (len(rows), len(rows))

    def stream_bytes(self, text: str, **values: Any) -> Iterator[Row]:
        """Gives rows with every text as bytes; no other statement may run meanwhile."""
        self.connection.text_factory = bytes
        try:
            yield from self.stream(text, **values)
        finally:
            self.connection.text_factory = str

    @property
    def files(self) -> FolderFiles:
        """The attachments, in a folder of the home."""
        from bbcs.store.attachments import FolderFiles  # few commands touch one

        return FolderFiles(self._home)

    def stations(self) -> list[str]:
        """Stations that have entries in the file: it should be the ledger's own alone."""
        return [row[0] for row in self.all(sql.STATIONS)]

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the transaction.

        A full disk may end the whole; then nothing is left to undo.
        """
        self.connection.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK TO step")
                self.connection.execute("RELEASE step")
            raise
        self.connection.execute("RELEASE step")

    def drop_files(self, digests: Sequence[str]) -> None:
        """Removes attachments at once; see `engine.Session.drop_files`."""
        for digest in digests:
            self.files.remove(digest)

    def commit(self) -> None:
        """Ends the transaction."""
        self.connection.execute("COMMIT")

    def end(self) -> None:
        """Undoes what is open; SQLite may have done so itself."""
        with suppress(sqlite3.Error):  # closing undoes it too; the first error is to be reported
            self.end_streams()
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def close(self) -> None:
        """Undoes what is open and closes."""
        try:
            self.end()
        finally:
            self.connection.close()

    def refusal(self, error: Exception) -> BbcsError:
        """Returns the refusal that stands for an error of sqlite3."""
        if isinstance(error, sqlite3.Error):
            return _refusal(error, self._home)
        return LedgerBroken(f"台账内部出错：{type(error).__name__}")

    def error_name(self, error: Exception) -> str:
        """Returns SQLite's name of the error, like SQLITE_CORRUPT."""
        return str(getattr(error, "sqlite_errorname", "SQLITE"))

    def undecodable(self, error: Exception) -> bool:
        """Whether the error is that of a stored text that is no UTF-8."""
        from bbcs.store.sqlite import faults

        return faults.undecodable(error)

    def facts(self) -> Mapping[str, Any]:
        """Returns size, journal mode, and the versions of schema and library."""
        mode = "truncate"
        if self.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            mode = "wal"
        pages = self.connection.execute("PRAGMA page_count").fetchone()[0]
        return {
            "size": pages * self.connection.execute("PRAGMA page_size").fetchone()[0],
            "journal_mode": mode,
            "wal_unsafe": mode == "wal" and sqlite3.sqlite_version_info < dialect.WAL_SAFE,
            "schema_version": dialect.SCHEMA,
            "sqlite": sqlite3.sqlite_version,
            "engine": f"SQLite {sqlite3.sqlite_version}",
        }

    def check_schema(self) -> Iterator[Finding]:
        """Gives defects of tables, indexes and triggers."""
        from bbcs.store.sqlite import file

        return file.check_schema(self.connection)

    def check_storage(self) -> Iterator[Finding]:
        """Gives defects of the file, and rows of other stations in it."""
        from bbcs.store.sqlite import file

        yield from file.check(self.connection)
        for table, text in sql.FOREIGN.items():
            for station, count in self.stream(text):
                what = f"{table} 里有 {count} 行属于别的站"
                yield file.altered(str(station), what)


@cache
def _by_place(text: str, columns: tuple[str, ...], rows: int = 1) -> str:
    """An INSERT of so many rows, with `?` in the place of each name; its names must be those of the
    columns.
    """
    named = f"(:{', :'.join(columns)})"
    before, values, after = text.partition(named)
    if not values or ":" in before + after:
        raise BbcsError(f"INSERT 写的不是这些列：{'、'.join(columns)}")
    places = f"({', '.join('?' * len(columns))})"
    return before + ", ".join([places] * rows) + after


class SqliteEngine:
    """A ledger in one file. factory: the class of the connections."""

    name = "sqlite"

    def __init__(
        self, factory: type[sqlite3.Connection] = sqlite3.Connection, journal: str = ""
    ) -> None:
        self._factory, self._journal = factory, journal

    def open(
        self,
        home: str,
        *,
        write: bool,
        wait: float,
        notify: Notify,
        after: Session | None = None,
    ) -> SqliteSession:
        """Opens the ledger of a home and begins one transaction; see `engine.Engine.open`."""
        file = _file_of(home)
        if isinstance(after, SqliteSession) and after.file == file:
            connection: sqlite3.Connection = after.connection
        else:
            if after is not None:
                after.close()
            _check_files(home)
            connection = connect(home, min(wait, _NOTE_AFTER), self._factory)
            after = None
        try:
            begin = partial(_begin, connection, home, write, wait, fresh=after is None)
            meta = _patiently(begin, connection, wait, notify.waiting)
            return SqliteSession(connection, home, meta, file)
        except BaseException as error:
            connection.close()
            if isinstance(error, sqlite3.Error):
                raise _refusal(error, home) from error
            if isinstance(error, UnicodeDecodeError):  # SQLite quotes a schema that is no text now
                raise damaged(home) from error
            raise

    def snapshot(self, home: str, *, wait: float, notify: Notify) -> SqliteSession:
        """Reads from a copy where a reader would keep writers waiting; see `engine.snapshot`.

        In WAL mode a reader keeps nobody waiting, and no copy is needed.
        """
        live = self.open(home, write=False, wait=wait, notify=notify)
        if live.facts()["journal_mode"] == "wal":
            return live
        live.close()
        from bbcs.store.sqlite.snapshot import copied

        try:
            connection = copied(Path(home), self._factory)
        except sqlite3.Error as error:
            raise _refusal(error, home) from error
        return SqliteSession(connection, home, live.meta)

    @contextmanager
    def upgrade(self, home: str, *, wait: float, notify: Notify) -> Iterator[SqliteSession]:
        """Brings an older ledger file up to date; see `engine.Engine.upgrade`."""
        from bbcs.store.sqlite.upgrade import upgraded

        _check_files(home)
        connection = connect(home, wait, self._factory)
        try:
            with upgraded(connection, home) as meta:
                session = SqliteSession(connection, home, meta)
                yield session
                session.end_streams()
        except sqlite3.Error as error:
            raise _refusal(error, home) from error
        finally:
            connection.close()

    def place(self, home: str) -> str:
        """The file; see `engine.Engine.place`."""
        return str(Path(home, LEDGER).resolve())

    def copy(self, home: Path, target: Path) -> None:
        """Copies the file as it is; see `engine.Engine.copy`."""
        from bbcs.store.sqlite import file

        _check_files(str(home))
        try:
            file.copy(home / LEDGER, target)
        except sqlite3.Error as error:
            raise _refusal(error, str(home)) from error

    def files(self, home: str) -> AbstractContextManager[FolderFiles]:
        """The attachments in the folder of a home; see `engine.Engine.files`."""
        from bbcs.store.attachments import FolderFiles  # few commands touch one

        return nullcontext(FolderFiles(home))

    def settle(self, home: Path, wait: float) -> str:
        """Writes the file anew and empties the write-ahead log; see `engine.Engine.settle`.

        Deleted cells are overwritten (secure_delete), but copies of them stay in the gaps of pages
        that were once balanced: 1 text of 1,100 in a ledger of 400 cases. VACUUM leaves none.
        """
        _check_files(str(home))
        try:
            with closing(connect(str(home), wait)) as connection:
                connection.executescript(dialect.PRAGMAS)
                connection.execute("VACUUM")
                busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error:
            busy = True
        return _UNSETTLED if busy else ""

    def create(self, home: Path, station: str, stamp: Stamp, created: list[Path]) -> None:
        """Makes an empty ledger file; see `engine.Engine.create`."""
        from bbcs.store.sqlite import file

        try:
            file.create(home, station, stamp, created, journal=self._journal)
        except sqlite3.Error as error:
            raise _refusal(error, str(home)) from error

    def holds_entries(self, home: Path) -> bool:
        """Whether the file holds an entry; see `engine.Engine.holds_entries`."""
        if not (home / LEDGER).exists():
            return False
        try:
            with closing(connect(str(home), 0)) as connection:
                return bool(connection.execute(sql.ANY_ENTRY).fetchone())
        except sqlite3.Error:
            return True


def _refusal(error: sqlite3.Error, home: str) -> BbcsError:
    from bbcs.store.sqlite import faults  # only where SQLite raised something

    return faults.refusal(error, home)


def connect(
    home: str, timeout: float, factory: type[sqlite3.Connection] = sqlite3.Connection
) -> sqlite3.Connection:
    """Connects to the file of a home, which must exist."""
    return sqlite3.connect(
        _uri(home), timeout=timeout, isolation_level=None, uri=True, factory=factory
    )


def _patiently(
    begin: Callable[[], Mapping[str, str]],
    connection: sqlite3.Connection,
    wait: float,
    waiting: Callable[[], None],
) -> Mapping[str, str]:
    """Begins; when the lock is not free at once, says so and waits for the rest of the time."""
    at_once = min(wait, _NOTE_AFTER)
    try:
        connection.execute(f"PRAGMA busy_timeout={int(at_once * 1000)}")
        return begin()
    except sqlite3.OperationalError as error:
        from bbcs.store.sqlite import faults

        if faults.primary(error) != faults.BUSY or at_once >= wait:
            raise
    waiting()
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    connection.execute(f"PRAGMA busy_timeout={int((wait - at_once) * 1000)}")
    return begin()


def _begin(
    connection: sqlite3.Connection, home: str, write: bool, wait: float, *, fresh: bool
) -> Mapping[str, str]:
    """Checks the identity, sets the pragmas on a fresh connection, begins. Returns what `meta`
    holds.
    """
    _identify(connection, home)
    if fresh:
        connection.executescript(dialect.PRAGMAS)
    connection.execute(f"PRAGMA query_only={'OFF' if write else 'ON'}")
    if write:
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode=TRUNCATE")
        connection.set_authorizer(_allowed)
        connection.execute("BEGIN IMMEDIATE")
    else:
        connection.execute("BEGIN")
    meta = {key: value for _, key, value in connection.execute(sql.META).fetchall()}
    if "station" not in meta:
        raise damaged(home)
    connection.execute(f"PRAGMA busy_timeout={int(wait * 1000)}")
    return meta


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


def _file_of(home: str) -> tuple[int, int] | None:
    """Which file the ledger of a home is; None where there is none that can be looked at."""
    try:
        stat = os.stat(os.path.join(home, LEDGER))  # noqa: PTH116, PTH118 — hot path
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _check_files(home: str) -> None:
    """Looks at the folder and the file before SQLite touches them."""
    location.check(home)
    path = os.path.join(home, LEDGER)  # noqa: PTH118 — hot path
    try:
        size = os.stat(path).st_size  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError):
        raise missing(Path(home), LEDGER) from None
    except OSError:
        raise unwritable(home) from None
    if size == 0:
        raise damaged(home)
    if not (os.access(home, os.R_OK | os.W_OK | os.X_OK) and os.access(path, os.R_OK | os.W_OK)):
        raise unwritable(home)


def _identify(connection: sqlite3.Connection, home: str) -> None:
    """Checks that the file is a ledger of this schema; reads nothing else before."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != dialect.APPLICATION_ID:
        raise damaged(home)
    schema = connection.execute("PRAGMA user_version").fetchone()[0]
    if schema > dialect.SCHEMA:
        raise NewerSchema(
            f"台账由更新的 bbcs 写成（数据结构 {schema}，本程序只认到 {dialect.SCHEMA}）；"
            f"没有读写任何内容，请升级 bbcs 再打开：{home}"
        )
    if schema < dialect.OLDEST:
        raise OlderSchema(
            f"台账由正式发布前的 bbcs 写成（数据结构 {schema}，本程序用 {dialect.SCHEMA}），"
            "不能转换；没有读写任何内容，"
            f"请用写它的那一版打开，或另建一个窗口（bbcs init）：{home}"
        )
    if schema < dialect.SCHEMA:
        raise NeedsUpgrade(schema)


def _uri(home: str) -> str:
    """Returns the file as an SQLite URI that never creates it."""
    path = os.path.abspath(os.path.join(home, LEDGER))  # noqa: PTH100, PTH118
    if sys.platform == "win32":
        path = "/" + path.replace("\\", "/")
    for sign in "%?#":
        path = path.replace(sign, f"%{ord(sign):02X}")
    return f"file:{path}?mode=rw"
