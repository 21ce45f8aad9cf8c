"""督办台账登记簿: every slip that was issued in the period or still waited for an answer in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bbcs.domain.event import Event
from bbcs.domain.order import UnitRef
from bbcs.registers.cells import day, numbered
from bbcs.registers.entry import RegisterEntry, RegisterSource
from bbcs.registers.register import Register, RegisterLine, RowStore
from bbcs.registers.slips import KINDS, Issued, answer, issued, key


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
                asked = entry.asked(event.data.get("slip"))
                mark = "overdue" if asked and asked.state == "overdue" else ""
                yield RegisterLine(key(one), _row(one), mark)

    def notes(self) -> Sequence[str]:
        """How many slips are from before the period."""
        return [f"其中以前签发、本期开始时还没答复的 {self._older} 张。"] if self._older else []


REGISTER = SupervisionRegister


def _waits(one: Issued, source: RegisterSource) -> bool:
    entry, event = one
    if source.period.covers(event.at):
        return True
    asked, answered = entry.asked(event.data.get("slip")), _answered(entry, event)
    ended = asked.ended_at if asked else None
    over = answered.at if answered else ended
    return over is None or over.date() >= source.period.first


def _answered(entry: RegisterEntry, event: Event) -> Event | None:
    return answer(entry, event.data.get("slip") or "")


def _row(one: Issued) -> dict[str, Any]:
    entry, event = one
    answered, asked = _answered(entry, event), entry.asked(event.data.get("slip"))
    late = asked is not None and asked.late
    state = "已答复" if answered else "未答复"
    if late:
        state += "（逾期）"
    elif asked and asked.ended_at:
        state += "（件已了结）"
    return {
        **numbered(entry),
        "slip": event.data.get("slip"),
        "at": day(event.at),
        "kind": entry.pack.label("supervision", event.data.get("kind")),
        "unit": UnitRef.of(event.data["unit"]).name,
        "due": day(event.data.get("due")),
        "state": state,
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
