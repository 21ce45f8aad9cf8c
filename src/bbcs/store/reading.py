"""Rows of entries -> events: one by one, and all cases of a ledger, where every microsecond is paid half a million times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bbcs.domain.event import Event, Part
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


class Entries(list[Event]):
    """A case's entries; parts: each as stored."""

    __slots__ = ("parts",)

    def __init__(self) -> None:
        self.parts: list[Part] = []


def cases(rows: Iterable[Sequence[Any]]) -> Iterator[Entries]:
    """What `event` makes of the rows, case by case; entries that say the same, and nothing personal, share it."""
    known: dict[tuple[str, int, str], Mapping[str, Any]] = {}
    moment, make = datetime.fromisoformat, tuple.__new__
    its, now = Entries(), None
    parts = its.parts
    for seq, case_no, version, v, kind, at, recorded_at, actor, clock, data, body in rows:
        if case_no != now:
            if its:
                yield its
            its, now = Entries(), case_no
            parts = its.parts
        public = known.get((kind, v, data))
        if public is None:
            public = _kept(known, kind, v, data)
        said, personal = codec.joined(kind, v, data, public, body) if body else (public, None)
        when = moment(at)
        written = when if recorded_at == at else moment(recorded_at)
        erased = body is None
        its.append(make(Event, (kind, when, said, actor, case_no, version, seq, written, clock, erased)))
        parts.append((kind, at, v, data, public, personal, actor, version, erased))
    if its:
        yield its


def _kept(known: dict[tuple[str, int, str], Mapping[str, Any]], kind: str, v: int, data: str) -> Mapping[str, Any]:
    """What a public text says; remembered."""
    if len(known) >= MANY:
        known.clear()
    said = known[kind, v, data] = codec.decode(kind, v, data, None)
    return said
