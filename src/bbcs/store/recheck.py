"""Reads again what a transaction wrote and proves it, before COMMIT (Fossil's rule, trust.md §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bbcs.errors import LedgerBroken
from bbcs.store import projections, proof, rule_texts, statements as sql
from bbcs.store.engine import GENESIS, Session

if TYPE_CHECKING:
    from bbcs.store.prepared import Prepared

_CASE = "{} 写入后读回的登记内容不一致，{}"
_COUNT = "第 {} 条写入后读回的统计行不一致，{}"
_UNDONE = "已全部撤回；请检查磁盘"


class Written:
    """What one transaction wrote: hashes of the rows, by case or entry number."""

    def __init__(self) -> None:
        self.first_entry = 0
        self.cases: dict[str, int] = {}
        self.movements: dict[int, int] = {}
        self.waivers: dict[int, int] = {}
        self.references: dict[int, int] = {}
        self.adopted: dict[int, int] = {}
        self.removed: list[int] = []
        self.batches: list[Prepared] = []

    def forget(self, seq: int) -> None:
        """What a ledger-wide entry gave was removed again."""
        self.removed.append(seq)
        for rows in (self.movements, self.waivers, self.references):
            rows.pop(seq, None)

    def add(self, more: Written) -> None:
        """Adds what a step of the transaction wrote."""
        for seq in more.removed:
            self.forget(seq)
        self.first_entry = self.first_entry or more.first_entry
        self.cases.update(more.cases)
        self.movements.update(more.movements)
        self.waivers.update(more.waivers)
        self.references.update(more.references)
        self.adopted.update(more.adopted)
        self.batches += more.batches

    def check(self, session: Session) -> None:
        """Raises LedgerBroken, which undoes the transaction, if anything reads otherwise."""
        if self.first_entry:
            self._check_entries(session)
        for batch in self.batches:
            self._check_batch(session, batch)
        for case_no, wanted in self.cases.items():
            if hash(projections.stored(session, case_no)) != wanted:
                raise LedgerBroken(_CASE.format(case_no, _UNDONE))
        for seq, wanted in self.movements.items():
            if hash(session.one(sql.ONE_MOVEMENT, seq=seq)) != wanted:
                raise LedgerBroken(_COUNT.format(seq, _UNDONE))
        for seq, wanted in self.waivers.items():
            if hash(tuple(session.all(sql.WIDE_WAIVER, seq=seq))) != wanted:
                raise LedgerBroken(f"第 {seq} 条写入后读回的免予提供不一致，{_UNDONE}")
        for seq, wanted in self.references.items():
            if hash(tuple(session.all(sql.WIDE_REFERENCE, seq=seq))) != wanted:
                raise LedgerBroken(f"第 {seq} 条写入后读回的关联不一致，{_UNDONE}")

        for seq, wanted in self.adopted.items():
            row = session.one(sql.ONE_ADOPTED, seq=seq)
            if hash(row) != wanted or not rule_texts.is_kept(session, row[-1]):
                raise LedgerBroken(f"第 {seq} 条写入后读回的规则文本不一致，{_UNDONE}")

    def _check_batch(self, session: Session, batch: Prepared) -> None:
        """The same of a batch, whose rows are compared as they are."""
        for cases, counted in batch.stored():
            for rows in cases:
                case_no = rows.case[projections.CASE_NO]
                if case_no not in self.cases and projections.stored(session, case_no) != rows:
                    raise LedgerBroken(_CASE.format(case_no, _UNDONE))
            for row in counted:
                if session.one(sql.ONE_MOVEMENT, seq=row[1]) != row:
                    raise LedgerBroken(_COUNT.format(row[1], _UNDONE))

    def _check_entries(self, session: Session) -> None:
        from hashlib import sha256  # not for commands that only read

        before = session.one(sql.DIGEST_AT, seq=self.first_entry - 1)
        prev = (before[0] if before else GENESIS).encode()
        for row in session.stream_bytes(sql.PROVE_NEW, first=self.first_entry):
            if proof.fault(row, prev, sha256):
                raise LedgerBroken(f"第 {row[2]} 条写入后读回的内容不一致，{_UNDONE}")
            prev = row[len(sql.PROOF) - 1]
