"""Whole arrays at once give what one by one gives."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from bbcs.calendar import arrays
from bbcs.calendar.days import DayCalendar, ExceptionalDay
from bbcs.errors import BadDate, BadValue, BbcsError, CalendarGap, ExtraMissing

numpy = pytest.importorskip("numpy", reason="no wheel for this machine")
CALENDAR = DayCalendar()
days = st.dates(date(2010, 1, 1), date(2090, 12, 31))  # room for the counts on both sides


def array(*texts: str) -> object:
    return numpy.array(texts, dtype="datetime64[D]")


@given(st.lists(st.tuples(days, st.integers(-400, 400).filter(bool))))
def test_add_and_is_working(asked: list[tuple[date, int]]) -> None:
    starts = numpy.array([day for day, _ in asked], dtype="datetime64[D]")
    dues = arrays.add(CALENDAR, starts, numpy.array([n for _, n in asked], dtype="int64"))
    assert dues.dtype == "datetime64[D]"
    assert dues.tolist() == [CALENDAR.add(day, n) for day, n in asked]
    assert arrays.is_working(CALENDAR, starts).tolist() == [
        CALENDAR.is_working(day) for day, _ in asked
    ]


@given(st.lists(days), st.integers(-60, 60).filter(bool))
def test_one_n_for_all(starts: list[date], n: int) -> None:
    found = arrays.add(CALENDAR, numpy.array(starts, dtype="datetime64[D]"), n)
    assert found.tolist() == [CALENDAR.add(day, n) for day in starts]


@given(st.lists(st.tuples(days, st.integers(0, 900))))
def test_count(spans: list[tuple[date, int]]) -> None:
    pairs = [(day, day + timedelta(length)) for day, length in spans]
    first, last = (numpy.array([pair[i] for pair in pairs], dtype="datetime64[D]") for i in (0, 1))
    assert arrays.count(CALENDAR, first, last).tolist() == [CALENDAR.count(a, b) for a, b in pairs]


def test_a_changed_calendar_has_its_own_tables() -> None:
    own = DayCalendar([ExceptionalDay(date(2026, 3, 3), False, "holiday", "迁址", "本中心公告")])
    assert arrays.add(own, array("2026-03-02"), 1).tolist() == [date(2026, 3, 4)]
    assert arrays.add(CALENDAR, array("2026-03-02"), 1).tolist() == [date(2026, 3, 3)]


def test_times_within_a_day_and_other_shapes() -> None:
    assert arrays.add(CALENDAR, numpy.datetime64("2026-09-30T16:30"), 3) == numpy.datetime64(
        "2026-10-10"
    )
    assert arrays.add(CALENDAR, array("2026-09-30", "2026-02-13").reshape(2, 1), 3).shape == (2, 1)
    assert arrays.add(CALENDAR, ["2026-09-30"], [1, 3]).tolist() == [
        date(2026, 10, 8),
        date(2026, 10, 10),
    ]


@pytest.mark.parametrize(
    ("days", "n", "refusal", "says"),
    [
        (["2026-03-02"], 0, BadDate, "same_day"),
        (["2026-03-02"] * 3, [-1, 0, 1], BadDate, "same_day"),
        (["2026-03-02"], 100_001, BadDate, "过大"),
        (["2026-03-02"], 1.5, BadValue, "整数"),
        (["2026-03-02", "2003-12-31"], 1, CalendarGap, "有 1 天不在"),
        (["2101-01-01"], -1, CalendarGap, "有 1 天不在"),
        (["NaT"], 1, CalendarGap, "有 1 天不在"),
        (["2100-12-31", "2026-03-02"], 1, CalendarGap, "有 1 个期限"),
        (["2004-01-02"], -5, CalendarGap, "有 1 个期限"),
        (["春节"], 1, BadValue, "datetime64"),
    ],
)
def test_refused(days: list[str], n: object, refusal: type[BbcsError], says: str) -> None:
    with pytest.raises(refusal) as caught:
        arrays.add(CALENDAR, days, n)
    assert says in caught.value.message


def test_a_span_that_runs_backwards_is_refused() -> None:
    with pytest.raises(BadDate, match="有 1 个截止日"):
        arrays.count(CALENDAR, array("2026-03-02", "2026-03-02"), array("2026-03-01", "2026-03-02"))


def test_without_numpy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(ExtraMissing, match=r"bbcs\[arrays\]"):
        arrays.is_working(DayCalendar(), ["2026-03-02"])


def test_importing_the_module_does_not_load_numpy() -> None:
    code = "import sys, bbcs.calendar.arrays; print('numpy' in sys.modules)"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "False"
    )
