"""The report of KPIs as tables: rates, counts, and beside them the given figures of the place, marked as given. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bbcs.domain.pack import Fact
from bbcs.registers.changes import Change
from bbcs.registers.counting import PARTS, Count
from bbcs.registers.rates import OF, Rate
from bbcs.registers.table import Column, Table

GIVEN = "给定"
"""How a figure that was published and not counted is marked."""


def tables(
    title: str,
    rates: Sequence[Rate],
    counts: Sequence[Count],
    changes: Mapping[str, Change],
    facts: Sequence[Fact],
    notes: Sequence[str],
) -> list[Table]:
    """What people read: one table each for rates, counts and given figures."""
    shown = [
        {
            "label": one.label,
            "text": one.text,
            "of": OF[one.name],
            "change": _change(one.name, changes),
        }
        for one in rates
    ]
    tallied = [
        {
            "part": PARTS[one.part],
            "label": one.label,
            "count": one.number,
            "change": _change(one.key, changes) if one.part == "flow" else "",
        }
        for one in counts
    ]
    given = [
        {"mark": GIVEN, "name": one.name, "value": one.value, "source": one.source} for one in facts
    ]
    change = Column("change", "比上期", width=30)
    return [
        Table(
            "kpi",
            f"{title} 比率",
            [
                Column("label", "指标", width=16),
                Column("text", "结果（分子/分母）", width=28),
                Column("of", "分母", width=36),
                change,
            ],
            shown,
            [*notes, "比率比上期是两个比率相减，单位是百分点。"],
        ),
        Table(
            "kpi_counts",
            f"{title} 计数",
            [
                Column("part", "类别", width=46),
                Column("label", "项目", width=26),
                Column("count", "数", "int", width=8),
                change,
            ],
            tallied,
            ["计数比上期是增减的百分数。"],
        ),
        Table(
            "kpi_facts",
            f"{title} 给定的数字",
            [
                Column("mark", "", width=6),
                Column("name", "项目", width=36),
                Column("value", "数", width=20),
                Column("source", "出处", width=36),
            ],
            given,
            ["照出处抄录，不是从台账数出来的，不与上面的数相除。"],
        ),
    ]


def _change(name: str, changes: Mapping[str, Change]) -> str:
    return changes[name].text if name in changes else ""


def flat(
    rates: Sequence[Rate],
    counts: Sequence[Count],
    changes: Mapping[str, Change],
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
            "change": _change(one.key, changes) if one.part == "flow" else "",
        }
        for one in counts
    ]  # fmt: skip
    rows += [
        {"part": "fact", "label": one.name, "value": one.value, "text": GIVEN, "source": one.source}
        for one in facts
    ]
    return Table("kpi", "", columns, rows)
