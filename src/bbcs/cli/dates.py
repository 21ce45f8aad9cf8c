"""Dates as people say them (今天, 下周三, +5工作日) -> dates as bbcs reads them. Everything else passes through."""

from __future__ import annotations

from datetime import date, timedelta

from bbcs.usecases.office import Office

DAYS = {"大前天": -3, "前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2, "大后天": 3}
WEEKS = {"上周": -7, "上星期": -7, "本周": 0, "这周": 0, "周": 0, "星期": 0, "下周": 7, "下星期": 7}
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}


def spoken(text: str, where: Office) -> str:
    """`text` with a spoken date replaced by YYYY-MM-DD; a time behind it (`昨天T09:10`) is kept."""
    day_text, sign, time = text.partition("T")
    found = _day(day_text.strip(), where)
    return text if found is None else found.isoformat() + sign + time


def _day(text: str, where: Office) -> date | None:
    today = where.stamp.now.date()
    if text in DAYS:
        return today + timedelta(days=DAYS[text])
    if text[:-1] in WEEKS and text[-1:] in WEEKDAYS:
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(days=WEEKS[text[:-1]] + WEEKDAYS[text[-1]])
    if text[:1] in "+-" and text[1:2].isdigit():
        return _offset(text, today, where)
    return None


def _offset(text: str, today: date, where: Office) -> date | None:
    number = text[1:].rstrip("个工作日天")
    if not number.isdigit() or len(number) > 4:
        return None
    n = int(text[0] + number)
    if text.endswith("工作日"):
        return where.calendar.add(today, n) if n else today
    return today + timedelta(days=n) if text.endswith("天") else None
