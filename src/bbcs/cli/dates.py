"""Dates as people write them (今天, 下周三, +5工作日, 12月1日, 昨天15:00) -> dates as bbcs reads them:
in options and in files (`--from`). The Python API takes dates and ISO 8601.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from bbcs.calendar.days import DayCalendar
from bbcs.cli.settings import half_width, half_words
from bbcs.domain.acts import Field
from bbcs.errors import BadDate
from bbcs.record import Record
from bbcs.usecases.office import Office

DAYS = {
    "大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0,
    "明天": 1, "明日": 1, "后天": 2, "后日": 2, "大后天": 3,
}  # fmt: skip
WEEKS = {"上周": -7, "本周": 0, "这周": 0, "周": 0, "下周": 7, "下下周": 14}
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
YEARS = {"去年": -1, "今年": 0, "明年": 1}

AFTERNOON = {"下午": 12, "晚上": 12, "中午": 12}

PAST = frozenset((
    "at", "received_at", "failed_on", "told", "received_from", "received_to", "resolved_from",
    "resolved_to", "from", "to", "as_of",
))  # fmt: skip
"""Options that name what has happened: a day without its year is the last one.

Of what is due it is the next.
"""

ON_SITE = ("site_check", "现场", "现场核查", "现场勘查")
"""What `gap --owe` takes in place of a day."""

NEAREST = frozenset({"filter", "day"})

CAN = "可写 2026-12-01、12月1日、明天、下周三、+5工作日"
CAN_TIME = "可写 2026-12-01T09:10、今天 9点半、昨天15:00、12月1日"

WORDS = frozenset(
    "0123456789-/.:+ T年月日号天周星期礼拜上下本这今明昨前后大工作个底初中末旬早晚午点时分半一二三四五六七八九十"
)
"""Signs of dates: a text of nothing else may be repeated, any other may be somebody's name."""


_EXACT = r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?([+-]\d\d:?\d\d|Z)?)?"
"""A time as programs write it: it is passed on, and refused by name where it does not exist."""


class DateContext(Record):
    """What reading a date needs: today, the calendar, and the side of a day without a year.

    Side: -1 past, 0 nearest, 1 future.
    """

    today: date
    calendar: DayCalendar
    direction: int = 0


def resolve_for(
    text: str, office: Office, name: str = "", *, option: str = "", timed: bool = False
) -> str:
    """`text` as YYYY-MM-DD, with its time as YYYY-MM-DDTHH:MM where the option takes one.

    name: that of the field, which says where a day without its year lies. Raises BadDate that names
    the option.
    """
    return resolve(
        text,
        DateContext(office.stamp.now.date(), office.calendar, _direction_of(name)),
        option or (name and f"--{name.replace('_', '-')}"),
        timed=timed,
    )


def _direction_of(name: str) -> int:
    """The side (past, nearest, future) of a day without a year in this field."""
    if name in PAST:
        return -1
    return int(name not in NEAREST)


def resolve(text: str, context: DateContext, option: str = "", *, timed: bool = False) -> str:
    """The same for a command that has no office."""
    plain = half_width(text).strip()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", plain, re.ASCII) or (
        timed and re.fullmatch(_EXACT, plain, re.ASCII)
    ):
        return plain
    day_text, time = plain, ""
    if timed:
        day_text, time = _split(plain)
    day = _day(day_text, context)
    if time and not day_text:
        day = context.today.isoformat()
    if day is None or time == _NO_TIME:
        raise _unread(plain, option, timed=timed)
    return f"{day}T{time}" if time else day


TIMED = frozenset({"when", "day_or_time"})
"""Types of fields that take a time too."""


def resolve_option(field: Field, value: Any, office: Office) -> Any:
    """The value of an option of an act: what holds a date inside is read, too."""
    if field.type == "date" or field.type in TIMED:
        timed = field.type in TIMED
        return resolve_for(value, office, field.name, option=field.flag, timed=timed)
    if field.name == "owe":
        return [
            _behind(one.replace("＝", "="), "=", lambda day: _owed(day, field, office))
            for one in value
        ]
    if field.type == "points":
        return [
            _behind(
                one.replace("｜", "|"), "|", lambda day: resolve_for(day, office, option=field.flag)
            )
            for one in value
        ]
    if field.type == "pairs":
        return [one.replace("＝", "=") for one in value]
    return value


def _owed(day: str, field: Field, office: Office) -> str:
    """Until when a paper is owed: a day, or the site check."""
    return day if day in ON_SITE else resolve_for(day, office, option=field.flag)


def _behind(text: str, sign: str, read: Callable[[str], str]) -> str:
    """`text` with the part behind the last `sign` read as a date.

    Without a sign it stays: its reader refuses it.
    """
    before, behind, day = text.rpartition(sign)
    if not behind or not day.strip():
        return text
    return f"{before}{sign}{read(day.strip())}"


def month(text: str, today: date) -> str:
    """A month as people write it, as YYYY-MM; one without its year is the last one, `last` the one
    before this.

    What is none is returned as it is.
    """
    plain = half_words(text)
    if plain in ("last", "上月", "上个月"):
        before = today.replace(day=1) - timedelta(days=1)
        return f"{before.year:04}-{before.month:02}"
    match = re.fullmatch(r"(?:(\d{4})[年/.-])?(\d{1,2})月?(?:份)?", plain, re.ASCII)
    if not match or (not match[1] and "月" not in plain) or not 1 <= int(match[2]) <= 12:
        return text
    number = int(match[2])
    year = int(match[1] or today.year - (number > today.month))
    return f"{year:04}-{number:02}"


def _unread(plain: str, option: str, *, timed: bool) -> BadDate:
    """The refusal of a text.

    It repeats the text only when that cannot be a person's name or number.
    """
    what, examples = "日期", CAN
    if timed:
        what, examples = "日期或时间", CAN_TIME
    digits = sum(char.isdigit() for char in plain)
    if plain and len(plain) <= 10 and set(plain) <= WORDS and digits <= 8:
        return BadDate(f"{option}“{plain}”不是{what}；{examples}")
    where = option and f"{option} "
    return BadDate(f"{where or '这里'}应写{what}；{examples}")


# -- the time of the day ---------------------------------------------------------------------------


_NO_TIME = "?"
"""The value of a text that looks like a time but is none, such as 25:00."""


def _split(text: str) -> tuple[str, str]:
    """The day and the time as HH:MM[:SS…], "" for none, `_NO_TIME` for what is no time."""
    match = re.search(r"(上午|早上|中午|下午|晚上)?\s*(\d{1,2})(:|点|时)(.*)$", text, re.ASCII)
    if not match:
        return text, ""
    half_of_day, hour, sign, rest = match.groups()
    number, minutes = int(hour), rest
    if number < 12 and not (half_of_day == "中午" and number > 10):
        number += AFTERNOON.get(half_of_day or "", 0)
    if sign != ":":
        minutes = _minutes(rest.strip())
    day = text[: match.start()].rstrip(" T")
    if number < 24 and re.fullmatch(r"[0-5]\d(:[0-5]\d)?(\+\d\d:?\d\d)?", minutes, re.ASCII):
        return day, f"{number:02}:{minutes}"
    return day, _NO_TIME


def _minutes(text: str) -> str:
    """Minutes from the text behind `9点`: nothing, 整, 半, `5分`, `30`."""
    named = {"": "00", "整": "00", "半": "30"}
    if text in named:
        return named[text]
    number = text.removesuffix("分")
    return number.zfill(2) if number.isdigit() else ""


# -- the day ---------------------------------------------------------------------------------------


def _day(text: str, context: DateContext) -> str | None:
    """The day as YYYY-MM-DD.

    A day that does not exist too: its reader refuses it by name.
    """
    plain = text.replace(" ", "").replace("星期", "周").replace("礼拜", "周")
    if plain in DAYS:
        return (context.today + timedelta(days=DAYS[plain])).isoformat()
    if plain[:-1] in WEEKS and plain[-1:] in WEEKDAYS:
        monday = context.today - timedelta(days=context.today.weekday())
        return (monday + timedelta(days=WEEKS[plain[:-1]] + WEEKDAYS[plain[-1]])).isoformat()
    if plain[:1] in ("+", "-") and plain[1:2].isdigit():
        return _offset(plain, context)
    return _numbers(plain, context)


def _offset(text: str, context: DateContext) -> str | None:
    number = re.fullmatch(r"([+-]\d{1,4})个?(工作日|天|日)", text, re.ASCII)
    if not number:
        return None
    n = int(number[1])
    if n and number[2] == "工作日":
        return context.calendar.add(context.today, n).isoformat()
    return (context.today + timedelta(days=n)).isoformat()


def _numbers(text: str, context: DateContext) -> str | None:
    """Year, month and day in figures; without its year the one that fits."""
    match = re.fullmatch(
        r"(?:(\d{4})[年/.-]|(去年|今年|明年))?(\d{1,2})[月/.-](\d{1,2})[日号]?", text, re.ASCII
    )
    if not match:
        return None
    month_no, day = int(match[3]), int(match[4])
    if match[1]:
        return f"{match[1]}-{month_no:02}-{day:02}"
    if match[2]:
        return f"{context.today.year + YEARS[match[2]]:04}-{month_no:02}-{day:02}"
    return _fitting(month_no, day, context)


def _fitting(month_no: int, day: int, context: DateContext) -> str:
    """That day of the last, the next or the nearest year.

    Of this year when there is none (30 February).
    """
    near = [f"{context.today.year + more:04}-{month_no:02}-{day:02}" for more in range(-4, 5)]
    days = [one for one in map(_real, near) if one]
    fits = [
        one
        for one in days
        if context.direction == 0 or (one - context.today).days * context.direction >= 0
    ]
    if not fits:
        return near[4]
    return min(fits, key=lambda one: abs(one - context.today)).isoformat()


def _real(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
