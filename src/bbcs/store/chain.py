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

_SALT = 16
"""Bytes of the salt of each commitment."""


def commitment_to(salt: bytes, body: str) -> str:
    """What an entry holds of its personal body."""
    return sha256(salt + body.encode()).hexdigest()


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
    seq, prev, salts = head.seq, head.digest, os.urandom(_SALT * len(coded))
    written = moment(stamp.now)
    recorded_at = datetime.fromisoformat(written)
    station, actor, clock = head.station, stamp.actor, stamp.clock
    last: datetime | None = None
    for index, ((kind, happened, _), (v, data, body, read)) in enumerate(coded):
        seq += 1
        if happened is not last:  # what one act or one row tells often came at one moment
            last, at = happened, moment(happened)
            moment_read = datetime.fromisoformat(at)
        salt = salts[_SALT * index : _SALT * (index + 1)]
        commitment = commitment_to(salt, body) if body else ""
        number = version + 1 + index if case_no else 0
        signed = (
            station, seq, case_no or None, number or None, v, kind, at, written, actor, clock, data, commitment, prev,
        )  # fmt: skip
        prev = digest(signed)
        event = Event(
            kind, moment_read, read, actor, case_no, number, seq, recorded_at, clock, False,
            prev if kind == "Resolved" else "",
        )  # fmt: skip
        yield Entry((*signed, prev), (salt, body) if body else (), event)


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
