"""Sheets of text files: CSV and TSV in any encoding, JSON and NDJSON; read as a stream, but for
JSON.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, BinaryIO

from bbcs.errors import ImportRejected
from bbcs.ingest import encodings
from bbcs.ingest.sheets import Row, Sheet

LONGEST = 1_000_000
"""Characters that one cell of a CSV file may have; a quote that is never closed would eat the file."""

_SAMPLE = 8192
_JSON_LARGEST = 256 << 20


SIGNS = ",\t;|"
"""What may stand between the cells of a CSV file."""


def read(
    stream: BinaryIO, name: str, kind: str, encoding: str = "", signs: str = SIGNS
) -> tuple[str, Sheet]:
    """The encoding of a text file and its only sheet.

    stream: a file of the system. signs: what may stand between the cells of a CSV file.
    Raises ImportRejected, which names the line.
    """
    detected = encodings.of_stream(stream, name, encoding)
    stream.seek(0)
    # a reader of its own: the file stays open when it goes, and can be read again
    text = open(stream.fileno(), encoding=detected, newline="", closefd=False)  # noqa: SIM115
    if kind in ("csv", "tsv"):
        return detected, Sheet(kind, _csv(text, name, "\t" if kind == "tsv" else signs))
    if kind == "json":
        return detected, Sheet(kind, _objects(_array(text, name), name))
    return detected, Sheet(kind, _objects(_lines(text, name), name))


# -- csv -------------------------------------------------------------------------------------------


def _csv(text: io.TextIOWrapper, name: str, signs: str) -> Iterator[Row]:
    csv.field_size_limit(LONGEST)
    sample = text.read(_SAMPLE).removeprefix("\ufeff")
    delimiter = _delimiter(sample, signs)
    reader = csv.reader(_rest(sample, text), delimiter=delimiter)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield number, cells
    except csv.Error as error:
        raise ImportRejected(
            f"{name} 第 {reader.line_num} 行读不下去（记录 {number + 1}）；"
            "多半是前面少了一个引号，请检查后再导入"
        ) from error


def _rest(sample: str, text: io.TextIOWrapper) -> Iterator[str]:
    """The lines of the sample and of what follows it."""
    head, newline, tail = sample.rpartition("\n")
    yield from io.StringIO(head + newline, newline="")
    first = next(text, "")
    if tail or first:
        yield tail + first
    yield from text


def _delimiter(sample: str, signs: str) -> str:
    """The sign between the cells: the one that the first lines hold most of."""
    lines = sample.splitlines()[:20]
    return max(signs, key=lambda sign: sum(line.count(sign) for line in lines))


# -- json ------------------------------------------------------------------------------------------


def _array(text: io.TextIOWrapper, name: str) -> Iterator[tuple[int, Any]]:
    """The objects of a JSON array, or of the only list in an object."""
    whole = text.read(_JSON_LARGEST + 1)
    if len(whole) > _JSON_LARGEST:
        raise ImportRejected(f"{name} 太大；大批数据请用 ndjson（每行一个对象）或 csv")
    try:
        loaded = json.loads(whole)
    except json.JSONDecodeError as error:
        raise ImportRejected(
            f"{name} 第 {error.lineno} 行第 {error.colno} 列不是 JSON；请检查引号、逗号和括号"
        ) from error
    except (RecursionError, ValueError) as error:
        raise ImportRejected(f"{name} 嵌套太深或数字太长，读不了") from error
    if isinstance(loaded, Mapping):
        lists = [value for value in loaded.values() if isinstance(value, list)]
        loaded = lists[0] if len(lists) == 1 else [loaded]
    if not isinstance(loaded, list):
        raise ImportRejected(f"{name} 里应是对象的列表")
    return iter(enumerate(loaded, 1))


def _lines(text: io.TextIOWrapper, name: str) -> Iterator[tuple[int, Any]]:
    """The objects of NDJSON, each with the number of its line."""
    for number, line in enumerate(text, 1):
        if not line.strip("\ufeff \r\n\t"):
            continue
        try:
            yield number, json.loads(line.removeprefix("\ufeff"))
        except (ValueError, RecursionError) as error:
            raise ImportRejected(
                f"{name} 第 {number} 行不是 JSON；ndjson 每行一个对象，请检查"
            ) from error


def _objects(objects: Iterator[tuple[int, Any]], name: str) -> Iterator[Row]:
    """A row of keys, number 0, and then a row for each object; keys that come later begin new
    columns. No object, no row.

    The keys of the first hundred objects are the header; a later key is refused, since nobody would
    have seen it in the mapping.
    """
    first = []
    for number, one in objects:
        first.append((number, _flat(one, name, number)))
        if len(first) == 100:
            break
    if not first:
        return
    keys = list(dict.fromkeys(key for _, one in first for key in one))
    yield 0, keys
    known = frozenset(keys)
    rest = ((number, _flat(one, name, number)) for number, one in objects)
    for number, one in chain(first, rest):
        if not known.issuperset(one):
            extra = "、".join(sorted(one.keys() - known)[:5])
            raise ImportRejected(
                f"{name} 第 {number} 条有前面没有的栏“{extra}”；请让前 100 条里出现全部的栏"
            )
        yield number, [one.get(key, "") for key in keys]


def _flat(one: Any, name: str, number: int) -> dict[str, Any]:
    """One object as cells: lists joined, an object in it spread by its keys."""
    if not isinstance(one, Mapping):
        raise ImportRejected(f"{name} 第 {number} 条不是对象")
    flat: dict[str, Any] = {}
    for key, value in one.items():
        if isinstance(value, Mapping):
            flat |= {f"{sub}": _value(inner) for sub, inner in value.items()}
        else:
            flat[str(key)] = _value(value)
    return flat


def _value(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    return value
