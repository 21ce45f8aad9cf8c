"""The part of a ledger that writes and reads the chain of entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bbcs.domain.event import Draft, Event
from bbcs.errors import LedgerConflict, UnknownCase, UsageError
from bbcs.store import chain, codec, indexes, rows, statements as sql
from bbcs.store.engine import GENESIS, Session
from bbcs.store.recheck import Written
from bbcs.store.rows import event
from bbcs.usecases import person_search
from bbcs.usecases.ledger import Head, Stamp

if TYPE_CHECKING:
    from bbcs.store.prepared import Prepared

MAKING = ("StationChanged", "PackAdopted")
"""Kinds of the entries that `init` writes, in order."""


class EntryKeeper:
    """Appends to the chain of one station, and gives its entries, inside one transaction."""

    def __init__(self, session: Session, *, write: bool) -> None:
        self.session = session
        self.station = session.station
        self.writable = write
        self.written = Written()
        self._head: Head | None = None

    def events(self, case_no: str) -> list[Event]:
        """The case's entries in order; UnknownCase when there are none."""
        found = [event(row) for row in self.session.all(sql.EVENTS, case_no=case_no)]
        if not found:
            raise UnknownCase(case_no)
        return found

    def events_as_of(self, case_no: str, as_of: int) -> list[Event]:
        """The case's entries up to station_seq `as_of`; UnknownCase when there are none yet."""
        found = [
            event(row) for row in self.session.all(sql.EVENTS_AS_OF, case_no=case_no, as_of=as_of)
        ]
        if not found:
            raise UnknownCase(case_no)
        return found

    def append(
        self, case_no: str, version: int, drafts: Sequence[Draft], stamp: Stamp
    ) -> list[Event]:
        """Writes the drafts as versions `version`+1, +2, …; case_no "": ledger-wide entries.

        Raises LedgerConflict when the case has moved on.
        """
        coded = self.check(drafts)
        stamp = stamp._replace(actor=codec.text("actor", stamp.actor, 200))
        self._only_writing()
        if case_no:
            self._unmoved(case_no, version)
        return [
            self._write(entry)
            for entry in chain.following(self.head(), case_no, version, coded, stamp)
        ]

    def check(self, drafts: Sequence[Draft]) -> list[tuple[Draft, codec.Coded]]:
        """Returns the drafts with their stored form; raises BadValue, UnknownKey for values that no
        entry can hold.
        """
        return [(draft, codec.encode(draft.kind, draft.data)) for draft in drafts]

    def _write(self, entry: chain.Entry) -> Event:
        """Writes an entry that follows the head; it is the head then."""
        event, columns = entry.event, entry.columns
        self.session.execute(sql.INSERT_ENTRY, **columns)
        if entry.personal:
            salt, body = entry.personal
            self.session.execute(sql.INSERT_PERSONAL, station_seq=event.seq, salt=salt, body=body)
            terms = person_search.terms(event.kind, event.data)
            indexes.put_person(self.session, event.seq, terms)
        self.written.first_entry = self.written.first_entry or event.seq
        self._head = Head(self.station, event.seq, columns["digest"], columns["recorded_at"])
        return event

    def took(self, head: Head, batch: Prepared) -> None:
        """The chain ends there now: a prepared batch was written, and is proven at the end."""
        self.written.first_entry = self.written.first_entry or batch.begins.seq + 1
        self.written.batches.append(batch)
        self._head = head

    def _unmoved(self, case_no: str, version: int) -> None:
        now = self.session.one(sql.VERSION, case_no=case_no)[0] or 0
        if now == version:
            return
        last = self.session.one(sql.LAST, case_no=case_no, version=version)
        if last is None:
            raise LedgerConflict(
                f"{case_no} 只到第 {now} 步，没有第 {version} 步；请重新查看后再办"
            )
        actor, kind, at = last
        raise LedgerConflict(
            f"{case_no} 已由 {actor} 在 {at[:16].replace('T', ' ')} 办了“{_word(kind)}”（第 {now} 步）；请重新查看后再办"
        )

    def cases(self) -> Iterator[list[Event]]:
        """The entries of each case, in order of number."""
        return rows.cases(self.session.stream(sql.CASES))

    def office_wide(self, kinds: Iterable[str] = ()) -> Iterator[Event]:
        """Ledger-wide entries, of these kinds when given."""
        wanted = frozenset(kinds)
        return (
            event(row) for row in self.session.stream(sql.WIDE) if not wanted or row[4] in wanted
        )

    def entries(self, first: int, last: int) -> Iterator[Event]:
        """The entries with numbers in [first, last], in order."""
        return map(event, self.session.stream(sql.ENTRIES, first=first, last=last))

    def head(self) -> Head:
        """The last entry of the chain (seq 0 for an empty ledger)."""
        if self._head is None:
            found = self.session.one(sql.HEAD)
            self._head = Head(self.station, *found) if found else Head(self.station, 0, GENESIS)
        return self._head

    def practice(self) -> bool | None:
        """Whether it is a practice ledger; None before anything but its making was entered.

        It is one when the first entry after those of its making was written with a set clock.
        """
        found = self.session.all(sql.FIRST_CLOCKS)
        if tuple(kind for kind, _ in found[:2]) == MAKING:
            found = found[2:]
        return found[0][1] == "set" if found else None

    def head_as_of(self, moment: datetime) -> Head:
        """The last entry that was written by then (seq 0 when there was none)."""
        found = self.session.one(sql.HEAD_AS_OF, moment=codec.moment(moment))
        return Head(self.station, *found) if found else Head(self.station, 0, GENESIS)

    def digest_at(self, seq: int) -> str:
        """Returns the digest of one entry, "" when there is none."""
        row = self.session.one(sql.DIGEST_AT, seq=seq)
        return row[0] if row else ""

    def _only_writing(self) -> None:
        if not self.writable:
            raise UsageError("台账是为查看打开的，不能写；请用 open_ledger(…, write=True)")


def _word(kind: str) -> str:
    """The Chinese word of a kind."""
    from bbcs.domain.acts.table import ACTS

    return next((act.alias for act in ACTS if kind in act.kinds), kind)
