"""咨询登记簿: questions that were answered on the spot; they are counted and are no cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bbcs.calendar.dates import minute_text
from bbcs.domain.event import Event
from bbcs.domain.masking import free_text
from bbcs.domain.order import UnitRef
from bbcs.registers.cells import operator
from bbcs.registers.entry import RegisterEntry, RegisterSource
from bbcs.registers.register import Register, RegisterLine
from bbcs.registers.table import Table

KINDS: Mapping[str, str] = {"seq": "int", "at": "time", "visitors": "int", "answered": "int"}


class ConsultationRegister(Register):
    """The register of a period, in order of time; what was taken back does not count."""

    name = "consultations"
    kinds = KINDS

    def lines(self, entry: RegisterEntry) -> Iterable[RegisterLine]:
        """No case is a consultation."""
        return ()

    def table(self, figures: Sequence[str] = ()) -> Table:
        """The register, of the consultations of the source."""
        for one in self.source.consultations:
            self.put(RegisterLine((one.at, one.seq), _row(one, self.source)))
        return super().table(figures)

    def notes(self) -> Sequence[str]:
        """The sums."""
        asked = self.source.consultations
        visitors, answered = (sum(one.data.get(key, 1) for one in asked) for key in _COUNTED)
        return [f"合计：来咨询 {visitors} 人次，当场答复 {answered} 个；不与件数相除。"]


REGISTER = ConsultationRegister


_COUNTED = ("visitors", "answered")


def _row(asked: Event, source: RegisterSource) -> dict[str, Any]:
    data = asked.data
    return {
        "at": minute_text(asked.at),
        "channel": source.pack.label("channel", data.get("channel")),
        "matter": free_text(data.get("matter") or ""),
        **{key: data.get(key, 1) for key in _COUNTED},
        "unit": UnitRef.of(data["unit"]).name if data.get("unit") else "",
        "received_by": operator(source, asked.actor),
    }
