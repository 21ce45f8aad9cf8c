"""What a deadline costs: ours, and beside it the libraries that happen to be installed.

`python benchmarks/deadlines.py [LINES]`; LINES of the batch default to 1,000,000.
"""

from __future__ import annotations

import random
import sys
import timeit
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measure import machine

from bbcs.calendar import layers
from bbcs.calendar.days import DayCalendar
from bbcs.usecases import workdays

RANDOM = random.Random(2026)
DAYS = [date(2010, 1, 1) + timedelta(RANDOM.randrange(16 * 365)) for _ in range(200)]
Row = tuple[
    str,
    Callable[[date], object] | None,
    Callable[[date], object] | None,
    Callable[[date], object] | None,
]


def micros(call: Callable[[date], object] | None, loops: int) -> str:
    """Microseconds per call over the same 200 days, best of 5."""
    if call is None:
        return "–"
    best = min(timeit.repeat(lambda: [call(day) for day in DAYS], number=loops, repeat=5))
    return f"{best / loops / len(DAYS) * 1e6:,.2f}"


def ours() -> Row:
    calendar = DayCalendar()
    return (
        "bbcs",
        calendar.is_working,
        lambda d: calendar.add(d, 10),
        lambda d: calendar.count(d, d + timedelta(365)),
    )


def with_holidays() -> Row:
    import holidays

    china = holidays.country_holidays("CN", years=range(2009, 2028))
    return (
        f"holidays {holidays.__version__}",
        china.is_working_day,
        lambda d: china.get_nth_working_day(d, 10),
        lambda d: china.get_working_days_count(d, d + timedelta(365)),
    )


def with_chinesecalendar() -> Row:
    import chinese_calendar

    return (
        "chinesecalendar",
        chinese_calendar.is_workday,
        lambda d: chinese_calendar.find_workday(10, d),
        lambda d: len(chinese_calendar.get_workdays(d, d + timedelta(365))),
    )


def with_numpy() -> Row:
    import numpy

    # numpy knows no make-up weekends, so its answers are wrong around holidays; only its cost is shown.
    china = numpy.busdaycalendar(
        holidays=[row.day for row in layers.national() if not row.is_working_day]
    )
    return (
        "numpy.busday_*, one by one",
        lambda d: numpy.is_busday(d, busdaycal=china),
        lambda d: numpy.busday_offset(d, 10, roll="backward", busdaycal=china),
        lambda d: numpy.busday_count(d, d + timedelta(366), busdaycal=china),
    )


def rows() -> Iterator[tuple[Row, int]]:
    for row, loops in (
        (ours, 200),
        (with_holidays, 1),
        (with_chinesecalendar, 1),
        (with_numpy, 20),
    ):
        try:
            yield row(), loops
        except ImportError:
            continue


def batch_seconds(rules: Sequence[str], lines: int) -> float:
    """Seconds for a batch over all days of 2010–2025, any minute of the day and n of 1 to 60."""
    starts = [date(2010, 1, 1) + timedelta(i) for i in range(16 * 365)]
    asked = [
        "rule,start,n\n",
        *(_line(RANDOM.choice(rules), RANDOM.choice(starts)) for _ in range(lines)),
    ]
    return min(
        timeit.repeat(
            lambda: sum(1 for _ in workdays.batch(DayCalendar(), asked)), number=1, repeat=3
        )
    )


def _line(rule: str, start: date) -> str:
    clock = (
        f"T{RANDOM.randrange(24):02}:{RANDOM.randrange(60):02}"
        if rule in ("wd_roll", "hours_wall", "hours_business")
        else ""
    )
    return f"{rule},{start}{clock},{0 if rule == 'same_day' else RANDOM.randint(1, 60)}\n"


#: 70 % in days, 30 % in months and hours.
MIXED = ("wd",) * 4 + ("wd_roll", "cal_roll", "same_day", "month", "hours_wall", "hours_business")


def arrays_rows(lines: int) -> Iterator[tuple[str, float]]:
    """(name, nanoseconds per deadline) over the same days and n, as arrays; nothing without numpy."""
    try:
        import numpy
    except ImportError:
        return
    from bbcs.calendar import arrays

    calendar = DayCalendar()
    days = numpy.array([RANDOM.choice(DAYS) for _ in range(lines)], dtype="datetime64[D]")
    n = numpy.array([RANDOM.randint(1, 60) for _ in range(lines)])
    pairs = list(zip(days.tolist(), n.tolist(), strict=True))
    china = numpy.busdaycalendar(
        holidays=[row.day for row in layers.national() if not row.is_working_day]
    )
    asked: dict[str, Callable[[], object]] = {
        "arrays.add, n for each": lambda: arrays.add(calendar, days, n),
        "arrays.add, one n": lambda: arrays.add(calendar, days, 10),
        "arrays.is_working": lambda: arrays.is_working(calendar, days),
        "arrays.count over a year": lambda: arrays.count(calendar, days, days + 365),
        "numpy.busday_offset (no make-up days: wrong)": lambda: numpy.busday_offset(
            days, n, roll="backward", busdaycal=china
        ),
        "batch_due of the same as a list": lambda: calendar.batch_due(pairs),
    }
    for name, call in asked.items():
        yield name, min(timeit.repeat(call, number=1, repeat=5)) / lines * 1e9


def main(lines: int = 1_000_000) -> None:
    print(machine())
    print(
        "\n| µs | is it a working day? | add 10 working days | count over a year |\n|---|--:|--:|--:|"
    )
    for (name, *calls), loops in rows():
        print(f"| {name} | {' | '.join(micros(call, loops) for call in calls)} |")
    calendar = DayCalendar()
    many = [(day, 10) for day in DAYS] * (lines // len(DAYS))
    seconds = min(timeit.repeat(lambda: calendar.batch_due(many), number=1, repeat=3))
    near = min(timeit.repeat(lambda: DayCalendar().next(DAYS[0]), number=1, repeat=20))
    full = min(timeit.repeat(lambda: DayCalendar().tables(), number=1, repeat=20))
    print(f"\nbatch_due of {len(many):,}: {seconds / len(many) * 1e6:.2f} µs each")
    print(
        f"batch of {lines:,} CSV lines: {batch_seconds(('wd',), lines):.2f} s; of mixed rules: {batch_seconds(MIXED, lines):.2f} s"
    )
    print(f"compile with first answer: {near * 1e3:.2f} ms; through 2100: {full * 1e3:.2f} ms")
    print(f"\n| {lines:,} at once | ns each |\n|---|--:|")
    for name, nanos in arrays_rows(lines):
        print(f"| {name} | {nanos:,.1f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
