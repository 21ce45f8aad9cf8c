"""Input from a file or standard input: JSON, one value or one a line, or TOML by its name.

Any of the encodings offices use.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from bbcs import errors
from bbcs.domain.masking import free_text
from bbcs.errors import BadValue, ImportRejected, StoreUnreachable, UsageError

LARGEST = 64 * 1024 * 1024
_MARK = b"\xef\xbb\xbf"
"""The mark of order with which some programs begin a text in UTF-8."""


def one_object(source: str) -> dict[str, Any]:
    """The single object of a file (`-` = standard input)."""
    documents = objects(source)
    if len(documents) != 1:
        raise UsageError(f"这里只收一个对象，{name_of(source)} 里有 {len(documents)} 个")
    return documents[0]


def objects(source: str) -> list[dict[str, Any]]:
    """All objects of a file: one object, an array, one object a line, or TOML with `[[case]]`.

    Raises ImportRejected (40) naming the line when the text cannot be read, BadValue (2) when it
    holds no object.
    """
    return objects_of(source)[0]


def objects_of(source: str) -> tuple[list[dict[str, Any]], bool]:
    """The objects, and whether they came as a list (a list of one is answered as a list)."""
    loaded, listed = rows_of(source)
    if not loaded or not all(isinstance(one, Mapping) for one in loaded):
        raise BadValue(f"{name_of(source)} 里应是一个对象，或对象的列表")
    return [dict(one) for one in loaded], listed


def rows_of(source: str) -> tuple[list[Any], bool]:
    """The same as they stand: a list may be empty, and hold what is no object."""
    text = decode(_bytes(source), source)
    read = _json
    if source.lower().endswith(".toml"):
        read = _toml
    loaded = read(text, source)
    listed = isinstance(loaded, list)
    if listed:
        return list(loaded), True
    if not isinstance(loaded, Mapping):
        raise BadValue(f"{name_of(source)} 里应是一个对象，或对象的列表")
    return [dict(loaded)], False


def typed(source: str) -> str:
    """The text of a file or of standard input, without the blanks around it."""
    return decode(_bytes(source), source).strip()


def name_of(source: str) -> str:
    """The source as messages name it; an identity number in a file name is not repeated."""
    if source == "-":
        return "标准输入"
    path = Path(source)
    return free_text(path.name or str(path))


def unreadable(source: str, error: OSError) -> StoreUnreachable:
    """The refusal of a file that cannot be read, in Chinese in every locale."""
    return errors.unreadable(name_of(source), error)


def _bytes(source: str) -> bytes:
    try:
        raw = _read(source)
    except OSError as error:
        raise unreadable(source, error) from error
    if len(raw) > LARGEST:
        raise BadValue(f"{name_of(source)} 超过 {LARGEST // 1024 // 1024} MB；大批数据请分开")
    return raw


def _read(source: str) -> bytes:
    if source == "-":
        return standard_input().read(LARGEST + 1)
    with Path(source).open("rb") as stream:
        return stream.read(LARGEST + 1)


def standard_input() -> BinaryIO:
    """The bytes of standard input; UsageError where it is closed."""
    if sys.stdin is None:
        raise UsageError("标准输入是关着的，读不到内容；请用文件，或把内容用管道送进来")
    return sys.stdin.buffer


def decode(raw: bytes, source: str) -> str:
    """The text of a file in any of the encodings offices use; ImportRejected names the line."""
    if b"\0" not in raw:
        with suppress(UnicodeDecodeError):
            return raw.removeprefix(_MARK).decode().removeprefix("\ufeff")
    from bbcs.ingest import encodings  # for what is not plain UTF-8

    return encodings.decode(raw, name_of(source))[0]


def decoded_lines(stream: BinaryIO, source: str) -> Iterator[str]:
    """Lines of a stream as text, as they come.

    UTF-8 (BOM tolerated), else GB18030 from the first line that is not UTF-8.

    Lines that were pure ASCII read the same in both, so nothing already given out was wrong.
    """
    encoding = "utf-8"
    ascii_so_far = True
    for number, raw in enumerate(stream, 1):
        line = raw
        if number == 1:
            line = raw.removeprefix(_MARK)
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding != "utf-8" or not ascii_so_far:
                raise _undecodable(name_of(source), number) from error
            encoding = "gb18030"
            text = _gb18030(line, name_of(source), number)
        ascii_so_far = ascii_so_far and line.isascii()
        yield text


def _undecodable(name: str, line: int) -> ImportRejected:
    from bbcs.ingest import encodings

    return encodings.unreadable(name, line)


def _gb18030(line: bytes, name: str, number: int) -> str:
    try:
        return line.decode("gb18030")
    except UnicodeDecodeError as error:
        raise _undecodable(name, number) from error


_BY_LINES = (".ndjson", ".jsonl")
"""How the names of files end that have an object on each line: one without lines is a list without
objects.
"""


def _json(text: str, source: str) -> Any:
    """One value, or a list of those that stand on lines of their own (NDJSON)."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key, value in pairs:
            if key in mapping:  # which of the two was meant, nobody knows
                raise ImportRejected(f"{name_of(source)} 里的“{key[:40]}”写了两次；请只留一个")
            mapping[key] = value
        return mapping

    decoder, at = json.JSONDecoder(object_pairs_hook=once), _past_blanks(text, 0)
    values: list[Any] = []
    if at == len(text):
        if source.lower().endswith(_BY_LINES):
            return values
        raise ImportRejected(f"{name_of(source)} 是空的；一件也没有时请写 []")
    try:
        while not values or at < len(text):
            value, end = decoder.raw_decode(text, at)
            values.append(value)
            at = _past_blanks(text, end)
            if at < len(text) and "\n" not in text[end:at]:
                raise json.JSONDecodeError("Extra data", text, at)
        return values if len(values) > 1 else values[0]
    except json.JSONDecodeError as error:
        raise ImportRejected(
            f"{name_of(source)} 第 {error.lineno} 行第 {error.colno} 列不是 JSON；请检查引号、逗号和括号"
        ) from error
    except (RecursionError, ValueError) as error:  # ValueError: a number of thousands of digits
        raise ImportRejected(f"{name_of(source)} 嵌套太深或数字太长，不是收件用的 JSON") from error


def _past_blanks(text: str, at: int) -> int:
    """Where the next value of JSON begins, from there on."""
    while text[at : at + 1] in (" ", "\t", "\r", "\n"):
        at += 1
    return at


def _toml(text: str, source: str) -> Any:
    from bbcs.config import toml

    try:
        loaded = toml.loads(text)
    except toml.TomlDefect as error:
        if error.message in (toml.TOO_LONG, toml.TOO_DEEP):
            raise ImportRejected(
                f"{name_of(source)} 里的{error.message}，不是收件用的 TOML"
            ) from error
        where = f"第 {error.line} 行第 {error.column} 列" if error.line else "文件末尾不完整"
        raise ImportRejected(f"{name_of(source)} 不是 TOML（{where}）；请检查等号和引号") from error
    if set(loaded) == {"case"}:
        return loaded["case"]
    return loaded
