"""What must hold for every start and every n."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given, settings, strategies as st

from bbcs.calendar import dates, hours, layers
from bbcs.calendar.days import DayCalendar, ExceptionalDay
from bbcs.calendar.rules import rule_of
from sizes import examples

CALENDAR = DayCalendar()
days = st.dates(date(2005, 1, 1), date(2095, 12, 31))
announced = st.dates(date(2005, 1, 1), date(2026, 9, 30))
counts = st.integers(1, 400)


def walk(start: date, n: int) -> date:
    """The n-th working day after start (before it when n < 0), day by day."""
    step, left, day = timedelta(1 if n > 0 else -1), abs(n), start
    while left:
        day += step
        left -= CALENDAR.is_working(day)
    return day


@given(days, counts)
def test_between_undoes_add(start: date, n: int) -> None:
    assert CALENDAR.between(start, CALENDAR.add(start, n)) == n


@given(days, st.integers(-400, 400).filter(bool))
def test_add_is_the_walk_and_ends_on_a_working_day(start: date, n: int) -> None:
    due = CALENDAR.add(start, n)
    assert CALENDAR.is_working(due)
    assert due == walk(start, n)


@given(days, counts, counts)
def test_add_is_additive_and_monotone(start: date, n: int, m: int) -> None:
    assert CALENDAR.add(CALENDAR.add(start, n), m) == CALENDAR.add(start, n + m)
    assert CALENDAR.add(start, n) < CALENDAR.add(start, n + 1)
    assert CALENDAR.add(start, n) <= CALENDAR.add(start + timedelta(1), n)


@given(days, counts)
def test_counting_back_is_the_inverse_from_a_working_day(start: date, n: int) -> None:
    begun = CALENDAR.rolled(start)
    assert CALENDAR.add(CALENDAR.add(begun, n), -n) == begun
    assert CALENDAR.previous(CALENDAR.next(begun)) == begun


@given(days, days)
def test_count_is_closed_and_between_half_open(a: date, b: date) -> None:
    a, b = min(a, b), max(a, b)
    assert CALENDAR.count(a, b) == CALENDAR.between(a, b) + CALENDAR.is_working(a)
    assert CALENDAR.between(b, a) == -CALENDAR.between(a, b)


@given(
    announced,
    st.integers(1, 60),
    st.dates(date(2005, 1, 1), date(2026, 12, 31)).filter(lambda day: not CALENDAR.is_working(day)),
)
@settings(max_examples=examples(30))
def test_a_make_up_day_never_lengthens(start: date, n: int, makeup: date) -> None:
    more = DayCalendar([*layers.national(), ExceptionalDay(makeup, True, "makeup", "", "own")])
    for rule in ("wd", "wd_roll", "cal_roll", "month"):
        # A day that becomes the day of receipt is the one case where working more begins earlier, never later.
        assert more.add(start, n, rule) <= CALENDAR.add(start, n, rule)


@given(days, st.integers(0, 48), st.sampled_from(["cal_roll", "month"]))
def test_rolls_end_on_the_first_working_day(start: date, n: int, rule: str) -> None:
    end = dates.day_of(rule_of(rule).end(CALENDAR, start, n))
    due = CALENDAR.add(start, n, rule)
    assert CALENDAR.is_working(due)
    assert due >= end
    assert CALENDAR.count(end, due) == 1


@given(st.lists(st.tuples(days, st.integers(-60, 60).filter(bool))))
def test_many_at_once_are_the_same(starts: list[tuple[date, int]]) -> None:
    assert CALENDAR.batch_due(starts) == [CALENDAR.add(day, n) for day, n in starts]


@given(
    st.dates(date(2020, 1, 1), date(2027, 12, 31)),
    counts,
    st.sampled_from(["wd", "wd_roll", "cal_roll"]),
)
def test_an_answer_is_provisional_when_any_day_it_walked_over_is(
    start: date, n: int, rule: str
) -> None:
    due = CALENDAR.due(start, n, rule)
    walked = [start + timedelta(i) for i in range(1, (dates.day_of(due.due) - start).days + 1)]
    assert due.provisional == any(not CALENDAR.info(day).final for day in walked)


@given(days, counts, st.sampled_from(["wd", "wd_roll", "same_day", "cal_roll"]))
@settings(max_examples=examples(40))
def test_an_explanation_tells_every_day_and_ends_on_the_due_day(
    start: date, n: int, rule: str
) -> None:
    n = 0 if rule == "same_day" else n
    due = CALENDAR.add(start, n, rule)
    steps = CALENDAR.explain(start, n, rule)
    assert [step.day for step in steps] == [
        start + timedelta(i) for i in range((due - start).days + 1)
    ]
    assert steps[-1].text.endswith("到期（民法典第二百零三条）")
    assert max((step.number or 0) for step in steps) == n


# -- hours, against a count minute by minute ------------------------------------------------------------------------

HOURS = "09:00-12:00,13:30-17:30"
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 30)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


def minute_by_minute(start: datetime, minutes: int) -> datetime:
    """Tick through every minute; one runs when the office is open at its beginning."""
    at = start
    while minutes:
        clock = f"{at:%H:%M}"
        minutes -= CALENDAR.is_working(at.date()) and (
            "09:00" <= clock < "12:00" or "13:30" <= clock < "17:30"
        )
        at += timedelta(minutes=1)
    return at


@given(moments, st.integers(1, 20))
@settings(max_examples=examples(60))
def test_business_hours_tick_only_while_the_office_is_open(start: datetime, n: int) -> None:
    due = CALENDAR.due(start, n, "hours_business", hours=HOURS).due
    assert due == minute_by_minute(start, n * 60)


@given(moments, st.integers(1, 30 * 60))
@settings(max_examples=examples(60))
def test_office_time_between_start_and_end_is_what_was_asked(start: datetime, minutes: int) -> None:
    office = hours.office_hours(HOURS)
    end = hours.office_end(CALENDAR, start, minutes * 60, office)
    assert hours.office_seconds(CALENDAR, start, end, office) == minutes * 60


@given(moments, st.integers(0, 500))
def test_wall_hours_run_at_once(start: datetime, n: int) -> None:
    assert CALENDAR.due(start, n, "hours_wall").due == start + timedelta(hours=n)
