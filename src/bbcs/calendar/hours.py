"""Office hours: the text that says when an office is open, and the counting of open time.

Loaded for hour rules only.

`09:00-12:00,13:30-17:30` holds every day. Segments divided by `;` may begin with a season and with
weekdays, the first that fits a day holds: `05-01/09-30 10:00-14:00,16:00-20:00; 周六 休;
10:00-14:00,15:30-19:30`. A closed working day (休) still counts in every rule for days.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bbcs.calendar.dates import WEEKDAYS, parse_clock, second_of
from bbcs.errors import BadDate
from bbcs.record import Record

if TYPE_CHECKING:
    from bbcs.calendar.days import DayCalendar

#: Open intervals of one day, in seconds from midnight.
Intervals = tuple[tuple[int, int], ...]

CLOSED = "休"
_WEEK = {name: number for number, name in enumerate(WEEKDAYS)}
_EVERY_DAY = frozenset(range(7))
_ALL_YEAR = (101, 1231)
_PLAIN = str.maketrans("；，：、—–－～~天\u3000", ";,:,-----日 ")


class Segment(Record):
    """Hours of some days. season: month × 100 + day of its first and last day, over the year's end
    when they run backwards.
    """

    season: tuple[int, int]
    weekdays: frozenset[int]
    intervals: Intervals

    def fits(self, day: date) -> bool:
        """Whether the segment is for this day."""
        first, last = self.season
        at = day.month * 100 + day.day
        inside = first <= at <= last
        if last < first:  # over the year's end
            inside = at >= first or at <= last
        return inside and day.weekday() in self.weekdays


class OfficeHours(Record):
    """When the office is open. The last segment fits every day."""

    segments: tuple[Segment, ...]

    @property
    def uniform(self) -> bool:
        """Whether every working day has the same hours."""
        return len(self.segments) == 1

    def on(self, day: date) -> Intervals:
        """The intervals of a working day, none when the office is closed on it."""
        if len(self.segments) == 1:
            return self.segments[0].intervals
        return next(segment.intervals for segment in self.segments if segment.fits(day))

    def closing(self, day: date) -> str:
        """Closing time `HH:MM` of a working day, "" when the office is closed on it."""
        intervals = self.on(day)
        if not intervals:
            return ""
        hour, minute = divmod(intervals[-1][1] // 60, 60)
        return f"{hour:02}:{minute:02}"


@lru_cache(maxsize=32)
def office_hours(text: str) -> OfficeHours:
    """Reads office hours.

    Raises BadDate for what cannot be read, and when a day would have no hours or all would be
    closed.
    """
    segments = tuple(_segment(part) for part in text.translate(_PLAIN).split(";"))
    if any(
        (segment.season, segment.weekdays) == (_ALL_YEAR, _EVERY_DAY) for segment in segments[:-1]
    ):
        raise BadDate("办公时间只有最后一段可以不写季节和星期，它前面的段落要写")
    if (segments[-1].season, segments[-1].weekdays) != (_ALL_YEAR, _EVERY_DAY):
        raise BadDate(
            f"办公时间最后一段不写季节和星期，作为其余日子的时间；其余日子不办公写“{CLOSED}”"
        )
    if not any(segment.intervals for segment in segments):
        raise BadDate(f"办公时间不能全是“{CLOSED}”")
    return OfficeHours(segments)


# -- reading ---------------------------------------------------------------------------------------


def _segment(text: str) -> Segment:
    season, words = _ALL_YEAR, text.split()
    weekdays: list[str] = []
    while words and "/" in words[0]:
        if season != _ALL_YEAR:
            raise BadDate("一段办公时间只能写一个季节，例如 05-01/09-30 10:00-14:00")
        season = _season(words.pop(0))
    while words and _is_weekday(words[0]):
        weekdays += words.pop(0).strip(",").split(",")
    return Segment(season, _weekdays(weekdays), _intervals("".join(words)))


def _season(text: str) -> tuple[int, int]:
    first, _, last = text.partition("/")
    return _month_day(first), _month_day(last)


def _month_day(text: str) -> int:
    try:
        if len(text) == 5:
            # A leap year: 29 February may be named.
            day = date.fromisoformat(f"2000-{text}")
            return day.month * 100 + day.day
    except ValueError:
        pass
    raise BadDate("季节须写成 月-日/月-日，例如 05-01/09-30")


def _is_weekday(word: str) -> bool:
    return word.startswith(("周", "星期", *_WEEK))


def _weekdays(parts: list[str]) -> frozenset[int]:
    """周一至周五, 周六, 一 or 三; every day for nothing."""
    weekdays: set[int] = set()
    for part in parts:
        plain = part.replace("星期", "").replace("周", "").replace("至", "-")
        ends = [_WEEK.get(name) for name in plain.split("-", 1)]
        first, last = ends[0], ends[-1]
        if first is None or last is None:
            raise BadDate("星期须写成 周一至周五、周六 或 一,三,五")
        weekdays.update((first + i) % 7 for i in range((last - first) % 7 + 1))
    return frozenset(weekdays) or _EVERY_DAY


def _intervals(text: str) -> Intervals:
    """Intervals in order and without overlap."""
    if text == CLOSED:
        return ()
    intervals = tuple(
        (parse_clock(a), parse_clock(b))
        for a, _, b in (part.partition("-") for part in text.split(","))
    )
    ends = [second for pair in intervals for second in pair]
    if any(a >= b for a, b in intervals) or ends != sorted(ends):
        raise BadDate("办公时间须先后有序且不重叠，例如 09:00-12:00,13:30-17:30")
    return intervals


# -- counting --------------------------------------------------------------------------------------


def office_end(
    calendar: DayCalendar, start: datetime, seconds: int, hours: OfficeHours
) -> datetime:
    """The moment at which `seconds` of office time have run since `start`.

    When they end at closing time it is that, not the next opening.
    """
    if not seconds:
        return start
    day = start.date()
    intervals = hours.on(day) if calendar.is_working(day) else ()
    ahead = open_after(intervals, second_of(start))
    passed = total(intervals) - ahead
    if hours.uniform and seconds > ahead:
        full, rest = divmod(seconds - ahead - 1, total(hours.segments[0].intervals))
        return _at(
            start, calendar.add(day, full + 1), second_when(hours.segments[0].intervals, rest + 1)
        )
    while seconds > ahead:
        seconds -= ahead
        day = calendar.next(day)
        intervals, passed = hours.on(day), 0
        ahead = total(intervals)
    return _at(start, day, second_when(intervals, passed + seconds))


def office_seconds(calendar: DayCalendar, a: datetime, b: datetime, hours: OfficeHours) -> int:
    """Office time between two moments in seconds; negative when `b` lies before `a`."""
    if b < a:
        return -office_seconds(calendar, b, a, hours)
    left_a, left_b = (
        open_after(hours.on(at.date()), second_of(at)) if calendar.is_working(at.date()) else 0
        for at in (a, b)
    )
    if hours.uniform:
        return (
            calendar.between(a.date(), b.date()) * total(hours.segments[0].intervals)
            + left_a
            - left_b
        )
    days = (a.date() + timedelta(i) for i in range(1, (b.date() - a.date()).days + 1))
    return sum(total(hours.on(day)) for day in days if calendar.is_working(day)) + left_a - left_b


def total(intervals: Intervals) -> int:
    """Open seconds of a day."""
    return sum(end - begin for begin, end in intervals)


def open_after(intervals: Intervals, second: int) -> int:
    """Open seconds that are left of a day from this second on."""
    left = 0
    for begin, end in intervals:
        if second < end:
            left += end - max(begin, second)
    return left


def second_when(intervals: Intervals, worked: int) -> int:
    """The second of a day at which `seconds` of open time have passed."""
    for begin, end in intervals:
        if worked <= end - begin:
            return begin + worked
        worked -= end - begin
    raise AssertionError("more office time than a day has")


def _at(like: datetime, day: date, second: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=like.tzinfo) + timedelta(seconds=second)
