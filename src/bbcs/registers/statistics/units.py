"""One row a unit: its cases, its rates, its score, rank and tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from bbcs.domain.order import UnitRef
from bbcs.domain.rates import OF_UNITS, RATES, RateDefinition
from bbcs.registers import changes
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import WINDOW
from bbcs.registers.monthly import ALARMING, COUNTS, IDENTITY
from bbcs.registers.rates.sums import BENT, NOTHING, Share
from bbcs.registers.statistics.score import RANKED_FROM, ranks, score, tier
from bbcs.registers.statistics.source import PeriodFigures, StatisticsSource
from bbcs.registers.table import Chart, Column, Table

COUNTED = (
    "carried_in",
    "received",
    "reopened",
    "closed",
    "carried_out",
    "overdue_closed",
    "overdue_open",
)
"""The counts of the monthly report that stand in a row."""

GROUPS = ("部门", "乡镇街道", "窗口")
"""The groups of units: each group is ranked by itself, the window is not."""

TOTAL = "合计"


def build(source: StatisticsSource) -> Table:
    """The units of the period, the best first where there is a score, else those with most cases."""
    shown = _weighed(source.pack.score.points)
    of_units = {one.name: source.now.rate(one.name).by_unit(source.now.names) for one in shown}
    named = dict.fromkeys([*source.now.counts, *(unit for of in of_units.values() for unit in of)])
    own = source.now.named(source.now.of(UnitSums).own)
    rows = [_row(source, unit, shown, of_units, own.get(unit, ())) for unit in named if unit]
    _ranked(source, rows)
    rows.sort(key=_order)
    whole = {one.name: {"": source.now.rate(one.name).whole} for one in shown}
    rows.append(_row(source, "", shown, whole, [no for nos in own.values() for no in nos]))
    chart = Chart("承办单位收办", "bar", "unit", ("received", "closed"), (0, len(rows) - 1))
    return Table(
        "units",
        f"{source.title} 承办单位",
        _columns(source, shown),
        rows,
        _notes(source, whole),
        charts=[chart] if len(rows) > 1 else [],
        lead=2,
    )


class UnitSums:
    """The cases of the books by the unit that they count for, added up case by case."""

    def __init__(self) -> None:
        self.own: dict[UnitRef, list[str]] = {}

    def add(self, books: PeriodBooks) -> None:
        """Add the cases of these books."""
        for entry in books.own:
            self.own.setdefault(entry.unit, []).append(entry.case.no)


def _weighed(points: Mapping[str, int]) -> list[RateDefinition]:
    """The rates of a row: those that are always shown, and those that a score weighs."""
    names = dict.fromkeys([*(one.name for one in OF_UNITS), *points])
    return [RATES[name] for name in names]


def _row(
    source: StatisticsSource,
    unit: str,
    shown: Sequence[RateDefinition],
    shares: Mapping[str, Mapping[str, Share]],
    own: Sequence[str],
) -> dict[str, Any]:
    now = source.now
    by_rate = {one.name: shares[one.name].get(unit, NOTHING) for one in shown}
    values = {name: of.fraction for name, of in by_rate.items()}
    group = _group(source, unit)
    reached: Fraction | None = None
    missing: list[str] = []
    if group != GROUPS[2]:
        reached, missing = score(source.pack.score.points, values)
    return {
        "group": group,
        "unit": unit or TOTAL,
        "rank": None,
        **{name: now.count(name, unit) for name in COUNTED},
        **{one.name: by_rate[one.name].text(short=True) for one in shown},
        "score": changes.decimal(reached) if reached is not None else "",
        "tier": "",
        "mom": _change(source.before, now, unit),
        "yoy": _change(source.last_year, now, unit),
        "score_value": reached,
        "not_scored": missing,
        "case_nos": sorted(own),
    }


def _group(source: StatisticsSource, unit: str) -> str:
    if not unit:
        return ""
    if unit == WINDOW.name:
        return GROUPS[2]
    return GROUPS[1] if source.is_grassroots(unit) else GROUPS[0]


def _change(then: PeriodFigures, now: PeriodFigures, unit: str) -> str:
    before, since = then.count("received", unit), now.count("received", unit)
    return changes.of_counts("received", "", before, since).text


def _ranked(source: StatisticsSource, rows: Sequence[dict[str, Any]]) -> None:
    """Give the units of each group their rank and tier; those with too few cases have none."""
    for group in GROUPS[:2]:
        able = {
            row["unit"]: row["score_value"]
            for row in rows
            if row["group"] == group
            and row["score_value"] is not None
            and len(row["case_nos"]) >= RANKED_FROM
        }
        ranked = ranks(able)
        for row in rows:
            if row["group"] == group:
                row["rank"] = ranked.get(row["unit"])
            if row["rank"]:
                row["tier"] = tier(source.pack.tiers.points, row["score_value"])


def _order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    unranked = row["rank"] is None
    return GROUPS.index(row["group"]), unranked, row["rank"] or 0, -row["received"], row["unit"]


_KEPT: Mapping[str, int] = {
    name: place
    for place, name in enumerate(
        ("redo_rate", "satisfaction_rate", "resolution_rate", "closing_rate", "carried_in", "reopened",
         "group", "overdue_closed", "overdue_open", "carried_out", "tier", "on_time_rate", "score",
         "closed", "received", "rank", "unit"),
        1,
    )
}  # fmt: skip
"""Column -> how long a narrow terminal keeps it."""


def _columns(source: StatisticsSource, shown: Sequence[RateDefinition]) -> list[Column]:
    scored = bool(source.pack.score.points)
    columns = [Column("group", "类别", width=8), Column("unit", "单位", width=18)]
    if scored:
        columns.append(Column("rank", "名次", "int", width=6))
    columns += [
        Column(name, COUNTS[name], "int", width=8, alarm=name in ALARMING) for name in COUNTED
    ]
    columns += [Column(one.name, one.label, width=20) for one in shown]
    if scored:
        columns.append(Column("score", "得分", width=8))
    if source.pack.tiers.points:
        columns.append(Column("tier", "档次", width=6))
    columns += [Column("mom", "受理比上期", width=20), Column("yoy", "受理比上年同期", width=20)]
    return [one._replace(keep=_KEPT.get(one.name, 0)) for one in columns]


def _notes(source: StatisticsSource, whole: Mapping[str, Mapping[str, Share]]) -> list[str]:
    points = source.pack.score.points
    notes = ["一件算本期末的牵头单位一件；改了名的单位按最后的名称合并；签收、退回算收单的单位。"]
    notes += _not_shown(source)
    if any(share[""].bent for share in whole.values()):
        notes.append(f"存疑：{BENT}的，哪些件见比率。")
    if not points:
        return [*notes, "规则包没有 [score]，不打分、不排名。"]
    weights = "、".join(f"{RATES[name].label} {weight} 分" for name, weight in points.items())
    notes.append(
        f"得分：{weights}；越低越好的比率按 1 减去它计分；分母为 0 的比率不计，其余按比例补足。"
    )
    if source.pack.score.proposed:
        notes.append("评分的分值是拟定的，不是出处写明的。")
    notes.append(
        f"部门和乡镇街道分开排名；本期不足 {RANKED_FROM} 件的单位不排名、不分档；同分同名次。"
    )
    return notes


def _not_shown(source: StatisticsSource) -> list[str]:
    """What the rows lack to balance: ways out that have no column, where there were any."""
    ways = {name: source.now.count(name, "") for name in IDENTITY if name not in COUNTED}
    others = "、".join(f"{COUNTS[name]} {count}" for name, count in ways.items() if count)
    return [f"没有列出的去向：{others}，各行的收和办因此可能差这些件。"] if others else []
