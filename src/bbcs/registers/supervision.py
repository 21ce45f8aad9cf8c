"""督办台账登记簿: every slip that was issued in the period or still waited for an answer in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bbcs.domain.event import Event
from bbcs.domain.unit import UnitRef
from bbcs.registers import REGISTERS
from bbcs.registers.cells import day, numbered
from bbcs.registers.entry import RegisterEntry, RegisterSource
from bbcs.registers.lazy_rows import LazyRows
from bbcs.registers.paper import paper
from bbcs.registers.slips import Issued, answer, issued
from bbcs.registers.table import Table

KINDS: Mapping[str, str] = {"seq": "int", "at": "date", "due": "date", "answered_at": "date"}


def build(source: RegisterSource) -> Table:
    """The register of a period, in order of time; slips from before it come first."""
    found = [one for one in issued(source.entries) if _waits(one, source)]
    rows = LazyRows(found, lambda number, one: {"seq": number, **_row(one, source)})
    marks = {
        number: "overdue"
        for number, (entry, event) in enumerate(found)
        if not _answered(entry, event) and _late(event, None, source.moment)
    }
    older = sum(not source.period.covers(event.at) for _, event in found)
    notes = [f"其中以前签发、本期开始时还没答复的 {older} 张。"] if older else []
    return paper(
        "supervision", REGISTERS["supervision"], source, rows, kinds=KINDS, notes=notes, marks=marks
    )


def _waits(one: Issued, source: RegisterSource) -> bool:
    entry, event = one
    if source.period.covers(event.at):
        return True
    answered = _answered(entry, event)
    return answered is None or answered.at.date() >= source.period.first


def _answered(entry: RegisterEntry, event: Event) -> Event | None:
    return answer(entry, event.data.get("slip") or "")


def _late(event: Event, answered: Event | None, moment: datetime) -> bool:
    due: date | None = event.data.get("due")
    until = answered.at if answered else moment
    return bool(due and until.date() > due)


def _row(one: Issued, source: RegisterSource) -> dict[str, Any]:
    entry, event = one
    answered = _answered(entry, event)
    late = _late(event, answered, source.moment)
    state = "已答复" if answered else "未答复"
    return {
        **numbered(entry),
        "slip": event.data.get("slip"),
        "at": day(event.at),
        "kind": entry.pack.label("supervision", event.data.get("kind")),
        "unit": UnitRef.of(event.data["unit"]).name,
        "due": day(event.data.get("due")),
        "state": f"{state}（逾期）" if late else state,
        "answered_at": day(answered.at) if answered else "",
        "late": "是" if late else "否",
        "accountability": _accountability(entry, UnitRef.of(event.data["unit"])),
    }


def _accountability(entry: RegisterEntry, unit: UnitRef) -> str:
    """Measures of the place's chart that were taken against the unit in this case."""
    measures = {one for rule in entry.pack.accountability for one in rule.measures}
    taken = [
        f"{entry.pack.label('supervision', event.data.get('kind'))} {day(event.at)}"
        for event in entry.of("Supervised")
        if event.data.get("kind") in measures and UnitRef.of(event.data["unit"]).same(unit)
    ]
    return "；".join(taken)
