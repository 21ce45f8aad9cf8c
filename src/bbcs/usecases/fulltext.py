"""The readable text of a case, masked, that `search` uses; how texts are compared.

Also where in a text the words were found.

Two texts are compared by their letters, digits and Chinese characters alone: half width, without
case, signs or blanks. So “名称“核准”通不过” is found by 核准通不过, and A-0612 by a0612. What a person must not
be known by is taken out before the text is stored anywhere: identity numbers, phones and the names
of people are not in it at all, an address only as far as its street.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from bbcs.domain import masking
from bbcs.domain.event import Event
from bbcs.domain.repeated import folded, folded_lines
from bbcs.errors import BadValue

if TYPE_CHECKING:
    from bbcs.domain.case import Case

LONGEST = 200
"""Characters of a search text."""

_BREAK = "\n"
"""Separates two texts of a case; no search matches across it."""

_READ = frozenset({"text", "texts", "unit", "units", "pairs", "object", "points"})
"""Types of readable fields; words of the pack are found by the filters of `list`."""


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
    return " ¶ ".join([" ".join(line) for line in folded_lines(text)])


AROUND = 12
"""Characters shown on each side of a word that was found."""

SNIPPETS = 3
"""Most snippets of one case."""


def snippets(text: str, wanted: Sequence[str]) -> list[str]:
    """A short piece of the stored text around the first place of each word."""
    pieces = []
    for word in wanted:
        for part in text.split(_BREAK):
            places = [at for at, char in enumerate(part) for _ in folded(char)]
            start = folded(part).find(word)
            if start >= 0:
                first, last = (
                    max(0, places[start] - AROUND),
                    places[start + len(word) - 1] + AROUND + 1,
                )
                pieces.append(
                    f"{'…' if first else ''}{part[first:last]}{'…' if last < len(part) else ''}"
                )
                break
    return list(dict.fromkeys(pieces))[:SNIPPETS]


def texts(case: Case, events: Sequence[Event]) -> list[str]:
    """Everything of a case that may be read and searched, each text once, not masked yet.

    events: its entries in effect.
    """
    named = not case.hidden
    every: list[str] = []
    for event in events:
        every += _texts(event, named=named)
    return list(dict.fromkeys(every))


def readable(said: Iterable[str], known: masking.Known, more: Iterable[str] = ()) -> str:
    """The same masked, as one text: `more` as it is (its number), then `said`: the texts.

    known: of the case; names that were corrected stay hidden, too.
    """
    shown = [" ".join(text.split()) for text in masking.free_texts(filter(None, said), known)]
    return _BREAK.join(dict.fromkeys([*more, *shown]))


def _texts(event: Event, *, named: bool) -> list[str]:
    """The readable texts of an entry; of its reporter only the street, and the name of a firm.

    named: whether a masked view may say who reported.
    """
    data = event.data
    texts: list[str] = []
    for name, kind in [pair for pair in _fields(event.kind) if pair[0] in data]:
        value = data[name]
        if not value:
            continue
        if name in masking.PERSON_FIELDS:
            texts += _of_person(name, value, data) if named else ()
        elif name == "extra":
            texts += _of_other_columns(value, named=named)
        elif type(value) is str:
            texts.append(value)
        else:
            texts += _several(value, kind)
    return texts


def _of_person(name: str, value: str, data: Mapping[str, Any]) -> list[str]:
    """What may be read of a field that leads to the reporter."""
    if name == "address":
        return [masking.address(value)]
    shown = name == "contact_relation" or (name == "reporter" and masking.is_firm(data))
    return [value] if shown else []


def _of_other_columns(extra: Mapping[str, str], *, named: bool) -> list[str]:
    """Header and value of each, masked; where nobody may be named, no column that leads to people."""
    from bbcs.domain.person_columns import OTHER, kind_of  # only cases of an old ledger

    return [
        " ".join(pair)
        for pair in masking.other_columns(extra).items()
        if named or kind_of(pair[0]) in ("", OTHER)
    ]


def _several(value: Any, kind: str) -> list[str]:
    """The texts of a value that is no text itself."""
    if kind == "unit":
        return [value[1]]
    if kind == "units":
        return [unit[1] for unit in value]
    if kind == "texts":
        return list(value)
    # pairs and objects: a name and its value belong together
    pairs = value.items() if isinstance(value, Mapping) else value
    return [" ".join(pair) for pair in pairs]


@cache
def _fields(kind: str) -> tuple[tuple[str, str], ...]:
    from bbcs.domain.acts.table import KINDS  # who only searches reads no entry

    return tuple(
        (field.name, field.type)
        for field in KINDS.get(kind, ())
        if field.type in _READ and not field.stamped
    )
