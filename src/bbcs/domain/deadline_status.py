"""Tells how a deadline stands at a moment: when it passes, whether it is overdue, what is left,
which warning is on.

What is overdue is decided here and nowhere else (`state_at`): for a deadline just counted and for
one that a ledger keeps as a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta

from bbcs.calendar.dates import CST, Moment, day_of, iso
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.rules import HOURS
from bbcs.domain.pack import Clock, RulePack, Threshold
from bbcs.record import Record

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
    "return": "退回审核",
    "slip": "督办答复",
    "resolution": "议定事项",
}
"""Clock -> what people call it. The last two are dates of the case, no clocks of a pack."""

STATES: Mapping[str, str] = {
    "running": "在限内",
    "warning": "临期",
    "overdue": "超期",
    "paused": "暂停",
    "met": "按时",
    "met_late": "超期完成",
    "ended": "已终止",
}
"""State of a deadline -> what people read."""


class RunningDeadline(Record):
    """A deadline that is still to be met, without how it was counted.

    clock, round: which. order: number of the order it belongs to, 0 for none. unit: whose it is,
    or which paper is owed; "" for the case's own. due: the day or time it is due. passes: when it
    is overdue: the time itself, the day's end, or closing time. warn_from: day or time of the first
    warning. paused: it does not run now. measure: unit of the limit. warnings: colours of the pack.
    """

    clock: str
    round: int
    order: int
    unit: str
    due: Moment
    passes: Moment
    warn_from: Moment | None
    paused: bool
    provisional: bool
    measure: str
    warnings: tuple[Threshold, ...]

    @property
    def own(self) -> bool:
        """Whether it is the case's own, not that of an order, a paper, a slip or a resolution."""
        return not (self.order or self.unit)

    @property
    def dated(self) -> bool:
        """Whether it is the date that was set for an order."""
        return self.order > 0 and self.clock == "resolve"


def state_at(
    passes: Moment | None, warn_from: Moment | None, now: datetime, *, paused: bool = False
) -> str:
    """The state of a deadline that is still to be met: running, warning, overdue or paused.

    A paused one is not overdue: a limit that had run out cannot pause.
    """
    if paused:
        return "paused"
    if passes is not None and passed(passes, now):
        return "overdue"
    return "warning" if warn_from is not None and _reached(warn_from, now) else "running"


def overdue(running: Iterable[RunningDeadline], now: datetime) -> list[RunningDeadline]:
    """Those that are overdue, the one that passed first in front."""
    late = (one for one in running if is_overdue(one, now))
    return sorted(late, key=lambda one: order_of(one.passes))


def is_overdue(one: RunningDeadline, now: datetime) -> bool:
    """Whether this deadline is overdue."""
    return state_at(one.passes, one.warn_from, now, paused=one.paused) == "overdue"


def next_to_pass(running: Iterable[RunningDeadline]) -> RunningDeadline | None:
    """The one that passes first of those that run; None where none runs."""
    ahead = (one for one in running if not one.paused)
    return min(ahead, key=lambda one: order_of(one.passes), default=None)


def shown_at(running: Sequence[RunningDeadline], own: str, now: datetime) -> RunningDeadline | None:
    """The deadline that stands for the case in a list.

    The case's own of the clock `own`, unless it is ahead and another is overdue: then the one that
    passed first. Without an own one the next to pass, else one that is paused.
    """
    mine = next((one for one in running if one.own and one.clock == own), None)
    if mine and is_overdue(mine, now):
        return mine
    late = overdue(running, now)
    return next(iter(late), None) or mine or next_to_pass(running) or _first(running)


def _first(running: Sequence[RunningDeadline]) -> RunningDeadline | None:
    return running[0] if running else None


def order_of(passes: Moment) -> str:
    """A text by which moments sort as they pass: a day after all times of the day."""
    return f"{passes}T24" if not isinstance(passes, datetime) else f"{iso(passes)}"


# -- of one deadline -------------------------------------------------------------------------------


def ends(due: Moment, clock: Clock, pack: RulePack, start: datetime) -> Moment:
    """When a deadline passes: a time at once, a date with its day, or at closing time where the
    pack or the clock says so.

    Civil Code art. 203 allows either. A day on which the office stays closed ends as a day does; so
    does one whose closing time had passed when the deadline began: nothing is overdue at birth.
    """
    if isinstance(due, datetime) or "close_of_business" not in (pack.due_time, clock.unit):
        return due
    from bbcs.calendar.hours import office_hours  # few clocks ask for the hour

    closing = office_hours(pack.office or HOURS).closing(due)
    if not closing or closing >= "24:00":
        return due
    end = datetime.combine(due, time.fromisoformat(closing), CST)
    return end if start <= end else due


def passed(end: Moment, at: datetime) -> bool:
    """Overdue begins with the next day, after a time at once."""
    return at > end if isinstance(end, datetime) else at.date() > end


def days_left(due: Moment, now: datetime, calendar: DayCalendar) -> int:
    """Working days from now to the due day, negative once it has passed."""
    today, last = now.date(), day_of(due)
    if today < last or (today == last and not passed(due, now)):
        return calendar.between(today, last)
    return -max(1, calendar.between(last, today))


_SPANS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}


def _reached(moment: Moment, now: datetime) -> bool:
    """Whether a day has begun or a time has come."""
    return now >= moment if isinstance(moment, datetime) else now.date() >= moment


def first_warning(clock: Clock, due: Moment, calendar: DayCalendar) -> Moment | None:
    """When the earliest warning before expiry begins; None when the clock has none.

    A day; limits in hours and minutes warn in their own unit, at a time.
    """
    left = max((warning.left for warning in clock.warnings if warning.left >= 0), default=-1)
    if left < 0:
        return None
    if isinstance(due, datetime):
        return due - left * _SPANS[clock.unit]
    return calendar.add(due, -left) if left else due


def colour_of(
    warnings: Sequence[Threshold], measure: str, due: Moment, now: datetime, calendar: DayCalendar
) -> str:
    """The colour that the pack's warnings give a running deadline, "" before the first; limits in
    hours warn in their own unit.
    """
    hours = isinstance(due, datetime) and measure in _SPANS
    left = (due - now) / _SPANS[measure] if hours else days_left(due, now, calendar)
    fitting = [warning for warning in warnings if left <= warning.left]
    return min(fitting, key=lambda warning: warning.left).colour if fitting else ""


def own_clock(phase: str) -> str:
    """The clock whose limit is the case's own in a phase."""
    return "callback" if phase == "resolved" else "resolve"
