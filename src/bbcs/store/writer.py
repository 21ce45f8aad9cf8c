"""Writer: what one transaction puts into a ledger, and its proof before COMMIT.

Loaded for what writes only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

from bbcs.calendar.dates import minute_text
from bbcs.config.adopted_rules import Rules, form_of
from bbcs.domain.acts.table import ACT_OF
from bbcs.domain.event import Draft, Event
from bbcs.errors import LedgerBroken, LedgerConflict
from bbcs.store import chain, codec, indexes, projections, proof, rule_texts, statements as sql
from bbcs.store.engine import GENESIS, Row, Session
from bbcs.usecases.ledger import Head, Projection, Stamp

if TYPE_CHECKING:
    from bbcs.store.prepared import BatchPart
    from bbcs.store.sqlite.batch_file import BatchFile

_CASE = "{} 写入后读回的登记内容不一致，{}"
_WIDE_ROWS = "第 {} 条写入后读回的{}不一致，{}"
_UNDONE = "已全部撤回；请检查磁盘"

_WIDE: Mapping[str, tuple[str, str]] = {
    "movement": (sql.ONE_MOVEMENT, "统计行"),
    "waiver": (sql.WIDE_WAIVER, "免予提供"),
    "reference": (sql.WIDE_REFERENCE, "关联"),
    "adopted": (sql.ONE_ADOPTED, "规则文本"),
}
"""Table with rows of entries of the whole office -> the statement that reads those of one entry, and
what people call them.
"""


class Written:
    """What one transaction wrote: hashes of the rows, by case or, table by table, by the number of
    an entry of the whole office.

    It is read again and proven before COMMIT (Fossil's rule, trust.md §3).
    """

    def __init__(self) -> None:
        self.first_entry = 0
        self.cases: dict[str, int] = {}
        self.wide: dict[str, dict[int, int]] = {table: {} for table in _WIDE}
        self.removed: list[int] = []

    def wrote(self, table: str, rows: Sequence[Row]) -> None:
        """Adds the rows that an entry of the whole office gave."""
        self.wide[table] |= {row[1]: hash(rows) for row in rows}

    def forget(self, seq: int) -> None:
        """What an entry of the whole office gave was removed again."""
        self.removed.append(seq)
        for rows in self.wide.values():
            rows.pop(seq, None)

    def add(self, more: Written) -> None:
        """Adds what a step of the transaction wrote."""
        for seq in more.removed:
            self.forget(seq)
        self.first_entry = self.first_entry or more.first_entry
        self.cases.update(more.cases)
        for table, rows in more.wide.items():
            self.wide[table].update(rows)

    def check(self, session: Session) -> None:
        """Raises LedgerBroken, which undoes the transaction, if anything reads otherwise."""
        if self.first_entry:
            _check_entries(session, self.first_entry)
        for case_no, wanted in self.cases.items():
            if hash(projections.stored(session, case_no)) != wanted:
                raise LedgerBroken(_CASE.format(case_no, _UNDONE))
        for table, written in self.wide.items():
            statement, what = _WIDE[table]
            for seq, wanted in written.items():
                rows = tuple(session.all(statement, seq=seq))
                same = hash(rows) == wanted
                if table == "adopted":
                    same = same and rule_texts.is_kept(session, rows[0][-1])
                if not same:
                    raise LedgerBroken(_WIDE_ROWS.format(seq, what, _UNDONE))


def _check_entries(session: Session, first: int) -> str:
    """Proves the entries from that number on; returns the digest of the last one."""
    before = session.one(sql.DIGEST_AT, seq=first - 1)
    prev = (before[0] if before else GENESIS).encode()
    for row in session.stream_bytes(sql.PROVE_NEW, first=first):
        if proof.fault(row, prev, sha256):
            raise LedgerBroken(f"第 {row[2]} 条写入后读回的内容不一致，{_UNDONE}")
        prev = row[len(sql.PROOF) - 1]
    return bytes(prev).decode()


class Writer:
    """Writes entries, projections and texts of rules of one station inside one transaction.

    head: the last entry of the chain. written: what `check` will read again.
    """

    def __init__(self, session: Session, head: Head) -> None:
        self.session, self.station, self.head = session, session.station, head
        self.written = Written()

    # -- entries ---------------------------------------------------------------------------------------------------

    def append(
        self, case_no: str, version: int, drafts: Sequence[Draft], stamp: Stamp
    ) -> list[Event]:
        """Writes the drafts as versions `version`+1, +2, …; LedgerConflict when the case has moved
        on.
        """
        coded = coded_of(drafts)
        stamp = stamp._replace(actor=codec.text("actor", stamp.actor, 200))
        if case_no:
            self._unmoved(case_no, version)
        return [
            self._write(entry)
            for entry in chain.following(self.head, case_no, version, coded, stamp)
        ]

    def _write(self, entry: chain.Entry) -> Event:
        """Writes an entry that follows the head; it is the head then."""
        event = entry.event
        self.session.put(sql.INSERT_ENTRY, sql.ENTRY, [entry.row])
        if entry.personal:
            salt, body = entry.personal
            self.session.execute(sql.INSERT_PERSONAL, station_seq=event.seq, salt=salt, body=body)
            from bbcs.usecases import person_search  # not for entries without people

            terms = person_search.terms(event.kind, event.data)
            indexes.put_person(self.session, event.seq, terms)
        self.written.first_entry = self.written.first_entry or event.seq
        self.head = chain.head_at(entry.row)
        return event

    def prove_batch(
        self,
        batch: BatchFile,
        part: BatchPart,
        again: Sequence[projections.Rows],
        counted: Sequence[Row],
    ) -> None:
        """Reads again a part of a batch that was put in, with which the chain goes on.

        again: rows of cases that were stored before. counted: counted entries of the office. Raises
        LedgerBroken, which undoes the transaction, if anything reads otherwise.
        """
        if _check_entries(self.session, part.first_entry) != part.head.digest:
            raise LedgerBroken(f"第 {part.head.seq} 条写入后读回的内容不一致，{_UNDONE}")
        cases = part.rows["case_row"]
        for table in sql.TABLES_OF_CASES if cases else ():
            if not self.session.holds(batch, table, part.rows[table], cases):
                ends = batch.rows("case_row", cases)
                first, last = (ends[at][projections.CASE_NO] for at in (0, -1))
                raise LedgerBroken(_CASE.format(f"{first} 到 {last} 里有一件", _UNDONE))
        for rows in again:
            if projections.stored(self.session, rows.case[projections.CASE_NO]) != rows:
                raise LedgerBroken(_CASE.format(rows.case[projections.CASE_NO], _UNDONE))
        for row in counted:
            if self.session.one(sql.ONE_MOVEMENT, seq=row[1]) != row:
                raise LedgerBroken(_WIDE_ROWS.format(row[1], _WIDE["movement"][1], _UNDONE))
        self.head = part.head

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
            f"{case_no} 已由 {actor} 在 {minute_text(at)} 办了“{_word_of(kind)}”（第 {now} 步）；请重新查看后再办"
        )

    def erase(self, case_no: str) -> int:
        """Removes the personal part of each entry of the case; returns how many had one."""
        numbers = [seq for (seq,) in self.session.all(sql.BODIES, case_no=case_no)]
        for seq in numbers:
            indexes.forget(self.session, seq)
            self.session.execute(sql.DROP_BODY, seq=seq)
        return len(numbers)

    # -- projections -----------------------------------------------------------------------------------------------

    def project(self, case_no: str, rows: projections.Rows, *, fresh: bool = False) -> None:
        """Replaces what is stored of the case, whole; fresh: nothing is stored of it yet."""
        projections.write(self.session, rows, fresh=fresh)
        self.written.cases[case_no] = hash(rows)

    def store_office_wide(self, projection: Projection) -> None:
        """Stores what an entry of the whole office gives, and drops what is stored of the entry that
        it takes back.
        """
        session, written = self.session, self.written
        counted = projections.counted(projection.movements, self.station, None)
        session.put(sql.PUT_MOVEMENT, sql.MOVEMENT, counted)
        written.wrote("movement", counted)
        waivers = projections.waived(projection.waivers, self.station, None)
        session.put(sql.PUT_WAIVER, sql.WAIVER, waivers)
        written.wrote("waiver", waivers)
        references = projections.referring(projection.references, self.station, None)
        session.put(sql.PUT_REFERENCE, sql.REFERENCE, references)
        written.wrote("reference", references)
        if projection.retracts:
            for text in sql.RETRACT:
                session.execute(text, seq=projection.retracts)
            written.forget(projection.retracts)
        adopted = rule_texts.rows(session, projection.adopted)
        rule_texts.put(session, adopted)
        written.wrote("adopted", adopted)
        if projection.notice:
            head, days = projections.notice(projection.notice, self.station)
            session.put(sql.PUT_NOTICE, sql.NOTICE, [head])
            session.put(sql.PUT_DAY, sql.DAY, days)

    # -- rules and facts -------------------------------------------------------------------------------------------

    def keep_text(self, raw: bytes) -> str:
        """Keeps a text of rules, unless it is there; returns its digest."""
        return rule_texts.keep(self.session, raw)

    def keep_parsed(self, read: Rules) -> None:
        """Stores what a program of another version had to read anew in the texts of rules."""
        for one in read.texts:
            if one.sha256 in read.read:
                body = read.read.pop(one.sha256)
                rule_texts.put_parsed(self.session, one.sha256, form_of(one.what), body)

    def remember(self, name: str, value: str) -> None:
        """Keep a fact beside the chain; the check over these facts follows it."""
        meta = {**self.session.meta, name: value}
        meta["check"] = chain.fingerprint(meta)
        for key in (name, "check"):
            self.session.execute(sql.DROP_META, key=key)
            self.session.execute(sql.PUT_META, key=key, value=meta[key])
        self.session.meta = meta

    def forget(self, name: str) -> None:
        """Drop a fact beside the chain."""
        meta = {key: value for key, value in self.session.meta.items() if key != name}
        meta["check"] = chain.fingerprint(meta)
        for key in (name, "check"):
            self.session.execute(sql.DROP_META, key=key)
        self.session.execute(sql.PUT_META, key="check", value=meta["check"])
        self.session.meta = meta

    def know(self, name: str, value: str) -> None:
        """Keeps the same where the facts are still what their check says."""
        meta = self.session.meta
        if chain.fingerprint(meta) == meta.get("check"):
            self.remember(name, value)

    # -- the transaction -------------------------------------------------------------------------------------------

    @contextmanager
    def step(self) -> Iterator[None]:
        """What is written in the block is kept or, after an exception, forgotten; the rows
        themselves are the caller's.
        """
        head, whole = self.head, self.written
        self.written = Written()
        try:
            yield
            whole.add(self.written)
        except BaseException:
            self.head = head
            raise
        finally:
            self.written = whole

    def check(self) -> None:
        """Reads again and proves what was written; LedgerBroken undoes the transaction."""
        self.written.check(self.session)


def coded_of(drafts: Sequence[Draft]) -> list[tuple[Draft, codec.Coded]]:
    """The drafts with their stored form; BadValue, UnknownKey for values that no entry can hold."""
    return [(draft, codec.encode(draft.kind, draft.data)) for draft in drafts]


def _word_of(kind: str) -> str:
    """What people call the act that brings about an entry of this kind."""
    return ACT_OF[kind].alias if kind in ACT_OF else kind
