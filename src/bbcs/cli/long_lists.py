"""Writes lists and desks of any length to a pipe while they are read; stops when nobody reads on.

They are read from a copy of the ledger, as an export is: a reader that waits keeps nobody from
writing (docs/decisions/0009-readers.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from bbcs.cli import context, output
from bbcs.cli.settings import Settings
from bbcs.registers.lazy_rows import PassingRows
from bbcs.registers.table import Column, Table
from bbcs.render.formats import dumps, pieces, written
from bbcs.render.safe import safe_line
from bbcs.render.text_table import count_text, drawn
from bbcs.store.provable import ProvableLedger
from bbcs.usecases import desk, listing
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office
from bbcs.views import desk as desk_view, rows


def cases(
    settings: Settings, office: Office, wanted: Filter, fmt: str, columns: Sequence[str]
) -> None:
    """Write all cases that fit."""

    def write(ledger: ProvableLedger) -> None:
        listed = listing.stream(ledger, office, wanted)
        if settings.quiet and fmt not in ("json", "ndjson"):
            output.stream(row["case_no"] for row in listed.stored)
        else:
            output.stream_text(_list_text(listed, office, fmt, columns))

    context.read_long(office, write)


def _list_text(
    listed: listing.Listing, office: Office, fmt: str, columns: Sequence[str]
) -> Iterator[str]:
    if fmt == "json":
        return document_text(rows.passing_document(listed, office, columns))
    shown = rows.passing(listed.stored, office, listed.window)
    if fmt == "ndjson":
        return lines_text(rows.documents(shown, columns))
    heads = [rows.COLUMNS[name] for name in columns or rows.DEFAULT]
    cells = rows.cells_of(shown, office, columns or rows.DEFAULT)
    return table_text(heads, cells, listed.total, fmt)


def document_text(document: Mapping[str, Any]) -> Iterator[str]:
    """One JSON document whose cases pass by."""
    return chain(pieces(document), ["\n"])


def lines_text(documents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One JSON document a line."""
    return (f"{dumps(one)}\n" for one in documents)


def table_text(
    heads: Sequence[Column], cells: Iterator[Mapping[str, Any]], total: int, fmt: str
) -> Iterator[str]:
    """A table of so many rows, which pass by."""
    if fmt == "table":
        yield from drawn(heads, cells)
        yield f"{count_text(total)}\n"
        return
    yield output.byte_order_mark(fmt)
    yield from written(Table("list", "", heads, PassingRows(cells, total)), fmt)


def todo(settings: Settings, office: Office, duty: str) -> None:
    """Write every case of the desk."""

    def write(ledger: ProvableLedger) -> None:
        """Write the groups one after the other, as the ledger gives their cases."""
        groups = desk.stream(ledger, office)
        if settings.as_json:
            document = desk_view.passing_document(groups, office, duty)
            output.stream_text(document_text(document))
        elif settings.quiet:
            output.stream(case.stored["case_no"] for group in groups for case in group.cases)
        else:
            output.stream_text(_desk_text(list(groups), office, duty))

    context.read_long(office, write)


def _desk_text(groups: Sequence[desk.DeskGroup], office: Office, duty: str) -> Iterator[str]:
    """The day, the counts, then the groups that hold cases."""
    for line in desk_view.head(office, duty):
        yield f"{safe_line(line)}\n"
    yield "  ".join(map(safe_line, desk_view.summary(groups))) + "\n"
    for group in groups:
        if group.total:
            reminders = desk_view.Reminders()
            yield f"\n{desk_view.heading(group)}\n"
            cells = desk_view.cells(reminders.noting(group.cases), group.name, office)
            yield from drawn(desk_view.ALL, cells, desk_view.speaks_in(group.name))
            yield from (f"{safe_line(line)}\n" for line in reminders.lines(office.roles))
