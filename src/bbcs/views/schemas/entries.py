"""What acts take and what entries hold, from the table of acts."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.domain.acts import Field
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
    form,
    many,
    maybe,
    meaning,
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

_UNIT = meaning(many(RAW), "代码、名称")
_CELLS: Shape = {
    "type": "array",
    "items": {"type": ["string", "integer", "boolean", "array", "null"]},
}
_VALUE: Shape = {"type": ["string", "integer", "boolean", "array"]}
"""Of a field that is corrected, as that field has it."""

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
    "choices": many(TEXT),
    "unit": _UNIT,
    "units": many(_UNIT),
    "pairs": many(_CELLS),
    "points": many(_CELLS),
    "rows": many(_CELLS),
    "any": _VALUE,
}
"""Type of a field -> how its value stands in `data`."""


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


def data(kind: str) -> dict[str, Shape]:
    """The fields that an entry of this kind may hold; those without a value are left out."""
    return {field.name: _stored(field) for field in KINDS[kind]}


def public(kind: str) -> dict[str, Shape]:
    """The same without the personal ones."""
    return {field.name: _stored(field) for field in KINDS[kind] if not field.personal}


def _stored(field: Field) -> Shape:
    return {**_STORED.get(field.type, ANY), "description": short_help(field)}


def data_by_kind() -> Shape:
    """What `data` of an object with `kind` holds, for each kind."""
    return {
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": {"properties": {"data": record({}, data(kind))}},
            }
            for kind in KINDS
        ]
    }


DATA = "data_by_kind"
"""Its name among the definitions of a document."""

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
    "$ref": f"#/$defs/{DATA}",
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

_TITLES: Mapping[str, str] = {
    "ledger": "第一行（台账）",
    "file": "一份文件的一段",
    "document": "一个附件的一段",
    "entry": "一条记录",
    "end": "最后一行",
}

FULL_EXPORT: Shape = {
    "oneOf": [
        form(record({"record": words((name,)), **keys}), _TITLES[name])
        for name, keys in _RECORDS.items()
    ]
}
"""A line of `export --full`."""
