"""Cases before and after each improvement (源头减量): did fewer come on the same items?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from bbcs.calendar.days import DayCalendar
from bbcs.domain.acts.table import KINDS
from bbcs.registers import changes
from bbcs.registers.statistics.source import Improvement, Intake, StatisticsSource
from bbcs.registers.table import Column, Table

PER = 30
"""Cases are given per so many working days: about six weeks."""

SPAN = 90
"""Longest stretch before and after that is counted, in working days (ours, proposed)."""

FEWEST = 3
"""Fewest cases before an improvement from which a fall means something (ours, proposed)."""

_KINDS = next(field.choices for field in KINDS["Improved"] if field.name == "kind")
"""Kind of an improvement -> what people read."""

VERDICTS: Mapping[str, str] = {"works": "见效", "not_yet": "未见效", "too_few": "太少"}

COLUMNS = (
    Column("day", "从哪天起", "date", width=12),
    Column("kind", "改进", width=10),
    Column("items", "事项", width=36),
    Column("before", "之前（件）", "int", width=8),
    Column("days_before", "之前（工作日）", "int", width=8),
    Column("per_before", f"之前每 {PER} 个工作日", width=12),
    Column("after", "之后（件）", "int", width=8),
    Column("days_after", "之后（工作日）", "int", width=8),
    Column("per_after", f"之后每 {PER} 个工作日", width=12),
    Column("verdict", "结论", width=8),
)

_NOTES = (
    f"同样事项的件，改进前后各最多看 {SPAN} 个工作日，折成每 {PER} 个工作日几件；"
    "生效那天算之后；生效前只从台账有件的那天算起。",
    f"之前不足 {FEWEST} 件，或前后有一边不足 {PER} 个工作日的，写“太少”；之后比之前少写“见效”，"
    "不少写“未见效”。算法是拟定的。",
)


def window(calendar: DayCalendar, day: date) -> tuple[date, date]:
    """The first and the last day on which cases count for an improvement of this day."""
    return calendar.add(day, -SPAN), calendar.add(day - timedelta(days=1), SPAN)


def build(source: StatisticsSource) -> Table:
    """Every improvement that stands at the end of the period, the newest first."""
    cut = source.moment.date()
    known = [one for one in source.improvements if one.day <= cut]
    rows = [_row(one, source) for one in sorted(known, key=lambda one: (one.day, one.seq))[::-1]]
    return Table("improvements", f"{source.title} 改进前后", COLUMNS, rows, list(_NOTES), lead=2)


def _row(one: Improvement, source: StatisticsSource) -> dict[str, Any]:
    calendar = source.calendar
    first, last = window(calendar, one.day)
    first, last = max(first, source.begun or first), min(last, source.moment.date())
    before = [intake for intake in one.intakes if first <= intake.day < one.day]
    after = [intake for intake in one.intakes if one.day <= intake.day <= last]
    days_before = _working_days(calendar, first, one.day - timedelta(days=1))
    days_after = _working_days(calendar, one.day, last)
    rates = _per(before, days_before), _per(after, days_after)
    key = "too_few"
    if len(before) >= FEWEST and min(days_before, days_after) >= PER:
        key = "works" if rates[1] < rates[0] else "not_yet"
    return {
        "day": one.day.isoformat(),
        "kind": _KINDS.get(one.kind, one.kind),
        "items": list(one.items),
        "before": len(before),
        "days_before": days_before,
        "per_before": changes.decimal(rates[0], 1),
        "after": len(after),
        "days_after": days_after,
        "per_after": changes.decimal(rates[1], 1),
        "verdict": VERDICTS[key],
        "key": key,
        "seq": one.seq,
        "case_nos": list(one.case_nos),
        "before_nos": [intake.case_no for intake in before],
        "after_nos": [intake.case_no for intake in after],
    }


def _working_days(calendar: DayCalendar, first: date, last: date) -> int:
    return calendar.count(first, last) if first <= last else 0


def _per(intakes: Sequence[Intake], days: int) -> Fraction:
    """Cases per so many working days; 0 where there was none."""
    return Fraction(len(intakes) * PER, days) if days else Fraction()
