"""`bbcs report kpi`: rates, counts, changes, statistics and given figures of a period."""

from __future__ import annotations

from datetime import datetime

from bbcs.cli import report_shown
from bbcs.cli.options import Values
from bbcs.cli.settings import Settings
from bbcs.errors import BadValue
from bbcs.registers.entry import Period
from bbcs.usecases import kpi, reports
from bbcs.usecases.filters import one_of
from bbcs.usecases.ledger import Ledger
from bbcs.usecases.office import Office


def style(values: Values) -> kpi.Style:
    """The place's style of printing figures."""
    places, rounding = values["places"] or "2", values["rounding"] or "half_up"
    if places not in ("0", "1", "2", "3", "4"):
        raise BadValue("--places 应为 0 到 4")
    return kpi.Style(int(places), one_of("--rounding", rounding, kpi.ROUNDINGS))


def show(
    settings: Settings,
    where: Office,
    period: Period,
    then: datetime | None,
    values: Values,
    fmt: str,
) -> None:
    """Print the KPIs in this format, or write them into `--out`."""
    how = style(values)

    def build(ledger: Ledger) -> kpi.Kpis:
        return kpi.build(ledger, reports.as_of(ledger, where, then), period, how)

    report_shown.show(settings, where, values, fmt, build)
