"""The Ledger of the use cases over one session of an engine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bbcs.calendar.layers import Imported
from bbcs.config.adopted_rules import Rules
from bbcs.domain.corrections import effective
from bbcs.domain.event import Draft, Event
from bbcs.domain.station import Station
from bbcs.errors import OutputNotWritable, StoreUnreachable, UnknownCase, UsageError
from bbcs.store import keys, numbers, rule_texts, statements as sql
from bbcs.store.codec import cases, event, mapped, moment
from bbcs.store.engine import GENESIS, Session
from bbcs.usecases.ledger import Change, DeskRows, Filter, Head, Position, Projection, Stamp

MAKING = ("StationChanged", "PackAdopted")
"""Kinds of the entries that `init` writes, in order."""

if TYPE_CHECKING:
    from bbcs.store import projections
    from bbcs.store.attachments import FileDraft
    from bbcs.store.codec import Coded
    from bbcs.store.writer import Writer


class StoredLedger:
    """One station's entries and projections inside one transaction; `usecases.ledger.Ledger`."""

    def __init__(self, session: Session, home: str, *, write: bool) -> None:
        self.session = session
        self.home = home
        self.station = session.station
        self.writable = write
        self.drafts: Mapping[str, FileDraft] = {}
        self.files: dict[str, FileDraft] = {}
        self._secret: bytes | None = None
        self._head: Head | None = None
        self._writer: Writer | None = None

    @property
    def writer(self) -> Writer:
        """What writes in this transaction; UsageError in one that only reads."""
        self.only_writing()
        if self._writer is None:
            from bbcs.store.writer import Writer  # not for what only reads

            self._writer = Writer(self.session, self.head())
        return self._writer

    def only_writing(self) -> None:
        """Raises UsageError in a transaction that only reads."""
        if not self.writable:
            raise UsageError("台账是为查看打开的，不能写；请用 open_ledger(…, write=True)")

    # -- entries ---------------------------------------------------------------------------------------------------

    def events(self, case_no: str) -> list[Event]:
        """The case's entries in order; UnknownCase when there are none."""
        entries = [event(row) for row in self.session.all(sql.EVENTS, case_no=case_no)]
        if not entries:
            raise UnknownCase(case_no)
        return entries

    def events_as_of(self, case_no: str, as_of: int) -> list[Event]:
        """The case's entries up to station_seq `as_of`; UnknownCase when there are none yet."""
        entries = [
            event(row) for row in self.session.all(sql.EVENTS_AS_OF, case_no=case_no, as_of=as_of)
        ]
        if not entries:
            raise UnknownCase(case_no)
        return entries

    def append(
        self, case_no: str, version: int, drafts: Sequence[Draft], stamp: Stamp
    ) -> list[Event]:
        """Writes the drafts as versions `version`+1, +2, …; case_no "": ledger-wide entries.

        Raises LedgerConflict when the case has moved on.
        """
        return self.writer.append(case_no, version, drafts, stamp)

    def check(self, drafts: Sequence[Draft]) -> list[tuple[Draft, Coded]]:
        """Returns the drafts with their stored form; raises BadValue, UnknownKey for values that no
        entry can hold.
        """
        from bbcs.store.writer import coded_of

        return coded_of(drafts)

    def cases(self) -> Iterator[list[Event]]:
        """The entries of each case, in order of number."""
        return cases(self.session.stream(sql.CASES))

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
        if self._writer is not None:
            return self._writer.head
        if self._head is None:
            last = self.session.one(sql.HEAD)
            self._head = Head(self.station, *last) if last else Head(self.station, 0, GENESIS)
        return self._head

    def practice(self) -> bool | None:
        """Whether it is a practice ledger; None before anything but its making was entered.

        It is one when the first entry after those of its making was written with a set clock.
        """
        clocks = self.session.all(sql.FIRST_CLOCKS)
        if tuple(kind for kind, _ in clocks[:2]) == MAKING:
            clocks = clocks[2:]
        return clocks[0][1] == "set" if clocks else None

    def head_as_of(self, at: datetime) -> Head:
        """The last entry that was written by then (seq 0 when there was none)."""
        last = self.session.one(sql.HEAD_AS_OF, moment=moment(at))
        return Head(self.station, *last) if last else Head(self.station, 0, GENESIS)

    def digest_at(self, seq: int) -> str:
        """Returns the digest of one entry, "" when there is none."""
        row = self.session.one(sql.DIGEST_AT, seq=seq)
        return row[0] if row else ""

    def attach(self, path: str) -> tuple[str, int, str]:
        """SHA-256, size and name of a file, which is kept by its digest when the transaction ends
        well.

        Its copy stands in `drafts`, made before the ledger was locked. Raises UsageError for one
        that does not.
        """
        self.only_writing()
        draft = self.drafts.get(path)
        if draft is None:
            raise UsageError(
                "附件要在锁住台账之前先读好：请用 bbcs attach，程序里先在 open_ledger 的 files 写明这个文件"
            )
        self.files[draft.digest] = draft
        return draft.digest, draft.size, draft.name

    def _keep_files(self) -> None:
        """Puts the attached files in their place, just before COMMIT."""
        for draft in self.files.values():
            self.session.files.keep(draft)

    # -- projections -----------------------------------------------------------------------------------------------

    def project(self, projection: Projection, *, fresh: bool = False) -> None:
        """Replace what is stored of the case, whole; fresh: nothing is stored of it yet."""
        self.writer.project(projection.case["case_no"], self.rows(projection), fresh=fresh)

    def rows(self, projection: Projection) -> projections.Rows:
        """What `project` stores of it."""
        return self.rows_of([projection])[0]

    def rows_of(self, many: Sequence[Projection]) -> list[projections.Rows]:
        """The same of several cases."""
        from bbcs.store.projections import rows  # not for what only reads

        secret = self.secret()
        found = [keys.all_keys(secret, one.people) for one in many]
        return [rows(one, self.station, *its) for one, its in zip(many, found, strict=True)]

    def store_office_wide(self, projection: Projection) -> None:
        """Stores what an entry of the whole office gives, and drops what is stored of the entry that
        it takes back.
        """
        self.writer.store_office_wide(projection)

    def changes(self, since: int, limit: int) -> list[Change]:
        """The entries after number `since`, oldest first, at most `limit`."""
        rows = self.session.all(sql.CHANGES, since=since, limit=limit)
        return [
            Change(
                seq,
                case_no or "",
                version or 0,
                kind,
                datetime.fromisoformat(at),
                datetime.fromisoformat(recorded_at or at),
            )
            for seq, case_no, version, kind, at, recorded_at in rows
        ]

    def erase(self, case_no: str) -> int:
        """Removes the personal part of each entry of the case, and what the index of people holds
        of it. Returns the number of entries that had one.
        """
        return self.writer.erase(case_no)

    def referring(self, case_no: str) -> list[tuple[Event, list[Event]]]:
        """The entries elsewhere that name the case, as they count now, each with all entries of its
        case ([] = of the office).
        """
        pairs: list[tuple[Event, list[Event]]] = []
        for seq, other in self.session.all(sql.REFERRING, target=case_no):
            if other:
                its = self.events(other)
                pairs += [(one, its) for one in effective(its) if one.seq == seq]
            else:
                pairs += [(event(row), []) for row in self.session.all(sql.ENTRY_AT, seq=seq)]
        return pairs

    def waivers(self, items: Sequence[str], day: date) -> list[Mapping[str, Any]]:
        """The rule waivers of these items in force on that day."""
        asked = [
            self.session.all(sql.WAIVERS, item=item, day=day.isoformat())
            for item in dict.fromkeys(items)
        ]
        return [one for rows in asked for one in mapped(rows, sql.WAIVER)]

    def imported(self) -> list[Imported]:
        """The imported holiday notices with their days, in order of import."""
        heads = self.session.all(sql.NOTICES)
        if not heads:
            return []
        from bbcs.store import projections  # few homes have any

        return projections.notices(heads, self.session.all(sql.DAYS))

    def secret(self) -> bytes:
        """The key of the look-ups, b"" when its file is missing or is that of another ledger."""
        if self._secret is None:
            self._secret = b""
            if not self.key_fault():
                self._secret = keys.secret(self.home)
        return self._secret

    def key_fault(self) -> str:
        """Returns "missing" or "foreign" for a key that cannot be used, else ""."""
        return keys.fault(self.home, self.session.meta)

    def mark(self) -> str:
        """Returns what tells this ledger from others, also of the same station; "" if it has none.

        It is the fingerprint of its key, which is drawn by lot when a home is made.
        """
        return self.session.meta.get(keys.META, "")

    def _know_key(self) -> None:
        """Keeps the fingerprint of the key, in a home that was made before there was one."""
        meta = self.session.meta
        if self._secret and keys.META not in meta:
            self.writer.know(keys.META, keys.fingerprint(self._secret))

    def remember(self, name: str, value: str) -> None:
        """Keep a fact beside the chain; the check over these facts follows it."""
        self.writer.remember(name, value)

    def forget(self, name: str) -> None:
        """Drop a fact beside the chain; the check over these facts follows it."""
        self.writer.forget(name)

    # -- rules -----------------------------------------------------------------------------------------------------

    def text(self, digest: str) -> bytes:
        """A text of rules by its digest.

        Raises StoreUnreachable where it is not there, LedgerBroken where it was changed.
        """
        raw = rule_texts.proven(self.session, digest)
        if not raw:
            raise StoreUnreachable(f"文本 {digest[:12]} 不在台账里；请用备份恢复")
        return raw

    def rules(self) -> Rules:
        """The rules of the station, by what is stored of them."""
        return rule_texts.rules(self.session)

    def rules_of(self, adopted: Sequence[Mapping[str, Any]]) -> Rules:
        """The rules that entries adopted, read in the texts themselves."""
        return rule_texts.rules_of(self.session, adopted)

    def last_adoption(self) -> int:
        """The number of the last entry that brought rules into force, 0 for none."""
        return self.session.one(sql.LAST_ADOPTED)[0] or 0

    def keep_text(self, raw: bytes) -> str:
        """Keeps a text of rules, unless it is there; returns its digest."""
        return self.writer.keep_text(raw)

    def keep_parsed(self, read: Rules) -> None:
        """Stores what a program of another version had to read anew in the texts of rules."""
        self.writer.keep_parsed(read)

    # -- questions -------------------------------------------------------------------------------------------------

    def next_number(self, day: date) -> str:
        """The next gap-free case number of that day of intake."""
        return numbers.following(self.session, day)

    def next_serial(self, paper: str, year: int) -> int:
        """The next serial of the numbers on this kind of paper in that year."""
        return numbers.next_serial(self.session, paper, year)

    def case_no(self, short: str, today: date) -> str:
        """The full number that `short` stands for; UnknownCase, AmbiguousId."""
        return numbers.full(self.session, short, today)

    def find(self, wanted: Filter) -> list[Mapping[str, Any]]:
        """Rows of case_row (all columns, `fold` still JSON text) by index, sorted."""
        from bbcs.store import filters  # only for lists

        return filters.find(self.session, wanted)

    def stream(self, wanted: Filter) -> tuple[int, Iterator[Mapping[str, Any]]]:
        """How many rows `find` would give, and these rows one by one while the transaction lasts."""
        from bbcs.store import filters

        return filters.count(self.session, wanted), filters.stream(self.session, wanted)

    def ordered(
        self, wanted: Filter, behind: Position | None = None
    ) -> Iterator[tuple[Position, Mapping[str, Any]]]:
        """The rows of `stream`, each with its position among those of all stations; those after one
        position, where it is given.
        """
        from bbcs.store import filters

        return filters.ordered(self.session, wanted, behind)

    def position(self, wanted: Filter) -> Position:
        """The position of the case `wanted.after`. Raises UnknownCase."""
        from bbcs.store import filters

        return filters.position(self.session, wanted)

    def tally(self, wanted: Filter) -> int:
        """How many rows `find` would give without its limit."""
        from bbcs.store import filters

        return filters.tally(self.session, wanted)

    def same_person(
        self, people: Mapping[str, str], items: Sequence[str], days: tuple[date, date], most: int
    ) -> list[Mapping[str, Any]]:
        """Returns rows of the newest cases of the same person with one of these items, received
        from the first day on and before the second one.

        The same is: identity number; else phone; else name, with no phone on either side.
        """
        first, after = (f"{day:%Y-%m-%d}" for day in days)
        rows = {
            row["case_no"]: row
            for person, identified in keys.same_person(self.secret(), people)
            for item in items
            for row in mapped(
                self.session.all(
                    sql.SAME_PERSON, person=person, item=item, identified=identified, first=first,
                    after=after, limit=most,
                ),
                sql.CASE,
            )
        }  # fmt: skip
        cases = sorted(rows.values(), key=lambda row: (row["received_at"], row["case_no"]))
        return cases[-most:]

    def search(self, text: str, limit: int, parts: int = 0) -> list[Mapping[str, Any]]:
        """Returns rows of case_row with their masked `text`, and `where` a value was found.

        Exact hits come first, then up to `parts` cases found by part of a personal value, then
        cases with every word; each the newest first.
        """
        from bbcs.store import searching  # only for this

        return searching.find(self.session, self.secret(), text, limit, parts)

    def count_search(self, stamp: Stamp, cases: int) -> None:
        """Counts a search that found cases by part, in the log of the home."""
        from bbcs.store import home_log  # only for this

        line = {"at": moment(stamp.now), "actor": stamp.actor, "cases": cases}
        try:
            home_log.append(self.home, home_log.SEARCHES, line)
        except OSError as error:
            where = os.path.join(self.home, home_log.SEARCHES)  # noqa: PTH118 - hot path
            raise OutputNotWritable(f"写不进 {where}；请检查权限和空间") from error

    def by_source(self, source: str, source_no: str) -> str:
        """Case number that already holds this foreign number, or ""."""
        row = self.session.one(sql.BY_SOURCE, source=source, source_no=source_no)
        return row[0] if row else ""

    def movements(
        self, first: date, last: date, as_of: int, kind: str = ""
    ) -> Iterator[Mapping[str, Any]]:
        """Counted events whose local day lies in [first, last], up to station_seq `as_of`, in
        order; of this kind when given.
        """
        statements = _figures()
        when = {"first": first.isoformat(), "last": last.isoformat(), "as_of": as_of}
        if kind:
            rows = self.session.stream(statements.MOVEMENTS_OF, kind=kind, **when)
        else:
            rows = self.session.stream(statements.MOVEMENTS, **when)
        return (dict(zip(statements.MOVEMENT_COLUMNS, row, strict=True)) for row in rows)

    def entries_of(self, kind: str) -> list[int]:
        """Numbers of the counted entries of this kind in cases, in order."""
        return [row[0] for row in self.session.all(_figures().OF_KIND, kind=kind)]

    def open_before(self, day: date, as_of: int) -> list[str]:
        """Numbers of the cases in hand at the start of `day` as of `as_of`."""
        return [
            row[0]
            for row in self.session.all(_figures().OPEN_BEFORE, day=day.isoformat(), as_of=as_of)
        ]

    def standing(self, day: date, as_of: int) -> Iterator[Mapping[str, Any]]:
        """Rows of the cases in hand to which nothing has happened since before `day`."""
        rows = self.session.stream(_figures().STANDING, day=day.isoformat(), as_of=as_of)
        return (dict(zip(_figures().STANDING_COLUMNS, row, strict=True)) for row in rows)

    def receipts(self, numbers: Iterable[str], as_of: int) -> dict[str, str]:
        """Case number -> when it was received, of those of these cases to which nothing was written
        after entry `as_of`.
        """
        every, moments, some = list(numbers), dict[str, str](), _figures().RECEIPTS_AT_ONCE
        for begin in range(0, len(every), some):
            own = [*every[begin : begin + some], *[""] * some][:some]
            named = {f"case_{number}": case_no for number, case_no in enumerate(own)}
            moments |= self.session.all(_figures().RECEIPTS, as_of=as_of, **named)
        return moments

    def desk(self, now: datetime, limit: int | None) -> list[DeskRows]:
        """The groups of the desk that hold cases, each with its number of cases and its first rows
        by date.
        """
        from bbcs.store import filters  # only where it is looked at

        return filters.desk(self.session, now, limit)

    def desk_stream(self, now: datetime) -> Iterator[DeskRows]:
        """The same groups, each with all of its rows one by one while the transaction lasts."""
        from bbcs.store import filters

        return filters.desk_stream(self.session, now)

    def desk_counts(self, now: datetime) -> Mapping[str, int]:
        """How many cases stand in each group of the desk; empty groups are left out."""
        from bbcs.store import filters

        return filters.desk_counts(self.session, now)

    def promised(self, first: date, last: date, as_of: int) -> list[str]:
        """Returns the cases with a date in [first, last] that was promised to the person."""
        rows = self.session.all(
            _figures().PROMISED,
            first=first.isoformat(),
            after=(last + timedelta(days=1)).isoformat(),
            as_of=as_of,
        )
        return [row[0] for row in rows]

    def stored(self) -> Iterator[Sequence[Any]]:
        """Of every case in order of number: case_no, phase, due, calendar, pack_edition as stored."""
        return iter(self.session.stream(sql.STORED))

    def tallies(self) -> Iterator[Sequence[Any]]:
        """Gives what put cases in hand and out again: month, kind, number, sum of the deltas."""
        return iter(self.session.stream(_figures().COUNTED))

    # -- proof -----------------------------------------------------------------------------------------------------

    def facts(self) -> Mapping[str, Any]:
        """Returns size, entries, cases, journal mode, schema and library versions."""
        return {
            "station": self.station,
            "created_at": self.session.meta.get("created_at", ""),
            **self.session.facts(),
            "entries": self.session.one(sql.COUNT_ENTRIES)[0],
            "cases": self.session.one(sql.ALL_CASES)[0],
            "lookup_key": bool(self.secret()),
            "python": ".".join(map(str, sys.version_info[:3])),
        }

    # -- the transaction -------------------------------------------------------------------------------------------

    @contextmanager
    def step(self) -> Iterator[None]:
        """One request among several of a transaction: a refused one leaves nothing, the others
        stay.

        Raises the refusal that stands for an error of the engine.
        """
        files = dict(self.files)
        self.session.end_streams()
        try:
            with self.writer.step(), self.session.savepoint():
                yield
        except BaseException as error:
            self.files = files
            if isinstance(error, self.session.errors):
                raise self.session.refusal(error) from error
            raise

    def finish(self) -> None:
        """Checks what was written, keeps the attached files, and commits."""
        if self.writable:
            self._know_key()
            if self._writer is not None:
                self._writer.check()
            self._keep_files()
        self.session.commit()


def _figures() -> Any:
    """The statements of reports; nobody at the counter asks for figures."""
    from bbcs.store import figure_statements

    return figure_statements


def foreign(station: Station, ledger: StoredLedger) -> str:
    """Returns what tells that the two are of different homes, "" where nothing does.

    A home that was made before ledgers had marks is known by the code of the station alone.
    """
    if station.code != ledger.station:
        return f"station.toml 是 {station.code} 站的，ledger.db 是 {ledger.station} 站的，"
    mark = ledger.mark()
    if station.ledger and mark and station.ledger != mark:
        return f"station.toml 和 ledger.db 都是 {station.code} 站的，却不是同一个数据目录的，"
    return ""
