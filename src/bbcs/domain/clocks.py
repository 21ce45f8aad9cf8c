"""Which clocks a case runs, and where each stands. Pure: the pack says what, the calendar counts,
`now` is an argument.

How one deadline is counted, with its pauses and extensions: `bbcs.domain.deadline`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bbcs.calendar.days import DayCalendar
from bbcs.domain.case import Case, Gap, Mark, Round
from bbcs.domain.deadline import CountedDeadline, DeadlineChange, rule_for, run
from bbcs.domain.deadline_status import colour_of, days_left, ends, passed, warned, warning_day
from bbcs.domain.pack import UNITS, Clock, RulePack
from bbcs.domain.unit import UnitRef
from bbcs.record import Record

__all__ = [
    "STATES", "Counting", "Deadline", "Run", "counted", "deadlines", "facts", "in_days", "in_force", "own", "rule_for", "run_of",
    "running",
]  # fmt: skip

STATES: Mapping[str, str] = {
    "running": "在限内",
    "warning": "临期",
    "overdue": "超期",
    "paused": "暂停",
    "met": "按时",
    "met_late": "超期完成",
}
"""State of a deadline -> what people read."""

CLOCK_NAMES = {
    "assign": "交办",
    "sign": "签收",
    "arrive": "到场",
    "first_contact": "首次联系",
    "first_feedback": "首次反馈",
    "opinion": "出具意见",
    "resolve": "办理",
    "result_feedback": "结果反馈",
    "callback": "回访",
    "rectify": "整改",
    "gap": "容缺补件",
}
"""Clock -> what people call it."""

PER_ORDER = frozenset({"sign"})
"""Clocks with one deadline for each order, whatever the pack says."""

MAY_NAME_ORDER = ("sign", "arrive", "first_contact")
"""Clocks whose `for` may name an order: `PER_ORDER`, and those that run per order only where a
clock of the pack does so."""

OWN = Clock("resolve", 0, "set", "Assigned", "Resolved")
"""The clock of an order's own date: no rule of the pack, and it holds also before the pack was
in force."""

OWED = Clock("gap", 0, "set", "AcceptedWithGaps", "GapFilled")
"""The clock of an owed paper's own date."""


class Deadline(Record):
    """One clock of one round (and order): when it is due and how it stands at `now`.

    order: the unit of the order, or the owed paper, that it belongs to; None for the case's own.
    due: a date, for hours
    and minutes a time, None when the clock has no date (`none`, or `set` not yet said). years:
    years whose holiday notice
    is missing that the date leans on. assumed: not triaged yet, so the pack's first difficulty
    holds. left: working days
    still to go, negative once overdue. warn_from: first day of the first warning. calendar: what
    counted: today's while the
    clock runs, that of the entry which stopped it afterwards. changes: the pauses and extensions
    that moved it.
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
    calendar: DayCalendar
    counted: CountedDeadline

    @property
    def limit_text(self) -> str:
        """The limit as people say it: “10 个工作日”."""
        if self.name == "gap" and self.due is None:
            return "现场核查时补"
        if self.unit == "promised" and self.counted.n:
            return f"承诺 {self.counted.n} 个工作日"
        if self.unit == "set" and self.counted.rule and self.counted.n:
            return self.clock.limit_text
        return UNITS["set"] if self.unit == "set" else self.clock.limit_text


CalendarAt = Callable[[int], DayCalendar]
"""Number of an entry in the chain -> the calendar that was in force when it was written."""


class Counting(Record):
    """What a clock is counted with: the rules, the calendar of today, those of before, the
    moment."""

    pack: RulePack
    calendar: DayCalendar
    now: datetime
    at: CalendarAt | None = None

    def calendar_of(self, stopped: int) -> DayCalendar:
        """Today's calendar for a running clock; for one that a later notice must not move, that
        of the entry that stopped it."""
        return self.at(stopped) if self.at and stopped else self.calendar


class Run(Record):
    """One clock about to be counted: of which round and order, from when, until when (and by
    which entry), moved by what."""

    clock: Clock
    round: Round
    start: datetime
    stop: datetime | None = None
    seq: int = 0
    order: str | None = None
    own: date | None = None
    promised: int = 0
    changes: tuple[DeadlineChange, ...] = ()


def deadlines(
    case: Case, pack: RulePack, calendar: DayCalendar, now: datetime, at: CalendarAt | None = None
) -> list[Deadline]:
    """Every clock that has started, of every round, in the pack's order of names; then the dates of
    orders and owed papers.

    A case received before the pack was in force runs none of its clocks, only those dates. `at`:
    earlier calendars, for
    clocks that have stopped; without it all are counted with `calendar`.
    """
    by = Counting(pack, calendar, now, at)
    return [
        counted(one, by)
        for one in (*_ruled(case, pack), *_own_dates(case, pack), *_owed(case, pack))
    ]


def own(case: Case, pack: RulePack, by: Counting, name: str, round_no: int) -> Deadline | None:
    """What `running` finds among all deadlines, and nothing but that: for whoever goes through a
    whole ledger."""
    found = run_of(case, pack, name, round_no)
    return counted(found, by) if found else None


def run_of(case: Case, pack: RulePack, name: str, round_no: int) -> Run | None:
    """What `own` counts: from when, until when, moved by what."""
    if name in PER_ORDER or not in_force(case, pack):
        return None
    return next(_whole(name, case, case.rounds[round_no - 1], pack), None)


def in_days(clock: Clock, pack: RulePack) -> bool:
    """Whether where a clock ends and stands rests on days alone, whatever the time of day."""
    timed = clock.unit in ("minute", "hour") or "close_of_business" in (pack.due_time, clock.unit)
    return not timed and rule_for(clock, pack)[0] != "wd_roll"


def in_force(case: Case, pack: RulePack) -> bool:
    """Whether the pack was in force when the case came."""
    return not (pack.in_force_from and case.received_at.date() < pack.in_force_from)


def _ruled(case: Case, pack: RulePack) -> Iterator[Run]:
    if not in_force(case, pack):
        return
    by_order = {clock.name for clock in pack.clocks if "order" in clock.for_} | PER_ORDER
    for name in dict.fromkeys(clock.name for clock in pack.clocks if clock.name != "gap"):
        for round_ in case.rounds:
            if name not in PER_ORDER:
                yield from _whole(name, case, round_, pack)
            if name in by_order:
                yield from _orders(name, case, round_, pack)


def running(found: Sequence[Deadline], name: str, round_no: int) -> Deadline | None:
    """The deadline of this clock in this round, the case's own."""
    return next(
        (one for one in found if one.name == name and one.round == round_no and one.order is None),
        None,
    )


def facts(case: Case, round_: Round, pack: RulePack) -> dict[str, Any]:
    """What the `for` of a clock is compared with."""
    return {
        "difficulty": round_.difficulty or pack.first_difficulty,
        "cause": round_.cause,
        "demand_kind": case.registered.get("demand_kind") or "help",
        "round": round_.number,
    }


# -- which ---------------------------------------------------------------------------------------------------------


def _whole(name: str, case: Case, round_: Round, pack: RulePack) -> Iterator[Run]:
    clock = pack.clock(name, facts(case, round_, pack))
    start = _started(clock, case, round_) if clock else None
    if clock and start:
        stop = _first(case, clock, round_.number, start) or _left(case, clock, round_.number)
        if not stop and _gone(case, round_.number):
            return  # who withdrew waits for nothing more
        ended = (stop.at, stop.seq) if stop else (None, _over(case, round_))
        own = round_.set_due or _set_by_order(case, round_)
        changes = _changes(case, clock, round_, start, pack)
        yield Run(
            clock,
            round_,
            start,
            ended[0],
            ended[1],
            None,
            own,
            case.registered.get("promised") or 0,
            changes,
        )


def _set_by_order(case: Case, round_: Round) -> date | None:
    """The date of the lead's order, for a limit that is set per order."""
    lead = (
        order.due
        for order in reversed(case.orders)
        if order.round == round_.number and order.role == "lead" and order.due
    )
    return next(lead, None)


def _over(case: Case, round_: Round) -> int:
    """Number of the entry that ended the round, 0 while it lasts: a notice that comes later
    moves nothing of it."""
    number, final = round_.number, ("Closed", "Refused", "Withdrawn", "TransferredOut", "Voided")
    ends = (
        mark.seq
        for mark in case.marks
        if mark.round > number or (mark.round == number and mark.kind in final)
    )
    return next(ends, 0)


def _orders(name: str, case: Case, round_: Round, pack: RulePack) -> Iterator[Run]:
    for order in case.orders:
        if order.round == round_.number:
            clock = pack.clock(name, {**facts(case, round_, pack), "order": order.kind})
            stop, seq = order.signed_at, order.ended_seq
            if (
                name == "sign" and (order.state == "returned" or order.passed) and not stop
            ):  # an answer, but nobody came
                stop, seq = order.done_at, order.done_seq
            # an order that ended unsigned (the case was settled over it) was neither met nor missed: it runs no clock
            if (
                clock
                and (name in PER_ORDER or "order" in clock.for_)
                and (stop or order.state == "sent")
            ):
                yield Run(clock, round_, order.sent_at, stop, seq if stop else 0, order.unit)


def _own_dates(case: Case, pack: RulePack) -> Iterator[Run]:
    """An order's own date is judged by itself, unless the case's own limit is that very date."""
    for order in case.orders:
        round_ = case.rounds[order.round - 1]
        clock = pack.clock("resolve", facts(case, round_, pack)) if in_force(case, pack) else None
        taken = clock and clock.unit == "set" and order.role == "lead" and not round_.set_due
        gone = _gone(case, order.round)
        ended = round_.resolved_at or (gone.at if gone else None)
        late = order.passed and order.due and order.done_at and order.done_at.date() > order.due
        if order.due and not taken and (order.open or order.done_at == ended or late):
            changes = tuple(
                sorted(
                    [
                        *_extended(case, round_, pack, order.ref),
                        *_stopped(case, round_, order.sent_at),
                    ],
                    key=_when,
                )
            )
            yield Run(
                OWN,
                round_,
                order.sent_at,
                order.done_at,
                order.done_seq,
                order.unit,
                order.due,
                0,
                changes,
            )


def _owed(case: Case, pack: RulePack) -> Iterator[Run]:
    """One for each owed paper: its own date, the day of the site check, else the pack's general
    limit."""
    for gap in case.gaps:
        if not gap.filled_at and (gap.paper in case.waived or _gone(case, case.round)):
            continue  # nobody waits for it any more
        round_ = case.rounds[gap.round - 1]
        clock = pack.clock("gap", facts(case, round_, pack)) if in_force(case, pack) else None
        dated = (
            OWED._replace(source=clock.source, proposed=clock.proposed, warnings=clock.warnings)
            if clock
            else OWED
        )
        yield Run(
            dated if gap.due or not clock else clock,
            round_,
            gap.owed_at,
            gap.filled_at,
            _gap_over(case, gap),
            gap.paper,
            gap.due,
        )


def _gap_over(case: Case, gap: Gap) -> int:
    return gap.filled_seq or _over(case, case.rounds[gap.round - 1])


def _started(clock: Clock, case: Case, round_: Round) -> datetime | None:
    if round_.number > 1 and clock.start in ("Registered", "Accepted"):
        return round_.started_at  # a redo starts where it was reopened
    if clock.name == "rectify":  # only a bad answer has to be made good
        return next(
            (
                mark.at
                for mark in case.marks
                if mark.kind == clock.start and mark.round == round_.number and mark.detail == "bad"
            ),
            None,
        )
    return next(
        (mark.at for mark in case.marks if _is(mark, clock.start) and mark.round == round_.number),
        None,
    )


def _is(mark: Mark, wanted: str) -> bool:
    """Whether a mark is the event a clock names: a kind, or kind.detail."""
    kind, _, detail = wanted.partition(".")
    return mark.kind == kind and detail in ("", mark.detail)


def _first(case: Case, clock: Clock, round_no: int, since: datetime) -> Mark | None:
    """The event that stops a clock, in its own round; what is made good may be so in the next."""
    last = round_no + 1 if clock.name == "rectify" else round_no
    return next(
        (
            mark
            for mark in case.marks
            if _is(mark, clock.stop) and round_no <= mark.round <= last and mark.at >= since
        ),
        None,
    )


def _gone(case: Case, round_no: int) -> Mark | None:
    """That the case left in this round: withdrawn, passed on to another body, or voided."""
    return next(
        (
            mark
            for mark in case.marks
            if mark.kind in ("Withdrawn", "TransferredOut", "Voided") and mark.round == round_no
        ),
        None,
    )


def _left(case: Case, clock: Clock, round_no: int) -> Mark | None:
    """What ends the handling without a settlement."""
    return _gone(case, round_no) if clock.name == "resolve" else None


# -- what moved it -------------------------------------------------------------------------------------------------


def _changes(
    case: Case, clock: Clock, round_: Round, start: datetime, pack: RulePack
) -> tuple[DeadlineChange, ...]:
    """Pauses of a clock that can pause, extensions of the handling, in the order in which they
    came."""
    found = [*_extended(case, round_, pack)] if clock.name == "resolve" else []
    if clock.pausable:
        found += _stopped(case, round_, start, clock.name)
    return tuple(sorted(found, key=_when))


def _when(change: DeadlineChange) -> datetime:
    return change.at


def _stopped(
    case: Case, round_: Round, start: datetime, name: str = "resolve"
) -> list[DeadlineChange]:
    """The pauses of a round that stop this clock, from its start on."""
    return [
        DeadlineChange("pause", pause.at, pause.resumed_at)
        for pause in case.pauses
        if pause.round == round_.number
        and pause.at >= start
        and (not pause.clocks or name in pause.clocks)
    ]


def _extended(
    case: Case, round_: Round, pack: RulePack, unit: UnitRef | None = None
) -> tuple[DeadlineChange, ...]:
    """Extensions granted in a round: all of them for the case, for one order those that its unit
    asked for.

    Where the pack only wants the person told (notify_only), nothing moves.
    """
    if pack.extension.mode == "notify_only":
        return ()
    return tuple(
        DeadlineChange("extension", one.decided_at, None, one.days, one.until)
        for one in case.extensions
        if one.state == "granted"
        and one.round == round_.number
        and one.decided_at
        and (unit is None or (one.unit is not None and unit.same(one.unit)))
    )


# -- where it stands -----------------------------------------------------------------------------------------------


def counted(one: Run, by: Counting) -> Deadline:
    """Where one clock ends and stands."""
    clock, stop = one.clock, one.stop
    calendar = by.calendar_of(one.seq)
    result = run(
        clock, one.start, by.pack, calendar, one.changes, own=one.own, promised=one.promised
    )
    due, warn_from, state, colour, left = result.due, None, "met" if stop else "running", "", None
    if due is not None:
        end = ends(due, clock, by.pack)
        late = passed(end, stop or by.now)
        warn_from = warning_day(clock, due, calendar)
        left = days_left(end, by.now, calendar) if not stop else None
        state = _state(late, stop, warned(clock, due, by.now, warn_from), paused=result.paused)
        colour = (
            colour_of(clock, end if late else due, by.now, calendar)
            if not stop and state != "paused"
            else ""
        )
    assumed = not one.round.difficulty and "difficulty" in clock.for_
    return Deadline(
        clock.name, one.round.number, one.order, one.start, clock.limit, clock.unit, due, state, bool(result.years), result.years,
        assumed, stop, colour, None if state == "paused" else left, warn_from, clock, calendar, result,
    )  # fmt: skip


def _state(late: bool, stop: datetime | None, warned: bool, *, paused: bool) -> str:
    if stop:
        return "met_late" if late else "met"
    if paused:  # a limit that had run out cannot pause, so a paused one is not late
        return "paused"
    if late:
        return "overdue"
    return "warning" if warned else "running"
