"""The readable text of a case, masked, that `search` uses; how texts are compared.

Also where in a text the words were found.

Two texts are compared by their letters, digits and Chinese characters alone: half width, without
case, signs or blanks. So “名称“核准”通不过” is found by 核准通不过, and A-0612 by a0612. What a person must not
be known by is taken out before the text is stored anywhere: identity numbers, phones and the names
of people are not in it at all, an address only as far as its street.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from bbcs.domain import masking
from bbcs.domain.corrections import effective
from bbcs.domain.event import Event
from bbcs.errors import BadValue

HALF: dict[int, int] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full width to half width."""

LONGEST = 200
"""Characters of a search text."""

_BREAK = "\n"
"""Separates two texts of a case; no search matches across it."""

_PEOPLE: Mapping[str, Callable[[str], str]] = {
    "reporter": masking.name,
    "contact_person": masking.name,
    "phone": masking.phone,
    "contact_phone": masking.phone,
    "id_number": masking.id_number,
    "address": masking.address,
}
"""Fields that identify a person -> how their value is masked where a text repeats it."""

_READ = frozenset({"text", "texts", "unit", "units", "pairs", "object", "points"})
"""Types of readable fields; words of the pack are found by the filters of `list`."""


def half_width(text: str) -> str:
    """Half width."""
    if text.isascii():
        return text
    return text.translate(HALF)


def folded(text: str) -> str:
    """Only letters and digits of any script: half width, without case."""
    return "".join(filter(str.isalnum, half_width(text).casefold()))


def words(text: str) -> list[str]:
    """The words of a search text, folded; a case must have all of them.

    Raises BadValue for a text without words.

    BadValue when there is nothing to look for.
    """
    if len(text) > LONGEST:
        raise BadValue(f"要找的文字最多 {LONGEST} 字，现有 {len(text)} 字；请只写要紧的几个字")
    wanted = list(dict.fromkeys(filter(None, map(folded, text.split()))))
    if not wanted:
        raise BadValue("没有可找的文字：请至少写一个字、字母或数字")
    return wanted


def spaced(text: str) -> str:
    """A stored text as the index takes it: character by character.

    Between two texts stands a mark that no query can hold.
    """
    return " ¶ ".join(" ".join(folded(part)) for part in text.split(_BREAK))


def snippets(text: str, wanted: Sequence[str], around: int = 12, most: int = 3) -> list[str]:
    """A short piece of the stored text around the first place of each word."""
    pieces = []
    for word in wanted:
        for part in text.split(_BREAK):
            places = [at for at, char in enumerate(part) for _ in folded(char)]
            start = folded(part).find(word)
            if start >= 0:
                first, last = (
                    max(0, places[start] - around),
                    places[start + len(word) - 1] + around + 1,
                )
                pieces.append(
                    f"{'…' if first else ''}{part[first:last]}{'…' if last < len(part) else ''}"
                )
                break
    return list(dict.fromkeys(pieces))[:most]


def readable(events: Sequence[Event], more: Iterable[str] = (), *, conduct: bool = False) -> str:
    """Everything of a case that may be read and searched, masked.

    `more` as it is (its number), then the texts of its entries in effect.

    conduct: who reported is not even named when it is a firm. Names that were corrected stay
    hidden, too.
    """
    in_effect = effective(events)
    hidden = _hidden([*events, *in_effect])
    texts = (
        masking.free_text(text) for event in in_effect for text in _texts(event, conduct=conduct)
    )
    return _BREAK.join(
        dict.fromkeys(
            [*more, *(_without(" ".join(text.split()), hidden) for text in texts if text)]
        )
    )


def _texts(event: Event, *, conduct: bool) -> Iterator[str]:
    data = event.data
    for name, kind in _fields(event.kind):
        value = data.get(name)
        if not value:
            continue
        if name in _PEOPLE:
            if name == "address":
                yield masking.address(value)
            elif name == "reporter" and not conduct and not _private(data):
                yield value
        else:
            yield from _plain(value, kind)


def _plain(value: Any, kind: str) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif kind == "unit":
        yield value[1]
    elif kind == "units":
        yield from (unit[1] for unit in value)
    elif kind == "texts":
        yield from value
    else:  # pairs and objects: a name and its value belong together
        pairs = value.items() if isinstance(value, Mapping) else value
        yield from (" ".join(pair) for pair in pairs)


@cache
def _fields(kind: str) -> tuple[tuple[str, str], ...]:
    from bbcs.domain.acts.table import KINDS  # who only searches reads no entry

    return tuple(
        (field.name, field.type)
        for field in KINDS.get(kind, ())
        if field.type in _READ and not field.stamped
    )


def _private(data: Mapping[str, Any]) -> bool:
    """Whether the reporter is a person; names of firms and bodies are public."""
    return (data.get("reporter_type") or "individual") == "individual"


def _hidden(events: Iterable[Event]) -> list[tuple[str, str]]:
    """Every value that identifies a person, folded, with its replacement; the longest first."""
    hidden = {}
    for event in events:
        data = event.data
        personal = {name: data[name] for name in _PEOPLE if isinstance(data.get(name), str)}
        for name, value in personal.items():
            secret, shown = folded(value), _PEOPLE[name](value)
            if (
                len(secret) > 1
                and folded(shown) != secret
                and (name != "reporter" or _private(data))
            ):
                hidden[secret] = shown if name != "id_number" else "***"
    return sorted(hidden.items(), key=lambda pair: -len(pair[0]))


def _without(text: str, hidden: Sequence[tuple[str, str]]) -> str:
    """`text` without the hidden values, however they are spaced or written."""
    if not hidden:
        return text
    plain = folded(text)
    for secret, shown in hidden:
        if secret in plain:
            text = _cut(text, secret, shown)
            plain = folded(text)
    return text


def _cut(text: str, secret: str, shown: str) -> str:
    import re

    wanted = re.compile(r"[\W_]*".join(map(re.escape, secret)), re.IGNORECASE)
    text = wanted.sub(lambda _: shown, text.translate(HALF))
    plain = folded(text)
    if secret in plain:  # letters that change their length with their case
        return plain.replace(secret, "*")
    return text
