"""The rows below a header: which are data, and what the others are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bbcs.ingest.columns import SourceColumn
from bbcs.ingest.sheets import Cell
from bbcs.ingest.vocabulary import Vocabulary, plain
from bbcs.record import Record

LEAST = 3
"""Known columns that a header has at least, one of `TELLING` among them."""

TELLING = frozenset({"received_at", "reporter", "matter", "demand"})
"""Fields without which no header is one of a ledger of cases."""

_NUMERAL_YEAR = re.compile("[一二][九〇○零][〇○零一二三四五六七八九]{2}(?=年)")
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?= ?(?:年|[-./]\d|$))")


FilledRow = tuple[int, Sequence[Cell], Sequence[Cell]]
"""Number of a row, its cells with what merged cells hold, and as they stood."""


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


class TableLines:
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
        self.receipt = [column.at for column in table.columns if column.field == "received_at"]

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
            return Skipped(
                number, why, year_of([text_of(cells[there[0]])]) if why == "title" else 0
            )
        return Line(number, self._repeated(cells, stripped), raw)

    def may_be_header(self, cells: Sequence[Cell]) -> bool:
        """Whether a row has the form of a header, and is not that of this table again."""
        for cell in cells:  # most rows of data begin with a number
            if cell != "" and not like_header(cell):
                return False
        return not (any(text_of(cell) in self._texts for cell in cells) and self._is_header(cells))

    def is_other_header(self, cells: Sequence[Cell]) -> bool:
        """Whether a row that may be a header is that of another ledger."""
        named = [cell for cell in cells if cell != ""]
        if len(named) < LEAST:
            return False
        fields = {self._words.field(text_of(cell))[0] for cell in named} - {""}
        return len(fields) >= LEAST and bool(fields & TELLING) and len(fields) * 2 >= len(named)

    def _is_header(self, cells: Sequence[Cell]) -> bool:
        """Whether the row is the header again: nearly all its texts stand in the header at their
        place.
        """
        texts = {index: plain(text) for index, text in enumerate(texts_of(cells)) if text}
        same = sum(
            1
            for index, text in texts.items()
            if self._headers.get(index) == text or text in self._groups
        )
        return len(texts) > 1 and same * 5 >= len(texts) * 4

    def _no_data(self, cells: Sequence[Cell], there: Sequence[int]) -> str:
        first = text_of(cells[there[0]])
        compact = "".join(first.split())
        if any(text_of(cells[index]) in self._texts for index in there[:3]) and self._is_header(
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


def is_blank(cells: Sequence[Cell]) -> bool:
    """Whether nothing stands in these cells."""
    return not any(cell != "" and str(cell).strip() for cell in cells)


def like_header(cell: Cell) -> bool:
    """Whether a cell may be one of a header: a short text that begins with no digit."""
    return type(cell) is str and len(cell) <= 30 and not cell[:1].isdigit()


def text_of(cell: Cell) -> str:
    """A cell of a title or a header as text; a number has no point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()
    return " ".join(str(cell).split())


def texts_of(cells: Sequence[Cell]) -> list[str]:
    """Header texts of a row, its blank end left out."""
    texts = [text_of(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def year_of(titles: Sequence[str], pattern: re.Pattern[str] = YEAR) -> int:
    """The year that the titles or the name of the sheet tell; 0 when none or several do."""
    for title in titles:
        title = _NUMERAL_YEAR.sub(lambda year: year[0].translate(_NUMERALS), title)
        years = {int(year) for year in pattern.findall(title)}
        if len(years) == 1:
            return years.pop()
    return 0
