"""Explains a deadline day by day: what each day was and whether it counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from bbcs.calendar.dates import ONE_DAY, WEEKDAYS
from bbcs.record import Record

if TYPE_CHECKING:
    from bbcs.calendar.days import DayCalendar, DayInfo

EXPIRES = "，到期（民法典第二百零三条）"
_HALF_DAYS = {(3, 8): "妇女节", (5, 4): "青年节", (6, 1): "儿童节", (8, 1): "建军节"}
"""Half days off for part of the citizens (全国年节及纪念日放假办法 art. 3); the office works."""


class ExplainedDay(Record):
    """One day of an account. `number`: the count that this day got, None when it is not counted.

    kind: as in DayInfo, "" for a day outside the calendar.
    """

    day: date
    number: int | None
    kind: str
    text: str


def describe(calendar: DayCalendar, day: date, number: int | None, text: str) -> ExplainedDay:
    """A day with what it is, and then `text`: what the count makes of it."""
    info = calendar.info(day)
    return ExplainedDay(day, number, info.kind, f"{_kind_of(calendar, info)}；{text}")


def working_days(
    calendar: DayCalendar, after: date, last: date, number: int = 0
) -> Iterator[ExplainedDay]:
    """The days in (after, last], the working days numbered from `number` on.

    Backwards when `last` is earlier.
    """
    step = 1 if after < last else -1
    day = after
    while day != last:
        day += step * ONE_DAY
        if not calendar.is_working(day):
            yield describe(calendar, day, None, "不计")
            continue
        number += step
        ordinal = f"计第 {number} 个工作日" if number > 0 else f"倒数第 {-number} 个工作日"
        yield describe(calendar, day, number, ordinal)


def not_yet_received(
    calendar: DayCalendar, start: date, received: date, cutoff: str
) -> Iterator[ExplainedDay]:
    """The days from `start` up to the day of receipt (not included): why nothing counts on them."""
    day = start
    while day < received:
        when = f"{cutoff} 及以后" if calendar.is_working(day) else "休息日"
        yield describe(calendar, day, None, f"{when}收到，算下一工作日收到")
        day += ONE_DAY


def last_days(
    calendar: DayCalendar, end: date, due: date, number: int | None, text: str
) -> Iterator[ExplainedDay]:
    """The last day of a period and the days off up to the working day on which it is due."""
    yield describe(calendar, end, number, text)
    day = end
    while day < due:
        day += ONE_DAY
        moved = "末日是休息日，顺延至此" if day == due else "末日是休息日，顺延"
        yield describe(calendar, day, None, moved)


def ended(days: Iterator[ExplainedDay]) -> Iterator[ExplainedDay]:
    """The same days, the last of them marked as the end."""
    kept = None
    for day in days:
        if kept is not None:
            yield kept
        kept = day
    if kept is not None:
        yield kept._replace(text=kept.text + EXPIRES)


def _kind_of(calendar: DayCalendar, info: DayInfo) -> str:
    """What the day is and which notice made it so."""
    text = "周" + WEEKDAYS[info.day.weekday()]
    if info.kind == "weekend":
        text += f"，{info.name}，休息日" if info.name else "，休息日"
    elif info.kind == "holiday":
        text += f"，{info.name or '放假'}，休息日"
    elif info.kind == "makeup":
        text += f"，{info.name}调休上班，是工作日"
    elif name := _HALF_DAYS.get((info.day.month, info.day.day)):
        text += f"，{name}只有部分公民放假，照常办公"
    if info.notice:
        text += f"（{info.notice}）"
    if info.final or "暂定" in text:
        return text
    years = "、".join(map(str, calendar.provisional(info.day - ONE_DAY, info.day)))
    return f"{text}，{years}年放假通知未公布，暂定" if years else text
