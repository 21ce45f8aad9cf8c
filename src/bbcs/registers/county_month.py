"""The month of a county: a row per station and per township, ranked by what they settled. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from bbcs.record import Record
from bbcs.registers.monthly import COUNTS
from bbcs.registers.percentage import percent
from bbcs.registers.statistics.score import RANKED_FROM, ranks, tier
from bbcs.registers.table import Chart, Column, Table

AT_CUT = ("within_limit", "overdue_open")
"""Counts of a station's month that only its cases tell, not their counted events."""

COUNTED = tuple(name for name in COUNTS if name not in AT_CUT)
CONSULTED: Mapping[str, str] = {"visitors": "咨询人数", "answered": "答复个数"}

SETTLED = "件次办结率"
"""The share of the cases to be settled that was: every settlement counts, and every redo. 办结率 of
`domain.rates` counts each case once, and other cases."""

TOTAL = "合计"


class AreaMonth(Record):
    """What one station, township or the whole county did in a period. code "" = the county.

    stations: codes of those in it. rank, tier: None, "" where it has too few cases.
    """

    code: str
    name: str
    stations: Sequence[str]
    counts: Mapping[str, int]
    consultations: Mapping[str, int]
    township: str = ""
    rank: int | None = None
    tier: str = ""

    @property
    def in_all(self) -> int:
        """The cases that were there to be settled."""
        return sum(self.counts[name] for name in ("carried_in", "received", "reopened"))

    @property
    def settled(self) -> Fraction | None:
        """The share of them that was settled, None of none."""
        return Fraction(self.counts["closed"], self.in_all) if self.in_all else None

    @property
    def settled_text(self) -> str:
        """As it is printed, with numerator and denominator."""
        open_left = self.counts["carried_out"] > 0
        return percent(self.counts["closed"], self.in_all, open_left=open_left)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        value = self.settled
        return {
            "counts": dict(self.counts),
            "consultations": dict(self.consultations),
            "settled": {
                "numerator": self.counts["closed"],
                "denominator": self.in_all,
                "value": None if value is None else float(value),
                "text": self.settled_text,
            },
        }

    def ranked_document(self) -> dict[str, Any]:
        """As JSON, with its place among the others."""
        return {**self.document(), "rank": self.rank, "tier": self.tier or None}


def together(code: str, name: str, areas: Iterable[AreaMonth]) -> AreaMonth:
    """Several stations as one."""
    every = list(areas)
    return AreaMonth(
        code,
        name,
        [station for one in every for station in one.stations],
        {key: sum(one.counts[key] for one in every) for key in COUNTED},
        {key: sum(one.consultations[key] for one in every) for key in CONSULTED},
    )


def ranked(areas: Sequence[AreaMonth], tiers: Mapping[str, int]) -> list[AreaMonth]:
    """The areas with rank and tier, the best first, those with too few cases last."""
    able = {
        one.code: one.settled
        for one in areas
        if one.settled is not None and one.in_all >= RANKED_FROM
    }
    places = ranks(able)
    rows = [
        one._replace(rank=places[one.code], tier=tier(tiers, able[one.code] * 100))
        if one.code in places
        else one
        for one in areas
    ]
    return sorted(rows, key=lambda one: (one.rank is None, one.rank or 0, one.code))


_KEPT = (
    "visitors", "answered", "terminated", "withdrawn", "struck_off", "callbacks_tried", "callbacks_valid",
    "partly", "explained", "solved", "transferred_out", "refused", "township", "tier", "reopened",
    "overdue_closed", "carried_in", "carried_out", "rank", "received", "closed", "settled", "name", "code",
)  # fmt: skip
"""Columns by how long a narrow terminal keeps them, the last the longest."""


def tables(
    title: str,
    townships: Sequence[AreaMonth],
    stations: Sequence[AreaMonth],
    total: AreaMonth,
    notes: Sequence[str],
    *,
    tiers: bool,
) -> list[Table]:
    """The townships, and the stations; the sums stand at the end of each."""
    return [
        _table("townships", f"{title} 乡镇", "乡镇", townships, total, notes, tiers=tiers),
        _table("stations", f"{title} 各站", "站", stations, total, (), tiers=tiers, belongs=True),
    ]


def _table(
    name: str,
    title: str,
    label: str,
    areas: Sequence[AreaMonth],
    total: AreaMonth,
    notes: Sequence[str],
    *,
    tiers: bool,
    belongs: bool = False,
) -> Table:
    rows = [_row(one) for one in (*areas, total)]
    chart = Chart(f"{label}收办", "bar", "name", ("received", "closed"), (0, len(areas)))
    return Table(
        name,
        title,
        list(_columns(label, tiers=tiers, belongs=belongs)),
        rows,
        [*notes],
        sheet=label,
        labelled=True,
        charts=[chart] if areas else [],
        counted=False,
        lead=2,
    )


def _columns(label: str, *, tiers: bool, belongs: bool) -> Iterable[Column]:
    alarming = ("overdue_closed",)
    columns = [Column("code", "代码", width=8), Column("name", label, width=14)]
    if belongs:
        columns.append(Column("township", "乡镇", width=12))
    columns += [Column(key, COUNTS[key], "int", alarm=key in alarming) for key in COUNTED]
    columns += [Column(key, text, "int") for key, text in CONSULTED.items()]
    columns += [Column("settled", SETTLED, width=16), Column("rank", "名次", "int", width=4)]
    if tiers:
        columns.append(Column("tier", "档次", width=6))
    return (one._replace(keep=_KEPT.index(one.name) + 1) for one in columns)


def _row(one: AreaMonth) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "township": one.township,
        **one.counts,
        **one.consultations,
        "settled": one.settled_text,
        "rank": one.rank,
        "tier": one.tier,
    }


def flat(townships: Sequence[AreaMonth], stations: Sequence[AreaMonth], total: AreaMonth) -> Table:
    """Every row in one table, for programs that read rows."""
    columns = [
        *(Column(name, name) for name in ("part", "code", "name", "township")),
        *(Column(name, name, "int") for name in (*COUNTED, *CONSULTED, "denominator")),
        *(Column(name, name) for name in ("settled", "rank", "tier")),
    ]
    parts = (("township", townships), ("station", stations), ("county", [total]))
    rows = [
        {"part": part, **_row(one), "denominator": one.in_all}
        for part, areas in parts
        for one in areas
    ]
    return Table("county_month", "", columns, rows)
