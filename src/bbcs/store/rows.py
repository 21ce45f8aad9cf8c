"""Rows of entries -> events: one by one, and all cases of a ledger, where every microsecond is paid half a million times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from bbcs.domain.event import Event, Unreadable
from bbcs.record import Record
from bbcs.store import codec

MANY = 4096
"""Public texts kept at once, with what they say: most entries of a ledger say the same few things."""


def event(row: Sequence[Any], personal: Mapping[str, Any] | None = None) -> Event:
    """A row of the columns that `statements` reads of an entry; personal: what its personal part says, where that is known. Unreadable.

    Entries that say the same, and nothing personal, share it.
    """
    seq, case_no, version, v, kind, at, written, actor, clock, data, body = row
    try:
        when = datetime.fromisoformat(at)
        recorded = datetime.fromisoformat(written) if written else when
        said = _public(kind, v, data)
        if body:
            said = codec.joined(kind, v, data, body, said, personal)
    except (ValueError, TypeError) as error:
        raise Unreadable(case_no or f"第 {seq} 条") from error
    return _event(
        (kind, when, said, actor, case_no or "", version or 0, seq, recorded, clock, body is None)
    )


class Entries(Record):
    """`domain.entries.Entries` of the columns that `statements` reads: rows turned by 90 degrees, nothing of them decoded."""

    seqs: tuple[int, ...]
    numbers: tuple[str, ...]
    versions: tuple[int, ...]
    forms: tuple[int, ...]
    kinds: tuple[str, ...]
    moments: tuple[str, ...]
    written: tuple[str | None, ...]
    actors: tuple[str, ...]
    clocks: tuple[str, ...]
    texts: tuple[str, ...]
    bodies: tuple[str | None, ...]

    def public(self, place: int) -> Mapping[str, Any]:
        """What the public part of an entry says; ValueError."""
        return _public(self.kinds[place], self.forms[place], self.texts[place])

    def personal(self) -> Mapping[int, Mapping[str, Any]]:
        """Place of an entry that has one -> what its personal part says; ValueError."""
        return codec.decode_bodies(self.bodies)

    def events(self, personal: Mapping[int, Mapping[str, Any]] | None = None) -> list[Event]:
        """All of them as the domain sees them; personal: what `personal` gave, where that was asked before. Unreadable."""
        said = personal or _NOTHING
        return [event(row, said.get(place)) for place, row in enumerate(zip(*self, strict=True))]


def cases(rows: Iterable[Sequence[Any]]) -> Iterator[Entries]:
    """Rows in order of case and version -> the entries of one case after the other."""
    for _, its in groupby(rows, _CASE_NO):
        yield _turned(zip(*its, strict=True))


_CASE_NO = itemgetter(1)
_NOTHING: Mapping[int, Mapping[str, Any]] = {}
_turned = partial(tuple.__new__, Entries)  # the constructors by themselves: of 100,000 cases
_event = partial(tuple.__new__, Event)


@lru_cache(MANY)
def _public(kind: str, v: int, data: str) -> Mapping[str, Any]:
    return codec.decode(kind, v, data, None)
