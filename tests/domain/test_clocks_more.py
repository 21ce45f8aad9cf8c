"""Clocks of their own kind: arriving on a whistle, promised by the item, rectifying, stopped by one kind of an event."""

from __future__ import annotations

from datetime import date

import pytest

from sample import FREE, after, at, clock, due, history, rules

OFFICE = '[office]\nhours = "09:00-12:00,13:30-17:30"\nproposed = true\n'
CAME = "2026-03-02 Registered matter=备案\n2026-03-02 Accepted"


def test_a_whistle_is_answered_within_half_an_hour():
    pack = rules(clock(30, "minute", "arrive", "Assigned", "Signed", 'for = { order = "whistle" }'))
    sent = f"{CAME}\n2026-03-02T09:00 Assigned lead=不动产窗口 how=whistle\n2026-03-02T09:00 Assigned assist=公安局"
    found = due(sent, pack, "2026-03-02T09:31")
    assert set(found) == {"arrive不动产窗口"}
    assert (found["arrive不动产窗口"].due, found["arrive不动产窗口"].state) == (
        at("2026-03-02T09:30"),
        "overdue",
    )
    assert (
        due(f"{sent}\n2026-03-02T09:30 Signed unit=不动产窗口", pack)["arrive不动产窗口"].state
        == "met"
    )


def test_the_item_promises_its_own_limit():
    pack = rules(clock(0, "promised"))
    found = due(f"{CAME.replace('备案', '备案 promised=7')}", pack)["resolve"]
    assert (found.due, found.limit_text) == (date(2026, 3, 11), "承诺 7 个工作日")
    assert due(CAME, pack)["resolve"].due is None


def test_a_bad_answer_is_made_good_and_may_be_so_in_the_next_round():
    pack = rules(clock(3, "working_day", "rectify", "CalledBack", "FedBack"))
    called = (
        f"{CAME}\n2026-03-03 Resolved outcome=solved\n2026-03-04 CalledBack solved=no grade=bad"
    )
    assert "rectify" not in due(called.replace("grade=bad", "grade=good satisfied=yes"), pack)
    assert due(called, pack, "2026-03-10")["rectify"].state == "overdue"
    again = f"{called}\n2026-03-05 Reopened reason=没办成\n2026-03-06 FedBack stage=final text=好"
    assert due(again, pack, "2026-03-10")["rectify"].state == "met"


@pytest.mark.parametrize(
    ("stage", "state"), [("first", "overdue"), ("interim", "overdue"), ("final", "met")]
)
def test_only_the_final_answer_stops_what_waits_for_it(stage, state):
    pack = rules(clock(3, "working_day", "result_feedback", "Accepted", "FedBack.final"))
    assert (
        due(f"{CAME}\n2026-03-04 FedBack stage={stage} text=x", pack, "2026-03-10")[
            "result_feedback"
        ].state
        == state
    )


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-03-02T17:30", "running"),
        ("2026-03-02T17:31", "overdue"),
        ("2026-03-03T08:00", "overdue"),
    ],
)
def test_close_of_business_passes_at_closing_time(now, state):
    assert due(CAME, rules(clock(0, "close_of_business") + OFFICE), now)["resolve"].state == state


@pytest.mark.parametrize(
    ("now", "state", "colour"),
    [
        ("2026-03-02T10:59", "running", ""),
        ("2026-03-02T11:00", "warning", "yellow"),
        ("2026-03-02T13:01", "overdue", "red"),
    ],
)
def test_hours_warn_in_hours(now, state, colour):
    warn = 'warnings = [{ left = 2, colour = "yellow" }, { left = -0, colour = "red" }]'
    found = due(CAME, rules(clock(4, "hour", more=warn.replace("-0", "0"))), now)["resolve"]
    assert (found.state, found.colour) == (state, colour)


def test_a_case_corrected_to_before_the_rules_runs_no_clock():
    pack = rules(clock(5, "working_day"))._replace(in_force_from=date(2026, 3, 1))
    from bbcs.domain.clocks import deadlines
    from sample import CALENDAR

    moved = after(
        history(CAME), "2026-03-09 correct field=received_at new=2026-02-27 why=记错", pack
    )
    assert deadlines(moved, pack, CALENDAR, at("2026-03-09")) == []


@pytest.mark.parametrize(("day", "state"), [("2026-03-05", "met"), ("2026-03-20", "met_late")])
@pytest.mark.parametrize(
    "left", ["Withdrawn reason=自行办好", "TransferredOut to=市信访局 reason=信访"]
)
def test_who_leaves_ends_the_handling_in_time_or_late(left, day, state):
    found = due(f"{CAME}\n{day} {left}", rules(FREE), now="2026-06-01")
    assert found["resolve"].state == state
