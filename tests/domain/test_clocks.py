"""Which clocks a case runs and where each stands: the stories of practices.md, every unit, every edge of a due day."""

from __future__ import annotations

from datetime import date

import pytest

from bbcs.domain.clocks import deadlines
from bbcs.domain.fold import fold
from bbcs.domain.pack import RulePack
from sample import CALENDAR, START, at, clock, due, history, rules, shipped

ZHANYI = shipped("zhanyi")
ROLLED = ZHANYI._replace(day_rule="wd_roll")
YELLOW_RED = 'warnings = [{ left = 1, colour = "yellow" }, { left = 0, colour = "orange" }, { left = -1, colour = "red" }]'


def came(day: str, *more: str) -> str:
    """A case taken and accepted, and what followed."""
    return "\n".join([f"{day} Registered matter=备案", f"{day} Accepted", *more])


def day(text: str, pack: RulePack, name: str = "resolve", now: str = "") -> str:
    found = due(text, pack, now)[name].due
    assert found is not None
    return found.isoformat()


# -- the stories of practices.md §4.3 ------------------------------------------------------------------------------

CLINIC = came("2022-06-25T09:10")
GRADED = "2022-06-25T10:00 Triaged difficulty=complex cause=policy_blocked,name_conflict"
SETTLED = "2022-07-05T11:00 Resolved outcome=solved counts_as=solved"


def test_the_clinic_is_due_on_8_july_and_called_by_19_july():
    found = due(f"{CLINIC}\n{GRADED}\n{SETTLED}", ZHANYI)
    assert found["resolve"].due == date(2022, 7, 8)
    assert found["resolve"].state == "met"
    assert found["callback"].due == date(2022, 7, 19)
    assert not found["resolve"].assumed


def test_until_it_is_graded_the_first_difficulty_is_assumed():
    found = due(CLINIC, ZHANYI)["resolve"]
    assert (found.due, found.assumed, found.limit, found.limit_text) == (
        date(2022, 6, 29),
        True,
        3,
        "3 个工作日",
    )


@pytest.mark.parametrize(("graded", "expected"), [(GRADED, "2022-07-11"), ("", "2022-06-30")])
def test_the_clinic_where_a_rest_day_is_received_on_the_next_working_day(graded, expected):
    assert day(f"{CLINIC}\n{graded}".strip(), ROLLED) == expected


@pytest.mark.parametrize("pack", [ZHANYI, ROLLED], ids=["wd", "wd_roll"])
def test_the_coal_washing_firm(pack):
    text = came(
        "2022-08-23",
        "2022-08-23 Triaged difficulty=special cause=legacy_issue",
        "2022-09-13 Resolved outcome=partly counts_as=partly",
    )
    assert day(text, pack) == "2022-09-06"
    assert day(text, pack, "callback") == "2022-09-27"


def test_the_rural_doctor_is_due_on_a_working_sunday_and_settled_late():
    text = came("2022-04-11", "2022-04-11 Triaged difficulty=special cause=no_qualification")
    assert day(text, ZHANYI) == "2022-04-24"
    settled = due(f"{text}\n2022-05-11 Resolved outcome=explained counts_as=explained", ZHANYI)
    assert settled["resolve"].state == "met_late"
    assert settled["callback"].due == date(2022, 5, 25)


def test_a_case_from_before_the_rules_runs_no_clock():
    assert due(came("2022-03-31T23:59"), ZHANYI) == {}
    assert "resolve" in due(came("2022-04-01T00:00"), ZHANYI)


@pytest.mark.parametrize(
    ("difficulty", "expected"),
    [
        ("", "2026-03-02"),
        ("simple", "2026-03-02"),
        ("general", "2026-03-09"),
        ("complex", "2026-03-16"),
        ("special", "2026-03-23"),
        ("cannot", "2026-03-05"),
    ],
)
def test_limits_of_the_default_pack(difficulty, expected):
    graded = f"\n2026-03-02 Triaged difficulty={difficulty}" if difficulty else ""
    assert day(came("2026-03-02") + graded, shipped("default")) == expected


# -- units ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "start", "expected"),
    [
        (clock(30, "minute"), "2026-09-30T17:45", "2026-09-30T18:15:00+08:00"),
        (
            clock(30, "minute", more='hours = "business"'),
            "2026-09-30T17:15",
            "2026-10-08T09:15:00+08:00",
        ),
        (clock(24, "hour"), "2026-09-30T16:30", "2026-10-01T16:30:00+08:00"),
        (
            clock(8, "hour", more='hours = "business"'),
            "2026-09-30T16:30",
            "2026-10-08T17:30:00+08:00",
        ),
        (clock(3, "working_day"), "2026-09-30", "2026-10-10"),
        (clock(15, "calendar_day"), "2026-09-20", "2026-10-08"),
        (clock(7, "calendar_day"), "2026-02-07", "2026-02-14"),
        (clock(1, "month"), "2026-01-31", "2026-02-28"),
        (clock(1, "month"), "2025-12-01", "2026-01-04"),
        (clock(0, "same_day"), "2026-10-03", "2026-10-08"),
        (clock(0, "close_of_business"), "2026-09-30", "2026-09-30"),
    ],
)
def test_every_unit(unit, start, expected):
    assert day(came(start), rules(unit + OFFICE)) == expected


OFFICE = '[office]\nhours = "09:00-12:00,13:30-17:30"\nproposed = true\n'


def test_hours_end_to_the_second():
    pack = rules(clock(30, "minute"))
    found = [
        due(came("2026-09-30T17:45"), pack, now)["resolve"].state
        for now in ("2026-09-30T18:15:00", "2026-09-30T18:15:01")
    ]
    assert found == ["running", "overdue"]


def test_a_date_to_be_set_waits_until_it_is_said():
    pack = rules(clock(0, "set"))
    waiting = due(came("2026-03-02"), pack)["resolve"]
    assert (waiting.due, waiting.state, waiting.left) == (None, "running", None)
    graded = came("2026-03-02", "2026-03-02 Triaged difficulty=complex due=2026-03-20")
    assert day(graded, pack) == "2026-03-20"
    assert day(f"{graded}\n2026-03-05 Triaged difficulty=simple", pack) == "2026-03-20"
    assert due(graded, pack, "2026-03-21")["resolve"].state == "overdue"


def test_no_limit_is_followed_until_it_is_settled():
    pack = rules(clock(0, "none"))
    open_ = due(came("2026-03-02"), pack, "2030-01-01")["resolve"]
    assert (open_.due, open_.state, open_.limit_text) == (None, "running", "不限时，跟踪到办结")
    assert (
        due(came("2026-03-02", "2027-03-02 Resolved outcome=solved"), pack)["resolve"].state
        == "met"
    )


@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        ("wd", "2026-09-19", "2026-09-20"),
        ("wd_roll", "2026-09-19", "2026-09-21"),
        ("wd_roll", "2026-09-30T17:29", "2026-10-08"),
        ("wd_roll", "2026-09-30T17:30", "2026-10-09"),
    ],
)
def test_a_rest_day_and_the_cut_off_count_as_the_pack_says(rule, start, expected):
    assert (
        day(
            came(start),
            rules(
                clock(1, "working_day"),
                f'day_rule = "{rule}"\ncutoff = "17:30"\nproposed = ["cutoff"]',
            ),
        )
        == expected
    )


# -- states --------------------------------------------------------------------------------------------------------

FIVE = rules(clock(5, "working_day", more=YELLOW_RED))
MONDAY = came("2026-03-02")
"""Five working days from Monday 2 March end on Monday the 9th."""


@pytest.mark.parametrize(
    ("now", "state", "colour", "left"),
    [
        ("2026-03-02", "running", "", 5),
        ("2026-03-05T23:59", "running", "", 2),
        ("2026-03-06T00:00", "warning", "yellow", 1),
        ("2026-03-08", "warning", "yellow", 1),
        ("2026-03-09T00:00", "warning", "orange", 0),
        ("2026-03-09T23:59", "warning", "orange", 0),
        ("2026-03-10T00:00", "overdue", "red", -1),
        ("2026-03-14", "overdue", "red", -4),
    ],
)
def test_state_and_colour_from_the_first_warning_to_the_day_after(now, state, colour, left):
    found = due(MONDAY, FIVE, now)["resolve"]
    assert (found.due, found.state, found.colour, found.left) == (
        date(2026, 3, 9),
        state,
        colour,
        left,
    )
    assert found.warn_from == date(2026, 3, 6)


@pytest.mark.parametrize(
    ("settled", "state"), [("2026-03-09T23:59", "met"), ("2026-03-10T00:00", "met_late")]
)
def test_settled_on_the_last_day_is_on_time_whenever_that_is(settled, state):
    found = due(f"{MONDAY}\n{settled} Resolved outcome=solved", FIVE, "2026-05-01")["resolve"]
    assert (found.state, found.colour, found.left) == (state, "", None)
    assert found.met_at == at(settled)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-03-09T17:30", "warning"),
        ("2026-03-09T17:31", "overdue"),
        ("2026-03-09T08:00", "warning"),
    ],
)
def test_where_the_pack_says_so_the_last_day_ends_at_closing_time(now, state):
    pack = rules(
        clock(5, "working_day", more=YELLOW_RED) + OFFICE,
        'day_rule = "wd"\ndue_time = "close_of_business"\nproposed = ["due_time"]',
    )
    assert due(MONDAY, pack, now)["resolve"].state == state
    settled = due(f"{MONDAY}\n{now} Resolved outcome=solved", pack)["resolve"].state
    assert settled == ("met_late" if state == "overdue" else "met")


def test_overdue_on_a_rest_day_is_one_day_late():
    saturday = due(came("2026-03-02"), rules(clock(0, "set")), "2026-03-02")
    assert saturday["resolve"].state == "running"
    friday = rules(clock(4, "working_day"))
    assert due(MONDAY, friday, "2026-03-07")["resolve"].left == -1


def test_a_clock_without_warnings_warns_of_nothing():
    found = due(MONDAY, rules(clock(5, "working_day")), "2026-03-09")["resolve"]
    assert (found.state, found.warn_from, found.colour) == ("running", None, "")


def test_a_deadline_that_leans_on_a_year_without_notice_says_so():
    found = due(came("2026-12-28"), rules(clock(10, "working_day")))["resolve"]
    assert (found.due, found.provisional, found.years) == (date(2027, 1, 12), True, (2027,))
    assert not due(MONDAY, FIVE)["resolve"].provisional


# -- which clock ---------------------------------------------------------------------------------------------------

TIERS = rules(
    "".join(
        clock(limit, "working_day", more=more)
        for limit, more in (
            (1, ""),
            (2, 'for = { difficulty = "complex" }'),
            (3, 'for = { difficulty = "complex", cause = "blockage" }'),
            (4, 'for = { difficulty = "simple", demand_kind = "complaint" }'),
            (
                6,
                'for = { difficulty = "complex", cause = "blockage", demand_kind = "complaint", round = "2+" }',
            ),
            (5, 'for = { difficulty = "complex", demand_kind = "complaint", cause = "blockage" }'),
        )
    )
)


@pytest.mark.parametrize(
    ("kind", "graded", "limit"),
    [
        ("help", "difficulty=simple", 1),
        ("help", "difficulty=complex", 2),
        ("help", "difficulty=complex cause=blockage", 3),
        ("help", "difficulty=complex cause=attitude,blockage", 3),
        ("help", "difficulty=simple cause=blockage", 1),
        ("complaint", "difficulty=simple", 4),
        ("complaint", "difficulty=complex", 2),
        ("complaint", "difficulty=complex cause=blockage", 5),
    ],
)
def test_the_most_specific_clock_wins(kind, graded, limit):
    text = f"2026-03-02 Registered matter=备案 demand_kind={kind}\n2026-03-02 Accepted\n2026-03-02 Triaged {graded}"
    assert due(text, TIERS)["resolve"].limit == limit


def test_a_clock_for_redos_holds_from_the_second_round_on():
    text = "2026-03-02 Registered matter=备案 demand_kind=complaint\n2026-03-02 Accepted\n2026-03-02 Triaged difficulty=complex cause=blockage"
    again = f"{text}\n2026-03-03 Resolved outcome=solved\n2026-03-04 Reopened reason=没办成"
    found = due(
        f"{again}\n2026-03-05 Resolved outcome=solved\n2026-03-06 Reopened reason=没办成", TIERS
    )
    assert [found[name].limit for name in ("resolve", "resolve2", "resolve3")] == [5, 6, 6]


def test_each_round_has_its_own_clock_from_its_reopening():
    text = f"{CLINIC}\n{GRADED}\n{SETTLED}\n2022-07-06 CalledBack solved=no grade=dissatisfied\n2022-07-07 Reopened reason=没办成"
    found = due(text, ZHANYI)
    assert (found["resolve"].due, found["resolve"].state) == (date(2022, 7, 8), "met")
    assert found["callback"].state == "met"
    redo = found["resolve2"]
    assert (redo.start, redo.limit, redo.due, redo.state) == (
        at("2022-07-07"),
        3,
        date(2022, 7, 12),
        "running",
    )
    assert not redo.assumed
    settled = due(f"{text}\n2022-07-13 Resolved outcome=solved", ZHANYI)
    assert settled["resolve"] == found["resolve"]
    assert settled["resolve2"].state == "met_late"
    assert settled["callback2"].due == date(2022, 7, 27)


def test_a_limit_from_intake_counts_from_the_reopening_in_a_later_round():
    found = due(
        f"{MONDAY}\n2026-03-03 Resolved outcome=solved\n2026-03-10 Reopened reason=没办成", FIVE
    )
    assert found["resolve2"].due == date(2026, 3, 17)


def test_clocks_that_have_not_started_do_not_run():
    pack = rules(
        clock(5, "working_day") + clock(3, "working_day", "callback", "Resolved", "CalledBack")
    )
    assert set(due(START, pack)) == set()
    assert set(due(MONDAY, pack)) == {"resolve"}
    assert set(due(f"{MONDAY}\n2026-03-03 Resolved outcome=solved", pack)) == {
        "resolve",
        "callback",
    }


# -- orders --------------------------------------------------------------------------------------------------------

ORDERED = came(
    "2026-03-02",
    "2026-03-02 Assigned lead=市监局 assist=卫健局 relay=公安局",
    "2026-03-04 Signed unit=卫健局",
)


def test_each_order_is_signed_by_its_own_clock():
    found = due(ORDERED, shipped("default"), "2026-03-05")
    signing = {
        one.order: (one.limit, one.due, one.state)
        for name, one in found.items()
        if one.name == "sign"
    }
    assert signing == {
        "市监局": (2, date(2026, 3, 4), "overdue"),
        "卫健局": (2, date(2026, 3, 4), "met"),
        "公安局": (1, date(2026, 3, 3), "overdue"),
    }


def test_an_order_given_later_is_signed_later():
    found = due(f"{ORDERED}\n2026-03-09 Assigned assist=自然资源局", shipped("default"))
    assert (found["sign自然资源局"].start, found["sign自然资源局"].due) == (
        at("2026-03-09"),
        date(2026, 3, 11),
    )
    assert found["sign市监局"].due == date(2026, 3, 4)


def test_an_order_that_ended_unsigned_was_missed_where_its_limit_had_passed():
    settled = due(
        f"{ORDERED}\n2026-03-04T10:00 Resolved outcome=solved", shipped("default"), "2026-04-01"
    )
    signing = {one.order: (one.state, one.late) for one in settled.values() if one.name == "sign"}
    assert signing == {"卫健局": ("met", False), "公安局": ("ended", True)}


def test_a_pack_without_signing_limits_asks_for_no_signature():
    assert not [
        name
        for name in due(ORDERED, ZHANYI._replace(in_force_from=None))
        if name.startswith("sign")
    ]


def test_nothing_but_now_decides_the_state():
    events = history(MONDAY)
    now = at("2026-03-09")
    assert deadlines(fold(events), FIVE, CALENDAR, now) == deadlines(
        fold(events), FIVE, CALENDAR, now
    )
