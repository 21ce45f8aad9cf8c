"""Reads a stored entry for the verifier, byte by byte; shares no code with the writer.

It shares no code with the writer (`chain`) on purpose.

It never parses the public part: the bytes that lie in the file go into the digest as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from json import dumps
from typing import Any

_QUOTED = bytes([*range(0x20), *b'"\\'])
"""What stands escaped in JSON."""
_LEAD = b"bbcs-event-v1\n["


def fault(row: Sequence[Any], prev: bytes, sha256: Callable[[bytes], Any]) -> str:
    """The faulty part of an entry: "prev", "digest", "body" (missing), "commitment"; else "".

    row: the columns of `statements.PROOF`, every text as bytes. prev: digest of the entry before
    it.
    """
    commitment, before, claimed, salt, body = row[-5:]
    if before != prev:
        return "prev"
    if sha256(_LEAD + written(row) + b"]").hexdigest().encode() != claimed:
        return "digest"
    if not commitment:
        return "commitment" if body is not None else ""
    if body is None or salt is None:
        return "body"
    return "" if sha256(salt + body).hexdigest().encode() == commitment else "commitment"


def written(row: Sequence[Any]) -> bytes:
    """The bytes between the brackets of an entry's canonical form."""
    v, station, seq, case_no, version, kind, at, recorded_at, actor, clock, data, commitment, prev, *_ = row  # fmt: skip
    texts = (station, case_no or b"", kind, at, recorded_at, actor, clock, commitment, prev)
    joined = b"".join(texts)
    if len(joined.translate(None, _QUOTED)) != len(joined):
        station, no, kind, at, recorded_at, actor, clock, commitment, prev = map(_escaped, texts)
        case_no = no if case_no is not None else None
    fields = (kind, at, recorded_at, actor, clock, data, commitment, prev)
    if case_no is None:
        form = b'%d,"%s",%d,null,null,"%s","%s","%s","%s","%s",%s,"%s","%s"'
        return form % (v, station, seq, *fields)
    form = b'%d,"%s",%d,"%s",%d,"%s","%s","%s","%s","%s",%s,"%s","%s"'
    return form % (v, station, seq, case_no, version, *fields)


def _escaped(text: bytes) -> bytes:
    """A text as JSON between quotes, with escapes; bytes that are no UTF-8 stay as they are."""
    return dumps(text.decode("utf-8", "surrogateescape"), ensure_ascii=False)[1:-1].encode(
        "utf-8", "surrogateescape"
    )
