"""督办单: one row for each slip of supervision of the period, with what was asked and answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.domain.event import Event
from bbcs.domain.unit import UnitRef
from bbcs.registers import REGISTERS
from bbcs.registers.cells import day, field, numbered, operator, shown
from bbcs.registers.entry import RegisterEntry, RegisterSource
from bbcs.registers.lazy_rows import LazyRows
from bbcs.registers.paper import paper
from bbcs.registers.table import Table

KINDS: Mapping[str, str] = {"seq": "int", "at": "date", "due": "date", "answered_at": "date"}

Issued = tuple[RegisterEntry, Event]
"""A case and the entry that issued a slip."""


def build(source: RegisterSource) -> Table:
    """The slips of a period, in order of time."""
    found = [one for one in issued(source.entries) if source.period.covers(one[1].at)]
    rows = LazyRows(found, lambda number, one: {"seq": number, **_row(one, source)})
    marks = {number: colour for number, one in enumerate(found) if (colour := _colour(one))}
    return paper("slips", REGISTERS["slips"], source, rows, kinds=KINDS, marks=marks)


def issued(entries: Sequence[RegisterEntry]) -> list[Issued]:
    """Every slip of the cases, in order of time."""
    found = [
        (entry, event)
        for entry in entries
        if entry.case.slips
        for event in entry.of("Supervised")
        if not event.data.get("answer")
    ]
    return sorted(found, key=lambda one: (one[1].at, one[0].case.no, one[1].version))


def answer(entry: RegisterEntry, slip: str) -> Event | None:
    """The last answer to a slip of a case."""
    answers = [one for one in entry.of("Supervised") if one.data.get("answer") == slip]
    return answers[-1] if answers else None


def _colour(one: Issued) -> str:
    """The colour of the card, for those that are drawn in one."""
    return one[1].data.get("colour") or ""


def _row(one: Issued, source: RegisterSource) -> dict[str, Any]:
    entry, event = one
    data, pack = event.data, entry.pack
    replied = answer(entry, data.get("slip") or "")
    return {
        **numbered(entry),
        "slip": data.get("slip"),
        "at": day(event.at),
        "kind": pack.label("supervision", data.get("kind")),
        "colour": pack.label("colour", data.get("colour")),
        "unit": UnitRef.of(data["unit"]).name,
        "matter": field(entry, "matter"),
        "reason": shown(entry, data.get("reason")),
        "require": shown(entry, data.get("require")),
        "due": day(data.get("due")),
        "issuer": shown(entry, data.get("issuer")) or operator(source, event.actor),
        "answer": shown(entry, replied.data.get("text")) if replied else "",
        "answered_at": day(replied.at) if replied else "",
    }
