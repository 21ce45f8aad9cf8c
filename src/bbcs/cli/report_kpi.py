"""`bbcs report kpi`: rates, counts, changes, statistics and given figures of a period."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bbcs.cli import report_output
from bbcs.cli.options import Values
from bbcs.cli.settings import Settings
from bbcs.errors import BadValue
from bbcs.registers.entry import Period
from bbcs.store import home_log
from bbcs.usecases import kpi, reports, statistics
from bbcs.usecases.filters import one_of
from bbcs.usecases.generated import Generated, counted
from bbcs.usecases.office import Office

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


def style(values: Values) -> kpi.Style:
    """The place's style of printing figures."""
    places, rounding = values["places"] or "2", values["rounding"] or "half_up"
    if places not in ("0", "1", "2", "3", "4"):
        raise BadValue("--places 应为 0 到 4")
    return kpi.Style(int(places), one_of("--rounding", rounding, kpi.ROUNDINGS))


def _generated(office: Office, period: Period, then: datetime | None) -> Generated:
    if office.visited:  # what was generated there, its own home knows
        return Generated()
    lines = home_log.read(office.home, home_log.REPORTS)
    try:
        return counted(lines, period, then or office.stamp.now)
    except OSError:  # figures of the ledger are no worse for it
        return Generated()


def show(
    settings: Settings,
    office: Office,
    period: Period,
    then: datetime | None,
    values: Values,
    fmt: str,
) -> None:
    """Print the KPIs in this format, or write them into `--out`."""
    how = style(values)

    def build(ledger: Ledger) -> kpi.Kpis:
        kpis = kpi.build(ledger, reports.as_of(ledger, office, then), period, how)
        return kpis._replace(generated=_generated(office, period, then))

    report_output.show(settings, office, values, fmt, statistics.periods(period), build)
