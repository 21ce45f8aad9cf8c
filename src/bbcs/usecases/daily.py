"""The report of a day: its counts, those of the month up to it, and what is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from bbcs.record import Record
from bbcs.registers import daily, flat_rows, monthly
from bbcs.registers.entry import Period
from bbcs.registers.table import Table
from bbcs.usecases import reports, statistics
from bbcs.usecases.ledger import Head
from bbcs.usecases.office import Office
from bbcs.usecases.period_cases import cut_of

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class Daily(Record):
    """The snapshot of a day and that of its month up to it, with the tables made of them."""

    day: reports.Month
    month: reports.Month
    parts: Sequence[Table]

    @property
    def office(self) -> Office:
        """The office as it was counted with."""
        return self.day.office

    @property
    def head(self) -> Head:
        """The entry until which it holds."""
        return self.day.head

    @property
    def title(self) -> str:
        """What stands above it."""
        return f"{self.day.office.station.name} {self.day.period.first} 日报"

    def document(self) -> dict[str, Any]:
        """`report daily --json`."""
        day, month = self.day, self.month
        due = self.parts[-1].rows
        return {
            "schema": "bbcs.daily/1",
            "day": day.period.first.isoformat(),
            "month": statistics.named(month.period),
            "as_of": {"seq": day.head.seq, "digest": day.head.digest},
            "counts": dict(day.counts[""]),
            "month_counts": dict(month.counts[""]),
            "consultations": dict(day.consultations),
            "month_consultations": dict(month.consultations),
            "rates": [one.document() for one in month.rates],
            **{
                group: [_plain(row) for row in due if row["key"] == group] for group in daily.GROUPS
            },
            **({"practice": True} if day.office.practice else {}),
        }

    def lines(self) -> list[str]:
        """What stands before the tables: the title and the identity of the day."""
        return [self.title, monthly.identity_line(self.day.counts[""])]

    def tables(self, footer: str) -> list[Table]:
        """What people read. footer: stands below the first of them."""
        first, *others = self.parts
        return [first._replace(notes=[*first.notes, footer]), *others]

    def flat(self) -> Table:
        """Every number of the tables in one, for programs."""
        return flat_rows.build("daily", self.parts)


def _plain(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in ("case_no", "unit", "due", "days")}


def periods(day: date) -> tuple[Period, Period]:
    """What the report of a day is read of: the day, and its month up to it."""
    return reports.between(day, day), reports.between(day.replace(day=1), day)


def build(ledger: Ledger, office: Office, day: date) -> Daily:
    """The report of a day; BadDate for one that has not come, IdentityBroken (32) when the books of
    the day or of its month do not foot."""
    its_day, span = periods(day)
    own = reports.snapshot(ledger, office, its_day, whole=False)
    due = daily.DueSums(cut_of(office, own.period), office.calendar)
    whole = reports.snapshot(ledger, office, span, whole=False, into=lambda _: [due])
    title = f"{office.station.name} {day}"
    parts = [
        daily.counts(
            title, own.counts[""], whole.counts[""], (own.consultations, whole.consultations)
        ),
        daily.rates(title, whole.rates),
        daily.due(title, due, whole.names),
    ]
    return Daily(own, whole, parts)
