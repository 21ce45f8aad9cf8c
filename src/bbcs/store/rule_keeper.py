"""The part of a ledger that keeps the texts of rules (`store.rule_texts`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.config.rules import Rules, form_of
from bbcs.errors import StoreUnreachable
from bbcs.store import rule_texts, statements as sql
from bbcs.store.engine import Session
from bbcs.store.recheck import Written


class RuleKeeper:
    """Keeps, adopts and gives the texts of rules inside one transaction."""

    session: Session
    written: Written

    def _only_writing(self) -> None:
        """Raises UsageError in a transaction that only reads."""
        raise NotImplementedError

    def keep_text(self, raw: bytes) -> str:
        """Keeps a text of rules, unless it is there; returns its digest."""
        self._only_writing()
        return rule_texts.keep(self.session, raw)

    def text(self, digest: str) -> bytes:
        """A text of rules by its digest.

        Raises StoreUnreachable where it is not there, LedgerBroken where it was changed.
        """
        raw = rule_texts.proven(self.session, digest)
        if not raw:
            raise StoreUnreachable(f"文本 {digest[:12]} 不在台账里；请用备份恢复")
        return raw

    def adopt(self, adopted: Sequence[Mapping[str, Any]]) -> None:
        """Stores which texts of rules an entry brought into force."""
        self._only_writing()
        rows = rule_texts.rows(self.session, adopted)
        rule_texts.put(self.session, rows)
        for row in rows:
            self.written.adopted[row[1]] = hash(row)

    def rules(self) -> Rules:
        """The rules of the station, by what is stored of them."""
        return rule_texts.rules(self.session)

    def rules_of(self, adopted: Sequence[Mapping[str, Any]]) -> Rules:
        """The rules that entries adopted, read in the texts themselves."""
        return rule_texts.rules_of(self.session, adopted)

    def keep_parsed(self, read: Rules) -> None:
        """Stores what a program of another version had to read anew in the texts of rules."""
        for one in read.texts:
            if one.sha256 in read.read:
                body = read.read.pop(one.sha256)
                rule_texts.put_parsed(self.session, one.sha256, form_of(one.what), body)

    def last_adoption(self) -> int:
        """The number of the last entry that brought rules into force, 0 for none."""
        return self.session.one(sql.LAST_ADOPTED)[0] or 0
