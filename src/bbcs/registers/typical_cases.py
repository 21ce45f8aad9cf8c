"""典型案例: cases that were settled well in the period, chosen by a rule that the table states. Pure;
nobody is named who brought a case, and complaints about staff are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bbcs.calendar.days import DayCalendar
from bbcs.domain.order import UnitRef, distinct
from bbcs.registers.books import PeriodBooks
from bbcs.registers.cells import day, field
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.statistics.source import StatisticsSource
from bbcs.registers.table import Column, Table

TOP = 3
"""How many are listed (ours, proposed)."""

RULE = (
    "选法：本期办结、到期末没有重办、问题已解决、回访没有表示不满意的件（作风件不列），"
    f"先取参加单位多的，再取办理步骤多的，再取受理早的；同一事项只取一件，列前 {TOP} 件。"
)

COLUMNS = (
    Column("case_no", "编号", width=22),
    Column("items", "事项", width=24),
    Column("units", "参加单位", width=28),
    Column("unit_count", "单位数", "int", width=8),
    Column("steps", "办理步骤", "int", width=8),
    Column("days", "用了几个工作日", "int", width=10),
    Column("story", "情况", width=60),
)


class TypicalSums:
    """The typical cases of a period, chosen case by case: the first of each item, the best items.

    by_item: item -> what the case is sorted by, and its row.
    """

    def __init__(self, calendar: DayCalendar) -> None:
        self._calendar = calendar
        self.by_item: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {}

    def add(self, books: PeriodBooks) -> None:
        """Choose among the cases chosen so far and those of these books."""
        best: dict[str, tuple[tuple[Any, ...], RegisterEntry]] = {}
        for entry in filter(_well_settled, books.closed):
            item, order = entry.case.items[0], _order(entry)
            known = best.get(item) or self.by_item.get(item)
            if known is None or order < known[0]:
                best[item] = order, entry
        rows = {item: (key, _row(entry, self._calendar)) for item, (key, entry) in best.items()}
        every = sorted({**self.by_item, **rows}.items(), key=lambda one: one[1][0])
        self.by_item = dict(every[:TOP])


def build(source: StatisticsSource) -> Table:
    """The typical cases of a period, the first by the rule first."""
    rows = [row for _, row in source.now.of(TypicalSums).by_item.values()]
    table = Table("typical_cases", f"{source.title} 典型案例", COLUMNS, rows, [RULE])
    return table._replace(sheet="典型案例", lead=1)


def _well_settled(entry: RegisterEntry) -> bool:
    case, call = entry.case, entry.case.last_callback
    return (
        not entry.in_hand
        and not case.conduct
        and case.solved == "yes"
        and not (call and call.grade and not call.satisfied)
    )


def _order(entry: RegisterEntry) -> tuple[Any, ...]:
    return -len(_units(entry)), -_steps(entry), entry.case.received_at, entry.case.no


def _units(entry: RegisterEntry) -> list[str]:
    """The units that took part: those with orders, those that did a step, those that met."""
    ordered: Iterable[UnitRef] = (one.ref for one in entry.case.orders)
    acted = (UnitRef.of(one.data["unit"]) for one in entry.of("Stepped") if one.data.get("unit"))
    met = (UnitRef.of(unit) for one in entry.of("Convened") for unit in one.data.get("unit") or ())
    return [unit.name for unit in distinct([*ordered, *acted, *met])]


def _steps(entry: RegisterEntry) -> int:
    return len(entry.of("Stepped", "Convened"))


def _row(entry: RegisterEntry, calendar: DayCalendar) -> dict[str, Any]:
    case, resolved = entry.case, entry.of("Resolved")[-1].at.date()
    units = _units(entry)
    return {
        "case_no": case.no,
        "items": [entry.shown(item) for item in case.items],
        "units": units,
        "unit_count": len(units),
        "steps": _steps(entry),
        "days": max(0, calendar.between(case.received_at.date(), resolved)),
        "story": _story(entry),
        "received_at": day(case.received_at),
        "resolved_at": day(resolved),
        "case_nos": [case.no],
    }


def _story(entry: RegisterEntry) -> str:
    """What happened, in sentences: asked, why it could not be done, who dealt with it, how it ended."""
    case = entry.case
    causes = "、".join(entry.pack.label("cause", one) for one in case.current.cause)
    resolved = entry.of("Resolved")[-1]
    parts = [
        f"{_date(case.received_at)}受理",
        f"反映：{_clause(field(entry, 'demand'))}" if field(entry, "demand") else "",
        f"原因：{causes}" if causes else "",
        _handled(entry),
        f"办法：{_clause(entry.shown(resolved.data.get('measures')))}"
        if resolved.data.get("measures")
        else "",
        f"{_date(resolved.at)}办结，{entry.pack.label('outcome', case.current.outcome)}",
        _called(entry),
    ]
    return "。".join(part for part in parts if part) + "。"


def _handled(entry: RegisterEntry) -> str:
    lead, assisting = entry.case.lead_unit, "、".join(entry.case.assisting_units)
    if not lead:
        return "窗口直接办理"
    return f"{lead}牵头，{assisting}协助" if assisting else f"{lead}办理"


def _called(entry: RegisterEntry) -> str:
    if entry.case.last_callback is None:
        return ""
    grade = entry.of("CalledBack")[-1].data.get("grade")
    return f"回访：问题解决，{entry.pack.label('grade', grade)}" if grade else "回访：问题解决"


def _date(at: Any) -> str:
    return f"{at.year}年{at.month}月{at.day}日"


def _clause(text: str) -> str:
    """A text on one line without the stop at its end."""
    return " ".join(text.split()).rstrip("。；;.，, ")
