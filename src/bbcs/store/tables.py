"""The single definition of the schema; `python -m bbcs.store.tables` prints schema.sql,
`python -m bbcs.store.tables postgresql` prints postgres.sql.

No command imports this module.
"""

from __future__ import annotations

import sys
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from bbcs.store import schema_text
from bbcs.store.postgres import schema_text as postgres_text

_NAMES = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
_BIG: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(*, key: bool = False) -> Any:
    return Field(primary_key=key, sa_type=sa.Text)


def _maybe() -> Any:
    return Field(default=None, sa_type=sa.Text, nullable=True)


def _int(*, key: bool = False, kind: Any = sa.Integer) -> Any:
    own = {"autoincrement": False} if key else {}
    return Field(primary_key=key, sa_type=kind, sa_column_kwargs=own)


def _count() -> Any:
    return Field(default=None, sa_type=sa.Integer, nullable=True)


def _seq_key() -> Any:
    return _int(key=True, kind=_BIG)


def _check(name: str, sql: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(sql, name=name)


def _yes_no(*columns: str) -> tuple[sa.CheckConstraint, ...]:
    return tuple(_check(column, f"{column} IN (0, 1)") for column in columns)


def _at_most(limit: int, *columns: str) -> tuple[sa.CheckConstraint, ...]:
    return tuple(_check(column, f"length({column}) <= {limit}") for column in columns)


class _Stored(SQLModel):
    metadata: ClassVar[sa.MetaData] = sa.MetaData(naming_convention=_NAMES)


class EntryRow(_Stored, table=True):
    """One event of a case or of the office; append-only, chained per station."""

    __tablename__ = "entry"
    __table_args__ = (
        sa.UniqueConstraint("station", "case_no", "version"),
        _check("station", "length(station) BETWEEN 2 AND 12"),
        _check("station_seq", "station_seq >= 1"),
        _check("case_no", "length(case_no) BETWEEN 1 AND 40"),
        _check(
            "version", "version >= 1 AND case_no IS NOT NULL OR version IS NULL AND case_no IS NULL"
        ),
        _check("v", "v >= 1"),
        _check("kind", "length(kind) BETWEEN 1 AND 40"),
        _check("at", "length(at) = 25"),
        _check("recorded_at", "length(recorded_at) = 25"),
        *_at_most(200, "actor"),
        _check("clock", "clock IN ('system', 'set')"),
        *_at_most(1_000_000, "data"),
        _check("commitment", "length(commitment) IN (0, 64)"),
        _check("prev", "length(prev) = 64"),
        _check("digest", "length(digest) = 64"),
    )
    station: str = _text(key=True)
    station_seq: int = _seq_key()
    case_no: str | None = _maybe()
    version: int | None = _count()
    v: int = _int()
    kind: str = _text()
    at: str = _text()
    recorded_at: str = _text()
    actor: str = _text()
    clock: str = _text()
    data: str = _text()
    commitment: str = _text()
    prev: str = _text()
    digest: str = _text()


class Personal(_Stored, table=True):
    """The erasable part of an entry: free text and personal fields, with the salt of its
    commitment.
    """

    __tablename__ = "personal"
    __table_args__ = (
        sa.ForeignKeyConstraint(["station", "station_seq"], ["entry.station", "entry.station_seq"]),
        _check("salt", "length(salt) = 16"),
        _check("body", "length(body) BETWEEN 2 AND 5000000"),
    )
    station: str = _text(key=True)
    station_seq: int = _seq_key()
    salt: bytes = Field(sa_type=sa.LargeBinary)
    body: str = _text()


class Document(_Stored, table=True):
    """A text that an entry vouches for by its digest: a rule pack, a catalogue of items;
    append-only.
    """

    __tablename__ = "document"
    __table_args__ = (
        _check("sha256", "length(sha256) = 64"),
        _check("raw", "length(raw) <= 20000000"),
    )
    station: str = _text(key=True)
    sha256: str = _text(key=True)
    raw: bytes = Field(sa_type=sa.LargeBinary)


class CaseRow(_Stored, table=True):
    """What a case is now: the fold of its entries and the columns lists and look-ups need.

    active: somebody still has to do something: its handling goes on, it stands on the desk or will
    on a date that was agreed, or a deadline runs. due: when its own limit passes; clock: which that
    is; state: how it ended, NULL while it runs. next_due: when the next of all its running
    deadlines passes; warn_from: when the first of their warnings begins. paused: its own limit does
    not run. gap_due: the earliest date of an owed paper, 9999-12-31 when papers are owed without a
    date; empty when none is. group_name: the group it was merged into (并案). desk_group, waiting:
    the first and all of what it waits for besides its dates (`domain.desk`). agreed_on: the
    earliest date that was promised, is to be reminded of, or should end a pause. number: the
    place's own number of the case. `fold` is last: it may overflow its page.
    """

    __tablename__ = "case_row"
    __table_args__ = (
        sa.UniqueConstraint("station", "day", "serial"),
        sa.Index(None, "station", "serial", "day"),
        sa.Index(
            None, "station", "active", "due", "case_no", "next_due", "paused"
        ),  # the last two: what is overdue is passed over without reading the case
        sa.Index(None, "station", "active", "received_at", "case_no"),
        sa.Index(None, "station", "phase", "due", "case_no"),
        sa.Index(None, "station", "in_hand", "due", "case_no"),
        sa.Index(None, "station", "due", "case_no"),
        sa.Index(None, "station", "received_at", "case_no"),
        sa.Index(None, "station", "lead_unit", "active", "due"),
        *_at_most(40, "case_no", "phase"),
        _check("day", "length(day) = 10"),
        _check("serial", "serial >= 1"),
        _check("version", "version >= 1"),
        _check("round", "round >= 1"),
        _check("received_at", "length(received_at) = 25"),
        *_at_most(40, "clock"),
        _check("state", "state IN ('met', 'met_late', 'ended')"),
        *_yes_no("active", "in_hand", "provisional", "paused", "supervised", "steady"),
        _check("last_day", "length(last_day) = 10"),
        _check("due", "length(due) IN (10, 25)"),
        _check("next_due", "length(next_due) IN (10, 25)"),
        _check("warn_from", "length(warn_from) IN (10, 25)"),
        _check("callback_due", "length(callback_due) IN (10, 25)"),
        _check("gap_due", "length(gap_due) = 10"),
        _check("agreed_on", "length(agreed_on) IN (10, 25)"),
        *_at_most(40, "desk_group"),
        *_at_most(200, "number"),
        *_at_most(64, "id_key", "phone_key", "name_key"),
        *_at_most(200, "source", "source_no", "handler", "group_name"),
        *_at_most(20_000, "causes", "flags", "units", "items", "waiting"),
        *_at_most(5_000_000, "fold"),
    )
    station: str = _text(key=True)
    case_no: str = _text(key=True)
    day: str = _text()
    serial: int = _int()
    version: int = _int()
    phase: str = _text()
    active: int = _int()
    in_hand: int = _int()
    round: int = _int()
    received_at: str = _text()
    resolved_at: str | None = _maybe()
    due: str | None = _maybe()
    next_due: str | None = _maybe()
    warn_from: str | None = _maybe()
    clock: str | None = _maybe()
    state: str | None = _maybe()
    provisional: int = _int()
    callback_due: str | None = _maybe()
    channel: str | None = _maybe()
    demand_kind: str | None = _maybe()
    difficulty: str | None = _maybe()
    causes: str | None = _maybe()
    flags: str | None = _maybe()
    lead_unit: str | None = _maybe()
    units: str | None = _maybe()
    handler: str | None = _maybe()
    source: str | None = _maybe()
    source_no: str | None = _maybe()
    items: str | None = _maybe()
    id_key: str | None = _maybe()
    phone_key: str | None = _maybe()
    name_key: str | None = _maybe()
    pack: str | None = _maybe()
    pack_edition: str | None = _maybe()
    calendar: str | None = _maybe()
    group_name: str | None = _maybe()
    paused: int = _int()
    gap_due: str | None = _maybe()
    supervised: int = _int()
    desk_group: str | None = _maybe()
    waiting: str | None = _maybe()
    agreed_on: str | None = _maybe()
    number: str | None = _maybe()
    steady: int = _int()
    last_day: str | None = _maybe()
    last_seq: int | None = _count()
    lead_code: str | None = _maybe()
    fold: str = _text()


class CaseText(_Stored, table=True):
    """What of a case may be read and found, masked.

    `id` grows with the day and serial of the case; the full-text index goes by it.
    """

    __tablename__ = "case_text"
    __table_args__ = (
        sa.UniqueConstraint("station", "case_no"),
        *_at_most(40, "case_no"),
        *_at_most(5_000_000, "text"),
    )
    station: str = _text(key=True)
    id: int = _seq_key()
    case_no: str = _text()
    text: str = _text()


class OrderRow(_Stored, table=True):
    """One order to a unit: sent, signed, returned, done. unit_code: "" for none."""

    __tablename__ = "order_row"
    __table_args__ = (
        sa.Index(None, "station", "unit", "case_no"),
        sa.Index(None, "station", "unit_code", "case_no"),
        _check("number", "number >= 1"),
        _check("state", "state IN ('sent', 'signed', 'returned', 'done')"),
        *_at_most(200, "unit", "unit_code"),
        *_yes_no("provisional"),
    )
    station: str = _text(key=True)
    case_no: str = _text(key=True)
    number: int = _int(key=True)
    round: int = _int()
    unit: str = _text()
    unit_code: str = _text()
    role: str = _text()
    state: str = _text()
    sent_at: str | None = _maybe()
    signed_at: str | None = _maybe()
    due: str | None = _maybe()
    provisional: int = _int()


class CallbackRow(_Stored, table=True):
    """One try to call the person back."""

    __tablename__ = "callback_row"
    __table_args__ = (_check("number", "number >= 1"), *_yes_no("reached"))
    station: str = _text(key=True)
    case_no: str = _text(key=True)
    number: int = _int(key=True)
    round: int = _int()
    at: str = _text()
    reached: int = _int()
    solved: str | None = _maybe()
    grade: int | None = _count()


class PhoneRow(_Stored, table=True):
    """The second and each further number of the reporter's phone field, keyed as
    case_row.phone_key, which is the first.
    """

    __tablename__ = "phone_row"
    __table_args__ = (
        sa.Index(None, "station", "phone_key", "case_no"),
        _check("number", "number >= 2"),
        *_at_most(64, "phone_key"),
    )
    station: str = _text(key=True)
    case_no: str = _text(key=True)
    number: int = _int(key=True)
    phone_key: str = _text()


class PersonItem(_Stored, table=True):
    """Who asked for what, and when: by it a possible duplicate is found, however often a person
    comes. Voided cases have no row.

    person: the key of the identity number, of one phone, or, where the case has no phone, of the
    name. item: one of the case's items. identified: whether the case tells an identity number: two
    that do are of one person only by that.
    """

    __tablename__ = "person_item"
    __table_args__ = (
        sa.Index(None, "station", "case_no"),
        *_at_most(64, "person"),
        *_at_most(200, "item"),
        *_yes_no("identified"),
    )
    station: str = _text(key=True)
    person: str = _text(key=True)
    item: str = _text(key=True)
    identified: int = _int(key=True)
    received_at: str = _text(key=True)
    case_no: str = _text(key=True)


class DeadlineRow(_Stored, table=True):
    """One deadline that is still to be met: of the case, an order, an owed paper, a slip or a
    resolution.

    due: as printed; passes: when it is overdue (closing time, where the pack says so). order_no: 0
    for none. unit: whose it is, or the paper, masked. measure: unit of the limit. warnings: `days
    left:colour`, with commas between.
    """

    __tablename__ = "deadline_row"
    __table_args__ = (
        sa.Index(None, "station", "passes", "case_no"),
        _check("number", "number >= 1"),
        _check("round", "round >= 1"),
        _check("order_no", "order_no >= 0"),
        _check("due", "length(due) IN (10, 25)"),
        _check("passes", "length(passes) IN (10, 25)"),
        _check("warn_from", "length(warn_from) IN (10, 25)"),
        *_yes_no("paused", "provisional"),
        *_at_most(40, "clock", "measure"),
        *_at_most(20_000, "unit", "warnings"),
    )
    station: str = _text(key=True)
    case_no: str = _text(key=True)
    number: int = _int(key=True)
    clock: str = _text()
    round: int = _int()
    order_no: int = _int()
    unit: str | None = _maybe()
    due: str = _text()
    passes: str = _text()
    warn_from: str | None = _maybe()
    paused: int = _int()
    provisional: int = _int()
    measure: str = _text()
    warnings: str = _text()


class PaperRow(_Stored, table=True):
    """One number on paper: the serial-th of its kind of paper in that year; never given again, also
    where the paper was taken back.

    paper: `case` for the case itself, `notice`, `slip`. The whole row is its key: of a ledger that
    was forged so that one serial stands twice, `verify` says so, and it can still be rebuilt.
    """

    __tablename__ = "paper_row"
    __table_args__ = (
        sa.Index(None, "station", "case_no"),
        _check("serial", "serial >= 1"),
        *_at_most(40, "paper"),
        *_at_most(200, "number"),
    )
    station: str = _text(key=True)
    paper: str = _text(key=True)
    year: int = _int(key=True)
    serial: int = _int(key=True)
    case_no: str = _text(key=True)
    number: str = _text(key=True)


class Movement(_Stored, table=True):
    """One counted event; any month as of any entry is an index range.

    since: the entry from which this row holds (the event's own number, unless a later correction
    moved the event to another day); until: the entry that ended it, empty while it holds.
    """

    __tablename__ = "movement"
    __table_args__ = (
        sa.Index(None, "station", "day", "kind", "station_seq"),
        sa.Index(None, "station", "case_no", "station_seq", "since", "until", "day", "delta"),
        _check("month", "length(month) = 7"),
        _check("day", "length(day) = 10"),
        _check("delta", "delta IN (-1, 0, 1)"),
        _check("since", "since >= station_seq"),
        _check("until", "until > since"),
        *_yes_no("late"),
    )
    station: str = _text(key=True)
    station_seq: int = _seq_key()
    since: int = _seq_key()
    until: int | None = Field(default=None, sa_type=_BIG, nullable=True)
    month: str = _text()
    day: str = _text()
    unit: str | None = _maybe()
    kind: str = _text()
    case_no: str | None = _maybe()
    round: int | None = _count()
    delta: int = _int()
    detail: str | None = _maybe()
    late: int | None = _count()
    amount: int | None = _count()
    answered: int | None = _count()


class Waiver(_Stored, table=True):
    """A paper that later cases on an item need not bring (免予提供, by rule), from a day on."""

    __tablename__ = "waiver"
    __table_args__ = (
        sa.Index(None, "station", "item", "effective"),
        *_at_most(200, "item", "paper"),
        _check("effective", "length(effective) = 10"),
        *_at_most(20_000, "authority"),
    )
    station: str = _text(key=True)
    station_seq: int = _seq_key()
    item: str = _text(key=True)
    case_no: str | None = _maybe()
    paper: str = _text()
    effective: str = _text()
    authority: str | None = _maybe()


class Reference(_Stored, table=True):
    """That an entry names another case: links and improvements are shown with both.

    target: the case that is named. case_no: the case of the entry, empty where it belongs to the
    whole office.
    """

    __tablename__ = "reference"
    __table_args__ = (
        sa.Index(None, "station", "target", "station_seq"),
        *_at_most(40, "target", "case_no"),
    )
    station: str = _text(key=True)
    station_seq: int = _seq_key()
    target: str = _text(key=True)
    case_no: str | None = _maybe()


class CalendarNotice(_Stored, table=True):
    """One imported holiday notice, as its entry tells it."""

    __tablename__ = "calendar_notice"
    __table_args__ = (
        _check("layer", "layer IN ('annual', 'midyear', 'region', 'organisation')"),
        *_at_most(200, "id", "region", "number", "operator"),
    )
    station: str = _text(key=True)
    station_seq: int = _seq_key()
    id: str = _text()
    layer: str = _text()
    region: str = _text()
    title: str = _text()
    number: str = _text()
    issued: str = _text()
    address: str = _text()
    sha256: str = _text()
    operator: str = _text()


class CalendarDay(_Stored, table=True):
    """One day that an imported notice changes; read by every command that counts."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        _check("day", "length(day) = 10"),
        *_yes_no("is_working_day"),
        _check("kind", "kind IN ('normal', 'weekend', 'holiday', 'makeup')"),
    )
    station: str = _text(key=True)
    station_seq: int = _seq_key()
    day: str = _text(key=True)
    is_working_day: int = _int()
    kind: str = _text()
    name: str = _text()


class Adopted(_Stored, table=True):
    """That a rule pack (`pack`) or a catalogue of items (`items`) came into force with an entry.

    station_seq: 0 and less for editions of a home that is older than such entries. sha256: of the
    text; its first 16 digits where an old entry tells no more and the text is not there.
    """

    __tablename__ = "adopted"
    __table_args__ = (
        _check("what", "what IN ('pack', 'items')"),
        *_at_most(200, "pack", "edition"),
        _check("sha256", "length(sha256) IN (16, 64)"),
    )
    station: str = _text(key=True)
    station_seq: int = _seq_key()
    what: str = _text()
    pack: str = _text()
    edition: str = _text()
    sha256: str = _text()


class Parsed(_Stored, table=True):
    """What was read in a document, as JSON, so that no command reads it again.

    form: the shape of the JSON; a program that reads another one reads the document.
    """

    __tablename__ = "parsed"
    __table_args__ = (*_at_most(40, "form"), *_at_most(50_000_000, "body"))
    station: str = _text(key=True)
    sha256: str = _text(key=True)
    form: str = _text()
    body: str = _text()


class Meta(_Stored, table=True):
    """Facts about the ledger itself: schema, station, created_at."""

    __tablename__ = "meta"
    __table_args__ = (*_at_most(40, "key"), *_at_most(200, "value"))
    station: str = _text(key=True)
    key: str = _text(key=True)
    value: str = _text()


metadata = _Stored.metadata


def schema(engine: str = "sqlite") -> str:
    """The text of schema.sql, or of postgres.sql."""
    written = postgres_text.written if engine == "postgresql" else schema_text.written
    return written(metadata)


if __name__ == "__main__":
    sys.stdout.write(schema(*sys.argv[1:2]))
