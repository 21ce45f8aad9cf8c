"""The Ledger protocol: what a use case may ask of a store; `bbcs.store` implements it.

Only type checkers load it: it is imported where `TYPE_CHECKING` holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, Protocol

from bbcs.calendar.layers import Imported
from bbcs.config.adopted_rules import Rules
from bbcs.domain.event import Draft, Event
from bbcs.findings import Finding
from bbcs.usecases.ledger import (
    Change,
    Checked,
    DeskRows,
    Filter,
    Head,
    Projection,
    Refold,
    Stamp,
)


class Batch(Protocol):
    """What many cases write, made ready while others use the ledger."""

    @property
    def entries(self) -> int:
        """How many entries it holds."""
        ...

    def append(
        self, case_no: str, version: int, coded: Sequence[Checked], stamp: Stamp
    ) -> list[Event]:
        """The entries of drafts that `Ledger.check` gave, as versions `version`+1, +2, …; case_no
        "" = ledger-wide.
        """
        ...

    def project(self, many: Sequence[Projection], *, fresh: bool = False) -> None:
        """What is to be stored of some cases; fresh: nothing is stored of them yet."""
        ...

    def count(self, movement: Mapping[str, Any]) -> None:
        """One counted ledger-wide entry."""
        ...

    def seal(self) -> None:
        """Nothing more comes: the batch can be put into the ledger."""
        ...


class Ledger(Protocol):
    """One station's entries and projections, inside one transaction.

    Domain values in and out, never rows.
    """

    station: str

    def step(self) -> AbstractContextManager[None]:
        """One request among several of a transaction: a refused one leaves nothing, the others
        stay.
        """
        ...

    def events(self, case_no: str) -> list[Event]:
        """The case's entries in order; UnknownCase when there are none."""
        ...

    def append(
        self, case_no: str, version: int, drafts: Sequence[Draft], stamp: Stamp
    ) -> list[Event]:
        """Write the drafts as versions `version`+1, +2, …; LedgerConflict when the case has moved
        on. case_no "" = ledger-wide.
        """
        ...

    def check(self, drafts: Sequence[Draft]) -> Sequence[Checked]:
        """Returns the drafts, each with its stored form, for a batch; writes nothing.

        Raises what `append` would raise for values that no entry can hold.
        """
        ...

    def prepared(self) -> Batch:
        """A batch of many cases, made ready on this view of the ledger and put into it later."""
        ...

    def put(self, batch: Any) -> bool:
        """Writes a batch; False, and nothing is written, where somebody wrote since its view was
        taken.
        """
        ...

    def project(self, projection: Projection, *, fresh: bool = False) -> None:
        """Replace what is stored of the case, whole; fresh: nothing is stored of it yet."""
        ...

    def store_office_wide(self, projection: Projection) -> None:
        """Store what an entry of the whole office gives, and drop what is stored of the entry that
        it takes back.
        """
        ...

    def attach(self, path: str) -> tuple[str, int, str]:
        """SHA-256, size and name of a file, which is kept by its digest when the transaction ends
        well.

        It was read before the transaction began.
        """
        ...

    def erase(self, case_no: str) -> int:
        """Removes the personal part of each entry of the case, and what the index of people holds
        of it. Returns the number of entries that had one.
        """
        ...

    def changes(self, since: int, limit: int) -> list[Change]:
        """The entries after number `since`, oldest first, at most `limit`."""
        ...

    def referring(self, case_no: str) -> list[tuple[Event, list[Event]]]:
        """The entries elsewhere that name the case, as they count now, each with all entries of its
        case ([] = of the office).
        """
        ...

    def waivers(self, items: Sequence[str], day: date) -> list[Mapping[str, Any]]:
        """The rule waivers of these items in force on that day: `station_seq, case_no, item, paper,
        effective, authority`.
        """
        ...

    def keep_text(self, raw: bytes) -> str:
        """Keep a text of rules, unless it is there; its digest."""
        ...

    def text(self, digest: str) -> bytes:
        """A text of rules by its digest; StoreUnreachable where it is not there."""
        ...

    def rules(self) -> Rules:
        """The rules of the station, by what is stored of them."""
        ...

    def rules_of(self, adopted: Sequence[Mapping[str, Any]]) -> Rules:
        """The rules that entries adopted, read in the texts themselves."""
        ...

    def imported(self) -> list[Imported]:
        """The imported holiday notices with their days, in order of import."""
        ...

    def next_number(self, day: date) -> str:
        """The next gap-free case number of that day of intake."""
        ...

    def next_serial(self, paper: str, year: int) -> int:
        """The next serial of the numbers on this kind of paper in that year; none is given twice."""
        ...

    def case_no(self, short: str, today: date) -> str:
        """The full number that `short` stands for; UnknownCase, AmbiguousId."""
        ...

    def find(self, wanted: Filter) -> list[Mapping[str, Any]]:
        """Rows of case_row (all columns, `fold` still JSON text) by index, sorted; each with
        `deadlines`, the rows of deadline_row that run.

        By due date: first the cases that are overdue, the one that passed first in front; then the
        others by their own limit.
        """
        ...

    def stream(self, wanted: Filter) -> tuple[int, Iterator[Mapping[str, Any]]]:
        """How many rows `find` would give, and these rows one by one while the transaction lasts."""
        ...

    def tally(self, wanted: Filter) -> int:
        """How many rows `find` would give without its limit."""
        ...

    def same_person(
        self, people: Mapping[str, str], items: Sequence[str], days: tuple[date, date], most: int
    ) -> list[Mapping[str, Any]]:
        """Rows of at most `most` cases, the newest ones, of the same person with one of these items,
        received from the first day on and before the second; voided ones are none.

        The same person: id look-up; else phone; else same name and no phone on either side.
        """
        ...

    def count_search(self, stamp: Stamp, cases: int) -> None:
        """Counts a search that found `cases` by part; OutputNotWritable where it cannot."""
        ...

    def search(self, text: str, limit: int, parts: int = 0) -> list[Mapping[str, Any]]:
        """Rows of case_row with their masked `text`: exact hits, up to `parts` found by part, then
        cases with every word.

        Each the newest first, with `where` (names of the fields that were found) and `by_part`.
        Exact: the case's number or short number, its foreign number, a phone, an identity number, a
        reporter's name (keyed look-up). BadValue when nothing can be looked for.
        """
        ...

    def by_source(self, source: str, source_no: str) -> str:
        """Case number that already holds this foreign number, or ""."""
        ...

    def movements(
        self, first: date, last: date, as_of: int, kind: str = ""
    ) -> Iterator[Mapping[str, Any]]:
        """Counted events whose local day lies in [first, last], as they held as of entry `as_of`,
        in order; of this kind when given.
        """
        ...

    def open_before(self, day: date, as_of: int) -> list[str]:
        """Numbers of the cases in hand at the start of `day` as of `as_of`."""
        ...

    def entries_of(self, kind: str) -> list[int]:
        """Numbers of the counted entries of this kind in cases, in order."""
        ...

    def standing(self, day: date, as_of: int) -> Iterator[Mapping[str, Any]]:
        """Of the cases in hand to which nothing has happened since before `day`, up to entry
        `as_of`, and whose rows tell all that figures ask (`movements.standing_columns`): `case_no,
        phase, received_at, difficulty, lead_unit, lead_code, items, due, calendar, pack,
        pack_edition`.
        """
        ...

    def receipts(self, numbers: Iterable[str], as_of: int) -> dict[str, str]:
        """Case number -> when it was received, of those of these cases to which nothing was written
        after entry `as_of`.
        """
        ...

    def cases(self) -> Iterator[list[Event]]:
        """The entries of each case, in order of number."""
        ...

    def stored(self) -> Iterator[Sequence[Any]]:
        """Of every case in order of number: case_no, phase, due, calendar, pack_edition as stored."""
        ...

    def tallies(self) -> Iterator[Sequence[Any]]:
        """What put cases in hand and out again, as it holds now: month, kind, how many, sum of
        their deltas.
        """
        ...

    def desk(self, now: datetime, limit: int | None) -> list[DeskRows]:
        """The groups of the desk (`domain.desk`) that hold cases, each case in one; `limit` rows of
        each.
        """
        ...

    def desk_stream(self, now: datetime) -> Iterator[DeskRows]:
        """The same groups, each with all of its rows one by one while the transaction lasts."""
        ...

    def promised(self, first: date, last: date, as_of: int) -> list[str]:
        """Numbers of the cases with a date in [first, last] that was promised to the person, as of
        entry `as_of`.
        """
        ...

    def office_wide(self, kinds: Iterable[str] = ()) -> Iterator[Event]:
        """Ledger-wide entries, of these kinds when given."""
        ...

    def entries(self, first: int, last: int) -> Iterator[Event]:
        """The entries with numbers in [first, last], in order."""
        ...

    def events_as_of(self, case_no: str, as_of: int) -> list[Event]:
        """The case's entries up to station_seq `as_of`."""
        ...

    def head(self) -> Head:
        """The last entry of the chain (seq 0 for an empty ledger)."""
        ...

    def practice(self) -> bool | None:
        """Whether it is a practice ledger: the first entry after its making has a set clock.

        None before there is one.
        """
        ...

    def head_as_of(self, moment: datetime) -> Head:
        """The last entry that was written by then (seq 0 when there was none)."""
        ...

    def verify(self, refold: Refold | None = None) -> list[Finding]:
        """Defects of chain, commitments and numbering; with `refold` also of every projection and
        of the file itself.
        """
        ...

    def rebuild(self, refold: Refold) -> int:
        """Drop and refold every projection; the number of cases."""
        ...

    def facts(self) -> Mapping[str, Any]:
        """Size, entries, cases, journal mode, schema and library versions."""
        ...
