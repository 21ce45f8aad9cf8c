"""The counting rules, one object each: how a start and a number make a deadline, and why.

To add a rule, write its class beside the others and add an object of it to `RULES`: `calendar add`,
`--explain`, `calendar batch`, the help and `DayCalendar.due` know it then.

The legal base is the Civil Code (民法典) art. 200–204 and the Administrative Licence Law (行政许可法) art.
82.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any

from bbcs.calendar.dates import (
    CST,
    ONE_DAY,
    WEEKDAYS,
    Moment,
    day_of,
    in_china,
    moment_of,
    parse_clock,
    second_of,
)
from bbcs.errors import BadDate, CalendarGap, UnknownWord

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

    from bbcs.calendar.account import ExplainedDay
    from bbcs.calendar.days import DayCalendar


CUTOFF = "17:30"
"""Time of day from which on a receipt counts on the next working day, unless the pack differs."""

HOURS = "09:00-12:00,13:30-17:30"
"""Office hours where no pack says otherwise."""

LARGEST_NUMBER = 100_000
"""Bigger counts are typing errors: the whole calendar has about 24,000 working days."""


Number = int | float
"""How many units; only rules in hours take a number with decimals."""


def _account() -> Any:
    """What writes accounts of deadlines; few commands explain one."""
    from bbcs.calendar import account

    return account


class CountingRule:
    """A counting rule; the base counts calendar days after a pause or an extension.

    name: the word that is typed. label, law: what it counts and by which articles, for people.
    rolls: whether a day off at the end moves the end to the next working day (Civil Code art. 203).
    decided_by: the days whose kind decides the answer: "after" the start, "from" the start on, or
    "" for none.
    in_hours: whether the end is a moment; else it is a day. in_working_days: whether only working
    days count.
    goes_on_as: the name of the rule by which an extension counts on from the old end.
    """

    __slots__ = ()

    name = ""
    label = ""
    law = ""
    rolls = False
    decided_by = "after"
    in_hours = False
    in_working_days = False
    goes_on_as = ""

    def check_number(self, n: Number) -> None:
        """Raises BadDate for a number that no rule of this kind can take: a fraction of a day."""
        if not hasattr(n, "__index__"):  # integers of numpy have it too
            raise BadDate("数量应为整数；只有按小时的规则可以带小数，如 7.5")

    def deadline(
        self,
        calendar: DayCalendar,
        start: Moment,
        n: Number,
        cutoff: str = CUTOFF,
        hours: str = HOURS,
    ) -> Moment:
        """`n` units after `start`, moved off a day off where the rule rolls.

        Raises what `end` raises.
        """
        return self.settled(calendar, self.end(calendar, start, n, cutoff, hours))

    def end(
        self,
        calendar: DayCalendar,
        start: Moment,
        n: Number,
        cutoff: str = CUTOFF,
        hours: str = HOURS,
    ) -> Moment:
        """The last day (or moment) of the period, before it rolls; a pause takes its rest from it.

        Raises BadDate for a number that the rule does not take, CalendarGap when the count leaves
        all data.
        """
        try:
            return self._end(calendar, start, n, cutoff, hours)
        except (OverflowError, ValueError):  # past the year 9999
            raise CalendarGap(
                f"期限超出工作日历范围（{calendar.first} 至 {calendar.last}）"
            ) from None

    def _end(
        self, calendar: DayCalendar, start: Moment, n: Number, cutoff: str, hours: str
    ) -> Moment:
        raise NotImplementedError

    def settled(self, calendar: DayCalendar, end: Moment) -> Moment:
        """The end as it takes effect.

        When the rule rolls and the end is a day off: the next working day.
        """
        if not self.rolls:
            return end
        return calendar.rolled(day_of(end))

    def explain(
        self, calendar: DayCalendar, start: Moment, n: Number, cutoff: str, hours: str
    ) -> list[ExplainedDay]:
        """The days from start to deadline, each with the reason why it counts or not.

        Raises what `end` raises.
        """
        end = self.end(calendar, start, n, cutoff, hours)
        return list(self._account(calendar, start, n, end, cutoff, hours))

    def _account(
        self, calendar: DayCalendar, start: Moment, n: Number, end: Moment, cutoff: str, hours: str
    ) -> Iterator[ExplainedDay]:
        """The start and the end; most rules name the days between, too."""
        yield _account().describe(calendar, day_of(start), None, f"起算（{self.law}）")
        yield from _account().ended(self._last_days(calendar, end, int(n), "末日"))

    def _last_days(
        self, calendar: DayCalendar, end: Moment, number: int | None, text: str
    ) -> Iterator[ExplainedDay]:
        last, due = day_of(end), day_of(self.settled(calendar, end))
        days: Iterator[ExplainedDay] = _account().last_days(calendar, last, due, number, text)
        return days

    # -- pauses ------------------------------------------------------------------------------------

    def point(self, at: Moment) -> Moment:
        """The values to compare moments by: days, or for hours the moments with their zone."""
        return day_of(at)

    def left(self, calendar: DayCalendar, paused: Moment, end: Moment, hours: str) -> int:
        """What is left of a period that ends on `end` (not rolled) when it pauses.

        The day of the pause is used.

        In calendar days; working days or seconds where the rule counts in them.
        """
        return max(0, (day_of(end) - day_of(paused)).days)

    def resume(self, calendar: DayCalendar, resumed: Moment, left: int, hours: str) -> Moment:
        """The new end (not rolled) of a period that is resumed with `left` still to go.

        The day of resumption does not count.
        """
        return day_of(resumed) + timedelta(days=left)


def forward(n: Number) -> Number:
    """The number of a rule that only counts forward.

    Raises BadDate for a negative or absurd one.
    """
    if n < 0:
        raise BadDate("这种规则只能往后数，n 不能为负；往前数请用 wd")
    if n > LARGEST_NUMBER:
        raise BadDate(f"n 过大，最多 {LARGEST_NUMBER}")
    return n


def receipt(calendar: DayCalendar, start: Moment, cutoff: str = CUTOFF) -> date:
    """The day on which something counts as received.

    On a day off, and from the cut-off on: the next working day.

    A start without a time counts as before the cut-off; on a day off the time of day does not
    matter.
    """
    day = day_of(start)
    if late(start, cutoff):
        return calendar.next(day)
    return calendar.rolled(day)


def late(start: Moment, cutoff: str = CUTOFF) -> bool:
    """Whether the time of day is the cut-off or later; a bare day never is."""
    limit = parse_clock(cutoff)
    return isinstance(start, datetime) and second_of(in_china(start)) >= limit


# -- rules in days -----------------------------------------------------------------------------------

_NOT_COUNTED = "起算日，不计（民法典第二百零一条）"


class WorkingDays(CountingRule):
    """Working days; the start does not count, also when it is a day off. n < 0 counts back.

    Administrative Licence Law art. 82, Civil Code art. 201.
    """

    __slots__ = ()
    name = "wd"
    label = "工作日，起算日不计"
    law = "行政许可法第八十二条、民法典第二百零一条"
    in_working_days = True
    goes_on_as = "wd"

    def _end(
        self, calendar: DayCalendar, start: Moment, n: Number, cutoff: str, hours: str
    ) -> date:
        return calendar.add(day_of(start), int(n))

    def _account(
        self, calendar: DayCalendar, start: Moment, n: Number, end: Moment, cutoff: str, hours: str
    ) -> Iterator[ExplainedDay]:
        begun = day_of(start)
        how = f"{_NOT_COUNTED}；其后按工作日数（行政许可法第八十二条）"
        yield _account().describe(calendar, begun, None, how)
        days = _account().working_days(calendar, begun, day_of(end))
        if n > 0:  # Art. 203 speaks of the end of a period, not of a day counted back to.
            days = _account().ended(days)
        yield from days

    def left(self, calendar: DayCalendar, paused: Moment, end: Moment, hours: str) -> int:
        """In working days; those in (paused, end]; 0 where only days off are left."""
        return max(0, calendar.between(day_of(paused), day_of(end)))

    def resume(self, calendar: DayCalendar, resumed: Moment, left: int, hours: str) -> date:
        """The working day number `left` after the day of resumption.

        With none left the day of resumption itself, the next working day where that is off.
        """
        if not left:
            return calendar.rolled(day_of(resumed))
        return calendar.add(day_of(resumed), left)


class WorkingDaysFromReceipt(WorkingDays):
    """Working days after the day of receipt.

    A receipt on a day off or after the cut-off counts from the next working day.
    """

    __slots__ = ()
    name = "wd_roll"
    label = "工作日，休息日或截止时刻以后收到的算下一工作日收到"
    decided_by = "from"
    goes_on_as = "wd"  # nothing is received a second time

    def _end(
        self, calendar: DayCalendar, start: Moment, n: Number, cutoff: str, hours: str
    ) -> date:
        return calendar.add(receipt(calendar, start, cutoff), int(n))

    def _account(
        self, calendar: DayCalendar, start: Moment, n: Number, end: Moment, cutoff: str, hours: str
    ) -> Iterator[ExplainedDay]:
        day, received = day_of(start), receipt(calendar, start, cutoff)
        yield from _account().not_yet_received(calendar, day, received, cutoff)
        yield from super()._account(calendar, received, n, end, cutoff, hours)


class SameDay(CountingRule):
    """The day itself, the next working day when it is a day off (Civil Code art. 203).

    It takes no number.
    """

    __slots__ = ()
    name = "same_day"
    label = "当日，遇休息日顺延"
    law = "民法典第二百零三条"
    rolls = True
    decided_by = "from"
    goes_on_as = "wd"

    def _end(
        self, calendar: DayCalendar, start: Moment, n: Number, cutoff: str, hours: str
    ) -> date:
        if n:
            raise BadDate("same_day 不带天数（n 只能为 0）；按工作日数请用 wd")
        return day_of(start)

    def _account(
        self, calendar: DayCalendar, start: Moment, n: Number, end: Moment, cutoff: str, hours: str
    ) -> Iterator[ExplainedDay]:
        days: Iterator[ExplainedDay] = _account().ended(
            self._last_days(calendar, end, None, "当日办结")
        )
        return days


class CalendarDays(CountingRule):
    """Calendar days; the start does not count, and a day off at the end moves the end.

    Civil Code art. 201, 203.
    """

    __slots__ = ()
    name = "cal_roll"
    label = "自然日，起算日不计，末日遇休息日顺延"
    law = "民法典第二百零一条、第二百零三条"
    rolls = True
    goes_on_as = "cal_roll"

    def _end(
        self, calendar: DayCalendar, start: Moment, n: Number, cutoff: str, hours: str
    ) -> date:
        return day_of(start) + timedelta(days=forward(n))

    def _account(
        self, calendar: DayCalendar, start: Moment, n: Number, end: Moment, cutoff: str, hours: str
    ) -> Iterator[ExplainedDay]:
        begun = day_of(start)
        if not n:
            yield from _account().ended(self._last_days(calendar, end, None, "起算日即末日"))
            return
        yield _account().describe(calendar, begun, None, f"{_NOT_COUNTED}；其后按自然日数")
        for number in range(1, int(n)):
            yield _account().describe(
                calendar, begun + number * ONE_DAY, number, f"计第 {number} 日"
            )
        yield from _account().ended(self._last_days(calendar, end, int(n), f"计第 {n} 日，是末日"))


class Months(CountingRule):
    """Months to the same day, or the last day of a shorter month (Civil Code art. 201–203)."""

    __slots__ = ()
    name = "month"
    label = "月，对应日到期，末日遇休息日顺延"
    law = "民法典第二百零一条至第二百零三条"
    rolls = True
    goes_on_as = "month"

    def _end(
        self, calendar: DayCalendar, start: Moment, n: Number, cutoff: str, hours: str
    ) -> date:
        end: date = day_of(start) + _months(int(forward(n)))
        return end

    def _account(
        self, calendar: DayCalendar, start: Moment, n: Number, end: Moment, cutoff: str, hours: str
    ) -> Iterator[ExplainedDay]:
        begun, last = day_of(start), day_of(end)
        yield _account().describe(calendar, begun, None, f"{_NOT_COUNTED}；其后按月数")
        same = "对应日" if last.day == begun.day else "没有对应日，取月末日"
        text = f"满 {n} 个月，{same}（民法典第二百零二条）"
        yield from _account().ended(self._last_days(calendar, end, int(n), text))


@lru_cache(maxsize=64)
def _months(n: int) -> relativedelta:
    """So many months, to be added to a date."""
    from dateutil.relativedelta import relativedelta  # 10 ms, for this rule only

    return relativedelta(months=n)


# -- rules in hours ----------------------------------------------------------------------------------


class _Hours(CountingRule):
    """What both have in common. A period in hours begins at once (Civil Code art. 201 para. 2)."""

    __slots__ = ()
    law = "民法典第二百零一条第二款"
    in_hours = True

    def check_number(self, n: Number) -> None:
        """Hours may have decimals; neither infinite ones nor true and false are a number."""
        if not isinstance(n, (int, float)) or isinstance(n, bool) or not isfinite(n):
            raise BadDate("小时数应为数字，如 8 或 7.5")

    def point(self, at: Moment) -> datetime:
        """A moment that knows its zone."""
        return moment_of(at).replace(tzinfo=CST)


class WallTime(_Hours):
    """Hours by the clock on the wall, nights and days off included; the calendar plays no part."""

    __slots__ = ()
    name = "hours_wall"
    label = "小时，立即起算，昼夜连续"
    decided_by = ""
    goes_on_as = "hours_wall"

    def _end(
        self, calendar: DayCalendar, start: Moment, n: Number, cutoff: str, hours: str
    ) -> datetime:
        return moment_of(start) + timedelta(seconds=_seconds(n))

    def _account(
        self, calendar: DayCalendar, start: Moment, n: Number, end: Moment, cutoff: str, hours: str
    ) -> Iterator[ExplainedDay]:
        at_once = "起立即计时，昼夜、休息日不停（民法典第二百零一条第二款）"
        for at, text in ((moment_of(start), at_once), (moment_of(end), f"满 {n:g} 小时，到期")):
            day, kind = at.date(), ""
            if calendar.first <= day <= calendar.last:
                kind = calendar.info(day).kind
            yield _account().ExplainedDay(
                day, None, kind, f"周{WEEKDAYS[at.weekday()]}；{at:%H:%M} {text}"
            )

    def left(self, calendar: DayCalendar, paused: Moment, end: Moment, hours: str) -> int:
        """In seconds."""
        return int((self.point(end) - self.point(paused)).total_seconds())

    def resume(self, calendar: DayCalendar, resumed: Moment, left: int, hours: str) -> datetime:
        """So many seconds after the resumption."""
        return moment_of(resumed) + timedelta(seconds=left)


class OfficeTime(_Hours):
    """Office hours on working days; ends at closing time, not at the next opening."""

    __slots__ = ()
    name = "hours_business"
    label = "小时，只计工作日的办公时间"
    decided_by = "from"
    goes_on_as = "hours_business"

    def _end(
        self, calendar: DayCalendar, start: Moment, n: Number, cutoff: str, hours: str
    ) -> datetime:
        return self.resume(calendar, start, _seconds(n), hours)

    def _account(
        self, calendar: DayCalendar, start: Moment, n: Number, end: Moment, cutoff: str, hours: str
    ) -> Iterator[ExplainedDay]:
        from bbcs.calendar.hours import office_hours, office_seconds  # for this rule only

        office = office_hours(hours)
        begun, due = moment_of(start), moment_of(end)
        day, run = begun.date(), 0
        while day <= due.date():
            midnight = datetime(day.year, day.month, day.day, tzinfo=begun.tzinfo) + ONE_DAY
            seconds = office_seconds(calendar, begun, min(due, midnight), office) - run
            run += seconds
            text = "不计"
            if seconds:
                text = f"计办公时间 {_spelled(seconds)}"
            elif calendar.is_working(day) and not office.on(day):
                text = "当日不办公，不计"
            if day == begun.date():
                law = "民法典第二百零一条第二款"
                text = f"{begun:%H:%M} 起计时（{law}），只计办公时间 {hours}；{text}"
            if day == due.date():
                text += f"，满 {n:g} 小时，{due:%H:%M} 到期"
            yield _account().describe(calendar, day, None, text)
            day += ONE_DAY

    def left(self, calendar: DayCalendar, paused: Moment, end: Moment, hours: str) -> int:
        """In seconds of office time."""
        from bbcs.calendar.hours import office_hours, office_seconds  # for this rule only

        return office_seconds(calendar, moment_of(paused), moment_of(end), office_hours(hours))

    def resume(self, calendar: DayCalendar, resumed: Moment, left: int, hours: str) -> datetime:
        """The moment at which so many seconds of office time have run."""
        from bbcs.calendar.hours import office_end, office_hours  # for this rule only

        return office_end(calendar, moment_of(resumed), left, office_hours(hours))


def _seconds(hours: Number) -> int:
    """Whole seconds of so many hours. Raises BadDate for a negative or absurd number."""
    return round(forward(hours) * 3600)


def _spelled(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "小时"), (minutes, "分钟"), (rest, "秒"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


# -- every rule --------------------------------------------------------------------------------------

RULES: dict[str, CountingRule] = {
    rule.name: rule
    for rule in (
        WorkingDays(),
        WorkingDaysFromReceipt(),
        SameDay(),
        CalendarDays(),
        Months(),
        WallTime(),
        OfficeTime(),
    )
}


def rule_of(name: str) -> CountingRule:
    """The rule of this name. Raises UnknownWord with the names there are."""
    try:
        return RULES[name]
    except KeyError:
        raise UnknownWord("计算规则", name, list(RULES), field="rule") from None
