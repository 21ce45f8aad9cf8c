"""The pages of reference/documents.md: every JSON document, its keys, from its schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bbcs.cli.help_topics import FIELDS
from bbcs.views.schemas.documents import DOCUMENTS, schema

_TYPES = {
    "string": "文字",
    "integer": "整数",
    "number": "数",
    "boolean": "是否",
    "array": "列表",
    "object": "对象",
    "null": "null",
}
_PATTERNS = {
    r"^\d{4}-\d\d-\d\d$": "日期",
    r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$": "时间",
    r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\+08:00)?$": "日期或时间",
    "^[0-9a-f]{64}$": "SHA-256",
}
_LISTED = 8
"""So many words of an enumeration are written out."""

Shape = Mapping[str, Any]
Row = tuple[str, str, str]
Form = tuple[str, list[Row]]
"""What a form of a document is called, "" where there is one only; its keys: path, type, meaning."""


def sections() -> Iterator[tuple[str, str, list[Form]]]:
    """Name, what gives it, and its forms."""
    for name, document in DOCUMENTS.items():
        whole = schema(name, FIELDS)
        forms = whole.get("oneOf", [whole])
        several = len(forms) > 1
        yield (
            name,
            document.given_by,
            [(one["title"] if several else "", list(_keys(one))) for one in forms],
        )


def _keys(shape: Shape, path: str = "") -> Iterator[Row]:
    """The keys below an object; what stands in a document of its own is not repeated."""
    required = shape.get("required", ())
    for name, one in shape.get("properties", {}).items():
        if name == "schema":
            continue
        left = "" if name in required else "，可以没有"
        inner, sign = _inside(one)
        named = " 或 ".join(f"`{name}`" for name in _documents(inner))
        said = one.get("description", "") or (named and f"每项是 {named}")
        yield f"{path}{name}", _type(one) + left, said
        if not named:
            yield from _keys(inner, f"{path}{name}{sign}.")


def _documents(shape: Shape) -> list[str]:
    """The names of the documents that a value may be."""
    forms = [one.get("properties", {}) for one in shape.get("oneOf", [shape])]
    return [str(one["schema"]["const"]) for one in forms if "schema" in one]


def _inside(shape: Shape) -> tuple[Shape, str]:
    """The object in a list, in a table or beside null, and the sign that says so."""
    if "anyOf" in shape:
        return _inside(shape["anyOf"][0])
    if "items" in shape:
        inner, sign = _inside(shape["items"])
        return inner, f"[]{sign}"
    more = shape.get("additionalProperties")
    if isinstance(more, Mapping) and "properties" in more:
        return more, ".*"
    return shape, ""


def _type(shape: Shape) -> str:
    if "anyOf" in shape:
        return " 或 ".join(_type(one) for one in shape["anyOf"])
    if "enum" in shape:
        words = [str(one) for one in shape["enum"]]
        return " ".join(words[:_LISTED]) + " …" * (len(words) > _LISTED)
    types = shape.get("type", [])
    names = [types] if isinstance(types, str) else list(types)
    pattern = _PATTERNS.get(shape.get("pattern", ""))
    shown = [pattern if pattern and one == "string" else _TYPES[one] for one in names]
    return " 或 ".join(shown) or "任何值"
