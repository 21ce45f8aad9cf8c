"""Finds the encoding of a text: BOM, then UTF-16 by its many NULs, then strict UTF-8, then strict
GB18030.

The whole text decides; a wrong guess is worse than a refusal (libraries.md §4.3).
"""

from __future__ import annotations

import codecs
from io import BytesIO
from typing import BinaryIO

from bbcs.errors import ImportRejected

_BLOCK, _HEAD = 1 << 20, 4096
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))

_STRAY = 8
"""NULs are strays where they are fewer than one of so many bytes."""

NAMES = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030")
"""Encodings that may be named."""


def of_start(head: bytes) -> str:
    """The encoding that the first bytes tell; "" when they do not."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if 0 not in head or _is_utf_8_with_strays(head):
        return ""
    if 0 in head[1::2]:  # no other encoding of a text has a byte of nothing
        return "utf-16-le"
    return "utf-16-be"


def _is_utf_8_with_strays(head: bytes) -> bool:
    """Whether these are UTF-8 in which a few NULs stand; in UTF-16 every sign of ASCII has one, and
    Chinese is hardly ever UTF-8.
    """
    if head.count(0) * _STRAY > len(head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def of_stream(stream: BinaryIO, name: str, named: str = "") -> str:
    """The encoding of everything in a stream, which is read to its end.

    named: the one that the user names. Raises ImportRejected with the line where no encoding fits.
    """
    head = stream.read(_HEAD)
    stream.seek(0)
    wanted = [named or of_start(head)]
    if not wanted[0]:
        wanted = ["utf-8", "gbk", "gb18030"]
    lines = []
    for encoding in wanted:
        stream.seek(0)
        line = _first_fault(stream, encoding)
        if not line:
            return encoding
        lines.append(line)
    raise unreadable(name, max(lines))  # the encoding that fits longest was meant


def _first_fault(stream: BinaryIO, encoding: str) -> int:
    """The number of the line that cannot be decoded; 0 when all can."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    while True:
        block = stream.read(_BLOCK)
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return lines + error.object[: error.start].count(b"\n")
        if not block:
            return 0
        lines += text.count("\n")


def unreadable(name: str, line: int) -> ImportRejected:
    """The refusal of a text in no known encoding."""
    return ImportRejected(f"{name} 第 {line} 行的编码读不出来；请另存为 UTF-8 或 GB18030 再试")


def decode(raw: bytes, name: str) -> tuple[str, str]:
    """The text of these bytes, and its encoding. Raises ImportRejected with the line."""
    encoding = of_stream(BytesIO(raw), name)
    return raw.decode(encoding).removeprefix("\ufeff"), encoding
