"""Finds small tables beside a ledger, such as cases by unit: below it, or right of a blank column.

They are no cases: they are left out as a whole, and named once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bbcs.ingest import dates
from bbcs.ingest.columns import SourceColumn
from bbcs.ingest.sheets import Cell
from bbcs.ingest.table_lines import (
    FilledRow,
    SourceTable,
    TableLines,
    is_blank,
    like_header,
    text_of,
    texts_of,
)
from bbcs.ingest.vocabulary import Vocabulary, plain
from bbcs.record import Record

LOOKED_AT = 50
"""Rows below a header that are looked at to tell whether they are cases."""

_LONGEST = 60
"""Characters of the longest cell of a small table."""

_NUMBER = re.compile(r"-?[\d.,]+ ?[%％件个条次天分]?|[-—/]?")
_ANY_YEAR = dates.DayContext(2000)


class SideTable(Record):
    """A small table beside the ledger. first, last: its rows, 0 where they are not known; left: its
    first column, from 0.
    """

    first: int
    last: int
    left: int = 0


def height_below(
    row: FilledRow,
    below: Sequence[FilledRow],
    reader: TableLines,
    words: Vocabulary,
    *,
    apart: bool,
) -> int:
    """How many rows a small table has that begins with this row, 0 where it is none.

    apart: whether the row above is blank or no data. A table is one whose header counts something
    that stands below it, or names columns of a ledger. What says days may be another ledger.
    """
    named = [text_of(cell) for cell in row[1] if cell != ""]
    if len(named) < 2 or not all(like_header(cell) for cell in row[1] if cell != ""):
        return 0
    block = []
    for _, cells, _ in below:
        if is_blank(cells) or says_day(cells, reader.receipt):
            break
        block.append(cells)
    if not block or any(len(str(cell)) > _LONGEST for cells in block for cell in cells):
        return 0
    if any(says_day(cells, [at]) for cells in block for at in range(len(cells))):
        return 0
    fields = sum(1 for text in named if words.field(text)[0])
    names_columns = apart and fields > 1 and fields * 2 >= len(named)
    places = counting(row[1], words)
    counts = any(_has_number(cells, places) for cells in (block if apart else block[:1]))
    return 1 + len(block) if names_columns or counts else 0


def goes_on(ahead: Sequence[FilledRow], reader: TableLines) -> bool:
    """Whether the next row still belongs to a small table longer than what was looked at."""
    return any(not is_blank(one[1]) and not says_day(one[1], reader.receipt) for one in ahead[:1])


def right_of(
    table: SourceTable, rows: Sequence[FilledRow], words: Vocabulary
) -> tuple[SourceTable, SideTable | None]:
    """The ledger without a small table at its right, and that table.

    Columns of data that have no header at all are added to those of the ledger.
    """
    width = max((len(cells) for _, cells, _ in rows), default=0)
    filled = {
        at
        for _, cells, _ in rows
        for at, cell in enumerate(cells)
        if cell != "" and str(cell).strip()
    }
    headed = {column.at for column in table.columns if column.header}
    gaps = [at for at in range(1, width) if at not in filled and at not in headed]
    for gap in gaps:
        left = next((at for at in range(gap + 1, width) if at in filled or at in headed), 0)
        if left and (first := _starts_at(table, rows, left, words)):
            columns = tuple(column for column in table.columns if column.at < left)
            return _with_bare(table, columns, filled, left), SideTable(*first, left)
    return _with_bare(table, table.columns, filled, width), None


def _with_bare(
    table: SourceTable, columns: tuple[SourceColumn, ...], filled: set[int], end: int
) -> SourceTable:
    """The table with the columns behind its last header in which something stands."""
    bare = [SourceColumn(at, "") for at in range(len(columns), end) if at in filled]
    return table._replace(columns=(*columns, *bare))


def _starts_at(
    table: SourceTable, rows: Sequence[FilledRow], left: int, words: Vocabulary
) -> tuple[int, int] | None:
    """The first and last row of a small table that begins with this column; None for none."""
    own = [column for column in table.columns if column.at >= left and column.header]
    if any(column.field not in ("", "lead_unit", "source_no") for column in own):
        return None
    there = [(number, cells[left:]) for number, cells, _ in rows if not is_blank(cells[left:])]
    if own and len(there) == sum(1 for _, cells, _ in rows if not is_blank(cells[:left])):
        return None  # columns of the ledger, filled in each of its rows
    if own:
        headers = {column.at: column.header for column in own}
        named = [headers.get(at, "") for at in range(left, max(headers) + 1)]
        there = [(table.header_row, named), *there]
    for index, (number, cells) in enumerate(there[:3]):  # a title may stand above
        named = texts_of([cell for cell in cells if cell != ""])
        places = counting(cells, words)
        if len(named) > 1 and all(map(like_header, named)) and places:
            names = [text_of(one[0]) for _, one in there[index + 1 :] if _has_number(one, places)]
            told = bool(names) and not any(map(_NUMBER.fullmatch, names))
            return (number, there[-1][0]) if told and len({*names}) == len(names) else None
    return None


def counting(cells: Sequence[Cell], words: Vocabulary) -> list[int]:
    """Where the cells stand that are headers of what is counted, from 0."""
    return [at for at, cell in enumerate(cells) if plain(text_of(cell)).endswith(words.counts)]


def _has_number(cells: Sequence[Cell], places: Sequence[int]) -> bool:
    """Whether a row has a number in one of these places."""
    texts = [text_of(cells[at]) for at in places if at < len(cells)]
    return any(text and _NUMBER.fullmatch(text) for text in texts)


def says_day(cells: Sequence[Cell], receipt: Sequence[int], *, decimals: bool = False) -> bool:
    """Whether a row says a day where the ledger has the day of receipt. decimals: 3.5 is one, too."""
    values = [cells[at] for at in receipt if at < len(cells)]
    if len(receipt) > 1:
        return bool(values) and all(value != "" for value in values)
    if decimals and values and re.fullmatch(r"\d{1,2}\.\d{1,2}", text_of(values[0])):
        return True
    if not values or values[0] == "" or re.fullmatch(r"\d+(\.\d+)?", text_of(values[0])):
        return isinstance(values[0], float) and values[0] > dates.FIRST_SERIAL if values else False
    try:
        dates.read(values[0], _ANY_YEAR)
    except dates.BadDay:
        return False
    return True
