"""Finds which clocks a case runs, where each stands, and the entry after which what a clock waits for
can no longer happen. Pure: the pack says what, the calendar counts, `now` is an argument.

How one deadline is counted, with its pauses and extensions: `bbcs.domain.deadline`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from bbcs.calendar.days import DayCalendar
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import LIFE, Case, Mark, Round
from bbcs.domain.deadline import (
    CalendarAt,
    ClockRun,
    Counting,
    Deadline,
    DeadlineChange,
    changed_at,
    deadline_of,
)
from bbcs.domain.deadline_status import CLOCK_NAMES, order_of, own_clock
from bbcs.domain.order import Order, UnitRef
from bbcs.domain.pack import Clock, RulePack, most_specific

PACK_CLOCKS = tuple(name for name in CLOCK_NAMES if name not in ("slip", "resolution"))
"""The clocks that a pack may have."""

OWN_RUNS = ("gap", "return")
"""Clocks that run once for each owed paper, or for each return that was asked for."""

PER_ORDER = frozenset({"sign"})
"""Clocks with one deadline for each order, whatever the pack says."""

MAY_NAME_ORDER = ("sign", "arrive", "first_contact")
"""Clocks whose `for` may name an order: `PER_ORDER`, and those that run per order only where a
clock of the pack does so."""

_ORDER_DATE = Clock("resolve", 0, "set", ("Assigned",), ("Resolved",))
"""The clock of an order's own date: no rule of the pack, and it holds also before the pack was
in force."""

_PAPER_DATE = Clock("gap", 0, "set", ("AcceptedWithGaps",), ("GapFilled",))
"""The clock of an owed paper's own date."""

SLIP_DATE = Clock("slip", 0, "set", ("Supervised",), ("Supervised",), source="督办单")
"""The clock of the date that a slip of supervision sets for the answer."""

RESOLUTION_DATE = Clock(
    "resolution", 0, "set", ("Convened",), ("ResolutionCarriedOut",), source="会商议定事项"
)
"""The clock of the date that a meeting set for one of its resolutions."""


def deadlines(
    case: Case,
    pack: RulePack,
    calendar: DayCalendar,
    now: datetime,
    at: CalendarAt | None = None,
    judged: Mapping[int, datetime] = {},
) -> list[Deadline]:
    """Every clock that has started, of every round, in the pack's order of names; then the dates of
    orders, owed papers, slips and resolutions.

    A case received before the pack was in force runs none of its clocks, only those dates. `at`:
    earlier calendars, for clocks that have stopped; without it all are counted with `calendar`.
    `judged`: as in `Counting`.
    """
    by = Counting(pack, calendar, now, at, judged)
    runs = (
        *_of_pack(case, pack), *_own_dates(case, pack), *_owed_papers(case, pack), *_returns(case, pack), *_slips(case),
        *_resolutions(case),
    )  # fmt: skip
    pairs = [(one, deadline_of(one, by)) for one in runs]
    return [deadline for one, deadline in pairs if deadline and (deadline.late or not one.if_late)]


def own_deadline(case: Case, by: Counting, name: str, round_no: int) -> Deadline | None:
    """The deadline that `running` finds among all of a case. Only this one is counted: a check of
    the whole ledger needs no other."""
    if name in PER_ORDER or not in_force(case, by.pack):
        return None
    round_ = case.rounds[round_no - 1]
    known = facts(case, round_, by.pack)
    clock = by.pack.clock(name, known)
    found = _of_case(clock, case, round_, by.pack, known) if clock else None
    return deadline_of(found, by) if found else None


def in_force(case: Case, pack: RulePack) -> bool:
    """Whether the pack was in force when the case came."""
    return not (pack.in_force_from and case.received_at.date() < pack.in_force_from)


def _of_pack(case: Case, pack: RulePack) -> Iterator[ClockRun]:
    """The runs of the pack's clocks, of every round; `OWN_RUNS` are counted by themselves."""
    if not in_force(case, pack):
        return
    named: dict[str, list[Clock]] = {}
    by_order = {*PER_ORDER}
    for clock in pack.clocks:
        named.setdefault(clock.name, []).append(clock)
        if "order" in clock.for_:
            by_order.add(clock.name)
    known_of_rounds = [(round_, facts(case, round_, pack)) for round_ in case.rounds]
    for name, clocks in named.items():
        if name in OWN_RUNS:
            continue
        for round_, known in known_of_rounds:
            fitting = None if name in PER_ORDER else most_specific(clocks, known)
            if fitting and (own := _of_case(fitting, case, round_, pack, known)):
                yield own
            if name in by_order and case.orders:
                yield from _orders(clocks, case, round_, known)


def running(deadlines: Sequence[Deadline], name: str, round_no: int) -> Deadline | None:
    """The deadline of this clock in this round, the case's own."""
    return next(
        (
            one
            for one in deadlines
            if one.name == name and one.round == round_no and one.order is None
        ),
        None,
    )


def limit_of(case: Case, deadlines: Sequence[Deadline]) -> Deadline | None:
    """The deadline that is the case's own limit: handling while it is in hand, the callback once it
    is resolved, at the end the handling again; without such a clock the next one to pass.

    None of a voided case.
    """
    if case.phase == "voided":
        return None
    own = running(deadlines, own_clock(case.phase), case.round)
    if own and own.due:
        return own
    waiting = [(one.running, one) for one in deadlines]
    ahead = [
        (order_of(kept.passes), number, one) for number, (kept, one) in enumerate(waiting) if kept
    ]
    return min(ahead)[2] if ahead else own


def facts(case: Case, round_: Round, pack: RulePack) -> dict[str, Any]:
    """What the `for` of a clock is compared with."""
    causes = round_.cause
    if pack.one_cause:
        causes = causes[:1]
    return {
        "difficulty": round_.difficulty or pack.first_difficulty,
        "cause": causes,
        "demand_kind": case.registered.get("demand_kind") or "help",
        "round": max(1, round_.number - case.first_round + 1),
        "track": case.track,
        "item": case.items,
        "outcome": round_.outcome,
        "grade": _grade(case, round_, pack),
    }


def _grade(case: Case, round_: Round, pack: RulePack) -> str:
    """The word for what the person answered in this round, "" before a valid callback."""
    value = next(
        (
            call.grade
            for call in reversed(case.callbacks)
            if call.reached and call.round == round_.number
        ),
        0,
    )
    words = pack.words.get("grade", {}).values() if value else ()
    return next((word.key for word in words if word.value == value), "")


# -- of one kind each ---------------------------------------------------------------------------------------------------------


def _of_case(
    clock: Clock, case: Case, round_: Round, pack: RulePack, known: Mapping[str, Any]
) -> ClockRun | None:
    """The run of a clock of the case itself in a round, None where it has not started. known: the
    `facts` of the round.
    """
    after = None
    if clock.source_clock:
        source = pack.clock(clock.source_clock, known)
        after = _of_case(source, case, round_, pack, known) if source else None
        start = after.begun if after else None
    else:
        start = _started(clock, case, round_)
    if not start:
        return None
    if clock.name == "callback" and round_.resolved_at and not pack.callback.draws(round_.lot):
        return None  # the lot fell on others
    since = start.at
    stop = _stopped_by(case, clock, round_.number, since)
    if not stop and clock.name == "resolve":
        stop = _departure(case, round_.number)
    end = None
    if not stop:
        end = _ended_by(case, clock, round_.number, start)
    last = stop or end
    own = round_.set_due or set_by_order(case, round_) if clock.unit == "set" else None
    return ClockRun(
        clock, round_, since, stop.at if stop else None, last.seq if last else 0, None, own, case.registered.get("promised") or 0,
        _changes(case, clock, round_, since, pack), end.at if end else None, 0, False, start.seq, start,
        after, "",
    )  # fmt: skip


def set_by_order(case: Case, round_: Round) -> date | None:
    """The date of the lead's order, for a limit that is set per order."""
    for order in reversed(case.orders):
        if order.due and order.round == round_.number and order.role == "lead":
            return order.due
    return None


def _orders(
    clocks: Sequence[Clock], case: Case, round_: Round, known: Mapping[str, Any]
) -> Iterator[ClockRun]:
    """The runs of the clocks of one name of each order of a round; none of an older ledger's, of
    which nobody knows whether they were signed for. known: the `facts` of the round.
    """
    for order in case.orders:
        if order.round != round_.number or (order.imported and not order.signed_at):
            continue
        clock = most_specific(clocks, {**known, "order": order.kind})
        if clock and (clock.name in PER_ORDER or "order" in clock.for_):
            whole = ClockRun(
                clock, round_, order.sent_at, order=order.unit, number=order.number,
                begun_seq=order.sent_seq,
            )  # fmt: skip
            if order.signed_at:
                yield whole._replace(stop=order.signed_at, seq=order.ended_seq)
            elif order.open:
                yield whole
            else:  # it ended unsigned: given back, passed on, or the case was settled over it
                yield _unmet(whole, order)


def _unmet(run: ClockRun, order: Order) -> ClockRun:
    """The run of an order that ended before what it waited for: it counts only if it was late."""
    return run._replace(ended=order.done_at, seq=order.done_seq, if_late=True)


def _own_dates(case: Case, pack: RulePack) -> Iterator[ClockRun]:
    """An order's own date is judged by itself, unless the case's own limit is that very date."""
    for order in case.orders:
        if not order.due:
            continue
        round_ = case.rounds[order.round - 1]
        clock = pack.clock("resolve", facts(case, round_, pack)) if in_force(case, pack) else None
        if clock and clock.unit == "set" and order.role == "lead" and not round_.set_due:
            continue
        moved = [*_extensions(case, round_, pack, order.ref), *_pauses(case, round_, order.sent_at)]
        changes = tuple(sorted(moved, key=changed_at))
        whole = ClockRun(
            _ORDER_DATE, round_, order.sent_at, order=order.unit, own=order.due, changes=changes,
            number=order.number, begun_seq=order.sent_seq,
        )  # fmt: skip
        gone = _departure(case, order.round)
        settled = round_.resolved_at or (gone.at if gone else None)
        if order.open:
            yield whole
        elif order.done_at == settled:
            yield whole._replace(stop=order.done_at, seq=order.done_seq)
        else:
            yield _unmet(whole, order)


def _owed_papers(case: Case, pack: RulePack) -> Iterator[ClockRun]:
    """One for each owed paper: its own date, the day of the site check, else the pack's general
    limit."""
    end = _impossible_since(case, "GapFilled") if case.gaps else None
    for gap in case.gaps:
        if not gap.filled_at and gap.paper in case.waived:
            continue  # nobody waits for it any more
        round_ = case.rounds[gap.round - 1]
        clock = pack.clock("gap", facts(case, round_, pack)) if in_force(case, pack) else None
        dated = _PAPER_DATE
        if clock:
            dated = _PAPER_DATE._replace(
                source=clock.source, proposed=clock.proposed, warnings=clock.warnings
            )
        counting = dated if gap.due or not clock else clock
        whole = ClockRun(
            counting, round_, gap.owed_at, gap.filled_at, gap.filled_seq, gap.paper, gap.due,
            begun_seq=gap.owed_seq,
        )  # fmt: skip
        yield whole if gap.filled_at else _ended(whole, end)


def _returns(case: Case, pack: RulePack) -> Iterator[ClockRun]:
    """One for each return that a unit asked for, until the window decides or the order ends."""
    if not in_force(case, pack):
        return
    for one in case.returns:
        round_ = case.rounds[one.round - 1]
        clock = pack.clock("return", facts(case, round_, pack))
        if clock:
            order = case.orders[one.order - 1]
            whole = ClockRun(
                clock, round_, one.asked_at, one.decided_at, one.decided_seq,
                begun_seq=one.asked_seq, no=str(one.number),
            )  # fmt: skip
            over = not one.decided_at and not order.open
            yield whole._replace(ended=order.done_at, seq=order.done_seq) if over else whole


def _slips(case: Case) -> Iterator[ClockRun]:
    """One for each slip of supervision with a date for its answer."""
    for slip in case.slips:
        if slip.due:
            end = _impossible_since(case, "Supervised", slip.sent_seq)
            whole = ClockRun(
                SLIP_DATE, _round_at(case, slip.at), slip.at, slip.answered_at, slip.answered_seq,
                slip.unit.name, slip.due, begun_seq=slip.sent_seq, no=slip.no,
            )  # fmt: skip
            yield whole if slip.answered_at else _ended(whole, end)


def _resolutions(case: Case) -> Iterator[ClockRun]:
    """One for each dated resolution of a meeting."""
    end = _impossible_since(case, "ResolutionCarriedOut") if case.resolutions else None
    for point in case.resolutions:
        if point.due:
            whole = ClockRun(
                RESOLUTION_DATE, _round_at(case, point.at), point.at, point.done_at, point.done_seq,
                point.unit, point.due, begun_seq=point.resolved_seq, no=point.no,
            )  # fmt: skip
            yield whole if point.done_at else _ended(whole, end)


def _ended(run: ClockRun, end: Mark | None) -> ClockRun:
    """A clock that was not met, with the entry that ended it."""
    return run._replace(ended=end.at, seq=end.seq) if end else run


def _round_at(case: Case, at: datetime) -> Round:
    """The round that was on at this moment."""
    begun = [one for one in case.rounds if one.started_at <= at]
    return begun[-1] if begun else case.rounds[0]


def _started(clock: Clock, case: Case, round_: Round) -> Mark | None:
    """The entry that started a clock in this round; None where none has."""
    number, wanted = round_.number, clock.start
    own = (mark for mark in case.marks if mark.round == number)
    if number > 1 and not _behind(case, number).isdisjoint(wanted):
        return next(own, None)  # a redo starts where it was reopened
    if clock.name == "rectify":  # only a bad answer has to be made good
        return next((one for one in own if one.kind in wanted and one.detail == "bad"), None)
    return _earliest(mark for mark in own if _is_named(mark, wanted))


def _behind(case: Case, number: int) -> frozenset[str]:
    """Kinds of event that a later round has behind it when it begins: it keeps the grade of the
    round before, if there was one."""
    return _AT_INTAKE | {"Triaged"} if case.rounds[number - 2].difficulty else _AT_INTAKE


_AT_INTAKE = frozenset({"Registered", "Accepted"})
"""Kinds of event that only the first round has."""


def _earliest(marks: Iterable[Mark]) -> Mark | None:
    """The event that happened first, whenever it was written down; None without any."""
    return min(marks, key=_moment, default=None)


def _moment(mark: Mark) -> datetime:
    return mark.at


def _is_named(mark: Mark, wanted: tuple[str, ...]) -> bool:
    """Whether an entry is one of the events that a clock names: a kind, or kind.detail."""
    kind, detail = mark.kind, mark.detail
    return kind in wanted or (bool(detail) and f"{kind}.{detail}" in wanted)


def _stopped_by(case: Case, clock: Clock, round_no: int, since: datetime) -> Mark | None:
    """The event that stops a clock, in its own round; what is made good may be so in the next."""
    last, wanted = round_no + 1 if clock.name == "rectify" else round_no, clock.stop
    return _earliest(
        mark
        for mark in case.marks
        if _is_named(mark, wanted) and round_no <= mark.round <= last and mark.at >= since
    )


def _departure(case: Case, round_no: int) -> Mark | None:
    """The entry by which the case left the window in this round: withdrawn, or passed on to another
    body. None where it did not."""
    for mark in case.marks:
        if mark.kind in LEAVING and mark.round == round_no:
            return mark
    return None


# -- what ended it -----------------------------------------------------------------------------------------------

LEAVING = frozenset({"Withdrawn", "TransferredOut"})
"""Kinds of event by which a case leaves the window without a settlement."""

FINAL = LEAVING | {"Closed", "Refused", "Voided"}
"""Kinds of event after which nobody waits for anything, until the case is reopened."""

_PHASES = {"Resolved": "resolved", "CalledBack": "called_back"}
"""Kinds of event that leave less to wait for -> the phase they lead to."""

_ANSWERED = frozenset({"first_contact", "first_feedback", "result_feedback", "opinion", "arrive"})
"""Clocks that are over once the person was called and had a say: an answer later is none."""

_ANSWERS = frozenset({"FedBack", "Notified", "Signed", "CalledBack"})
"""Kinds of event that are such answers; what else a clock waits for may still come."""


def _ended_by(case: Case, clock: Clock, round_no: int, start: Mark) -> Mark | None:
    """The entry that ended a clock of this round which was not met; None while it may still be.

    start: the entry that started it, which may have been written down after that end. What has to be made good (`rectify`) may be so in the next
    round.
    """
    last = round_no + 1 if clock.name == "rectify" else round_no
    kinds = frozenset(name.partition(".")[0] for name in clock.stop)
    return next(
        (
            mark
            for mark in case.marks
            if (mark.version > start.version or mark.at > start.at) and not _too_early(case, mark)
            if mark.round > last or (mark.round >= round_no and _ends(mark, clock.name, kinds))
        ),
        None,
    )


def _impossible_since(case: Case, kind: str, since: int = 0) -> Mark | None:
    """The entry after which an event of this kind can no longer happen in the case as it stands.

    For what is bound to no round: owed papers, slips, resolutions of meetings. since: number in the
    chain of the entry that began it, where it may begin after the end of the handling.
    """
    now = (
        mark
        for mark in case.marks
        if mark.round == case.round and mark.seq >= since and not _too_early(case, mark)
    )
    return next((mark for mark in now if _ends(mark, "", frozenset({kind}))), None)


@cache
def possible(phase: str) -> frozenset[str]:
    """The kinds of event that the acts allowed in a phase bring about."""
    return frozenset(kind for verb in LIFE[phase] for kind in BY_VERB[verb].kinds)


def _too_early(case: Case, mark: Mark) -> bool:
    """Whether it is a call before any settlement, as an imported row may tell: the case goes on
    after it.
    """
    return mark.kind == "CalledBack" and not any(
        one.kind == "Resolved" and one.round == mark.round and one.version < mark.version
        for one in case.marks
    )


def _ends(mark: Mark, name: str, kinds: frozenset[str]) -> bool:
    """Whether after this entry a clock of that name has nothing more to wait for: none of the kinds
    of event that stop it can happen any more."""
    if mark.kind in FINAL:
        return True
    if mark.kind == "CalledBack" and name in _ANSWERED and kinds <= _ANSWERS:
        return True
    phase = _PHASES.get(mark.kind)
    return phase is not None and kinds.isdisjoint(possible(phase))


# -- what moved it -------------------------------------------------------------------------------------------------


def _changes(
    case: Case, clock: Clock, round_: Round, start: datetime, pack: RulePack
) -> tuple[DeadlineChange, ...]:
    """Pauses of a clock that can pause, extensions of the handling, in the order in which they
    came."""
    changes = [*_extensions(case, round_, pack)] if clock.name == "resolve" else []
    if clock.pausable and case.pauses:
        changes += _pauses(case, round_, start, clock.name)
    return tuple(sorted(changes, key=changed_at)) if changes else ()


def _pauses(
    case: Case, round_: Round, start: datetime, name: str = "resolve"
) -> list[DeadlineChange]:
    """The pauses of a round that stop this clock, from its start on."""
    return [
        DeadlineChange("pause", pause.at, pause.resumed_at, seq=pause.seq)
        for pause in case.pauses
        if pause.round == round_.number
        and pause.at >= start
        and (not pause.clocks or name in pause.clocks)
    ]


def _extensions(
    case: Case, round_: Round, pack: RulePack, unit: UnitRef | None = None
) -> tuple[DeadlineChange, ...]:
    """Extensions granted in a round: all of them for the case, for one order those that its unit
    asked for.

    Where the pack only wants the person told (notify_only), nothing moves.
    """
    if not case.extensions or pack.extension.mode == "notify_only":
        return ()
    return tuple(
        DeadlineChange("extension", one.decided_at, None, one.days, one.until, seq=one.asked_seq)
        for one in case.extensions
        if one.state == "granted"
        and one.round == round_.number
        and one.decided_at
        and (unit is None or (one.unit is not None and unit.same(one.unit)))
    )
