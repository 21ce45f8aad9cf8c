"""Computes the widths of the columns of a printed table, and over how many pages it goes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bbcs.registers.table import Column, Row, Table
from bbcs.render.text_table import plain
from bbcs.render.width import columns as columns_of

_SAMPLE = 500  # rows looked at for the widths; all of them would cost more than writing
_NARROWEST, _WIDEST = 5, 40  # half-width characters
PAGE = 170
"""What an A4 page takes across at the smallest scale that can be read, about 7 points."""
REPEATED = 2
"""So many columns of a register that goes over several pages stand on each of them."""
TITLE_SIZE = 1.75  # of a title's letters, bold and 16 points, against those of the rows
_SIGNED_LINE = 110  # half-width characters
_UNBROKEN = 12  # a longer code may stand in two lines
_FIXED = {"date": 10, "time": 16}
_RATE = re.compile(r"[!-~]+（\d+/\d+）")


def widths(table: Table) -> tuple[list[int], int]:
    """Column widths in half-width characters and the number of pages across that they take.

    Widths are those of the columns, else follow the content.

    Texts are narrowed until the pages are readable; what cannot be narrowed enough goes over one
    more page.
    """
    rows = table.rows[:_SAMPLE]
    samples = [_sample(rows, column) for column in table.columns]
    pairs = list(zip(table.columns, samples, strict=True))
    wanted = [column.width or _wanted(column, sample) for column, sample in pairs]
    least = [
        min(column.width or _WIDEST, max(_least(column, sample), column.width // 2))
        for column, sample in pairs
    ]
    across = max(1, -(-sum(_level(wanted, least, _NARROWEST)) // PAGE))
    unparted = [max(low, _rate(sample)) for low, sample in zip(least, samples, strict=True)]
    if sum(_level(wanted, unparted, _NARROWEST)) <= PAGE * across:  # else it costs a page
        least = unparted
    level = max(_WIDEST, *wanted)
    while level > _NARROWEST and sum(_level(wanted, least, level)) > PAGE * across:
        level -= 1
    return _widened(table, _level(wanted, least, level)), across


def _widened(table: Table, widths: list[int]) -> list[int]:
    """The widths; of a paper that is narrower than its title or than the line that is signed, the
    texts are widened.
    """
    texts = [at for at, column in enumerate(table.columns) if column.kind == "text"]
    if not (table.sign and texts):
        return widths
    wanted = max(_SIGNED_LINE, round(columns_of(table.title) * TITLE_SIZE))
    more = -(-max(0, wanted - sum(widths)) // len(texts))
    return [width + more * (at in texts) for at, width in enumerate(widths)]


def _level(wanted: Sequence[int], least: Sequence[int], level: int) -> list[int]:
    return [min(want, max(low, level)) for want, low in zip(wanted, least, strict=True)]


def _wanted(column: Column, sample: Sequence[str]) -> int:
    lines = [line for text in sample for line in text.split("\n")]
    widest = max((columns_of(line[:_WIDEST]) for line in lines), default=0)
    return max(
        _NARROWEST, min(_WIDEST, max(widest, _header(column) + 1, _FIXED.get(column.kind, 0)))
    )


def _least(column: Column, sample: Sequence[str]) -> int:
    """What may not be narrowed: a number, a date, a code, half a header, and a third of a text."""
    if column.kind in _FIXED:
        return _FIXED[column.kind]
    pieces = [_wanted(column, sample) // 3] + [
        len(piece) for text in sample for piece in re.findall(r"[!-~]+", text[:200])
    ]
    return max(_NARROWEST, _header(column) + 1, min(_UNBROKEN, max(pieces, default=0)))


def _rate(sample: Sequence[str]) -> int:
    """What a rate takes whose fraction stands on the same line."""
    return max((columns_of(one) for text in sample for one in _RATE.findall(text[:200])), default=0)


def _header(column: Column) -> int:
    """A header may stand in two lines, a long one in more."""
    return min(-(-columns_of(column.label) // 4) * 2, 6)


def _sample(rows: Sequence[Row], column: Column) -> list[str]:
    if column.kind in _FIXED:
        return []
    return [plain(row.get(column.name)) for row in rows]
