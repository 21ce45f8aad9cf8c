"""Finds the table in a sheet: title lines, one or two header rows, data rows, footers.

A sheet is read as a stream: its first rows are looked at for a header, the others are taken as they
come. A header that comes again is passed over; another one begins another table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, islice

from bbcs.ingest.columns import NearHeader, SourceColumn, columns_of, known_form
from bbcs.ingest.sheets import Cell, Row, Sheet
from bbcs.ingest.vocabulary import Vocabulary, plain
from bbcs.record import Record

AHEAD = 200
"""Rows of a sheet that are looked at before the first is given out."""

LEAST = 3
"""Known columns that a header has at least, one of `TELLING` among them."""

TELLING = frozenset({"received_at", "reporter", "matter", "demand"})
"""Fields without which no header is one of a ledger of cases."""

CONFIRMED = 0.5
"""Share of the values of a guessed column that must be words of its kind."""

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?= ?(?:年|[-./]\d|$))")
_YEAR_OF_SHEET = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
"""In the name of a sheet, which is no sentence: 2025台账."""


class Line(Record):
    """One data row: its number in the file, its cells (merged ones and 同上 filled), those as they
    stood.
    """

    number: int
    cells: Sequence[Cell]
    raw: Sequence[Cell]


class SourceTable(Record):
    """One table of a sheet. year: that of its title, 0 = none; titles: the lines above the header.

    fractions: columns of which some value lies between 0 and 1: they hold shares, 1 is all of them.
    """

    sheet: str
    header_row: int
    header_rows: int
    columns: tuple[SourceColumn, ...]
    titles: tuple[str, ...] = ()
    year: int = 0
    fractions: frozenset[int] = frozenset()


class Skipped(Record):
    """A row that is no data: total, signature, note, title, or the header again.

    Blank rows are not among them.

    year: that a title tells for the rows below it, 0 = none.
    """

    number: int
    why: str
    year: int = 0


Item = SourceTable | Line | Skipped | NearHeader
"""What a sheet gives: a table before its lines; without a table the row nearest to a header."""


def items(sheet: Sheet, words: Vocabulary) -> Iterator[Item]:
    """The tables and lines of a sheet; nothing where it has no header of a ledger."""
    rows = _filled(sheet)
    ahead = list(islice(rows, AHEAD))
    header = _first_header(ahead, sheet, words)
    if header is None:
        yield from _near_header(ahead, words)
        return
    table, start = header
    yield table
    reader = _Lines(table, words)
    rows = chain(ahead[start:], rows)
    row = next(rows, None)
    while row:
        number, cells, raw = row
        ahead_of = None  # the row below, when it was looked at and is not used yet
        other = None
        if reader.is_other_header(cells):
            below = next(rows, (0, (), ()))
            other = _header((number, raw), (below[0], below[2]), sheet, words, ())
            ahead_of = None if other and other.header_rows == 2 else below
        if other:
            table = other._replace(year=other.year or table.year, fractions=table.fractions)
            reader = _Lines(table, words)
            yield table
        elif item := reader.item(number, cells, raw):
            yield item
        row = ahead_of or next(rows, None)


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
        titles += [_text(cell) for cell in cells if _text(cell)]
    return None


def _near_header(
    ahead: Sequence[tuple[int, Sequence[Cell], Sequence[Cell]]], words: Vocabulary
) -> Iterator[NearHeader]:
    """The row with most known headers, where any has two: a row of data may hold one by chance."""
    rows = [(number, columns_of(_texts(raw), words)) for number, _, raw in ahead]
    number, columns = max(rows, key=lambda row: _known(row[1]), default=(0, ()))
    known = tuple(known_form(column, words) for column in columns if column.field)
    if len(known) > 1:
        others = tuple(one.at for one in columns if one.header and not one.field)
        yield NearHeader(number, known, others)


def _header(
    row: Row, below: Row, sheet: Sheet, words: Vocabulary, titles: Sequence[str]
) -> SourceTable | None:
    """The table that begins with this row, or with this one and the one below; None for no header."""
    one = columns_of(_texts(row[1]), words)
    two = columns_of(_joined(row, below, sheet), words) if _is_second(row, below) else ()
    columns, rows = one, 1
    # a title above a header of one row tells nothing of its own
    if _known(two) > max(_known(one), _known(columns_of(_texts(below[1]), words))):
        columns, rows = two, 2
    fields = {column.field for column in columns}
    if _known(columns) < LEAST or not fields & TELLING or not _all_headers(columns):
        return None
    year = _year(titles) or _year([sheet.name], _YEAR_OF_SHEET)
    return SourceTable(sheet.name, row[0], rows, columns, tuple(titles[:20]), year)


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
    upper, lower = _texts(row[1]), _texts(below[1])
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
    upper, lower = _texts(row[1]), _texts(below[1])
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
    values = [_text(cell) for cell in _column(rows, index)]
    known = sum(1 for value in values if words.word(field, value))
    return bool(values) and known >= CONFIRMED * len(values)


def _year(titles: Sequence[str], pattern: re.Pattern[str] = _YEAR) -> int:
    """The year that the titles or the name of the sheet tell; 0 when none or several do."""
    for title in titles:
        years = {int(year) for year in pattern.findall(title)}
        if len(years) == 1:
            return years.pop()
    return 0


# -- lines -----------------------------------------------------------------------------------------


class _Lines:
    """Tells the lines of a table from what else stands below its header."""

    def __init__(self, table: SourceTable, words: Vocabulary) -> None:
        self._words = words
        self._used = [column.at for column in table.columns if column.header]
        self._width = max(self._used) + 1
        self._headers = {
            index: plain(part)
            for column in table.columns
            for index, part in [(column.at, column.header.rpartition("|")[2])]
            if part
        }
        self._texts = {
            part for column in table.columns for part in column.header.split("|") if part
        }
        self._groups = {
            plain(column.header.partition("|")[0])
            for column in table.columns
            if "|" in column.header
        }
        self._running = {
            column.at
            for column in table.columns
            if column.header and plain(column.header) in words.running
        }
        self._telling = [column.at for column in table.columns if column.field]
        self._above: Sequence[Cell] = ()

    def item(
        self, number: int, cells: Sequence[Cell], raw: Sequence[Cell]
    ) -> Line | Skipped | None:
        """A line, why a row is none, or None for a blank row."""
        stripped = [cell.strip() if type(cell) is str else cell for cell in cells]
        there = [index for index, cell in enumerate(stripped[: self._width]) if cell != ""]
        if not there or self._running.issuperset(there):
            return None
        why = self._no_data(cells, there)
        if why:
            return Skipped(number, why, _year([_text(cells[there[0]])]) if why == "title" else 0)
        return Line(number, self._repeated(cells, stripped), raw)

    def is_other_header(self, cells: Sequence[Cell]) -> bool:
        """Whether a row looks like the header of another table: known headers, and not those of
        this one.
        """
        for cell in cells:  # most rows of data begin with a number
            if cell != "" and not _like_header(cell):
                return False
        named = [cell for cell in cells if cell != ""]
        if len(named) < LEAST:
            return False
        fields = {self._words.field(_text(cell))[0] for cell in named} - {""}
        if len(fields) < LEAST or not fields & TELLING or len(fields) * 2 < len(named):
            return False
        return not self._is_header(cells)

    def _is_header(self, cells: Sequence[Cell]) -> bool:
        """Whether the row is the header again: nearly all its texts stand in the header at their
        place.
        """
        texts = {index: plain(text) for index, text in enumerate(_texts(cells)) if text}
        same = sum(
            1
            for index, text in texts.items()
            if self._headers.get(index) == text or text in self._groups
        )
        return len(texts) > 1 and same * 5 >= len(texts) * 4

    def _no_data(self, cells: Sequence[Cell], there: Sequence[int]) -> str:
        first = _text(cells[there[0]])
        compact = "".join(first.split())
        if any(_text(cells[index]) in self._texts for index in there[:3]) and self._is_header(
            cells
        ):
            return "header"
        few = len(there) <= max(4, len(self._telling) // 2)
        if few and compact.startswith(self._words.totals):
            return "total"
        if few and compact.startswith(self._words.signatures):
            return "signature"
        if len(there) == 1 and (
            compact.startswith(self._words.notes) or there[0] == 0 or len(first) > 20
        ):
            return "title"
        if compact.startswith(self._words.notes) and len(there) <= 2:
            return "note"
        return ""

    def _repeated(self, cells: Sequence[Cell], stripped: Sequence[Cell]) -> Sequence[Cell]:
        """The cells with 同上 and 〃 replaced by what stands above."""
        same = self._words.same
        if not same.isdisjoint(stripped):
            above = [*self._above, *[""] * len(cells)]
            cells = [
                above[index] if stripped[index] in same else cell
                for index, cell in enumerate(cells)
            ]
        self._above = cells
        return cells


def _like_header(cell: Cell) -> bool:
    """Whether a cell may be one of a header: a short text that begins with no digit."""
    return type(cell) is str and len(cell) <= 30 and not cell[:1].isdigit()


def _text(cell: Cell) -> str:
    """A cell of a title or a header as text; a number has no point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()
    return " ".join(str(cell).split())


def _texts(cells: Sequence[Cell]) -> list[str]:
    """Header texts of a row, its blank end left out."""
    texts = [_text(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts
