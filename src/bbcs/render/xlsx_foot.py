"""Writes what stands under the rows of a sheet: the count, notes, the colours, charts, and who
signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bbcs.registers.table import MARKS, Chart, Table
from bbcs.render.text_table import count_line
from bbcs.render.width import columns as columns_of
from bbcs.render.xlsx_style import FILLS, FONT, LINE, TALLEST, lines_of, xml
from bbcs.render.xlsx_widths import PAGE, REPEATED

_GAPS = (4, 22)
"""Room for a signature between two parts of the line, at least and at most, in half-width blanks."""

_PAGE_ROWS = 34
"""About so many rows of one line stand on a page."""

_CHART_ROWS, _ROW = 17, LINE + 3
"""Rows that a chart takes, and the height of each in points."""

_CHART_WIDTH = 620
"""Of a chart, in pixels."""

_SIGNED_SIZE = 1.1
"""Of its letters, against those of the rows."""

_SIGNED = 30.0
"""Height of the line that is signed, in points."""


def write_under(
    book: Any, sheet: Any, table: Table, widths: Sequence[int], across: int
) -> tuple[int, float]:
    """Write it; the number of the last row, and how tall it is. Nothing is written right of the first
    printed page.
    """
    first, end = _first_page(widths) if across > 1 else (0, len(widths))
    room = sum(widths[first:end]) + end - first
    at = len(table.rows) + 2
    under = len(table.notes) + _CHART_ROWS * len(table.charts) + bool(table.sign)
    if table.charts and at + under > _PAGE_ROWS:  # no chart alone: notes and signatures go with it
        sheet.set_h_pagebreaks([at])
    look = book.add_format({**FONT, "text_wrap": True, "valign": "top"})
    tall = 0.0
    for note in (*([count_line(table)] if table.counted else []), *table.notes):
        height = min(LINE * lines_of(note, max(room, 2)) + 3, TALLEST)
        if first:  # the first columns stand on every page, a word of them is enough there
            sheet.write_string(at, 0, "注：", look)
        at = _line(sheet, at, (first, end), note, look, height)
        tall += height
    below = _legend(book, sheet, table, at, first)
    at = _charts(book, sheet, table, below)
    tall += _ROW * (at - below + bool(table.marks))
    if table.sign:
        signed = book.add_format({**FONT, "font_size": 11, "text_wrap": True, "valign": "bottom"})
        for text in _signature(table.sign, room):
            at = _line(sheet, at, (first, end), text, signed, _SIGNED)
            tall += _SIGNED
    return at - 1, tall


def _signature(parts: Sequence[str], room: int) -> list[str]:
    """Who signs, spread over the page; in two lines where it is too narrow."""
    least, most = _GAPS
    wide = [columns_of(part) * _SIGNED_SIZE for part in parts]
    gap = (room - sum(wide)) / max(len(parts) - 1, 1) / _SIGNED_SIZE
    if gap < least and len(parts) > 2:
        half = (len(parts) + 1) // 2
        return [*_signature(parts[:half], room), *_signature(parts[half:], room)]
    return [("\u3000" * (int(min(max(gap, least), most)) // 2)).join(parts)]


def _first_page(widths: Sequence[int]) -> tuple[int, int]:
    """The first column of the first page that is not repeated on the others, and the one behind its
    last.
    """
    total = 0
    for count, width in enumerate(widths):
        total += width + 1
        if total > PAGE:
            return (REPEATED, count) if count > REPEATED else (0, max(1, count))
    return 0, len(widths)


def _line(sheet: Any, at: int, span: tuple[int, int], text: str, look: Any, height: float) -> int:
    """One line over the columns of the page; the number of the row behind it."""
    first, end = span
    sheet.set_row(at, height)
    if end - first > 1:
        sheet.merge_range(at, first, at, end - 1, "", look)
    sheet.write_string(at, first, xml(text), look)
    return at + 1


def _legend(book: Any, sheet: Any, table: Table, at: int, first: int) -> int:
    """What the colours of the rows mean, those that are there, a cell each."""
    used = [mark for mark in MARKS if mark in table.marks.values()]
    if not used:
        return at
    plain = book.add_format({**FONT, "align": "center"})
    sheet.write_string(at, first, "图例", plain)
    for column, mark in enumerate(used, first + 1):
        colour = book.add_format({**FONT, "align": "center", "border": 1, "bg_color": FILLS[mark]})
        sheet.write_string(at, column, MARKS[mark], colour)
    return at + 1


def _charts(book: Any, sheet: Any, table: Table, at: int) -> int:
    """Native charts, one under the other; the number of the row behind them."""
    names = [column.name for column in table.columns]
    for chart in table.charts:
        drawn = _chart(book, sheet, table, chart, names)
        sheet.insert_chart(at, 0, drawn, {"x_offset": 8, "y_offset": 6, "object_position": 2})
        at += _CHART_ROWS
    return at


def _chart(book: Any, sheet: Any, table: Table, chart: Chart, names: Sequence[str]) -> Any:
    first, end = chart.rows or (0, len(table.rows))
    drawn = book.add_chart({"type": chart.kind})
    for value in chart.values:
        column = names.index(value)
        drawn.add_series(
            {
                "name": xml(table.columns[column].label),
                "categories": [
                    sheet.name, first + 2, names.index(chart.labels), end + 1,
                    names.index(chart.labels),
                ],
                "values": [sheet.name, first + 2, column, end + 1, column],
                "data_labels": {"value": True},
            }
        )  # fmt: skip
    drawn.set_title({"name": xml(chart.title), "name_font": {**_CHART_FONT, "size": 12}})
    drawn.set_size({"width": _CHART_WIDTH, "height": round(_CHART_ROWS * _ROW / 0.75) - 12})
    plain = {"num_font": _CHART_FONT, "major_gridlines": {"visible": False}}
    if chart.kind == "bar":  # drawn from below: the first row would stand at the bottom
        drawn.set_x_axis({**plain, "min": 0})
        drawn.set_y_axis({**plain, "reverse": True})
    else:
        drawn.set_x_axis(plain)
        drawn.set_y_axis({**plain, "min": 0})
    if len(chart.values) == 1 and chart.kind != "pie":
        drawn.set_legend({"none": True})
    else:
        drawn.set_legend({"position": "bottom", "font": _CHART_FONT})
    return drawn


_CHART_FONT = {"name": FONT["font_name"], "size": 9}
