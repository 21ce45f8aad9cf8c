"""Lists of all stations of a county, as JSON and as tables: each line by the office of its station."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bbcs.domain.desk import GROUPS
from bbcs.registers.table import Column, Table
from bbcs.usecases.checks import CheckFinding
from bbcs.usecases.county import Stations
from bbcs.usecases.county_lists import CountyListing, StationDesk, StationHit
from bbcs.usecases.listing import window_of
from bbcs.usecases.office import Office
from bbcs.usecases.search import Search
from bbcs.views import findings, rows, search

STATION = rows.COLUMNS["station"]._replace(keep=9)

DEFAULT = ("station", *rows.DEFAULT)
"""The columns of a list of all stations."""

TOTAL = "合计"


def lines(listing: CountyListing, stations: Stations) -> Iterator[tuple[Office, rows.CaseLine]]:
    """Each line with the office of its station, while the rows pass by."""
    makers: dict[str, rows.LineMaker] = {}
    for code, row in listing.rows:
        office = stations.office(code)
        if code not in makers:
            makers[code] = rows.LineMaker(office, window_of(listing.filters[code]))
        yield office, makers[code].line(row)


def documents(
    shown: Iterable[tuple[Office, rows.CaseLine]], keys: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """The rows as documents of their own."""
    return rows.documents((line for _, line in shown), keys)


def list_document(
    listing: CountyListing,
    shown: Iterable[tuple[Office, rows.CaseLine]],
    keys: Sequence[str],
    elsewhere: Sequence[str],
) -> dict[str, Any]:
    """`bbcs list --station all --json`, its cases an iterator. elsewhere: stations that are not in
    it.
    """
    cases = (
        {key: row[key] for key in keys or row if key != "schema"} for row in documents(shown, keys)
    )
    return {
        "schema": "bbcs.list/1",
        "count": len(listing.rows),
        "next": listing.next,
        "elsewhere": list(elsewhere),
        "cases": cases,
    }


def cells(
    shown: Iterable[tuple[Office, rows.CaseLine]], columns: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """The cells of each line."""
    for office, line in shown:
        yield from rows.cells_of([line], office, columns)


def heads(columns: Sequence[str], *, settled: bool = False) -> list[Column]:
    """These columns; a narrow terminal keeps the station, and the phase among settled cases."""
    return [
        STATION if name == STATION.name else rows.column(name, settled=settled) for name in columns
    ]


def list_table(
    shown: Iterable[tuple[Office, rows.CaseLine]], columns: Sequence[str], title: str
) -> Table:
    """The cases as people read them."""
    every = list(shown)
    marks = {number: mark for number, (_, line) in enumerate(every) if (mark := rows.mark_of(line))}
    kept = heads(columns, settled=rows.any_settled(line for _, line in every))
    return Table("list", title, kept, list(cells(every, columns)), marks=marks)


# -- the desk --------------------------------------------------------------------------------------


def todo_document(
    desks: Sequence[StationDesk], office: Office, elsewhere: Sequence[str]
) -> dict[str, Any]:
    """`bbcs todo --station all --json`. elsewhere: stations that are not in it."""
    return {
        "schema": "bbcs.county_todo/1",
        "day": office.stamp.now.date().isoformat(),
        "stations": [
            {"station": one.code, "name": one.name, "groups": _groups(one.groups)} for one in desks
        ],
        "elsewhere": list(elsewhere),
        "groups": _groups(_sums(desks)),
    }


def _groups(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in GROUPS}


def _sums(desks: Sequence[StationDesk]) -> Mapping[str, int]:
    sums = Counter[str]()
    for one in desks:
        sums.update(one.groups)
    return sums


NOTHING = "各站今天都没有要催的件"


def todo_table(desks: Sequence[StationDesk], office: Office) -> Table:
    """A line per station and their sums; a group that holds nothing anywhere is left out."""
    sums = _sums(desks)
    kept = {name: len(GROUPS) - place for place, name in enumerate(GROUPS)}
    columns = [
        STATION._replace(keep=len(GROUPS) + 2),
        Column("name", "名称", width=14, keep=len(GROUPS) + 1),
        *(
            Column(name, label, "int", keep=kept[name], alarm=name == "overdue")
            for name, label in GROUPS.items()
            if sums.get(name)
        ),
    ]
    shown = [{"station": one.code, "name": one.name, **_groups(one.groups)} for one in desks]
    shown.append({"station": "", "name": TOTAL, **_groups(sums)})
    title = f"全县 {office.stamp.now.date()} 各站要办的件"
    return Table("county_todo", title, columns, shown, counted=False)


# -- a search --------------------------------------------------------------------------------------


def hit_rows(hits: Iterable[StationHit], stations: Stations) -> Iterator[Mapping[str, Any]]:
    """Masked rows, as programs get them."""
    for hit in hits:
        yield from search.masked_rows(_alone(hit), stations.office(hit.station))


def search_document(hits: Sequence[StationHit], more: bool, stations: Stations) -> dict[str, Any]:
    """`bbcs search --station all --json`."""
    cases = list(hit_rows(hits, stations))
    return {
        "schema": "bbcs.search/1",
        "count": len(cases),
        "more": more,
        "elsewhere": list(stations.county.elsewhere()),
        "cases": cases,
    }


def search_table(hits: Sequence[StationHit], stations: Stations) -> Table:
    """What was found, as people read it."""
    own = stations.own
    plain = search.table(Search([], [], False), own)
    shown = [
        {"station": hit.station, **row}
        for hit in hits
        for row in search.table(_alone(hit), stations.office(hit.station)).rows
    ]
    return plain._replace(columns=[STATION, *plain.columns], rows=shown)


def _alone(hit: StationHit) -> Search:
    return Search([hit.stored], [hit.snippets], False)


# -- findings --------------------------------------------------------------------------------------

StationFinding = tuple[str, CheckFinding]
"""The code of a station, and a finding there."""


def finding_document(finding: StationFinding) -> dict[str, Any]:
    """A finding with its station."""
    station, one = finding
    return {"station": station, **one.document()}


def check_document(located: Iterable[StationFinding], elsewhere: Sequence[str]) -> dict[str, Any]:
    """`bbcs check --station all --json`. elsewhere: stations that were not inspected."""
    findings = [finding_document(one) for one in located]
    return {"schema": "bbcs.check/1", "elsewhere": list(elsewhere), "findings": findings}


def check_table(located: Sequence[StationFinding]) -> Table:
    """The findings as people read them."""
    plain = findings.table([one for _, one in located])
    shown = [{"station": code, **row} for (code, _), row in zip(located, plain.rows, strict=True)]
    return plain._replace(columns=[STATION._replace(keep=0), *plain.columns], rows=shown)
