"""Reads the cases of a period in order of receipt, only a few of them in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING

from bbcs.calendar.dates import iso
from bbcs.domain.corrections import REWRITING, effective
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.fold.ending import excluded
from bbcs.registers.books import CountedEvent, Moves, PeriodBooks, Sums
from bbcs.registers.entry import Period, RegisterEntry
from bbcs.usecases.office import Office
from bbcs.usecases.standing_entries import standing_entries

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

AT_ONCE = 200
"""Cases that are read and added up together."""

Step = Callable[[int], None]
"""Called with the number of cases that were read."""


def silent(done: int) -> None:
    """Reports to nobody."""


_COUNTED = {"Registered", "Reopened", "Resolved", "Withdrawn", "Refused", "TransferredOut"}
"""Kinds of entries that put a case into the books of the period."""


class PeriodCases:
    """The cases of a period as of one entry of the ledger; each pass reads them again, unless they
    are so few that they stay.

    moves: case number -> its counted events of the period. carried_in: those in hand before it.
    """

    def __init__(
        self,
        ledger: Ledger,
        office: Office,
        period: Period,
        as_of: int,
        moves: Moves,
        carried_in: Sequence[str],
        consultations: Mapping[str, int],
    ) -> None:
        self._ledger, self._office, self._period, self._as_of = ledger, office, period, as_of
        self._by = _counted_by(ledger, office, period, as_of)
        self.moves, self.carried_in, self.consultations = moves, carried_in, consultations
        self._standing: dict[str, RegisterEntry] = {}
        self._order: list[str] = []
        self._promised: set[str] = set()
        self._strange: set[str] = set()
        self._kept: list[PeriodBooks] = []
        self._any: bool | None = None  # whether there are cases; None until they were read
        booked = (no for no, own in moves.items() if any(one.kind in _COUNTED for one in own))
        self._booked = {*carried_in, *booked}

    def read_order(self, *, whole: bool) -> None:
        """Find which cases there are, in order of receipt. whole: they are for registers too."""
        ledger, period, as_of = self._ledger, self._period, self._as_of
        numbers = dict.fromkeys([*self.carried_in, *self.moves])
        if not whole:
            now = cut_of(self._office, period)
            standing = standing_entries(ledger, self._by, period.first, as_of, now, numbers.keys())
            self._standing = {entry.case.no: entry for entry in standing}
        self._promised = set(ledger.promised(period.first, period.last, as_of))
        self._strange = self._promised - numbers.keys()
        received = {no: iso(one.case.received_at) or "" for no, one in self._standing.items()}
        others = [no for no in (*numbers, *self._strange) if no not in received]
        received |= _receipts(ledger, others, as_of)
        self._order = sorted(received, key=lambda no: (received[no], no))

    def books(self, step: Step = silent) -> Iterator[PeriodBooks]:
        """The books of some cases after the other."""
        if self._kept:
            yield from self._kept
            return
        kept, some = len(self._order) <= AT_ONCE, False
        for begin in range(0, len(self._order), AT_ONCE):
            own = self._books(self._order[begin : begin + AT_ONCE], begin, step)
            if kept:
                self._kept.append(own)
            self._any = some = some or bool(own.entries)
            yield own
        self._any = some

    def _books(self, numbers: Sequence[str], done: int, step: Step) -> PeriodBooks:
        folded = [no for no in numbers if no not in self._standing]
        entries = {
            entry.case.no: entry
            for entry in _folded(
                self._ledger, self._by, folded, self._period, self._as_of, lambda n: step(done + n)
            )
        }
        ordered = (entries.get(no) or self._standing.get(no) for no in numbers)
        read = [entry for entry in ordered if entry]
        return PeriodBooks(
            [entry for entry in read if entry.case.no not in self._strange],
            self._booked,
            self.moves,
            self._period,
            [entry for entry in read if entry.case.no in self._promised],
            cut_of(self._office, self._period),
            self._office.station.operator_names,
        )

    def add_to(self, sums: Sequence[Sums], step: Step = silent) -> None:
        """Add every case to all of these."""
        for books in self.books(step):
            for one in sums:
                one.add(books)

    def __iter__(self) -> Iterator[RegisterEntry]:
        """The cases one by one, in order of receipt."""
        return (entry for books in self.books() for entry in books.entries)

    def __bool__(self) -> bool:
        """Whether there are cases; the ledger, which may be closed by now, is not asked twice."""
        return any(True for _ in self) if self._any is None else self._any


def read(
    ledger: Ledger, office: Office, period: Period, as_of: int, *, whole: bool = True
) -> PeriodCases:
    """The cases of a period up to entry `as_of`. whole: for registers too, not for figures alone."""
    consultations = {"visitors": 0, "answered": 0}
    known: dict[tuple[str, str, bool], CountedEvent] = {}
    moves: dict[str, list[CountedEvent]] = {}
    for row in ledger.movements(period.first, period.last, as_of):
        if row["kind"] == "Consulted":
            consultations["visitors"] += row["amount"]
            consultations["answered"] += row["answered"]
        elif row["case_no"]:
            says = row["kind"], row["detail"] or "", bool(row["late"])
            one = known.get(says)
            if one is None:
                one = known[says] = CountedEvent(*says)
            moves.setdefault(row["case_no"], []).append(one)
    carried_in = ledger.open_before(period.first, as_of)
    cases = PeriodCases(ledger, office, period, as_of, moves, carried_in, consultations)
    cases.read_order(whole=whole)
    return cases


def _receipts(ledger: Ledger, numbers: Collection[str], as_of: int) -> dict[str, str]:
    """Case number -> when the case was received, as it counts up to entry `as_of`."""
    moments = ledger.receipts(numbers, as_of)
    for no in numbers:
        if no not in moments:  # something was written about it since
            moments[no] = iso(effective(ledger.events_as_of(no, as_of))[0].at) or ""
    return moments


def cut_of(office: Office, period: Period) -> datetime:
    """The moment up to which a period is counted: its end, or now."""
    return min(_end_of(period, office), office.stamp.now)


def _end_of(period: Period, office: Office) -> datetime:
    """The last second of a period."""
    return datetime.combine(period.last, time(23, 59, 59), office.stamp.now.tzinfo)


def _counted_by(ledger: Ledger, office: Office, period: Period, as_of: int) -> Office:
    """The office with the calendar of then: no notice that came after the end of the period."""
    cut = _end_of(period, office)
    later = next(
        (
            event.seq
            for event in ledger.office_wide(("CalendarImported",))
            if event.at > cut and event.seq <= as_of
        ),
        0,
    )
    if later and office.calendars:
        return office._replace(calendar=office.calendars.at(later))
    return office


def entries_of(
    ledger: Ledger,
    office: Office,
    numbers: Sequence[str],
    period: Period,
    as_of: int,
) -> list[RegisterEntry]:
    """Cases folded up to the end of the period, in order of receipt; what ran then counts by the
    calendar of then."""
    by = _counted_by(ledger, office, period, as_of)
    folded = _folded(ledger, by, numbers, period, as_of, silent)
    return sorted(folded, key=lambda entry: (entry.case.received_at, entry.case.no))


def _folded(
    ledger: Ledger,
    office: Office,
    numbers: Sequence[str],
    period: Period,
    as_of: int,
    step: Step,
) -> Iterator[RegisterEntry]:
    """Cases folded up to the end of the period. office: with the calendar of then."""
    end, now = _end_of(period, office), cut_of(office, period)
    for done, number in enumerate(numbers, 1):
        step(done)
        # what was taken back or corrected counts as such whenever that was done: only the as-of decides
        written = ledger.events_as_of(number, as_of)
        counting = effective(written)
        events = [event for event in counting if event.at <= end]
        if events and events[0].kind == "Registered":
            case = fold(events)
            pack = office.pack_of(case)
            bending = office.bending(_behind(written, events), case, now)
            deadlines = office.deadlines(case, now)
            aside = excluded(counting)
            yield RegisterEntry(case, deadlines, events, pack, bending, excluded=aside)


def _behind(written: Sequence[Event], counted: Sequence[Event]) -> Sequence[Event]:
    """The entries as they were written of those that count, and what corrected or took back any."""
    if len(counted) == len(written):  # nothing was taken back
        return written
    versions = {event.version for event in counted}
    return [event for event in written if event.kind in REWRITING or event.version in versions]
