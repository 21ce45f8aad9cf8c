"""What the calendar commands ask: a day, a year, a deadline, a count, a file of them, what differs. Plain dicts and lines come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from bbcs.calendar import dates, terms
from bbcs.errors import BadDate, BbcsError, ExtraMissing, ImportRejected

if TYPE_CHECKING:
    from bbcs.calendar.days import DayCalendar
    from bbcs.calendar.hours import OpenDays

_NEEDED = ("rule", "start", "n")
_ADDED = ("due", "provisional")
_DAY = timedelta(1)


def check(calendar: DayCalendar, day: date | str) -> dict[str, Any]:
    """What one day is: {day, is_working_day, kind, name, notice, final}."""
    info = calendar.info(dates.parse_day(day) if isinstance(day, str) else dates.day_of(day))
    return {**info._asdict(), "day": info.day.isoformat()}


def add(
    calendar: DayCalendar,
    start: date | datetime | str,
    n: int = 0,
    rule: str = "wd",
    *,
    cutoff: str = terms.CUTOFF,
    hours: str = terms.HOURS,
) -> dict[str, Any]:
    """One deadline: {due, provisional, years, basis}; basis names the rule, its law and the calendar's hash."""
    due = calendar.due(_start(start), n, rule, cutoff=cutoff, hours=hours)
    counted = terms.rule_of(rule)
    basis = f"{rule}：{counted.label}（{counted.law}）；日历 {calendar.hash}"
    return {
        "due": _text(due.due),
        "provisional": due.provisional,
        "years": list(due.years),
        "basis": basis,
    }


def explain(
    calendar: DayCalendar,
    start: date | datetime | str,
    n: int = 0,
    rule: str = "wd",
    *,
    cutoff: str = terms.CUTOFF,
    hours: str = terms.HOURS,
) -> list[dict[str, Any]]:
    """The same deadline day by day: [{day, number, kind, text}]."""
    steps = calendar.explain(_start(start), n, rule, cutoff=cutoff, hours=hours)
    return [{**step._asdict(), "day": step.day.isoformat()} for step in steps]


def count(calendar: DayCalendar, a: date | str, b: date | str) -> dict[str, int]:
    """Working days in the closed interval: {working_days}."""
    first, last = (
        dates.parse_day(day) if isinstance(day, str) else dates.day_of(day) for day in (a, b)
    )
    return {"working_days": calendar.count(first, last)}


def show(calendar: DayCalendar, year: int) -> dict[str, Any]:
    """A year: {year, working_days, provisional, years, months: working days of each, days: the special ones as `check` gives them}."""
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


def diff(
    calendar: DayCalendar, other: DayCalendar, first: date | None = None, last: date | None = None
) -> list[dict[str, Any]]:
    """The days that work by one calendar and not by the other: [{day, was, becomes}], both as `check` gives them."""
    found = calendar.diff(other, first, last)
    return [
        {"day": str(one.day), "was": check(calendar, one.day), "becomes": check(other, one.day)}
        for one in found
    ]


#: Days on which the library is known to be wrong or silent -> why.
_KNOWN: Mapping[str, str] = dict.fromkeys(
    ("2019-04-28", "2019-05-05"),
    "旧版 holidays 缺 2019 年劳动节的调休上班日（vacanza/holidays #3293）",
)


def audit(calendar: DayCalendar) -> list[dict[str, Any]]:
    """Days of 2004–2100 that the `holidays` library sees otherwise: [{day, is_working_day, library, name, notice, known}].

    `known` says why a difference is expected, "" when it wants looking into. Raises ExtraMissing without the library.
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
    from bbcs.calendar.days import DayCalendar

    return DayCalendar()


def batch(
    calendar: DayCalendar,
    lines: Iterable[str],
    *,
    cutoff: str = terms.CUTOFF,
    hours: str = terms.HOURS,
) -> Iterator[str]:
    """The lines of a CSV with the columns rule, start and n, each with `,due,provisional` behind it; no line ends.

    Columns may stand in any order and others are kept. For the rule `count` n is the end day and due the number of
    working days in [start, n]. `provisional` is true or false; blank lines are left out.
    Raises ImportRejected at the first line that cannot be answered; it names the line, not its values.
    """
    source = iter(lines)
    head, cells, number = _record(next(source, "").removeprefix("\ufeff"), source, 0)
    rule_at, start_at, n_at = _columns([cell.strip() for cell in cells])
    yield ",".join((head, *_ADDED))
    width = len(cells)
    answers = _Answers(calendar, cutoff, hours)
    ways, days, numbers, times = answers.ways, answers.days, answers.numbers, answers.times
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
        rule, start, n = cells[rule_at], cells[start_at], cells[n_at]
        try:
            try:
                answer = ways[rule](days[start[:10]], numbers[n], times[start[10:]])
            except (LookupError, OverflowError, ValueError):
                answer = answers.full(rule.strip(), start.strip(), n.strip())
        except BbcsError as error:
            raise ImportRejected(f"第 {number} 行：{error.message}") from None
        yield f"{line},{answer}"


_Way = Callable[[int, int, int], str]
_NEVER = 10**9
_KEPT = 50_000


class _Dues(dict[int, str]):
    """Working day by its number (see `DayCalendar.tables`) -> `due,provisional` of a period that runs up to and with it."""

    def __init__(self, calendar: DayCalendar) -> None:
        self._calendar, self._nth = calendar, calendar.tables()[2]

    def __missing__(self, k: int) -> str:
        """KeyError when the due day is final but days before it may not be: there is no saying without the start."""
        if k >= len(self._nth):
            raise KeyError(k)
        due = date.fromordinal(self._nth[k])
        final = self._calendar.info(due).final
        if final and due >= self._calendar.firm_until:
            raise KeyError(k)
        self[k] = f"{due},{'false' if final else 'true'}"
        return self[k]


@cache
def _clock(second: int) -> str:
    """A second of a day as it is written behind the date."""
    minutes, seconds = divmod(second, 60)
    if minutes >= 1440:
        raise LookupError
    return f"T{minutes // 60:02}:{minutes % 60:02}:{seconds:02}+08:00"


class _Answers:
    """Answers to texts, in `due,provisional`.

    What was read once is known by its text: days by index, numbers ≥ 0, times of day by second (none = −1). `ways` then
    answer by look-up, from those three. What they do not know or what a rule refuses raises and is for `full`.
    """

    def __init__(self, calendar: DayCalendar, cutoff: str, hours: str) -> None:
        self._calendar, self._cutoff, self._hours = calendar, cutoff, hours
        self._late = 0
        self._base, self._before, _ = calendar.tables()
        self._dues = _Dues(calendar)
        self._iso = cache(lambda i: date.fromordinal(self._base + i).isoformat())
        self._open: OpenDays | None = None
        self._kept: dict[tuple[str, str, str], str] = {}
        self.days: dict[str, int] = {}
        self.numbers: dict[str, int] = {}
        self.times: dict[str, int] = {}
        self.ways: Mapping[str, _Way] = {
            "wd": self._working_days,
            "wd_roll": self._from_receipt,
            "same_day": self._same_day,
            "cal_roll": self._calendar_days,
            "month": self._months,
            "hours_wall": self._wall_hours,
            "hours_business": self._office_hours,
        }

    def _working_days(self, i: int, n: int, second: int) -> str:
        return self._dues[self._before[i + 1] + n - 1 if n else _NEVER]

    def _from_receipt(self, i: int, n: int, second: int) -> str:
        return self._dues[self._before[i + (second >= self._late)] + n if n else _NEVER]

    def _same_day(self, i: int, n: int, second: int) -> str:
        return self._dues[_NEVER if n else self._before[i]]

    def _calendar_days(self, i: int, n: int, second: int) -> str:
        return self._dues[self._before[i + n] if n else _NEVER]

    def _months(self, i: int, n: int, second: int) -> str:
        end: date = date.fromordinal(self._base + i) + terms.span(n)
        return self._dues[self._before[end.toordinal() - self._base] if n else _NEVER]

    def _wall_hours(self, i: int, n: int, second: int) -> str:
        days, second = divmod(max(second, 0) + n * 3600, dates.DAY_SECONDS)
        return f"{self._iso(i + days)}{_clock(second)},false"

    def _office_hours(self, i: int, n: int, second: int) -> str:
        if not (self._open and n):
            raise LookupError
        k = self._before[i]
        k, second = self._open.end(k, second if self._before[i + 1] > k else 0, n * 3600)
        due = self._dues[k]
        return f"{due[:10]}{_clock(second)}{due[10:]}"

    def full(self, rule: str, start: str, n: str) -> str:
        """`due,provisional`, counted. Raises what the rule raises."""
        kept = self._kept.get((rule, start, n))
        if kept is not None:
            return kept
        if rule == "count":
            first, last = dates.parse_day(start), dates.parse_day(n)
            due = str(self._calendar.count(first, last))
            provisional = bool(
                self._calendar.provisional(first, last) or not self._calendar.info(first).final
            )
        else:
            found = self._calendar.due(
                self._read(start),
                self._number(rule, n),
                rule,
                cutoff=self._cutoff,
                hours=self._hours,
            )
            due, provisional = _text(found.due), found.provisional
            if rule == "hours_business" and not self._open:
                from bbcs.calendar.hours import OpenDays, office_hours

                self._open = OpenDays(self._calendar, office_hours(self._hours))
        answer = f"{due},{'true' if provisional else 'false'}"
        if len(self._kept) < _KEPT:
            self._kept[rule, start, n] = answer
        return answer

    def _read(self, text: str) -> date | datetime:
        self._late = dates.parse_clock(self._cutoff)
        start = dates.parse_start(text)
        if (i := dates.day_of(start).toordinal() - self._base) >= 0:
            self.days[text[:10]] = i
        self.times[text[10:]] = dates.second_of(start) if isinstance(start, datetime) else -1
        return start

    def _number(self, rule: str, text: str) -> int:
        if not text and rule == "same_day":
            return 0
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
            raise BadDate("n 须为整数")
        number = int(text)
        if 0 <= number <= terms.ABSURD:
            self.numbers[text] = number
        return number


def _record(line: str, source: Iterator[str], number: int) -> tuple[str, list[str], int]:
    """(text without its line end, cells, number of its last line); a quoted cell may run over several lines."""
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
        return dates.moment_of(due).replace(tzinfo=dates.CST).isoformat(timespec="seconds")
    return due.isoformat()
