"""The rules that count in hours; their ends are moments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import isfinite
from typing import TYPE_CHECKING

from bbcs.calendar.dates import CST, Moment, moment_of
from bbcs.calendar.rules import account
from bbcs.calendar.rules.account import ONE_DAY, WEEKDAYS, ExplainedDay
from bbcs.calendar.rules.rule import CountingRule, Number, forward
from bbcs.errors import BadDate

if TYPE_CHECKING:
    from bbcs.calendar.days import DayCalendar


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
            yield ExplainedDay(day, None, kind, f"周{WEEKDAYS[at.weekday()]}；{at:%H:%M} {text}")

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
            yield account.describe(calendar, day, None, text)
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
