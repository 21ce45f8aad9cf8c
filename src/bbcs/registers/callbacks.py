"""电话回访登记簿: one row for each call of the period, whether the person was reached or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bbcs.calendar.dates import minute_text
from bbcs.domain.acts import HOW
from bbcs.domain.case import CALLS, SOLVED
from bbcs.domain.corrections import CORRECTED
from bbcs.domain.event import Event
from bbcs.registers.cells import numbered, operator, round_name
from bbcs.registers.entry import RegisterEntry, RegisterSource
from bbcs.registers.register import Register, RegisterLine

KINDS: Mapping[str, str] = {"seq": "int", "called_at": "time", "attempt": "int"}

Call = tuple[RegisterEntry, int, int, Event]
"""A case, the number of its round, which call of the round it is, and its entry."""


class CallbackRegister(Register):
    """The register of a period, in order of time."""

    name = "callbacks"
    kinds = KINDS

    def lines(self, entry: RegisterEntry) -> Iterator[RegisterLine]:
        """One line for each call of the period."""
        for call in _calls(entry):
            event = call[3]
            if self.source.period.covers(event.at):
                key = event.at, entry.case.no, event.version
                yield RegisterLine(key, _row(call, self.source))


REGISTER = CallbackRegister


def _calls(entry: RegisterEntry) -> Iterator[Call]:
    if not entry.case.callbacks:
        return
    for number, events in enumerate(entry.rounds, 1):
        calls = [event for event in events if event.kind in CALLS]
        yield from ((entry, number, attempt, event) for attempt, event in enumerate(calls, 1))


def _row(call: Call, source: RegisterSource) -> dict[str, Any]:
    entry, number, attempt, event = call
    data = event.data
    return {
        **numbered(entry),
        **entry.people,
        "round": round_name(number),
        "called_at": minute_text(event.at),
        "attempt": attempt,
        "how": HOW.get(data.get("how") or "phone", ""),
        "reached": "是" if event.kind == "CalledBack" else "否",
        "matter": entry.matter,
        "lead_unit": entry.case.lead_unit,
        "solved": SOLVED.get(data.get("solved") or "", ""),
        "satisfaction": _grade(entry, event),
        "words": entry.shown(data.get("words")),
        "callback_by": entry.shown(data.get("by")) or operator(source, event.actor),
    }


def _grade(entry: RegisterEntry, event: Event) -> str:
    text = entry.pack.label("grade", event.data.get("grade"))
    if event.data.get("default_rating"):
        text += "（默认评价）"
    return text + CORRECTED if event.version in entry.bending.answers else text
