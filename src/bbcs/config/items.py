"""Reads a home's items.csv, the catalogue; keeps what was read by file digest, like packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bbcs.config import files
from bbcs.domain.items import COLUMNS, LONGEST, Item, read
from bbcs.findings import Finding

FILE = "items.csv"

_FORM = f"items 1 {Item._fields} {LONGEST}".encode()
"""The shape of cached items; its number rises when the checks change."""

_read: dict[tuple[str, int, int, int], Mapping[str, Item]] = {}
"""Read in this process, by file, size and time: an intake of several items asks for each."""


def of_home(home: Path) -> Mapping[str, Item]:
    """The items of a home by name; none when it has no list.

    Raises PackInvalid with all defects of the list.
    """
    path = home / FILE
    try:
        about = path.stat()
    except OSError:
        return {}
    key = (str(path), about.st_ino, about.st_size, about.st_mtime_ns)
    if key not in _read:
        items = files.cached(path, home / "cache" / "items.json", _FORM, _form, _revived)
        _read[key] = {one.item: one for one in items}
    return _read[key]


def load(path: Path) -> tuple[Item, ...]:
    """The items of one file, past the cache; refused with all its defects."""
    return files.cached(path, None, _FORM, _form, _revived)


def problems_of(path: Path) -> list[Finding]:
    """Every defect of a list, each with its line; none means that it may be used."""
    return _form(path, files.read_bytes(path))[1]


def _form(path: Path, raw: bytes) -> tuple[tuple[Item, ...], list[Finding]]:
    import csv

    text, broken = _decoded(path.name, raw)
    if broken:
        return (), [broken]
    try:
        items, findings = read(_rows(text))
    except csv.Error:
        return (), [
            Finding(
                "syntax",
                path.name,
                "不是逗号分隔的表（引号没有收尾，或一格太长）",
                f"首行写：{','.join(COLUMNS.values())}",
            )
        ]
    return items, [one._replace(where=f"{path.name} {one.where}") for one in findings]


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it begins on: a quoted cell may hold line breaks."""
    import csv

    reader, before = csv.reader(text.splitlines(keepends=True), strict=True), 0
    for row in reader:
        yield before + 1, row
        before = reader.line_num


def _decoded(name: str, raw: bytes) -> tuple[str, Finding | None]:
    """UTF-8 (a byte order mark is taken off), else GB18030: what WPS and Excel write."""
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("gb18030"), None
    except UnicodeDecodeError as wrong:
        line = raw.count(b"\n", 0, wrong.start) + 1
        return "", Finding(
            "encoding", f"{name} 第 {line} 行", "编码读不出来", "请另存为 UTF-8 或 GB18030 的 CSV"
        )


def _revived(rows: list[Any]) -> tuple[Item, ...]:
    return tuple(
        Item(item, unit, statutory, promised, tuple(papers), tuple(before))
        for item, unit, statutory, promised, papers, before in rows
    )
