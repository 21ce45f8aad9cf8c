"""A Table drawn with blanks for people: aligned, nothing cut unless a terminal width is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bbcs.registers.table import Column, Table
from bbcs.render.safe import safe_line
from bbcs.render.width import columns, cut, pad

_BETWEEN = "  "
_NARROWEST = 8
_COLOURS = {
    "overdue": "\x1b[31m", "warning": "\x1b[33m", "paused": "\x1b[36m",
    "red": "\x1b[31m", "orange": "\x1b[38;5;208m", "yellow": "\x1b[33m", "blue": "\x1b[34m",
    "green": "\x1b[32m",
}  # fmt: skip
"""Mark of a row -> how a terminal shows it: by state, or by the warning colour of the place."""


def draw(
    table: Table, width: int | None = None, *, colour: bool = False, counted: bool = True
) -> str:
    """Title, header, rows, count and notes.

    `width` shortens the widest texts, never numbers, dates or ids.
    """
    cells = [[shown(row.get(column.name)) for column in table.columns] for row in table.rows]
    heads = [safe_line(column.label) for column in table.columns]
    widths = [max(map(columns, texts)) for texts in zip(heads, *cells, strict=True)]
    if width is not None:
        widths = _fitted(widths, [_may_shrink(texts) for texts in zip(*cells, strict=True)], width)
    lines = [_line(heads, widths, table.columns), _BETWEEN.join("-" * one for one in widths)]
    rows = [_line(row, widths, table.columns) for row in cells]
    if colour:
        rows = [_coloured(row, table.marks.get(i, "")) for i, row in enumerate(rows)]
    lines += rows
    if table.title:
        lines.insert(0, safe_line(table.title))
    if counted:
        lines.append(count_line(table))
    return "\n".join([*lines, *map(safe_line, table.notes)]) + "\n"


def shown(value: Any) -> str:
    """A cell's value as one harmless line."""
    return safe_line(plain(value))


def plain(value: Any) -> str:
    """A cell's value as people write it; not yet harmless."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("否", "是")[value]
    if isinstance(value, (list, tuple)):
        return "、".join(map(plain, value))
    return str(value)


def count_line(table: Table) -> str:
    """The row count that every list ends with."""
    return f"共 {len(table.rows)} 条"


def _line(texts: Sequence[str], widths: Sequence[int], heads: Sequence[Column]) -> str:
    return _BETWEEN.join(
        pad(cut(text, width), width, right=head.kind == "int")
        for text, width, head in zip(texts, widths, heads, strict=True)
    )


def _coloured(line: str, mark: str) -> str:
    if mark not in _COLOURS:
        return line
    return f"{_COLOURS[mark]}{line}\x1b[0m"


def _may_shrink(texts: Sequence[str]) -> bool:
    """Whether the column holds words and may be cut; numbers, dates and phones may not."""
    return not all(text.isascii() for text in texts)


def _fitted(widths: Sequence[int], words: Sequence[bool], width: int) -> list[int]:
    fitted = list(widths)
    over = sum(fitted) + len(_BETWEEN) * (len(fitted) - 1) - width
    while over > 0:
        widest = max(
            (at for at, may in enumerate(words) if may), key=fitted.__getitem__, default=-1
        )
        if widest < 0 or fitted[widest] <= _NARROWEST:
            break
        fitted[widest] -= 1
        over -= 1
    return fitted
