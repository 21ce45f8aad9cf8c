"""Which clocks a case runs, and where each stands. Pure: the pack says what, the calendar counts, `now` is an argument."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bbcs.calendar.days import WorkCalendar
from bbcs.calendar.hours import office_end, office_hours
from bbcs.calendar.terms import HOURS
from bbcs.domain.case import Case, Mark, Order, Round
from bbcs.domain.pack import UNITS, Clock, RulePack
from bbcs.record import Record

STATES: Mapping[str, str] = {
    "running": "在限内",
    "warning": "临期",
    "overdue": "超期",
    "paused": "暂停",
    "met": "按时",
    "met_late": "超期完成",
}
"""State of a deadline -> what people read."""

PER_ORDER = frozenset({"sign"})
"""Clocks with one deadline for each order."""


class Deadline(Record):
    """One clock of one round (and order): when it is due and how it stands at `now`.

    due: a date, for hours and minutes a time, None when the clock has no date (`none`, or `set` not yet said).
    years: years whose holiday notice is missing that the date leans on. assumed: not triaged yet, so the pack's first
    difficulty holds. left: working days still to go, negative once overdue. warn_from: first day of the first warning.
    calendar: what counted: today's while the clock runs, that of the entry which stopped it afterwards.
    """

    name: str
    round: int
    order: str | None
    start: datetime
    limit: int
    unit: str
    due: date | datetime | None
    state: str
    provisional: bool
    years: tuple[int, ...]
    assumed: bool
    met_at: datetime | None
    colour: str
    left: int | None
    warn_from: date | None
    clock: Clock
    calendar: WorkCalendar

    @property
    def limit_text(self) -> str:
        """The limit as people say it: “10 个工作日”."""
        return f"{self.limit} {UNITS[self.unit]}" if self.limit else UNITS[self.unit]


CalendarAt = Callable[[int], WorkCalendar]
"""Number of an entry in the chain -> the calendar that was in force when it was written."""


class Counting(Record):
    """What a clock is counted with: the rules, the calendar of today, those of before, the moment."""

    pack: RulePack
    calendar: WorkCalendar
    now: datetime
    at: CalendarAt | None = None

    def calendar_of(self, stopped: int) -> WorkCalendar:
        """Today's calendar for a running clock; for one that a later notice must not move, that of the entry that stopped it."""
        return self.at(stopped) if self.at and stopped else self.calendar


def deadlines(case: Case, pack: RulePack, calendar: WorkCalendar, now: datetime, at: CalendarAt | None = None) -> list[Deadline]:
    """Every clock that has started, of every round, in the pack's order of names.

    A case received before the pack was in force runs none of its clocks. `at`: earlier calendars, for clocks that have
    stopped; without it all are counted with `calendar`.
    """
    if pack.in_force_from and case.received_at.date() < pack.in_force_from:
        return []
    names = dict.fromkeys(clock.name for clock in pack.clocks)
    return [
        deadline
        for name in names
        for round_ in case.rounds
        for deadline in (_orders if name in PER_ORDER else _whole)(name, case, round_, Counting(pack, calendar, now, at))
    ]


def running(found: Sequence[Deadline], name: str, round_no: int) -> Deadline | None:
    """The deadline of this clock in this round."""
    return next((deadline for deadline in found if deadline.name == name and deadline.round == round_no), None)


def facts(case: Case, round_: Round, pack: RulePack) -> dict[str, Any]:
    """What the `for` of a clock is compared with."""
    return {
        "difficulty": round_.difficulty or pack.first_difficulty,
        "cause": round_.cause,
        "demand_kind": case.registered.get("demand_kind") or "help",
        "round": round_.number,
    }


def _whole(name: str, case: Case, round_: Round, by: Counting) -> Iterator[Deadline]:
    clock = by.pack.clock(name, facts(case, round_, by.pack))
    start = _started(clock, case, round_) if clock else None
    if clock and start:
        stop = _first(case, clock.stop, round_.number, start)
        yield _deadline(clock, round_, None, start, (stop.at, stop.seq) if stop else (None, _over(case, round_)), by)


def _over(case: Case, round_: Round) -> int:
    """Number of the entry that ended the round, 0 while it lasts: a notice that comes later moves nothing of it."""
    number = round_.number
    ends = (mark.seq for mark in case.marks if mark.round > number or (mark.round == number and mark.kind in ("Closed", "Refused")))
    return next(ends, 0)


def _orders(name: str, case: Case, round_: Round, by: Counting) -> Iterator[Deadline]:
    for order in case.orders:
        if order.round == round_.number:
            clock = by.pack.clock(name, {**facts(case, round_, by.pack), "order": order.role})
            # an order that ended unsigned (the case was resolved over it) was neither met nor missed: it runs no clock
            if clock and (order.signed_at or order.state == "sent"):
                stopped = (order.signed_at, order.ended_seq if order.signed_at else 0)
                yield _deadline(clock, round_, order, order.sent_at, stopped, by)


def _started(clock: Clock, case: Case, round_: Round) -> datetime | None:
    if round_.number > 1 and clock.start in ("Registered", "Accepted"):
        return round_.started_at  # a redo starts where it was reopened
    return next((mark.at for mark in case.marks if mark.kind == clock.start and mark.round == round_.number), None)


def _first(case: Case, kind: str, round_no: int, since: datetime) -> Mark | None:
    return next((mark for mark in case.marks if mark.kind == kind and mark.round == round_no and mark.at >= since), None)


def _deadline(
    clock: Clock, round_: Round, order: Order | None, start: datetime, stopped: tuple[datetime | None, int], by: Counting
) -> Deadline:
    stop, seq = stopped
    calendar = by.calendar_of(seq)
    due, years = _due(clock, start, round_.set_due, by.pack, calendar)
    warn_from, state, colour, left = None, "met" if stop else "running", "", None
    if due is not None:
        late = _passed(due, stop or by.now, by.pack)
        warn_from = warning_day(clock, due, calendar)
        left = days_left(due, by.now, calendar) if not stop else None
        state = _state(late, stop, warn_from, by.now)
        colour = _colour(clock, due, by.now, calendar) if not stop else ""
    assumed = not round_.difficulty and "difficulty" in clock.for_
    name = order.unit if order else None
    return Deadline(
        clock.name, round_.number, name, start, clock.limit, clock.unit, due, state, bool(years), years, assumed, stop, colour, left,
        warn_from, clock, calendar,
    )  # fmt: skip


def _state(late: bool, stop: datetime | None, warn_from: date | None, now: datetime) -> str:
    if stop:
        return "met_late" if late else "met"
    if late:
        return "overdue"
    return "warning" if warn_from and now.date() >= warn_from else "running"


def rule_of(clock: Clock, pack: RulePack) -> tuple[str, int]:
    """The calendar rule and its number for a clock; ("", 0) for units that no calendar counts."""
    return {
        "working_day": (pack.day_rule, clock.limit),
        "calendar_day": ("cal_roll", clock.limit),
        "month": ("month", clock.limit),
        "same_day": ("same_day", 0),
        "close_of_business": ("same_day", 0),
        "hour": (f"hours_{clock.hours}", clock.limit),
    }.get(clock.unit, ("", 0))


def _due(
    clock: Clock, start: datetime, set_due: date | None, pack: RulePack, calendar: WorkCalendar
) -> tuple[date | datetime | None, tuple[int, ...]]:
    if clock.unit == "minute":
        return _minutes(clock, start, pack, calendar)
    rule, n = rule_of(clock, pack)
    if not rule:
        return (set_due if clock.unit == "set" else None), ()
    found = calendar.due(start, n, rule, cutoff=pack.cutoff, hours=pack.office)
    return found.due, found.years


def _minutes(clock: Clock, start: datetime, pack: RulePack, calendar: WorkCalendar) -> tuple[datetime, tuple[int, ...]]:
    """Straight through, or inside the office hours (`hours = "business"`)."""
    if clock.hours != "business":
        return start + timedelta(minutes=clock.limit), ()
    due = office_end(calendar, start, clock.limit * 60, office_hours(pack.office or HOURS))
    return due, calendar.provisional(start.date(), due.date())


def _passed(due: date | datetime, at: datetime, pack: RulePack) -> bool:
    """Overdue begins with the next day; only `close_of_business` ends the last day at closing time (Civil Code art. 203)."""
    if isinstance(due, datetime):
        return at > due
    if pack.due_time == "close_of_business" and at.date() == due:
        return at.strftime("%H:%M") > (office_hours(pack.office).closing(due) or "24:00")
    return at.date() > due


def _day(due: date | datetime) -> date:
    return due.date() if isinstance(due, datetime) else due


def days_left(due: date | datetime, now: datetime, calendar: WorkCalendar) -> int:
    """Working days from now to the due day, negative once it has passed."""
    today, last = now.date(), _day(due)
    if today <= last:
        return calendar.between(today, last)
    return -max(1, calendar.between(last, today))


def warning_day(clock: Clock, due: date | datetime, calendar: WorkCalendar) -> date | None:
    """First day of the earliest warning before expiry; None when the clock has none."""
    left = max((warning.left for warning in clock.warnings if warning.left >= 0), default=-1)
    if left < 0:
        return None
    return calendar.add(_day(due), -left) if left else _day(due)


def _colour(clock: Clock, due: date | datetime, now: datetime, calendar: WorkCalendar) -> str:
    left = days_left(due, now, calendar)
    fitting = [warning for warning in clock.warnings if left <= warning.left]
    return min(fitting, key=lambda warning: warning.left).colour if fitting else ""
