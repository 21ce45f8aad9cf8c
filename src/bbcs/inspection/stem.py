"""Stem: what a check may rest on in the public part of an entry. What none reads is left out, names are told by who is who.

Else no two cases of an office would be alike: each has its own items, units, numbers and dates.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from bbcs.domain.acts.table import KINDS, Field
from bbcs.inspection.orders import AT_WINDOW, at_window
from bbcs.inspection.privacy import SHORT, open_fields, shown
from bbcs.record import Record

UNREAD: Mapping[str, frozenset[str]] = {
    "Registered": frozenset(
        {
            "items",
            "failed_window",
            "failed_unit",
            "failed_on",
            "trips",
            "wish_date",
            "source",
            "source_no",
            "waived",
            "wanted",
        }
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

NUMBERS = frozenset({"slip", "answer", "no"})
"""Numbers of which checks ask, as of units, only which are the same."""

QUIET = frozenset({"Stepped", "Noted", "Attached"})
"""Kinds that tell nothing of a case that is over, unless they show a number to everybody or are of the window alone."""

HEARD: Mapping[str, frozenset[str]] = {"Registered": frozenset({"channel"})}
"""Kind -> public fields of which checks ask only whether something was said there."""

STEMS = 65536
"""Stems remembered at once; one forgotten is a shape to be learned anew."""

MUTE, TOLD, NAMED, AS_IT_IS, SHOWN = "mute", "told", "named", "as it is", "shown"
"""How a field goes into a stem: not at all; whether it says something; which names are the same; as it stands. The last: it shows
a number to everybody."""

NOBODY, CALLER, HANDLER = "", "caller", "handler"
"""Of whom else it matters who it is: who called, with whether on another day than before, or to whom it was given."""

WHO: Mapping[str, str] = {"CalledBack": CALLER, "CallbackTried": CALLER, "Assigned": HANDLER}


class Stem(Record):
    """What checks may rest on in one public part: its number, the names in it, whether it is quiet, of whom else it matters who it is."""

    number: int
    names: tuple[str, ...]
    quiet: bool
    who: str


class Stems:
    """Public parts of entries -> stems. No number is given to two."""

    def __init__(self, own: Sequence[str]) -> None:
        self._own = own
        self._numbers: dict[Hashable, int] = {}
        self._last = 0

    def of(self, kind: str, v: int, said: Mapping[str, Any]) -> Stem:
        """The stem of what a public part says."""
        names: list[str] = []
        parts = [*self._parts(kind, said, names)]
        quiet = (
            kind in QUIET
            and said.get("kind") not in AT_WINDOW
            and not any(part[0] == SHOWN for part in parts)
        )
        return Stem(self._number((kind, v, *parts)), tuple(names), quiet, WHO.get(kind, NOBODY))

    def _number(self, parts: Hashable) -> int:
        if parts not in self._numbers:
            if len(self._numbers) >= STEMS:
                self._numbers.clear()
            self._last += 1  # never given twice
            self._numbers[parts] = self._last
        return self._numbers[parts]

    def _parts(
        self, kind: str, said: Mapping[str, Any], names: list[str]
    ) -> Iterator[tuple[Any, ...]]:
        how = _fields(kind)
        for name, value in said.items():
            rule, open_ = how.get(name, (AS_IT_IS, False))
            if (
                open_
                and not (type(value) is str and len(value) < SHORT)
                and shown(kind, name, value)
            ):
                yield SHOWN, name, repr(value)
            elif rule == NAMED:
                yield name, self._told(value, names)
            elif rule == TOLD:
                yield name, bool(value)
            elif rule != MUTE:
                yield name, type(value), value if isinstance(value, (str, int)) else repr(value)

    def _told(self, value: Any, names: list[str]) -> Hashable:
        """The form of a value; the names in it, but for those that say where something was done."""
        if isinstance(value, (list, tuple)):
            return tuple([self._told(one, names) for one in value])
        if not isinstance(value, str) or not value or at_window(value, self._own):
            return repr(value)
        names.append(value)
        return True


_of_kind: dict[str, Mapping[str, tuple[str, bool]]] = {}


def _fields(kind: str) -> Mapping[str, tuple[str, bool]]:
    """Public field of a kind -> how it goes into a stem, and whether people write there what everybody reads."""
    if kind not in _of_kind:
        fields = [field for field in KINDS.get(kind, ()) if not field.personal]
        _of_kind[kind] = {
            field.name: (_rule(kind, field), field.name in open_fields(kind)) for field in fields
        }
    return _of_kind[kind]


def _rule(kind: str, field: Field) -> str:
    if field.name in UNREAD.get(kind, ()):
        return MUTE
    if field.type in ("unit", "units") or field.name in NUMBERS:
        return NAMED
    return TOLD if field.name in HEARD.get(kind, ()) else AS_IT_IS
