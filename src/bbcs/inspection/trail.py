"""Trail: what the public parts of all entries of a case tell together. Most cases of a ledger follow a few hundred trails."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from bbcs.domain.event import Entries
from bbcs.inspection.stem import Stem, Stems
from bbcs.record import Record

PLAIN = frozenset(
    {
        "Registered", "Accepted", "Refused", "Triaged", "Assigned", "Signed", "Returned", "Forwarded", "Stepped", "FedBack",
        "Notified", "Escalated", "Convened", "Supervised", "Linked", "Improved", "Noted", "Attached", "Resolved", "CallbackTried",
        "CalledBack", "Closed", "Archived", "Withdrawn", "TransferredOut",
    }
)  # fmt: skip
"""Kinds of a case that has a shape: none that rewrites, reopens, pauses, extends, owes or merges."""

OVER = frozenset({"Refused", "Withdrawn", "TransferredOut", "CalledBack", "Closed", "Archived"})
"""Kinds after which nobody has anything left to do."""

MANY = 8192
"""Public texts, and trails, remembered at once. Many a text comes but once."""


class Track(Record):
    """Entries that tell a case: their places; their stems, and which names are the same; name -> number; where people matter.

    form: the number of each stem and, behind it, one of each name in it.
    """

    places: Sequence[int]
    form: tuple[int, ...]
    same: Mapping[str, int]
    people: tuple[tuple[int, str], ...]


class Trail(Record):
    """The kinds of a case; the versions of its entries when they are plain and none is left out; whether it may be over; all its
    entries, and those that are not quiet."""

    kinds: frozenset[str]
    versions: tuple[int, ...]
    over: bool
    every: Track
    loud: Track


class Trails:
    """Entries of a case -> its trail."""

    def __init__(self, own: Sequence[str]) -> None:
        self._makes = Stems(own)
        self._read: dict[tuple[str, int, str], int] = {}
        self._places: dict[Stem, int] = {}
        self._stems: list[Stem] = []
        self._known: dict[tuple[int, ...], Trail] = {}
        self._texts: dict[Hashable, tuple[Trail, Mapping[str, Any]]] = {}

    def of(self, its: Entries) -> tuple[Trail, Mapping[str, Any]]:
        """What they tell, and what the public part of the first says; ValueError when one cannot be read."""
        texts = its.kinds, its.forms, its.texts
        return self._texts.get(texts) or self._found(texts, its)

    def _found(self, texts: Hashable, its: Entries) -> tuple[Trail, Mapping[str, Any]]:
        if max(map(len, (self._texts, self._read, self._known))) >= MANY:
            for kept in (self._texts, self._read, self._places, self._stems, self._known):
                kept.clear()
        places = tuple([self._place(its, place) for place in range(len(its.kinds))])
        if places not in self._known:
            self._known[places] = _blazed([self._stems[place] for place in places], frozenset(its.kinds))
        self._texts[texts] = found = self._known[places], its.public(0)
        return found

    def _place(self, its: Entries, place: int) -> int:
        """Where the stem of an entry is kept."""
        text = kind, v, _ = its.kinds[place], its.forms[place], its.texts[place]
        if text not in self._read:
            stem = self._makes.of(kind, v, its.public(place))
            if stem not in self._places:
                self._places[stem] = len(self._stems)
                self._stems.append(stem)
            self._read[text] = self._places[stem]
        return self._read[text]


def _blazed(stems: Sequence[Stem], kinds: frozenset[str]) -> Trail:
    every, loud = range(len(stems)), [place for place, stem in enumerate(stems) if not stem.quiet]
    whole = _track(stems, every)
    versions = tuple([place + 1 for place in every]) if kinds <= PLAIN else ()
    return Trail(kinds, versions, not kinds.isdisjoint(OVER), whole, _track(stems, loud) if len(loud) < len(every) else whole)


def _track(stems: Sequence[Stem], places: Sequence[int]) -> Track:
    same: dict[str, int] = {}
    form: list[int] = []
    for place in places:
        form.append(stems[place].number)
        form += [same.setdefault(name, len(same)) for name in stems[place].names]
    return Track(places, tuple(form), same, tuple([(place, stems[place].who) for place in places if stems[place].who]))
