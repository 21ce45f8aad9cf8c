"""督办单: one row for each slip of supervision of the period, with what was asked and answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bbcs.domain.event import Event
from bbcs.domain.order import UnitRef
from bbcs.registers.cells import day, numbered, operator
from bbcs.registers.entry import RegisterEntry, RegisterSource
from bbcs.registers.register import Register, RegisterLine

KINDS: Mapping[str, str] = {"seq": "int", "at": "date", "due": "date", "answered_at": "date"}

Issued = tuple[RegisterEntry, Event]
"""A case and the entry that issued a slip."""


class SlipRegister(Register):
    """The slips of a period, in order of time."""

    name = "slips"
    kinds = KINDS

    def lines(self, entry: RegisterEntry) -> Iterator[RegisterLine]:
        """One line for each slip of the period, in the colour of its card where it has one."""
        for one in issued(entry):
            if self.source.period.covers(one[1].at):
                yield RegisterLine(key(one), _row(one, self.source), _colour(one))


REGISTER = SlipRegister


def issued(entry: RegisterEntry) -> Iterator[Issued]:
    """Every slip of a case."""
    if entry.case.slips:
        for event in entry.of("Supervised"):
            if not event.data.get("answer"):
                yield entry, event


def key(one: Issued) -> tuple[datetime, str, int]:
    """What slips are sorted by."""
    entry, event = one
    return event.at, entry.case.no, event.version


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
        "matter": entry.matter,
        "reason": entry.shown(data.get("reason")),
        "require": entry.shown(data.get("require")),
        "due": day(data.get("due")),
        "issuer": entry.shown(data.get("issuer")) or operator(source, event.actor),
        "answer": entry.shown(replied.data.get("text")) if replied else "",
        "answered_at": day(replied.at) if replied else "",
    }
