"""The month of all stations of a county, from counted events: no case is folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bbcs.domain.bent import PRACTICE
from bbcs.domain.station import Station
from bbcs.record import Record
from bbcs.registers import county_month as tables, monthly
from bbcs.registers.books import CountedEvent
from bbcs.registers.county_month import CONSULTED, COUNTED, TOTAL, AreaMonth
from bbcs.registers.entry import Period
from bbcs.registers.statistics.score import RANKED_FROM
from bbcs.registers.table import Table
from bbcs.usecases import reports, statistics
from bbcs.usecases.county import County, StationMoves, may_visit, rosters, townships
from bbcs.usecases.ledger import Head
from bbcs.usecases.office import Office


class CountyMonth(Record):
    """A period of a county: its stations and townships, the best first, and their sum.

    heads: code of a station -> the end of its ledger when it was counted. elsewhere: codes of
    stations that are not counted, because their ledger is not in use here.
    """

    office: Office
    period: Period
    stations: Sequence[AreaMonth]
    townships: Sequence[AreaMonth]
    total: AreaMonth
    heads: Mapping[str, Head]
    elsewhere: Sequence[str] = ()

    @property
    def title(self) -> str:
        """What stands above it."""
        return county_title(self.office, self.period)

    def document(self) -> dict[str, Any]:
        """`report monthly --station all --json`."""
        return {
            "schema": "bbcs.county_month/1",
            "period": statistics.named(self.period),
            "stations": [
                station_keys(one, self.heads[one.code]) | one.ranked_document()
                for one in self.stations
            ],
            "townships": [township_keys(one) | one.ranked_document() for one in self.townships],
            **self.total.document(),
            "elsewhere": list(self.elsewhere),
            "identity_holds": True,
            **({"practice": True} if self.office.practice else {}),
        }

    def lines(self) -> list[str]:
        """The identity of the whole county, and what stands beside it."""
        count, consulted = self.total.counts, self.total.consultations
        beside = [
            f"{monthly.COUNTS[name]} {count[name]}"
            for name in monthly.BESIDE
            if name in COUNTED and count[name]
        ]
        if consulted["visitors"]:
            beside.append(f"咨询 {consulted['visitors']} 人，答复 {consulted['answered']} 个")
        return [
            self.title,
            monthly.identity_line(count),
            "；".join(beside),
        ]

    def tables(self, footer: str) -> list[Table]:
        """The townships and the stations."""
        tiers = self.office.pack.tiers.points
        notes = [
            f"{tables.SETTLED}＝办结÷（上期结转＋本期受理登记＋重办）；乡镇按名册里的上级站码合并，没有上级或上级是县的，本站自成一个。",
            f"乡镇、各站分开排名；不足 {RANKED_FROM} 件的不排名、不分档；同率同名次；数都从各站台账的记录数出。",
            footer,
        ]
        title = f"全县 {self.period.label}"
        shown = (self.townships, self.stations, self.total)
        return tables.tables(title, *shown, notes, tiers=bool(tiers))

    def flat(self) -> Table:
        """Every row in one table."""
        return tables.flat(self.townships, self.stations, self.total)

    @property
    def footer(self) -> str:
        """What stands below: how many stations were counted, and when."""
        return county_footer(self.office, len(self.stations), self.elsewhere)


class CountyArea(Protocol):
    """One station or township with its figures."""

    @property
    def code(self) -> str:
        """Of the station or township."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def stations(self) -> Sequence[str]:
        """Codes of its stations."""

    @property
    def township(self) -> str:
        """Code of the township that a station belongs to."""


def station_keys(one: CountyArea, head: Head) -> dict[str, Any]:
    """What documents say of a station before its figures. head: the end of its ledger."""
    return {
        "station": one.code,
        "name": one.name,
        "township": one.township,
        "as_of": {"seq": head.seq, "digest": head.digest},
    }


def township_keys(one: CountyArea) -> dict[str, Any]:
    """What documents say of a township before its figures."""
    return {"township": one.code, "name": one.name, "stations": list(one.stations)}


def county_title(office: Office, period: Period) -> str:
    """What stands above figures of the county."""
    return f"{office.station.name} 全县 {period.label}"


def left_out(elsewhere: Sequence[str]) -> str:
    """Which stations are not in what is shown."""
    return f"不含台账搬走或没有搬完的 {'、'.join(elsewhere)}"


def county_footer(office: Office, stations: int, elsewhere: Sequence[str]) -> str:
    """What stands below figures of so many stations. elsewhere: those that are not counted."""
    without = f"，{left_out(elsewhere)}" if elsewhere else ""
    foot = (
        f"全县 {stations} 个站{without}（各站台账的末条见 bbcs county stations）"
        f"  打印 {office.stamp.now:%Y-%m-%d %H:%M}"
    )
    return f"{foot}  {PRACTICE}" if office.practice else foot


def month(county: County, office: Office, period: Period) -> CountyMonth:
    """The period of every station as its ledger stands. Raises NotPermitted, BadDate for a period
    that has not begun, OlderSchema, IdentityBroken (32) where the books of a station do not foot.
    """
    may_visit(office)
    period = reports.counted_period(office, period, Head(office.station.code, 0, ""))
    county.refuse_behind()
    known = rosters(county)
    stations, heads = _stations(county, period, known)
    total = tables.together("", TOTAL, stations)
    monthly.check({one.code: one.counts for one in (*stations, total)})
    document = _in_townships(office, period, stations, total, heads, known)
    return document._replace(elsewhere=county.elsewhere())


def _stations(
    county: County, period: Period, known: Mapping[str, Station]
) -> tuple[list[AreaMonth], dict[str, Head]]:
    """Each station's own counts, and the end of its ledger."""
    belongs = townships(known)
    moves: dict[str, list[StationMoves]] = {}
    for move in county.moves(period.first, period.last):
        moves.setdefault(move.station, []).append(move)
    areas, heads = [], {}
    for one in county.in_hand(period.first, period.last):
        code = one.head.station
        heads[code] = one.head
        counts = {**dict.fromkeys(COUNTED, 0), "carried_in": one.before, "carried_out": one.after}
        consulted = dict.fromkeys(CONSULTED, 0)
        for move in moves.get(code, ()):
            for name in monthly.names_of(CountedEvent(move.kind, move.detail, move.late)):
                counts[name] += move.number
            if move.kind == "Consulted":
                consulted["visitors"] += move.amount
                consulted["answered"] += move.answered
        areas.append(
            AreaMonth(code, known[code].name, [code], counts, consulted, belongs[code].code)
        )
    return areas, heads


def _in_townships(
    office: Office,
    period: Period,
    areas: Sequence[AreaMonth],
    total: AreaMonth,
    heads: Mapping[str, Head],
    known: Mapping[str, Station],
) -> CountyMonth:
    names = {one.code: one.name for one in townships(known).values()}
    own: dict[str, list[AreaMonth]] = {}
    for one in areas:
        own.setdefault(one.township, []).append(one)
    made = [tables.together(code, names[code], every) for code, every in own.items()]
    tiers = office.pack.tiers.points
    return CountyMonth(
        office,
        period,
        tables.ranked(areas, tiers),
        tables.ranked(made, tiers),
        total,
        heads,
    )
