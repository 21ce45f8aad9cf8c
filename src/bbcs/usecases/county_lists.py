"""Lists of all stations of a county: their cases in one order, their desks, what a search finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Any

from bbcs.errors import BadValue, BbcsError, UnknownCase, UnknownUnit, UnknownWord
from bbcs.record import Record
from bbcs.registers.lazy_rows import PassingRows
from bbcs.usecases import search as searching
from bbcs.usecases.county import OrderedRow, Stations, rosters
from bbcs.usecases.filters import with_known_unit
from bbcs.usecases.ledger import Filter, Position
from bbcs.usecases.office import Office

UNKNOWN = (UnknownUnit, UnknownWord, BadValue)
"""Refusals of a filter by a station whose rules or roster lack a word: it has no such case."""

StationRow = tuple[str, Mapping[str, Any]]
"""The code of a station, and a stored row of it."""


class CountyListing(Record):
    """Rows of all stations in one order; without a limit they pass by once.

    total, next: as in `listing.Listing`. filters: code -> the filter as that station reads it.
    """

    rows: Sequence[StationRow]
    total: int
    next: str | None
    filters: Mapping[str, Filter]


def cases(
    stations: Stations, ask: Callable[[Office], Filter], limit: int | None, after: str = ""
) -> CountyListing:
    """The cases of all stations that fit.

    ask: the filter as an office reads it. after: the case after which the page begins. Raises what
    every station refuses, UnknownCase for an unknown `after`, OlderSchema.
    """
    stations.county.refuse_behind()
    filters = _filters(stations, ask)
    total = sum(stations.ledger(code).tally(one) for code, one in filters.items())
    most = limit + 1 if limit else None
    behind = _position(stations, filters, after) if after else None
    streams = [
        _named(code, stations.ledger(code).ordered(one._replace(limit=most), behind))
        for code, one in filters.items()
    ]
    rows = (row for _, row in merge(*streams, key=itemgetter(0)))
    if limit is None:
        return CountyListing(PassingRows(rows, total), total, None, filters)
    page = list(islice(rows, limit + 1))
    following = page[limit - 1][1]["case_no"] if len(page) > limit else None
    return CountyListing(page[:limit], total, following, filters)


def _named(code: str, rows: Iterator[OrderedRow]) -> Iterator[tuple[Any, StationRow]]:
    return ((key, (code, row)) for key, row in rows)


def _position(stations: Stations, filters: Mapping[str, Filter], after: str) -> Position:
    """The position of a case, which is that of its station."""
    code = after.partition("-")[0]
    if code not in filters:
        raise UnknownCase(after)
    return stations.ledger(code).position(filters[code]._replace(after=after))


def _filters(stations: Stations, ask: Callable[[Office], Filter]) -> dict[str, Filter]:
    """The filter of each station that knows its words."""
    filters: dict[str, Filter] = {}
    refused: list[BbcsError] = []
    for code in stations.codes:
        try:
            office = stations.office(code)
            filters[code] = with_known_unit(stations.ledger(code), office, ask(office))
        except UNKNOWN as error:
            refused.append(error)
    if refused and not filters:
        raise refused[0]
    return filters


class StationDesk(Record):
    """How many cases stand in each group of one station's desk."""

    code: str
    name: str
    groups: Mapping[str, int]


def desks(stations: Stations) -> list[StationDesk]:
    """The desk of every station in numbers. Raises OlderSchema."""
    stations.county.refuse_behind()
    now = stations.own.stamp.now
    return [
        StationDesk(code, one.name, stations.ledger(code).desk_counts(now))
        for code, one in rosters(stations.county).items()
    ]


class StationHit(Record):
    """A case that a search found at one station; snippets: as in `search.Search`."""

    station: str
    stored: Mapping[str, Any]
    snippets: list[str]


def search(stations: Stations, text: str, limit: int) -> tuple[list[StationHit], bool]:
    """The newest cases of all stations that this text names or that hold its words, and whether
    there are others. Raises what `search.search` raises, OlderSchema.
    """
    stations.county.refuse_behind()
    more = False
    every: list[StationHit] = []
    for code in stations.codes:
        result = searching.search(stations.ledger(code), stations.own, text, limit)
        more = more or result.more
        every += (
            StationHit(code, row, list(snippets))
            for row, snippets in zip(result.stored, result.snippets, strict=True)
        )
    every.sort(key=lambda hit: (hit.stored["received_at"], hit.stored["case_no"]), reverse=True)
    return every[:limit], more or len(every) > limit
