"""Rows of entries -> events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from sys import intern
from typing import Any

from bbcs.domain.event import Event, Unreadable
from bbcs.store import codec


def event(row: Sequence[Any]) -> Event:
    """The event of a row with the columns of `statements.EVENTS`. Raises Unreadable."""
    seq, case_no, version, v, kind, at, recorded_at, actor, clock, public, personal, digest = row
    try:
        happened = datetime.fromisoformat(at)
        recorded = happened
        if recorded_at:
            recorded = datetime.fromisoformat(recorded_at)
        data = codec.decode(kind, v, public, personal)
    except (ValueError, TypeError) as error:
        raise Unreadable(case_no or f"第 {seq} 条") from error
    erased = personal is None
    # each row brings its own copy of these words: a long report holds a million of them
    kind, actor, clock, case_no = map(intern, (kind, actor, clock, case_no or ""))
    return Event(
        kind,
        happened,
        data,
        actor,
        case_no,
        version or 0,
        seq,
        recorded,
        clock,
        erased,
        digest,
    )


def cases(rows: Iterable[Sequence[Any]]) -> Iterator[list[Event]]:
    """Rows in order of case and version -> the entries of one case after the other. Raises
    Unreadable.
    """
    for _, entries in groupby(map(event, rows), attrgetter("case_no")):
        yield list(entries)


def mapped(rows: Any, columns: tuple[str, ...]) -> list[Mapping[str, Any]]:
    """Returns rows as mappings from column to value."""
    return [dict(zip(columns, row, strict=True)) for row in rows]
