"""Writes each number of several tables as one row: which table, which row, which column. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bbcs.registers.table import Column, Table

_COLUMNS = tuple(Column(name, name) for name in ("part", "row", "name", "label", "value", "text"))


def build(name: str, tables: Sequence[Table]) -> Table:
    """The table for programs that read rows. text: of a column that is no number."""
    return Table(name, "", _COLUMNS, [row for table in tables for row in rows(table)])


def rows(table: Table) -> Iterator[dict[str, Any]]:
    """The numbers of one table.

    What stands left of the first number is what a row is called.
    """
    first = next((n for n, one in enumerate(table.columns) if one.kind == "int"), 1)
    for row in table.rows:
        called = "/".join(filter(None, (_text(row, one) for one in table.columns[:first])))
        for column in table.columns[first:]:
            value = row.get(column.name)
            if value in (None, ""):
                continue
            shown = {"value": value} if column.kind == "int" else {"text": _text(row, column)}
            yield {
                "part": table.name,
                "row": called,
                "name": column.name,
                "label": column.label,
                **shown,
            }


def _text(row: Mapping[str, Any], column: Column) -> str:
    value = row.get(column.name)
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value))
    return "" if value is None else str(value)
