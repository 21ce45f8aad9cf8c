"""Search over everything readable: masked rows, each with a short piece of text around what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.record import Record
from bbcs.registers.table import Column, Table
from bbcs.usecases import fulltext, listing
from bbcs.usecases.ledger import Ledger
from bbcs.usecases.office import READERS, Office, need
from bbcs.views.rows import Line, Lines

COLUMNS = ("case_no", "phase", "matter", "reporter", "lead_unit", "received_at")
"""Columns of `list` that people see of a case that was found; the piece of text stands behind them."""


NOTHING = "没有找到。姓名、电话、身份证号要写全；内容写一两个字就行"
"""Said of an empty answer: names and numbers are only found whole, for who may not see them must not guess them letter by letter."""


class Search(Record):
    """Cases found, the best first, each with the pieces of text; `more`: there are others beyond the limit."""

    lines: Sequence[Line]
    pieces: Sequence[Sequence[str]]
    more: bool

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        """Masked rows with `found`."""
        return [
            {**line.row, "found": list(found)}
            for line, found in zip(self.lines, self.pieces, strict=True)
        ]

    def document(self) -> dict[str, Any]:
        """`bbcs search --json`."""
        return {"schema": "bbcs.search/1", "count": len(self.lines), "cases": self.rows}


def search(ledger: Ledger, office: Office, text: str, limit: int, after: str = "") -> Search:
    """Cases that this text names (number, foreign number, phone, identity number, name), then those that hold all its words."""
    need(office, "查看", *READERS)
    wanted = fulltext.words(text)
    found = ledger.search(text, limit + 1, after)
    making, shown = Lines(office), found[:limit]
    pieces = [fulltext.snippets(stored["text"], wanted) for stored in shown]
    return Search([making.line(stored) for stored in shown], pieces, len(found) > limit)


def table(found: Search, office: Office) -> Table:
    """What was found, as people read it."""
    plain = listing.table(found.lines, office, COLUMNS)
    rows = [
        {**shown, "found": " ".join(pieces)}
        for shown, pieces in zip(plain.rows, found.pieces, strict=True)
    ]
    return plain._replace(
        name="search", columns=[*plain.columns, Column("found", "找到的地方", width=30)], rows=rows
    )
