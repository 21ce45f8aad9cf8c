"""Shows a year as a wall calendar: weeks of months as values, and as lines for a terminal."""

from __future__ import annotations

from datetime import date, timedelta

from bbcs.calendar import layers
from bbcs.calendar.dates import WEEKDAYS
from bbcs.calendar.days import DayCalendar, DayInfo

Week = tuple[DayInfo | None, ...]
"""Monday to Sunday; None for the days of the months before and after."""

#: Columns of a day: two digits and a full-width mark, which is two columns wide.
_CELL = 4
_WEEK = " ".join(f"周{day}" for day in WEEKDAYS)
_MONTH = 7 * _CELL + 6
_GAP = "    "
_LEGEND = "休 放假；班 调休上班；暂 放假通知未公布，按法定节假日推算"


def month_grid(calendar: DayCalendar, year: int) -> list[list[Week]]:
    """The weeks of each of the twelve months. Raises CalendarGap outside the calendar."""
    return [_weeks(calendar, date(year, month, 1)) for month in range(1, 13)]


def _weeks(calendar: DayCalendar, first: date) -> list[Week]:
    length = ((first + timedelta(31)).replace(day=1) - first).days
    days: list[DayInfo | None] = [None for _ in range(first.weekday())]
    days += (calendar.info(first + timedelta(i)) for i in range(length))
    days += [None] * (-len(days) % 7)
    return [tuple(days[i : i + 7]) for i in range(0, len(days), 7)]


def lines(calendar: DayCalendar, year: int) -> list[str]:
    """Two months side by side, 72 columns wide, each with its number of working days.

    The marks 休, 班 and 暂 are explained below them.
    """
    blocks = [_block(month, weeks) for month, weeks in enumerate(month_grid(calendar, year), 1)]
    first, last = date(year, 1, 1), date(year, 12, 31)
    years = calendar.provisional(first, last)
    unsure = f"（{'、'.join(map(str, years))} 年放假通知未公布，暂定）" if years else ""
    text = [f"{year} 年，{calendar.count(first, last)} 个工作日{unsure}"]
    for left, right in zip(blocks[::2], blocks[1::2], strict=True):
        height = max(len(left), len(right))
        rows = zip(
            *(block + [" " * _MONTH] * (height - len(block)) for block in (left, right)),
            strict=True,
        )
        text += ["", *(_GAP.join(row).rstrip() for row in rows)]
    return [*text, "", _LEGEND]


def mark(info: DayInfo) -> str:
    """The mark of a day.

    休: day off by notice, 暂: by the statutory rule alone, 班: make-up day; else a full-width blank.
    """
    if info.kind == "holiday" and info.notice.startswith(layers.BY_LAW):
        return "暂"
    return {"holiday": "休", "makeup": "班"}.get(info.kind, "\u3000")


def _block(month: int, weeks: list[Week]) -> list[str]:
    """Lines of one month, each as wide as `_MONTH` columns."""
    working = sum(info is not None and info.is_working_day for week in weeks for info in week)
    title = f"{month} 月（{working} 天）"
    pad = _MONTH - len(title) - sum(ord(sign) > 127 for sign in title)
    rows = (
        " ".join(f"{info.day.day:2}{mark(info)}" if info else " " * _CELL for info in week)
        for week in weeks
    )
    return [" " * (pad // 2) + title + " " * (pad - pad // 2), _WEEK, *rows]
