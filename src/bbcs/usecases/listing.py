"""Lists and the desk: which cases, in what order, as rows or as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.domain.case import PHASES
from bbcs.domain.clocks import STATES
from bbcs.record import Record
from bbcs.registers.table import Column, Table
from bbcs.usecases.ledger import Filter, Ledger
from bbcs.usecases.office import READERS, Office, need
from bbcs.usecases.view import listed

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
        Column("days_left", "剩余", "int", width=4),
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
        Column("source_no", "原编号", width=12),
        Column("round", "轮次", "int", width=4),
        Column("version", "版次", "int", width=4),
    )
}
"""Every column a list may show; the first eight by default."""

DEFAULT = tuple(COLUMNS)[:8]


class Listing(Record):
    """Rows found, how many there are in all, and where to go on."""

    rows: Sequence[Mapping[str, Any]]
    total: int
    next: str | None

    def document(self) -> dict[str, Any]:
        """`bbcs list --json` (formats.md §4)."""
        return {"schema": "bbcs.list/1", "count": len(self.rows), "next": self.next, "cases": list(self.rows)}


def cases(ledger: Ledger, office: Office, wanted: Filter) -> Listing:
    """The cases that fit, as masked rows at this moment."""
    need(office, "查看", *READERS)
    limit = wanted.limit
    found = ledger.find(wanted._replace(limit=limit + 1 if limit else None))
    more = bool(limit and len(found) > limit)
    rows = [listed(stored, office) for stored in (found[:limit] if limit else found)]
    return Listing(rows, ledger.tally(wanted) if more else len(rows), rows[-1]["case_no"] if more else None)


def table(rows: Sequence[Mapping[str, Any]], office: Office, columns: Sequence[str] = DEFAULT, title: str = "") -> Table:
    """Rows as people read them: words instead of keys, short times, 暂定 behind provisional dates."""
    shown = [{name: _shown(name, row, office) for name in columns} for row in rows]
    marks = {number: row["state"] for number, row in enumerate(rows) if row.get("state") in ("overdue", "warning", "paused")}
    return Table("list", title, [COLUMNS[name] for name in columns], shown, marks=marks)


def _shown(name: str, row: Mapping[str, Any], office: Office) -> Any:
    value = row.get(name)
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


class Group(Record):
    """One block of the desk."""

    name: str
    label: str
    total: int
    rows: Sequence[Mapping[str, Any]]


def desk(ledger: Ledger, office: Office, limit: int = 10) -> list[Group]:
    """What is to be done today, most urgent first; a case may stand under its date and under what it waits for."""
    need(office, "查看", *READERS)
    now = office.stamp.now
    today = now.date()
    ask = Filter(now, limit=limit)
    groups = (
        ("overdue", "已超期", ask._replace(overdue=True)),
        ("today", "今天到期", ask._replace(due=today)),
        ("warning", "临期", ask._replace(warning=True)),
        ("untriaged", "待研判", ask._replace(active=False, phases=["accepted"])),
        ("unsigned", "未签收", ask._replace(unsigned=True)),
        ("callback", "待回访", ask._replace(callback_due=True)),
    )
    return [
        Group(name, label, ledger.tally(wanted), [listed(stored, office) for stored in ledger.find(wanted)])
        for name, label, wanted in groups
    ]
