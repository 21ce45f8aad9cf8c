"""Dates that were agreed with the person: promises, which are kept or broken, and reminders, which
only remind.
"""

from __future__ import annotations

from datetime import date, datetime, time

from bbcs.calendar.dates import day_of
from bbcs.domain.case import LIFE, Appointment, Case, Mark
from bbcs.domain.event import Event
from bbcs.record import Record

CONTACT = frozenset({"FedBack", "Notified", "CalledBack"})
"""Kinds by which the person hears something, and so a promise is kept."""

KEEPING = ("feedback", "notify", "callback")
"""Acts that append an entry of CONTACT."""


class Promise(Record):
    """One promised date and what came of it.

    answered_at: when the person first heard something after the promise was made.
    """

    due: date | datetime
    made_at: datetime
    answered_at: datetime | None

    @property
    def kept(self) -> bool:
        """Whether the person heard something on or before the promised date."""
        return self.answered_at is not None and not _past(self.due, self.answered_at)

    def broken(self, now: datetime) -> bool:
        """Whether the promised date has passed and the person had heard nothing by then."""
        return not self.kept and _past(self.due, now)

    @property
    def day(self) -> date:
        """The promised day, also of a promised time."""
        return day_of(self.due)


def noted(case: Case, event: Event) -> Case:
    """A note may promise a date to the person, and may ask for a reminder."""
    dates = {
        "promised": (case.promised, event.data.get("promised")),
        "reminders": (case.reminders, event.data.get("remind")),
    }
    changed = {
        name: (*before, Appointment(due, event.at, event.version))
        for name, (before, due) in dates.items()
        if due
    }
    return case._replace(**changed)


def promises(case: Case) -> list[Promise]:
    """Every promise of the case, in the order in which they were made."""
    return [Promise(one.due, one.made_at, _first(case, one, CONTACT)) for one in case.promised]


def can_be_kept(case: Case) -> bool:
    """Whether an act of the present phase tells the person something: none does once the case is
    archived or voided.
    """
    return not set(LIFE[case.phase]).isdisjoint(KEEPING)


def open_dates(case: Case) -> list[date | datetime]:
    """Promised dates without a word to the person yet, and reminders that still stand.

    A reminder stands until something is entered on the case on or after its date. Nothing is open
    where the person can be told nothing any more.
    """
    if not (case.promised or case.reminders) or not can_be_kept(case):
        return []
    waiting = [one.due for one in promises(case) if one.answered_at is None]
    return waiting + [one.due for one in case.reminders if not _reminded(case, one)]


def _first(case: Case, one: Appointment, kinds: frozenset[str]) -> datetime | None:
    """When the first entry of these kinds after the appointment was made happened."""
    return min(
        (mark.at for mark in case.marks if mark.kind in kinds and _after(mark, one)), default=None
    )


def _after(mark: Mark, one: Appointment) -> bool:
    """Whether an entry happened after the appointment was made; at the same moment their order
    decides.
    """
    return mark.at > one.made_at or (mark.at == one.made_at and mark.version > one.version)


def _reminded(case: Case, one: Appointment) -> bool:
    begins = _begin(one.due, one.made_at)
    return any(mark.at >= begins and _after(mark, one) for mark in case.marks)


def _begin(due: date | datetime, zone: datetime) -> datetime:
    """The first moment of a day, or the moment itself."""
    if isinstance(due, datetime):
        return due
    return datetime.combine(due, time(), zone.tzinfo)


def _past(due: date | datetime, moment: datetime) -> bool:
    """Whether a date has passed: a day ends at midnight, a time at once."""
    if isinstance(due, datetime):
        return moment > due
    return moment.date() > due


def is_past(due: date | datetime, moment: datetime) -> bool:
    """Whether a date can no longer be promised at this moment: its day is over, or its time has
    come.
    """
    if isinstance(due, datetime):
        return moment >= due
    return moment.date() > due
