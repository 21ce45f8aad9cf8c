"""The KPIs of a period and of the one before, from the same snapshots as the monthly report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bbcs.domain.pack import Fact
from bbcs.domain.rates import RATES
from bbcs.record import Record
from bbcs.registers import case_counts, changes, counting, kpi, monthly
from bbcs.registers.changes import FigureChange
from bbcs.registers.counting import Count, CountSums
from bbcs.registers.entry import Period
from bbcs.registers.rates.sums import Rate
from bbcs.registers.statistics.source import FigureSums
from bbcs.registers.table import Table
from bbcs.usecases import reports, statistics
from bbcs.usecases.generated import Generated
from bbcs.usecases.ledger import Head
from bbcs.usecases.office import Office

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

ROUNDINGS = ("half_up", "truncate")


class Style(Record):
    """How figures are printed."""

    places: int = 2
    rounding: str = "half_up"

    @property
    def truncate(self) -> bool:
        """Whether digits are cut off and not rounded."""
        return self.rounding == "truncate"


USUAL = Style()


class Kpis(Record):
    """Rates, counts and statistics of a period, how they changed, and what the place was given.

    changes: against the period before; year_changes: against the same days a year ago. generated:
    what the home's log says was written in the period.
    """

    station: str
    period: Period
    before: Period
    last_year: Period
    head: Head
    style: Style
    rates: Sequence[Rate]
    counts: Sequence[Count]
    changes: Mapping[str, FigureChange]
    year_changes: Mapping[str, FigureChange]
    statistics: Sequence[Table]
    facts: Sequence[Fact]
    office: Office
    generated: Generated = Generated()

    def document(self) -> dict[str, Any]:
        """`report kpi --json`."""
        return {
            "schema": "bbcs.kpi/1",
            "period": statistics.named(self.period),
            "before": statistics.named(self.before),
            "last_year": statistics.named(self.last_year),
            "as_of": {"seq": self.head.seq, "digest": self.head.digest},
            **self.style._asdict(),
            "rates": [
                {
                    **one.document(),
                    **RATES[one.name].formula(),
                    "hit_nos": list(one.hit_nos),
                }
                for one in self.rates
            ],
            "counts": [one.document() for one in self.counts],
            "changes": [one.document() for one in self.changes.values()],
            "year_changes": [one.document() for one in self.year_changes.values()],
            "statistics": {one.name: statistics.document(one) for one in self.statistics},
            "facts": [{**one._asdict(), "given": True} for one in self.facts],
            **({"generated": self.generated._asdict()} if self.generated.line else {}),
            **({"practice": True} if self.office.practice else {}),
        }

    @property
    def title(self) -> str:
        """Nothing: its tables say what they are."""
        return ""

    def lines(self) -> list[str]:
        """What was generated in the period, where there is any."""
        return [self.generated.line]

    def tables(self, footer: str) -> list[Table]:
        """What people read: rates, counts, the statistics, the given figures."""
        notes = [f"上期：{self.before.label}；上年同期：{self.last_year.label}。", footer]
        return kpi.tables(
            f"{self.station} {self.period.label}",
            self.rates,
            self.counts,
            (self.changes, self.year_changes),
            self.statistics,
            self.facts,
            notes,
        )

    def flat(self) -> Table:
        """One table for csv and the like."""
        changed = self.changes, self.year_changes
        return kpi.flat(self.rates, self.counts, changed, self.statistics, self.facts)


def build(ledger: Ledger, office: Office, period: Period, style: Style = USUAL) -> Kpis:
    """The KPIs of a period; IdentityBroken (32) when its books, or those of the periods it is
    compared with, do not foot."""
    return of(
        ledger, statistics.compared(ledger, *statistics.counted(ledger, office, period)), style
    )


def of(ledger: Ledger, months: statistics.Compared, style: Style = USUAL) -> Kpis:
    """The KPIs of snapshots that were taken of this ledger."""
    now, then, year, source = months
    office, period = now.office, now.period
    own = (source.now, source.before, source.last_year)
    rates, old, older = (_rates(one.sums, style) for one in own)
    decided = statistics.decided(ledger, now.head.seq)
    office_wide = [event for event in decided if period.covers(event.at)]
    counts = [
        *_flow(now),
        *source.now.of(CountSums).counts(office_wide),
        *case_counts.counted(source),
        *_consulted(now),
    ]
    order = list(counting.PARTS)
    counts.sort(key=lambda one: order.index(one.part))
    return Kpis(
        office.station.name,
        period,
        then.period,
        year.period,
        now.head,
        style,
        rates,
        counts,
        _changes(now, then, rates, old, style),
        _changes(now, year, rates, older, style),
        statistics.tables(source),
        office.pack.facts,
        office,
    )


def _rates(sums: FigureSums, style: Style) -> list[Rate]:
    return [sums.rates[name].rate(places=style.places, truncate=style.truncate) for name in RATES]


def _flow(month: reports.Month) -> list[Count]:
    """The counts of the monthly report: the identity and what stands beside it."""
    return [
        Count("flow", name, label, month.counts[""][name]) for name, label in monthly.COUNTS.items()
    ]


def _consulted(month: reports.Month) -> list[Count]:
    labels = {"visitors": "来咨询的人次", "answered": "当场答复的"}
    return [
        Count("consultation", name, label, month.consultations[name])
        for name, label in labels.items()
    ]


def _changes(
    now: reports.Month, then: reports.Month, rates: Sequence[Rate], old: Sequence[Rate], style: Style
) -> dict[str, FigureChange]:  # fmt: skip
    how: dict[str, Any] = {"places": style.places, "truncate": style.truncate}
    figures = [
        changes.of_counts(name, label, then.counts[""][name], now.counts[""][name], **how)
        for name, label in monthly.COUNTS.items()
    ]
    figures += [
        changes.of_rates(one.name, one.label, earlier.fraction, one.fraction, **how)
        for one, earlier in zip(rates, old, strict=True)
    ]
    return {one.name: one for one in figures}
