"""DayCalendar: which days work, and every count over them by table look-up.

The rules for counting are in `rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import accumulate, compress
from typing import TYPE_CHECKING, Any

from bbcs.calendar import layers
from bbcs.calendar.dates import day_of
from bbcs.calendar.layers import ExceptionalDay as ExceptionalDay
from bbcs.calendar.rules import CUTOFF, HOURS, LARGEST_NUMBER, CountingRule, Number, rule_of
from bbcs.errors import BadDate, CalendarGap
from bbcs.record import Record

if TYPE_CHECKING:
    from bbcs.calendar.account import ExplainedDay

_FIRST, _LAST = layers.FIRST.toordinal(), layers.LAST.toordinal()
_YEARS_BACK, _DAYS_ON = 2, 92
"""How far around the first day asked for the tables reach at first, to the end of that year: a
case of last year and the longest of the usual limits lie within.
"""

_from_ordinal = date.fromordinal


class DayInfo(Record):
    """One day. kind: normal, weekend, holiday or makeup (a Saturday or Sunday on which everybody
    works).

    `notice` names the source of a special day in words, "" for a plain one. A day is `final` when
    no notice that is still to come can be expected to move it.
    """

    day: date
    is_working_day: bool
    kind: str
    name: str
    notice: str
    final: bool


class Due(Record):
    """An answer: a date for rules in days and months, a moment for rules in hours.

    It is provisional (暂定) when it depends on a year whose notice is missing; `years` are those
    years.
    """

    due: date | datetime
    provisional: bool
    years: tuple[int, ...]
    rule: str


class DayChange(Record):
    """A day that works in one calendar and not in the other."""

    day: date
    was: DayInfo
    becomes: DayInfo


def position(before: Any, i: Any, n: Any) -> Any:
    """Index in `nth` of the n-th working day after day `i`; n is not 0, n < 0: before it.

    before, i: see `DayCalendar.tables`. Integers, or numpy arrays of them.
    """
    forward = n > 0
    return before[i + forward] + n - forward


def _asked(start: date | datetime, n: Number, rule: str) -> CountingRule:
    """The rule, for a start and a number that it can count. Raises UnknownWord, BadDate."""
    counting = rule_of(rule)
    if not isinstance(start, date) or start != start:
        raise BadDate("起始应为日期或时间")
    counting.check_number(n)
    return counting


class DayCalendar:
    """The working days of China from 2004-01-01 to 2100-12-31, compiled as far as asked: the years
    around the first day, then all until two years after the last notice, then the rest.

    exceptions: the days that differ from Monday to Friday, later rows over earlier ones; None = the
    shipped national ones.
    notices: what to cite for imported rows, by id, beside the shipped notices; both come out of
    `layers.compose`. A year none of them announces takes its statutory days by rule.
    """

    __slots__ = (
        "_base", "_before", "_cited", "_firm", "_flags", "_given", "_hash", "_known",
        "_notices", "_nth", "_special", "_through",
    )  # fmt: skip

    first = layers.FIRST
    last = layers.LAST

    def __init__(
        self,
        exceptions: Iterable[ExceptionalDay] | None = None,
        notices: Mapping[str, layers.Notice] | None = None,
    ) -> None:
        self._given = None if exceptions is None else tuple(exceptions)
        self._cited = notices
        self._known: frozenset[int] | None = None
        self._notices: dict[str, layers.Notice] | None = None
        self._special: dict[date, ExceptionalDay] = {}
        self._firm = layers.FIRST
        self._base, self._through = _LAST + 1, 0
        self._flags = bytearray()
        self._before: list[int] = []
        self._nth: list[int] = []
        self._hash = ""

    @property
    def hash(self) -> str:
        """Twelve hex digits that identify the content of all layers."""
        if not self._hash:
            self._hash = layers.fingerprint(self._given)
        return self._hash

    @property
    def firm_until(self) -> date:
        """The first provisional day; every answer that stays before it is final."""
        self._load()
        return self._firm

    @property
    def announced(self) -> frozenset[int]:
        """The years that have an annual notice."""
        return self._load()

    def overlaid(self, rows: Iterable[ExceptionalDay]) -> DayCalendar:
        """The same calendar with further rows, which replace those of the same days."""
        self._load()
        return DayCalendar((*self._exceptions(), *rows), self._notices)

    def is_working(self, day: date) -> bool:
        """Whether the office works; make-up Saturdays and Sundays do."""
        i = self._ordinal(day)
        return self._flags[i - self._base] == 1

    def add(self, day: date, n: int = 0, rule: str = "wd") -> date:
        """The n-th working day after `day`, or the deadline by another rule of `rules.RULES`.

        n < 0: before `day`.

        `day` never counts (Civil Code art. 201); from a day off the first working day after it is
        day 1. Raises BadDate for n = 0, CalendarGap when the count leaves all data.
        """
        if rule != "wd" or type(day) is not date or type(n) is not int:
            return self.due(day, n, rule).due
        i = day.toordinal() - self._base
        if i >= 0 and n:
            try:
                # Until the tables reach so far, the look-up fails and `_reach` makes them.
                k = position(self._before, i, n)
                if k >= 0:
                    return _from_ordinal(self._nth[k])
            except IndexError:
                pass
        return self._reach(day, n)

    def count(self, a: date, b: date) -> int:
        """Working days in the closed interval [a, b]."""
        i, j = self._ordinal(a), self._ordinal(b)
        if j < i:
            raise BadDate(f"截止日 {day_of(b)} 早于起始日 {day_of(a)}")
        i, j = i - self._base, j - self._base
        return self._before[j + 1] - self._before[i]

    def between(self, a: date, b: date) -> int:
        """Working days in (a, b]; when b is before a, minus those in (b, a]."""
        i, j = self._ordinal(a), self._ordinal(b)
        i, j = i - self._base, j - self._base
        return self._before[j + 1] - self._before[i + 1]

    def next(self, day: date) -> date:
        """The nearest working day strictly after `day`."""
        return self.add(day, 1)

    def previous(self, day: date) -> date:
        """The nearest working day strictly before `day`."""
        return self.add(day, -1)

    def rolled(self, day: date) -> date:
        """The day itself when it works, else the first working day after (Civil Code art. 203)."""
        if self.is_working(day):
            return day_of(day)
        return self.next(day)

    def info(self, day: date) -> DayInfo:
        """What kind of day it is, and which notice made it so."""
        works, day = self.is_working(day), day_of(day)
        final = not self._missing(day, day)
        row = self._special.get(day)
        if row is None and works:
            return DayInfo(day, works, "normal", "", "", final)
        if row is None:
            feast = layers.weekend_feasts(day.year).get(day, "")
            return DayInfo(day, works, "weekend", feast, "", final)
        notice = self._cite(row.notice)
        if row.notice == layers.BY_LAW:
            notice = f"{notice}，{day.year}年放假通知未公布，暂定"
        return DayInfo(day, works, row.kind, row.name, notice, final)

    def due(
        self,
        start: date | datetime,
        n: Number = 0,
        rule: str = "wd",
        *,
        cutoff: str = CUTOFF,
        hours: str = HOURS,
    ) -> Due:
        """The deadline of `n` units after `start` by a rule of `rules.RULES`.

        It names the years without a notice that it depends on.

        n: working days, calendar days, months or hours, as the rule says; only `wd` and `wd_roll`
        count back, only hours may have decimals (7.5). Moments may be naive or aware; the answer of
        an hour rule is like the start (a bare date runs from midnight, +08:00).
        """
        counting = _asked(start, n, rule)
        due = counting.deadline(self, start, n, cutoff, hours)
        years = self.missing_years(start, due, counting.decided_by)
        return Due(due, bool(years), years, rule)

    def explain(
        self,
        start: date | datetime,
        n: Number = 0,
        rule: str = "wd",
        *,
        cutoff: str = CUTOFF,
        hours: str = HOURS,
    ) -> list[ExplainedDay]:
        """Every day from start to due, with the reason why it counts or not.

        Cites the notices and the articles behind start and end.
        """
        return _asked(start, n, rule).explain(self, start, n, cutoff, hours)

    def missing_years(
        self, start: date | datetime, due: date | datetime, decided_by: str
    ) -> tuple[int, ...]:
        """Years without a notice that a deadline depends on; decided_by: as in `CountingRule`."""
        begun, end = day_of(start), day_of(due)
        firm = self.firm_until
        if not decided_by or (begun < firm and end < firm):
            return ()
        return self._missing_years(begun, end, decided_by == "from")

    def provisional(self, a: date, b: date) -> tuple[int, ...]:
        """Years without a notice that the days in (a, b] depend on.

        Counted backwards: those in [b, a).
        """
        return self._missing_years(a, b, False)

    def diff(
        self, other: DayCalendar, first: date | None = None, last: date | None = None
    ) -> list[DayChange]:
        """The days on which the office works by one calendar and not by the other, in order.

        Gives each with what it is here and there.

        From `first` to `last`, both included; all of both calendars when not given.
        """
        first, last = first or self.first, last or self.last
        if first > last:
            raise BadDate(f"截止日 {last} 早于起始日 {first}")
        for calendar in (self, other):
            calendar._ordinal(first)
            calendar._ordinal(last)
        # Everywhere else both are the plain week.
        special = sorted(day for day in {*self._special, *other._special} if first <= day <= last)
        differing = [day for day in special if self.is_working(day) != other.is_working(day)]
        return [DayChange(day, self.info(day), other.info(day)) for day in differing]

    def batch_due(self, starts: Iterable[tuple[date, int]]) -> list[date]:
        """`add` by rule wd over many (day, n); the days are plain dates."""
        base, before, nth = self.tables()
        days = [_from_ordinal(ordinal) for ordinal in nth]
        size, top = len(before) - 1, len(nth)
        dues: list[date] = []
        for day, n in starts:
            i = day.toordinal() - base
            if n > 0 and 0 <= i < size and (k := position(before, i, n)) < top:
                dues.append(days[k])
            else:
                dues.append(self.add(day, n))
        return dues

    def tables(self) -> tuple[int, list[int], list[int]]:
        """(base, before, nth) through 2100, for loops that cannot pay a call per day.

        With i = ordinal of a day − base: `before[i]` working days lie before it, `before[i + 1]` up
        to and with it; `nth[k]` is the ordinal of the working day number k, from 0.
        """
        if len(self._flags) <= _LAST - _FIRST:
            self._compile(self.first.year, self.last.year)
        return _FIRST, self._before, self._nth

    def _ordinal(self, day: date) -> int:
        """Ordinal of a day that the tables reach; this call may replace them by longer ones.

        Ask for the ordinals first, then read the tables: the day stands at its ordinal − `_base`.
        A moment is the day that it is in China.
        """
        if isinstance(day, datetime):
            day = day_of(day)
        try:
            i = day.toordinal()
        except (AttributeError, ValueError):  # a text, None, pandas.NaT
            raise BadDate("应为日期或时间（date、datetime）") from None
        if not _FIRST <= i <= _LAST:
            raise CalendarGap(f"{day:%Y-%m-%d} 不在工作日历范围内（{self.first} 至 {self.last}）")
        while not self._base <= i < self._base + len(self._flags):
            self._grow(i)
        return i

    def _reach(self, day: date, n: int) -> date:
        if not n:
            raise BadDate("n 不能为 0；当日（遇休息日顺延）请用 same_day")
        if abs(n) > LARGEST_NUMBER:
            raise BadDate(f"n 过大，最多 {LARGEST_NUMBER}")
        reached = len(self._flags)
        i = self._ordinal(day)
        if len(self._flags) == reached <= _LAST - _FIRST:
            self._grow(i)
        if len(self._flags) != reached:
            return self.add(day, n)
        raise CalendarGap(
            f"从 {day} 数 {n} 个工作日超出工作日历范围（{self.first} 至 {self.last}）"
        )

    def _grow(self, asked: int) -> None:
        """Compiles more years than before; asked: the ordinal of the day that is looked for."""
        near = min(max(self._load(), default=self.last.year) + 2, self.last.year)
        if not self._through:
            first = max(_from_ordinal(asked).year - _YEARS_BACK, self.first.year)
            self._compile(first, min(_from_ordinal(asked + _DAYS_ON).year, self.last.year))
        elif self._through <= near and (self._base > _FIRST or self._through < near):
            self._compile(self.first.year, near)
        else:
            self._compile(self.first.year, self.last.year)

    def _compile(self, first: int, through: int) -> None:
        """Makes the tables of these years, both included."""
        base = date(first, 1, 1).toordinal()
        size = date(through, 12, 31).toordinal() - base + 1
        week = bytes((base + i - 1) % 7 < 5 for i in range(7))
        flags = bytearray(week * (size // 7 + 1))[:size]
        unknown = set(range(first, through + 1)) - self._load()
        for row in (*layers.statutory(unknown), *self._exceptions(first)):
            day, works, *_ = row
            i = day.toordinal() - base
            if 0 <= i < size:
                flags[i] = works
                self._special[day] = row
        self._base, self._through, self._flags = base, through, flags
        self._before = list(accumulate(flags, initial=0))
        self._nth = list(compress(range(base, base + size), flags))

    def _exceptions(self, since: int = layers.FIRST.year) -> tuple[ExceptionalDay, ...]:
        """The days that differ from Monday to Friday; those of earlier years may be left out."""
        return layers.national(since) if self._given is None else self._given

    def _load(self) -> frozenset[int]:
        """The years that have an annual notice. Raises CalendarGap for a day out of range."""
        if self._known is None:
            for row in self._given or ():
                if not self.first <= row.day <= self.last:
                    raise CalendarGap(
                        f"例外日 {row.day} 不在工作日历范围内（{self.first} 至 {self.last}）"
                    )
            known = layers.shipped_years() if self._given is None else layers.announced(self._given)
            self._known, self._firm = known, layers.firm_until(known)
        return self._known

    def _missing_years(self, start: date, due: date, with_start: bool) -> tuple[int, ...]:
        low, high = sorted((start, due))
        if with_start:
            return self._missing(low, high)
        if low == high:
            return ()
        if start < due:
            return self._missing(_from_ordinal(low.toordinal() + 1), high)
        return self._missing(low, _from_ordinal(high.toordinal() - 1))

    def unannounced(self, first: date, last: date) -> tuple[int, ...]:
        """Years without a notice that the days from `first` to `last`, both included, depend on."""
        return self._missing(day_of(first), day_of(last))

    def _missing(self, low: date, high: date) -> tuple[int, ...]:
        known = self._load()
        if high < self._firm:
            return ()
        return layers.missing(known, low, high)

    def _cite(self, source: str) -> str:
        if self._notices is None:
            self._notices = {**layers.notices(), **(self._cited or {})}
        return layers.cite(source, self._notices)
