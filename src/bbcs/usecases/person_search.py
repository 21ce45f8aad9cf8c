"""Finding by part: a surname, two characters of a name, four digits of a phone, six of an identity
number.

The index holds one row for each entry that names a person: its terms follow from that entry alone,
so it changes with intakes and corrections only. It is as sensitive as the personal bodies
themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bbcs.domain import masking
from bbcs.domain.long_numbers import compact
from bbcs.domain.repeated import folded

FIELDS: Mapping[str, str] = {
    "reporter": "反映人",
    "phone": "联系电话",
    "id_number": "身份证号",
    "contact_person": "代办人",
    "contact_phone": "代办人电话",
}
"""Fields that are found by part, and what people read where one was found."""

MOST = 20
"""Cases that one search gives by part."""

PHONE_PART, ID_PART = 4, 6
"""Digits that are enough to look for a phone, and for an identity number."""

_END = "¶"
"""Stands between two values: no part matches across it."""


def terms(kind: str, data: Mapping[str, Any]) -> str:
    """The terms of an entry, between blanks; "" when it names nobody, or was erased."""
    named = data
    if kind == "Corrected":
        named = {data["field"]: data["text"]} if "text" in data else {}
    elif kind != "Registered":
        return ""
    parts: list[str] = []
    for name in FIELDS:
        parts += _parts(name, named.get(name) or "")
    return f" {_END} ".join(parts)


def _parts(name: str, value: str) -> list[str]:
    """The terms of one field, one text for each value in it."""
    if name == "id_number":
        return [_grams(compact(value).lower(), ID_PART)]
    if not value:
        return []
    if name in ("phone", "contact_phone"):
        numbers = masking.phone_numbers(value)
        return [_grams("".join(filter(str.isdigit, number)), PHONE_PART) for number in numbers]
    names = filter(None, map(folded, masking.names_of(value)))
    return [f"s{plain[0]} {_grams(plain, 2)}" for plain in names]


def _grams(text: str, size: int) -> str:
    return " ".join([text[at : at + size] for at in range(len(text) - size + 1)])


def phrases(words: Sequence[str]) -> list[list[str]]:
    """For each word the phrases of terms that would be its hit; [] when one of them is too short to
    look for.

    words: folded, as `fulltext.words` gives them.
    """
    by_word = [list(filter(None, _phrases(word))) for word in words]
    return by_word if all(by_word) else []


def _phrases(word: str) -> Iterator[str]:
    if word.isascii() and word[:-1].isdigit() and (word[-1].isdigit() or word[-1] == "x"):
        if word.isdigit():
            yield _grams(word, PHONE_PART)
        yield _grams(word, ID_PART)
    elif len(word) > 1:
        yield _grams(word, 2)
    elif not word.isascii():
        yield f"s{word}"


def found_in(words: Sequence[str], fields: Mapping[str, Any]) -> list[str]:
    """What people call the fields of a registration that hold the words; [] unless every word is in
    one.
    """
    holding = {word: [name for name in FIELDS if _holds(name, fields, word)] for word in words}
    if not all(holding.values()):
        return []
    return [FIELDS[name] for name in FIELDS if any(name in names for names in holding.values())]


def _holds(name: str, fields: Mapping[str, Any], word: str) -> bool:
    value = fields.get(name) or ""
    if name in ("phone", "contact_phone"):
        numbers = masking.phone_numbers(value)
        return len(word) >= PHONE_PART and any(word in folded(number) for number in numbers)
    if name == "id_number":
        return len(word) >= ID_PART and word in compact(value).lower()
    plain = map(folded, masking.names_of(value))
    if len(word) == 1:
        is_firm = name == "reporter" and masking.is_firm(fields)
        return not is_firm and any(one.startswith(word) for one in plain)
    return any(word in one for one in plain)
