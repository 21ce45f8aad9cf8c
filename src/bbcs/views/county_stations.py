"""The stations of a county as JSON and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bbcs.calendar.dates import minute_text
from bbcs.registers.table import Column, Table
from bbcs.usecases.county import StationFacts, StationLine
from bbcs.usecases.office import Office

COLUMNS = (
    Column("station", "站码", width=8, keep=9),
    Column("name", "名称", width=14, keep=8),
    Column("parent", "上级", width=8, keep=3),
    Column("open", "没了结", "int", width=6, keep=7),
    Column("overdue", "超期", "int", width=4, keep=7, alarm=True),
    Column("gaps", "缺号", "int", width=4, keep=6, alarm=True),
    Column("entries", "记录", "int", width=6, keep=5),
    Column("last_at", "末条时间", "time", width=16, keep=4),
    Column("head", "末条摘要", width=16, keep=2),
    Column("remark", "备注", width=16, keep=4),
)

BEHIND = "还没按这一版重算，数不能用"


def document(stations: Sequence[StationLine]) -> dict[str, Any]:
    """`bbcs county stations --json`."""
    return {"schema": "bbcs.county_stations/1", "stations": [_station(one) for one in stations]}


def _station(one: StationLine) -> dict[str, Any]:
    facts = one.facts
    return {
        "station": one.code,
        "name": one.name,
        "parent": one.parent or None,
        "entries": facts.head.seq,
        "last_at": facts.head.recorded_at or None,
        "head": facts.head.digest or None,
        "open": facts.open,
        "overdue": facts.overdue,
        "gaps": facts.gaps,
        "moved_to": facts.moved or None,
        "arriving_from": facts.arriving or None,
        "behind": facts.behind,
    }


def table(stations: Sequence[StationLine], office: Office) -> Table:
    """The stations as people read them, with the sums of the county below."""
    rows = [_row(one) for one in stations]
    sums = {name: sum(row[name] for row in rows) for name in ("open", "overdue", "gaps", "entries")}
    notes = [
        f"没了结 {sums['open']} 件，超期 {sums['overdue']} 件，缺号 {sums['gaps']} 个；"
        f"{office.stamp.now:%Y-%m-%d %H:%M}"
    ]
    return Table("county_stations", "", COLUMNS, rows, notes)


def _row(one: StationLine) -> dict[str, Any]:
    return {
        **_station(one),
        "last_at": minute_text(one.facts.head.recorded_at),
        "head": one.facts.head.digest[:16],
        "remark": _remark(one.facts),
    }


def _remark(facts: StationFacts) -> str:
    if facts.moved:
        return f"已搬到 {facts.moved}"
    if facts.arriving:
        return f"没有搬完，不算在内；请在 {facts.arriving} 再执行 bbcs ledger move"
    return BEHIND if facts.behind else ""
