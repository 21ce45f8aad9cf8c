"""`bbcs report monthly --station all` and `kpi`: the figures of every station of the county."""

from __future__ import annotations

from bbcs.cli import context, output, report_output
from bbcs.cli.options import Values
from bbcs.cli.report_kpi import style
from bbcs.cli.report_period import period_of
from bbcs.cli.settings import Settings
from bbcs.errors import UsageError
from bbcs.usecases import county_kpi, county_month
from bbcs.usecases.county import Stations


def monthly(settings: Settings, values: Values, fmt: str) -> None:
    """Print the month of the county in this format, or write it into `--out`."""
    _refuse_past(values)
    if values["form"]:
        raise UsageError("--form 是登记簿的样式，全县月报没有登记簿")

    def build(stations: Stations) -> county_month.CountyMonth:
        return county_month.month(stations.county, stations.own, period_of(values, stations.own))

    month = context.county(settings, build)
    if settings.quiet and not values["out"] and fmt == "table":
        return
    report_output.printed(settings, values, fmt, month, month.footer)


def kpi(settings: Settings, values: Values, fmt: str) -> None:
    """Print the rates of the county in this format, or write them into `--out`."""
    _refuse_past(values)
    how = style(values)

    def build(stations: Stations) -> county_kpi.CountyKpis:
        with output.progress(settings, "各站", lambda: len(stations.codes)) as step:
            return county_kpi.build(stations, period_of(values, stations.own), how, step)

    rates = context.county(settings, build)
    report_output.printed(settings, values, fmt, rates, rates.footer)


def _refuse_past(values: Values) -> None:
    if values["as_of"]:
        raise UsageError(
            "全县的报表只按现在的台账出；要看过去的样子，请逐站用 --station 站码 --as-of"
        )
