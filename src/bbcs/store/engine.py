"""Session: what a database must do so that a ledger can stand on it; each engine implements it, and
`engine_protocol`.

The ledger's own statements (`statements`) are the same for every engine. What differs is here:
opening and locking, full text, reading texts as stored bytes, and what the driver's errors mean.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from bbcs.errors import BadValue, BbcsError
from bbcs.record import Record
from bbcs.store import statements

if TYPE_CHECKING:
    from bbcs.findings import Finding
    from bbcs.store.attachments import Files
    from bbcs.store.engine_protocol import FullText
    from bbcs.store.sqlite.batch_file import BatchFile

Row = tuple[Any, ...]

GENESIS = "0" * 64
"""`prev` of a station's first entry."""

SCHEMA = 19
"""The number of the schema, the same for every engine; rises with every change of a table, index or
trigger. An older ledger is brought up to date, a newer one is refused.
"""

MOVED = "moved"
"""Name of the fact beside the chain which says where a ledger went that is not used any more."""

ARRIVING = "arriving "
"""Stands in that fact of a copy which is not used yet, before the place that it comes from."""

WAIT = 30.0
"""Seconds to wait for the lock: with 5 s, 16 writers saw errors; with 30 s none (trust.md §6.1)."""


class NeedsUpgrade(Exception):
    """The ledger is of an older schema and can be brought up to date; only `opening` handles it."""


class Session(ABC):
    """One transaction on the ledger of one station. Every statement gets the station."""

    station: str
    meta: Mapping[str, str]
    connection: Any
    errors: tuple[type[Exception], ...]
    """What the driver raises."""

    def __init__(self) -> None:
        self._streams: list[Any] = []

    @property
    @abstractmethod
    def full_text(self) -> FullText:
        """The index of the cases' texts."""

    @property
    @abstractmethod
    def people(self) -> FullText:
        """The index of the bodies that name people."""

    def execute(self, text: str, **values: Any) -> Any:
        """Runs a statement with `:station` and these values; returns its cursor.

        Raises BadValue for half a character, which no engine takes.
        """
        try:
            return self.connection.execute(text, {"station": self.station, **values})
        except UnicodeEncodeError:
            raise BadValue("写的内容里有半个字符，查不了也存不了；请重新输入这一项") from None

    def put(self, text: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Runs an INSERT once for each row of these columns."""
        self.connection.executemany(text, [dict(zip(columns, row, strict=True)) for row in rows])

    def take(self, batch: BatchFile, table: str, rows: range) -> None:
        """Puts these rows of a batch into the table of the same name."""
        from bbcs.store import batch_tables  # only for what writes many cases

        text, columns = batch_tables.TABLES[table]
        self.put(text, columns, batch.rows(table, rows))

    def holds(self, batch: BatchFile, table: str, rows: range, cases: range) -> bool:
        """Whether the ledger holds of these fresh cases of a batch these rows of a table, as they
        are, and no others. cases: rows of `case_row`, at most a thousand.
        """
        at = statements.CASE.index("case_no")
        numbers = [row[at] for row in batch.rows("case_row", cases)]
        values = {f"case{number}": case_no for number, case_no in enumerate(numbers)}
        found = self.all(statements.side_of(table, len(numbers)), **values)
        return found == batch.rows(table, rows)

    def all(self, text: str, **values: Any) -> list[Any]:
        """Returns all rows."""
        rows: list[Any] = self.execute(text, **values).fetchall()
        return rows

    def one(self, text: str, **values: Any) -> Any:
        """Returns the first row, None if there is none."""
        return self.execute(text, **values).fetchone()

    def stream(self, text: str, **values: Any) -> Any:
        """Gives rows one by one. The cursor is closed with the transaction.

        A forgotten half-read cursor would hold the lock beyond `close`.
        """
        cursor = self.execute(text, **values)
        self._streams.append(cursor)
        return cursor

    def end_streams(self) -> None:
        """Closes every cursor that is still open."""
        while self._streams:
            self._streams.pop().close()

    @abstractmethod
    def stream_bytes(self, text: str, **values: Any) -> Iterator[Row]:
        """Gives rows with every text as the bytes that are stored."""

    @property
    @abstractmethod
    def files(self) -> Files:
        """The attachments of the station."""

    @abstractmethod
    def drop_files(self, digests: Sequence[str]) -> None:
        """Removes attachments; those of a file at once, and for good: no entry that is kept may
        name them. Raises OutputNotWritable.
        """

    @abstractmethod
    def stations(self) -> list[str]:
        """Stations whose entries this transaction can read; a file should hold one only."""

    @abstractmethod
    def savepoint(self) -> AbstractContextManager[None]:
        """A part of the transaction: what fails in it is undone alone."""

    @abstractmethod
    def commit(self) -> None:
        """Ends the transaction; everything is kept."""

    @abstractmethod
    def end(self) -> None:
        """Undoes what was not committed; the connection stays, for `Engine.open`. Raises nothing."""

    @abstractmethod
    def close(self) -> None:
        """Undoes what was not committed, and closes the connection. Raises nothing."""

    @abstractmethod
    def refusal(self, error: Exception) -> BbcsError:
        """Returns the refusal that stands for an error of the driver, or of reading an entry."""

    @abstractmethod
    def error_name(self, error: Exception) -> str:
        """Returns the short name of an error of the driver, for a finding."""

    def is_over(self, error: Exception) -> bool:
        """Whether nothing more can be read in this transaction after an error of the driver."""
        return False

    @abstractmethod
    def undecodable(self, error: Exception) -> bool:
        """Whether the error is that of a stored text that is no UTF-8."""

    @abstractmethod
    def facts(self) -> Mapping[str, Any]:
        """Returns size, journal mode, and the versions of schema and library."""

    @abstractmethod
    def check_schema(self) -> Iterator[Finding]:
        """Gives tables, indexes and triggers that are not as this version makes them; quick."""

    @abstractmethod
    def check_storage(self) -> Iterator[Finding]:
        """Gives defects of the storage itself: damaged pages. Reads everything."""


ShowProgress = Callable[[int], AbstractContextManager[Callable[[int], None]]]
"""Called with the number of cases before long work; gives what is called with the number done."""


def no_progress(total: int) -> AbstractContextManager[Callable[[int], None]]:
    """A `ShowProgress` that tells nobody."""
    return nullcontext(lambda done: None)


class Notify(Record):
    """How a caller is notified while opening takes long. Each function may be called from `open`.

    waiting: called once when the lock is not free at once. upgrading: watches a ledger of an older
    schema being brought up to date.
    """

    waiting: Callable[[], None] = lambda: None
    upgrading: ShowProgress = no_progress


QUIET = Notify()
