"""Rules for counting: what a start and a number come to, extensions and pauses. Office hours: `hours`.

The legal base is the Civil Code (民法典) art. 200–204 and the Administrative Licence Law (行政许可法) art. 82.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bbcs.calendar.dates import CST, Moment, day_of, in_china, moment_of, parse_clock, second_of
from bbcs.errors import BadDate, BadValue, CalendarGap, nearest

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

    from bbcs.calendar.days import DayCalendar

CUTOFF = "17:30"
HOURS = "09:00-12:00,13:30-17:30"

#: Bigger counts are typing errors: the whole calendar has about 24,000 working days.
ABSURD = 100_000


def rolled(calendar: DayCalendar, day: date) -> date:
    """The day itself when it works, else the first working day after (Civil Code art. 203)."""
    return day if calendar.is_working(day) else calendar.next(day)


def receipt(calendar: DayCalendar, start: Moment, cutoff: str = CUTOFF) -> date:
    """The day on which something counts as received: the next working day from a day off or from the cut-off on.

    A start without a time counts as before the cut-off; on a day off the time of day does not matter.
    """
    after, day = late(start, cutoff), day_of(start)
    return calendar.next(day) if after or not calendar.is_working(day) else day


def late(start: Moment, cutoff: str = CUTOFF) -> bool:
    """Whether the time of day is the cut-off or later; a bare day never is."""
    limit = parse_clock(cutoff)
    return isinstance(start, datetime) and second_of(in_china(start)) >= limit


End = Callable[["DayCalendar", Moment, int, str, str], Moment]


class Rule:  # no NamedTuple: each costs 0.3 ms at import
    """A rule for counting.

    end: (calendar, start, n, cutoff, hours) -> the end before any roll; rolls: whether a day off at the end is left behind.
    leans: the days the answer leans on: "after" the start, "from" the start on, or "" when the calendar plays no part.
    """

    __slots__ = ("end", "label", "law", "leans", "rolls")

    def __init__(self, label: str, law: str, end: End, rolls: bool, leans: str) -> None:
        self.label, self.law, self.end, self.rolls, self.leans = label, law, end, rolls, leans


def _working_days(calendar: DayCalendar, start: Moment, n: int, cutoff: str, hours: str) -> date:
    return calendar.add(day_of(start), n)


def _working_days_from_receipt(
    calendar: DayCalendar, start: Moment, n: int, cutoff: str, hours: str
) -> date:
    return calendar.add(receipt(calendar, start, cutoff), n)


def _same_day(calendar: DayCalendar, start: Moment, n: int, cutoff: str, hours: str) -> date:
    if n:
        raise BadDate("same_day 不带天数（n 只能为 0）；按工作日数请用 wd")
    return day_of(start)


def _calendar_days(calendar: DayCalendar, start: Moment, n: int, cutoff: str, hours: str) -> date:
    return day_of(start) + timedelta(days=_forward(n))


def _months(calendar: DayCalendar, start: Moment, n: int, cutoff: str, hours: str) -> date:
    end: date = day_of(start) + span(_forward(n))
    return end


@lru_cache(maxsize=64)
def span(months: int) -> relativedelta:
    """So many months, to be added to a date: the same day, or the last one of a shorter month (Civil Code art. 202)."""
    from dateutil.relativedelta import relativedelta  # 10 ms, for this rule only

    return relativedelta(months=months)


def _wall_hours(calendar: DayCalendar, start: Moment, n: int, cutoff: str, hours: str) -> datetime:
    return moment_of(start) + timedelta(hours=_forward(n))


def _office_hours(
    calendar: DayCalendar, start: Moment, n: int, cutoff: str, hours: str
) -> datetime:
    from bbcs.calendar.hours import office_end, office_hours  # for this rule only

    return office_end(calendar, moment_of(start), _forward(n) * 3600, office_hours(hours))


def _forward(n: int) -> int:
    if n < 0:
        raise BadDate("这种规则只能往后数，n 不能为负；往前数请用 wd")
    if n > ABSURD:
        raise BadDate(f"n 过大，最多 {ABSURD}")
    return n


_DAYS_LAW = "民法典第二百零一条、第二百零三条"
_WORK_LAW = "行政许可法第八十二条、民法典第二百零一条"
_HOUR_LAW = "民法典第二百零一条第二款"

RULES: Mapping[str, Rule] = {
    "wd": Rule("工作日，起算日不计", _WORK_LAW, _working_days, False, "after"),
    "wd_roll": Rule(
        "工作日，休息日或截止时刻以后收到的算下一工作日收到",
        _WORK_LAW,
        _working_days_from_receipt,
        False,
        "from",
    ),
    "same_day": Rule("当日，遇休息日顺延", "民法典第二百零三条", _same_day, True, "from"),
    "cal_roll": Rule(
        "自然日，起算日不计，末日遇休息日顺延", _DAYS_LAW, _calendar_days, True, "after"
    ),
    "month": Rule(
        "月，对应日到期，末日遇休息日顺延",
        "民法典第二百零一条至第二百零三条",
        _months,
        True,
        "after",
    ),
    "hours_wall": Rule("小时，立即起算，昼夜连续", _HOUR_LAW, _wall_hours, False, ""),
    "hours_business": Rule("小时，只计工作日的办公时间", _HOUR_LAW, _office_hours, False, "from"),
}


def rule_of(name: str) -> Rule:
    """The rule of this name. Raises BadValue with the names there are."""
    try:
        return RULES[name]
    except KeyError:
        near = nearest(name, RULES)
        raise BadValue(
            f"没有这种计算规则{near and f'，是不是“{near}”'}；可用：{'、'.join(RULES)}", list(RULES)
        ) from None


def deadline(
    calendar: DayCalendar,
    start: Moment,
    n: int,
    rule: str = "wd",
    cutoff: str = CUTOFF,
    hours: str = HOURS,
) -> Moment:
    """`n` units after `start`, rolled when the rule says so."""
    return _settled(calendar, rule, unrolled(calendar, start, n, rule, cutoff, hours))


def unrolled(
    calendar: DayCalendar,
    start: Moment,
    n: int,
    rule: str = "wd",
    cutoff: str = CUTOFF,
    hours: str = HOURS,
) -> Moment:
    """The last day of the period itself, before a day off at its end is left behind; what a pause takes its rest from."""
    try:
        return rule_of(rule).end(calendar, start, n, cutoff, hours)
    except (OverflowError, ValueError):  # past the year 9999
        raise CalendarGap(f"期限超出工作日历范围（{calendar.first} 至 {calendar.last}）") from None


def _settled(calendar: DayCalendar, rule: str, end: Moment) -> Moment:
    return rolled(calendar, day_of(end)) if RULES[rule].rolls else end


def extend(
    calendar: DayCalendar, due: Moment, days: int, rule: str = "wd", *, hours: str = HOURS
) -> Moment:
    """The deadline after `days` more, counted on from the old one, which does not count itself (mode `additional`).

    `days` are units of the rule. For a new total from the start (mode `total_cap`) see `extended`.
    """
    if days < 1:
        raise BadDate("延长的期限须为正数")
    return deadline(calendar, due, days, _going_on(rule), hours=hours)


def extended(
    calendar: DayCalendar,
    start: Moment,
    n: int,
    days: int,
    mode: str,
    rule: str = "wd",
    *,
    cutoff: str = CUTOFF,
    hours: str = HOURS,
) -> Moment:
    """The deadline of `n` after an extension by the mode of the rule pack.

    mode: `additional` (days count on from the old deadline), `total_cap` (days are the new total from the start;
    never earlier than before), `notify_only` and `none` move nothing.
    """
    due = deadline(calendar, start, n, rule, cutoff, hours)
    if mode == "additional":
        return extend(calendar, due, days, rule, hours=hours)
    if mode == "total_cap":
        return deadline(calendar, start, max(n, days), rule, cutoff, hours)
    if mode in ("notify_only", "none"):
        return due
    raise BadValue("没有这种延期方式；可用：additional、total_cap、notify_only、none")


def _going_on(rule: str) -> str:
    """The rule by which a running clock goes on: nothing is received a second time."""
    return "wd" if rule_of(rule) is RULES["wd_roll"] else rule


def after_pauses(
    calendar: DayCalendar,
    start: Moment,
    n: int,
    pauses: Iterable[tuple[Moment, Moment]],
    rule: str = "wd",
    *,
    cutoff: str = CUTOFF,
    hours: str = HOURS,
) -> Moment:
    """The deadline of `n` with stops of the clock: (paused, resumed), in order; moments for the hour rules.

    The day of the pause counts as used, the day of resumption does not count.
    Raises BadDate for a pause before the start, on or after the deadline, or resumed before it began.
    """
    end = unrolled(calendar, start, n, rule, cutoff, hours)
    begun = receipt(calendar, start, cutoff) if rule == "wd_roll" else start
    earliest = start
    for paused, resumed in pauses:
        left = remaining(calendar, earliest, paused, end, rule, begun=begun, hours=hours)
        if _point(rule, resumed) < _point(rule, paused):
            raise BadDate(f"恢复日 {resumed} 早于暂停日 {paused}")
        end = resume(calendar, resumed, left, rule, hours=hours)
        begun = earliest = resumed
    return _settled(calendar, rule, end)


def remaining(
    calendar: DayCalendar,
    start: Moment,
    paused: Moment,
    end: Moment,
    rule: str = "wd",
    *,
    begun: Moment | None = None,
    hours: str = HOURS,
) -> int:
    """What is left of a period that ends (unrolled) on `end` when it pauses: n − used, the day of the pause being used.

    Working days for `wd` and `wd_roll`, calendar days for `cal_roll`, `month` and `same_day`, seconds for the hour rules.
    begun: the day of receipt, when it is not the start.
    Raises BadDate for a pause before the start, or on or after the deadline.
    """
    due = _settled(calendar, rule, end)
    at, last = _point(rule, paused), _point(rule, due)
    if at < _point(rule, start):
        raise BadDate(f"暂停日 {paused} 早于起算日 {start}")
    if at >= last:
        raise BadDate(f"到期日 {due} 当天及以后不能暂停（暂停日 {paused}）；期限已满")
    # Nothing is used up before the day of receipt.
    at = max(at, _point(rule, begun or start))
    if rule == "hours_business":
        from bbcs.calendar.hours import office_hours, office_seconds

        return office_seconds(calendar, moment_of(at), moment_of(end), office_hours(hours))
    if rule == "hours_wall":
        return int((moment_of(last) - moment_of(at)).total_seconds())
    if rule in ("wd", "wd_roll"):
        return calendar.between(day_of(at), day_of(end))
    return max(0, (day_of(end) - day_of(at)).days)


def resume(
    calendar: DayCalendar, resumed: Moment, left: int, rule: str = "wd", *, hours: str = HOURS
) -> Moment:
    """The new end, not yet rolled, of a period resumed with so much left; the day of resumption does not count."""
    if rule == "hours_business":
        from bbcs.calendar.hours import office_end, office_hours

        return office_end(calendar, moment_of(resumed), left, office_hours(hours))
    if rule == "hours_wall":
        return moment_of(resumed) + timedelta(seconds=left)
    if rule in ("wd", "wd_roll"):
        return calendar.add(day_of(resumed), left)
    return day_of(resumed) + timedelta(days=left)


def _point(rule: str, at: Moment) -> Moment:
    """What is compared: days, or moments that all know their zone."""
    return moment_of(at).replace(tzinfo=CST) if rule.startswith("hours_") else day_of(at)
