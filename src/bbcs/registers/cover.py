"""月报: the first sheet of a month: its counts and rates, with the head of the chain. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.domain.rates import RATES
from bbcs.registers.entry import RegisterSource
from bbcs.registers.monthly import ALARMING, BESIDE, COUNTS, IDENTITY, identity_line
from bbcs.registers.paper import statistic
from bbcs.registers.rates.sums import Rate
from bbcs.registers.table import Chart, Column, Table

Counts = Mapping[str, int]


def build(
    source: RegisterSource,
    counts: Counts,
    consultations: Counts,
    rates: Sequence[Rate],
    head: Sequence[str],
) -> Table:
    """The first sheet. head: lines that say until which entry it holds, and the proof of it."""
    rows: list[dict[str, Any]] = [
        *_counted("收办情况", IDENTITY, counts),
        *_counted("其中", BESIDE, counts),
        {"part": "咨询", "label": "来咨询的人次", "count": consultations["visitors"]},
        {"part": "咨询", "label": "当场答复", "count": consultations["answered"]},
    ]
    rows += [
        {"part": "比率", "label": rate.label, "text": rate.text, "of": RATES[rate.name].of}
        for rate in rates
    ]
    columns = (
        Column("part", "类别", width=12),
        Column("label", "项目", width=22),
        Column("count", "件数", "int", width=10),
        Column("text", "比率（分子/分母）", width=34),
        Column("of", "分母", width=44),
    )
    chart = Chart("收办情况", "column", "label", ("count",), (0, len(IDENTITY)))
    notes = [f"平衡式：{identity_line(counts)}", *head]
    marks = {
        number: "overdue"
        for number, row in enumerate(rows)
        if row["label"] in [COUNTS[name] for name in ALARMING] and row["count"]
    }
    return statistic(
        "monthly", "月报", source, columns, rows, notes=notes, charts=[chart], marks=marks
    )


def _counted(part: str, names: Sequence[str], counts: Counts) -> list[dict[str, Any]]:
    return [{"part": part, "label": COUNTS[name], "count": counts[name]} for name in names]
