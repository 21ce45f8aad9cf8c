"""日报: the counts of a day beside those of the month up to it, and what is due. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bbcs.calendar.dates import day_of
from bbcs.calendar.days import DayCalendar
from bbcs.domain.order import UnitNames, UnitRef
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.monthly import COUNTS
from bbcs.registers.rates.sums import Rate
from bbcs.registers.table import Column, Table

GROUPS: Mapping[str, str] = {
    "overdue": "已超期",
    "due_today": "今天到期",
    "due_next": "下一个工作日到期",
}
"""Group of the cases in hand -> what people read; a paused case is in none."""

_COUNTS = (
    Column("label", "项目", width=18),
    Column("day", "当天", "int", width=8),
    Column("month", "本月累计", "int", width=10),
)

_DUE = (
    Column("group", "提醒", width=18),
    Column("case_no", "编号", width=22),
    Column("unit", "承办单位", width=20),
    Column("due", "到期日", width=18),
    Column("days", "超期工作日", "int", width=10),
)


def counts(
    title: str,
    day: Mapping[str, int],
    month: Mapping[str, int],
    consulted: tuple[Mapping[str, int], Mapping[str, int]],
) -> Table:
    """The counts of the day, and of the month up to it. consulted: consultations of both."""
    rows = [
        {"label": label, "day": day[name], "month": month[name], "key": name}
        for name, label in COUNTS.items()
    ]
    for name, label in (("visitors", "咨询人次"), ("answered", "当场答复")):
        own, whole = (one[name] for one in consulted)
        rows.append({"label": label, "day": own, "month": whole, "key": name})
    notes = ["上期结转：当天一栏是当天开始时在办的，本月一栏是月初在办的。"]
    return Table("daily_counts", f"{title} 收办", _COUNTS, rows, notes, sheet="收办", labelled=True)


def rates(title: str, shown: Sequence[Rate]) -> Table:
    """The rates of the month up to the day."""
    columns = (Column("label", "指标", width=18), Column("text", "本月累计（分子/分母）", width=40))
    rows = [
        {"label": one.label, "text": one.text, "key": one.name, "case_nos": list(one.case_nos)}
        for one in shown
    ]
    return Table("daily_rates", f"{title} 比率", columns, rows, sheet="比率", labelled=True)


class DueSums:
    """The cases in hand that are overdue, due on the day, or on the next working day, with the unit
    of each; collected case by case.
    """

    def __init__(self, moment: datetime, calendar: DayCalendar) -> None:
        today = moment.date()
        self._groups = {today: "due_today", calendar.next(today): "due_next"}
        self.rows: list[tuple[dict[str, Any], UnitRef]] = []

    def add(self, books: PeriodBooks) -> None:
        """Add the cases of these books."""
        for entry in books.entries:
            if entry.in_hand and (row := _due(entry, self._groups)):
                self.rows.append((row, entry.unit))


def due(title: str, sums: DueSums, names: UnitNames) -> Table:
    """The cases in hand that are overdue, due on the day, or on the next working day."""
    rows = [{**row, "unit": names.name(unit)} for row, unit in sums.rows]
    order = list(GROUPS.values())
    rows.sort(key=lambda row: (order.index(row["group"]), row["due"], row["case_no"]))
    marks = {number: "overdue" for number, row in enumerate(rows) if row["key"] == "overdue"}
    return Table("daily_due", f"{title} 到期提醒", _DUE, rows, (), marks, "到期提醒", labelled=True)


def _due(entry: RegisterEntry, groups: Mapping[date, str]) -> dict[str, Any] | None:
    last = entry.last
    if last is None or last.due is None or last.state == "paused":
        return None
    group = "overdue" if last.late else groups.get(day_of(last.due), "")
    if not group:
        return None
    return {
        "group": GROUPS[group],
        "case_no": entry.case.no,
        "due": f"{day_of(last.due):%Y-%m-%d}",
        "days": max(0, -(last.left or 0)) if last.late else 0,
        "key": group,
        "case_nos": [entry.case.no],
    }
