"""The rates of all stations of a county: each by its own snapshot, then their sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bbcs.domain.rates import RATES
from bbcs.record import Record
from bbcs.registers.county_month import TOTAL
from bbcs.registers.entry import Period
from bbcs.registers.rates.sums import NOTHING, Share
from bbcs.registers.statistics.source import FigureSums
from bbcs.registers.table import Column, Table
from bbcs.usecases import reports, statistics
from bbcs.usecases.county import Stations, Township, may_visit, rosters, townships
from bbcs.usecases.county_month import county_footer, county_title, station_keys, township_keys
from bbcs.usecases.kpi import Style
from bbcs.usecases.ledger import Head
from bbcs.usecases.office import Office

Step = Callable[[int], None]
"""Called with the number of stations that were counted."""

Shares = Mapping[str, Share]
"""Name of a rate -> hits of all."""


class AreaRates(Record):
    """The rates of one station, township or the whole county; code "" = the county."""

    code: str
    name: str
    stations: Sequence[str]
    shares: Shares
    township: str = ""


class CountyKpis(Record):
    """The rates of a period. heads: code of a station -> the end of its ledger. elsewhere: codes
    of stations that are not counted, because their ledger is not in use here.
    """

    office: Office
    period: Period
    style: Style
    stations: Sequence[AreaRates]
    townships: Sequence[AreaRates]
    total: AreaRates
    heads: Mapping[str, Head]
    elsewhere: Sequence[str]

    @property
    def title(self) -> str:
        """What stands above it."""
        return county_title(self.office, self.period)

    @property
    def footer(self) -> str:
        """What stands below."""
        return county_footer(self.office, len(self.stations), self.elsewhere)

    def _rate(self, share: Share) -> dict[str, Any]:
        kept = share.without
        without = self._figure(kept) if kept else None
        return {**self._figure(share), "bent": share.bent, "without": without}

    def _figure(self, share: Share) -> dict[str, Any]:
        value = share.fraction
        return {
            "numerator": share.hits,
            "denominator": share.all,
            "value": None if value is None else float(value),
            "text": share.text(places=self.style.places, truncate=self.style.truncate),
        }

    def _rates(self, one: AreaRates) -> dict[str, Any]:
        return {name: self._rate(share) for name, share in one.shares.items()}

    def document(self) -> dict[str, Any]:
        """`report kpi --station all --json`."""
        return {
            "schema": "bbcs.county_kpi/1",
            "period": statistics.named(self.period),
            **self.style._asdict(),
            "stations": [
                station_keys(one, self.heads[one.code]) | {"rates": self._rates(one)}
                for one in self.stations
            ],
            "townships": [
                township_keys(one) | {"rates": self._rates(one)} for one in self.townships
            ],
            "elsewhere": list(self.elsewhere),
            "rates": [
                {
                    "name": name,
                    "label": rate.label,
                    "of": rate.of,
                    **self._rate(self.total.shares[name]),
                }
                for name, rate in RATES.items()
            ],
            **({"practice": True} if self.office.practice else {}),
        }

    def lines(self) -> list[str]:
        """What stands before the tables."""
        return [self.title]

    def tables(self, footer: str) -> list[Table]:
        """The rates of the county, then those of townships and stations."""
        columns = [
            Column("label", "指标", width=16),
            Column("text", "结果（分子/分母）", width=28),
            Column("of", "分母", width=36),
        ]
        rows = [{**one, "key": one["name"]} for one in self.document()["rates"]]
        notes = ["分子、分母是各站 report kpi 的和；每站按自己的规则包和日历算。", footer]
        title = f"全县 {self.period.label}"
        whole = Table("county_kpi", f"{title} 比率", columns, rows, notes, sheet="比率")
        areas = (("乡镇", self.townships), ("站", self.stations))
        return [
            whole._replace(labelled=True, counted=False),
            *(self._of_areas(title, label, every) for label, every in areas),
        ]

    def _of_areas(self, title: str, label: str, areas: Sequence[AreaRates]) -> Table:
        columns = [Column("name", label, width=14, keep=len(RATES) + 1)]
        columns += [
            Column(rate.name, rate.label, width=18, keep=len(RATES) - position)
            for position, rate in enumerate(RATES.values())
        ]
        rows = [
            {"name": one.name, **{name: rate["text"] for name, rate in self._rates(one).items()}}
            for one in (*areas, self.total)
        ]
        table = Table(f"county_kpi_{len(label)}", f"{title} 各{label}", columns, rows, sheet=label)
        return table._replace(labelled=True, counted=False, lead=1)

    def flat(self) -> Table:
        """Every rate of every area in one table."""
        names = (
            "part",
            "code",
            "name",
            "rate",
            "label",
            "numerator",
            "denominator",
            "bent",
            "value",
            "text",
        )
        parts = (("township", self.townships), ("station", self.stations), ("county", [self.total]))
        rows = [
            {
                "part": part,
                "code": one.code,
                "name": one.name,
                "rate": name,
                "label": RATES[name].label,
                **rate,
                "value": "" if rate["value"] is None else repr(rate["value"]),
            }
            for part, areas in parts
            for one in areas
            for name, rate in self._rates(one).items()
        ]
        return Table("county_kpi", "", [Column(name, name) for name in names], rows)


def build(stations: Stations, period: Period, style: Style, step: Step) -> CountyKpis:
    """The rates of a period of every station: the cases of the period are folded, station by
    station, so it takes longer than the month. Raises NotPermitted, BadDate, OlderSchema,
    IdentityBroken.
    """
    own = stations.own
    may_visit(own)
    period = reports.counted_period(own, period, Head(own.station.code, 0, ""))
    stations.county.refuse_behind()
    known = rosters(stations.county)
    belongs = townships(known)
    areas, heads = [], {}
    for number, code in enumerate(stations.codes, 1):
        sums = FigureSums()
        month = reports.snapshot(
            stations.ledger(code),
            stations.office(code),
            period._replace(label=""),
            whole=False,
            into=lambda _, sums=sums: [sums],  # type: ignore[misc]
        )
        shares = {name: one.whole for name, one in sums.rates.items()}
        township = belongs[code].code
        areas.append(AreaRates(code, known[code].name, [code], shares, township))
        heads[code] = month.head
        step(number)
    return CountyKpis(
        own,
        period,
        style,
        areas,
        _townships(areas, belongs),
        _sum("", TOTAL, areas),
        heads,
        stations.county.elsewhere(),
    )


def _townships(areas: Iterable[AreaRates], belongs: Mapping[str, Township]) -> list[AreaRates]:
    own: dict[Township, list[AreaRates]] = {}
    for one in areas:
        own.setdefault(belongs[one.code], []).append(one)
    return [_sum(town.code, town.name, every) for town, every in sorted(own.items())]


def _sum(code: str, name: str, areas: Sequence[AreaRates]) -> AreaRates:
    shares = {}
    for name in RATES:
        shares[name] = NOTHING
        for one in areas:
            shares[name] = shares[name].plus(one.shares[name])
    return AreaRates(code, name, [station for one in areas for station in one.stations], shares)
