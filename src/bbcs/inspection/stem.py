"""Stem: what a check may rest on in the public part of an entry. What none reads is left out, names are told by who is who.

Else no two cases of an office would be alike: each has its own items, units, numbers and dates.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from bbcs.domain.acts import KINDS
from bbcs.inspection.orders import at_window
from bbcs.inspection.privacy import shown

MUTE: Mapping[str, frozenset[str]] = {
    "Registered": frozenset(
        {"items", "failed_window", "failed_unit", "failed_on", "trips", "wish_date", "source", "source_no", "waived", "wanted"}
    ),
    "Stepped": frozenset({"minutes"}),
    "Notified": frozenset({"no"}),
    "Escalated": frozenset({"to"}),
    "Convened": frozenset({"host", "place", "meeting", "minutes_sha256", "others"}),
    "Linked": frozenset({"theme", "to", "item", "needs", "first", "basis"}),
    "Improved": frozenset({"item", "class", "case", "effective"}),
    "Resolved": frozenset({"asked", "granted", "result"}),
    "TransferredOut": frozenset({"to"}),
    "Attached": frozenset({"sha256", "size"}),
}
"""Kind -> public fields that no check reads which rests on a shape, unless they show a number to everybody."""

NAMED = ("unit", "units")
"""Types of fields that hold names: of those checks ask which are the same, and whether they are the window's."""

ALSO_NAMED = frozenset({"slip", "answer", "no"})
"""Numbers of which checks ask no more than that either."""

MANY = 65536
"""Public texts and stems remembered at once."""

Names = tuple[str, ...]

_NONE: frozenset[str] = frozenset()


class Stems:
    """Public part of an entry -> the number of its stem, and the names in it. The same stem always has the same number."""

    def __init__(self, own: Sequence[str]) -> None:
        self._own = own
        self._read: dict[tuple[str, int, str], tuple[int, Names]] = {}
        self._numbers: dict[Hashable, int] = {}
        self._last = 0

    def of(self, kind: str, v: int, text: str, said: Mapping[str, Any]) -> tuple[int, Names]:
        """Of one entry: its kind, version, the stored text of its public part, and what that says."""
        key = kind, v, text
        return self._read.get(key) or self._taken(key, said)

    def _taken(self, key: tuple[str, int, str], said: Mapping[str, Any]) -> tuple[int, Names]:
        if len(self._read) >= MANY:
            self._read.clear()
        names: list[str] = []
        stem = key[0], key[1], *self._parts(key[0], said, names)
        found = self._read[key] = self._number(stem), tuple(names)
        return found

    def _number(self, stem: Hashable) -> int:
        if stem not in self._numbers:
            if len(self._numbers) >= MANY:
                self._numbers.clear()
            self._last += 1  # never given twice
            self._numbers[stem] = self._last
        return self._numbers[stem]

    def _parts(self, kind: str, said: Mapping[str, Any], names: list[str]) -> Iterator[Hashable]:
        mute, named = MUTE.get(kind, _NONE), _named(kind)
        for name, value in said.items():
            if shown(kind, name, value):
                yield name, repr(value)
            elif name in named:
                yield name, self._told(value, names)
            elif name not in mute:
                yield name, type(value), value if isinstance(value, (str, int)) else repr(value)

    def _told(self, value: Any, names: list[str]) -> Hashable:
        """The form of a value; the names in it, but for those that say where something was done."""
        if isinstance(value, (list, tuple)):
            return tuple([self._told(one, names) for one in value])
        if not isinstance(value, str) or not value or at_window(value, self._own):
            return repr(value)
        names.append(value)
        return True


_of_kind: dict[str, frozenset[str]] = {}


def _named(kind: str) -> frozenset[str]:
    """Fields of a kind that hold names."""
    if kind not in _of_kind:
        fields = KINDS.get(kind, ())
        named = frozenset(field.name for field in fields if field.type in NAMED or field.name in ALSO_NAMED)
        _of_kind[kind] = named - MUTE.get(kind, _NONE)
    return _of_kind[kind]
