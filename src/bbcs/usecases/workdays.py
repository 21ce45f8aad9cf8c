"""The calendar commands: a day, a year, a deadline, a count, a file of them, differences.

Plain dicts and lines come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from bbcs.calendar import dates
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.rules import CUTOFF, HOURS, LARGEST_NUMBER, RULES, CountingRule, Number, rule_of
from bbcs.domain.numbers import integer, signed
from bbcs.errors import BadDate, BbcsError, ExtraMissing, ImportRejected
from bbcs.record import as_document

if TYPE_CHECKING:
    from bbcs.calendar.days import DayCalendar

_NEEDED = ("rule", "start", "n")
_ADDED = ("due", "provisional")
_DAY = timedelta(1)


def check(calendar: DayCalendar, day: date | str) -> dict[str, Any]:
    """What one day is: {day, is_working_day, kind, name, notice, final}."""
    info = calendar.info(dates.parse_day(day) if isinstance(day, str) else dates.day_of(day))
    return {**as_document(info), "day": info.day.isoformat()}


def add(
    calendar: DayCalendar,
    start: date | datetime | str,
    n: Number = 0,
    rule: str = "wd",
    *,
    cutoff: str = CUTOFF,
    hours: str = HOURS,
) -> dict[str, Any]:
    """One deadline as {due, provisional, years}."""
    due = calendar.due(_start(start), n, rule, cutoff=cutoff, hours=hours)
    return {
        "due": _text(due.due),
        "provisional": due.provisional,
        "years": list(due.years),
    }


def basis(calendar: DayCalendar, rule: str) -> str:
    """What a deadline rests on: the rule, its law and the calendar's hash."""
    counted = rule_of(rule)
    return f"{rule}：{counted.label}（{counted.law}）；日历 {calendar.hash}"


def explain(
    calendar: DayCalendar,
    start: date | datetime | str,
    n: Number = 0,
    rule: str = "wd",
    *,
    cutoff: str = CUTOFF,
    hours: str = HOURS,
) -> list[dict[str, Any]]:
    """The same deadline day by day: [{day, number, kind, text}]."""
    steps = calendar.explain(_start(start), n, rule, cutoff=cutoff, hours=hours)
    return [{**as_document(step), "day": step.day.isoformat()} for step in steps]


def count(calendar: DayCalendar, a: date | str, b: date | str) -> dict[str, Any]:
    """Working days in the closed interval: {working_days, provisional, years}.

    years: those without a notice that the number depends on.
    """
    first, last = (
        dates.parse_day(day) if isinstance(day, str) else dates.day_of(day) for day in (a, b)
    )
    days, years = calendar.count(first, last), calendar.unannounced(first, last)
    return {"working_days": days, "provisional": bool(years), "years": list(years)}


def show(calendar: DayCalendar, year: int) -> dict[str, Any]:
    """The working days of a year, by month, with its special days.

    {year, working_days, provisional, years, months: working days of each, days: as `check` gives
    them}.
    """
    if not calendar.first.year <= year <= calendar.last.year:
        raise BadDate(f"年份须在 {calendar.first.year} 至 {calendar.last.year} 之间")
    ends = [date(year + month // 12, month % 12 + 1, 1) - _DAY for month in range(1, 13)]
    months = [calendar.count(end.replace(day=1), end) for end in ends]
    days = [
        check(calendar, date(year, 1, 1) + i * _DAY)
        for i in range((ends[-1] - date(year, 1, 1)).days + 1)
    ]
    years = calendar.provisional(date(year, 1, 1), ends[-1])
    return {
        "year": year,
        "working_days": sum(months),
        "provisional": bool(years),
        "years": list(years),
        "months": months,
        "days": [day for day in days if day["kind"] in ("holiday", "makeup")],
    }


def diff(calendar: DayCalendar, other: DayCalendar) -> list[dict[str, Any]]:
    """The days that work by one calendar and not by the other.

    Each as {day, was, becomes}, both as `check` gives them.
    """
    changes = calendar.diff(other)
    return [
        {"day": str(one.day), "was": check(calendar, one.day), "becomes": check(other, one.day)}
        for one in changes
    ]


#: Days on which the library is known to be wrong or silent -> why.
_KNOWN: Mapping[str, str] = dict.fromkeys(
    ("2019-04-28", "2019-05-05"),
    "旧版 holidays 缺 2019 年劳动节的调休上班日（vacanza/holidays #3293）",
)


def audit(calendar: DayCalendar) -> list[dict[str, Any]]:
    """Days of 2004–2100 on which the `holidays` library differs.

    Each as {day, is_working_day, library, name, notice, known}.

    `known` says why a difference is expected, "" when it wants looking into. Raises ExtraMissing
    without the library.
    """
    try:
        import holidays  # slow to load, so for this command only
    except ImportError:
        raise ExtraMissing('核对要用 holidays，请先安装：pip install "bbcs[audit]"') from None
    library = holidays.country_holidays(
        "CN", years=range(calendar.first.year, calendar.last.year + 1)
    )
    days = (calendar.first + i * _DAY for i in range((calendar.last - calendar.first).days + 1))
    differing = [day for day in days if calendar.is_working(day) != library.is_working_day(day)]
    return [_differing(calendar, day) for day in differing]


def _differing(calendar: DayCalendar, day: date) -> dict[str, Any]:
    row, shipped = check(calendar, day), _shipped()
    known = _KNOWN.get(row["day"], "")
    if not known and row["is_working_day"] != shipped.is_working(day):
        known = "本地导入的通知改了这一天，库里没有"
    wanted = {name: row[name] for name in ("day", "is_working_day", "name", "notice")}
    return {**wanted, "library": not row["is_working_day"], "known": known}


@cache
def _shipped() -> DayCalendar:
    return DayCalendar()


def batch(
    calendar: DayCalendar,
    lines: Iterable[str],
    *,
    cutoff: str = CUTOFF,
    hours: str = HOURS,
    read: ReadDate = dates.parse_start,
) -> Iterator[str]:
    """The lines of a CSV with columns rule, start and n, each with `,due,provisional` added.

    Lines come without line ends.

    Columns may stand in any order and others are kept. For the rule `count` n is the end day and
    due the number of working days in [start, n]. `provisional` is true or false; blank lines are
    left out. read: reads a date that is not written as YYYY-MM-DD. Raises ImportRejected at the
    first line that cannot be answered; it names the line, not its values.
    """
    source = iter(lines)
    header, cells, number = _record(next(source, "").removeprefix("\ufeff"), source, 0)
    rule_at, start_at, n_at = _columns([cell.strip() for cell in cells])
    yield ",".join((header, *_ADDED))
    width = len(cells)
    for line in source:
        number += 1
        if '"' in line:
            line, cells, number = _record(line, source, number - 1)
        else:
            line = line.rstrip("\r\n")
            cells = line.split(",")
        if len(cells) != width:
            if not line.strip():
                continue
            raise ImportRejected(
                f"第 {number} 行：有 {len(cells)} 列，表头有 {width} 列；含逗号的内容请加引号"
            )
        rule, start, n = cells[rule_at].strip(), cells[start_at].strip(), cells[n_at].strip()
        try:
            if rule != "count" and rule not in RULES:
                # the word is not repeated: it may be a cell of another column
                raise ImportRejected(f"没有这种计算规则；可用：{'、'.join(RULES)}、count")
            if rule == "count":
                answer = _counted(calendar, _read(start, read), _read(n, read))
            else:
                counting, begun = rule_of(rule), _read(start, read)
                due = counting.deadline(calendar, begun, _number(counting, n), cutoff, hours)
                years = calendar.missing_years(begun, due, counting.decided_by)
                answer = f"{_text(due)},{_BOOLEANS[bool(years)]}"
        except BbcsError as error:
            raise ImportRejected(f"第 {number} 行：{error.message}") from None
        yield f"{line},{answer}"


_BOOLEANS = {True: "true", False: "false"}


ReadDate = Callable[[str], dates.Moment]
"""Reads a date or a time; raises BadDate."""


def _read(text: str, read: ReadDate) -> dates.Moment:
    """A date of a line; as programs write it, or as `read` takes it."""
    if len(text) == _ISO and text[4] == text[7] == "-":
        return dates.parse_day(text)
    return read(text)


_ISO = len("2026-03-02")


def _counted(calendar: DayCalendar, start: dates.Moment, end: dates.Moment) -> str:
    """`due,provisional` of the rule `count`: the working days in [start, end]."""
    counted = count(calendar, start, end)
    return f"{counted['working_days']},{_BOOLEANS[counted['provisional']]}"


def _number(rule: CountingRule, text: str) -> Number:
    """The number of a line; it may be left out for `same_day`. Raises BadDate."""
    if not text and rule.name == "same_day":
        return 0
    return number(rule, text)


def number(rule: CountingRule, text: str) -> Number:
    """How many units a text means by this rule: a whole number, with hours also decimals (7.5).

    Raises BadDate.
    """
    whole = signed(text)
    if whole is not None:
        return whole
    before, point, after = text.partition(".")
    if rule.in_hours and point and integer(before) is not None and integer(after) is not None:
        return float(text)
    raise BadDate(f"数量应为整数，最多 {LARGEST_NUMBER}，如 5 或 -5；小时可带小数，如 7.5")


def _record(line: str, source: Iterator[str], number: int) -> tuple[str, list[str], int]:
    """The record that begins with `line`: text, cells and the number of its last line.

    The text has no line end.

    A quoted cell may run over several lines.
    """
    if '"' not in line:
        text = line.rstrip("\r\n")
        return text, text.split(","), number + 1
    import csv  # 2 ms, for files with quotes only

    taken: list[str] = []

    def feed() -> Iterator[str]:
        for each in chain((line,), source):
            taken.append(each)
            yield each

    try:
        cells = next(csv.reader(feed(), strict=True))
    except csv.Error:
        raise ImportRejected(f"第 {number + 1} 行：引号不配对") from None
    return "".join(taken).rstrip("\r\n"), cells, number + len(taken)


def _columns(header: list[str]) -> tuple[int, int, int]:
    missing = [name for name in _NEEDED if header.count(name) != 1]
    if missing:
        raise ImportRejected(
            f"第 1 行：表头须有 rule、start、n 各一列；缺少或重复：{'、'.join(missing)}"
        )
    taken = [name for name in _ADDED if name in header]
    if taken:
        raise ImportRejected(f"第 1 行：表头已有 {'、'.join(taken)}，请先删去或改名")
    rule, start, n = (header.index(name) for name in _NEEDED)
    return rule, start, n


def _start(start: date | datetime | str) -> date | datetime:
    return dates.parse_start(start) if isinstance(start, str) else start


def _text(due: date | datetime) -> str:
    if isinstance(due, datetime):
        if due.tzinfo is not dates.CST:
            due = dates.moment_of(due).replace(tzinfo=dates.CST)
        return due.isoformat(timespec="seconds")
    return due.isoformat()
