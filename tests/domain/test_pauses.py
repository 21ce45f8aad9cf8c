"""Clocks that stop and go on: what is left is kept, holidays credit nothing, and a paused case is never overdue."""

from __future__ import annotations

from datetime import date

import pytest

from bbcs.errors import BadDate, GateClosed, TransitionRefused, UnknownWord
from sample import clock, due, one, refusal, rules, shipped, standing

PAUSABLE = "pausable = true"
TEN = rules(
    clock(10, "working_day", more=PAUSABLE)
    + clock(5, "working_day", "callback", "Resolved", "CalledBack")
)


def came(day: str, *more: str) -> str:
    return "\n".join([f"{day} Registered matter=备案", f"{day} Accepted", *more])


def paused(day: str, stopped: str, resumed: str = "") -> str:
    return came(
        day, f"{stopped} Paused reason=appraisal", *([f"{resumed} Resumed"] if resumed else [])
    )


def test_the_foreign_shareholder_of_linfen():
    text = paused("2022-07-04", "2022-07-08", "2022-09-26")
    assert due(text, TEN, "2022-09-27")["resolve"].due == date(2022, 10, 9)
    assert due(paused("2022-07-04", "2022-07-08"), TEN, "2022-09-01")["resolve"].due == date(
        2022, 7, 18
    )


def test_a_pause_over_a_holiday_credits_no_day_of_it():
    before = due(came("2026-09-25"), TEN)["resolve"].due
    assert due(paused("2026-09-25", "2026-09-30", "2026-10-07"), TEN)["resolve"].due == before
    assert due(paused("2026-09-25", "2026-09-30", "2026-10-08"), TEN)["resolve"].due > before


def test_a_paused_case_is_never_overdue():
    text = paused("2026-03-02", "2026-03-06")
    for now in ("2026-03-06", "2026-03-16", "2026-03-17", "2027-01-04"):
        found = due(text, TEN, now)["resolve"]
        assert (found.state, found.left, found.colour) == ("paused", None, "")


@pytest.mark.parametrize(
    ("limit", "start", "stopped", "resumed", "expected"),
    [
        (clock(15, "calendar_day", more=PAUSABLE), "2026-03-02", "2026-03-07", "2026-04-01", "2026-04-13"),
        (clock(24, "hour", more=PAUSABLE), "2026-03-02T10:00", "2026-03-02T16:00", "2026-03-04T09:00", "2026-03-05T03:00:00+08:00"),
        (clock(8, "hour", more=f'{PAUSABLE}\nhours = "business"'), "2026-03-02T10:00", "2026-03-02T11:00", "2026-03-04T09:00",
         "2026-03-04T17:30:00+08:00"),
    ],
    ids=["calendar days", "hours", "office hours"],
)  # fmt: skip
def test_a_pause_is_counted_in_the_clocks_own_unit(limit, start, stopped, resumed, expected):
    pack = rules(limit + '[office]\nhours = "09:00-12:00,13:30-17:30"\nproposed = true\n')
    found = due(paused(start, stopped, resumed), pack)["resolve"]
    assert found.due.isoformat() == expected


@pytest.mark.parametrize(
    ("limit", "unit"),
    [(5, "working_day"), (5, "calendar_day"), (1, "month"), (0, "same_day"), (0, "close_of_business")],
)  # fmt: skip
def test_a_pause_that_is_over_before_the_day_of_receipt_moves_nothing(limit, unit):
    """Taken in after hours before a holiday: received on the Monday, whatever was paused on the evening before."""
    head = 'day_rule = "wd_roll"\ncutoff = "17:30"'
    pack = rules(clock(limit, unit, more=PAUSABLE), head)
    evening, received = "2026-09-24T18:00", "2026-09-28"  # the Mid-Autumn Festival lies between
    whole = due(came(evening), pack)["resolve"]
    stopped = due(paused(evening, "2026-09-24T20:00", "2026-09-24T22:00"), pack)["resolve"]
    assert stopped.due == whole.due >= date.fromisoformat(received)
    longer = due(paused(evening, "2026-09-24T20:00", received), pack)["resolve"]
    assert longer.due == whole.due


def test_hours_may_be_stopped_on_their_last_day_while_some_are_left():
    pack = rules(clock(4, "hour", more=PAUSABLE))
    case = standing("accepted")  # taken at nine
    assert one(case, "2026-03-02T12:59 pause reason=鉴定", pack).kind == "Paused"
    refusal(GateClosed, case, "2026-03-02T13:00 pause reason=鉴定", pack)


def test_only_a_reason_of_the_pack_stops_a_clock():
    caught = refusal(UnknownWord, standing("handling"), "2026-03-09 pause reason=鉴訂", TEN)
    assert "鉴定" in caught.message
    assert (
        one(standing("handling"), "2026-03-09 pause reason=鉴定", TEN).data["reason"] == "appraisal"
    )


def test_twice_is_refused_and_so_is_going_on_twice():
    stopped = standing("handling", "2026-03-05 Paused reason=appraisal")
    caught = refusal(TransitionRefused, stopped, "2026-03-09 pause reason=鉴定", TEN)
    assert (caught.exit_code, "resume" in caught.allowed, "pause" in caught.allowed) == (
        11,
        True,
        False,
    )
    refusal(TransitionRefused, standing("handling"), "2026-03-09 resume", TEN)


def test_what_has_run_out_cannot_be_stopped():
    for day in ("2026-03-16", "2026-03-17"):
        assert (
            "到期"
            in refusal(GateClosed, standing("handling"), f"{day} pause reason=鉴定", TEN).message
        )
    assert one(standing("handling"), "2026-03-15 pause reason=鉴定", TEN)


def test_no_clock_that_can_stop_no_pause():
    refusal(
        GateClosed,
        standing("handling"),
        "2026-03-09 pause reason=supplement",
        shipped("default")._replace(clocks=()),
    )
    caught = refusal(
        UnknownWord, standing("handling"), "2026-03-09 pause reason=鉴定 clock=callback", TEN
    )
    assert caught.allowed == ["resolve"]


def test_what_is_expected_lies_ahead():
    refusal(BadDate, standing("handling"), "2026-03-09 pause reason=鉴定 until=2026-03-09", TEN)
    assert one(standing("handling"), "2026-03-09 pause reason=鉴定 until=2026-03-10", TEN)


def test_pauses_lie_in_order():
    stopped = standing("handling", "2026-03-06 Paused reason=appraisal")
    refusal(BadDate, stopped, "2026-03-09 resume late_reason=停电 at=2026-03-05", TEN)
    on = standing("handling", "2026-03-05 Paused reason=appraisal", "2026-03-09 Resumed")
    refusal(BadDate, on, "2026-03-10 pause reason=鉴定 late_reason=停电 at=2026-03-06", TEN)
    refusal(
        BadDate,
        on,
        "2026-03-10 resolve outcome=solved measures=好 late_reason=停电 at=2026-03-06",
        TEN,
    )


def test_settling_ends_the_pause():
    text = paused("2026-03-02", "2026-03-06")
    found = due(f"{text}\n2026-03-20 Resolved outcome=solved", TEN)["resolve"]
    assert (found.state, found.due) == ("met", date(2026, 3, 30))
    assert not standing(
        "handling", "2026-03-05 Paused reason=appraisal", "2026-03-06 Resolved outcome=solved"
    ).pause


def test_two_pauses_keep_two_rests():
    text = f"{paused('2026-03-02', '2026-03-04', '2026-03-09')}\n2026-03-11 Paused reason=appraisal\n2026-03-16 Resumed"
    assert due(text, TEN)["resolve"].due == date(2026, 3, 24)


def test_a_pause_of_one_clock_leaves_the_others_running():
    both = rules(
        clock(10, "working_day", more=PAUSABLE)
        + clock(8, "working_day", "opinion", "Accepted", "FedBack", PAUSABLE)
    )
    found = due(
        came("2026-03-02", "2026-03-04 Paused reason=appraisal clock=opinion"), both, "2026-03-05"
    )
    assert (found["resolve"].state, found["opinion"].state) == ("running", "paused")


@pytest.mark.parametrize(
    ("stopped", "resumed", "expected"),
    [
        ("2026-03-07", "2026-03-11", "2026-03-11"),
        ("2026-03-07", "2026-03-14", "2026-03-16"),
        ("2026-03-06T18:00", "2026-03-06T18:30", "2026-03-08"),
        ("2026-03-05", "2026-03-11", "2026-03-12"),
    ],
    ids=["until a working day", "until a Saturday", "of an hour", "with a day left"],
)
def test_a_pause_before_a_date_on_a_day_off(stopped: str, resumed: str, expected: str):
    """An order is due on Sunday 8 March: on Saturday no working day is left to count on with."""
    text = came(
        "2026-03-02",
        "2026-03-03 Assigned lead=甲 due=2026-03-08",
        f"{stopped} Paused reason=appraisal",
        f"{resumed} Resumed",
    )
    found = due(text, TEN, resumed)
    assert [f"{one.due}" for one in found.values() if one.order] == [expected]
