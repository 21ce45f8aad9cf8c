"""Reads a notice from a text, a saved web page or a Word file, as plain lines of text.

Bytes in, text out; opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError, fromstring
from zipfile import BadZipFile, ZipFile
from zlib import error

from bbcs.errors import NoticeInvalid

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: A notice has a page or two; these are limits against bombs, not for texts.
MAX_BYTES = 20_000_000
MAX_RATIO = 100


def plain(raw: bytes | str, suffix: str) -> str:
    """The lines of a .txt, .html, .htm or .docx file; "" as suffix is pasted text.

    Raises NoticeInvalid.
    """
    suffix = suffix.lower()
    if suffix not in READERS:
        raise _refused(
            suffix,
            f"不能读 {suffix} 文件；可用 {'、'.join(filter(None, READERS))}，或把文字复制成 .txt",
        )
    if len(raw) > MAX_BYTES:
        raise _refused(suffix, f"文件超过 {MAX_BYTES // 1_000_000} MB，不像一份通知")
    return READERS[suffix](raw)


def _refused(suffix: str, problem: str) -> NoticeInvalid:
    return NoticeInvalid(f"通知文件（{suffix}）", [problem])


def _text(raw: bytes | str) -> str:
    if isinstance(raw, str):
        return raw
    return _decoded(raw, suffix=".txt")


def _decoded(raw: bytes, suffix: str, named: str = "") -> str:
    """Text by its byte order mark, by the encoding it names, as UTF-8 or GB 18030."""
    marked = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
    for encoding in filter(None, (marked, named, "utf-8-sig", "gb18030")):
        try:
            return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise _refused(suffix, "文字编码读不懂，请另存为 UTF-8")


# -- web pages -------------------------------------------------------------------------------------

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*(utf-?8|gb2312|gbk|gb18030)", re.I)
_SILENT = frozenset(("script", "style", "noscript", "template"))
_INLINE = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "ins", "label", "mark", "q",
    "s", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "wbr",
))  # fmt: skip
_TAG = re.compile(r"</?([A-Za-z][^\s/>]{0,40})")


def _html(raw: bytes | str) -> str:
    if isinstance(raw, bytes):
        declared = _CHARSET.search(raw[:4096])
        encoding = ""
        if declared and declared[1].lower().startswith(b"gb"):
            encoding = "gb18030"
        raw = _decoded(raw, ".html", encoding)
    return _BLANK_LINES.sub("\n", "".join(_shown(raw)))


_BLANK_LINES = re.compile(r"\n+")


def _shown(page: str) -> Iterator[str]:
    """What a reader of the page sees; every tag that is not part of running text ends the line.

    Each sign is looked at a fixed number of times: html.parser takes quadratic time for a page of
    unclosed tags, attributes or comments.
    """
    position, lower = 0, page.lower()
    while (begin := page.find("<", position)) >= 0:
        yield _text_of(page[position:begin])
        tag = _TAG.match(page, begin)
        if tag is None and page[begin + 1 : begin + 2] not in ("!", "?", "/"):
            yield "<"
            position = begin + 1
            continue
        position = _behind(page, lower, begin, tag[1].lower() if tag else "")
        if tag is None or tag[1].lower() not in _INLINE:
            yield "\n"
    yield _text_of(page[position:])


def _behind(page: str, lower: str, begin: int, name: str) -> int:
    """The position behind a tag, a comment, or an element that a page does not show."""
    closing = "-->" if page.startswith("<!--", begin) else ">"
    end = page.find(closing, begin)
    if end < 0:
        return len(page)
    if name in _SILENT and page[begin + 1] != "/":
        end = lower.find(f"</{name}", end)
        if end < 0:
            return len(page)
        end = page.find(">", end)
        if end < 0:
            return len(page)
        return end + 1
    return end + len(closing)


def _text_of(part: str) -> str:
    """Running text: entities are signs, line ends in the source of a page mean nothing."""
    return " ".join(unescape(part).split())


# -- Word ------------------------------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def _docx(raw: bytes | str) -> str:
    if isinstance(raw, str):
        raise _refused(".docx", "不是 Word 文件")
    try:
        text = _document(raw).decode("utf-8-sig")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise _refused(".docx", "文件里有 DTD，拒绝读取")
        # as text, so that no declaration can name another encoding
        return "".join(_runs(fromstring(text)))
    except (ParseError, UnicodeDecodeError, ValueError, RecursionError):
        raise _refused(".docx", "Word 文件的正文已损坏，请重新另存") from None


def _document(raw: bytes) -> bytes:
    """word/document.xml, if it is of a size that a notice can have."""

    try:
        with ZipFile(BytesIO(raw)) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if unpacked > MAX_BYTES * 5 or any(
                entry.file_size > MAX_RATIO * max(entry.compress_size, 1000) for entry in entries
            ):
                raise _refused(".docx", "压缩包展开后过大，拒绝读取")
            with archive.open("word/document.xml") as member:
                # the sizes in the directory may lie
                content = member.read(MAX_BYTES + 1)
    except (
        BadZipFile,
        KeyError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        error,
    ):
        raise _refused(".docx", "不是 Word 文件，或已损坏、已加密") from None
    if len(content) > MAX_BYTES:
        raise _refused(".docx", "压缩包展开后过大，拒绝读取")
    return content


def _runs(element: Element) -> Iterator[str]:
    """Text in order; a paragraph, a break and a cell end the line.

    Deleted text has tags of its own and is left out.
    """
    if element.tag == f"{_W}t":
        yield element.text or ""
    elif element.tag in (f"{_W}br", f"{_W}cr"):
        yield "\n"
    elif element.tag != _FALLBACK:
        for child in element:
            yield from _runs(child)
        if element.tag == f"{_W}p":
            yield "\n"


READERS: Mapping[str, Callable[[bytes | str], str]] = {
    "": _text,
    ".txt": _text,
    ".html": _html,
    ".htm": _html,
    ".docx": _docx,
}
