"""The report of KPIs as tables: rates, counts, and beside them the given figures of the place,
marked as given. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bbcs.domain.pack import Fact
from bbcs.registers.changes import FigureChange
from bbcs.registers.counting import PARTS, Count
from bbcs.registers.rates import OF, Rate
from bbcs.registers.table import Column, Table

GIVEN = "给定"
"""How a figure that was published and not counted is marked."""


_CHANGE = Column("change", "比上期", width=30)


def tables(
    title: str,
    rates: Sequence[Rate],
    counts: Sequence[Count],
    changes: Mapping[str, FigureChange],
    facts: Sequence[Fact],
    notes: Sequence[str],
) -> list[Table]:
    """What people read: one table each for rates, counts and given figures. notes: lines under
    the first of them."""
    return [
        _rates(title, rates, changes, notes),
        _counts(title, counts, changes),
        _facts(title, facts),
    ]


def _rates(
    title: str, rates: Sequence[Rate], changes: Mapping[str, FigureChange], notes: Sequence[str]
) -> Table:
    columns = [
        Column("label", "指标", width=16),
        Column("text", "结果（分子/分母）", width=28),
        Column("of", "分母", width=36),
        _CHANGE,
    ]
    rows = [
        {
            "label": one.label,
            "text": one.text,
            "of": OF[one.name],
            "change": _change(one.name, changes),
        }
        for one in rates
    ]
    note = "比率比上期是两个比率相减，单位是百分点。"
    return Table("kpi", f"{title} 比率", columns, rows, [*notes, note])


def _counts(title: str, counts: Sequence[Count], changes: Mapping[str, FigureChange]) -> Table:
    columns = [
        Column("part", "类别", width=46),
        Column("label", "项目", width=26),
        Column("count", "数", "int", width=8),
        _CHANGE,
    ]
    rows = [
        {
            "part": PARTS[one.part],
            "label": one.label,
            "count": one.number,
            "change": _count_change(one, changes),
        }
        for one in counts
    ]
    return Table("kpi_counts", f"{title} 计数", columns, rows, ["计数比上期是增减的百分数。"])


def _facts(title: str, facts: Sequence[Fact]) -> Table:
    columns = [
        Column("mark", "", width=6),
        Column("name", "项目", width=36),
        Column("value", "数", width=20),
        Column("source", "出处", width=36),
    ]
    rows = [
        {"mark": GIVEN, "name": one.name, "value": one.value, "source": one.source} for one in facts
    ]
    note = "照出处抄录，不是从台账数出来的，不与上面的数相除。"
    return Table("kpi_facts", f"{title} 给定的数字", columns, rows, [note])


def _change(name: str, changes: Mapping[str, FigureChange]) -> str:
    """The text of a change, "" where none was counted."""
    found = changes.get(name)
    return found.text if found else ""


def _count_change(one: Count, changes: Mapping[str, FigureChange]) -> str:
    """Only counts of the monthly report are compared with the period before."""
    if one.part != "flow":
        return ""
    return _change(one.key, changes)


def flat(
    rates: Sequence[Rate],
    counts: Sequence[Count],
    changes: Mapping[str, FigureChange],
    facts: Sequence[Fact],
) -> Table:
    """Everything in one table, for programs that read rows."""
    columns = [
        Column(name, name)
        for name in (
            "part",
            "name",
            "label",
            "value",
            "numerator",
            "denominator",
            "text",
            "change",
            "source",
        )
    ]
    rows: list[dict[str, object]] = [
        {
            "part": "rate", "name": one.name, "label": one.label, "value": "" if one.value is None else repr(one.value),
            "numerator": one.numerator, "denominator": one.denominator, "text": one.text, "change": _change(one.name, changes),
        }
        for one in rates
    ]  # fmt: skip
    rows += [
        {
            "part": one.part, "name": one.key, "label": one.label, "value": one.number,
            "change": _count_change(one, changes),
        }
        for one in counts
    ]  # fmt: skip
    rows += [
        {"part": "fact", "label": one.name, "value": one.value, "text": GIVEN, "source": one.source}
        for one in facts
    ]
    return Table("kpi", "", columns, rows)
