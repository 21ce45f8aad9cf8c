"""Trail: what the public parts of all entries of a case tell together. Most cases of a ledger follow a few hundred trails."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from bbcs.domain.entries import Entries
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

MANY, FEW = 8192, 512
"""Public texts and trails remembered at once, and the texts of whole cases: in many a ledger no two are the same."""


class Track(Record):
    """Entries that tell a case: their places, the numbers of their stems, and where people matter."""

    places: Sequence[int]
    stems: tuple[int, ...]
    people: tuple[tuple[int, str], ...]


class Trail(Record):
    """What entries tell whose stems are the same.

    kinds; versions: those of the entries when they are plain and none is left out; over: whether the case may be; named: whether
    there are names in them; every, loud: all of them, and those that are not quiet.
    """

    kinds: frozenset[str]
    versions: tuple[int, ...]
    over: bool
    named: bool
    every: Track
    loud: Track


Names = Sequence[Sequence[str]]
"""The names in each entry of a case."""

Public = tuple[Trail, Names, Mapping[str, Any]]
"""What the public parts of a case tell; the last: what that of its first entry says."""


class Trails:
    """Entries of a case -> its trail."""

    def __init__(self, own: Sequence[str]) -> None:
        self._makes = Stems(own)
        self._read: dict[tuple[str, int, str], Stem] = {}
        self._known: dict[tuple[int, ...], Trail] = {}
        self._texts: dict[Hashable, Public] = {}

    def of(self, its: Entries) -> Public:
        """What they tell; ValueError when one cannot be read."""
        texts = its.kinds, its.forms, its.texts
        return self._texts.get(texts) or self._found(texts, its)

    def _found(self, texts: Hashable, its: Entries) -> Public:
        for kept, most in ((self._read, MANY), (self._known, MANY), (self._texts, FEW)):
            if len(kept) >= most:
                kept.clear()
        read = map(self._read.get, zip(its.kinds, its.forms, its.texts, strict=True))
        stems = [stem or self._stem(its, place) for place, stem in enumerate(read)]
        numbers = tuple([stem[0] for stem in stems])
        trail = self._known.get(numbers)
        if trail is None:
            trail = self._known[numbers] = _blazed(stems, frozenset(its.kinds))
        self._texts[texts] = found = trail, [stem[1] for stem in stems], its.public(0)
        return found

    def _stem(self, its: Entries, place: int) -> Stem:
        kind, v, text = its.kinds[place], its.forms[place], its.texts[place]
        stem = self._read[kind, v, text] = self._makes.of(kind, v, its.public(place))
        return stem


def _blazed(stems: Sequence[Stem], kinds: frozenset[str]) -> Trail:
    every, loud = range(len(stems)), [place for place, stem in enumerate(stems) if not stem.quiet]
    whole = _track(stems, every)
    part = _track(stems, loud) if len(loud) < len(every) else whole
    versions = tuple([place + 1 for place in every]) if kinds <= PLAIN else ()
    return Trail(
        kinds, versions, not kinds.isdisjoint(OVER), any(stem.names for stem in stems), whole, part
    )


def _track(stems: Sequence[Stem], places: Sequence[int]) -> Track:
    people = tuple([(place, stems[place].who) for place in places if stems[place].who])
    return Track(places, tuple([stems[place].number for place in places]), people)
