"""The circular (通报) of a period: its figures, the places with most cases, units, accountability."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from bbcs.domain.accountability import first_day, window_of
from bbcs.domain.pack import Accountability
from bbcs.record import Record
from bbcs.registers import circular, common_problems, flat_rows, next_steps, typical_cases
from bbcs.registers.circular import ChartSums
from bbcs.registers.entry import Period
from bbcs.registers.statistics import STATISTICS, topics, units
from bbcs.registers.statistics.source import StatisticsSource
from bbcs.registers.table import Table
from bbcs.usecases import reports, statistics
from bbcs.usecases.ledger import Head
from bbcs.usecases.office import Office
from bbcs.usecases.period_cases import cut_of

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class Circular(Record):
    """A circular: the snapshot of its period and its tables."""

    month: reports.Month
    before: Period
    parts: Sequence[Table]

    @property
    def office(self) -> Office:
        """The office as it was counted with."""
        return self.month.office

    @property
    def head(self) -> Head:
        """The entry until which it holds."""
        return self.month.head

    @property
    def title(self) -> str:
        """What stands above it."""
        name, so_far, day = self.month.period.label.partition(reports.SO_FAR)
        until = f"（{so_far[1:]}{day}）" if so_far else ""
        return f"{self.month.office.station.name}关于 {name}{until}办理情况的通报"

    def document(self) -> dict[str, Any]:
        """`report circular --json`."""
        month = self.month
        return {
            "schema": "bbcs.circular/1",
            "title": self.title,
            "period": statistics.named(month.period),
            "before": statistics.named(self.before),
            "as_of": {"seq": month.head.seq, "digest": month.head.digest},
            "counts": dict(month.counts[""]),
            "consultations": dict(month.consultations),
            "rates": [one.document() for one in month.rates],
            **{one.name: statistics.document(one) for one in self.parts},
            **({"practice": True} if month.office.practice else {}),
        }

    def part(self, name: str) -> Table:
        """One of its tables."""
        return next(one for one in self.parts if one.name == name)

    def lines(self) -> list[str]:
        """What stands before the tables: the title, the identity, the counts, the rates."""
        identity, beside, rates = reports.figures(self.month)
        return [self.title, identity, "；".join(beside), "；".join(rates)]

    def tables(self, footer: str) -> list[Table]:
        """What people read: the parts that have rows. footer: stands below the first of them."""
        first, *others = [one for one in self.parts if one.rows]
        return [first._replace(notes=[*first.notes, footer]), *others]

    def flat(self) -> Table:
        """Every number of the tables in one, for programs."""
        return flat_rows.build("circular", self.parts)


def periods(office: Office, period: Period) -> list[Period]:
    """The periods that the circular of one of them is read of."""
    span = _looked_back(office, period)
    return [*statistics.periods(period), *([span] if span else [])]


def build(ledger: Ledger, office: Office, period: Period) -> Circular:
    """The circular of a period; IdentityBroken (32) when its books, or those of the periods it is
    compared with, do not foot."""
    return of(ledger, statistics.compared(ledger, *statistics.counted(ledger, office, period)))


def of(ledger: Ledger, months: statistics.Compared) -> Circular:
    """The circular of snapshots that were taken of this ledger. Raises IdentityBroken."""
    now, source = months.now, months.source
    windows = [
        circular.places(source),
        circular.steps(source, _chart(ledger, now, source)),
        units.build(source)._replace(sheet=STATISTICS["units"]),
        topics.build(source)._replace(sheet=STATISTICS["topics"]),
        common_problems.build(source),
        typical_cases.build(source),
        circular.hard_cases(source),
    ]
    windows.append(next_steps.build(source, {one.name: one for one in windows}))
    return Circular(now, months.before.period, [one._replace(labelled=True) for one in windows])


def _chart(ledger: Ledger, now: reports.Month, source: StatisticsSource) -> ChartSums:
    """What the chart counts, of every window that a counted row of it looks back on."""
    office, span = now.office, _looked_back(now.office, now.period)
    if span is None:
        return source.now.of(ChartSums)
    chart = ChartSums(office.pack)
    reports.snapshot(ledger, office, span, whole=False, into=lambda _: [chart])
    return chart


def _looked_back(office: Office, period: Period) -> Period | None:
    """The days up to the end of a period that its chart counts, None where they begin in it."""
    last = cut_of(office, period).date()
    rows = [row for row in office.pack.accountability if row.counts]
    first = min((_begin(row, last) for row in rows), default=period.first)
    return None if first >= period.first else reports.between(first, period.last)


def _begin(row: Accountability, last: date) -> date:
    """The first day of the windows that must run together to reach a row."""
    number = window_of(last, row.window) - max(0, row.consecutive - 1)
    return first_day(number, row.window)
