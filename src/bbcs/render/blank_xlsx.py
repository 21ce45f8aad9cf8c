"""A superior's blank workbook: read as grids, written again with what it gets, all else kept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from bbcs.errors import BadValue, ExtraMissing, ImportRejected
from bbcs.ingest import blank, guard
from bbcs.ingest.blank import Area, Grid, Place
from bbcs.ingest.text import clean
from bbcs.record import Record
from bbcs.render.files import whole
from bbcs.usecases.fill import Filled, cell_name
from bbcs.usecases.form_sheet import FilledRows

LARGEST = 64 << 20
"""Bytes that the parts of a blank may unpack to."""

CELLS = 200_000
"""Cells that a sheet of a blank may span."""

LEFT = "未填"
_LEFT_HEADS = ("表", "空表里的单元格", "项目", "为什么没填")
NOTED = "比率说明"
_NOTED_HEADS = ("表", "单元格", "项目", "比率全文")


class Blank(Record):
    """A blank that was read. drawn: whether pictures or charts are in it, which get lost."""

    name: str
    book: Any
    sheets: Sequence[Any]
    grids: Sequence[Grid]
    drawn: bool

    @property
    def shape(self) -> str:
        """What blanks of the same form have in common."""
        return blank.shape(self.grids)


def read(path: Path) -> Blank:
    """The blank of a file.

    Raises ImportRejected for one that may not be read or filled, ExtraMissing without the extra
    fill, OSError where it cannot be opened.
    """
    raw, name = path.read_bytes(), path.name
    if path.suffix.lower() == ".xlsm":
        raise _macros(name)
    kind = guard.checked(io.BytesIO(raw), name)
    if kind.name != "xlsx":
        raise ImportRejected(f"{name} 不是 xlsx；请用 WPS 或 Excel 另存为 xlsx 再填")
    drawn = _parts(raw, name)
    book = _loaded(raw, name)
    if book.security is not None and book.security.lockStructure:
        raise ImportRejected(f"{name} 的工作簿结构有保护，填不了；请先撤销保护再填")
    sheets = [one for one in book.worksheets if one.sheet_state == "visible"]
    grids = [_grid(one, name) for one in sheets]
    return Blank(name, book, sheets, grids, drawn)


def _macros(name: str) -> ImportRejected:
    return ImportRejected(f"{name} 里有宏，没有打开；请用 WPS 或 Excel 另存为 xlsx（不带宏）再填")


def _parts(raw: bytes, name: str) -> bool:
    """Whether pictures or charts are in it. Raises ImportRejected for macros and for sizes no form
    has.
    """
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
    if any(one.filename.lower().endswith("vbaproject.bin") for one in parts):
        raise _macros(name)
    if sum(one.file_size for one in parts) > LARGEST:
        raise ImportRejected(f"{name} 太大，不像一张空表；请删去不要填的工作表再填")
    return any(one.filename.startswith(("xl/media/", "xl/charts/")) for one in parts)


def _loaded(raw: bytes, name: str) -> Any:
    try:
        from openpyxl import load_workbook
    except ImportError as missing:
        raise ExtraMissing('填上级表要用 openpyxl，请先安装：pip install "bbcs[fill]"') from missing
    try:
        return load_workbook(io.BytesIO(raw), rich_text=True)
    except Exception as broken:  # whatever a damaged workbook makes the library raise
        raise guard.damaged(name) from broken


def _grid(sheet: Any, name: str) -> Grid:
    if sheet.protection.sheet:
        raise ImportRejected(f"{name} 的表“{sheet.title}”有保护，填不了；请先撤销工作表保护再填")
    if sheet.max_row * sheet.max_column > CELLS:
        raise ImportRejected(
            f"{name} 的表“{sheet.title}”太大，不像一张空表；请删去末尾没用的行和列"
        )
    areas = {
        (one.min_row, one.min_col): Area(one.min_row, one.min_col, one.max_row, one.max_col)
        for one in sheet.merged_cells.ranges
    }
    covered = {
        (row, column): anchor
        for anchor, area in areas.items()
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
        if (row, column) != anchor
    }
    texts, frame, formats = {}, set(), {}
    for cell in (one for row in sheet.iter_rows() for one in row):
        place = (cell.row, cell.column)
        if place in covered:
            continue
        if text := _text(cell):
            texts[place] = text
            continue
        if cell.has_style:
            formats[place] = cell.number_format
            if _bordered(cell):
                frame.add(place)
    return Grid(
        sheet.title, texts, areas, covered, frame, formats,
        {number for number, one in sheet.row_dimensions.items() if one.hidden},
        set(_hidden_columns(sheet)),
    )  # fmt: skip


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return "="
    if isinstance(value, (str, int, float)):
        return clean(value)
    return clean(str(value))


def _bordered(cell: Any) -> bool:
    edges = (cell.border.left, cell.border.right, cell.border.top, cell.border.bottom)
    return any(edge is not None and edge.style for edge in edges)


def _hidden_columns(sheet: Any) -> Iterator[int]:
    from openpyxl.utils import column_index_from_string

    for letters, one in sheet.column_dimensions.items():
        if one.hidden:
            first = one.min or column_index_from_string(letters)
            yield from range(first, (one.max or first) + 1)


# -- writing ---------------------------------------------------------------------------------------


def write(form: Blank, filled: Filled, path: Path) -> None:
    """Write the form, whole or not at all, with the sheet 未填 where anything is left, and the sheet
    比率说明 where a rate says more than its cell has room for.

    Raises OutputNotWritable, DiskFull.
    """
    for cell in filled.cells:
        _put(form.sheets[cell.sheet], cell.place, cell.value)
    for rows in sorted(filled.lists, key=lambda one: one.top, reverse=True):
        _rows(form.sheets[rows.sheet], rows)
    if filled.noted:
        _listed(form, NOTED, [_NOTED_HEADS, *noted_lines(form.grids, filled)])
    if filled.left:
        _listed(form, LEFT, [_LEFT_HEADS, *left_lines(form.grids, filled)])
    form.book.calculation.fullCalcOnLoad = True  # what formulas came to in the blank is no more so
    with whole(path) as draft:
        form.book.save(draft)


def _put(sheet: Any, place: Place, value: float | str | None) -> None:
    cell = sheet.cell(*place)
    if isinstance(value, str):
        cell.value = clean(value)
        cell.data_type = "s"  # a text that begins with = is no formula
    elif value is not None:
        cell.value = value


def _rows(sheet: Any, one: FilledRows) -> None:
    room = max(one.room, 1)
    if len(one.rows) > room:
        _make_room(sheet, one.top + room, len(one.rows) - room)
    last = one.top + room - 1
    for number, row in enumerate(one.rows):
        at = one.top + number
        if at > last:
            _copy_style(sheet, last, at)
        for column, value in row.items():
            if sheet.cell(at, column).value in (None, ""):
                _put(sheet, (at, column), value)


def _make_room(sheet: Any, first: int, count: int) -> None:
    """Move everything from a row on down; there are no formulas (`fill` sees to that)."""
    from openpyxl.utils import get_column_letter

    merged = [one for one in sheet.merged_cells.ranges if one.min_row >= first]
    for one in merged:
        sheet.unmerge_cells(one.coord)
    if sheet.max_row >= first:
        heights = {
            number: one.height
            for number, one in sheet.row_dimensions.items()
            if number >= first and one.height
        }
        last = f"{get_column_letter(sheet.max_column)}{sheet.max_row}"
        sheet.move_range(f"A{first}:{last}", rows=count)
        for number in heights:
            sheet.row_dimensions[number].height = None
        for number, height in heights.items():
            sheet.row_dimensions[number + count].height = height
    for one in merged:
        one.shift(row_shift=count)
        sheet.merge_cells(one.coord)


def _copy_style(sheet: Any, source: int, target: int) -> None:
    sheet.row_dimensions[target].height = sheet.row_dimensions[source].height
    for column in range(1, sheet.max_column + 1):
        pattern = sheet.cell(source, column)
        if pattern.has_style:
            sheet.cell(target, column)._style = copy(pattern._style)


def _listed(form: Blank, name: str, lines: Sequence[Sequence[str]]) -> None:
    """Add a sheet of these lines."""
    sheet = form.book.create_sheet(name)
    for number, line in enumerate(lines, 1):
        for column, text in enumerate(line, 1):
            _put(sheet, (number, column), text)
    for letter, width in zip("ABCD", (16, 16, 40, 60), strict=True):
        sheet.column_dimensions[letter].width = width


def left_lines(grids: Sequence[Grid], filled: Filled) -> list[tuple[str, str, str, str]]:
    """Sheet, cell, label and reason of each cell that stays empty."""
    return [
        (grids[one.sheet].name, cell_name(one.place), one.label, one.why) for one in filled.left
    ]


def noted_lines(grids: Sequence[Grid], filled: Filled) -> list[tuple[str, str, str, str]]:
    """Sheet, cell, meaning and the whole of each rate that says more than its cell."""
    return [
        (grids[one.sheet].name, cell_name(one.place), one.meaning, one.note) for one in filled.noted
    ]


def beside(path: Path, month: str, named: str | None) -> Path:
    """Where the filled form goes: beside the blank, never over it. Raises BadValue."""
    target = Path(named) if named else path.with_name(f"{path.stem}_已填_{month}.xlsx")
    if target.suffix.lower() != ".xlsx":
        raise BadValue("--out 应是 .xlsx 文件")
    if target.exists() and target.samefile(path):
        raise BadValue("--out 就是空表自己，没有写；请换一个文件名")
    return target
