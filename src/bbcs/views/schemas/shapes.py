"""Short ways to write JSON Schema (2020-12): a missing value is null, an unknown key is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Shape = Mapping[str, Any]

TEXT: Shape = {"type": "string", "minLength": 1}
RAW: Shape = {"type": "string"}
"""A text that may be empty: it is given as it was found."""

INT: Shape = {"type": "integer"}
NUMBER: Shape = {"type": "number"}
BOOL: Shape = {"type": "boolean"}
DAY: Shape = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
TIME: Shape = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$"}
WHEN: Shape = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\+08:00)?$"}
"""A day, or a moment."""

HASH: Shape = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
ANY: Shape = {}


def maybe(shape: Shape) -> Shape:
    """The value, or null."""
    types = shape.get("type")
    if isinstance(types, list):
        return {**shape, "type": [*types, "null"]}
    if types and "enum" not in shape:
        return {**shape, "type": [types, "null"]}
    return {"anyOf": [shape, {"type": "null"}]}


def meaning(shape: Shape, text: str) -> Shape:
    """The same with what it means."""
    return {**shape, "description": text}


def form(shape: Shape, title: str) -> Shape:
    """One form of a document that has several, with what it is called."""
    return {**shape, "title": title}


def many(shape: Shape) -> Shape:
    """A list of such values."""
    return {"type": "array", "items": shape}


def words(known: Iterable[str]) -> Shape:
    """One of these words."""
    return {"enum": list(known)}


def table(shape: Shape) -> Shape:
    """An object with any keys and such values."""
    return {"type": "object", "additionalProperties": shape}


def record(keys: Mapping[str, Shape], optional: Mapping[str, Shape] = {}) -> Shape:
    """An object with these keys; those of `optional` may be left out."""
    return {
        "type": "object",
        "properties": {**keys, **optional},
        "required": list(keys),
        "additionalProperties": False,
    }


def joined(shape: Shape, keys: Mapping[str, Shape]) -> Shape:
    """A record with more keys."""
    known = shape["properties"]
    required = {name: known[name] for name in shape["required"]}
    left = {name: one for name, one in known.items() if name not in required}
    return record({**required, **keys}, left)


HEAD = meaning(record({"station": TEXT, "seq": INT, "digest": HASH}), "末条：站码、序号、摘要")
FINDING = record(
    {
        "code": TEXT,
        "where": meaning(maybe(TEXT), "哪里"),
        "what": meaning(TEXT, "什么不对"),
        "hint": meaning(maybe(TEXT), "怎么办"),
    }
)
