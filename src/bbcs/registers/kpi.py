"""The report of KPIs as tables: rates, counts, and beside them the given figures of the place,
marked as given. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bbcs.domain.pack import Fact
from bbcs.domain.rates import RATES
from bbcs.registers import flat_rows
from bbcs.registers.changes import FigureChange
from bbcs.registers.counting import PARTS, Count
from bbcs.registers.rates.sums import Rate
from bbcs.registers.table import Column, Table

GIVEN = "给定"
"""How a figure that was published and not counted is marked."""


Changes = tuple[Mapping[str, FigureChange], Mapping[str, FigureChange]]
"""Against the period before, and against the same days a year ago."""

_CHANGES = (
    Column("change", "比上期", width=26, keep=3),
    Column("year_change", "比上年同期", width=26, keep=2),
)


def tables(
    title: str,
    rates: Sequence[Rate],
    counts: Sequence[Count],
    changes: Changes,
    statistics: Sequence[Table],
    facts: Sequence[Fact],
    notes: Sequence[str],
) -> list[Table]:
    """What people read: one table each for rates, counts, every statistic and given figures.

    notes: lines under the first of them.
    """
    return [
        _rates(title, rates, changes, notes),
        _counts(title, counts, changes),
        *statistics,
        _facts(title, facts),
    ]


def _rates(title: str, rates: Sequence[Rate], changes: Changes, notes: Sequence[str]) -> Table:
    columns = [
        Column("label", "指标", width=22),
        Column("text", "结果（分子/分母）", width=28),
        *(one._replace(keep=0) for one in _CHANGES),  # none is lost: the table is drawn in parts
        Column("of", "分母", width=48),
    ]
    rows = [
        {
            "label": one.label,
            "text": one.text,
            **_changed(one.name, changes),
            **RATES[one.name].formula(),
            "key": one.name,
            "case_nos": list(one.case_nos),
            "hit_nos": list(one.hit_nos),
        }
        for one in rates
    ]
    note = "比率比上期、比上年同期是两个比率相减，单位是百分点。"
    table = Table("kpi", f"{title} 比率", columns, rows, [*notes, note])
    return table._replace(sheet="比率", labelled=True, lead=1)


def _counts(title: str, counts: Sequence[Count], changes: Changes) -> Table:
    columns = [
        Column("part", "类别", width=46, keep=3),
        Column("label", "项目", width=26, keep=4),
        Column("count", "数", "int", width=8, keep=4),
        *_CHANGES,
    ]
    rows = [
        {
            "part": PARTS[one.part],
            "label": one.label,
            "count": one.number,
            **_count_changed(one, changes),
            "key": one.key,
            "case_nos": list(one.case_nos),
        }
        for one in counts
    ]
    note = "计数比上期、比上年同期是增减的百分数。"
    table = Table("kpi_counts", f"{title} 计数", columns, rows, [note])
    return table._replace(sheet="计数", labelled=True, group="part")


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
    return Table(
        "kpi_facts", f"{title} 给定的数字", columns, rows, [note], sheet="给定的数字", labelled=True
    )


def _changed(name: str, changes: Changes) -> dict[str, str]:
    """The texts of both changes, "" where none was counted."""
    texts = [by_name[name].text if name in by_name else "" for by_name in changes]
    return dict(zip((one.name for one in _CHANGES), texts, strict=True))


def _count_changed(one: Count, changes: Changes) -> dict[str, str]:
    """Only counts of the monthly report are compared with other periods."""
    return _changed(one.key if one.part == "flow" else "", changes)


_FLAT = (
    "part",
    "name",
    "label",
    "value",
    "numerator",
    "denominator",
    "text",
    "change",
    "year_change",
    "source",
    "row",
)


def flat(
    rates: Sequence[Rate],
    counts: Sequence[Count],
    changes: Changes,
    statistics: Sequence[Table],
    facts: Sequence[Fact],
) -> Table:
    """Every figure in one table, for programs that read rows. row: of a statistic, whose it is."""
    rows: list[dict[str, object]] = [
        {
            "part": "rate",
            "name": one.name,
            "label": one.label,
            "value": "" if one.value is None else repr(one.value),
            "numerator": one.numerator,
            "denominator": one.denominator,
            "text": one.text,
            **_changed(one.name, changes),
        }
        for one in rates
    ]
    rows += [
        {
            "part": one.part,
            "name": one.key,
            "label": one.label,
            "value": one.number,
            **_count_changed(one, changes),
        }
        for one in counts
    ]
    rows += [row for table in statistics for row in flat_rows.rows(table)]
    rows += [
        {"part": "fact", "label": one.name, "value": one.value, "text": GIVEN, "source": one.source}
        for one in facts
    ]
    return Table("kpi", "", [Column(name, name) for name in _FLAT], rows)
