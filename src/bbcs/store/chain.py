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
from json.encoder import encode_basestring as quoted
from typing import Any

from bbcs.domain.event import Draft, Event
from bbcs.record import Record
from bbcs.store.codec import Coded, canonical, moment
from bbcs.usecases.ledger import Head, Stamp

TAG = b"bbcs-event-v1\n"


def sealed(body: str) -> tuple[bytes, str]:
    """A fresh salt of 16 bytes and the commitment to `body`."""
    from hashlib import sha256  # not for commands that only read

    salt = os.urandom(16)
    return salt, sha256(salt + body.encode()).hexdigest()


class Entry(Record):
    """An entry that follows the head: its columns, its personal part, the event that it stands for.

    personal: salt and body, () for none.
    """

    columns: Mapping[str, Any]
    personal: tuple[bytes, str] | tuple[()]
    event: Event


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
        columns: dict[str, Any] = {
            "station": head.station,
            "station_seq": seq,
            "case_no": case_no or None,
            "version": number if case_no else None,
            "v": parts.v,
            "kind": draft.kind,
            "at": moment(draft.at),
            "recorded_at": written,
            "actor": stamp.actor,
            "clock": stamp.clock,
            "data": parts.data,
            "commitment": commitment,
            "prev": prev,
        }
        columns["digest"] = prev = digest(columns)
        at, lot = datetime.fromisoformat(columns["at"]), prev if draft.kind == "Resolved" else ""
        event = Event(
            draft.kind, at, parts.read, stamp.actor, case_no, number if case_no else 0, seq,
            recorded_at, stamp.clock, False, lot,
        )  # fmt: skip
        yield Entry(columns, (salt, parts.body) if parts.body else (), event)


def digest(entry: Mapping[str, Any]) -> str:
    """Digest of an entry; its `data` is canonical already, and goes in as it is."""
    from hashlib import sha256  # not for commands that only read

    its = entry
    of_case = f"{quoted(its['case_no'])},{its['version']}" if its["case_no"] else "null,null"
    signed = (
        f"[{its['v']},{quoted(its['station'])},{its['station_seq']},{of_case},"
        f"{quoted(its['kind'])},{quoted(its['at'])},{quoted(its['recorded_at'])},"
        f"{quoted(its['actor'])},{quoted(its['clock'])},{its['data']},"
        f"{quoted(its['commitment'])},{quoted(its['prev'])}]"
    )
    return sha256(TAG + signed.encode()).hexdigest()


def fingerprint(meta: Mapping[str, str]) -> str:
    """Of the few facts beside the chain, so that `verify` notices a changed byte there too."""
    from hashlib import sha256  # not for commands that only read

    facts = {key: value for key, value in meta.items() if key != "check"}
    return sha256(canonical(facts).encode()).hexdigest()
