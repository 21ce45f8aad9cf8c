"""Days of the settled cases by who had them: the window, each unit, the person, a superior, a
procedure of law.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from bbcs.calendar.days import DayCalendar
from bbcs.domain import custody
from bbcs.domain.custody import PARTIES
from bbcs.domain.order import UnitRef
from bbcs.registers import changes
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.statistics.source import StatisticsSource
from bbcs.registers.table import Chart, Column, Table

COLUMNS = (
    Column("party", "谁", width=10),
    Column("holder", "哪一家", width=20),
    Column("cases", "件数", "int", width=8),
    Column("days", "工作日合计", "int", width=10),
    Column("average", "平均每件（工作日）", width=16),
)


class HolderSums:
    """The working days that each had of the cases settled in a period, added up case by case.

    held: party and unit (None where the party is no unit) -> case number -> its days.
    """

    def __init__(self, calendar: DayCalendar) -> None:
        self._calendar = calendar
        self.held: dict[tuple[str, UnitRef | None], dict[str, int]] = {}

    def add(self, books: PeriodBooks) -> None:
        """Add the settled cases of these books."""
        for entry in books.closed:
            for party, unit, days in _held(entry, self._calendar):
                own = self.held.setdefault((party, unit), {})
                own[entry.case.no] = own.get(entry.case.no, 0) + days


def build(source: StatisticsSource) -> Table:
    """The working days from receipt to the last settlement of the cases settled in the period."""
    days_by_case: dict[tuple[str, str], dict[str, int]] = {}
    for (party, unit), held in source.now.of(HolderSums).held.items():
        own = days_by_case.setdefault((party, source.now.names.name(unit) if unit else ""), {})
        for case_no, days in held.items():
            own[case_no] = own.get(case_no, 0) + days
    order = list(PARTIES)
    keys = sorted(
        days_by_case,
        key=lambda key: (order.index(key[0]), -sum(days_by_case[key].values()), key[1]),
    )
    rows = [_row(*key, days_by_case[key]) for key in keys]
    whole: dict[str, int] = {}
    for own in days_by_case.values():
        for case_no, days in own.items():
            whole[case_no] = whole.get(case_no, 0) + days
    rows.append({**_row("", "", whole), "party": "合计"})
    notes = [
        "本期办结的件，从登记到最后一次办结；起算那天不计；一段里既没交给谁也没停的，算窗口。",
    ]
    chart = Chart("各环节工作日", "bar", "holder", ("days",), (0, len(rows) - 1))
    return Table(
        "holders",
        f"{source.title} 时间花在哪里",
        COLUMNS,
        rows,
        notes,
        charts=[chart] if days_by_case else [],
    )


def _row(party: str, holder: str, own: dict[str, int]) -> dict[str, Any]:
    total = sum(own.values())
    average = changes.decimal(Fraction(total, len(own)), 1) if own else ""
    return {
        "party": PARTIES.get(party, ""),
        "holder": holder or PARTIES.get(party, ""),
        "cases": len(own),
        "days": total,
        "average": average,
        "key": party or "total",
        "case_nos": sorted(own),
    }


def _held(entry: RegisterEntry, calendar: DayCalendar) -> Iterator[tuple[str, UnitRef | None, int]]:
    """Party, unit, working days of each stretch before the last settlement.

    A case that was settled at the moment of receipt had no stretch: the window had it for no day.
    """
    settled = entry.of("Resolved")[-1].at
    if entry.case.received_at >= settled:
        yield "window", None, 0
    for one in custody.stretches(entry.case):
        if one.since < settled:
            until = min(one.until or settled, settled)
            days = max(0, calendar.between(one.since.date(), until.date()))
            yield one.party, one.unit if one.party == "unit" else None, days
