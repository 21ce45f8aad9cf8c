"""Tables of figures: the statistics of a period and the parts of a circular, each with its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bbcs.domain.rates import OF_UNITS, RATES
from bbcs.registers import circular, common_problems, typical_cases
from bbcs.registers.monthly import COUNTS
from bbcs.registers.statistics import holders, improvements, topics, units
from bbcs.registers.table import Column
from bbcs.views.schemas.shapes import (
    BOOL,
    DAY,
    INT,
    NUMBER,
    RAW,
    TEXT,
    Shape,
    many,
    maybe,
    meaning,
    record,
)

COLUMNS = many(record({"name": TEXT, "label": TEXT, "kind": TEXT}))

_CELLS: Mapping[str, Shape] = {"text": RAW, "int": maybe(INT), "date": DAY}
_CASES: Mapping[str, Shape] = {"case_nos": meaning(many(TEXT), "背后的件")}
_KEYED: Mapping[str, Shape] = {"key": meaning(TEXT, "这一行是哪一种，不变"), **_CASES}


def _statistic(
    columns: Sequence[Column], beside: Mapping[str, Shape], optional: Mapping[str, Shape] = {}
) -> Shape:
    """A table. beside: keys of its rows that no column shows, and columns that hold lists."""
    cells = {one.name: meaning(_CELLS[one.kind], one.label) for one in columns}
    rows = many(record({**cells, **beside}, optional))
    return record({"title": TEXT, "columns": COLUMNS, "rows": rows, "notes": many(TEXT)})


_UNIT = (
    Column("group", "类别"),
    Column("unit", "单位"),
    Column("rank", "名次", "int"),
    *(Column(name, COUNTS[name], "int") for name in units.COUNTED),
    *(Column(one.name, one.label) for one in OF_UNITS),
    Column("score", "得分"),
    Column("tier", "档次"),
    Column("mom", "受理比上期"),
    Column("yoy", "受理比上年同期"),
)
_UNITS = _statistic(
    _UNIT,
    {
        "score_value": meaning(maybe(NUMBER), "得分"),
        "not_scored": meaning(many(TEXT), "没有数、没有计分的比率"),
        **_CASES,
    },
    {one.name: meaning(RAW, one.label) for one in RATES.values() if not one.of_units},
)
_TOPICS = _statistic(topics.COLUMNS, _KEYED)

STATISTICS = record(
    {
        "units": _UNITS,
        "holders": _statistic(holders.COLUMNS, _KEYED),
        "topics": _TOPICS,
        "improvements": _statistic(
            improvements.COLUMNS,
            {
                "items": many(TEXT),
                "seq": meaning(INT, "改进那一条记录"),
                **_KEYED,
                "before_nos": meaning(many(TEXT), "之前的件"),
                "after_nos": meaning(many(TEXT), "之后的件"),
            },
        ),
    }
)
"""`statistics` of `report kpi`."""

_LISTS: Mapping[str, Shape] = {"windows": many(TEXT), "measures": many(TEXT)}
_TYPICAL: Mapping[str, Shape] = {"items": many(TEXT), "units": many(TEXT)}
_DAYS: Mapping[str, Shape] = {
    "received_at": meaning(TEXT, "受理日"),
    "resolved_at": meaning(TEXT, "办结日"),
}

CIRCULAR: Mapping[str, Shape] = {
    "places": _statistic(
        circular.PLACES,
        {
            **_KEYED,
            "first": meaning(BOOL, "本期最多"),
            "running": meaning(BOOL, "连续两期最多"),
        },
    ),
    "accountability": _statistic(circular.STEPS, {**_LISTS, **_KEYED}),
    "units": _UNITS,
    "topics": _TOPICS,
    "common_problems": _statistic(common_problems.COLUMNS, _KEYED),
    "typical_cases": _statistic(typical_cases.COLUMNS, {**_TYPICAL, **_DAYS, **_CASES}),
    "hard_cases": _statistic(circular.HARD_CASES, {"items": many(TEXT), **_CASES}),
    "next_steps": _statistic((Column("step", "下一步"),), {}),
}
"""The tables of `report circular`."""
