"""What a database must do so that a ledger can stand on it; each engine implements these classes.

The ledger's own statements (`statements`) are the same for every engine. What differs is here:
opening and locking, full text, reading texts as stored bytes, and what the driver's errors mean.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bbcs.errors import BbcsError
from bbcs.record import Record
from bbcs.usecases.ledger import Stamp

if TYPE_CHECKING:
    from bbcs.findings import Finding
    from bbcs.store.attachments import Files

Row = tuple[Any, ...]

GENESIS = "0" * 64
"""`prev` of a station's first entry."""

SCHEMA = 15
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


class FullText(Protocol):
    """A full-text index: of `case_text`, where each character is a term, so that a phrase of any
    length is found; or of the personal bodies, with the terms of `usecases.person_search`.
    """

    def usable(self) -> bool:
        """Whether the index can be used: it exists, and no text was written without it."""
        ...

    def replace(self, number: int, old: str | None, new: str | None) -> None:
        """Replaces the indexed text of one case (`number`: its `case_text.id`, or its entry); None:
        no text.
        """
        ...

    def add(self, terms: Iterable[tuple[int, str]]) -> None:
        """Puts in rows of which it holds none yet: the number of each, and its terms between blanks."""
        ...

    def misconfigured(self) -> bool:
        """Whether the settings of the index are not those it was made with."""
        ...

    def mark_stale(self, mark: int = 1) -> None:
        """Notes that the index lacks texts; `usable` is then False. An earlier mark stays."""
        ...

    def stale_mark(self) -> int:
        """Returns the mark that `mark_stale` left, 0 for none."""
        ...

    def mark_usable(self) -> None:
        """Notes that the index holds every text again."""
        ...

    def clear(self) -> None:
        """Makes the index empty and usable; creates it where the engine can do so now."""
        ...

    def purge(self) -> bool:
        """Rewrites the index, so that nothing that was taken out of it is left in the file; one that
        cannot be used is emptied, and filled again by `rebuild`.

        False where there is an index that this machine cannot write.
        """
        ...

    def numbers(self, words: Sequence[Sequence[str]], limit: int) -> list[int]:
        """Returns the numbers of the rows that hold of every word one of its phrases, the newest
        first.

        Nothing where the index cannot be used.
        """
        ...

    def matching(self, words: Sequence[str], limit: int) -> list[Row]:
        """Returns rows of `statements.FOUND` whose text holds every word, the newest first."""
        ...

    def terms(self) -> Iterable[tuple[str, int, int, int]]:
        """Gives for each indexed term: how often, and two sums over its positions.

        The sums are those of `comparison`; they prove the index without its texts.
        """
        ...


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
        """Runs a statement with `:station` and these values; returns its cursor."""
        return self.connection.execute(text, {"station": self.station, **values})

    def put(self, text: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Runs an INSERT once for each row of these columns."""
        self.connection.executemany(text, [dict(zip(columns, row, strict=True)) for row in rows])

    def all(self, text: str, **values: Any) -> list[Any]:
        """Returns all rows."""
        found: list[Any] = self.execute(text, **values).fetchall()
        return found

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
        """Removes attachments, at the latest as soon as the transaction was committed.

        `commit` raises OutputNotWritable where one cannot be removed any more then.
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


class Engine(Protocol):
    """A kind of database."""

    name: str

    def open(
        self,
        home: str,
        *,
        write: bool,
        wait: float,
        notify: Notify,
        after: Session | None = None,
    ) -> Session:
        """Checks the home, connects, and begins one transaction; a writing one holds the lock.

        after: a session on this home that has ended and is not closed. The new one takes over its
        connection, unless the home has another ledger by now.
        Raises StoreUnreachable, NotALedger, NewerSchema, OlderSchema, ForbiddenPlace, DiskFull,
        LedgerLocked, and NeedsUpgrade.
        """
        ...

    def snapshot(self, home: str, *, wait: float, notify: Notify) -> Session:
        """Begins a reading transaction on the ledger as it stands now.

        However long it lasts, it keeps nobody from writing. Raises what `open` raises.
        """
        ...

    def upgrade(self, home: str, *, wait: float, notify: Notify) -> AbstractContextManager[Session]:
        """Brings an older ledger up to date, in one transaction that the block commits.

        A copy of the ledger as it was lies in the home's `backups` before anything is changed.
        In the block all projections are empty tables of the present schema; the caller fills
        them. A failure, or an end of the program at any time, leaves the ledger as it was.
        """
        ...

    def place(self, home: str) -> str:
        """What tells the place of the ledger from every other one, by whatever name it is reached."""
        ...

    def copy(self, home: Path, target: Path) -> None:
        """Writes a consistent copy of the ledger into a new file, while others go on writing.

        A home whose ledger is this file opens like any other. Raises the refusals of opening,
        DiskFull and OutputNotWritable; the target may then be half written.
        """
        ...

    def files(self, home: str) -> AbstractContextManager[Files]:
        """The attachments of a home, for reading only; nobody is kept from writing."""
        ...

    def settle(self, home: Path, wait: float) -> str:
        """Leaves no byte of what was deleted in the ledger's storage, nor in what the engine keeps
        beside it. Returns why some may still be there, as people read it, "" where none is.

        Nobody can write meanwhile.
        """
        ...

    def create(self, home: Path, station: str, stamp: Stamp, made: list[Path]) -> None:
        """Makes an empty ledger; appends each file to `made` before it makes it.

        Raises FileExistsError if there is one, or the errors of the driver.
        """
        ...

    def holds_entries(self, home: Path) -> bool:
        """Whether there is a ledger with an entry; True too for one that cannot be read."""
        ...
