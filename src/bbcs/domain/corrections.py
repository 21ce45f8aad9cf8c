"""Applies corrections and undoings: which entries still count, and with which values.

The entries themselves never change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bbcs.domain.event import Event

REWRITING = frozenset({"Undone", "Corrected"})
"""Kinds that change what an earlier entry says."""

CORRECTED = "（更正）"
"""Behind a value that is not the one first recorded."""

TIMES = ("at", "received_at")
"""Names under which the moment of an entry itself is corrected."""


def effective(events: Sequence[Event]) -> list[Event]:
    """The entries that count, corrected: without those taken back, without the taking back itself."""
    if REWRITING.isdisjoint([event.kind for event in events]):
        return list(events)
    undone = {event.data.get("version") for event in events if event.kind == "Undone"}
    kept = [event for event in events if event.kind != "Undone" and event.version not in undone]
    for correction in kept:
        if correction.kind == "Corrected" and not _lost(correction):
            old = next(
                (event.at for event in kept if event.version == correction.data.get("version")),
                correction.at,
            )
            kept = [
                _patched(event, correction.data, old)
                if event.version < correction.version
                else event
                for event in kept
            ]
    return kept


def _lost(correction: Event) -> bool:
    """Whether the new value was erased, which is not the same as a value that was emptied."""
    return correction.erased and "value" not in correction.data


def corrected(events: Sequence[Event]) -> dict[int, set[str]]:
    """Version of an entry -> names of its fields whose value was corrected, with those that a rule
    changed along.

    events: the entries that count (`effective`).
    """
    by_version: dict[int, set[str]] = {}
    for event in events:
        if event.kind == "Corrected":
            names = by_version.setdefault(event.data.get("version", 0), set())
            names.add(event.data["field"].rpartition(".")[2])
            names.update(name for name, _ in event.data.get("along") or ())
    return by_version


def _patched(event: Event, fields: Mapping[str, Any], old: datetime) -> Event:
    target, name = fields.get("version"), fields["field"].rpartition(".")[2]
    value = fields.get("value", fields.get("text"))
    if name in TIMES:
        together = moves_with(target, old, event.kind, event.version, event.at)
        return event._replace(at=datetime.fromisoformat(value)) if together else event
    if event.version != target:
        return event
    return event._replace(
        data={
            **event.data,
            name: _typed(event.kind, name, value),
            **dict(fields.get("along") or ()),
        }
    )


def moves_with(target: int | None, moment: datetime, kind: str, version: int, at: datetime) -> bool:
    """Whether an entry is the one whose moment is corrected, or was written with it: what intake
    wrote came at one moment.
    """
    return version == target or (
        target == 1 and kind in _AT_INTAKE and version <= len(_AT_INTAKE) and at == moment
    )


_AT_INTAKE = ("Issued", "Accepted", "Refused", "Triaged", "Resolved")


def _typed(kind: str, name: str, value: Any) -> Any:
    """The stored form of a corrected value -> what the field holds."""
    from bbcs.domain.acts.table import KINDS  # only a case with corrections needs the table

    field_type = next((field.type for field in KINDS[kind] if field.name == name), "text")
    if isinstance(value, str) and field_type == "date":
        return date.fromisoformat(value)
    return value


def former(entries: Sequence[Event], kept: Sequence[Event]) -> tuple[Mapping[str, Any], ...]:
    """The fields of the registration that were corrected, as they were; the kind of reporter stands
    with each.

    entries: all of them. kept: those that count (`effective`).
    """
    corrections = [
        event.data
        for event in kept
        if event.kind == "Corrected" and event.data.get("version") == entries[0].version
    ]
    if not corrections:
        return ()
    first = entries[0].data
    kind = {name: first[name] for name in ("reporter_type",) if name in first}
    later = [{**kind, one["field"]: one["text"]} for one in corrections if "text" in one]
    return (first, *later)


def taken_back(entries: Sequence[Event]) -> tuple[str, ...]:
    """Numbers of notices, slips and meetings that were taken back; they are not used again."""
    undone = {event.data.get("version") for event in entries if event.kind == "Undone"}
    if not undone:
        return ()
    numbers = (
        event.data.get(name)
        for event in entries
        if event.version in undone
        for name in ("no", "slip", "meeting")
    )
    return tuple(number for number in numbers if number)
