"""工单受理登记簿: one row for each round that began in the period, by receipt or by reopening."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bbcs.calendar.dates import minute_text
from bbcs.domain.event import Event
from bbcs.registers.cells import (
    demand,
    field,
    numbered,
    operator,
    reporter_type,
    round_name,
)
from bbcs.registers.entry import RegisterEntry, RegisterSource
from bbcs.registers.register import Register, RegisterLine

KINDS: Mapping[str, str] = {"seq": "int", "received_at": "time", "decided_at": "time"}

_BEGINS = ("Registered", "Reopened")
_DECIDES: Mapping[str, str] = {"Accepted": "受理", "Refused": "不予受理"}

Begun = tuple[RegisterEntry, int, Event]
"""A case, the number of its round, and the entry that began it."""


class AcceptanceRegister(Register):
    """The register of a period, in order of receipt."""

    name = "acceptance"
    kinds = KINDS

    def lines(self, entry: RegisterEntry) -> Iterator[RegisterLine]:
        """One line for each round that began in the period."""
        for number, event in enumerate(entry.of(*_BEGINS), 1):
            if self.source.period.covers(event.at):
                cells = _row((entry, number, event), self.source)
                yield RegisterLine((event.at, entry.case.no), cells)


REGISTER = AcceptanceRegister


def _row(begun: Begun, source: RegisterSource) -> dict[str, Any]:
    entry, number, event = begun
    registered, pack = entry.case.registered, entry.pack
    decision, decided_at = _decision(entry, number, event)
    return {
        **numbered(entry),
        **entry.people,
        "round": round_name(number),
        "received_at": minute_text(event.at),
        "channel": pack.label("channel", registered.get("channel")),
        "reporter_type": reporter_type(entry),
        "demand_kind": pack.label("demand_kind", registered.get("demand_kind")),
        "matter": entry.matter,
        "demand": demand(entry),
        "missing_papers": [entry.shown(one) for one in registered.get("missing_papers") or ()],
        "failed_at": entry.shown(" ".join(_failed_at(registered))),
        "decision": decision,
        "decided_at": decided_at,
        "received_by": operator(source, event.actor),
        "source_no": registered.get("source_no"),
        "remark": _remark(entry, event),
    }


def _failed_at(registered: Mapping[str, Any]) -> list[str]:
    """Where the matter was not settled before: unit and window, as far as they were named."""
    return [registered[name] for name in ("failed_unit", "failed_window") if registered.get(name)]


def _decision(entry: RegisterEntry, number: int, event: Event) -> tuple[str, str]:
    """What was decided about taking the case, and when; a reopened one was taken before, or had
    been refused and was taken up after all.
    """
    if number > 1:
        again = "重新受理" if number <= entry.case.first_round else "重办"
        return again, minute_text(event.at)
    decided = entry.of(*_DECIDES)
    if not decided:
        return "未决定", ""
    text = _DECIDES[decided[0].kind]
    if decided[0].kind == "Refused":
        text += f"（{entry.pack.label('refusal', decided[0].data.get('reason'))}）"
    return text, minute_text(decided[0].at)


def _remark(entry: RegisterEntry, event: Event) -> str:
    """The remark of the registration; of a reopening, why."""
    if event.kind == "Reopened":
        return entry.shown(event.data.get("reason"))
    return field(entry, "remark")
