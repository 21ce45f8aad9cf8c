"""Reads the catalogue of items from a CSV file; the JSON that the ledger keeps of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

from bbcs.config import files
from bbcs.config.home_files import read_bytes
from bbcs.domain.items import COLUMNS, LONGEST, Item, read as read_rows
from bbcs.findings import Finding

FILE = "items.csv"

FORM = f"items 1 {crc32(f'{Item._fields} {LONGEST}'.encode()):08x}"
"""Names the shape of the JSON that the ledger keeps; its number rises when the checks change."""


def load(path: Path) -> tuple[Item, ...]:
    """The items of one file; refused with all its defects."""
    return read(path.name, read_bytes(path))


def read(name: str, raw: bytes) -> tuple[Item, ...]:
    """The items in a text, which refusals call `name`; refused with all its defects."""
    items, findings = _form(Path(name), raw)
    files.refuse(Path(name), findings)
    return items


def parsed(items: tuple[Item, ...]) -> str:
    """The items as JSON; `revived` reads it."""
    return files.as_json(items)


def revived(text: str) -> tuple[Item, ...]:
    """The items that `parsed` wrote."""
    return _revived(json.loads(text))


def problems_of(path: Path) -> list[Finding]:
    """Every defect of a list, each with its line; none means that it may be used."""
    return _form(path, read_bytes(path))[1]


def _form(path: Path, raw: bytes) -> tuple[tuple[Item, ...], list[Finding]]:
    import csv

    text, broken = _decoded(path.name, raw)
    if broken:
        return (), [broken]
    try:
        items, findings = read_rows(_rows(text))
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
