"""Finds the table in a sheet: title lines, one or two header rows, data rows, footers.

A sheet is read as a stream: its first rows are looked at for a header, the others are taken as they
come. A header that comes again is passed over; another one begins another table.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

from bbcs.ingest import side_tables
from bbcs.ingest.columns import DAYS, NearHeader, SourceColumn, columns_of, known_form
from bbcs.ingest.sheets import Cell, Row, Sheet
from bbcs.ingest.side_tables import SideTable
from bbcs.ingest.table_lines import (
    LEAST,
    TELLING,
    FilledRow,
    Line,
    Skipped,
    SourceTable,
    TableLines,
    like_header,
    text_of,
    texts_of,
    year_of,
)
from bbcs.ingest.vocabulary import Vocabulary, plain

AHEAD = 200
"""Rows of a sheet that are looked at before the first is given out."""

CONFIRMED = 0.5
"""Share of the values of a guessed column that must be words of its kind."""

_YEAR_OF_SHEET = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
"""In the name of a sheet, which is no sentence: 2025台账."""


Item = SourceTable | Line | Skipped | SideTable | NearHeader
"""What a sheet gives: a table before its lines; without a table the row nearest to a header."""


class _Rows:
    """The rows of a sheet, of which some can be looked at before they are taken."""

    def __init__(self, rows: Iterator[FilledRow]) -> None:
        self._rows = rows
        self._next: deque[FilledRow] = deque()

    def ahead(self, count: int) -> list[FilledRow]:
        """The next rows, at most so many; they stay."""
        self._next.extend(islice(self._rows, max(0, count - len(self._next))))
        return list(islice(self._next, count))

    def take(self) -> FilledRow | None:
        """The next row; None at the end."""
        return self._next.popleft() if self._next else next(self._rows, None)

    def drop(self, count: int) -> FilledRow:
        """Leaves out rows that were looked at. Returns the last of them."""
        *_, last = [self._next.popleft() for _ in range(count)]
        return last


def items(sheet: Sheet, words: Vocabulary, before: SourceTable | None = None) -> Iterator[Item]:
    """The tables and lines of a sheet; nothing where it has no header of a ledger.

    before: the last table of the sheet before, which a sheet without a header may go on with.
    """
    rows = _Rows(_filled(sheet))
    ahead = rows.ahead(AHEAD)
    header = _first_header(ahead, sheet, words)
    if header is None and before and _goes_on(ahead, before):
        year = year_of([sheet.name], _YEAR_OF_SHEET) or before.year
        table = before._replace(sheet=sheet.name, header_row=0, header_rows=0, titles=(), year=year)
        yield table
        yield from _lines(table, rows, sheet, words)
        return
    if header is None:
        yield from _near_header(ahead, words)
        return
    table, start = header
    rows.drop(start)
    table, side = side_tables.right_of(table, ahead[start:], words)
    yield table
    if side:
        yield side
    yield from _lines(table, rows, sheet, words)


def _goes_on(ahead: Sequence[FilledRow], before: SourceTable) -> bool:
    """Whether rows without a header have a day and a text where the table before has the day of
    receipt and what was asked for: as months do that have a header on the first sheet only. Below a
    header of its own stands another table, such as who is on duty.
    """
    receipt = [column.at for column in before.columns if column.field == "received_at"]
    wide = [cells for _, cells, _ in ahead if sum(1 for cell in cells if cell != "") > LEAST]
    asked = [column.at for column in before.columns if column.field in ("matter", "demand")]
    dated = [
        cells
        for cells in wide
        if side_tables.says_day(cells, receipt, decimals=True)
        and any(isinstance(cells[at], str) and cells[at] for at in asked if at < len(cells))
    ]
    if not dated or len(dated) * 2 < len(wide):
        return False
    first = wide[0]
    undated = first is not dated[0] and all(map(like_header, first))
    return not (undated and any(first[at] for at in receipt if at < len(first)))


def _lines(table: SourceTable, rows: _Rows, sheet: Sheet, words: Vocabulary) -> Iterator[Item]:
    """The lines of a table, and the tables below it."""
    reader, apart = TableLines(table, words), False
    while row := rows.take():
        number, cells, raw = row
        if reader.may_be_header(cells):
            if other := _other_table(row, rows, reader, sheet, words):
                table = other._replace(year=other.year or table.year, fractions=table.fractions)
                reader = TableLines(table, words)
                yield table
                continue
            if side := _table_below(row, rows, reader, words, apart=apart):
                yield side
                continue
        item = reader.item(number, cells, raw)
        apart = not isinstance(item, Line)
        if item:
            yield item


def _other_table(
    row: FilledRow, rows: _Rows, reader: TableLines, sheet: Sheet, words: Vocabulary
) -> SourceTable | None:
    """The ledger whose header begins with this row."""
    if not reader.is_other_header(row[1]):
        return None
    below = next(iter(rows.ahead(1)), (0, (), ()))
    other = _header((row[0], row[2]), (below[0], below[2]), sheet, words, ())
    if other and other.header_rows == 2:
        rows.drop(1)
    return other


def _table_below(
    row: FilledRow, rows: _Rows, reader: TableLines, words: Vocabulary, *, apart: bool
) -> SideTable | None:
    """The small table that begins with this row, or below it, where this one is its title; its rows
    are left out.
    """
    titled = sum(1 for cell in row[1] if cell != "") == 1
    if not (apart or titled or side_tables.counting(row[1], words)):
        return None
    below = rows.ahead(side_tables.LOOKED_AT + 1)
    first = below[0] if titled and below else row
    others = below[1:] if titled else below
    if reader.is_other_header(first[1]) or not reader.may_be_header(first[1]):
        return None
    height = side_tables.height_below(first, others, reader, words, apart=apart or titled)
    if not height:
        return None
    last = rows.drop(height - 1 + titled)
    while height > side_tables.LOOKED_AT and side_tables.goes_on(rows.ahead(1), reader):
        last = rows.drop(1)
    return SideTable(row[0], last[0])


# -- merged cells ----------------------------------------------------------------------------------


def _filled(sheet: Sheet) -> Iterator[tuple[int, Sequence[Cell], Sequence[Cell]]]:
    """Rows with the value of each merged cell in all rows it covers, and as they stood."""
    starts: dict[int, list[tuple[int, int]]] = {}
    for first, left, last, right in sheet.merged or ():
        if last > first and left == right:
            starts.setdefault(first, []).append((left, last))
    covering: dict[int, tuple[int, Cell]] = {}
    for number, cells in sheet.rows:
        raw = cells
        if covering:
            cells = list(cells)
            for column, (last, value) in list(covering.items()):
                if number > last:
                    del covering[column]
                elif column < len(cells) and cells[column] == "":
                    cells[column] = value
        for column, last in starts.get(number, ()):
            if column < len(cells):
                covering[column] = (last, cells[column])
        yield number, cells, raw


# -- the header ------------------------------------------------------------------------------------


def _first_header(
    ahead: Sequence[tuple[int, Sequence[Cell], Sequence[Cell]]], sheet: Sheet, words: Vocabulary
) -> tuple[SourceTable, int] | None:
    """The first header among the rows, and the index of the row after it."""
    titles: list[str] = []
    for index, (number, cells, raw) in enumerate(ahead):
        below = ahead[index + 1] if index + 1 < len(ahead) else (number + 1, (), ())
        header = _header((number, raw), (below[0], below[2]), sheet, words, titles)
        if header:
            start = index + header.header_rows
            return _judged(header, [row[1] for row in ahead[start:]], words), start
        titles += [text_of(cell) for cell in cells if text_of(cell)]
    return None


def _near_header(
    ahead: Sequence[tuple[int, Sequence[Cell], Sequence[Cell]]], words: Vocabulary
) -> Iterator[NearHeader]:
    """The row with most known headers, where any has two: a row of data may hold one by chance."""
    rows = [(number, columns_of(texts_of(raw), words)) for number, _, raw in ahead]
    number, columns = max(rows, key=lambda row: _known(row[1]), default=(0, ()))
    known = tuple(known_form(column, words) for column in columns if column.field)
    if len(known) > 1:
        others = tuple(one.at for one in columns if one.header and not one.field)
        yield NearHeader(number, known, others)


def _header(
    row: Row, below: Row, sheet: Sheet, words: Vocabulary, titles: Sequence[str]
) -> SourceTable | None:
    """The table that begins with this row, or with this one and the one below; None for no header."""
    one = columns_of(texts_of(row[1]), words)
    two = columns_of(_joined(row, below, sheet), words) if _is_second(row, below) else ()
    columns, rows = one, 1
    # a title above a header of one row tells nothing of its own; a group may tell which 时间 is meant
    least = max(_known(one), _known(columns_of(texts_of(below[1]), words)))
    if _known(two) > least or (_known(two) == least and _told_by_groups(two, words)):
        columns, rows = two, 2
    fields = {column.field for column in columns}
    if _known(columns) < LEAST or not fields & TELLING or not _all_headers(columns):
        return None
    year = year_of(titles) or year_of([sheet.name], _YEAR_OF_SHEET)
    return SourceTable(sheet.name, row[0], rows, columns, tuple(titles[:20]), year)


def _told_by_groups(columns: Sequence[SourceColumn], words: Vocabulary) -> bool:
    """Whether a header that means nothing of its own has a field by its group: 受理 over 时间."""
    parted = [column.header.rpartition("|") for column in columns if column.field]
    return any(group and plain(part) in words.vague for group, _, part in parted)


def _all_headers(columns: Sequence[SourceColumn]) -> bool:
    """Whether the texts are short, as headers are; a row of data may hold two words that are
    headers too.
    """
    named = [column for column in columns if column.header]
    known = sum(1 for column in named if column.field)
    return all(len(column.header) <= 40 for column in named) and known * 3 >= len(named)


def _known(columns: Sequence[SourceColumn]) -> int:
    return sum(1 for column in columns if column.field)


def _is_second(row: Row, below: Row) -> bool:
    """Whether the row below names the parts of groups: it has text only under blanks and groups."""
    upper, lower = texts_of(row[1]), texts_of(below[1])
    width = max(len(upper), len(lower))
    upper += [""] * (width - len(upper))
    lower += [""] * (width - len(lower))
    parts = [index for index, text in enumerate(lower) if text]
    if below[0] != row[0] + 1 or len(parts) < 2:
        return False
    if any(not isinstance(cell, str) or len(cell) > 30 for cell in below[1] if cell != ""):
        return False
    # a group is a text with a part below it: at least one of them spans a blank to its right
    spans = [index for index in parts if not upper[index]]
    whole = [index for index in parts if upper[index]]
    return bool(spans) and all(
        index + 1 < width and (not upper[index + 1] or lower[index + 1]) for index in whole
    )


def _joined(row: Row, below: Row, sheet: Sheet) -> list[str]:
    """Headers of two rows as `group|sub`; a group goes on to its right as far as it is merged, or
    to the next text.
    """
    upper, lower = texts_of(row[1]), texts_of(below[1])
    width = max(len(upper), len(lower))
    lower += [""] * (width - len(lower))
    upper += [""] * (width - len(upper))
    ends = {
        left: right
        for first, left, _, right in sheet.merged or ()
        if first == row[0] and right > left
    }
    joined, group, end = [], "", width
    for index in range(width):
        if upper[index]:
            group, end = upper[index], ends.get(index, index if ends else width)
        part, inside = lower[index], index <= end
        name = upper[index] or (group if part and inside else "")
        joined.append(f"{name}|{part}" if name and part else name or part)
    return joined


def _judged(table: SourceTable, rows: Sequence[Sequence[Cell]], words: Vocabulary) -> SourceTable:
    """The table with the columns that their values tell: guessed ones, and those that hold shares."""
    taken = {column.field for column in table.columns}
    columns = []
    for column in table.columns:
        field = "" if column.field else words.guess(column.header.rpartition("|")[2])
        if field and field not in taken and _confirmed(rows, column.at, field, words):
            column = column._replace(field=field)
            taken.add(field)
        columns.append(column)
    fractions = {
        column.at
        for column in columns
        if column.field == "satisfaction"
        and any(isinstance(cell, float) and 0 < cell < 1 for cell in _column(rows, column.at))
    }
    return table._replace(columns=tuple(columns), fractions=frozenset(fractions))


def _column(rows: Sequence[Sequence[Cell]], index: int) -> list[Cell]:
    return [row[index] for row in rows if index < len(row) and row[index] != ""]


def _confirmed(rows: Sequence[Sequence[Cell]], index: int, field: str, words: Vocabulary) -> bool:
    values = _column(rows, index)
    if field in DAYS:
        known = sum(1 for value in values if side_tables.says_day([value], [0], decimals=True))
    else:
        known = sum(1 for value in values if words.word(field, text_of(value)))
    return bool(values) and known >= CONFIRMED * len(values)
