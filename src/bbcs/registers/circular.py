"""通报: the windows and units with most cases, what the accountability chart asks, and the cases that
are hardest to settle. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bbcs.calendar.days import DayCalendar
from bbcs.domain.accountability import (
    AccountabilityTally,
    CountedCase,
    Reached,
    window_label,
    window_of,
)
from bbcs.domain.masking import free_text
from bbcs.domain.order import UnitRef
from bbcs.domain.pack import COUNTED, PER, RulePack
from bbcs.registers import changes
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.statistics.source import PeriodFigures, StatisticsSource
from bbcs.registers.table import Column, Table

TOP = 5
"""How many places and cases are named (ours, proposed)."""

_WHERE = ("failed_window", "failed_unit")
"""Fields of the registration that say where it could not be done."""

PLACES = (
    Column("kind", "哪一类", width=18),
    Column("name", "名称", width=22),
    Column("received", "本期登记", "int", width=8),
    Column("before", "上期登记", "int", width=8),
    Column("change", "比上期", width=20),
    Column("standing", "情况", width=16),
)


def places(source: StatisticsSource) -> Table:
    """Where most of the cases of the period had failed before, and whether that place stood first in
    the period before too."""
    rows: list[dict[str, Any]] = []
    for field in _WHERE:
        now, before = (_failed(one, field) for one in (source.now, source.before))
        most, most_before = _most(now), _most(before)
        names = sorted(now, key=lambda name: (-len(now[name]), name))[:TOP]
        for name in names:
            first = len(now[name]) == most
            running = first and len(before.get(name, ())) == most_before > 0
            rows.append(
                {
                    "kind": PER[field],
                    "name": name,
                    "received": len(now[name]),
                    "before": len(before.get(name, ())),
                    "change": changes.of_counts(
                        "", "", len(before.get(name, ())), len(now[name])
                    ).text,
                    "standing": _standing(first, running),
                    "key": field,
                    "first": first,
                    "running": running,
                    "case_nos": now[name],
                }
            )
    notes = [
        f"按登记时所填“原来没办成”的窗口和单位数，各列前 {TOP} 名；上期：{source.before.period.label}。"
    ]
    table = Table("places", f"{source.title} 反映最多的窗口和单位", PLACES, rows, notes)
    return table._replace(sheet="反映最多", group="kind")


class CircularSums:
    """What a circular asks of the cases of a period, added up case by case.

    failed: field -> the place it names -> the cases registered in the period that had failed there.
    hard: the cases in hand that are hardest, with the unit of each.
    """

    def __init__(self, calendar: DayCalendar) -> None:
        self._calendar = calendar
        self.failed: dict[str, dict[UnitRef, list[str]]] = {field: {} for field in _WHERE}
        self.hard: list[tuple[dict[str, Any], UnitRef]] = []

    def add(self, books: PeriodBooks) -> None:
        """Add the cases of these books."""
        for entry, _ in books.events("Registered"):
            for field in _WHERE:
                if name := entry.case.registered.get(field):
                    failed = self.failed[field]
                    failed.setdefault(UnitRef("", name), []).append(entry.case.no)
        if books.moment:
            today = books.moment.date()
            self.hard += [
                (_hard(entry, self._calendar, today), entry.unit)
                for entry in books.own
                if entry.in_hand
            ]
            self.hard = sorted(self.hard, key=lambda one: _hardness(one[0]))[:TOP]


def _failed(figures: PeriodFigures, field: str) -> dict[str, list[str]]:
    """Place -> the cases registered in the period that had failed there."""
    return figures.named(figures.of(CircularSums).failed[field])


def _most(case_nos: Mapping[str, Sequence[str]]) -> int:
    return max((len(numbers) for numbers in case_nos.values()), default=0)


def _standing(first: bool, running: bool) -> str:
    if running:
        return "最多，连续两期"
    return "最多" if first else ""


# -- the chart of the place ------------------------------------------------------------------------

STEPS = (
    Column("trigger", "追责情形", width=30),
    Column("who", "谁", width=20),
    Column("counts", "数什么", width=14),
    Column("windows", "各期件数", width=30),
    Column("measures", "措施", width=24),
    Column("taken", "已采取", width=8),
)


class ChartSums:
    """What the accountability chart counts, added up case by case."""

    def __init__(self, pack: RulePack) -> None:
        self.tally, self.packs = AccountabilityTally(), {pack.key: pack}

    def add(self, books: PeriodBooks) -> None:
        """Add the cases of these books."""
        for entry in books.entries:
            self.packs.setdefault(entry.pack.key, entry.pack)
            self.tally.see(_counted(entry), entry.pack)


def steps(source: StatisticsSource, chart: ChartSums) -> Table:
    """Whom the counted rows of the chart reach with the period, and whether it was followed.

    chart: of the cases of all the windows that the rows look back on.
    """
    packs = chart.packs
    last = source.moment.date()
    runs = [run for run in chart.tally.reached() if run.last == window_of(last, run.row.window)]
    rows = [_step(run, packs[run.pack]) for run in runs]
    notes = ["规则包的追责表里能数的情形；末一期是本期所在的那一期。"]
    if not any(row.counts for row in source.pack.accountability):
        notes = ["规则包的追责表没有可数的情形。"]
    return Table(
        "accountability", f"{source.title} 到了追责标准的", STEPS, rows, notes, sheet="追责"
    )


def _counted(entry: RegisterEntry) -> CountedCase:
    return CountedCase(
        entry.case.no,
        entry.case.registered,
        entry.events,
        lambda: entry.case.lead_unit,
        lambda: entry.first,
    )


def _step(run: Reached, pack: RulePack) -> dict[str, Any]:
    row = run.row
    windows = [f"{window_label(number, row.window)} {len(nos)}" for number, nos in run.windows]
    return {
        "trigger": row.trigger,
        "who": run.who,
        "counts": COUNTED[row.counts],
        "windows": windows,
        "measures": [pack.label("supervision", key) for key in row.measures],
        "taken": "是" if run.taken else "否",
        "key": row.counts,
        "case_nos": list(dict.fromkeys(no for _, nos in run.windows for no in nos)),
    }


# -- the hardest cases -----------------------------------------------------------------------------

HARD_CASES = (
    Column("case_no", "编号", width=22),
    Column("items", "事项", width=28),
    Column("unit", "承办单位", width=20),
    Column("open_days", "在办工作日", "int", width=10),
    Column("overdue_days", "超期工作日", "int", width=10),
    Column("rounds", "第几轮", "int", width=8),
    Column("bounces", "退回次数", "int", width=8),
)


def hard_cases(source: StatisticsSource) -> Table:
    """The cases in hand that are overdue longest, were redone or handed back most."""
    hard = source.now.of(CircularSums).hard
    rows = [{**row, "unit": source.now.names.name(unit)} for row, unit in hard]
    notes = [f"期末在办的件，按超期、重办、退回、在办天数排，列前 {TOP} 件。"]
    table = Table("hard_cases", f"{source.title} 难办的件", HARD_CASES, rows, notes)
    return table._replace(sheet="难办的件", lead=1)


def _hardness(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Key by which the hardest case comes first."""
    return (
        -row["overdue_days"], -row["rounds"], -row["bounces"], -row["open_days"], row["case_no"],
    )  # fmt: skip


def _hard(entry: RegisterEntry, calendar: DayCalendar, today: date) -> dict[str, Any]:
    items = [free_text(item, entry.known) for item in entry.case.items]
    return {
        "case_no": entry.case.no,
        "items": [] if entry.case.conduct else items,
        "open_days": max(0, calendar.between(entry.case.received_at.date(), today)),
        "overdue_days": max(0, -(entry.last.left or 0)) if entry.last and entry.last.late else 0,
        "rounds": entry.case.round,
        "bounces": entry.case.bounces,
        "case_nos": [entry.case.no],
    }
