"""A counting rule: name and law, end of a period, its account, what a pause leaves.

The legal base is the Civil Code (民法典) art. 200–204 and the Administrative Licence Law (行政许可法) art.
82.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bbcs.calendar.dates import Moment, day_of, in_china, parse_clock, second_of
from bbcs.calendar.rules import account
from bbcs.calendar.rules.account import ExplainedDay
from bbcs.errors import BadDate, CalendarGap

if TYPE_CHECKING:
    from bbcs.calendar.days import DayCalendar

CUTOFF = "17:30"
"""Time of day from which on a receipt counts on the next working day, unless the pack differs."""

HOURS = "09:00-12:00,13:30-17:30"
"""Office hours where no pack says otherwise."""

LARGEST_NUMBER = 100_000
"""Bigger counts are typing errors: the whole calendar has about 24,000 working days."""


Number = int | float
"""How many units; only rules in hours take a number with decimals."""


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
        yield account.describe(calendar, day_of(start), None, f"起算（{self.law}）")
        yield from account.ended(self._last_days(calendar, end, int(n), "末日"))

    def _last_days(
        self, calendar: DayCalendar, end: Moment, number: int | None, text: str
    ) -> Iterator[ExplainedDay]:
        last, due = day_of(end), day_of(self.settled(calendar, end))
        return account.last_days(calendar, last, due, number, text)

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
        """The new end (not rolled) of a period that is resumed with `rest` left.

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
