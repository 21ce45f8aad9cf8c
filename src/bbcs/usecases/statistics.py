"""The statistics of a period, from its snapshot, that of the period before and that of a year ago."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bbcs.domain.event import Event
from bbcs.record import Record
from bbcs.registers.case_counts import CaseSums
from bbcs.registers.circular import ChartSums, CircularSums
from bbcs.registers.common_problems import CommonSums
from bbcs.registers.counting import CountSums
from bbcs.registers.entry import Period
from bbcs.registers.statistics import STATISTICS
from bbcs.registers.statistics.holders import HolderSums
from bbcs.registers.statistics.improvements import window
from bbcs.registers.statistics.source import (
    FigureSums,
    Improvement,
    Intake,
    PeriodFigures,
    StatisticsSource,
)
from bbcs.registers.statistics.topics import TopicSums
from bbcs.registers.statistics.units import UnitSums
from bbcs.registers.table import Table
from bbcs.registers.typical_cases import TypicalSums
from bbcs.usecases import period_cases, reports
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office
from bbcs.usecases.office_decisions import KINDS, REVOKED, in_effect
from bbcs.usecases.projection import comma_free

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class Compared(Record):
    """A snapshot, those that it is compared with, and what its statistics are made of."""

    now: reports.Month
    before: reports.Month
    last_year: reports.Month
    source: StatisticsSource


def figure_sums(office: Office) -> FigureSums:
    """What the figures of a period are made of: its cases are still to be added."""
    parts = (
        CountSums(office.pack),
        CaseSums(),
        UnitSums(),
        HolderSums(office.calendar),
        TopicSums(),
        CommonSums(),
        TypicalSums(office.calendar),
        CircularSums(office.calendar),
        ChartSums(office.pack),
    )
    return FigureSums(parts)


def counted(ledger: Ledger, office: Office, period: Period) -> tuple[reports.Month, FigureSums]:
    """A snapshot for figures, and what was added up of its cases. Raises IdentityBroken."""
    sums = figure_sums(office)
    return _added_to(sums, ledger, office, period), sums


def _added_to(sums: FigureSums, ledger: Ledger, office: Office, period: Period) -> reports.Month:
    """A snapshot for figures whose cases are added to these sums."""
    return reports.snapshot(
        ledger, office, period, whole=False, into=lambda _: [sums], rates=sums.rates
    )


def periods(period: Period) -> tuple[Period, Period, Period]:
    """A period, the one before, and the same days a year ago: what figures are read of."""
    return period, reports.before(period), reports.year_before(period)


def compared(ledger: Ledger, now: reports.Month, sums: FigureSums) -> Compared:
    """A snapshot of this ledger with the period before and the same days a year ago.

    sums: to which its cases were added. Raises IdentityBroken when their books do not foot.
    """
    before, year = (_earlier(ledger, now.office, one) for one in periods(now.period)[1:])
    result = source(ledger, now, *(figures(*one) for one in ((now, sums), before, year)))
    return Compared(now, before[0], year[0], result)


def _earlier(ledger: Ledger, office: Office, period: Period) -> tuple[reports.Month, FigureSums]:
    """A snapshot that another is compared with, and what is compared of it."""
    sums = FigureSums([TopicSums(), CircularSums(office.calendar)])
    return _added_to(sums, ledger, office, period), sums


def source(
    ledger: Ledger,
    now: reports.Month,
    figures_now: PeriodFigures,
    before: PeriodFigures,
    last_year: PeriodFigures,
) -> StatisticsSource:
    """What the statistics of a period are made of. The three are of one ledger."""
    office = now.office
    return StatisticsSource(
        figures_now,
        before,
        last_year,
        station=office.station.name,
        pack=office.pack,
        calendar=office.calendar,
        moment=period_cases.cut_of(office, now.period),
        levels={unit.name: unit.level for unit in office.station.units},
        begun=_begun(ledger, office),
        improvements=_improvements(ledger, now),
    )


def tables(source: StatisticsSource) -> list[Table]:
    """Every statistic, in the order of STATISTICS."""
    return [
        import_module(f"bbcs.registers.statistics.{name}")
        .build(source)
        ._replace(sheet=title, labelled=True)
        for name, title in STATISTICS.items()
    ]


def document(table: Table) -> dict[str, Any]:
    """A statistic as JSON: its rows with the cases behind each, also where no column shows them."""
    columns = [{"name": one.name, "label": one.label, "kind": one.kind} for one in table.columns]
    rows = [{name: _plain(value) for name, value in row.items()} for row in table.rows]
    return {"title": table.title, "columns": columns, "rows": rows, "notes": list(table.notes)}


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Fraction) else value


def named(period: Period) -> dict[str, str]:
    """A period as JSON."""
    return {"from": period.first.isoformat(), "to": period.last.isoformat(), "label": period.label}


def decided(ledger: Ledger, last: int) -> list[Event]:
    """The waivers by rule and improvements of the whole office that stand, up to entry `last`."""
    every = ledger.office_wide((*KINDS.values(), REVOKED))
    return in_effect(event for event in every if event.seq <= last)


def figures(month: reports.Month, sums: FigureSums) -> PeriodFigures:
    """The figures of a snapshot with the last names of their units."""
    return PeriodFigures(month.period, month.counts, month.names, sums)


def _begun(ledger: Ledger, office: Office) -> date | None:
    """The day of the first case in the ledger."""
    first = Filter(office.stamp.now, active=False, sort="received", limit=1)
    rows = ledger.find(first)
    return date.fromisoformat(rows[0]["received_at"][:10]) if rows else None


# -- improvements ----------------------------------------------------------------------------------


def _improvements(ledger: Ledger, now: reports.Month) -> list[Improvement]:
    """The improvements whose time before or after touches the period, with the cases around them."""
    calendar, period, seq = now.office.calendar, now.period, now.head.seq
    first, _ = window(calendar, period.first)
    moved = ledger.movements(first, period.last, seq, "Improved")
    numbers = dict.fromkeys(row["case_no"] for row in moved if row["case_no"])
    entries = period_cases.entries_of(ledger, now.office, list(numbers), period, seq)
    own = [(entry.case.items, event) for entry in entries for event in entry.of("Improved")]
    whole = [((), event) for event in decided(ledger, seq) if event.kind == "Improved"]
    improvements = []
    for items, event in [*own, *whole]:
        day = event.data.get("effective") or event.at.date()
        touched = tuple(event.data.get("item") or items)
        if first <= day <= period.last and touched:
            cases = [event.case_no, *(event.data.get("case") or ())]
            case_nos = tuple(dict.fromkeys(one for one in cases if one))
            improvements.append(Improvement(event.seq, event.data["kind"], touched, day, case_nos))
    return _with_intakes(ledger, now, improvements)


def _with_intakes(
    ledger: Ledger, now: reports.Month, improvements: Sequence[Improvement]
) -> list[Improvement]:
    if not improvements:
        return []
    spans = [window(now.office.calendar, one.day) for one in improvements]
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    intakes = _intakes(ledger, now, first, min(last, now.period.last))
    return [
        one._replace(intakes=[case for case in intakes if not alike.isdisjoint(case.items)])
        for one in improvements
        for alike in [{comma_free(item) for item in one.items}]
    ]


def _intakes(ledger: Ledger, now: reports.Month, first: date, last: date) -> list[Intake]:
    """The cases registered in a range of days, as they count at the head, with their items."""
    days = {
        row["case_no"]: date.fromisoformat(row["day"])
        for row in ledger.movements(first, last, now.head.seq, "Registered")
    }
    wanted = Filter(
        now.office.stamp.now, active=False, received_from=first, received_to=last, sort="number"
    )
    return [
        Intake(row["case_no"], days[row["case_no"]], (row["items"] or "").strip(",").split(","))
        for row in ledger.find(wanted)
        if row["case_no"] in days
    ]
