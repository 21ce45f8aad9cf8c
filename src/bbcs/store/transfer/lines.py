"""The lines of a full export: one JSON object each, the last one with the digest of all before.

`record` says what a line is: `ledger` (the first: station and facts), `file` and `document` (bytes
in pieces, Base64), `entry` (the columns of an entry as they are stored, with salt and body), `end`.
The same ledger gives the same bytes.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from bbcs.errors import LedgerBroken

SCHEMA = "bbcs.entries/1"
START = f'{{"schema":"{SCHEMA}","record":"ledger",'.encode()
"""How every full export begins."""

_LONGEST = 1 << 26
"""Bytes of a line: more than the longest entry has."""


def is_full_export(path: Path) -> bool:
    """Whether a file begins as a full export does. Raises OSError."""
    with path.open("rb") as source:
        return source.read(len(START)) == START


def damaged(number: int = 0) -> LedgerBroken:
    """The refusal for a file that is not whole. number: of the line, 0 for none."""
    where = f"第 {number} 行" if number else "结尾"
    return LedgerBroken(
        f"这份完整导出不完整或被改动（{where}）；没有导入任何内容，请在原来的台账重新导出"
    )


class LineWriter:
    """Writes the lines of a full export into an open file."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target, self._digest = target, sha256()

    def put(self, record: str, values: Mapping[str, Any]) -> None:
        """Writes one line."""
        self._write(_line(record, values))

    def put_bytes(self, record: str, named: Mapping[str, str], pieces: Iterator[bytes]) -> str:
        """Writes what is given in pieces (`attachments.pieces_of`); returns its SHA-256.

        named: what tells it from others.
        """
        digest, piece, last = sha256(), next(pieces), False
        while not last:
            after = next(pieces, None)
            last = after is None
            digest.update(piece)
            data = b64encode(piece).decode()
            self.put(record, {**named, "data": data, "last": last})
            piece = after or b""
        return digest.hexdigest()

    def end(self, values: Mapping[str, Any]) -> str:
        """Writes the last line; returns the SHA-256 of the whole file."""
        self._write(_line("end", {**values, "sha256": self._digest.hexdigest()}))
        return self._digest.hexdigest()

    def _write(self, line: bytes) -> None:
        self._digest.update(line)
        self._target.write(line)


def _line(record: str, values: Mapping[str, Any]) -> bytes:
    document = {"schema": SCHEMA, "record": record, **values}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class LineReader:
    """Reads the lines of a full export; each must be as `LineWriter` writes it.

    Raises LedgerBroken for a file that is cut, changed, or goes on after its end.
    """

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._digest = source, sha256()
        self._next: dict[str, Any] | None = None
        self.number = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Gives every line, the last one too, once it is proven."""
        while True:
            raw = self._source.readline(_LONGEST)
            self.number += 1
            record = self._read(raw)
            if record["record"] == "end":
                if record.get("sha256") != self._digest.hexdigest() or self._source.read(1):
                    raise damaged()
                yield record
                return
            self._digest.update(raw)
            yield record

    def _read(self, raw: bytes) -> dict[str, Any]:
        try:
            record = json.loads(raw)
            if _line(record["record"], _rest(record)) == raw:
                return record  # type: ignore[no-any-return]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass
        raise damaged(self.number if raw else 0)


def _rest(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in ("schema", "record")}


def piece(record: Mapping[str, Any], number: int) -> bytes:
    """The bytes in a line of a file or document. Raises LedgerBroken."""
    try:
        return b64decode(record["data"], validate=True)
    except (ValueError, KeyError, TypeError):
        raise damaged(number) from None
