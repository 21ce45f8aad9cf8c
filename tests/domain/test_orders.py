"""Orders given, returned, passed on: who has the case, who bounced it, by which date."""

from __future__ import annotations

from datetime import date

import pytest

from bbcs.domain.fold import fold
from bbcs.errors import BadDate, GateClosed, MissingInput, TransitionRefused
from sample import FREE, acted, after, due, grown, in_phase, one, refusal, rules, shipped, standing

PLAIN = rules(FREE)
LEAD, ASSIST = "区市场监管局", "卫健部门"
DEFAULT = shipped("default")


def test_the_lead_returns_the_order_and_the_case_is_triaged_again():
    case = after(
        in_phase("handling"), f"2026-03-09 return unit={LEAD} reason=不归本局 suggest=公安局", PLAIN
    )
    assert (case.phase, case.bounces, case.lead_unit) == ("triaged", 1, "")
    assert case.flags == ("bounces",)
    assert [order.state for order in case.orders] == ["returned", "sent"]
    assert case.assisting_units == (ASSIST,)


def test_an_assistant_returns_the_order_and_the_case_stays():
    case = after(in_phase("handling"), f"2026-03-09 return unit={ASSIST} reason=不归本局", PLAIN)
    assert (case.phase, case.bounces, case.lead_unit) == ("handling", 1, LEAD)


def test_the_last_order_returned_leaves_nobody():
    assert (
        after(
            grown(in_phase("triaged"), "2026-03-03 Assigned relay=公安局"),
            "2026-03-09 return reason=不归本局",
            PLAIN,
        ).phase
        == "triaged"
    )


def test_bounces_are_counted_over_the_whole_life():
    events = in_phase("triaged")
    for number in (1, 2, 3):
        events = acted(
            acted(events, f"2026-03-0{number + 2} assign lead=公安局", PLAIN),
            f"2026-03-0{number + 2} return reason=不归",
            PLAIN,
        )
        assert fold(events).bounces == number
    assert after(events, "2026-03-09 assign lead=公安局", PLAIN).lead_unit == "公安局"


def test_who_has_no_order_cannot_return_it():
    caught = refusal(
        GateClosed, standing("assigned"), "2026-03-09 return unit=公安局 reason=不归本局", PLAIN
    )
    assert caught.exit_code == 13
    assert caught.allowed == [LEAD, ASSIST]
    once = f"2026-03-04 Returned unit={ASSIST} reason=不归"
    refusal(
        GateClosed,
        standing("assigned", once),
        f"2026-03-09 return unit={ASSIST} reason=不归",
        PLAIN,
    )
    refusal(
        TransitionRefused,
        standing("triaged"),
        "2026-03-09 return unit=公安局 reason=不归本局",
        PLAIN,
    )


def test_of_several_orders_the_unit_is_named():
    assert (
        "--unit"
        in refusal(
            MissingInput, standing("assigned"), "2026-03-09 return reason=不归", PLAIN
        ).message
    )
    assert one(standing("assigned"), "2026-03-09 forward to=公安局 reason=归它", PLAIN).data[
        "unit"
    ] == ["", LEAD]


def test_an_order_passed_on_keeps_its_date_and_its_role():
    events = grown(
        in_phase("triaged"),
        f"2026-03-03 Assigned lead={LEAD} due=2026-03-20\n2026-03-04 Signed unit={LEAD}",
    )
    case = after(events, "2026-03-09 forward to=公安局 reason=归公安管", PLAIN)
    assert (case.phase, case.lead_unit, case.transfers, case.bounces) == (
        "handling",
        "公安局",
        1,
        0,
    )
    old, new = case.orders
    assert (old.state, new.state) == ("done", "sent")
    assert (new.unit, new.role, new.due, new.moved) == ("公安局", "lead", date(2026, 3, 20), True)


def test_an_assisting_order_passed_on_stays_an_assisting_order():
    case = after(
        in_phase("handling"), f"2026-03-09 forward unit={ASSIST} to=公安局 reason=归它", PLAIN
    )
    assert (case.orders[-1].role, case.lead_unit) == ("assist", LEAD)


def test_nothing_is_passed_on_to_who_has_it():
    refusal(GateClosed, standing("assigned"), f"2026-03-09 forward to={ASSIST} reason=归它", PLAIN)
    refusal(
        GateClosed,
        standing("assigned"),
        f"2026-03-09 forward unit=公安局 to={ASSIST} reason=归它",
        PLAIN,
    )


def test_a_second_lead_is_refused_until_the_first_is_out():
    assert refusal(
        GateClosed, standing("assigned"), "2026-03-09 assign lead=公安局", PLAIN
    ).allowed == ["assist"]
    returned = standing("assigned", f"2026-03-04 Returned unit={LEAD} reason=不归")
    assert one(returned, "2026-03-09 assign lead=公安局", PLAIN).kind == "Assigned"


@pytest.mark.parametrize(
    "given",
    [
        f"assist={ASSIST}",
        f"relay={LEAD}",
        "lead=公安局 assist=公安局",
        "assist=公安局 relay=公安局",
    ],
)
def test_no_unit_has_two_open_orders(given):
    refusal(GateClosed, standing("assigned"), f"2026-03-09 assign {given}", PLAIN)


@pytest.mark.parametrize(
    "act",
    [
        "return unit=卫健部门 reason=不归",
        "forward unit=卫健部门 to=公安局 reason=归它",
        "sign unit=卫健部门",
    ],
)
def test_nothing_comes_of_an_order_before_it_was_sent(act):
    refusal(
        BadDate,
        standing("assigned"),
        f"2026-03-09 {act} late_reason=停电 at=2026-03-02T10:00",
        PLAIN,
    )
    assert one(
        standing("assigned"), f"2026-03-09 {act} late_reason=停电 at=2026-03-03T10:00", PLAIN
    )


def test_the_order_that_is_meant_and_not_the_oldest_says_how_early():
    both = ("2026-03-03 Assigned assist=卫健部门", "2026-03-05 Assigned lead=公安局")
    refusal(
        BadDate,
        standing("triaged", *both),
        "2026-03-09 forward to=教育局 reason=归它 late_reason=停电 at=2026-03-04",
        PLAIN,
    )
    signed = standing("triaged", both[0], "2026-03-03 Signed unit=卫健部门", both[1])
    refusal(BadDate, signed, "2026-03-09 sign late_reason=停电 at=2026-03-04", PLAIN)


@pytest.mark.parametrize(
    "act",
    [
        "resolve outcome=solved measures=好",
        "withdraw reason=办好了",
        "transfer to=信访局 reason=信访",
    ],
)
def test_no_end_before_an_order_was_passed_on(act):
    moved = standing("assigned", f"2026-03-09 Forwarded unit={LEAD} to=公安局 reason=归它")
    refusal(BadDate, moved, f"2026-03-10 {act} late_reason=停电 at=2026-03-05", PLAIN)


SENT = "2026-03-02 Registered matter=备案\n2026-03-02 Accepted\n2026-03-02 Assigned lead=市监局 assist=卫健局"


def test_signing_ends_with_the_return_and_begins_anew_when_passed_on():
    back = due(f"{SENT}\n2026-03-03 Returned unit=市监局 reason=不归", DEFAULT, "2026-03-09")
    assert "sign市监局" not in back, "in time it leaves no clock"
    assert back["sign卫健局"].state == "overdue"
    moved = due(
        f"{SENT}\n2026-03-06 Forwarded unit=市监局 to=公安局 reason=归它", DEFAULT, "2026-03-09"
    )
    assert (moved["sign市监局"].state, moved["sign市监局"].late) == ("ended", True)
    assert (moved["sign公安局"].due, moved["sign公安局"].state) == (date(2026, 3, 10), "running")


def test_a_case_reopened_for_a_unit_says_whom_to_ask():
    case = after(in_phase("closed"), "2026-03-09 reopen reason=没办成 unit=公安局", PLAIN)
    assert (case.redo_unit, case.phase) == ("公安局", "triaged")
    assert (
        after(
            acted(in_phase("closed"), "2026-03-09 reopen reason=没办成 unit=公安局", PLAIN),
            "2026-03-10 assign lead=公安局",
            PLAIN,
        ).redo_unit
        == ""
    )


def test_who_helped_may_take_the_lead_over_and_then_has_one_order():
    handed = acted(in_phase("triaged"), "2026-03-03 assign lead=甲 assist=乙", PLAIN)
    back = acted(handed, "2026-03-04 return unit=甲 reason=不归", PLAIN)
    case = after(back, "2026-03-05 assign lead=乙", PLAIN)
    assert (case.lead_unit, case.assisting_units) == ("乙", ())
    assert [(order.unit, order.role) for order in case.open_orders] == [("乙", "lead")]
    refusal(GateClosed, fold(back), "2026-03-05 assign assist=乙", PLAIN)


def test_the_handler_goes_with_the_unit():
    """The officer of a unit that gave the order back or passed it on handles nothing for the next one."""
    handed = acted(in_phase("triaged"), "2026-03-03 assign lead=甲 handler=李经办", PLAIN)
    assert after(handed, "2026-03-04 assign assist=乙", PLAIN).handler == "李经办"
    back = acted(handed, "2026-03-04 return unit=甲 reason=不归", PLAIN)
    assert fold(back).handler == ""
    assert after(back, "2026-03-05 assign lead=乙", PLAIN).handler == ""
    moved = acted(handed, "2026-03-04 forward to=乙 reason=归它", PLAIN)
    assert fold(moved).handler == ""
    named = after(handed, "2026-03-04 forward to=乙 reason=归它 handler=王经办", PLAIN)
    assert (named.lead_unit, named.handler) == ("乙", "王经办")


def test_a_helper_that_goes_leaves_the_handler_and_a_redo_brings_its_own():
    handed = acted(in_phase("triaged"), "2026-03-03 assign lead=甲 assist=乙 handler=李经办", PLAIN)
    assert after(handed, "2026-03-04 return unit=乙 reason=不归", PLAIN).handler == "李经办"
    assert after(handed, "2026-03-04 forward unit=乙 to=丙 reason=归它", PLAIN).handler == "李经办"
    again = grown(handed, "2026-03-05 Resolved outcome=solved\n2026-03-06 Reopened reason=没办成")
    assert after(again, "2026-03-09 assign lead=甲", PLAIN).handler == "李经办"
    assert after(again, "2026-03-09 assign lead=丙", PLAIN).handler == ""


def test_the_handler_that_a_forward_names_is_the_leads():
    """The officer of a helper handles nothing for the unit that leads."""
    handed = acted(in_phase("triaged"), "2026-03-03 assign lead=甲 assist=乙 handler=李经办", PLAIN)
    text = "2026-03-04 forward unit=乙 to=丙 reason=归它 handler=王经办"
    assert "主办" in refusal(GateClosed, fold(handed), text, PLAIN).message
