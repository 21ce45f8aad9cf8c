"""Office hours by season and weekday: how they are written, how they are counted, against a count minute by minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from bbcs.calendar import dates
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.hours import office_end, office_hours, office_seconds
from bbcs.errors import BadDate
from bbcs.usecases import workdays
from deadline_cases import paused
from sizes import examples

CALENDAR = DayCalendar()
XINJIANG = "05-01/09-30 10:00-14:00,16:00-20:00; 10:00-14:00,15:30-19:30"
SHORT_WEEK = "周六 09:00-12:00; 周一、三、五 休; 周二至周四 08:30-11:30,14:00-17:00; 09:00-17:00"
WINTER = "11-15/03-15 周一至周五 09:30-12:00,14:00-17:00; 11-15/03-15 休; 08:00-12:00,14:30-18:00"
PLAIN = "09:00-12:00,13:30-17:30"
moments = st.datetimes(datetime(2025, 12, 1), datetime(2026, 11, 1)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
texts = st.sampled_from([XINJIANG, SHORT_WEEK, WINTER, PLAIN])


def on(text: str, day: str) -> str:
    """The hours of a day, written as they are read."""
    spans = office_hours(text).on(date.fromisoformat(day))
    return ",".join(
        "-".join(f"{second // 3600:02}:{second // 60 % 60:02}" for second in span) for span in spans
    )


@pytest.mark.parametrize(
    ("text", "day", "hours"),
    [
        (PLAIN, "2026-03-02", PLAIN),
        ("09:00-12:00, 13:30-17:30", "2026-03-02", PLAIN),
        ("09:00-12:00，13：30－17：30", "2026-03-02", PLAIN),
        (XINJIANG, "2026-04-30", "10:00-14:00,15:30-19:30"),
        (XINJIANG, "2026-05-01", "10:00-14:00,16:00-20:00"),
        (XINJIANG, "2026-09-30", "10:00-14:00,16:00-20:00"),
        (XINJIANG, "2026-10-01", "10:00-14:00,15:30-19:30"),
        (SHORT_WEEK, "2026-02-14", "09:00-12:00"),  # a make-up Saturday
        (SHORT_WEEK, "2026-03-02", ""),
        (SHORT_WEEK, "2026-03-03", "08:30-11:30,14:00-17:00"),
        (SHORT_WEEK, "2026-03-04", ""),  # the first that fits holds
        (SHORT_WEEK, "2026-09-20", "09:00-17:00"),
        (WINTER, "2026-11-14", "08:00-12:00,14:30-18:00"),
        (WINTER, "2026-12-31", "09:30-12:00,14:00-17:00"),
        (WINTER, "2027-03-15", "09:30-12:00,14:00-17:00"),
        (WINTER, "2026-02-14", ""),
        (
            "02-29/02-29 10:00-11:00; 一,三,五 08:00-09:00；星期天 休；09:00-10:00",
            "2028-02-29",
            "10:00-11:00",
        ),
        ("一,三,五 08:00-09:00；星期天 休；09:00-10:00", "2026-03-04", "08:00-09:00"),
        ("一,三,五 08:00-09:00；星期天 休；09:00-10:00", "2026-03-08", ""),
        ("周五至周一 08:00-09:00; 09:00-10:00", "2026-03-02", "08:00-09:00"),
        ("周五至周一 08:00-09:00; 09:00-10:00", "2026-03-03", "09:00-10:00"),
        ("周一, 周三 08:00-09:00; 09:00-10:00", "2026-03-04", "08:00-09:00"),
        ("周一 周三 08:00-09:00; 09:00-10:00", "2026-03-04", "08:00-09:00"),
    ],
)
def test_the_hours_of_a_day(text: str, day: str, hours: str) -> None:
    assert on(text, day) == hours


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "HH:MM"),
        ("9-12", "HH:MM"),
        ("13:30-17:30,09:00-12:00", "先后"),
        ("周一至周五 09:00-17:00", "最后一段"),
        ("09:00-17:00;周六 09:00-12:00", "只有最后一段"),
        ("09:00-17:00;", "HH:MM"),
        ("周一二 休;09:00-17:00", "星期"),
        ("休", "全是"),
        ("周六 休;休", "全是"),
        ("05-01/09-31 休;09:00-17:00", "季节"),
        ("5-1/9-30 休;09:00-17:00", "季节"),
        ("05-01/ 休;09:00-17:00", "季节"),
        ("05-01/06-01 07-01/08-01 休;09:00-17:00", "一个季节"),
        ("周八 休;09:00-17:00", "星期"),
        ("周一至 休;09:00-17:00", "星期"),
        ("周 休;09:00-17:00", "星期"),
        ("周一至周 休;09:00-17:00", "星期"),
        ("夏季 休;09:00-17:00", "HH:MM"),
        ("周六;09:00-17:00", "HH:MM"),
    ],
)
def test_hours_that_cannot_be_read(text: str, says: str) -> None:
    with pytest.raises(BadDate) as caught:
        office_hours(text)
    assert says in caught.value.message
    assert "\n" not in caught.value.message


def test_xinjiang_in_its_two_seasons() -> None:
    def due(start: str, n: int) -> str:
        return workdays.add(CALENDAR, start, n, "hours_business", hours=XINJIANG)["due"]

    assert (
        due("2026-09-30T15:00", 9) == "2026-10-08T16:30:00+08:00"
    )  # 4 h until 20:00, 4 h in the morning, 1 h from 15:30
    assert (
        due("2026-04-30T19:00", 8) == "2026-05-06T19:30:00+08:00"
    )  # half an hour until 19:30, then 4 h, 3.5 h from 16:00


def test_a_closed_working_day_counts_for_days_and_not_for_hours() -> None:
    closed = "周一 休; 09:00-17:00"
    assert CALENDAR.due(date(2026, 3, 6), 1, hours=closed).due == date(2026, 3, 9)
    assert CALENDAR.due(
        datetime(2026, 3, 6, 16), 2, "hours_business", hours=closed
    ).due == datetime(2026, 3, 10, 10)
    told = CALENDAR.explain(datetime(2026, 3, 6, 16), 2, "hours_business", hours=closed)
    assert [step.text.rpartition("；")[2] for step in told] == [
        "计办公时间 1 小时",
        "不计",
        "不计",
        "当日不办公，不计",
        "计办公时间 1 小时，满 2 小时，10:00 到期",
    ]


def test_closing_time() -> None:
    hours = office_hours(SHORT_WEEK)
    assert [hours.closing(date(2026, 3, day)) for day in (2, 3, 7, 8)] == [
        "",
        "17:00",
        "12:00",
        "17:00",
    ]
    assert office_hours("00:00-24:00").closing(date(2026, 3, 2)) == "24:00"


def test_pauses_run_by_the_hours_of_each_day() -> None:
    begun, stopped, resumed = (
        dates.parse_moment(f"2026-{text}") for text in ("09-30T15:00", "10-08T12:00", "10-09T09:00")
    )
    found = paused(CALENDAR, begun, 8, [(stopped, resumed)], "hours_business", hours=XINJIANG)
    assert found.due == dates.parse_moment("2026-10-09T12:00")


# -- against a count minute by minute -------------------------------------------------------------------------------


def is_open(text: str, at: datetime) -> bool:
    """Read apart from the engine: whether the minute that begins now is an open one."""
    if not CALENDAR.is_working(at.date()):
        return False
    clock, season, weekday = f"{at:%H:%M}", f"{at:%m-%d}", at.weekday()
    if text is XINJIANG:
        return "10:00" <= clock < "14:00" or (
            "16:00" <= clock < "20:00"
            if "05-01" <= season <= "09-30"
            else "15:30" <= clock < "19:30"
        )
    if text is SHORT_WEEK:
        tuesday = "08:30" <= clock < "11:30" or "14:00" <= clock < "17:00"
        return {
            0: False,
            1: tuesday,
            2: False,
            3: tuesday,
            4: False,
            5: "09:00" <= clock < "12:00",
            6: "09:00" <= clock < "17:00",
        }[weekday]
    if text is WINTER and (season >= "11-15" or season <= "03-15"):
        return weekday < 5 and ("09:30" <= clock < "12:00" or "14:00" <= clock < "17:00")
    if text is WINTER:
        return "08:00" <= clock < "12:00" or "14:30" <= clock < "18:00"
    return "09:00" <= clock < "12:00" or "13:30" <= clock < "17:30"


@given(moments, st.integers(1, 40), texts)
@settings(max_examples=examples(80))
def test_hours_tick_only_while_the_office_is_open(start: datetime, n: int, text: str) -> None:
    at, left = start, n * 60
    while left:
        left -= is_open(text, at)
        at += timedelta(minutes=1)
    assert CALENDAR.due(start, n, "hours_business", hours=text).due == at


@given(moments, st.integers(0, 20 * 1440), texts)
@settings(max_examples=examples(60))
def test_office_time_between_two_moments_is_the_open_minutes(
    a: datetime, minutes: int, text: str
) -> None:
    b = a + timedelta(minutes=minutes)
    ticked = sum(is_open(text, a + timedelta(minutes=i)) for i in range(minutes))
    assert office_seconds(CALENDAR, a, b, office_hours(text)) == ticked * 60
    assert office_seconds(CALENDAR, b, a, office_hours(text)) == -ticked * 60


@given(moments, st.integers(1, 30 * 60), texts)
def test_office_time_up_to_the_end_is_what_was_asked(
    start: datetime, minutes: int, text: str
) -> None:
    end = office_end(CALENDAR, start, minutes * 60, office_hours(text))
    assert office_seconds(CALENDAR, start, end, office_hours(text)) == minutes * 60


@given(st.lists(st.tuples(moments, st.integers(0, 60)), max_size=20), texts)
def test_a_batch_counts_the_same_hours(asked: list[tuple[datetime, int]], text: str) -> None:
    lines = [f"hours_business,{start:%Y-%m-%dT%H:%M},{n}" for start, n in asked]
    found = list(workdays.batch(CALENDAR, ["rule,start,n", *lines], hours=text))[1:]
    dues = [
        CALENDAR.due(dates.parse_moment(f"{start:%Y-%m-%dT%H:%M}"), n, "hours_business", hours=text)
        for start, n in asked
    ]
    assert found == [
        f"{line},{due.due.isoformat()},{str(due.provisional).lower()}"
        for line, due in zip(lines, dues, strict=True)
    ]
