"""Explanations: a deadline unfolded day by day, in sentences a clerk can read out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from bbcs.calendar import dates, terms
from bbcs.calendar.dates import Moment
from bbcs.calendar.days import DayCalendar, DayInfo, Step

_WEEKDAYS = "一二三四五六日"
_DAY = timedelta(days=1)
#: Half days for part of the citizens (办法 art. 3); the office works.
_HALF_DAYS = {(3, 8): "妇女节", (5, 4): "青年节", (6, 1): "儿童节", (8, 1): "建军节"}
_END = "，到期（民法典第二百零三条）"


def explain(
    calendar: DayCalendar, start: Moment, n: int, rule: str, cutoff: str, hours: str
) -> list[Step]:
    """The days from start to due. Raises what the rule itself raises."""
    end = terms.unrolled(calendar, start, n, rule, cutoff, hours)
    return list(_TELL[rule](calendar, start, n, end, cutoff, hours))


def counted(calendar: DayCalendar, after: date, last: date, number: int = 0) -> Iterator[Step]:
    """The days in (after, last] with the working days numbered on from `number`; backwards when `last` lies before."""
    step = _DAY if after < last else -_DAY
    day = after
    while day != last:
        day += step
        info = calendar.info(day)
        if info.is_working_day:
            number += 1 if after < last else -1
            ordinal = f"计第 {number} 个工作日" if number > 0 else f"倒数第 {-number} 个工作日"
            yield Step(day, number, info.kind, f"{_told(calendar, info)}；{ordinal}")
        else:
            yield Step(day, None, info.kind, f"{_told(calendar, info)}；不计")


def _told(calendar: DayCalendar, info: DayInfo) -> str:
    """What the day is and whose notice made it so."""
    text = "周" + _WEEKDAYS[info.day.weekday()]
    if info.kind == "weekend":
        text += "，休息日"
    elif info.kind == "holiday":
        text += f"，{info.name or '放假'}，休息日"
    elif info.kind == "makeup":
        text += f"，{info.name}调休上班，是工作日"
    elif half := _HALF_DAYS.get((info.day.month, info.day.day)):
        text += f"，{half}只有部分公民放假，照常办公"
    if info.notice:
        text += f"（{info.notice}）"
    years = "" if info.final or "暂定" in text else _years(calendar, info.day)
    return f"{text}，{years}年放假通知未公布，暂定" if years else text


def _years(calendar: DayCalendar, day: date) -> str:
    return "、".join(map(str, calendar.provisional(day - _DAY, day)))


def _step(calendar: DayCalendar, day: date, number: int | None, text: str) -> Step:
    info = calendar.info(day)
    return Step(day, number, info.kind, f"{_told(calendar, info)}；{text}")


def _ended(steps: Iterator[Step]) -> Iterator[Step]:
    """The same steps, the last of them marked as the end."""
    kept = None
    for step in steps:
        if kept is not None:
            yield kept
        kept = step
    if kept is not None:
        yield kept._replace(text=kept.text + _END)


def _rolls(calendar: DayCalendar, end: date, number: int | None, text: str) -> Iterator[Step]:
    """The last day of the period, and the days off behind it when it is one."""
    yield _step(calendar, end, number, text)
    due = terms.rolled(calendar, end)
    day = end
    while day < due:
        day += _DAY
        yield _step(
            calendar, day, None, "末日是休息日，顺延至此" if day == due else "末日是休息日，顺延"
        )


# -- one teller per rule: (calendar, start, n, unrolled end, cutoff, hours) -> steps ----------------------------------


def _working_days(
    calendar: DayCalendar, start: Moment, n: int, end: Moment, cutoff: str, hours: str
) -> Iterator[Step]:
    begun = dates.day_of(start)
    yield _step(
        calendar,
        begun,
        None,
        "起算日，不计（民法典第二百零一条）；其后按工作日数（行政许可法第八十二条）",
    )
    days = counted(calendar, begun, dates.day_of(end))
    # Art. 203 speaks of the end of a period, not of a day counted back to.
    yield from _ended(days) if n > 0 else days


def _from_receipt(
    calendar: DayCalendar, start: Moment, n: int, end: Moment, cutoff: str, hours: str
) -> Iterator[Step]:
    day, received = dates.day_of(start), terms.receipt(calendar, start, cutoff)
    while day < received:
        why = (
            f"{cutoff} 及以后收到，算下一工作日收到"
            if calendar.is_working(day)
            else "休息日收到，算下一工作日收到"
        )
        yield _step(calendar, day, None, why)
        day += _DAY
    yield from _working_days(calendar, received, n, end, cutoff, hours)


def _same_day(
    calendar: DayCalendar, start: Moment, n: int, end: Moment, cutoff: str, hours: str
) -> Iterator[Step]:
    yield from _ended(_rolls(calendar, dates.day_of(end), None, "当日办结"))


def _calendar_days(
    calendar: DayCalendar, start: Moment, n: int, end: Moment, cutoff: str, hours: str
) -> Iterator[Step]:
    begun = dates.day_of(start)
    if not n:
        yield from _ended(_rolls(calendar, begun, None, "起算日即末日"))
        return
    yield _step(calendar, begun, None, "起算日，不计（民法典第二百零一条）；其后按自然日数")
    for number in range(1, n):
        yield _step(calendar, begun + number * _DAY, number, f"计第 {number} 日")
    yield from _ended(_rolls(calendar, begun + n * _DAY, n, f"计第 {n} 日，是末日"))


def _months(
    calendar: DayCalendar, start: Moment, n: int, end: Moment, cutoff: str, hours: str
) -> Iterator[Step]:
    begun, last = dates.day_of(start), dates.day_of(end)
    yield _step(calendar, begun, None, "起算日，不计（民法典第二百零一条）；其后按月数")
    same = "对应日" if last.day == begun.day else "没有对应日，取月末日"
    yield from _ended(_rolls(calendar, last, n, f"满 {n} 个月，{same}（民法典第二百零二条）"))


def _wall_hours(
    calendar: DayCalendar, start: Moment, n: int, end: Moment, cutoff: str, hours: str
) -> Iterator[Step]:
    begun, due = dates.moment_of(start), dates.moment_of(end)
    for at, number, text in (
        (begun, None, "起立即计时，昼夜、休息日不停（民法典第二百零一条第二款）"),
        (due, n, f"满 {n} 小时，到期"),
    ):
        # The calendar plays no part in the answer, so the day need not lie in it.
        kind = calendar.info(at.date()).kind if calendar.first <= at.date() <= calendar.last else ""
        yield Step(at.date(), number, kind, f"周{_WEEKDAYS[at.weekday()]}；{at:%H:%M} {text}")


def _office_hours(
    calendar: DayCalendar, start: Moment, n: int, end: Moment, cutoff: str, hours: str
) -> Iterator[Step]:
    from bbcs.calendar.hours import office_hours, office_seconds

    office = office_hours(hours)
    begun, due = dates.moment_of(start), dates.moment_of(end)
    day, run = begun.date(), 0
    while day <= due.date():
        until = min(
            due,
            begun.replace(year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0)
            + _DAY,
        )
        seconds = office_seconds(calendar, begun, until, office) - run
        run += seconds
        shut = calendar.is_working(day) and not office.on(day)
        text = (
            f"计办公时间 {_spell(seconds)}" if seconds else "当日不办公，不计" if shut else "不计"
        )
        if day == begun.date():
            text = f"{begun:%H:%M} 起计时（民法典第二百零一条第二款），只计办公时间 {hours}；{text}"
        if day == due.date():
            text += f"，满 {n} 小时，{due:%H:%M} 到期"
        yield _step(calendar, day, None, text)
        day += _DAY


def _spell(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "小时"), (minutes, "分钟"), (rest, "秒"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


_TELL: Mapping[str, Callable[[DayCalendar, Moment, int, Moment, str, str], Iterator[Step]]] = {
    "wd": _working_days,
    "wd_roll": _from_receipt,
    "same_day": _same_day,
    "cal_roll": _calendar_days,
    "month": _months,
    "hours_wall": _wall_hours,
    "hours_business": _office_hours,
}
