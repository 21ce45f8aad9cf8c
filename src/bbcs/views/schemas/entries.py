"""What acts take and what entries hold, from the table of acts."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.domain.acts.fields import Field
from bbcs.domain.acts.table import BY_VERB, KINDS
from bbcs.domain.inputs import all_fields, short_help
from bbcs.views.schemas.shapes import (
    ANY,
    BOOL,
    DAY,
    HASH,
    HEAD,
    INT,
    RAW,
    TEXT,
    TIME,
    WHEN,
    Shape,
    many,
    maybe,
    record,
    table,
    words,
)

_LIST: Shape = {"type": ["array", "string"], "items": RAW}
"""A text alone stands for a list of one."""

_TAKEN: Mapping[str, Shape] = {
    "int": {"type": ["integer", "string"]},
    "word": {"type": ["string", "integer"]},
    "bool": BOOL,
    "texts": _LIST,
    "words": {"type": ["array", "string", "integer"]},
    "units": _LIST,
    "pairs": {"type": ["array", "string"]},
    "cases": _LIST,
    "points": {"type": ["array", "string"]},
    "object": table(RAW),
    "any": ANY,
}
"""Type of a field -> what `--from` takes; all others are text."""

_STORED: Mapping[str, Shape] = {
    "text": RAW,
    "texts": many(RAW),
    "word": TEXT,
    "words": many(TEXT),
    "choice": TEXT,
    "int": INT,
    "bool": BOOL,
    "date": DAY,
    "when": TIME,
    "day_or_time": WHEN,
    "object": table(RAW),
    "case": TEXT,
    "cases": many(TEXT),
    "file": TEXT,
}
"""Type of a field -> how its value stands in `data`; the others are lists or names."""


def taken(verb: str) -> Shape:
    """The object that `--from` of an act takes. Keys by their Chinese names are taken, too."""
    fields = [field for field in all_fields(BY_VERB[verb]) if not field.stamped]
    required = {field.name: _input(field) for field in fields if field.required}
    keys = {field.name: _input(field) for field in fields}
    return record(required, {name: one for name, one in keys.items() if name not in required})


def _input(field: Field) -> Shape:
    shape = _TAKEN.get(field.type, RAW)
    if "type" in shape:
        shape = maybe(shape)
    if field.type == "text":
        shape = {**shape, "maxLength": field.limit}
    return {**shape, "description": field.help}


def data(kind: str) -> Shape:
    """What an entry of this kind holds; fields without a value are left out."""
    return record(
        {},
        {
            field.name: {**_STORED.get(field.type, ANY), "description": short_help(field)}
            for field in KINDS[kind]
        },
    )


def of_kind(key: str = "kind") -> Shape:
    """For each kind, what `data` of an object with it holds."""
    return {
        "allOf": [
            {
                "if": {"properties": {key: {"const": kind}}, "required": [key]},
                "then": {"properties": {"data": data(kind)}},
            }
            for kind in KINDS
        ]
    }


CLOCK = words(("system", "set"))
KIND = words(KINDS)

HISTORY: Shape = {
    **record(
        {
            "version": INT,
            "seq": INT,
            "kind": KIND,
            "at": TIME,
            "recorded_at": maybe(TIME),
            "actor": TEXT,
            "clock": CLOCK,
            "erased": BOOL,
            "data": {"type": "object"},
        }
    ),
    **of_kind(),
}
"""One entry of `show --history`."""

CHANGE = record(
    {
        "seq": INT,
        "case_no": maybe(TEXT),
        "version": maybe(INT),
        "kind": KIND,
        "at": TIME,
        "recorded_at": TIME,
    }
)

_ENTRY = {
    "v": INT,
    "station": TEXT,
    "station_seq": INT,
    "case_no": maybe(TEXT),
    "version": maybe(INT),
    "kind": KIND,
    "at": TIME,
    "recorded_at": TIME,
    "actor": TEXT,
    "clock": CLOCK,
    "data": TEXT,
    "commitment": RAW,
    "prev": HASH,
    "digest": HASH,
    "salt": maybe(TEXT),
    "body": maybe(TEXT),
}

_RECORDS: Mapping[str, Mapping[str, Shape]] = {
    "ledger": {"station": TEXT, "facts": table(TEXT)},
    "file": {"name": TEXT, "data": RAW, "last": BOOL},
    "document": {"sha256": HASH, "data": RAW, "last": BOOL},
    "entry": _ENTRY,
    "end": {"entries": INT, "head": HEAD, "attachments": INT, "sha256": HASH},
}

FULL_EXPORT: Shape = {
    "oneOf": [record({"record": words((name,)), **keys}) for name, keys in _RECORDS.items()]
}
"""A line of `export --full`."""
