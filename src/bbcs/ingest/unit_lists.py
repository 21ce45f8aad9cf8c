"""Reads a list of units from a spreadsheet or a text file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bbcs.config import files
from bbcs.domain.unit_list import UnitList, has_header, read
from bbcs.ingest.sheets import Sheet
from bbcs.ingest.source import Source, opened
from bbcs.ingest.text import clean

_SIGNS = ",\t"
"""Between the cells of a text file; `;` stands between the aliases of a unit."""


def read_units(path: Path) -> UnitList:
    """The units of a file: of its first visible sheet with their headers, or, where none has them,
    of the first that holds anything.

    Raises ImportRejected for a file that cannot be read, StoreUnreachable for one that cannot be
    opened, PackInvalid with every problem of the list.
    """
    with opened(str(path)) as source:
        listed, findings = read(_rows(source))
    files.refuse(path, findings)
    return listed


def _rows(source: Source) -> list[tuple[int, list[str]]]:
    first: list[tuple[int, list[str]]] = []
    for sheet in source.read_sheets(_SIGNS):
        rows = [] if sheet.hidden else list(_texts(sheet))
        if has_header(rows):
            return rows
        if not first and any(any(cells) for _, cells in rows):
            first = rows
    return first


def _texts(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet as texts; a text stays as it is, with what may be wrong in it."""
    for number, cells in sheet.rows:
        texts = [one if isinstance(one, str) else clean(one) for one in cells]
        yield number, [one.removeprefix("\ufeff").strip() for one in texts]
