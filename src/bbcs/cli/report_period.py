"""Reads the options that all reports share: the period, and as of which moment."""

from __future__ import annotations

from datetime import datetime

from bbcs.calendar.dates import parse_day, parse_moment
from bbcs.cli.dates import month as spoken_month, resolve_for
from bbcs.cli.options import Values
from bbcs.domain.acts import Field
from bbcs.errors import MissingInput, UsageError
from bbcs.registers.entry import Period
from bbcs.usecases import reports
from bbcs.usecases.office import Office

PERIOD = (
    Field("month", "哪个月，如 2026-10；last = 上个月（默认本月）", "month"),
    Field("from", "从哪天起", "date"),
    Field("to", "到哪天止", "date"),
    Field("as_of", "按台账当时的样子出（哪天或哪一刻）", "when"),
)


def period_of(values: Values, office: Office) -> Period:
    """The month or the days that were asked for, by default this month. Raises BadDate."""
    month, first, last = values["month"], values["from"], values["to"]
    if month and (first or last):
        raise UsageError("--month 和 --from/--to 只用一样")
    if first and last:
        return reports.between(
            parse_day(resolve_for(first, office, "from")),
            parse_day(resolve_for(last, office, "to")),
        )
    if first or last:
        missing = {"--from（从哪天起）": first, "--to（到哪天止）": last}
        raise MissingInput([label for label, value in missing.items() if not value])
    return reports.month(
        spoken_month(month, office.stamp.now.date()) if month else f"{office.stamp.now:%Y-%m}"
    )


def moment(values: Values, office: Office) -> datetime | None:
    """The moment of `--as-of`; a day means its end, today the present."""
    text = values["as_of"] and resolve_for(values["as_of"], office, "as_of", timed=True)
    if not text:
        return None
    if len(text) > len("2026-10-31"):
        return parse_moment(text)
    end = parse_moment(f"{text}T23:59:59")
    if end.date() == office.stamp.now.date():
        return min(end, office.stamp.now)
    return end
