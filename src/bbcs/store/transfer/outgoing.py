"""Writes a whole ledger into one file: entries, personal bodies and salts, texts of rules, the
files of the home, attachments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from bbcs.config.home_files import ATTACHMENTS
from bbcs.domain.event import Draft
from bbcs.errors import LedgerBroken, LedgerConflict, StoreUnreachable
from bbcs.record import Record
from bbcs.store import proof, statements as sql, verify
from bbcs.store.attachments import pieces_of
from bbcs.store.engine import GENESIS, QUIET, Notify, Row
from bbcs.store.erased import erased, lawful
from bbcs.store.kept_files import rosters_since, small_files
from bbcs.store.ledger import StoredLedger
from bbcs.store.opening import open_ledger
from bbcs.store.transfer.facts import OWN as OWN_FACTS
from bbcs.store.transfer.lines import LineWriter
from bbcs.usecases.ledger import Head
from bbcs.usecases.office import Office, Transaction, need, need_reason

Whole = Callable[[Path, int], AbstractContextManager[Path]]
"""Gives a draft with that mode, which takes the file's place when the block ends well."""

_OWNER = 0o600
_TRIES = 5


class FullExport(Record):
    """What a file holds. sha256: of the file. files: how many of the home, attachments apart."""

    file: Path
    sha256: str
    size: int
    entries: int
    head: Head
    files: int
    attachments: int

    def document(self) -> dict[str, Any]:
        """Returns the JSON document `bbcs.full_export/1`."""
        return {
            "schema": "bbcs.full_export/1",
            "file": str(self.file),
            "sha256": self.sha256,
            "size": self.size,
            "entries": self.entries,
            "head": self.head.document(),
            "files": self.files,
            "attachments": self.attachments,
        }


def may_export(office: Office, reason: str) -> None:
    """Raises NotPermitted, ReasonMissing where the whole ledger may not be taken out."""
    need(office, "完整导出（含未遮盖的个人信息）", "admin")
    need_reason("完整导出", reason)


def export(
    office: Office,
    write: Transaction,
    path: Path,
    reason: str,
    whole: Whole,
    *,
    notify: Notify = QUIET,
    step: Callable[[int], None] = lambda done: None,
) -> FullExport:
    """Writes everything into a file that only its owner may read, whole or not at all.

    One entry says who took it out and why; it comes after what the file holds. Nobody is kept from
    writing meanwhile. whole: makes the draft of a file. step: called with the number of entries
    that were written. Raises what `may_export` raises, LedgerBroken for a chain or an attachment
    that does not verify, StoreUnreachable for an attachment that is lost, DiskFull,
    OutputNotWritable.
    """
    may_export(office, reason)
    with whole(path, _OWNER) as draft:
        with draft.open("wb") as target:
            made = _written(office.home, LineWriter(target), notify, step)
            size = target.tell()
        write(lambda ledger: _log(ledger, office, reason.strip(), made.entries))
    return made._replace(file=path, size=size)


def _log(ledger: Any, office: Office, reason: str, entries: int) -> None:
    fields = {"purpose": "export", "reason": reason, "rows": entries}
    ledger.append("", 0, [Draft("Revealed", office.stamp.now, fields)], office.stamp)


def _written(
    home: Path, lines: LineWriter, notify: Notify, step: Callable[[int], None]
) -> FullExport:
    """Writes the home as it stands.

    Its files are read first: they are read again when the ledger says that they were written anew
    before its snapshot was taken.
    """
    for _ in range(_TRIES):
        with open_ledger(home, write=True, notify=notify) as ledger:
            before, facts, files = ledger.head(), dict(ledger.session.meta), small_files(home)
        with open_ledger(home, snapshot=True, notify=notify) as ledger:
            if dict(ledger.session.meta) == facts and not rosters_since(ledger, before):
                return put_whole(ledger, files, lines, step)
    raise LedgerConflict("名册、规则包或留底一直有人在改，没有导出；请稍后再试")


def put_whole(
    ledger: StoredLedger,
    files: dict[str, bytes],
    lines: LineWriter,
    step: Callable[[int], None],
) -> FullExport:
    """Writes an open ledger, with these files of its home; each entry is proven as it is read.

    The place of the ledger is no part of it: the same ledger gives the same bytes from a file and
    from a database.
    """
    meta = ledger.session.meta
    facts = {name: meta[name] for name in sorted(meta) if name not in OWN_FACTS}
    lines.put("ledger", {"station": ledger.station, "facts": facts})
    for name in sorted(files):
        lines.put_bytes("file", {"name": name}, pieces_of(BytesIO(files[name])))
    for digest, raw in ledger.session.all(sql.DOCUMENTS):
        lines.put_bytes("document", {"sha256": digest}, pieces_of(BytesIO(raw)))
    head = ledger.head()
    for number, entry in enumerate(_entries(ledger), 1):
        lines.put("entry", entry)
        step(number)
    kept = verify.named_digests(ledger)
    for digest in kept:
        _put_attachment(ledger, digest, lines)
    end = lines.end({"entries": head.seq, "head": head.document(), "attachments": len(kept)})
    return FullExport(Path(), end, 0, head.seq, head, len(files), len(kept))


def _entries(ledger: StoredLedger) -> Iterator[dict[str, Any]]:
    """The entries in order, each proven as it is read."""
    prev, gone = GENESIS.encode(), erased(ledger.session)
    for seq, row in enumerate(ledger.session.stream_bytes(sql.PROVE_ALL), 1):
        try:
            if row[2] != seq or lawful(row, proof.fault(row, prev, sha256), gone):
                raise _unproven(seq)
            yield _entry(row)
        except (TypeError, AttributeError, UnicodeDecodeError):
            raise _unproven(seq) from None
        prev = row[len(sql.PROOF) - 1]


def _unproven(seq: int) -> LedgerBroken:
    return LedgerBroken(
        f"第 {seq} 条核验不通过，没有导出；请 bbcs ledger verify --full 看是哪里，用备份恢复"
    )


def _entry(row: Row) -> dict[str, Any]:
    """The columns of `statements.PROOF` as texts and numbers, then salt and body."""
    *columns, salt, body = row
    entry = {
        name: value.decode() if isinstance(value, bytes) else value
        for name, value in zip(sql.PROOF, columns, strict=True)
    }
    entry["salt"], entry["body"] = None, None
    if body is not None:
        entry["salt"], entry["body"] = salt.hex(), body.decode()
    return entry


def _put_attachment(ledger: StoredLedger, digest: str, lines: LineWriter) -> None:
    files = ledger.session.files
    if not files.holds(digest):
        raise StoreUnreachable(
            f"附件 {digest[:12]} 不见了，没有导出；请从备份的 {ATTACHMENTS} 文件夹里找回来"
        )
    named = {"name": f"{ATTACHMENTS}/{digest[:2]}/{digest}"}
    if lines.put_bytes("file", named, files.pieces(digest)) != digest:
        raise LedgerBroken(
            f"附件 {digest[:12]} 的内容被改动，没有导出；请用备份的 {ATTACHMENTS} 文件夹对照"
        )
