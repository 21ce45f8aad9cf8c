"""Compares an act that was sent again under the same key (`once`) with the one on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bbcs.calendar.dates import iso
from bbcs.domain.acts import Act
from bbcs.domain.acts.table import KINDS
from bbcs.domain.event import Event
from bbcs.domain.inputs import all_fields, renamed

_STORED_OTHERWISE = frozenset({"file", "case", "cases"})
"""Types of fields of which an entry holds something else: a digest, full numbers."""


def differing(
    before: Event, act: Act, inputs: Mapping[str, Any], fields: Mapping[str, Any]
) -> tuple[str, ...]:
    """Names of the fields that were given and whose value is not that of the entry on record.

    inputs: as they were sent; fields: the same, read. What an entry does not hold, and what was
    erased from it, is not compared.
    """
    keys = renamed(inputs, all_fields(act))
    sent = {keys.get(name, name) for name in inputs}
    stored = {field.name for field in KINDS[before.kind]}
    differs = []
    for field in all_fields(act):
        value = fields.get(field.name)
        given = field.name in sent or value != field.default
        if field.stamped or value is None or not given or (before.erased and field.personal):
            continue
        if field.name == "at":
            same = _same_moment(value, before.at)
        elif field.name not in stored or field.type in _STORED_OTHERWISE:
            continue
        else:
            same = _plain(value) == _plain(before.data.get(field.name, field.default))
        if not same:
            differs.append(field.name)
    if act.verb == "correct" and not before.erased and not _same_value(before, fields):
        differs.append("new")
    return tuple(differs)


def _same_value(before: Event, fields: Mapping[str, Any]) -> bool:
    """Whether a correction would write the value that is on record: `text` of a personal field."""
    written = before.data.get("text", before.data.get("value"))
    return bool(_plain(fields["value"]) == _plain(written))


def _same_moment(named: date | datetime, at: datetime) -> bool:
    """Whether a moment, or a day alone, is that of the entry."""
    if isinstance(named, datetime):
        return named == at
    return named == at.date()


def _plain(value: Any) -> Any:
    """A value as JSON has it, whether it was read from an input or from an entry."""
    if isinstance(value, date):
        return iso(value)
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value
