"""One Table in the formats that go through stdout or into a text file; xlsx has its own module."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bbcs.errors import BadValue, nearest
from bbcs.registers.table import Table
from bbcs.render import safe
from bbcs.render.text_table import count_line, draw, plain, shown

FORMATS = {
    "table": "对齐的表格，给人看",
    "json": "一个 JSON 文档，给程序用",
    "ndjson": "每行一个 JSON 对象",
    "csv": "逗号分隔，可用 Excel、WPS 打开",
    "tsv": "制表符分隔",
    "md": "Markdown 表格",
}
TABLES = (*FORMATS, "xlsx")
"""Formats of a table, on the screen or in a file."""

PAGES = ("md", "xlsx")
"""Formats of the pages that are handed to units."""

_MINUTE = r"\d{4}-\d\d-\d\d \d\d:\d\d"
_MARKDOWN = r"([\\`*_\[\]<>|])"


def render(
    table: Table,
    fmt: str = "table",
    *,
    width: int | None = None,
    colour: bool = False,
    counted: bool = True,
    whole: bool = False,
) -> str:
    """`table` as text that ends with a line feed.

    `width`, `colour` (a terminal's), `counted` and `whole` are for "table" only; see `draw`.
    """
    if fmt == "table":
        return draw(table, width, colour=colour, counted=counted, whole=whole)
    return "".join(written(table, fmt))


def written(table: Table, fmt: str) -> Iterator[str]:
    """The text of `render` in any format but "table", piece by piece; the rows are read once."""
    if fmt not in _WRITERS:
        near = nearest(fmt, FORMATS)
        raise BadValue(
            f"没有这种输出格式{near and f'，是不是“{near}”'}；可用：{'、'.join(FORMATS)}",
            list(FORMATS),
        )
    return _WRITERS[fmt](table)


def encode(text: str, fmt: str = "", encoding: str = "") -> bytes:
    """The bytes of a file of this format.

    UTF-8, for csv with the mark that Excel and WPS look for.
    """
    encoding = encoding or ("utf-8-sig" if fmt == "csv" else "utf-8")
    try:
        return text.encode(encoding, safe.error_handler())
    except LookupError:
        raise BadValue(
            "不认识的编码；可用 utf-8、utf-8-sig、gb18030", ["utf-8", "utf-8-sig", "gb18030"]
        ) from None


def dumps(document: Any) -> str:
    """Any JSON document on one line: the same data, harmless on a terminal."""
    return safe.safe_json(json.dumps(document, ensure_ascii=False))


def document(table: Table) -> dict[str, Any]:
    """A table as JSON, with its columns and the marks of its rows."""
    return {
        "schema": "bbcs.table/1",
        "name": table.name,
        "title": table.title,
        "columns": [
            {"name": column.name, "label": column.label, "kind": column.kind}
            for column in table.columns
        ],
        "count": len(table.rows),
        "rows": list(_records(table)),
        "notes": list(table.notes),
        "marks": {str(row): mark for row, mark in table.marks.items()},
    }


def pieces(document: Any) -> Iterator[str]:
    """`dumps` of a document piece by piece: an iterator in it is an array whose items are made one
    by one.
    """
    if isinstance(document, Iterator):
        before = "["
        for item in document:
            yield before
            yield from pieces(item)
            before = ", "
        yield "[]" if before == "[" else "]"
    elif isinstance(document, dict) and any(isinstance(one, Iterator) for one in document.values()):
        before = "{"
        for key, value in document.items():
            yield f"{before}{dumps(key)}: "
            yield from pieces(value)
            before = ", "
        yield "}"
    else:
        yield dumps(document)


def _json(table: Table) -> Iterator[str]:
    yield dumps(document(table)) + "\n"


def _ndjson(table: Table) -> Iterator[str]:
    for record in _records(table):
        yield dumps({"schema": "bbcs.tablerow/1", **record}) + "\n"


def _records(table: Table) -> Iterator[dict[str, Any]]:
    kinds = {column.name: column.kind for column in table.columns}
    for row in table.rows:
        yield {name: _value(row.get(name), kind) for name, kind in kinds.items()}


def _value(value: Any, kind: str) -> Any:
    """A cell as programs read it: null for nothing, a time with its zone."""
    if value == "":
        return None
    if kind == "time" and isinstance(value, str) and re.fullmatch(_MINUTE, value):
        return f"{value.replace(' ', 'T')}:00+08:00"
    return value


def csv_lines(table: Table) -> Iterator[str]:
    """The lines of a csv, each with its line end, made one by one."""
    import csv

    return map(csv.writer(_Line(), lineterminator="\n").writerow, _cells(table))


class _Line:
    """A file for a csv writer that keeps nothing: `writerow` returns the line."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def _tsv(table: Table) -> Iterator[str]:
    for row in _cells(table):
        yield "\t".join(re.sub(r"[\t\n]", " ", cell) for cell in row) + "\n"


def _cells(table: Table) -> Iterator[list[str]]:
    """The header, then the cells of each row; the headers of a paper are those people read."""
    names = [column.name for column in table.columns]
    yield [safe.safe_cell(column.label) for column in table.columns] if table.labelled else names
    safe_cell = safe.safe_cell
    for row in table.rows:
        yield [
            safe_cell(value) if type(value) is str else _unwritten(value)
            for value in map(row.get, names)
        ]


def _unwritten(value: Any) -> str:
    """A value that is no text: a number stays one, whatever its sign."""
    return str(value) if type(value) is int else safe.safe_cell(plain(value))


def _md(table: Table) -> Iterator[str]:
    if table.title:
        yield f"## {_markdown(table.title)}\n\n"
    yield _md_line(_markdown(column.label) for column in table.columns)
    yield _md_line("--:" if column.kind == "int" else "---" for column in table.columns)
    for row in table.rows:
        yield _md_line(_markdown(row.get(column.name)) for column in table.columns)
    yield f"\n{count_line(table)}\n"
    for note in table.notes:
        yield f"\n{_markdown(note)}\n"


def _md_line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _markdown(value: Any) -> str:
    return re.sub(_MARKDOWN, r"\\\1", shown(value))


_WRITERS: dict[str, Callable[[Table], Iterator[str]]] = {
    "json": _json,
    "ndjson": _ndjson,
    "csv": csv_lines,
    "tsv": _tsv,
    "md": _md,
}
