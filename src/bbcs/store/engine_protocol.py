"""Engine and FullText: what a kind of database does for the store beside its sessions (`engine`).

Only type checkers load it: it is imported where `TYPE_CHECKING` holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from bbcs.store.attachments import Files
from bbcs.store.engine import Notify, Row, Session
from bbcs.usecases.ledger import Stamp


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

    def finds(self, newest: Mapping[str, int]) -> bool:
        """Whether a search for each of these terms finds its row, the newest one that holds it: the
        terms may all be there, and the way to them wrong.
        """
        ...


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

    def create(self, home: Path, station: str, stamp: Stamp, created: list[Path]) -> None:
        """Makes an empty ledger; appends each file to `created` before it makes it.

        Raises FileExistsError if there is one, or the errors of the driver.
        """
        ...

    def holds_entries(self, home: Path) -> bool:
        """Whether there is a ledger with an entry; True too for one that cannot be read."""
        ...
