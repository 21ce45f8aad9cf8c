"""更正: corrections, undoings, voided cases and late entries made after the period had ended. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bbcs.record import Record
from bbcs.registers.entry import Period
from bbcs.registers.table import Column, Table

SORTS: Mapping[str, str] = {
    "Corrected": "更正",
    "Undone": "撤销",
    "Voided": "作废",
    "": "补录",
}
"""Kind of the later entry -> what people read; any other kind was recorded late."""


class LaterChange(Record):
    """One entry of a case of the period that was written after the period.

    what: the entry that it changes, or is, with its day. field, before, after: of a correction, in
    the words people know; personal values stand as hidden.
    """

    case_no: str
    recorded_at: datetime
    actor: str
    kind: str
    what: str
    field: str = ""
    before: str = ""
    after: str = ""


_COLUMNS = (
    Column("seq", "序号", "int", width=6),
    Column("case_no", "编号", width=22),
    Column("recorded_at", "记录时间", "time", width=16),
    Column("actor", "经手人", width=10),
    Column("sort", "种类", width=6),
    Column("what", "哪一步", width=24),
    Column("field", "栏", width=16),
    Column("before", "原来", width=20),
    Column("after", "改后", width=20),
)


def build(changes: Sequence[LaterChange], period: Period, station: str) -> Table:
    """The sheet of a period, in the order in which they were written."""
    rows = [
        {
            **{name: value for name, value in one._asdict().items() if name != "kind"},
            "seq": number,
            "recorded_at": f"{one.recorded_at:%Y-%m-%d %H:%M}",
            "sort": SORTS.get(one.kind, SORTS[""]),
        }
        for number, one in enumerate(changes, 1)
    ]
    note = "本期结束以后才记下、改动本期数字的记录；本表以外各表已按更正后的算。"
    title = f"{station}更正（{period.label}）"
    return Table("later", title, _COLUMNS, rows, [note], sheet="更正")
