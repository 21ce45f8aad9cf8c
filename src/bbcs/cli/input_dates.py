"""Reads dates in the inputs of a file as people write them, as options do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bbcs.domain.acts import WITH_DATES, Act
from bbcs.domain.inputs import all_fields, canonical
from bbcs.errors import BbcsError
from bbcs.usecases.office import Office

_WRITTEN = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
"""How a date of a program begins: it goes on as it is, and its reader refuses what is none."""


def with_read_dates(act: Act, inputs: Mapping[str, Any], office: Office) -> dict[str, Any]:
    """The inputs of one object under the keys of the act, its dates as YYYY-MM-DD.

    Raises BadDate that names the field, BadValue where two keys mean one field.
    """
    fields = {field.name: field for field in all_fields(act)}
    values = canonical(inputs, list(fields.values()))
    for name, value in values.items():
        field = fields.get(name)
        if field and field.type in WITH_DATES and _spoken(value):
            from bbcs.cli import dates  # only where one was written so

            try:
                values[name] = dates.resolve_option(field, value, office)
            except BbcsError as refused:
                refused.field = name
                raise
    return values


def _spoken(value: Any) -> bool:
    """Whether a value is a text, or a list of texts, that holds a date which no program writes."""
    texts = value if isinstance(value, list) else [value]
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        return False
    return not all(re.match(_WRITTEN, re.split("[=|＝｜]", text)[-1].strip()) for text in texts)
