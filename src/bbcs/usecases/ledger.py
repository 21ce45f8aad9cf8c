"""The values that cross between the use cases and the ledger (`usecases.ledger_protocol`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bbcs.calendar.layers import Imported
from bbcs.domain.event import Draft, Event
from bbcs.domain.order import UnitRef
from bbcs.record import Record


class Stamp(Record):
    """Who writes, when, and by which clock ("system", or "set" when BBCS_NOW gave the time)."""

    actor: str
    now: datetime
    clock: str = "system"


class Head(Record):
    """The end of a station's chain."""

    station: str
    seq: int
    digest: str
    recorded_at: str = ""

    @property
    def last_entry(self) -> str:
        """The last entry as answers name it: its number and the beginning of its digest."""
        return f"末条 {self.seq} {self.digest[:16]}"

    def document(self) -> dict[str, Any]:
        """Returns a head as documents show it."""
        return {"station": self.station, "seq": self.seq, "digest": self.digest}


class Change(Record):
    """What an entry did, without what it says.

    case_no "": an entry of the whole office, which has no version.
    """

    seq: int
    case_no: str
    version: int
    kind: str
    at: datetime
    recorded_at: datetime


class Projection(Record):
    """What is stored of a folded case for speed; rebuildable from its entries at any time.

    case: columns of case_row; orders, callbacks, deadlines: rows of order_row, callback_row and
    deadline_row, each with `number` from 1; movements: one row per counted event with its
    `station_seq`; people: the plain values behind the keyed look-ups (`id_number`, `phone`,
    `reporter`), never stored themselves; notice: the holiday notice of a ledger-wide entry.

    A movement holds from entry `since` (its own, when absent) until entry `until` (for ever, when
    absent): undoing an event gives its row an `until`, a correction that moves it to another day
    also adds a row with the correction's number as `since`. waivers: papers waived by rule, each
    `station_seq, item, paper, effective, authority`, of a case or of a ledger-wide entry.
    references: which other cases an entry names, each `station_seq, target`, of a case or of a
    ledger-wide entry. retracts: number of the ledger-wide entry that this one takes back, 0 = none.
    adopted: which texts of rules a ledger-wide entry brought into force, each `station_seq, what,
    pack, edition, sha256`. papers: numbers on paper, each `paper, year, serial, number`. text: what
    may be read and found, masked (`fulltext.readable`). Columns of case that are left out are 0 or
    empty (`paused`, `supervised`, `gap_due`, `group_name`, `steady`, `last_day`, `last_seq`,
    `lead_code`).
    """

    case: Mapping[str, Any]
    orders: Sequence[Mapping[str, Any]] = ()
    callbacks: Sequence[Mapping[str, Any]] = ()
    movements: Sequence[Mapping[str, Any]] = ()
    people: Mapping[str, str] = {}
    notice: Imported | None = None
    waivers: Sequence[Mapping[str, Any]] = ()
    references: Sequence[Mapping[str, Any]] = ()
    text: str = ""
    retracts: int = 0
    adopted: Sequence[Mapping[str, Any]] = ()
    deadlines: Sequence[Mapping[str, Any]] = ()
    papers: Sequence[Mapping[str, Any]] = ()


Refold = Callable[[Sequence[Sequence[Event]]], list[Projection]]
"""The entries of several cases -> the projection of each: how `rebuild` and `verify --full`
recompute what is stored.
"""


class Filter(Record):
    """Which cases; every given condition must hold.

    Dates are closed ranges of local days; `now` decides overdue.

    Every deadline that runs counts, the case's own and those of orders, papers, slips and meetings;
    a paused one is neither overdue nor close to it. overdue: one has passed, in whatever phase the
    case is. due, due_before: one is due then; of a case that waits for nothing more, its own limit
    was. gaps: papers are owed; with `sort` "due" ordered by the date they are owed by. unit: one
    that holds or held an order, whatever it was called then, or of which a slip or a meeting still
    asks something by a date; with `active`, such a case is not left out for being settled.
    unit_names: every name it goes or went by, () for its own alone.
    asked: a slip or a meeting still asks something by a date, in whatever phase the case is.
    """

    now: datetime
    phases: Sequence[str] = ()
    active: bool = True
    overdue: bool = False
    due_before: date | None = None
    due: date | None = None
    unit: UnitRef | None = None
    unit_names: Sequence[str] = ()
    channel: str = ""
    demand_kind: str = ""
    difficulty: str = ""
    cause: str = ""
    received_from: date | None = None
    received_to: date | None = None
    resolved_from: date | None = None
    resolved_to: date | None = None
    handler: str = ""
    flags: Sequence[str] = ()
    provisional: bool = False
    callback_due: bool = False
    unsigned: bool = False
    warning: bool = False
    source: str = ""
    source_no: str = ""
    group: str = ""
    gaps: bool = False
    asked: bool = False
    paused: bool | None = None
    sort: str = "due"
    limit: int | None = None
    after: str = ""


class DeskRows(Record):
    """One group of the desk: its name, how many cases stand in it, and rows of case_row by date: the
    first ones, or all of them one by one.
    """

    name: str
    total: int
    rows: Iterable[Mapping[str, Any]]


Checked = tuple[Draft, Any]
"""A draft, and the form in which it is stored."""

Position = tuple[int, str, str]
"""Where a case stands in the order of a list: the part of the order, its value there, its number.
The same in every station, so that the rows of several can be merged.
"""
