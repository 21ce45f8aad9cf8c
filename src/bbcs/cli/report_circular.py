"""`bbcs report circular`: the circular of a period."""

from __future__ import annotations

from datetime import datetime

from bbcs.cli import report_shown
from bbcs.cli.options import Values
from bbcs.cli.settings import Settings
from bbcs.registers.entry import Period
from bbcs.usecases import circular, reports
from bbcs.usecases.ledger import Ledger
from bbcs.usecases.office import Office


def show(
    settings: Settings,
    where: Office,
    period: Period,
    then: datetime | None,
    values: Values,
    fmt: str,
) -> None:
    """Print the circular in this format, or write it into `--out`."""

    def build(ledger: Ledger) -> circular.Circular:
        return circular.build(ledger, reports.as_of(ledger, where, then), period)

    report_shown.show(settings, where, values, fmt, build)
