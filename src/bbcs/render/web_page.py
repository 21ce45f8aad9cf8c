"""Tables as one self-contained web page: charts, tables that sort, the cases behind each figure.

It needs no network and runs nothing but its own script; without the script everything is there and
can be read and printed.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from bbcs.calendar.dates import minute_text
from bbcs.registers.table import MARKS, Column, Row, Table
from bbcs.render.files import whole
from bbcs.render.safe import error_handler, safe_text
from bbcs.render.svg_charts import figure
from bbcs.render.text_table import count_line, plain

MOST_ROWS = 2_000
"""Rows of a table on the page: what is longer no browser turns over; the workbook has them all."""

MOST_CASES = 200
"""Case numbers behind one figure; the others are counted."""

_DRILL = ("hit_nos", "case_nos")
"""Keys of a row that hold numbers of cases."""


def write(path: Path, title: str, tables: Sequence[Table], footer: str) -> None:
    """Write the page, whole or not at all. The same tables give the same bytes.

    footer: what every print says below: until which entry it holds. Raises OutputNotWritable,
    DiskFull.
    """
    with (
        whole(path) as draft,
        draft.open("w", encoding="utf-8", errors=error_handler(), newline="\n") as file,
    ):
        file.writelines(f"{line}\n" for line in lines(title, tables, footer))


def lines(title: str, tables: Sequence[Table], footer: str) -> Iterator[str]:
    """The page, line by line."""
    style, script = _shipped("page.css"), _shipped("page.js")
    policy = f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}"
    yield '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
    yield f"<title>{_text(title)}</title>"
    yield f"<style>{style}</style>\n</head>\n<body>"
    yield f'<header><h1>{_text(title)}</h1><p class="foot">{_text(footer)}</p></header>'
    links = (f'<a href="#{_id(table)}">{_text(table.sheet or table.title)}</a>' for table in tables)
    yield f'<nav aria-label="目录">{"".join(links)}</nav>\n<main>'
    targets = _targets(tables)
    for table in tables:
        yield from _section(table, targets)
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>"


def _shipped(name: str) -> str:
    return (resources("bbcs") / "data" / "web" / name).read_text(encoding="utf-8")


def _digest(content: str) -> str:
    """A source of the page's policy: exactly this content."""
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def _text(value: Any) -> str:
    """A value as the page shows it: nothing in it is markup, nothing hidden stays hidden."""
    return escape(safe_text(plain(value)))


def _id(table: Table) -> str:
    return f"table-{table.name}"


def _targets(tables: Sequence[Table]) -> dict[str, tuple[str, int]]:
    """Case number -> the table and the row on the page that shows the case: the first that does."""
    targets: dict[str, tuple[str, int]] = {}
    for table in tables:
        if any(column.name == "case_no" for column in table.columns):
            for at, row in enumerate(table.rows[:MOST_ROWS]):
                targets.setdefault(str(row.get("case_no")), (table.name, at))
    return targets


def _section(table: Table, targets: dict[str, tuple[str, int]]) -> Iterator[str]:
    yield f'<section id="{_id(table)}"><h2>{_text(table.title)}</h2>'
    yield from filter(None, (figure(table, chart) for chart in table.charts))
    shown = table.rows[:MOST_ROWS]
    drill = any(row.get(key) for row in shown for key in _DRILL)
    yield '<div class="wide"><table>'
    yield f"<thead><tr>{_heads(table.columns, drill)}</tr></thead>\n<tbody>"
    for at, row in enumerate(shown):
        number = str(row.get("case_no"))
        anchor = f' id="{_case_id(number)}"' if targets.get(number) == (table.name, at) else ""
        mark = f' class="{table.marks[at]}"' if at in table.marks else ""
        cells = "".join(_cell(column, row.get(column.name)) for column in table.columns)
        yield f"<tr{anchor}{mark}>{cells}{_cases(row, targets) if drill else ''}</tr>"
    yield "</tbody></table></div>"
    yield from _under(table)
    yield "</section>"


def _heads(columns: Sequence[Column], drill: bool) -> str:
    heads = [
        f'<th scope="col"{_sorted(column)}><span role="button" tabindex="0">{_text(column.label)}</span></th>'
        for column in columns
    ]
    if drill:
        heads.append('<th scope="col" class="cases">查件</th>')
    return "".join(heads)


def _sorted(column: Column) -> str:
    """Whether a column sorts by the numbers in it; ids and dates sort as texts."""
    counted = column.kind == "int" or column.name in ("text", "value", "share")
    return ' data-kind="number"' if counted else ""


_CLASSES = {"int": ' class="number"', "date": ' class="day"', "time": ' class="day"'}

_UNBROKEN = frozenset({"case_no", "number", "slip", "phone", "id_number", "source_no"})
"""Columns of numbers that are of no use in two pieces."""


def _cell(column: Column, value: Any) -> str:
    if column.kind == "time" and isinstance(value, str):
        value = minute_text(value)
    usual = ' class="code"' if column.name in _UNBROKEN else ""
    return f"<td{_CLASSES.get(column.kind, usual)}>{_text(value)}</td>"


def _cases(row: Row, targets: dict[str, tuple[str, int]]) -> str:
    """The cases behind a figure: of a rate those that count and those that do not."""
    hits, others = (row.get(key) or () for key in _DRILL)
    if not hits and not others:
        return '<td class="cases"></td>'
    names = ("达到", "没达到") if "hit_nos" in row else ("", "")
    parts = zip(names, (hits, others), strict=True)
    listed = "".join(_listed(name, numbers, targets) for name, numbers in parts if numbers)
    count = len(hits) + len(others)
    return f'<td class="cases"><details><summary>{count} 件</summary>{listed}</details></td>'


def _listed(name: str, numbers: Sequence[str], targets: dict[str, tuple[str, int]]) -> str:
    links = [
        f'<a href="#{_case_id(no)}">{_text(no)}</a>'
        if no in targets
        else f"<span>{_text(no)}</span>"
        for no in numbers[:MOST_CASES]
    ]
    if len(numbers) > MOST_CASES:
        links.append(f"<span>……另有 {len(numbers) - MOST_CASES} 件，见月报的 json 文件</span>")
    head = f"{name} {len(numbers)} 件：" if name else ""
    return f"<p>{head}{' '.join(links)}</p>"


def _case_id(number: str) -> str:
    return f"case-{escape(number)}"


def _under(table: Table) -> Iterator[str]:
    """The count, notes, what the colours mean, and who signs a printed page."""
    if len(table.rows) > MOST_ROWS:
        yield (
            f'<p class="count">共 {len(table.rows)} 条，这里列出前 {MOST_ROWS} 条；'
            "全部的见工作簿和 csv 文件。</p>"
        )
    elif table.counted:
        yield f'<p class="count">{count_line(table)}</p>'
    if table.notes:
        notes = "".join(f"<li>{_text(note)}</li>" for note in table.notes)
        yield f'<ul class="notes">{notes}</ul>'
    used = [mark for mark in MARKS if mark in table.marks.values()]
    if used:
        colours = "".join(f'<span class="{mark}">{MARKS[mark]}</span>' for mark in used)
        yield f'<p class="legend">图例 {colours}</p>'
    if table.sign:
        parts = "".join(f"<span>{_text(part)}</span>" for part in table.sign)
        yield f'<p class="sign">{parts}</p>'
