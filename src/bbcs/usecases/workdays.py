"""What the calendar commands ask: one day, one deadline, a count, a file of them. Plain dicts and lines come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from bbcs.calendar import terms
from bbcs.errors import BadDate, BbcsError, ImportRejected

if TYPE_CHECKING:
    from bbcs.calendar.days import WorkCalendar

_NEEDED = ("rule", "start", "n")
_ADDED = ("due", "provisional")


def check(calendar: WorkCalendar, day: date | str) -> dict[str, Any]:
    """What one day is: {day, is_working_day, kind, name, notice, final}."""
    info = calendar.info(terms.parse_day(day) if isinstance(day, str) else terms.day_of(day))
    return {**info._asdict(), "day": info.day.isoformat()}


def add(
    calendar: WorkCalendar,
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
    return {"due": _text(due.due), "provisional": due.provisional, "years": list(due.years), "basis": basis}


def explain(
    calendar: WorkCalendar,
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


def count(calendar: WorkCalendar, a: date | str, b: date | str) -> dict[str, int]:
    """Working days in the closed interval: {working_days}."""
    first, last = (terms.parse_day(day) if isinstance(day, str) else terms.day_of(day) for day in (a, b))
    return {"working_days": calendar.count(first, last)}


def batch(calendar: WorkCalendar, lines: Iterable[str], *, cutoff: str = terms.CUTOFF, hours: str = terms.HOURS) -> Iterator[str]:
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
    short = answers.short
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
            raise ImportRejected(f"第 {number} 行：有 {len(cells)} 列，表头有 {width} 列；含逗号的内容请加引号")
        rule, start, n = cells[rule_at], cells[start_at], cells[n_at]
        try:
            answer = short(rule, start, n) or answers.full(rule.strip(), start.strip(), n.strip())
        except BbcsError as error:
            raise ImportRejected(f"第 {number} 行：{error.message}") from None
        yield f"{line},{answer}"


_NEVER = 10**9
_KEPT = 50_000

#: Place of the due day among all working days, for n units from the i-th day of the calendar (before: see
#: `WorkCalendar.tables`); late is 1 from the cut-off on. What a rule refuses lies beyond all days.
_SHORT: Mapping[str, Callable[[list[int], int, int, int], int]] = {
    "wd": lambda before, i, n, late: before[i + 1] + n - 1 if n else _NEVER,
    "wd_roll": lambda before, i, n, late: before[i + late] + n if n else _NEVER,
    "same_day": lambda before, i, n, late: _NEVER if n else before[i],
    "cal_roll": lambda before, i, n, late: before[i + n],
}


class _Answers:
    """Answers to texts. What was read once is known by its text: days by index, times of day as late or not, numbers ≥ 0."""

    __slots__ = ("_base", "_before", "_calendar", "_cutoff", "_days", "_dues", "_hours", "_kept", "_numbers", "_times")

    def __init__(self, calendar: WorkCalendar, cutoff: str, hours: str) -> None:
        self._calendar, self._cutoff, self._hours = calendar, cutoff, hours
        self._base, self._before, nth = calendar.tables()
        firm = self._before[calendar.firm_until.toordinal() - self._base]
        self._dues = [f"{date.fromordinal(ordinal)},false" for ordinal in nth[:firm]]
        self._days: dict[str, int] = {}
        self._times: dict[str, int] = {"": 0}
        self._numbers: dict[str, int] = {}
        self._kept: dict[tuple[str, str, str], str] = {}

    def short(self, rule: str, start: str, n: str) -> str:
        """`due,provisional` by look-up, or "" when that does not do: other rules, texts not met before, provisional answers."""
        counted = _SHORT.get(rule)
        if counted is None:
            return self._kept.get((rule, start, n), "")
        try:
            return self._dues[counted(self._before, self._days[start[:10]], self._numbers[n], self._times[start[10:]])]
        except LookupError:
            return ""

    def full(self, rule: str, start: str, n: str) -> str:
        """`due,provisional`, counted. Raises what the rule raises."""
        if rule == "count":
            first, last = terms.parse_day(start), terms.parse_day(n)
            due = str(self._calendar.count(first, last))
            provisional = bool(self._calendar.provisional(first, last) or not self._calendar.info(first).final)
        else:
            found = self._calendar.due(self._read(start), self._number(rule, n), rule, cutoff=self._cutoff, hours=self._hours)
            due, provisional = _text(found.due), found.provisional
        answer = f"{due},{'true' if provisional else 'false'}"
        if len(self._kept) < _KEPT:
            self._kept[rule, start, n] = answer
        return answer

    def _read(self, text: str) -> date | datetime:
        start = terms.parse_start(text)
        if (i := terms.day_of(start).toordinal() - self._base) >= 0:
            self._days[text[:10]] = i
        self._times[text[10:]] = terms.late(start, self._cutoff)
        return start

    def _number(self, rule: str, text: str) -> int:
        if not text and rule == "same_day":
            return 0
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
            raise BadDate("n 须为整数")
        number = int(text)
        if number >= 0:
            self._numbers[text] = number
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
        raise ImportRejected(f"第 1 行：表头须有 rule、start、n 各一列；缺少或重复：{'、'.join(missing)}")
    taken = [name for name in _ADDED if name in header]
    if taken:
        raise ImportRejected(f"第 1 行：表头已有 {'、'.join(taken)}，请先删去或改名")
    rule, start, n = (header.index(name) for name in _NEEDED)
    return rule, start, n


def _start(start: date | datetime | str) -> date | datetime:
    return terms.parse_start(start) if isinstance(start, str) else start


def _text(due: date | datetime) -> str:
    if isinstance(due, datetime):
        return terms.moment_of(due).replace(tzinfo=terms.CST).isoformat(timespec="seconds")
    return due.isoformat()
