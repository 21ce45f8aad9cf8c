"""Keeps the texts of rules in the ledger, once by digest; the entry that adopts a text names it.

`document` holds the bytes, `adopted` which entry names them, `parsed` what was read in them. The
last two are projections: `verify` recomputes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from bbcs.config import adopted_rules
from bbcs.config.adopted_rules import AdoptedText, Rules
from bbcs.errors import LedgerBroken
from bbcs.store import statements as sql
from bbcs.store.engine import Row, Session

UNVOUCHED = "unvouched."
"""Begins the names of the facts beside the chain that name editions which no entry names: those of
a home that is older than such entries. Number 0 is the office's own.

Their value: the digest, and `shipped` or `disk` for where the text was found when the home was
brought up to date.
"""

SHIPPED, DISK = "shipped", "disk"


def keep(session: Session, raw: bytes) -> str:
    """Keeps a text; returns its digest. One that is there already stays as it is."""
    from hashlib import sha256  # not for commands that only read

    digest = sha256(raw).hexdigest()
    if text(session, digest) is None:
        session.execute(sql.PUT_DOCUMENT, sha256=digest, raw=raw)
    return digest


def proven(session: Session, digest: str) -> bytes:
    """The bytes of a text, b"" for one that is not there.

    Raises LedgerBroken for one that is not what its digest says: no case is judged by it.
    """
    from hashlib import sha256  # not for commands that only read

    raw = text(session, digest)
    if raw is not None and sha256(raw).hexdigest() != digest:
        raise LedgerBroken(
            f"台账里的规则文本 {digest[:12]} 与摘要不符，被改动过；什么都没有重算，请用备份恢复"
        )
    return raw or b""


def text(session: Session, digest: str) -> bytes | None:
    """The bytes of a text, None for one that is not there."""
    row = session.one(sql.TEXT_OF_RULES, sha256=digest)
    return row[0] if row else None


def is_kept(session: Session, digest: str) -> bool:
    """Whether the text of that digest is there, and is what the digest says."""
    from hashlib import sha256  # not for commands that only read

    raw = text(session, digest)
    return raw is not None and sha256(raw).hexdigest() == digest


def rows(session: Session, adopted: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    """Rows of `adopted`; old entries name only the first digits of a digest."""
    texts = []
    for one in adopted:
        digest = str(one["sha256"])
        if len(digest) < 64:
            digest = _whole(session, digest)
        row = {"pack": "", "edition": "", **one, "station": session.station, "sha256": digest}
        texts.append(tuple(row[column] for column in sql.ADOPTED))
    return tuple(texts)


def _whole(session: Session, start: str) -> str:
    row = session.one(sql.NAMED_DOCUMENT, start=start, after=start + "g")
    return row[0] if row else start


def put(session: Session, adopted: Iterable[Row]) -> None:
    """Stores rows of `adopted`, and what is read in their texts."""
    for row in adopted:
        session.put(sql.PUT_ADOPTED, sql.ADOPTED, [row])
        what, digest = row[2], row[5]
        raw = text(session, digest)
        if raw is not None:
            put_parsed(
                session, digest, adopted_rules.form_of(what), adopted_rules.parsed_of(what, raw)
            )


def put_parsed(session: Session, digest: str, form: str, body: str) -> None:
    """Stores what was read in one text."""
    session.execute(sql.DROP_PARSED, sha256=digest)
    session.execute(sql.PUT_PARSED, sha256=digest, form=form, body=body)


def rules(session: Session) -> Rules:
    """The rules of the station, as far as they were read already from what was stored of them."""
    texts = []
    for what, key, edition, seq, digest, form, body in session.all(sql.RULES):
        parsed, raw = body or "", b""
        if form != adopted_rules.form_of(what):
            parsed, raw = "", proven(session, digest)
        texts.append(AdoptedText(what, key, edition, seq, digest, parsed, raw))
    return Rules(texts)


def rules_of(session: Session, adopted: Iterable[Mapping[str, Any]]) -> Rules:
    """The rules that entries adopted, read in the texts themselves."""
    texts = []
    for row in (*unvouched(session), *rows(session, adopted)):
        _, seq, what, key, edition, digest = row
        raw = proven(session, digest)
        texts.append(AdoptedText(what, key, edition, seq, digest, "", raw))
    return Rules(texts)


def unvouched(session: Session) -> tuple[Row, ...]:
    """The rows of editions that no entry names; their numbers are 0, -1, …: before every entry."""
    drafts = []
    for name, value in sorted(session.meta.items()):
        if not name.startswith(UNVOUCHED):
            continue
        digest, number = value.partition(" ")[0], int(name.removeprefix(UNVOUCHED))
        if (raw := text(session, digest)) is not None:
            pack = adopted_rules.read("rules.toml", raw)
            named = {"what": adopted_rules.PACK, "pack": pack.key, "edition": pack.edition}
            drafts.append({"station_seq": -number, "sha256": digest, **named})
    return rows(session, sorted(drafts, key=itemgetter("station_seq")))
