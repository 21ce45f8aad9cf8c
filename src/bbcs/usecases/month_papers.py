"""The papers of a month: its first sheets, the statistics, every register, and what came later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bbcs.record import Record
from bbcs.registers import cover
from bbcs.registers.books import Sums
from bbcs.registers.entry import Period, RegisterSource
from bbcs.registers.register import Register
from bbcs.registers.table import Table
from bbcs.usecases import circular, kpi, reports
from bbcs.usecases.circular import Circular
from bbcs.usecases.ledger import Head
from bbcs.usecases.office import Office
from bbcs.usecases.period_cases import Step, silent
from bbcs.usecases.statistics import compared, figure_sums

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class MonthPapers(Record):
    """A snapshot and its tables: statistics (the cover first), registers, corrections; its
    circular."""

    month: reports.Month
    statistics: list[Table]
    registers: list[Table]
    corrections: list[Table]
    circular: Circular

    @property
    def tables(self) -> list[Table]:
        """All of them, in the order of the workbook."""
        return [*self.statistics, *self.registers, *self.corrections]


def read(
    ledger: Ledger, office: Office, period: Period, *, form: str = "", step: Step = silent
) -> MonthPapers:
    """The papers of a period as the ledger stands (or stood: `reports.as_of`).

    form: of the registers. Raises IdentityBroken.
    """
    sums = figure_sums(office)
    registers: list[Register] = []

    def into(source: RegisterSource) -> Sequence[Sums]:
        registers.extend(reports.empty_registers(source, form))
        return [sums, *registers]

    month = reports.snapshot(
        ledger, office, period, later=True, into=into, rates=sums.rates, step=step
    )
    source = reports.register_source(month, form)
    first = cover.build(
        source, month.counts[""], month.consultations, month.rates, _head_lines(month.head)
    )
    months = compared(ledger, month, sums)
    statistics = [first, *_figures(kpi.of(ledger, months), first.sign)]
    tables = reports.register_tables(registers, month)
    return MonthPapers(
        month, statistics, tables, reports.corrections(month), circular.of(ledger, months)
    )


def _figures(kpis: kpi.Kpis, sign: Sequence[str]) -> list[Table]:
    """Rates, counts, statistics and given figures, as papers of the office."""
    tables = kpis.tables(reports.footer(kpis.head, kpis.office))
    return [one._replace(sign=sign, counted=False) for one in tables if one.rows]


def _head_lines(head: Head) -> list[str]:
    """The head of the chain as the first sheet of a month prints it, whole: with this line anybody
    can prove later that the ledger was not changed (`ledger verify --anchor`).
    """
    if not head.seq:
        return ["台账还没有记录。"]
    return [
        f"台账链头：{head.station} 第 {head.seq} 条，摘要 {head.digest}"
        f"，记于 {head.recorded_at[:19].replace('T', ' ')}。",
        "凭上一行可以核对台账此后有没有被改动：bbcs ledger verify --anchor。",
    ]
