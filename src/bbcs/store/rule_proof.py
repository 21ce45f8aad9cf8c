"""Verifies the texts of rules: each has its digest, and what was read from it is right."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from bbcs.config import adopted_rules
from bbcs.config.adopted_rules import PACK, AdoptedText
from bbcs.errors import BbcsError
from bbcs.findings import Finding
from bbcs.store import rule_texts, statements as sql
from bbcs.store.comparison import AGAIN
from bbcs.store.engine import Row
from bbcs.store.ledger import StoredLedger
from bbcs.usecases.projection import ADOPTING, adopted
from bbcs.usecases.rosters import CHANGED, CONFIRMED

_FROM_BACKUP = "用备份恢复，并查明是谁改的"


def findings(ledger: StoredLedger) -> Iterator[Finding]:
    """Everything about the texts, the entries that name them, and what is stored of them."""
    yield from _texts(ledger)
    yield from stored(ledger)
    yield from _unvouched(ledger)


def stored(ledger: StoredLedger) -> Iterator[Finding]:
    """What commands read of the rules and is not what entries and texts give."""
    yield from _adoptions(ledger)
    yield from _parsed(ledger)


def _texts(ledger: StoredLedger) -> Iterator[Finding]:
    for digest, raw in ledger.session.stream(sql.DOCUMENTS):
        if sha256(raw).hexdigest() != digest:
            yield Finding("text", digest[:12], "规则文本与摘要不符：被改动", _FROM_BACKUP)
    for row in _wanted(ledger):
        if rule_texts.text(ledger.session, row[5]) is None:
            what = f"采用的{_name(row[2])}，文本不在台账里"
            yield Finding("text", f"第 {row[1]} 条", what, _FROM_BACKUP)


def _wanted(ledger: StoredLedger) -> list[Row]:
    """The rows of `adopted` that the entries give, in order."""
    entries = [row for event in ledger.office_wide(ADOPTING) for row in adopted(event)]
    return [*rule_texts.unvouched(ledger.session), *rule_texts.rows(ledger.session, entries)]


def _adoptions(ledger: StoredLedger) -> Iterator[Finding]:
    wanted = set(_wanted(ledger))
    stored = set(ledger.session.all(sql.ALL_ADOPTED))
    for row in sorted(wanted ^ stored, key=lambda row: row[1]):
        yield Finding("projection", f"第 {row[1]} 条", "采用的规则与记录不符", AGAIN)


def _parsed(ledger: StoredLedger) -> Iterator[Finding]:
    """What was read in the texts, as far as this version of the program uses it."""
    kinds = {one.sha256: one.what for one in ledger.rules().texts}
    kinds |= {row[5]: row[2] for row in ledger.session.all(sql.ALL_ADOPTED)}
    for _, digest, form, body in ledger.session.all(sql.ALL_PARSED):
        what = kinds.get(digest)
        raw = rule_texts.text(ledger.session, digest)
        if what is None or raw is None or form != adopted_rules.form_of(what):
            continue  # read by nobody
        if sha256(raw).hexdigest() == digest and body != _read(what, raw):
            text = f"存的{_name(what)}的内容与文本不符：被改动"
            yield Finding("projection", digest[:12], text, AGAIN)


def _read(what: str, raw: bytes) -> str:
    try:
        return adopted_rules.parsed_of(what, raw)
    except BbcsError:
        return ""


def _unvouched(ledger: StoredLedger) -> Iterator[Finding]:
    """Editions of an older home that no entry vouches for, neither then nor since."""
    rules = ledger.rules().editions
    vouched = {one.sha256 for one in rules if one.seq > 0} | {
        event.data.get("sha256")
        for event in ledger.office_wide((CHANGED,))
        if event.data["what"] == CONFIRMED
    }
    for one in rules:
        if one.seq <= 0 and one.sha256 not in vouched and not _was_shipped(ledger, one):
            what = "由旧版建站时采用，没有记录为它作证：改到新版时照磁盘上的收进来，此前有没有改过无从知道"
            hint = (
                f"请用 bbcs pack export {_edition(one)} 写出来，与印发的规则对照；"
                f"无误的由管理员 bbcs pack confirm {_edition(one)}，从那一条起有链作证"
            )
            yield Finding("unvouched", _edition(one), what, hint)


def _was_shipped(ledger: StoredLedger, one: AdoptedText) -> bool:
    return f"{one.sha256} {rule_texts.SHIPPED}" in ledger.session.meta.values()


def _edition(one: AdoptedText) -> str:
    return f"{one.key}@{one.edition}"


def _name(what: str) -> str:
    return {True: "规则包", False: "事项目录"}[what == PACK]
