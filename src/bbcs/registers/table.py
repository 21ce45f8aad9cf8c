"""Table: what every register, list and statistic is before it is rendered.

Pure; knows no format.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.record import Record


class Column(Record):
    """One column. `name` is the key in JSON and csv, `label` the header people read.

    kind: "text" (default, also for ids and phones), "int", "date" or "time" (ISO text).
    width: characters of half width that a printed column wants; 0 = by content.
    keep: how long a narrow terminal keeps the column, the highest the longest; in a table where any
    column says so, columns of the lowest are left out until the rest fits.
    """

    name: str
    label: str
    kind: str = "text"
    width: int = 0
    keep: int = 0


class Table(Record):
    """Rows under columns, with a title; values are str, int, None or a sequence of str (joined by
    “、” when printed).

    `name` is the machine name; `notes` are lines printed under the table;
    `marks` maps a row's index to a level word ("overdue", "warning", "paused") or a warning colour
    ("red", "orange", "yellow",
    "blue", "green") that a renderer may colour.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    notes: Sequence[str] = ()
    marks: Mapping[int, str] = {}
