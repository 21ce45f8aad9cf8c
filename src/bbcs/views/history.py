"""The entries of a case, as JSON and as lines: what was recorded when, by whom, masked unless
revealed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bbcs.calendar.dates import iso, minute_text
from bbcs.domain import masking
from bbcs.domain.acts import Field
from bbcs.domain.acts.table import DONE, KINDS, personal_fields
from bbcs.domain.case import Case
from bbcs.domain.corrected_fields import corrected_field, corrected_name
from bbcs.domain.event import Event
from bbcs.domain.inputs import short_help
from bbcs.domain.pack import RulePack
from bbcs.views.messages import decision, done_text

EMPTY: tuple[Any, ...] = (None, "", [], False)
"""Values that are not worth a line."""


def history(case: Case, events: Sequence[Event], *, reveal: bool) -> list[dict[str, Any]]:
    """Every entry of a case, oldest first; where the reporter is hidden, without the fields that
    lead there, unless revealed.
    """
    known, hidden = case.known, bool(case.hidden)
    return [
        {
            "version": event.version,
            "seq": event.seq,
            "kind": event.kind,
            "at": iso(event.at),
            "recorded_at": iso(event.recorded_at),
            "actor": event.actor,
            "clock": event.clock,
            "erased": event.erased,
            "data": shown(event, known, reveal=reveal, hidden=hidden),
        }
        for event in events
    ]


def shown(event: Event, known: masking.Known, *, reveal: bool, hidden: bool) -> dict[str, Any]:
    """The fields of one entry, masked unless revealed; known: what its texts may repeat."""
    return _revealed(event) if reveal else _masked(event, known, hidden=hidden)


def _revealed(event: Event) -> dict[str, Any]:
    return {key: _plain(value) for key, value in event.data.items()}


def _masked(event: Event, known: masking.Known, *, hidden: bool) -> dict[str, Any]:
    """The fields of an entry, the personal ones masked; a corrected value as the field it belongs
    to.
    """
    named = {}
    if event.kind == "Corrected":
        named["text"] = event.data["field"].rpartition(".")[2]
    fields = {}
    for key, value in event.data.items():
        name = named.get(key, key)
        if hidden and name in masking.PERSON_FIELDS:
            continue
        personal = key in personal_fields(event.kind)
        fields[key] = field_shown(name, value, event.data, known, personal=personal)
    return fields


def field_shown(
    name: str, value: Any, fields: Mapping[str, Any], known: masking.Known, *, personal: bool
) -> Any:
    """The value of a field as every masked view shows it. fields: all of its entry."""
    if personal:
        return masking.field_value(name, value, fields, known)
    return _nameless(_plain(value), known)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return iso(value)
    return value


def _nameless(value: Any, known: masking.Known) -> Any:
    """A public value without what is known of people, should somebody have written it there."""
    if isinstance(value, str):
        return masking.without_known(value, known)
    if isinstance(value, list):
        return [_nameless(one, known) for one in value]
    return value


# -- as people read them -------------------------------------------------------------------------------------------


def lines(
    case: Case, events: Sequence[Event], pack: RulePack, *, reveal: bool, practice: bool = False
) -> list[str]:
    """One line for each entry: number, time, act, operator, and its values under the names of their
    fields.

    practice: set times are not marked, in a ledger where all are.
    """
    rows = history(case, events, reveal=reveal)
    undone = {event.data["version"] for event in events if event.kind == "Undone"}
    return [
        _line(entry, case, pack, practice=practice, undone=entry["version"] in undone)
        for entry in rows
    ]


def _line(
    entry: Mapping[str, Any], case: Case, pack: RulePack, *, practice: bool, undone: bool
) -> str:
    time = minute_text(entry["at"])
    if entry["at"][:10] != entry["recorded_at"][:10]:
        time += f"（{entry['recorded_at'][:10]} 补录）"
    if entry["clock"] == "set" and not practice:
        time += "（设定时间）"
    done = done_text(case, entry["kind"], entry["version"])
    done += decision(entry["kind"], entry["data"])
    if undone:
        done += "（后来撤销，不算）"
    head = f"{entry['version']:>3}  {time}  {done}  {entry['actor']}"
    return f"{head}  {'；'.join(_values(entry, pack))}".rstrip()


def _values(entry: Mapping[str, Any], pack: RulePack) -> list[str]:
    kind, data = entry["kind"], entry["data"]
    if kind == "Registered":
        return []  # the page of the case shows them above
    values = [
        f"{short_help(field)}：{value_text(field, data[field.name], pack)}"
        for field in KINDS[kind]
        if not field.stamped and data.get(field.name) not in EMPTY
    ]
    if kind == "Undone":
        values.insert(0, f"第 {data['version']} 步 {DONE[data['undone']]}")
    if kind == "Issued":
        values.append(data["number"])
    if kind == "Corrected":
        values.append(f"改成：{_new_value(data, pack)}")
    return values


def _new_value(data: Mapping[str, Any], pack: RulePack) -> str:
    """A corrected value in the words people know."""
    field = corrected_field(data["field"])
    value = data.get("value", data.get("text", masking.ERASED))
    if field is None:
        return str(value)
    return value_text(field, value, pack)


def value_text(field: Field, value: Any, pack: RulePack) -> str:
    """The value of a field in the words people know: words and choices by their Chinese, units by
    name.
    """
    if value is True:
        return "是"
    if value is False:
        return "否"
    if isinstance(value, dict):
        return "；".join(f"{key}：{text}" for key, text in value.items())
    parts = _readable(field, value)
    if isinstance(parts, list):
        return "、".join(_word(field, part, pack) for part in parts)
    return _word(field, parts, pack)


def _word(field: Field, value: Any, pack: RulePack) -> str:
    return pack.label(field.axis, value) if field.axis else field.choice_text(value)


def _readable(field: Field, value: Any) -> Any:
    """Units by their names, pairs as they were written, a corrected field by its name."""
    if field.name == "field":
        return corrected_name(value)
    if field.type == "day_or_time":
        return minute_text(value)
    if field.type == "unit":
        return value[1]
    if field.type == "units":
        return [unit[1] for unit in value]
    if field.type == "points":
        return ["，".join(point) for point in value]
    if field.type == "pairs":
        return ["=".join(pair).replace("=site_check", "=现场") for pair in value]
    return value
