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


def event(row: Sequence[Any]) -> Event:
    """A row of the columns that `statements` reads of an entry."""
    seq, case_no, version, v, kind, at, recorded_at, actor, clock, data, body = row
    return Event(
        kind,
        datetime.fromisoformat(at),
        codec.decode(kind, v, data, body),
        actor,
        case_no or "",
        version or 0,
        seq,
        datetime.fromisoformat(recorded_at),
        clock,
        body is None,
    )


class Entries(Record):
    """`domain.entries.Entries` of the columns that `statements` reads: rows turned by 90 degrees, nothing of them decoded."""

    seqs: tuple[int, ...]
    numbers: tuple[str, ...]
    versions: tuple[int, ...]
    forms: tuple[int, ...]
    kinds: tuple[str, ...]
    moments: tuple[str, ...]
    written: tuple[str, ...]
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
        """All of them as the domain sees them; personal: what `personal` gave, where that was asked before. Unreadable.

        Entries that say the same, and nothing personal, share it.
        """
        try:
            said = self.personal() if personal is None else personal
            return [_event(row, said.get(place)) for place, row in enumerate(zip(*self, strict=True))]
        except ValueError as error:
            raise Unreadable(self.numbers[0]) from error


def cases(rows: Iterable[Sequence[Any]]) -> Iterator[Entries]:
    """Rows in order of case and version -> the entries of one case after the other."""
    for _, its in groupby(rows, _CASE_NO):
        yield _turned(zip(*its, strict=True))


_CASE_NO = itemgetter(1)
_turned = partial(tuple.__new__, Entries)  # the constructors by themselves: of 100,000 cases
_made = partial(tuple.__new__, Event)


def _event(row: Sequence[Any], personal: Mapping[str, Any] | None) -> Event:
    seq, case_no, version, v, kind, at, recorded_at, actor, clock, data, body = row
    when = datetime.fromisoformat(at)
    written = when if recorded_at == at else datetime.fromisoformat(recorded_at)
    said = _public(kind, v, data)
    if personal:
        said = codec.joined(kind, v, data, body, said, personal)
    return _made((kind, when, said, actor, case_no, version, seq, written, clock, body is None))


@lru_cache(MANY)
def _public(kind: str, v: int, data: str) -> Mapping[str, Any]:
    return codec.decode(kind, v, data, None)
