"""Lists and the desk: which cases, in what order, as rows or as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.domain.case import FLAGS, PHASES
from bbcs.domain.clocks import STATES
from bbcs.record import Record
from bbcs.registers.table import Column, Table
from bbcs.usecases.ledger import Filter, Ledger
from bbcs.usecases.office import READERS, Office, need
from bbcs.views.rows import Line, Lines

COLUMNS: Mapping[str, Column] = {
    column.name: column
    for column in (
        Column("case_no", "编号", width=22),
        Column("phase", "环节", width=8),
        Column("matter", "反映事项", width=24),
        Column("reporter", "反映人", width=8),
        Column("lead_unit", "主办单位", width=16),
        Column("due", "到期", "date", width=10),
        Column("state", "时限", width=8),
        Column("colour", "灯", width=4),
        Column("days_left", "剩余", "int", width=4),
        Column("flags", "标记", width=8),
        Column("received_at", "受理时间", "time", width=16),
        Column("difficulty", "难易", width=6),
        Column("cause", "办不成原因", width=12),
        Column("channel", "渠道", width=8),
        Column("phone", "电话", width=12),
        Column("outcome", "办理结果", width=10),
        Column("solved", "是否解决", width=8),
        Column("resolved_at", "办结时间", "time", width=16),
        Column("callback_at", "回访时间", "time", width=16),
        Column("satisfaction", "满意度", "int", width=6),
        Column("gap_due", "补件期限", "date", width=10),
        Column("resume_on", "预计恢复", "date", width=10),
        Column("source_no", "原编号", width=12),
        Column("round", "轮次", "int", width=4),
        Column("version", "版次", "int", width=4),
    )
}
"""Every column a list may show; the first nine by default."""

DEFAULT = tuple(COLUMNS)[:9]

COLOURS = ("red", "orange", "yellow", "blue", "green")
"""Colour keys that a screen or a printed sheet can show as such."""


class Listing(Record):
    """Cases found, how many there are in all, and where to go on."""

    lines: Sequence[Line]
    total: int
    next: str | None

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        """The masked rows, as programs get them."""
        return [line.row for line in self.lines]

    def document(self) -> dict[str, Any]:
        """`bbcs list --json` (formats.md §4)."""
        return {
            "schema": "bbcs.list/1",
            "count": len(self.lines),
            "next": self.next,
            "cases": self.rows,
        }


def cases(ledger: Ledger, office: Office, wanted: Filter) -> Listing:
    """The cases that fit, as masked rows at this moment."""
    need(office, "查看", *READERS)
    limit = wanted.limit
    found = ledger.find(wanted._replace(limit=limit + 1 if limit else None))
    more = bool(limit and len(found) > limit)
    making = Lines(office)
    lines = [making.line(stored) for stored in (found[:limit] if limit else found)]
    return Listing(
        lines,
        ledger.tally(wanted) if more else len(lines),
        lines[-1].row["case_no"] if more else None,
    )


def table(
    lines: Sequence[Line], office: Office, columns: Sequence[str] = DEFAULT, title: str = ""
) -> Table:
    """Cases as people read them: words instead of keys, short times, 暂定 behind provisional dates, the pack's warning colours."""
    shown = [{name: _shown(name, line, office) for name in columns} for line in lines]
    marks = {number: mark for number, line in enumerate(lines) if (mark := mark_of(line))}
    return Table("list", title, [COLUMNS[name] for name in columns], shown, marks=marks)


def mark_of(line: Line) -> str:
    """What a renderer may colour the row by: the pack's warning colour, else how its deadline stands."""
    if line.colour in COLOURS:
        return line.colour
    state = line.row.get("state")
    return state if state in ("overdue", "warning", "paused") else ""


def _shown(name: str, line: Line, office: Office) -> Any:
    row = line.row
    value = row.get(name)
    if name in ("gap_due", "resume_on"):
        return getattr(line, name)
    if name == "channel":
        return office.pack.label(name, line.channel)
    if name == "colour":
        return light(line.colour, office)
    if name == "flags":
        return [FLAGS[one] for one in value or ()]
    if name == "phase":
        return PHASES[row["phase"]]
    if name == "state":
        return state_text(row)
    if name == "due" and value:
        return f"{short(value)}{' 暂定' if row['provisional'] else ''}"
    if name in ("difficulty", "channel", "outcome"):
        return office.pack.label(name, value)
    if name == "cause":
        return [office.pack.label("cause", one) for one in value or ()]
    if name == "solved":
        return {"yes": "是", "no": "否", "partly": "部分"}.get(value or "", "")
    return short(value) if name.endswith("_at") else value


def light(colour: str, office: Office) -> str:
    """“黄” for the colour that the pack calls 黄色."""
    label = office.pack.label("colour", colour)
    return label.removesuffix("色").removesuffix("灯") or label


def state_text(row: Mapping[str, Any]) -> str:
    """The state in words, said of the callback once the case is resolved."""
    if not row.get("state"):
        return ""
    if row["phase"] == "resolved":
        return "待回访" if row["state"] == "running" else f"回访{STATES[row['state']]}"
    return STATES[row["state"]]


def short(moment: str | None) -> str:
    """A stored time as people read it: to the minute, no zone."""
    return (moment or "")[:16].replace("T", " ")
