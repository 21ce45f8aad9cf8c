"""A county's office looks into the stations whose ledgers lie in the same database. It only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from bbcs.domain.station import Station
from bbcs.record import Record
from bbcs.usecases.ledger import Filter, Head, Position
from bbcs.usecases.ledger_protocol import Ledger
from bbcs.usecases.office import Office, need
from bbcs.usecases.rosters import KINDS, read_roster, recorded

VISITORS = ("leader", "supervisor", "admin", "auditor")
"""Roles of the own office that may look into other stations."""

LEVEL = "county"
"""Level of the office above the townships: stations right below it are townships of their own."""


class StationMoves(Record):
    """Counted events of one station that are alike: of one kind, outcome and lateness."""

    station: str
    kind: str
    detail: str
    late: bool
    number: int
    amount: int
    answered: int


class InHand(Record):
    """Cases of one station in hand before and after some days, and the head of its ledger."""

    before: int
    after: int
    head: Head


class StationFacts(Record):
    """One station of the county: its head, cases that are open and overdue, missing numbers.

    moved: where its ledger is now, if not here. arriving: where it is still used until its move to
    here is finished. behind: it was not opened since the store was
    renewed, so nothing is counted.
    """

    head: Head
    open: int
    overdue: int
    gaps: int
    moved: str
    arriving: str
    behind: bool


OrderedRow = tuple[Position, Mapping[str, Any]]
"""A row of case_row with its deadlines, behind its position."""


class StationLedger(Ledger, Protocol):
    """The ledger of a station, with what only a county asks."""

    def ordered(self, wanted: Filter, behind: Position | None = None) -> Iterator[OrderedRow]:
        """The rows that fit in their order, one by one; a limit holds for each part of it. behind:
        only those after this position.
        """
        ...

    def position(self, wanted: Filter) -> Position:
        """The position of the case `wanted.after`. Raises UnknownCase."""
        ...

    def desk_counts(self, now: datetime) -> Mapping[str, int]:
        """How many cases stand in each group of the desk; empty groups are left out."""
        ...


class County(Protocol):
    """The stations of one database, as they stood when it was opened."""

    def stations(self) -> list[str]:
        """The codes of all stations that have a ledger, sorted."""
        ...

    def ledger(self, station: str) -> StationLedger:
        """The ledger of one station; StoreUnreachable for a station that has none."""
        ...

    def refuse_behind(self) -> None:
        """OlderSchema where a station was not opened since the store was renewed."""
        ...

    def elsewhere(self) -> Sequence[str]:
        """The codes of stations whose ledger here is not used, sorted: it was moved away, or its
        move to here is not finished.
        """
        ...

    def rosters(self) -> Mapping[str, str]:
        """Code -> the roster that its ledger recorded last (`rosters.read_roster`)."""
        ...

    def moves(self, first: date, last: date) -> Sequence[StationMoves]:
        """The counted events of the days in [first, last], per station."""
        ...

    def in_hand(self, first: date, last: date) -> Sequence[InHand]:
        """Per station, in order of code, the cases in hand before the first day and after the last
        one.
        """
        ...

    def overview(self, now: datetime) -> Sequence[StationFacts]:
        """Every station in order of code, also one that was moved away."""
        ...


class Stations:
    """A county as its own office asks it: every station with its ledger and its office.

    bind: makes the office of an office that visits, and of the ledger that it visits.
    """

    def __init__(self, own: Office, county: County, bind: Callable[[Office, Any], Office]) -> None:
        self.own, self.county, self._bind = own, county, bind
        self._offices: dict[str, Office] = {}
        self.codes = county.stations()

    def ledger(self, code: str) -> StationLedger:
        """The ledger of one station."""
        return self.county.ledger(code)

    def office(self, code: str) -> Office:
        """The office of one station; that of the own one as the county reads it, too."""
        if code not in self._offices:
            visiting = self.own._replace(visited=code)
            self._offices[code] = self._bind(visiting, self.ledger(code))
        return self._offices[code]


def may_visit(own: Office) -> None:
    """NotPermitted unless the operator may look into other stations."""
    need(own, "看别的站", *VISITORS)


def visiting(own: Office, station: str) -> Office:
    """The office, to look into that station; unchanged where it is its own. Raises NotPermitted."""
    if station == own.station.code:
        return own
    may_visit(own)
    return own._replace(visited=station)


def at_station(office: Office, ledger: Ledger) -> Office:
    """The office of the station whose ledger this is, as that recorded its roster last; who asks
    and when stay as they are.
    """
    roster = recorded(ledger.office_wide(KINDS), ledger.station)
    return office._replace(station=roster._replace(store=office.station.store))


class Township(Record):
    """Where a station belongs: a code and what people call it."""

    code: str
    name: str


def rosters(county: County) -> dict[str, Station]:
    """Code -> the station as it recorded itself last, without its duties; by its code alone where
    it recorded nothing.
    """
    texts = county.rosters()
    return {code: read_roster(texts.get(code, ""), code) for code in county.stations()}


def townships(stations: Mapping[str, Station]) -> dict[str, Township]:
    """Code of each station -> its township: the office above it, or itself where there is none or
    that is the county's.
    """
    areas = {}
    for code, one in stations.items():
        above = one.parent
        if not above or (above in stations and stations[above].level == LEVEL):
            above = code
        named = stations[above].name if above in stations else above
        areas[code] = Township(above, named)
    return areas


class StationLine(Record):
    """One station as the county lists it. code: it may have no roster, then it is its name too."""

    code: str
    name: str
    parent: str
    facts: StationFacts


def listed(county: County, office: Office) -> list[StationLine]:
    """Every station, also one that was moved away, as it stands now. Raises NotPermitted."""
    may_visit(office)
    texts = county.rosters()
    stations = []
    for facts in county.overview(office.stamp.now):
        code = facts.head.station
        one = read_roster(texts.get(code, ""), code)
        stations.append(StationLine(code, one.name, one.parent, facts))
    return stations
