"""`bbcs report daily`: the counts of a day and what is due."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bbcs.calendar.dates import parse_day
from bbcs.cli import report_output
from bbcs.cli.dates import resolve_for
from bbcs.cli.options import Values
from bbcs.cli.settings import Settings
from bbcs.errors import BadDate
from bbcs.usecases import daily, reports
from bbcs.usecases.office import Office

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


def show(
    settings: Settings, office: Office, then: datetime | None, values: Values, fmt: str
) -> None:
    """Print the report of the day in this format, or write it into `--out`.

    Raises BadDate for a day that has not come.
    """
    today = (then or office.stamp.now).date()
    day = parse_day(resolve_for(values["day"], office, "day")) if values["day"] else today
    if day > today and then:
        raise BadDate(f"按 {today} 的台账，--day {day} 还没到；--as-of 要在这一天或以后")
    if day > today:
        raise BadDate(f"--day {day} 还没到（今天 {today}）；日报只出到今天")

    def build(ledger: Ledger) -> daily.Daily:
        return daily.build(ledger, reports.as_of(ledger, office, then), day)

    report_output.show(settings, office, values, fmt, daily.periods(day), build)
