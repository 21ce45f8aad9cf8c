"""督办台账登记簿: every slip that was issued in the period or still waited for an answer in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bbcs.domain.event import Event
from bbcs.domain.unit import UnitRef
from bbcs.registers.cells import day, numbered
from bbcs.registers.entry import RegisterEntry, RegisterSource
from bbcs.registers.register import Register, RegisterLine, RowStore
from bbcs.registers.slips import Issued, answer, issued, key

KINDS: Mapping[str, str] = {"seq": "int", "at": "date", "due": "date", "answered_at": "date"}


class SupervisionRegister(Register):
    """The register of a period, in order of time; slips from before it come first."""

    name = "supervision"
    kinds = KINDS

    def __init__(self, source: RegisterSource, store: RowStore) -> None:
        super().__init__(source, store)
        self._older = 0

    def lines(self, entry: RegisterEntry) -> Iterator[RegisterLine]:
        """One line for each slip that was issued in the period or waited in it."""
        for one in issued(entry):
            if _waits(one, self.source):
                event = one[1]
                self._older += not self.source.period.covers(event.at)
                waits = not _answered(entry, event) and _late(event, None, self.source.moment)
                yield RegisterLine(key(one), _row(one, self.source), "overdue" if waits else "")

    def notes(self) -> Sequence[str]:
        """How many slips are from before the period."""
        return [f"其中以前签发、本期开始时还没答复的 {self._older} 张。"] if self._older else []


REGISTER = SupervisionRegister


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
