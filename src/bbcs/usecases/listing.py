"""Lists: which cases fit, how many there are, and where the next page begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from bbcs.calendar.dates import stored_moment
from bbcs.domain.deadline_status import RunningDeadline
from bbcs.domain.pack import Threshold
from bbcs.record import Record
from bbcs.usecases.filters import with_known_unit
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import READERS, Office, need

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

AT_ONCE = 500
"""Cases that are read at once; of a longer list nobody waits for the last one before he sees the
first."""


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


def stream(ledger: Ledger, office: Office, wanted: Filter) -> Listing:
    """All cases that fit, in the order that the filter asks for; they pass by once while the ledger
    is open. Raises NotPermitted.
    """
    from bbcs.registers.lazy_rows import PassingRows  # only where a list is long

    need(office, "查看", *READERS)
    total, stored = ledger.stream(with_known_unit(ledger, office, wanted))
    return Listing(PassingRows(stored, total), total, None, window_of(wanted))


def window_of(wanted: Filter) -> tuple[date | None, date | None]:
    """The first and the last day of the due dates that a filter asks for."""
    last = wanted.due
    if wanted.due_before:
        last = min(wanted.due_before - timedelta(1), last or date.max)
    return wanted.due, last


def running_deadline(stored: Mapping[str, Any]) -> RunningDeadline:
    """A row of deadline_row as the deadline that it stands for."""
    pairs = (part.partition(":") for part in stored["warnings"].split(",") if part)
    return RunningDeadline(
        stored["clock"],
        stored["round"],
        stored["order_no"],
        stored["unit"] or "",
        stored_moment(stored["due"]),
        stored_moment(stored["passes"]),
        stored_moment(stored["warn_from"]) if stored["warn_from"] else None,
        bool(stored["paused"]),
        bool(stored["provisional"]),
        stored["measure"],
        tuple(Threshold(int(left), colour) for left, _, colour in pairs),
    )
