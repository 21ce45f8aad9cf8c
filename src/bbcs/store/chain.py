"""The writer's side of the hash chain; the verifier's (`proof`) shares no code with it.

digest = SHA-256 of `bbcs-event-v1`, a line feed, and the canonical JSON (sorted keys, no blanks,
UTF-8) of `[v, station, station_seq, case_no, version, kind, at, recorded_at, actor, clock, data,
commitment, prev]`; commitment = SHA-256 of salt and body, "" without a personal part. All hex.
`prev` of the first entry is 64 zeros.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from json import JSONEncoder
from typing import Any

TAG = b"bbcs-event-v1\n"
SIGNED = (
    "v", "station", "station_seq", "case_no", "version", "kind", "at", "recorded_at", "actor",
    "clock", "data", "commitment", "prev",
)  # fmt: skip
"""What the digest covers, in this order."""

canonical = JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode
"""The one text form of a value: the same value gives the same bytes, on every machine."""


def sealed(body: str) -> tuple[bytes, str]:
    """A fresh salt of 16 bytes and the commitment to `body`."""
    from hashlib import sha256  # not for commands that only read

    salt = os.urandom(16)
    return salt, sha256(salt + body.encode()).hexdigest()


def digest(entry: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """Digest of an entry whose public part is `data`, here as a mapping, not as text."""
    from hashlib import sha256  # not for commands that only read

    fields = [data if name == "data" else entry[name] for name in SIGNED]
    return sha256(TAG + canonical(fields).encode()).hexdigest()


def fingerprint(meta: Mapping[str, str]) -> str:
    """Of the few facts beside the chain, so that `verify` notices a changed byte there too."""
    from hashlib import sha256  # not for commands that only read

    facts = {key: value for key, value in meta.items() if key != "check"}
    return sha256(canonical(facts).encode()).hexdigest()
