"""Masks the fields of an entry, and the columns of a foreign ledger that mean nothing here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bbcs.domain import masking, person_columns, person_names
from bbcs.domain.repeated import pattern


def field_value(
    field: str,
    value: Any,
    fields: Mapping[str, Any],
    known: masking.Known = (),
) -> Any:
    """The value of a personal field as it may be shown.

    fields: all fields of its entry. known: what a text may repeat.
    """
    if field == "reporter":
        return masking.reporter({**fields, "reporter": value})
    if field in masking.FIELD_MASKS:
        return masking.FIELD_MASKS[field](value)
    if isinstance(value, Mapping):
        return other_columns(value, known)
    if isinstance(value, list):
        return [field_value(field, one, fields, known) for one in value]
    return masking.free_text(value, known) if isinstance(value, str) else value


# -- other columns of a foreign ledger ---------------------------------------------------------------


def other_columns(extra: Mapping[str, str], known: masking.Known = ()) -> dict[str, str]:
    """The columns of a foreign ledger that mean nothing here, as they may be shown: a value by what
    its header says, else by what it looks like.
    """
    return {
        masking.free_text(header, known): _other_value(
            person_columns.kind_of(header), str(text), known
        )
        for header, text in extra.items()
    }


def _other_value(kind: str, text: str, known: masking.Known) -> str:
    shown = masking.free_text(text, known)
    if text.strip() in person_columns.NOTHING:
        return shown
    if not kind and person_names.looks_like_names(text):
        kind = person_columns.NAME
    if kind != person_columns.PHONE and person_columns.looks_like_an_address(text):
        kind = person_columns.ADDRESS
    mask = _OTHER_MASKS.get(kind, _landlines)
    return masking.HIDDEN.join(
        mask(part) if part.strip() else part for part in shown.split(masking.HIDDEN)
    )


def _landlines(text: str) -> str:
    """`text` with the landlines that have their area code masked."""
    return pattern(person_columns.LANDLINE).sub(_landline, text)


def _landline(match: re.Match[str]) -> str:
    return masking.phone(match[0])


def _names(text: str) -> str:
    """`text` with every name in it masked, and with whatever else is no firm."""
    return pattern(r"[^、,，;；/／|｜()（）:：\r\n\t\d*+-]+").sub(_name_in_list, _landlines(text))


def _name_in_list(match: re.Match[str]) -> str:
    whole: str = match[0]
    text = whole.strip()
    public = text in person_columns.NOTHING or person_names.is_of_a_firm(text)
    return whole if public else whole.replace(text, masking.name(text))


_OTHER_MASKS: Mapping[str, Callable[[str], str]] = {
    person_columns.NAME: _names,
    person_columns.PHONE: masking.phone,
    person_columns.ID_NUMBER: masking.id_number,
    person_columns.ADDRESS: masking.address,
}
