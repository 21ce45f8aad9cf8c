"""Computes deadlines of numpy arrays. numpy is optional and imported when first used.

Worth it when the days are arrays already: to make an array of a list costs more than
`DayCalendar.batch_due`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bbcs.calendar.days import DayCalendar, position
from bbcs.calendar.rules import LARGEST_NUMBER
from bbcs.errors import BadDate, BadValue, CalendarGap, ExtraMissing
from bbcs.record import Record

Array = Any
"""A numpy array; its type would need numpy at import."""

_EPOCH = 719_163
"""Ordinal of 1970-01-01, day 0 of datetime64."""


class _Tables(Record):
    """The calendar's tables as arrays, see `DayCalendar.tables`. base: the first day, counted from
    1970; upto: `before[1:]`.
    """

    base: int
    before: Array
    upto: Array
    works: Array
    nth: Array


def add(calendar: DayCalendar, days: Array, n: Array | int) -> Array:
    """The n-th working day after each day, like `DayCalendar.add`; datetime64[D] in and out.

    n < 0: before the day.

    n: one integer or an array of them. Raises BadDate when any is 0, CalendarGap when any day or
    answer leaves all data.
    """
    tables = _tables(calendar)
    k = position(tables.before, _index(tables, days), _counts(n))
    if k.size and (k.min() < 0 or k.max() >= len(tables.nth)):
        gone = int(((k < 0) | (k >= len(tables.nth))).sum())
        raise CalendarGap(
            f"有 {gone} 个期限超出工作日历范围（{calendar.first} 至 {calendar.last}）"
        )
    return tables.nth.take(k)


def count(calendar: DayCalendar, first: Array, last: Array) -> Array:
    """Working days in the closed intervals [first, last].

    Raises BadDate when any runs backwards.
    """
    tables = _tables(calendar)
    i, j = _index(tables, first), _index(tables, last)
    if (wrong := j < i).any():
        raise BadDate(f"有 {int(wrong.sum())} 个截止日早于起始日")
    return tables.upto.take(j) - tables.before.take(i)


def is_working(calendar: DayCalendar, days: Array) -> Array:
    """Whether the office works, for each day; an array of bool."""
    tables = _tables(calendar)
    return tables.works.take(_index(tables, days))


def _numpy() -> Any:
    try:
        import numpy  # 190 ms
    except ImportError:
        raise ExtraMissing('数组计算需要 numpy，请先安装：pip install "bbcs[arrays]"') from None
    return numpy


@lru_cache(maxsize=4)
def _tables(calendar: DayCalendar) -> _Tables:
    numpy = _numpy()
    base, before, nth = calendar.tables()
    days = (numpy.array(nth, dtype="int64") - _EPOCH).view("datetime64[D]")
    counts = numpy.array(before, dtype="int64")
    return _Tables(base - _EPOCH, counts, counts[1:], numpy.diff(counts) > 0, days)


def _index(tables: _Tables, days: Array) -> Array:
    """Places in the tables. Times within a day are cut off; what is no date is refused."""
    numpy = _numpy()
    try:
        positions = numpy.asarray(days, dtype="datetime64[D]").view("int64") - tables.base
    except (TypeError, ValueError):
        raise BadValue("日期须是 datetime64[D] 数组") from None
    size = len(tables.works)
    if positions.size and (positions.min() < 0 or positions.max() >= size):
        gone = int(((positions < 0) | (positions >= size)).sum())
        raise CalendarGap(
            f"有 {gone} 天不在工作日历范围内（{DayCalendar.first} 至 {DayCalendar.last}）"
        )
    return positions


def _counts(n: Array | int) -> Array:
    """The counts as an array. Raises BadValue, BadDate."""
    counts = _numpy().asarray(n)
    if counts.dtype.kind not in "iu":
        raise BadValue("n 须为整数")
    if not counts.size:
        return counts
    if not counts.all():
        raise BadDate("n 不能为 0；当日（遇休息日顺延）请用 same_day")
    if max(-int(counts.min()), int(counts.max())) > LARGEST_NUMBER:
        raise BadDate(f"n 过大，最多 {LARGEST_NUMBER}")
    return counts.astype("int64", copy=False)
