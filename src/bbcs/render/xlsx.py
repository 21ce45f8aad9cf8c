"""Tables as a workbook that offices print and filter.

One sheet each, nothing a citizen wrote becomes a formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bbcs.errors import BadValue
from bbcs.registers.table import Column, Table
from bbcs.render.files import whole
from bbcs.render.text_table import plain
from bbcs.render.xlsx_foot import write_under
from bbcs.render.xlsx_pages import last_page
from bbcs.render.xlsx_style import FILLS, FONT, LINE, TALLEST, lines_of, xml
from bbcs.render.xlsx_widths import REPEATED, TITLE_SIZE, widths as widths_of

_LONGEST_CELL = 32_767
_TOO_LONG = -2  # what xlsxwriter answers to a longer text
_MOST_ROWS = 1_048_576
_NUMBER_FORMATS = {"int": "0", "date": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm"}
_TITLE_LINE = 22  # points
_ABOVE = 2  # rows above those of the table
_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_DAY = 61  # 1 March 1900: before it the serial numbers of spreadsheets are wrong
_SHEET_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f\ud800-\udfff]")
_OPTIONS = {
    "constant_memory": True,
    "strings_to_urls": False,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
}


def write(
    path: Path,
    tables: Sequence[Table],
    *,
    created: datetime,
    footer: str = "",
    mode: int | None = None,
) -> None:
    """Write `tables` to `path`, whole or not at all.

    The same input and `created` give the same bytes.

    Raises BadValue for a text longer than a cell holds, OutputNotWritable, DiskFull.
    """
    with (
        whole(path, mode=mode) as draft,
        TemporaryDirectory(prefix=".bbcs-", dir=draft.parent) as folder,
    ):
        _write(draft, folder, tables, created, footer)


def _write(
    draft: Path, folder: str, tables: Sequence[Table], created: datetime, footer: str
) -> None:
    from xlsxwriter import Workbook  # 40 ms
    from xlsxwriter.exceptions import FileCreateError

    book = Workbook(str(draft), {**_OPTIONS, "tmpdir": folder})
    try:
        book.set_properties(
            {
                "title": xml(tables[0].title) if tables else "",
                "created": created.replace(tzinfo=None),
            }
        )
        taken: set[str] = set()
        looks = _looks(book)
        for table in tables:
            _sheet(book, table, _sheet_name(table, taken), footer, looks)
        book.close()
    except FileCreateError as failed:
        cause = failed.args[0]
        if not isinstance(cause, OSError):
            cause = OSError(str(failed))
        raise cause from failed
    finally:
        _abandon(book)


def _abandon(book: Any) -> None:
    """Close what an interrupted workbook left open; after a good end there is nothing to do."""
    for sheet in book.worksheets():
        sheet._opt_close()


def _sheet(book: Any, table: Table, name: str, footer: str, looks: _Looks) -> None:
    if len(table.rows) + 6 + len(table.notes) > _MOST_ROWS:
        raise BadValue(
            f"{table.title}有 {len(table.rows)} 行，超过一张工作表的上限；请用 csv 格式或缩小范围"
        )
    sheet = book.add_worksheet(name)
    widths, across = widths_of(table)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width + 1)
    head = _head(book, sheet, table, widths, across)
    heights = _body(sheet, table, widths, looks)
    last, foot = write_under(book, sheet, table, widths, across)
    if table.sign and not table.charts:
        begin = last_page(heights, head, foot, widths, across)
        if begin is not None:
            sheet.set_h_pagebreaks([begin + _ABOVE])
    _page(sheet, table, across, footer, last)
    _alarms(book, sheet, table)


def _page(sheet: Any, table: Table, across: int, footer: str, last: int) -> None:
    """A4 landscape, title and header on every page, footer with the page number.

    A register too wide for one readable page goes over several, its first two columns on each.
    """
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(across, 0)
    if across > 1:
        # The merged title would be cut on the second page, so it goes into the page header.
        sheet.repeat_columns(0, REPEATED - 1)
        sheet.print_across()
        sheet.print_area(1, 0, last, len(table.columns) - 1)
        sheet.set_header(f"&C&14{xml(table.title)[:200].replace('&', '&&')}", {"margin": 0.25})
    sheet.set_margins(left=0.4, right=0.4, top=0.5 if across == 1 else 0.75, bottom=0.6)
    sheet.center_horizontally()
    sheet.repeat_rows(0 if across == 1 else 1, 1)
    sheet.freeze_panes(2, 0)
    sheet.set_footer(
        f"&L{xml(footer)[:200].replace('&', '&&')}&R第 &P 页，共 &N 页", {"margin": 0.3}
    )
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    if table.columns and table.rows:
        sheet.autofilter(1, 0, len(table.rows) + 1, len(table.columns) - 1)


def _head(book: Any, sheet: Any, table: Table, widths: Sequence[int], across: int) -> float:
    """Write title and header; the height of what of them stands on every page."""
    middle = {**FONT, "bold": True, "align": "center", "valign": "vcenter"}
    title = book.add_format(
        {
            **middle,
            "font_size": 16,
            "text_wrap": True,
            "align": "center" if across == 1 else "left",
        }
    )
    header = book.add_format({**middle, "text_wrap": True, "border": 1, "bg_color": "#D9E1F2"})
    # A merged title does not spill over its last column: a narrow table has it in several lines.
    room = (sum(widths) + len(widths)) / TITLE_SIZE
    title_lines = lines_of(xml(table.title), max(int(room) - 1, 2))
    title_height = min(_TITLE_LINE * title_lines + 8, TALLEST)
    sheet.set_row(0, title_height)
    if len(table.columns) > 1:
        sheet.merge_range(0, 0, 0, len(table.columns) - 1, "", title)
    sheet.write_string(0, 0, xml(table.title), title)
    labels = [xml(column.label) for column in table.columns]
    lines = max(
        (lines_of(label, width) for label, width in zip(labels, widths, strict=True)), default=1
    )
    sheet.set_row(1, LINE * lines + 6)
    for at, label in enumerate(labels):
        sheet.write_string(1, at, label, header)
    return LINE * lines + 6 + (title_height if across == 1 else 0)


def _body(sheet: Any, table: Table, widths: Sequence[int], looks: _Looks) -> list[float]:
    """Write the rows; how tall each is."""
    columns = [
        (at, column.name, column.kind, width, _TO_NUMBER.get(column.kind))
        for at, (column, width) in enumerate(zip(table.columns, widths, strict=True))
    ]
    number_of, text_of, blank_of = sheet.write_number, sheet.write_string, sheet.write_blank
    sheet.set_default_row(LINE + 3)
    heights = list[float]()
    for row_at, row in enumerate(table.rows, start=_ABOVE):
        text_look, number_looks = looks.get(table.marks.get(row_at - _ABOVE, ""), looks[""])
        lines = 1
        for at, name, kind, width, to_number in columns:
            value = row.get(name)
            if value is None or value == "":
                blank_of(row_at, at, None, text_look)
                continue
            serial = to_number(value) if to_number else None
            if serial is not None:
                number_of(row_at, at, serial, number_looks[kind])
                continue
            words = xml(value if type(value) is str else plain(value))
            if not words:  # an empty text would count as a value in an office program
                blank_of(row_at, at, None, text_look)
                continue
            if text_of(row_at, at, words, text_look) == _TOO_LONG:
                raise _no_room(table.columns[at], row_at)
            if 2 * len(words) > width or "\n" in words:
                lines = max(lines, lines_of(words, width))
        height = min(LINE * lines + 3, TALLEST)
        heights.append(height)
        if lines > 1:  # not every office program finds the height of wrapped text by itself
            sheet.set_row(row_at, height)
    return heights


_Looks = Mapping[str, tuple[Any, Mapping[str, Any]]]
"""Mark of a row -> the look of its texts, and that of its numbers by kind of column."""


def _looks(book: Any) -> _Looks:
    return {mark: _look(book, mark) for mark in ("", *FILLS)}


def _look(book: Any, mark: str) -> tuple[Any, Mapping[str, Any]]:
    look: dict[str, Any] = {**FONT, "text_wrap": True, "border": 1}
    if mark:
        look["bg_color"] = FILLS[mark]
    # A text longer than the tallest row must lose its end, not its beginning.
    text = book.add_format({**look, "num_format": "@", "valign": "top"})
    middle = {**look, "align": "center", "valign": "top"}
    numbers = {
        kind: book.add_format({**middle, "num_format": form})
        for kind, form in _NUMBER_FORMATS.items()
    }
    return text, numbers


def _no_room(column: Column, row_at: int) -> BadValue:
    return BadValue(
        f"“{column.label}”第 {row_at - 1} 行超过 {_LONGEST_CELL} 字，一个单元格放不下；请用 csv 或 json 格式"
    )


def _alarms(book: Any, sheet: Any, table: Table) -> None:
    """Numbers above nought in the columns where they are bad turn red, also when they are changed."""
    look = book.add_format({"bg_color": FILLS["overdue"], "bold": True})
    rule = {"type": "cell", "criteria": ">", "value": 0, "format": look}
    for at, column in enumerate(table.columns):
        if column.alarm and table.rows:
            sheet.conditional_format(2, at, len(table.rows) + 1, at, rule)


# -- values ----------------------------------------------------------------------------------------


def _whole_number(value: Any) -> int | None:
    """A number a spreadsheet keeps exactly; longer ones and words stay text."""
    if type(value) is int and abs(value) < 10**15:
        return value
    return None


def _day(value: Any) -> int | None:
    try:
        # A moment under a date column is its day.
        serial = date.fromisoformat(value[:10]).toordinal() - _EPOCH
    except (TypeError, ValueError):
        return None
    if serial < _FIRST_DAY:
        return None
    return serial


def _moment(value: Any) -> float | None:
    """The wall time that was written, without its zone: +08:00 everywhere."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    serial = moment.toordinal() - _EPOCH
    if serial < _FIRST_DAY:
        return None
    return serial + (moment.hour * 3600 + moment.minute * 60 + moment.second) / 86400


_TO_NUMBER: Mapping[str, Callable[[Any], float | None]] = {
    "int": _whole_number,
    "date": _day,
    "time": _moment,
}


def _sheet_name(table: Table, taken: set[str]) -> str:
    """The title as a sheet may be called: at most 31 characters, no two alike."""
    base = _SHEET_NAME.sub(" ", table.sheet or table.title or table.name).strip()[:31] or "Sheet"
    name, count = base, 1
    while name.lower() in taken:
        count += 1
        name = f"{base[: 30 - len(str(count))]}-{count}"
    taken.add(name.lower())
    return name
