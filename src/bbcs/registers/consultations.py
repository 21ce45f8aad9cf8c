"""咨询登记簿: questions that were answered on the spot; they are counted and are no cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bbcs.domain.event import Event
from bbcs.domain.masking import free_text
from bbcs.domain.unit import UnitRef
from bbcs.registers import REGISTERS
from bbcs.registers.cells import moment, operator
from bbcs.registers.entry import RegisterSource
from bbcs.registers.lazy_rows import LazyRows
from bbcs.registers.paper import paper
from bbcs.registers.table import Table

KINDS: Mapping[str, str] = {"seq": "int", "at": "time", "visitors": "int", "answered": "int"}


def build(source: RegisterSource) -> Table:
    """The register of a period, in order of time; what was taken back does not count."""
    asked = sorted(source.consultations, key=lambda one: (one.at, one.seq))
    rows = LazyRows(asked, lambda number, one: {"seq": number, **_row(one, source)})
    visitors, answered = (sum(one.data.get(key, 1) for one in asked) for key in _COUNTED)
    notes = [f"合计：来咨询 {visitors} 人次，当场答复 {answered} 个；不与件数相除。"]
    return paper(
        "consultations", REGISTERS["consultations"], source, rows, kinds=KINDS, notes=notes
    )


_COUNTED = ("visitors", "answered")


def _row(asked: Event, source: RegisterSource) -> dict[str, Any]:
    data = asked.data
    return {
        "at": moment(asked.at),
        "channel": source.pack.label("channel", data.get("channel")),
        "matter": free_text(data.get("matter") or ""),
        **{key: data.get(key, 1) for key in _COUNTED},
        "unit": UnitRef.of(data["unit"]).name if data.get("unit") else "",
        "received_by": operator(source, asked.actor),
    }
