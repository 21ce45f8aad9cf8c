"""Reads and writes days and moments as text; defines China's time zone.

Dates in people's words: `cli.dates`.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

from bbcs.errors import BadDate

CST = timezone(timedelta(hours=8))
"""China Standard Time, +08:00; no summer time since 1991."""

NO_DATE = "9999-12-31"
"""Stands for "no date" in columns that are sorted by date: later than every real day."""

WEEKDAYS = "一二三四五六日"
"""Monday to Sunday, behind 周 or 星期."""

DAY_SECONDS = 86_400
ONE_DAY = timedelta(days=1)

Moment = date | datetime
"""A day, or a moment in China's time, naive or aware."""


def parse_day(text: str) -> date:
    """The day that `YYYY-MM-DD` names. Raises BadDate."""
    # fromisoformat alone would also take 20260302 and 2026-W10-1.
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        raise BadDate("日期须写成 YYYY-MM-DD，例如 2026-03-02")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unreadable(text) from None


def parse_moment(text: str) -> datetime:
    """The moment (+08:00) that `YYYY-MM-DD[THH:MM[:SS[.fraction]]][zone]` names.

    A bare day is its midnight; without a zone the text is China's time; another zone (`Z`,
    `+00:00`) is turned into it. A fraction of a second is dropped. Raises BadDate.
    """
    if len(text) == 10:
        return datetime.combine(parse_day(text), time.min, CST)
    text = text.removesuffix("+08:00")
    if len(text) > 19 or text[-1:] == "Z":
        return _zoned(text)
    shape = text[4:5] + text[7:8] + text[10:11] + text[13:14] + text[16:17]
    # Later versions of Python read 24:00 as the next day's midnight.
    if len(text) not in (16, 19) or shape not in _SHAPES or text[11:13] == "24":
        raise _unreadable(text)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CST)
    except ValueError:
        raise _unreadable(text) from None


def _zoned(text: str) -> datetime:
    """The moment of a text with a zone other than +08:00, or with a fraction of a second."""
    if text[10:11] not in ("T", " ") or text[11:13] == "24":
        raise _unreadable(text)
    try:
        at = datetime.fromisoformat(text).replace(microsecond=0)
        return at.replace(tzinfo=CST) if at.tzinfo is None else at.astimezone(CST)
    except (ValueError, OverflowError):
        raise _unreadable(text) from None


def parse_start(text: str) -> Moment:
    """A day when the text has no time, else a moment (+08:00). Raises BadDate.

    A deadline takes a start without a time as received before the cut-off.
    """
    if len(text) == 10:
        return parse_day(text)
    return parse_moment(text)


def stored_moment(text: str) -> Moment:
    """The day or moment that `iso` wrote."""
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def parse_now(text: str) -> datetime:
    """The moment that the variable BBCS_NOW names: a day, or a time with or without its zone.

    Raises BadDate. Only programs set it, so a blank in place of the T is refused.
    """
    strict = len(text.removesuffix("+08:00")) in (10, 16, 19) and text[-1:].isdigit()
    refusal = BadDate(
        "BBCS_NOW 应写成 2022-06-25 或 2022-06-25T09:10（可带秒和 +08:00；1950 到 2190 年）"
    )
    try:
        moment = parse_moment(text if strict and " " not in text else "")
    except BadDate as error:
        raise refusal from error
    if not 1950 <= moment.year <= 2190:  # deadlines must have room behind it
        raise refusal
    return moment


_SHAPES = ("--T:", "-- :", "--T::", "-- ::")


def _unreadable(text: str) -> BadDate:
    """The refusal of a text.

    Only digits in the places of a date are repeated: other text could be personal.
    """
    digits = text.translate({ord(mark): None for mark in "-T :"})
    if (
        len(text) in (10, 16, 19)
        and len(digits) == len(text) - {10: 2, 16: 4, 19: 5}[len(text)]
        and digits.isascii()
        and digits.isdigit()
    ):
        return BadDate(f"没有 {text} 这个日期或时刻")
    return BadDate("日期时间须写成 YYYY-MM-DD 或 YYYY-MM-DDTHH:MM，例如 2026-03-02T09:10")


@lru_cache(maxsize=32)
def parse_clock(text: str) -> int:
    """Seconds from midnight of a time of day `HH:MM`, 24:00 included. Raises BadDate."""
    hour, minute = text[:2], text[3:]
    if (
        len(text) == 5
        and text[2] == ":"
        and (hour + minute).isascii()
        and (hour + minute).isdigit()
    ):
        seconds = int(hour) * 3600 + int(minute) * 60
        if int(minute) < 60 and seconds <= DAY_SECONDS:
            return seconds
    raise BadDate("时刻须写成 HH:MM，例如 17:30")


def iso(moment: Moment | None) -> str | None:
    """A day as YYYY-MM-DD, a moment as YYYY-MM-DDTHH:MM:SS+08:00; None stays None."""
    if moment is None:
        return None
    if isinstance(moment, datetime):
        return moment.isoformat(timespec="seconds")
    return moment.isoformat()


def minute_text(moment: Moment | str | None) -> str:
    """A day or a moment, also a stored one, as people read it: to the minute, without a zone; "" for
    none.
    """
    text = moment if isinstance(moment, str) else iso(moment)
    return (text or "")[:16].replace("T", " ")


def chinese_day(day: date) -> str:
    """`2026 年 3 月 2 日`, as papers have it."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def day_of(moment: Moment) -> date:
    """The day in China of a moment; a day stays as it is."""
    if isinstance(moment, datetime):
        return in_china(moment).date()
    return moment


def moment_of(start: Moment) -> datetime:
    """The moment in China (+08:00), to the second; a bare day is its midnight.

    A naive moment stays naive.
    """
    if not isinstance(start, datetime):
        return datetime.combine(start, time.min, CST)
    return in_china(start).replace(microsecond=0)


def in_china(at: datetime) -> datetime:
    """The same moment in China's time; a naive moment is taken as such already."""
    if at.tzinfo is CST or at.tzinfo is None:
        return at
    return at.astimezone(CST)


def second_of(moment: datetime) -> int:
    """Seconds since its midnight."""
    return moment.hour * 3600 + moment.minute * 60 + moment.second
