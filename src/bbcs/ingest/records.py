"""Records: the lines of a table cleaned, each with the codes of what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from bbcs.ingest import dates, text
from bbcs.ingest.codes import REJECTS, Problem
from bbcs.ingest.columns import PARTS
from bbcs.ingest.row_reading import RowReading, rejects
from bbcs.ingest.sheets import Cell
from bbcs.ingest.table_lines import Line, SourceTable
from bbcs.ingest.vocabulary import Vocabulary
from bbcs.record import Record


class SourceRow(Record):
    """One cleaned line.

    fields: canonical column -> text, day, moment or grade; what is empty is left out.

    extra: header -> text of the columns that mean nothing here, and of values that could not be
    taken as what their column says. state: solved, partly, explained, answered, open, forwarded,
    refused, withdrawn, transferred, voided or "". consultation: a question that was answered on the
    spot. raw: the cells as they stood, for the file of rejected rows. rounds: fields and state of
    the second round and of those after it.
    """

    sheet: str
    number: int
    fields: Mapping[str, Any]
    extra: Mapping[str, str]
    state: str
    consultation: bool
    problems: tuple[Problem, ...]
    raw: Sequence[Cell] = ()
    rounds: tuple[tuple[Mapping[str, Any], str], ...] = ()

    @property
    def rejected(self) -> bool:
        """Whether the row is kept out."""
        return rejects(self.problems)


class Cleaner:
    """Cleans the lines of one table."""

    def __init__(
        self, table: SourceTable, words: Vocabulary, year: int, from_1904: bool, today: date
    ) -> None:
        """year: 0 = as the titles tell; today: later days are not believed."""
        self._table, self._words, self._today = table, words, today
        self._named_year = year
        self._state_of = lru_cache(256)(words.state)  # few texts, in nearly every row
        self._context = dates.DayContext(year or table.year, from_1904)
        left_out = words.left_out
        known = {
            column.field: column for column in table.columns if column.field and not column.word
        }
        dated = [column for column in table.columns if column.word in PARTS]
        self._receipt = [column for column in dated if column.field == "received_at"]
        self._dated = [
            [column for column in dated if column.field == field]
            for field in dict.fromkeys(column.field for column in dated)
            if field != "received_at"
        ]
        ordered = [known.pop("received_at")] if "received_at" in known else []
        self._known = [
            (column.at, column.field, column.header, column.at in table.fractions)
            for column in (*ordered, *known.values())
        ]
        self._ticked = [
            column for column in table.columns if column.word and column.word not in PARTS
        ]
        self._others = [
            (column.at, column.header or f"第{column.at + 1}列")
            for column in table.columns
            if not column.field and text.clean(column.header).casefold() not in left_out
        ]

    def entitled(self, year: int) -> None:
        """A title within the table gives the year of the lines below."""
        if not self._named_year:
            self._context = self._context._replace(year=year)

    def record(self, line: Line) -> SourceRow:
        """The line as a record."""
        row = RowReading(self._words, self._context, self._today, self._state_of)
        cells = line.cells
        width = len(cells)
        if self._receipt:  # in parts or whole, it comes first: the other days follow it
            row.dated(self._receipt, cells)
        for at, field, header, share in self._known:
            if at < width and cells[at] != "":
                row.take(field, header, cells[at], share)
        for parts in self._dated:
            row.dated(parts, cells)
        for at, header in self._others:
            if at < width and cells[at] != "":
                row.keep(header, cells[at])
        if self._ticked:
            row.ticked(self._ticked, cells)
        row.finish()
        return SourceRow(
            self._table.sheet, line.number, row.fields, row.extra, row.state, row.consultation,
            tuple(row.problems), line.raw, tuple([(one.fields, one.state) for one in row.rounds]),
        )  # fmt: skip


def numbers(rows: Iterator[SourceRow]) -> Iterator[SourceRow]:
    """The same rows; one whose foreign number stood in the file before gets the code duplicate_no."""
    first: dict[str, tuple[str, int]] = {}
    for row in rows:
        number = row.fields.get("source_no")
        if number:
            where = row.sheet, row.number
            earlier = first.setdefault(number, where)
            if earlier != where:
                message = f"{REJECTS['duplicate_no']}：{earlier[0]} 第 {earlier[1]} 行已有"
                again = Problem("duplicate_no", "source_no", message)
                row = row._replace(problems=(*row.problems, again))
        yield row
