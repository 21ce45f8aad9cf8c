"""Prepares what a batch of many cases writes while others use the ledger.

Numbers, chain and projections are made on one view of it; all rows wait in a file in the home.
`put` takes them into the ledger that stands as it stood, many rows at once, so that the lock is held
only for that.
"""

from __future__ import annotations

import marshal
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bbcs.domain.event import Draft, Event
from bbcs.record import Record
from bbcs.store import batch_tables, chain, indexes, projections, statements as sql
from bbcs.store.codec import Coded
from bbcs.store.engine import Row
from bbcs.store.projections import Rows
from bbcs.store.sqlite.batch_file import MORE, BatchFile
from bbcs.usecases import person_search
from bbcs.usecases.ledger import Head, Projection, Stamp

if TYPE_CHECKING:
    from bbcs.store.ledger import StoredLedger

_AT_ONCE = 500
"""Cases that wait in memory, and that are put in at once."""


class BatchPart(Record):
    """What is put in at once.

    first_entry, head: its entries. rows: table -> the numbers of its rows in the file. In the table
    `MORE` stands one value: what its entries say of people, the terms of the texts of its fresh
    cases, the rows of cases that are stored already, the rows of counted entries of the office.
    """

    first_entry: int
    head: Head
    rows: Mapping[str, range]


class Prepared:
    """A batch over one view of a ledger; it is closed with `with`."""

    def __init__(self, ledger: StoredLedger) -> None:
        """ledger: a view that reads. Raises DiskFull, StoreUnreachable."""
        self._ledger = ledger
        self.begins = self._head = ledger.head()
        self._file = BatchFile(ledger.home)
        self._parts: list[BatchPart] = []
        self._empty()

    def __enter__(self) -> Prepared:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    @property
    def entries(self) -> int:
        """How many entries it holds."""
        return self._head.seq - self.begins.seq

    # -- making ready ------------------------------------------------------------------------------

    def append(
        self, case_no: str, version: int, coded: Sequence[tuple[Draft, Coded]], stamp: Stamp
    ) -> list[Event]:
        """The entries of drafts that `check` gave, as versions `version`+1, +2, … of the case, ""
        for the office.
        """
        entries = []
        for entry in chain.following(self._head, case_no, version, coded, stamp):
            event, row = entry.event, entry.row
            self._entries.append(row)
            if entry.personal:
                self._personal.append((self._ledger.station, event.seq, *entry.personal))
                if terms := person_search.terms(event.kind, event.data):
                    self._named.append((event.seq, terms))
            entries.append(event)
        if entries:
            self._head = chain.head_at(row)
        return entries

    def project(self, many: Sequence[Projection], *, fresh: bool = False) -> None:
        """What is to be stored of some cases; fresh: nothing is stored of them yet."""
        waiting = self._fresh if fresh else self._again
        waiting += self._ledger.rows_of(many)
        if len(self._fresh) + len(self._again) >= _AT_ONCE:
            self._keep()

    def count(self, movement: Mapping[str, Any]) -> None:
        """One counted entry of the office."""
        self._counted += projections.counted([movement], self._ledger.station, None)
        if len(self._counted) >= _AT_ONCE:
            self._keep()

    def seal(self) -> None:
        """All of it is in the file then; nothing more may come."""
        if self._entries or self._counted:
            self._keep()
        self._file.settle()

    def _keep(self) -> None:
        """Puts what waits in memory into the file."""
        *_, texts = fresh = projections.tables(self._fresh)
        kept = {"entry": self._entries, "personal": self._personal}
        kept |= zip(sql.TABLES_OF_CASES, fresh, strict=True)
        spans = {table: self._file.put(table, rows) for table, rows in kept.items()}
        again = [tuple(one) for one in self._again]
        more = marshal.dumps((self._named, indexes.terms_of(texts), again, self._counted))
        spans[MORE] = self._file.put(MORE, [(more,)])
        first = self._parts[-1].head.seq if self._parts else self.begins.seq
        self._parts.append(BatchPart(first + 1, self._head, spans))
        self._empty()

    def _empty(self) -> None:
        self._entries: list[Row] = []
        self._personal: list[Row] = []
        self._named: list[tuple[int, str]] = []
        self._fresh: list[Rows] = []
        self._again: list[Rows] = []
        self._counted: list[Row] = []

    # -- putting in --------------------------------------------------------------------------------

    def put(self, ledger: StoredLedger) -> bool:
        """Writes everything that was sealed; False, and nothing is written, where somebody else wrote
        since the view was taken.

        Each part is read again at once, while its pages are at hand: LedgerBroken, which undoes the
        transaction, if it reads otherwise.
        """
        if ledger.head() != self.begins:
            return False
        session = ledger.session
        for part in self._parts:
            ((more,),) = self._file.rows(MORE, part.rows[MORE])
            named, terms, again, counted = marshal.loads(more)
            grown = [Rows._make(one) for one in again]
            for table in batch_tables.TABLES:
                if part.rows[table]:
                    session.take(self._file, table, part.rows[table])
            indexes.put_people(session, named)
            indexes.add_terms(session, terms)
            for rows in grown:
                projections.write(session, rows)
            session.put(sql.PUT_MOVEMENT, sql.MOVEMENT, counted)
            ledger.writer.prove_batch(self._file, part, grown, counted)
        return True
