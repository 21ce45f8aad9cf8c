"""`bbcs station duty`: who sits at the window on which day (轮流坐诊)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bbcs.calendar.dates import parse_day
from bbcs.calendar.days import DayCalendar
from bbcs.cli import context, output
from bbcs.cli.dates import month, resolve_for
from bbcs.cli.home_calendar import calendar_of
from bbcs.cli.options import Argument, CommandDefinition, Values
from bbcs.cli.settings import Settings, half_width
from bbcs.cli.station_units import rows
from bbcs.config import station_file
from bbcs.config.environment import present
from bbcs.domain.acts import HALVES, Field
from bbcs.domain.duty import on_holidays, problems
from bbcs.domain.station import Duty, Station
from bbcs.errors import BadDate, UsageError
from bbcs.findings import Finding
from bbcs.render.terminal import talk
from bbcs.usecases import duty, reports
from bbcs.usecases.office import Office
from bbcs.views.station_changes import duty as duty_document, duty_row

LONGEST = 366
"""Days of one range.

A roster is made for a month or a year, not by a slip of the finger for a century.
"""


def _range(text: str, office: Office) -> tuple[date, date]:
    """`2026-12-01`, `下周一`, or two of them with `..` between."""
    first, _, last = half_width(text).partition("..")
    low, high = (
        parse_day(resolve_for(one, office, "day", option="日期")) for one in (first, last or first)
    )
    if not 0 <= (high - low).days < LONGEST:
        raise BadDate(f"日期范围应从早到晚，最长 {LONGEST} 天，如 2026-12-01..2026-12-31")
    return low, high


def _shift(values: Values) -> str:
    return duty.shift_of(values["shift"] or "")


def _wanted(values: Values, office: Office) -> list[Duty]:
    """The duties to add: one operator, or several that take turns."""
    first, last = _range(values["days"], office)
    named = values["rotate"] or values["operator"]
    turn = [name.strip() for name in named.replace("，", ",").split(",") if name.strip()]
    if not turn or bool(values["rotate"]) == bool(values["operator"]):
        raise UsageError("写一个操作员，或用 --rotate 甲,乙,丙 轮流排，两样只用一样")
    note = values["note"] or ""
    return duty.planned(
        office, first, last, turn, rotate=bool(values["rotate"]), shift=_shift(values), note=note
    )


def _add(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    new = _wanted(values, office)
    duty.add(office, context.transaction(office), new)
    _changed(settings, "已排", new)
    _remind(office, new)


def _remove(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    first, last = _range(values["days"], office)
    who = ""
    if values["operator"]:
        who = office.station.operator(values["operator"]).id
    gone = duty.remove(office, context.transaction(office), first, last, who, _shift(values))
    _changed(settings, "已撤下", gone)


def _changed(settings: Settings, done: str, duties: list[Duty]) -> None:
    text = f"{done}：{_line(duties[0])}"
    if len(duties) > 1:
        text = f"{done} {len(duties)} 班：{duties[0].day} 至 {duties[-1].day}"
    output.answer(settings, duty_document(duties), text, str(len(duties)))


def _remind(office: Office, new: list[Duty]) -> None:
    """Reminds of two people on duty in one half of a day, which may be meant."""
    listed = station_file.read(office.home).duty
    doubled = [
        one
        for added in new
        for one in problems(listed, office.calendar, added.day, added.day)
        if one.code == "duty_double"
    ]
    for one in dict.fromkeys(doubled):
        talk(f"bbcs: 提醒：{one.where} {one.what}")


def _line(one: Duty, names: Mapping[str, str] | None = None) -> str:
    week = "一二三四五六日"[one.day.weekday()]
    name = (names or {}).get(one.operator, one.operator)
    parts = [f"{one.day}（周{week}）", name, HALVES.get(one.shift, ""), one.note]
    return "  ".join(part for part in parts if part)


def _month(text: str | None) -> tuple[date, date]:
    """The first and the last day of a month; without one, of all time."""
    if not text:
        return date.min, date.max

    period = reports.month(month(text, present()[0].date()))
    return period.first, period.last


def _roster(settings: Settings, values: Values) -> tuple[Station, tuple[date, date], DayCalendar]:
    return context.station(settings), _month(values["month"]), calendar_of(settings)


def _list(settings: Settings, values: Values) -> None:
    station, (first, last), calendar = _roster(settings, values)
    entries = [one for one in station.duty if first <= one.day <= last]
    names = station.operator_names
    rows(
        settings, "duty", [duty_row(one) for one in entries], [_line(one, names) for one in entries]
    )
    for one in _problems(station, calendar, first, last):
        talk(f"bbcs: 提醒：{one.where} {one.what}")


def _check(settings: Settings, values: Values) -> None:
    station, (first, last), calendar = _roster(settings, values)
    output.findings(settings, _problems(station, calendar, first, last), "坐诊表没有问题")


def _problems(station: Station, calendar: DayCalendar, first: date, last: date) -> list[Finding]:
    """What is wrong with the roster of these days, in the order of the days."""
    here = [one for one in station.duty if first <= one.day <= last]
    findings = [
        *problems(station.duty, calendar, first, last),
        *on_holidays(here, calendar, station.operator_names),
    ]
    return sorted(findings, key=lambda one: one.where)


DAYS = Argument("days", "日期", "哪一天（可写 今天、下周一），或一段：2026-12-01..2026-12-31")
MONTH = Field("month", "哪个月（默认全部）", "month")
SHIFT = Field("shift", "班次：上午 am、下午 pm（不写是全天）", "word")

DUTY: Mapping[str, CommandDefinition] = {
    "add": CommandDefinition(
        "排班：一天一人，或一段日期里几个人按工作日轮流",
        _add,
        (SHIFT, Field("rotate", "轮流的操作员，用逗号分开，一人一个工作日"), Field("note", "说明")),
        (DAYS, Argument("operator", "操作员", "代号或姓名；轮流排时不写", "")),
        (
            "bbcs station duty add 下周一 li --shift 上午",
            "bbcs station duty add 2026-12-01..2026-12-31 --rotate 陈受理,李经办,王办事",
        ),
    ),
    "remove": CommandDefinition(
        "撤下：这天（这段）的班，或其中一个人的、一个班次的",
        _remove,
        (SHIFT,),
        (DAYS, Argument("operator", "操作员", "代号或姓名（默认所有人）", "")),
        ("bbcs station duty remove 下周一 li",),
    ),
    "list": CommandDefinition(
        "列出坐诊表", _list, (MONTH,), examples=("bbcs station duty list --month 2026-12",)
    ),
    "check": CommandDefinition(
        "检查坐诊表：哪个工作日没人、缺半天、排重了（有问题退出码 1）",
        _check,
        (MONTH,),
        examples=("bbcs station duty check --month 2026-12",),
    ),
}
