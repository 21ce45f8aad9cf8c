"""Lists: which cases fit, how many there are, and where the next page begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bbcs.record import Record
from bbcs.usecases.filters import with_known_unit
from bbcs.usecases.ledger import Filter, Ledger
from bbcs.usecases.office import READERS, Office, need


class Listing(Record):
    """Stored rows of the cases that fit; `views.rows` makes lines of them.

    total: number of cases that fit, also beyond the limit. next: the case after which the next page
    begins, None on the last page. window: first and last day of the due dates asked for.
    """

    stored: Sequence[Mapping[str, Any]]
    total: int
    next: str | None
    window: tuple[date | None, date | None] = (None, None)


def cases(ledger: Ledger, office: Office, wanted: Filter) -> Listing:
    """The cases that fit, in the order that the filter asks for. Raises NotPermitted."""
    need(office, "查看", *READERS)
    limit, wanted = wanted.limit, with_known_unit(ledger, office, wanted)
    if not limit:
        stored = ledger.find(wanted)
        return Listing(stored, len(stored), None, window_of(wanted))
    stored = ledger.find(wanted._replace(limit=limit + 1))
    if len(stored) <= limit:
        return Listing(stored, len(stored), None, window_of(wanted))
    page = stored[:limit]
    return Listing(page, ledger.tally(wanted), page[-1]["case_no"], window_of(wanted))


def window_of(wanted: Filter) -> tuple[date | None, date | None]:
    """The first and the last day of the due dates that a filter asks for."""
    last = wanted.due
    if wanted.due_before:
        last = min(wanted.due_before - timedelta(1), last or date.max)
    return wanted.due, last
