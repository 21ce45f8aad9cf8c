"""A Table drawn with blanks for people: aligned, nothing cut unless a terminal width is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from bbcs.registers.table import Column, Row, Table
from bbcs.render.safe import safe_line
from bbcs.render.width import USUAL, columns, cut, pad, wrapped

_BETWEEN = "  "
_NARROWEST = 8
"""Columns that a shortened text takes at least."""

_READABLE = 14
"""Columns that a text takes at least which goes on below itself."""

_FRACTION = re.compile(r"[!-~]+（[!-~]*\d/\d[!-~]*）|[!-~]*\d/\d[!-~]*")
"""A rate with numerator and denominator: they are never parted."""

_COLOURS = {
    "overdue": "\x1b[31m", "warning": "\x1b[33m", "paused": "\x1b[36m",
    "red": "\x1b[31m", "orange": "\x1b[38;5;208m", "yellow": "\x1b[33m", "blue": "\x1b[34m",
    "green": "\x1b[32m",
}  # fmt: skip
"""Mark of a row -> how a terminal shows it: by state, or by the warning colour of the place."""


def draw(
    table: Table,
    width: int | None = None,
    *,
    colour: bool = False,
    counted: bool = True,
    whole: bool = False,
) -> str:
    """Title, header, rows, count and notes.

    `width` shortens the widest texts, never numbers, dates or ids; a table whose columns say how
    long they are kept loses some of them before a line is wider than the terminal. whole: texts go
    on below themselves and are not shortened, every table may lose columns, and without a width
    texts end where a usual screen does, and no column is lost. A table that has a `lead` is drawn in
    parts, below each other, without a width, and where no column may be lost; one that has a `group`
    has it above the rows that share it where a line has no room for it.
    """
    room = width or (USUAL if whole else None)
    if table.lead and (width is None or (whole and not any(one.keep for one in table.columns))):
        return "\n".join(
            draw(part, width, colour=colour, counted=False, whole=whole)
            for part in _parts(table, width or USUAL)
        )
    group = table.group if _total(_layout(table, None)[1]) > (width or USUAL) else ""
    if group:
        table = table._replace(columns=[one for one in table.columns if one.name != group])
    kept, widths = _layout(table, width, whole=whole)
    cells = [[shown(row.get(column.name)) for column in kept] for row in table.rows]
    heads = [safe_line(column.label) for column in kept]
    lines = [*_rows(heads, widths, kept, whole=whole), _BETWEEN.join("-" * one for one in widths)]
    above = ""
    for number, row in enumerate(cells):
        mark = table.marks.get(number, "") if colour else ""
        if group and (shared := shown(table.rows[number][group])) != above:
            above = shared
            lines += broken([f"{shared}："], room)
        lines += [_coloured(line, mark) for line in _rows(row, widths, kept, whole=whole)]
    if table.title:
        lines = [*broken([table.title], room), *lines]
    if counted and table.counted:
        lines += broken([count_line(table)], room)
    if whole or (counted and table.counted):
        lines += broken(filter(None, [left_out_line(_others(table, kept))]), room)
    return "\n".join([*lines, *broken(table.notes, room)]) + "\n"


def _parts(table: Table, width: int) -> Iterator[Table]:
    """The table cut between its columns, so that each part is so wide at most; the leading columns
    stand in each. The title stands above the first, the notes below the last.
    """
    widths = _layout(table, None)[1]
    lead, at = table.columns[: table.lead], table.lead
    while at < len(table.columns):
        room, end = width - _total(widths[: table.lead]), at
        while end < len(table.columns) and room >= widths[end] + len(_BETWEEN):
            room -= widths[end] + len(_BETWEEN)
            end += 1
        end = max(end, at + 1)
        yield table._replace(
            lead=0,
            columns=[*lead, *table.columns[at:end]],
            title=table.title if at == table.lead else "",
            notes=table.notes if end == len(table.columns) else (),
        )
        at = end


def blocks(table: Table, width: int, *, colour: bool = False) -> str:
    """The rows of `draw`, each with its long texts below its short ones where a line of the
    terminal has no room for all of them; nothing is shortened.
    """
    if _total(_layout(table, None)[1]) <= width:
        return draw(table, width, colour=colour, counted=False)
    lines = list[str]()
    for number, row in enumerate(table.rows):
        below = [one for one in table.columns if one.width > _LONGEST_NUMBER]
        head = [shown(row.get(one.name)) for one in table.columns if one not in below]
        block = wrapped(_BETWEEN.join(filter(None, head)), width)
        for column in below:
            text = shown(row.get(column.name))
            block += [f"{_BELOW}{part}" for part in wrapped(text, width - len(_BELOW)) if part]
        mark = table.marks.get(number, "") if colour else ""
        lines += [_coloured(line, mark) for line in block]
    return "\n".join([*lines, *broken(table.notes, width)]) + "\n"


_BELOW = "    "
"""Stands before a text that stands below its row."""


def drawn(
    columns_: Sequence[Column],
    rows: Iterable[Row],
    speaks: Callable[[Column, Row], bool] = lambda column, row: True,
) -> Iterator[str]:
    """The lines of `draw` for no terminal, each with its line feed: header and rows, however many.

    The rows wait on disk until the widths are known, which is when the last one has been seen.
    speaks: whether a row says something in a column; one in which none does is left out.
    """
    from tempfile import SpooledTemporaryFile  # only for what may be long

    widths = [columns(safe_line(column.label)) for column in columns_]
    spoken = [False] * len(columns_)
    with SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", errors="surrogatepass") as spool:
        for row in rows:
            texts = [shown(row.get(column.name)) for column in columns_]
            widths = list(map(max, widths, map(columns, texts)))
            spoken = [
                one or speaks(column, row) for one, column in zip(spoken, columns_, strict=True)
            ]
            spool.write(_APART.join(texts) + "\n")
        spool.seek(0)
        kept = [at for at, one in enumerate(spoken) if one]
        heads = [columns_[at] for at in kept]
        wide = [widths[at] for at in kept]
        yield _line([safe_line(head.label) for head in heads], wide, heads) + "\n"
        yield _BETWEEN.join("-" * one for one in wide) + "\n"
        for line in spool:
            texts = line.removesuffix("\n").split(_APART)
            yield _line([texts[at] for at in kept], wide, heads) + "\n"


_IN_MEMORY = 1_000_000
"""Characters of rows that wait in memory; what is more waits on disk."""

_APART = "\t"
"""Stands between the cells of a row that waits: no shown text holds one."""


def left_out(table: Table, width: int | None) -> list[str]:
    """The columns for which a terminal of this width has no room."""
    kept, _ = _layout(table, width)
    return _others(table, kept)


def _others(table: Table, kept: Sequence[Column]) -> list[str]:
    return [column.label for column in table.columns if column not in kept]


def left_out_line(names: Iterable[str]) -> str:
    """The line that names the columns for which the terminal has no room, "" for none."""
    text = "、".join(names)
    return text and f"屏幕窄，没列出：{text}"


def broken(texts: Iterable[str], width: int | None) -> list[str]:
    """Lines beside the rows, harmless, broken where they are wider; None = nowhere."""
    plain_lines = map(safe_line, texts)
    if width is None:
        return list(plain_lines)
    return [part for line in plain_lines for part in wrapped(line, width)]


def _layout(
    table: Table, width: int | None, *, whole: bool = False
) -> tuple[list[Column], list[int]]:
    """The columns that are shown, and how wide each is."""
    kept = list(table.columns)
    texts = {column.name: [shown(row.get(column.name)) for row in table.rows] for column in kept}
    natural = {
        column.name: max(map(columns, [safe_line(column.label), *texts[column.name]]))
        for column in kept
    }
    words = {
        column.name: bool(table.rows) and _may_shrink(column, texts[column.name]) for column in kept
    }
    least = {column.name: _least(texts[column.name]) if whole else _NARROWEST for column in kept}
    widths = [natural[column.name] for column in kept]
    room = width or (USUAL if whole else None)
    if room is None:
        return kept, widths
    drops = width is not None and (whole or any(column.keep for column in kept))
    while True:
        widths = _fitted(
            [natural[column.name] for column in kept],
            [words[column.name] for column in kept],
            [least[column.name] for column in kept],
            room,
        )
        if not drops or _total(widths) <= room or len(kept) == 1:
            break
        lowest = min(column.keep for column in kept)
        kept.remove([column for column in kept if column.keep == lowest][-1])
    if drops and _total(widths) > room:
        widths = [room]
    return kept, widths


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
    return count_text(len(table.rows))


def count_text(count: int) -> str:
    """How many rows there are, as people read it."""
    return f"共 {count} 条"


def _line(texts: Sequence[str], widths: Sequence[int], heads: Sequence[Column]) -> str:
    return _BETWEEN.join(
        pad(cut(text, width), width, right=head.kind == "int")
        for text, width, head in zip(texts, widths, heads, strict=True)
    )


def _rows(
    texts: Sequence[str], widths: Sequence[int], heads: Sequence[Column], *, whole: bool
) -> list[str]:
    """The lines of a row: one, or as many as its longest text needs."""
    if not whole:
        return [_line(texts, widths, heads)]
    parts = [wrapped(text, width) for text, width in zip(texts, widths, strict=True)]
    return [_line(one, widths, heads) for one in zip_longest(*parts, fillvalue="")]


def _coloured(line: str, mark: str) -> str:
    if mark not in _COLOURS:
        return line
    return f"{_COLOURS[mark]}{line}\x1b[0m"


_LONGEST_NUMBER = 27
"""Columns of the longest case number: station code, day and serial."""


def _may_shrink(column: Column, texts: Sequence[str]) -> bool:
    """Whether the column holds words; half a case number, date or phone is of no use."""
    if column.keep and column.kind != "text":
        return False
    return not all(text.isascii() for text in texts) or (
        column.keep > 0 and max(map(len, texts)) > _LONGEST_NUMBER
    )


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_BETWEEN) * (len(widths) - 1)


def _least(texts: Sequence[str]) -> int:
    """What a column takes at least whose texts go on below themselves."""
    return max([_READABLE, *(columns(one) for text in texts for one in _FRACTION.findall(text))])


def _fitted(
    widths: Sequence[int], words: Sequence[bool], least: Sequence[int], width: int
) -> list[int]:
    fitted = list(widths)
    over = _total(fitted) - width
    while over > 0:
        able = [at for at, may in enumerate(words) if may and fitted[at] > least[at]]
        widest = max(able, key=fitted.__getitem__, default=-1)
        if widest < 0:
            break
        fitted[widest] -= 1
        over -= 1
    return fitted
