"""The rules that count in days and months; their ends are days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bbcs.calendar.dates import Moment, day_of
from bbcs.calendar.rules import account
from bbcs.calendar.rules.account import ONE_DAY, ExplainedDay
from bbcs.calendar.rules.rule import CountingRule, Number, forward, receipt
from bbcs.errors import BadDate

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

    from bbcs.calendar.days import DayCalendar

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
        yield account.describe(calendar, begun, None, how)
        days = account.working_days(calendar, begun, day_of(end))
        if n > 0:  # Art. 203 speaks of the end of a period, not of a day counted back to.
            days = account.ended(days)
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
        yield from account.not_yet_received(calendar, day, received, cutoff)
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
        return account.ended(self._last_days(calendar, end, None, "当日办结"))


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
            yield from account.ended(self._last_days(calendar, end, None, "起算日即末日"))
            return
        yield account.describe(calendar, begun, None, f"{_NOT_COUNTED}；其后按自然日数")
        for number in range(1, int(n)):
            yield account.describe(calendar, begun + number * ONE_DAY, number, f"计第 {number} 日")
        yield from account.ended(self._last_days(calendar, end, int(n), f"计第 {n} 日，是末日"))


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
        yield account.describe(calendar, begun, None, f"{_NOT_COUNTED}；其后按月数")
        same = "对应日" if last.day == begun.day else "没有对应日，取月末日"
        text = f"满 {n} 个月，{same}（民法典第二百零二条）"
        yield from account.ended(self._last_days(calendar, end, int(n), text))


@lru_cache(maxsize=64)
def _months(n: int) -> relativedelta:
    """So many months, to be added to a date."""
    from dateutil.relativedelta import relativedelta  # 10 ms, for this rule only

    return relativedelta(months=n)
