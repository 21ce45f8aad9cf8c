"""What a search found, as JSON and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bbcs.registers.table import Column, Table
from bbcs.usecases.office import Office
from bbcs.usecases.search import Search
from bbcs.views import rows

COLUMNS = ("case_no", "phase", "matter", "reporter", "lead_unit", "received_at")
"""Columns of `list` that people see of a case that was found; the snippets stand behind them."""

NOTHING = "没有找到。姓名写姓或两个字、电话至少四位、身份证号至少六位；内容写一两个字就行"
"""Shown for an empty answer."""


def masked_rows(result: Search, office: Office) -> list[Mapping[str, Any]]:
    """Masked rows, as programs get them, with the snippets under `found`."""
    lines = rows.lines(result.stored, office)
    return [
        {**line.row, "found": list(snippets)}
        for line, snippets in zip(lines, result.snippets, strict=True)
    ]


def document(result: Search, office: Office) -> dict[str, Any]:
    """`bbcs search --json`."""
    cases = masked_rows(result, office)
    return {"schema": "bbcs.search/1", "count": len(cases), "more": result.more, "cases": cases}


def table(result: Search, office: Office) -> Table:
    """What was found, as people read it."""
    plain = rows.table(rows.lines(result.stored, office), office, COLUMNS)
    shown = [
        {**row, "found": " ".join(snippets)}
        for row, snippets in zip(plain.rows, result.snippets, strict=True)
    ]
    columns = [*plain.columns, Column("found", "找到的地方", width=30, keep=8)]
    return plain._replace(name="search", columns=columns, rows=shown)
