"""协调帮办登记簿: one row for each step of coordination or help, and for each joint meeting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bbcs.calendar.dates import minute_text
from bbcs.domain.case import Resolution
from bbcs.domain.deadline import Deadline
from bbcs.domain.event import Event
from bbcs.domain.order import UnitRef
from bbcs.registers.cells import day, numbered, operator, round_name
from bbcs.registers.entry import RegisterEntry, RegisterSource
from bbcs.registers.register import Register, RegisterLine

KINDS: Mapping[str, str] = {"seq": "int", "at": "time", "minutes": "int"}

COORDINATING = frozenset(
    {
        "joint_study", "joint_handling", "three_party_call", "consult", "cross_province",
        "assist", "guided_filing", "home_visit", "after_hours", "remote_accept", "green_channel",
        "extra_item", "self_service", "post_in", "post_out",
    }
)  # fmt: skip
"""Kinds of steps (words of the axis step) by which units are brought together or the person is
helped; checks, proofs and other steps stand in the work register only.
"""

MEETING = "会议"

Done = tuple[RegisterEntry, int, Event]
"""A case, the number of its round, and the step or meeting."""


class CoordinationRegister(Register):
    """The register of a period, in order of time."""

    name = "coordination"
    kinds = KINDS

    def lines(self, entry: RegisterEntry) -> Iterator[RegisterLine]:
        """One line for each step and each meeting of the period."""
        if not any(map(_belongs, entry.events)):
            return
        for number, events in enumerate(entry.rounds, 1):
            for event in events:
                if _belongs(event) and self.source.period.covers(event.at):
                    key = event.at, entry.case.no, event.version
                    yield RegisterLine(key, _row((entry, number, event), self.source))


REGISTER = CoordinationRegister


def _belongs(event: Event) -> bool:
    if event.kind == "Stepped":
        return event.data.get("kind") in COORDINATING
    return event.kind == "Convened"


def _row(done: Done, source: RegisterSource) -> dict[str, Any]:
    entry, number, event = done
    own = _meeting if event.kind == "Convened" else _step
    return {
        **numbered(entry),
        "round": round_name(number),
        "at": minute_text(event.at),
        "matter": entry.matter,
        **own(entry, event, source),
    }


def _step(entry: RegisterEntry, event: Event, source: RegisterSource) -> dict[str, Any]:
    data = event.data
    unit = UnitRef.of(data["unit"]).name if data.get("unit") else ""
    return {
        "kind": entry.pack.label("step", data.get("kind")),
        "units": unit,
        "resolution": entry.shown(data.get("result")),
        "assisted_by": entry.shown(data.get("by")) or operator(source, event.actor),
        "minutes": data.get("minutes"),
    }


def _meeting(entry: RegisterEntry, event: Event, source: RegisterSource) -> dict[str, Any]:
    data = event.data
    resolved = [one for one in entry.case.resolutions if _of_meeting(one, data.get("meeting"))]
    about = [entry.shown(data["about"])] if data.get("about") else []
    return {
        "kind": f"{MEETING} {data.get('meeting') or ''}".strip(),
        "units": [UnitRef.of(one).name for one in data.get("unit") or ()],
        "absent": [UnitRef.of(one).name for one in data.get("absent") or ()],
        "resolution": "；".join([*about, *(_resolution(entry, one) for one in resolved)]),
        "due": _latest([one.due for one in resolved]),
        "done": "；".join(_done(one, entry.asked(one.no)) for one in resolved),
        "assisted_by": entry.shown(data.get("host")) or operator(source, event.actor),
    }


def _of_meeting(one: Resolution, meeting: str | None) -> bool:
    """Whether a resolution is one of this meeting: `…-会1-2` of `…-会1`."""
    return bool(meeting) and one.no.rpartition("-")[0] == meeting


def _resolution(entry: RegisterEntry, one: Resolution) -> str:
    """`按现方案审批（区水务局，2026-03-20）`."""
    who = "，".join(part for part in (one.unit, day(one.due)) if part)
    text = entry.shown(one.text)
    return f"{text}（{who}）" if who else text


def _latest(days: list[date | None]) -> str:
    """The day by which all of them are due, "" where none has a date."""
    known = [one for one in days if one]
    return day(max(known)) if known else ""


def _done(one: Resolution, asked: Deadline | None) -> str:
    if one.done_at:
        return f"已办妥 {day(one.done_at)}"
    if asked and asked.late:
        return "逾期未办妥"
    return "未办妥，件已了结" if asked and asked.ended_at else "在办"
