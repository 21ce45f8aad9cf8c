"""The duty roster: who is there, what is missing, who is down twice."""

from __future__ import annotations

from datetime import date

import pytest

from bbcs.calendar.days import DayCalendar
from bbcs.domain import duty
from bbcs.domain.station import Duty

CALENDAR = DayCalendar()
NAMES = {"chen": "陈受理", "li": "李经办"}


def plan(text: str) -> list[Duty]:
    """`02 chen, 03 li am` -> duties of March 2026."""
    rows = [one.split() for one in text.split(",") if one.strip()]
    return [
        Duty(date(2026, 3, int(row[0])), row[1], row[2] if len(row) > 2 else "") for row in rows
    ]


def found(text: str, first: int = 1, last: int = 31) -> list[str]:
    return [
        f"{one.where[-2:]} {one.code}"
        for one in duty.problems(plan(text), CALENDAR, date(2026, 3, first), date(2026, 3, last))
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("02 chen", "陈受理"),
        ("02 chen am, 02 li pm", "上午 陈受理、下午 李经办"),
        ("02 li am", "上午 李经办"),
        ("02 chen, 02 wang", "陈受理、wang"),
        ("03 chen", ""),
        ("", ""),
    ],
)
def test_who_is_on_duty_as_people_say_it(text, said):
    assert duty.on(plan(text), date(2026, 3, 2)).text(NAMES) == said


def test_halves():
    who = duty.on(plan("02 chen, 02 li am"), date(2026, 3, 2))
    assert (who.on("am"), who.on("pm")) == (("chen", "li"), ("chen",))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("02 chen, 03 li, 04 chen", []),
        ("02 chen, 04 chen", ["03 duty_gap"]),
        ("02 chen, 03 li am, 04 chen", ["03 duty_half_gap"]),
        ("02 chen am, 02 li pm", []),
        ("06 chen, 09 chen", []),  # the week end between needs nobody
        ("06 chen, 07 li, 09 chen", []),  # but may have somebody
        ("02 chen, 02 li", ["02 duty_double"]),
        ("02 chen, 02 li am", ["02 duty_double"]),
        ("02 chen, 02 chen am", ["02 duty_twice"]),
        ("02 chen, 02 chen", ["02 duty_twice"]),
        ("07 chen, 07 li", ["07 duty_double"]),
        ("", []),
    ],
)
def test_problems(text, codes):
    assert found(text) == codes


def test_a_roster_that_ends_is_not_full_of_holes():
    assert found("10 chen, 12 chen") == ["11 duty_gap"]
    assert found("10 chen, 12 chen", first=12) == []
    assert found("10 chen, 12 chen", last=9) == []


def test_a_gap_says_how_to_fill_it():
    [gap] = duty.problems(
        plan("02 chen, 03 li am, 04 chen"), CALENDAR, date(2026, 3, 1), date(2026, 3, 31)
    )
    assert (gap.what, gap.hint) == (
        "下午没有人坐诊",
        "bbcs station duty add 2026-03-03 操作员 --shift pm",
    )


@pytest.mark.parametrize(
    ("held", "new", "clashes"),
    [
        ("02 chen", "02 chen", True), ("02 chen am", "02 chen", True), ("02 chen", "02 chen pm", True), ("02 chen am", "02 chen pm", False),
        ("02 chen", "02 li", False), ("02 chen", "03 chen", False),
    ],
)  # fmt: skip
def test_nobody_sits_twice_at_one_time(held, new, clashes):
    assert bool(duty.clash(plan(held), plan(new)[0])) == clashes


def test_a_rotation_gives_each_a_working_day_in_turn():
    """Around New Year 2027 nothing is announced yet, around the Spring Festival of 2026 it is: 14 February is worked."""
    made = duty.rotation(["a", "b", "c"], CALENDAR, date(2026, 2, 12), date(2026, 2, 25))
    assert [(f"{one.day:%d}", one.operator) for one in made] == [
        ("12", "a"),
        ("13", "b"),
        ("14", "c"),
        ("24", "a"),
        ("25", "b"),
    ]
    assert duty.problems(made, CALENDAR, date.min, date.max) == []
