"""Table: every register, list and statistic before it is rendered.

Pure; knows no format.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.record import Record

Row = Mapping[str, Any]


MARKS: Mapping[str, str] = {
    "overdue": "超期", "warning": "快到期", "paused": "暂停",
    "red": "红牌", "orange": "橙牌", "yellow": "黄牌", "blue": "蓝牌", "green": "绿牌",
}  # fmt: skip
"""Mark of a row -> what its colour means."""


class Column(Record):
    """One column. `name` is the key in JSON and csv, `label` the header people read.

    kind: "text" (default, also for ids and phones), "int", "date" or "time" (ISO text).
    width: characters of half width that a printed column wants; 0 = by content.
    keep: how long a narrow terminal keeps the column, the highest the longest; in a table where any
    column says so, columns of the lowest are left out until the rest fits.
    alarm: a number above nought in it is bad; a renderer may colour it.
    """

    name: str
    label: str
    kind: str = "text"
    width: int = 0
    keep: int = 0
    alarm: bool = False


class Chart(Record):
    """A chart of rows of its table, for renderers that can draw.

    kind: "column" | "bar" | "line" | "pie". labels: the column of the categories; values: columns
    of numbers, one series each. rows: first row and the one behind the last, None = all rows.
    """

    title: str
    kind: str
    labels: str
    values: Sequence[str]
    rows: tuple[int, int] | None = None


class Table(Record):
    """Rows under columns, with a title; values are str, int, None or a sequence of str (joined by
    “、” when printed).

    `name` is the machine name; `notes` are lines printed under the table; `marks` maps a row's
    index to one of MARKS, which a renderer may colour.

    sheet: its short name as a sheet or a section, "" = the title. labelled: csv and tsv bear the
    headers people read, not the machine names: so for every paper of an office. sign: what stands
    under a paper to be signed, part by part. charts: of its rows. counted: how many rows there are
    is printed under them. lead: so many first columns say whose a row is: text that is wider than a
    screen is drawn in parts which each begin with them; 0 = in one. group: a column whose value rows
    in a row share: text that is wider than a screen has it as a line above them.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    marks: Mapping[int, str] = {}
    sheet: str = ""
    labelled: bool = False
    sign: Sequence[str] = ()
    charts: Sequence[Chart] = ()
    counted: bool = True
    lead: int = 0
    group: str = ""
