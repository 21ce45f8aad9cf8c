"""The iCalendar file, read back by a small reader of RFC 5545."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from bbcs.calendar import ical, layers
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.layers import ExceptionalDay

CALENDAR = DayCalendar()
NOW = datetime(2026, 11, 21, 9, 30)


def events(text: str) -> list[dict[str, str]]:
    """The events, each by property name; every rule of the format that can be broken is checked on the way."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
    assert any(line.startswith("PRODID:") for line in lines)
    found: list[dict[str, str]] = []
    for line in lines[1:-1]:
        name, colon, value = line.partition(":")
        assert colon, line
        assert re.fullmatch(r"[A-Z-]+(;[A-Z]+=[A-Z]+)*", name), line
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and line != "END:VEVENT":
            assert name not in found[-1], "a property twice"
            found[-1][name] = plain(value)
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(found)
    return found


def plain(value: str) -> str:
    assert not re.search(r"(?<!\\)(\\\\)*[,;]", value), "not escaped"
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def days(year: int, calendar: DayCalendar = CALENDAR) -> dict[str, dict[str, str]]:
    return {
        event["DTSTART;VALUE=DATE"]: event
        for event in events(ical.calendar_text(calendar, year, NOW))
    }


def test_the_special_days_of_2026() -> None:
    found = days(2026)
    assert len(found) == 25
    assert found["20261010"] == {
        "UID": "20261010@calendar.bbcs",
        "DTSTAMP": "20261121T013000Z",
        "DTSTART;VALUE=DATE": "20261010",
        "DTEND;VALUE=DATE": "20261011",
        "SUMMARY": "班 国庆节",
        "DESCRIPTION": "国务院办公厅关于2026年部分节假日安排的通知",
        "STATUS": "CONFIRMED",
        "TRANSP": "TRANSPARENT",
    }
    assert found["20260216"]["SUMMARY"] == "休 春节"


@pytest.mark.parametrize("year", [2004, 2020, 2026, 2027, 2100])
def test_every_special_day_is_an_event_and_no_other(year: int) -> None:
    walked = (date(year, 1, 1) + timedelta(i) for i in range(366))
    special = [
        day
        for day in walked
        if day.year == year and CALENDAR.info(day).kind in ("holiday", "makeup")
    ]
    assert list(days(year)) == [f"{day:%Y%m%d}" for day in special]


def test_guesses_are_tentative() -> None:
    assert {event["STATUS"] for event in days(2026).values()} == {"CONFIRMED"}
    assert {event["STATUS"] for event in days(2027).values()} == {"TENTATIVE"}


def test_a_day_keeps_its_uid_and_a_moment_its_meaning() -> None:
    again = ical.calendar_text(CALENDAR, 2026, datetime(2026, 12, 1, tzinfo=UTC))
    assert [event["UID"] for event in events(again)] == [
        event["UID"] for event in days(2026).values()
    ]
    assert {event["DTSTAMP"] for event in events(again)} == {"20261201T000000Z"}


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=120),
    st.sampled_from(["", "\n", ",;\\", "休" * 40]),
)
def test_any_name_comes_back_as_it_was(name: str, more: str) -> None:
    name = f"甲{name}{more}乙"
    calendar = DayCalendar(
        [*layers.national(), ExceptionalDay(date(2026, 3, 2), False, "holiday", name, name)]
    )
    event = days(2026, calendar)["20260302"]
    assert event["SUMMARY"] == f"休 {name}"
    assert event["DESCRIPTION"] == name


def test_control_characters_do_not_get_in() -> None:
    calendar = DayCalendar(
        [
            *layers.national(),
            ExceptionalDay(date(2026, 3, 2), False, "holiday", "迁\r址\x00\x7f", "公\r\n告"),
        ]
    )
    assert days(2026, calendar)["20260302"]["SUMMARY"] == "休 迁址"
    assert days(2026, calendar)["20260302"]["DESCRIPTION"] == "公\n告"
