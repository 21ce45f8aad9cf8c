"""Sheets: the cells of a file as plain values, row by row, whatever its format.

A cell is a text, a number, True or False, a day, a moment, or "" where there is nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO, TypeAlias

from bbcs.errors import ExtraMissing, ImportRejected
from bbcs.ingest import guard
from bbcs.ingest.guard import FileKind
from bbcs.record import Record

Cell: TypeAlias = str | int | float | bool | date | datetime
Row: TypeAlias = tuple[int, Sequence[Cell]]
"""Number of the row as the file shows it, from 1, and its cells."""


class Sheet(Record):
    """One sheet.

    merged: rectangles of merged cells as (first row, first column, last row, last column).

    Rows are counted from 1, columns from 0. merged is None where the format does not tell.
    """

    name: str
    rows: Iterable[Row]
    merged: tuple[tuple[int, int, int, int], ...] | None = None
    hidden: bool = False


def letters(column: int) -> str:
    """A column, counted from 0, as spreadsheets name it: A, Z, AA."""
    before, letter = divmod(column, 26)
    return f"{letters(before - 1) if before else ''}{chr(65 + letter)}"


class EncryptedWorkbook(ImportRejected):
    """A workbook that opens with a password only."""


# -- calamine --------------------------------------------------------------------------------------


def by_calamine(stream: BinaryIO, name: str) -> Iterator[Sheet]:
    """The sheets of a workbook. Raises EncryptedWorkbook, ImportRejected for a damaged one."""
    from python_calamine import CalamineError, PasswordError, SheetVisibleEnum, load_workbook

    try:
        book = load_workbook(stream)
        with contextlib.closing(book):
            for meta in book.sheets_metadata:
                if str(meta.typ).rpartition(".")[2] != "WorkSheet":
                    continue  # a page that is a chart
                sheet = book.get_sheet_by_name(meta.name)
                ranges = sheet.merged_cell_ranges
                merged = tuple(
                    (first[0] + 1, first[1], last[0] + 1, last[1]) for first, last in ranges or ()
                )
                yield Sheet(
                    meta.name,
                    _calamine_rows(sheet),
                    None if ranges is None else merged,
                    meta.visible != SheetVisibleEnum.Visible,
                )
    except PasswordError as error:
        raise EncryptedWorkbook(f"{name} 有打开密码；请先去掉密码，另存后再导入") from error
    except (CalamineError, OSError, ValueError) as error:
        raise guard.damaged(name) from error


def _calamine_rows(sheet: Any) -> Iterator[Row]:
    if sheet.start is None:
        return
    # the rows begin with the first of the sheet, the cells with the first used column
    blank = [""] * sheet.start[1]
    for number, cells in enumerate(sheet.iter_rows(), 1):
        yield number, blank + [one if type(one) in _AS_IS else _plain(one) for one in cells]


_AS_IS = frozenset({str, int, float, bool, date})


def _plain(cell: Any) -> Cell:
    """A cell as one of the plain values: a time of day alone is a text, None is nothing."""
    if cell is None:
        return ""
    if isinstance(cell, time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, datetime) and cell.tzinfo:
        return cell.replace(tzinfo=None)
    return cell  # type: ignore[no-any-return]


# -- openpyxl and xlrd, where calamine has no wheel ----------------------------------------------------


def without_calamine(stream: BinaryIO, name: str, kind: FileKind) -> Iterator[Sheet]:
    """The same by openpyxl or xlrd.

    Raises ExtraMissing where they are not installed, or for ods.
    """
    if kind.name == "ods":
        raise ExtraMissing("这台机器读不了 ods；请用 WPS 或 Excel 另存为 xlsx 再导入")
    try:
        return _by_openpyxl(stream, name) if kind.name == "xlsx" else _by_xlrd(stream, name)
    except ImportError:
        raise ExtraMissing(
            f"读 {kind.name} 还缺一个组件；请装 bbcs[xls-pure]，或另存为 csv 再导入"
        ) from None


def _by_openpyxl(stream: BinaryIO, name: str) -> Iterator[Sheet]:
    import openpyxl

    def sheets() -> Iterator[Sheet]:
        """The sheets in order; ImportRejected for a damaged file."""
        try:
            book = openpyxl.load_workbook(stream, data_only=True)
            for page in book.worksheets:
                merged = tuple(
                    (one.min_row, one.min_col - 1, one.max_row, one.max_col - 1)
                    for one in page.merged_cells.ranges
                )
                rows = (
                    (number, [_openpyxl(cell) for cell in cells])
                    for number, cells in enumerate(page.iter_rows(values_only=True), 1)
                )
                yield Sheet(page.title, rows, merged, page.sheet_state != "visible")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise guard.damaged(name) from error

    return sheets()


def _openpyxl(cell: Any) -> Cell:
    """As calamine gives it: an error is nothing, a moment at midnight is a day."""
    if isinstance(cell, str) and cell.startswith("#") and cell.rstrip("!?").isupper():
        return ""
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date()
    return _plain(cell)


def _by_xlrd(stream: BinaryIO, name: str) -> Iterator[Sheet]:
    import xlrd

    def sheets() -> Iterator[Sheet]:
        """The sheets in order; ImportRejected for a damaged file."""
        try:
            book = xlrd.open_workbook(file_contents=stream.read(), formatting_info=True)
        except (xlrd.XLRDError, OSError, ValueError, IndexError, KeyError, AssertionError) as error:
            raise guard.damaged(name) from error
        for page in book.sheets():
            merged = tuple(
                (top + 1, left, bottom, right - 1) for top, bottom, left, right in page.merged_cells
            )
            rows = (
                (number + 1, [_xlrd(cell, book.datemode) for cell in page.row(number)])
                for number in range(page.nrows)
            )
            yield Sheet(page.name, rows, merged, page.visibility != 0)

    return sheets()


def _xlrd(cell: Any, datemode: int) -> Cell:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment = xlrd.xldate_as_datetime(cell.value, datemode)
        except (xlrd.XLDateError, OverflowError, ValueError):
            return float(cell.value)
        if moment.hour or moment.minute or moment.second:
            return moment  # type: ignore[no-any-return]
        return moment.date()  # type: ignore[no-any-return]
    if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return cell.value  # type: ignore[no-any-return]
