"""Reads the entries `Erased`: which bodies may be missing, and which files are to be gone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from bbcs.store import statements as sql
from bbcs.store.engine import Session
from bbcs.store.ledger import StoredLedger


def erased(session: Session) -> dict[str, int]:
    """Number of each erased case -> that of the last entry that says so.

    What cannot be read is left out: its own proof fails.
    """
    last: dict[str, int] = {}
    for seq, data in session.stream_bytes(sql.ERASED):
        with suppress(ValueError, TypeError, AttributeError):
            for number in json.loads(data).get("cases") or ():
                last[str(number)] = seq
    return last


def lawful(row: Sequence[Any], fault: str, erased: Mapping[str, int]) -> str:
    """The fault of an entry (`proof.fault`) in the light of what was erased: its body may be
    missing, or must be ("back").

    row: the columns of `statements.PROOF`, every text as bytes, then salt and body.
    """
    if not erased or fault not in ("", "body") or row[3] is None:
        return fault
    if row[2] >= erased.get(row[3].decode(errors="replace"), 0):
        return fault
    return "back" if row[-1] is not None else ""


def named_files(ledger: StoredLedger) -> Iterator[tuple[str, str]]:
    """Gives case number and digest of every file that an entry names which was not erased."""
    gone = erased(ledger.session)
    for case_no, seq, digest in _files(ledger):
        if seq > gone.get(case_no, 0):
            yield case_no, digest


def unnamed_files(ledger: StoredLedger) -> list[str]:
    """The digests of files that only erased entries name: they are to be removed."""
    kept = {digest for _, digest in named_files(ledger)}
    gone = erased(ledger.session)
    return sorted({digest for no, _, digest in _files(ledger) if no in gone and digest not in kept})


def _files(ledger: StoredLedger) -> Iterator[tuple[str, int, str]]:
    for case_no, seq, data in ledger.session.stream(sql.WITH_FILES):
        fields: Mapping[str, Any] = json.loads(data)
        digest = fields.get("sha256") or fields.get("minutes_sha256")
        if digest:
            yield case_no, seq, digest
