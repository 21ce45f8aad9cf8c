"""InspectionContext: what an inspection knows besides the case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from bbcs.calendar.days import DayCalendar
from bbcs.domain.bent import STRAIGHT, Bending
from bbcs.domain.case import Case
from bbcs.domain.deadline import Deadline
from bbcs.domain.event import Event
from bbcs.domain.pack import RulePack
from bbcs.domain.station import Station
from bbcs.record import Record


class StoredCase(Record):
    """The columns of `case_row` that may differ from what the entries give."""

    case_no: str
    phase: str
    due: str | None
    calendar: str | None
    pack_edition: str | None


class MonthCount(Record):
    """Counted events of one month and kind.

    How many, and by how many cases they change the number in hand.
    """

    month: str
    kind: str
    number: int
    delta: int


class InspectionContext(Record):
    """The office at the moment of the inspection.

    pack_of: key and edition -> rules.
    deadlines: case -> all its deadlines.
    own: case, clock and round -> the deadline of the case itself.
    bending: all entries of a case as written, and the case -> what of it is bent.
    month: the only month to inspect, as YYYY-MM; "" for the last months with data.
    counts: what `movement` stores, by month and kind.
    improved: cases and items that improvements of the whole office name.
    """

    station: Station
    calendar: DayCalendar
    now: datetime
    pack_of: Callable[[str, str], RulePack]
    deadlines: Callable[[Case], list[Deadline]]
    own: Callable[[Case, str, int], Deadline | None]
    bending: Callable[[Sequence[Event], Case], Bending] = lambda events, case: STRAIGHT
    month: str = ""
    counts: Sequence[MonthCount] = ()
    improved: frozenset[str] = frozenset()

    @property
    def names(self) -> Mapping[str, str]:
        """Operator id -> name."""
        return self.station.operator_names

    @property
    def own_names(self) -> Sequence[str]:
        """The names of the office itself."""
        return self.station.name, self.station.code

    @property
    def today(self) -> date:
        """The day of the inspection."""
        return self.now.date()
