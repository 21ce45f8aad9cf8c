"""The writer's side of the hash chain; the verifier's (`proof`) shares no code with it.

digest = SHA-256 of `bbcs-event-v1`, a line feed, and the canonical JSON (sorted keys, no blanks,
UTF-8) of `[v, station, station_seq, case_no, version, kind, at, recorded_at, actor, clock, data,
commitment, prev]`; commitment = SHA-256 of salt and body, "" without a personal part. All hex.
`prev` of the first entry is 64 zeros.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from json.encoder import encode_basestring as quoted
from typing import Any

from bbcs.domain.event import Draft, Event
from bbcs.record import Record
from bbcs.store.codec import Coded, canonical, moment
from bbcs.usecases.ledger import Head, Stamp

TAG = b"bbcs-event-v1\n"


def sealed(body: str) -> tuple[bytes, str]:
    """A fresh salt of 16 bytes and the commitment to `body`."""
    salt = os.urandom(16)
    return salt, sha256(salt + body.encode()).hexdigest()


class Entry(Record):
    """An entry that follows the head: its row, its personal part, the event that it stands for.

    row: columns as in `statements.ENTRY`. personal: salt and body, () for none.
    """

    row: tuple[Any, ...]
    personal: tuple[bytes, str] | tuple[()]
    event: Event


def head_at(row: Sequence[Any]) -> Head:
    """The head of a chain that ends with this row of `statements.ENTRY`."""
    return Head(row[0], row[1], row[-1], row[7])


def following(
    head: Head, case_no: str, version: int, coded: Sequence[tuple[Draft, Coded]], stamp: Stamp
) -> Iterator[Entry]:
    """The entries of these drafts, as versions `version`+1, +2, … of the case ("" = of the office),
    each chained to the one before it, the first one to the head.
    """
    seq, prev = head.seq, head.digest
    written = moment(stamp.now)
    recorded_at = datetime.fromisoformat(written)
    for number, (draft, parts) in enumerate(coded, version + 1):
        seq += 1
        salt, commitment = sealed(parts.body) if parts.body else (b"", "")
        at = moment(draft.at)
        of_case = (case_no, number) if case_no else (None, None)
        signed = (
            head.station, seq, *of_case, parts.v, draft.kind, at, written, stamp.actor, stamp.clock,
            parts.data, commitment, prev,
        )  # fmt: skip
        prev = digest(signed)
        lot = prev if draft.kind == "Resolved" else ""
        event = Event(
            draft.kind, datetime.fromisoformat(at), parts.read, stamp.actor, case_no, number if case_no else 0, seq,
            recorded_at, stamp.clock, False, lot,
        )  # fmt: skip
        yield Entry((*signed, prev), (salt, parts.body) if parts.body else (), event)


def digest(signed: Sequence[Any]) -> str:
    """Digest of an entry; its `data` is canonical already, and goes in as it is.

    signed: its columns as in `statements.ENTRY`, all but the digest.
    """
    station, seq, case_no, version, v, *texts, data, commitment, prev = signed
    of_case = f"{quoted(case_no)},{version}" if case_no else "null,null"
    kind_to_clock = ",".join(map(quoted, texts))
    form = (
        f"[{v},{quoted(station)},{seq},{of_case},{kind_to_clock},"
        f"{data},{quoted(commitment)},{quoted(prev)}]"
    )
    return sha256(TAG + form.encode()).hexdigest()


def fingerprint(meta: Mapping[str, str]) -> str:
    """Of the few facts beside the chain, so that `verify` notices a changed byte there too."""
    facts = {key: value for key, value in meta.items() if key != "check"}
    return sha256(canonical(facts).encode()).hexdigest()
