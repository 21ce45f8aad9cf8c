"""Prepares what a batch of many cases writes while others use the ledger.

Numbers, chain and projections are made on one view of it; all rows wait in a file without a name in
the home. `put` takes them into the ledger that stands as it stood, many rows at once, so that the
lock is held only for that.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from bbcs.domain.event import Draft, Event
from bbcs.errors import BbcsError, DiskFull, OutputNotWritable, is_full
from bbcs.record import Record
from bbcs.store import chain, indexes, projections, statements as sql
from bbcs.store.codec import Coded
from bbcs.store.engine import Row
from bbcs.store.projections import Rows
from bbcs.usecases import person_search
from bbcs.usecases.ledger import Projection, Stamp

if TYPE_CHECKING:
    from bbcs.store.ledger import StoredLedger

_AT_ONCE = 500
"""Cases that wait in memory, and that are put in at once."""


class _Entries(Record):
    """Some entries as plain rows.

    named: number of an entry and what it says of people. terms: of the texts of the fresh cases, for
    their index.
    """

    entries: list[Row]
    personal: list[Row]
    named: list[tuple[int, str]]
    terms: list[tuple[int, str]]


class _Cases(Record):
    """What is stored of their cases, as plain rows.

    fresh: `projections.tables` of cases of which nothing is stored yet; again: rows of each of the
    others. counted: rows of counted entries of the office.
    """

    fresh: list[list[Row]]
    again: list[Rows]
    counted: list[Row]


class Prepared:
    """A batch over one view of a ledger; it is closed with `with`."""

    def __init__(self, ledger: StoredLedger) -> None:
        """ledger: a view that reads. Raises DiskFull, OutputNotWritable."""
        self._ledger = ledger
        try:
            self._file = TemporaryFile(dir=ledger.home)  # noqa: SIM115 - closed by __exit__
        except OSError as error:
            raise _refusal(error, ledger.home) from error
        self._sizes: list[tuple[int, int]] = []
        self._empty()
        self.begins = self._head = ledger.head()

    def __enter__(self) -> Prepared:
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(OSError):  # what a full disk did not take; the refusal is on its way
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

    def _keep(self) -> None:
        """Puts what waits in memory into the file."""
        *_, texts = fresh = projections.tables(self._fresh)
        again = [tuple(one) for one in self._again]
        terms = indexes.terms_of(texts)
        entries = marshal.dumps((self._entries, self._personal, self._named, terms))
        cases = marshal.dumps((fresh, again, self._counted))
        try:
            self._file.write(entries)
            self._file.write(cases)
            self._file.flush()
        except OSError as error:
            raise _refusal(error, self._ledger.home) from error
        self._sizes.append((len(entries), len(cases)))
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
        """Writes everything; False, and nothing is written, where somebody else wrote since the view
        was taken.

        Each part is read again at once, while its pages are at hand: LedgerBroken, which undoes the
        transaction, if it reads otherwise.
        """
        if ledger.head() != self.begins:
            return False
        if self._entries or self._counted:
            self._keep()
        session = ledger.session
        for entries, cases in self._read():
            session.put(sql.INSERT_ENTRY, sql.ENTRY, entries.entries)
            session.put(sql.INSERT_PERSONAL, sql.PERSONAL, entries.personal)
            indexes.put_people(session, entries.named)
            if cases.fresh[0]:
                projections.insert(session, cases.fresh, entries.terms)
            for rows in cases.again:
                projections.write(session, rows)
            session.put(sql.PUT_MOVEMENT, sql.MOVEMENT, cases.counted)
            again = projections.tables(cases.again)
            ledger.writer.took(entries.entries, cases.fresh, again, cases.counted)
        return True

    def _read(self) -> Iterator[tuple[_Entries, _Cases]]:
        self._file.seek(0)
        for size, more in self._sizes:  # `marshal.load` would read value by value
            entries = _Entries._make(marshal.loads(self._file.read(size)))
            cases = _Cases._make(marshal.loads(self._file.read(more)))
            yield entries, cases._replace(again=[Rows._make(one) for one in cases.again])


def _refusal(error: OSError, home: str) -> BbcsError:
    kind = DiskFull if is_full(error) else OutputNotWritable
    return kind(f"写不进 {home}，请检查空间和权限；台账没有动")
