"""More time: how far, how often, until when asked, who approves; and what it did to the two cases of 沾益 that tell the readings apart."""

from __future__ import annotations

from datetime import date

import pytest

from bbcs.domain.station import ROLES, Operator
from bbcs.errors import BadDate, BadValue, GateClosed, MissingInput, NotPermitted
from sample import (
    Desk,
    acted,
    after,
    clock,
    decided,
    due,
    fold,
    grown,
    history,
    in_phase,
    one,
    refusal,
    rules,
    shipped,
    standing,
)

TELL = "told={} told_how=phone"
ASK = "extend days=2 reason=等评审"


def pack(mode: str = "additional", more: str = "", limit: str = "", head: str = "") -> object:
    """Ten working days, to be extended in this mode."""
    days = "" if mode in ("none", "notify_only") else "days = 5\n"
    count = "" if mode == "none" or "max_count" in more else "max_count = 1\n"
    clocks = limit or clock(10, "working_day", more="pausable = true")
    return rules(
        f'{clocks}[extension]\nmode = "{mode}"\n{days}{count}{more}proposed = true\n{head}'
    )


PLAIN = pack()
APPROVED = pack(more='approver = "站长"\n')
CASE = in_phase("handling")
"""Received on Monday 2 March 2026; ten working days end on the 16th."""


def new_due(text: str, rule: object = PLAIN, events: object = None) -> str:
    from bbcs.domain.clocks import deadlines
    from sample import CALENDAR, at

    case = after(events or CASE, text, rule)
    return next(
        one for one in deadlines(case, rule, CALENDAR, at("2026-03-16")) if one.name == "resolve"
    ).due.isoformat()


# -- how far -------------------------------------------------------------------------------------------------------

COAL = "2022-08-23 Registered matter=水保\n2022-08-23 Accepted\n2022-08-23 Triaged difficulty=special cause=legacy_issue"
DOCTOR = "2022-04-11 Registered matter=村医\n2022-04-11 Accepted\n2022-04-11 Triaged difficulty=special cause=no_qualification"
ZHANYI = shipped("zhanyi")
ADDED = ZHANYI._replace(extension=ZHANYI.extension._replace(mode="additional"))


@pytest.mark.parametrize(
    ("story", "asked", "rule", "latest", "beyond"),
    [
        (COAL, "2022-09-05", ZHANYI, "2022-09-14", "2022-09-15"),
        (COAL, "2022-09-05", ADDED, "2022-09-28", "2022-09-29"),
        (DOCTOR, "2022-04-20", ZHANYI, "2022-04-29", "2022-05-05"),
        (DOCTOR, "2022-04-20", ADDED, "2022-05-17", "2022-05-18"),
    ],
)
def test_fifteen_days_in_all_or_fifteen_more(story, asked, rule, latest, beyond):
    events = history(story)
    ask = f"{asked} extend reason=研究 {TELL.format(asked)} until="
    assert latest in refusal(GateClosed, fold(events), ask + beyond, rule).message
    assert new_due(ask + latest, rule, events) == latest


@pytest.mark.parametrize(("rule", "state"), [(ZHANYI, "met_late"), (ADDED, "met")])
def test_the_rural_doctor_is_late_by_one_reading_and_in_time_by_the_other(rule, state):
    until = "2022-04-29" if rule is ZHANYI else "2022-05-17"
    asked = f"2022-04-20 ExtensionAsked until={until} reason=研究\n2022-04-20 ExtensionDecided granted=yes"
    assert (
        due(f"{DOCTOR}\n{asked}\n2022-05-11 Resolved outcome=explained", rule)["resolve"].state
        == state
    )


def test_only_the_difficulty_that_the_pack_names_is_extended():
    simple = fold(history(DOCTOR.replace("special", "complex")))
    assert refusal(GateClosed, simple, "2022-04-20 extend days=1 reason=研究", ZHANYI).allowed == [
        "triage"
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [("days=5", "2026-03-23"), ("days=1", "2026-03-17"), ("until=2026-03-20", "2026-03-20")],
)
def test_so_many_days_or_until_a_day(given, expected):
    assert new_due(f"2026-03-10 extend {given} reason=等") == expected


@pytest.mark.parametrize("given", ["days=6", "until=2026-03-24"])
def test_no_further_than_the_pack_allows(given):
    assert refusal(
        GateClosed, fold(CASE), f"2026-03-10 extend {given} reason=等", PLAIN
    ).allowed == ["2026-03-23"]


def test_a_day_of_rest_or_no_later_day_is_no_new_limit():
    assert (
        "2026-03-20"
        in refusal(
            BadDate, fold(CASE), "2026-03-10 extend until=2026-03-21 reason=等", PLAIN
        ).message
    )
    refusal(BadDate, fold(CASE), "2026-03-10 extend until=2026-03-16 reason=等", PLAIN)
    refusal(BadValue, fold(CASE), "2026-03-10 extend until=2026-03-18 days=1 reason=等", PLAIN)
    refusal(MissingInput, fold(CASE), "2026-03-10 extend reason=等", PLAIN)
    refusal(MissingInput, fold(CASE), "2026-03-10 extend days=1", PLAIN)


def test_where_nothing_is_extended_or_only_told():
    assert refusal(GateClosed, fold(CASE), f"2026-03-10 {ASK}", pack("none")).allowed == [
        "escalate",
        "convene",
    ]
    assert new_due(f"2026-03-10 {ASK}", pack("notify_only")) == "2026-03-16"


def test_once_and_no_more_unless_the_pack_says_so():
    events = acted(CASE, f"2026-03-10 {ASK}", PLAIN)
    assert "最多 1 次" in refusal(GateClosed, fold(events), f"2026-03-11 {ASK}", PLAIN).message
    twice = pack(more="max_count = 2\n")
    assert (
        new_due(f"2026-03-11 {ASK}", twice, acted(CASE, f"2026-03-10 {ASK}", twice)) == "2026-03-20"
    )


@pytest.mark.parametrize("round_", ["1", "1+"])
def test_the_round_that_may_be_extended_is_read_as_clocks_read_it(round_):
    limited = pack(more=f'for = {{ round = "{round_}" }}\n')
    assert new_due(f"2026-03-10 {ASK}", limited) == "2026-03-18"
    later = pack(more='for = { round = "2+" }\n')
    assert "只许" in refusal(GateClosed, fold(CASE), f"2026-03-10 {ASK}", later).message


def test_a_new_round_may_be_extended_again():
    again = grown(
        acted(CASE, f"2026-03-10 {ASK}", PLAIN),
        "2026-03-11 Resolved outcome=solved\n2026-03-12 Reopened reason=没办成",
    )
    assert fold(acted(again, f"2026-03-13 {ASK}", PLAIN)).extensions[-1].round == 2


@pytest.mark.parametrize(
    ("limit", "given", "expected"),
    [
        (clock(15, "calendar_day"), "days=3", "2026-03-20"),
        (clock(12, "calendar_day"), "days=1", "2026-03-17"),
        (clock(0, "same_day"), "days=5", "2026-03-09"),
        (clock(200, "hour"), "days=24", "2026-03-11T17:00:00+08:00"),
    ],
    ids=["calendar days", "from the day it rolled to", "same day", "hours"],
)
def test_more_is_counted_in_the_limits_own_unit_from_the_present_deadline(limit, given, expected):
    assert (
        new_due(
            f"2026-03-02 extend {given} reason=等",
            pack(limit=limit),
            grown(in_phase("accepted"), "2026-03-02 Noted text=催"),
        )
        == expected
    )


def test_hours_too_have_an_end():
    rule = pack(limit=clock(8, "hour"))
    refusal(GateClosed, standing("accepted"), "2026-03-02 extend days=500 reason=等", rule)


# -- when ----------------------------------------------------------------------------------------------------------


def test_after_expiry_it_is_too_late_and_the_case_stays_overdue():
    caught = refusal(GateClosed, fold(CASE), f"2026-03-17 {ASK}", PLAIN)
    assert "已晚，按超期算" in caught.message
    assert one_asked("2026-03-16T23:59")


def one_asked(when: str, rule: object = PLAIN) -> bool:
    return decided(fold(CASE), f"{when} {ASK}", rule)[0].kind == "ExtensionAsked"


def test_on_the_last_day_before_the_cut_off():
    rule = pack(more='cutoff = "16:00"\n')
    assert one_asked("2026-03-16T15:59", rule)
    assert "16:00" in refusal(GateClosed, fold(CASE), f"2026-03-16T16:00 {ASK}", rule).message
    assert one_asked("2026-03-13T18:00", rule)


def test_what_is_paused_goes_on_first():
    stopped = grown(CASE, "2026-03-05 Paused reason=appraisal")
    for day in ("2026-03-10", "2026-04-10"):
        assert refusal(GateClosed, fold(stopped), f"{day} {ASK}", PLAIN).allowed == ["resume"]
    assert decided(fold(grown(stopped, "2026-04-10 Resumed")), f"2026-04-11 {ASK}", PLAIN)


def test_the_person_is_told_before_where_the_pack_wants_it():
    rule = pack(head="[gates]\ntell_before_extend = true\nproposed = ['tell_before_extend']\n")
    caught = refusal(MissingInput, fold(CASE), f"2026-03-10 {ASK}", rule)
    assert caught.allowed == ["told", "told_how"]
    refusal(BadDate, fold(CASE), f"2026-03-10 {ASK} {TELL.format('2026-03-11')}", rule)
    assert decided(fold(CASE), f"2026-03-10 {ASK} {TELL.format('2026-03-10')}", rule)


# -- who -----------------------------------------------------------------------------------------------------------

ASKED = acted(CASE, "2026-03-10 extend days=3 reason=等评审", APPROVED, actor="zs")
YES = "2026-03-11 extend approve=yes approver=王站长"


def test_asking_alone_moves_nothing():
    assert fold(ASKED).asked
    assert new_due("2026-03-11 note text=等", APPROVED, ASKED) == "2026-03-16"
    assert refusal(GateClosed, fold(ASKED), f"2026-03-11 {ASK}", APPROVED).allowed == [
        "approve",
        "reject",
    ]


def test_a_leader_approves_what_was_asked_or_less():
    assert new_due(YES, APPROVED, ASKED) == "2026-03-19"
    assert new_due(f"{YES} days=1", APPROVED, ASKED) == "2026-03-17"
    assert new_due(f"{YES} until=2026-03-18", APPROVED, ASKED) == "2026-03-18"
    refusal(BadValue, fold(ASKED), f"{YES} days=4", APPROVED)
    refusal(BadValue, fold(ASKED), f"{YES} until=2026-03-20", APPROVED)
    refusal(NotPermitted, fold(ASKED), YES, APPROVED, roles=["clerk"])


def test_nobody_approves_his_own():
    refusal(
        GateClosed, fold(ASKED), "2026-03-11 extend approve=yes approver=zs", APPROVED, actor="ls"
    )
    refusal(MissingInput, fold(ASKED), "2026-03-11 extend approve=yes", APPROVED)
    refusal(BadValue, fold(ASKED), f"{YES} reject=yes", APPROVED)


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_who_asked_does_not_decide_under_another_name_where_somebody_else_could(decision):
    line = f"2026-03-11 extend {decision}=yes approver=王站长 reason=见申请"
    desk = Desk(APPROVED)
    desk.do("2026-03-02 intake matter=诊所备案 demand=慢 anonymous=yes difficulty=complex")
    desk.do("2026-03-03 extend days=1 reason=等评审")
    leaders = tuple(Operator(one, one, ROLES) for one in ("zs", "ls"))
    alone = desk.station
    desk.station = alone._replace(operators=leaders)
    before = desk.state()
    with pytest.raises(GateClosed, match="同一位操作员"):
        desk.do(line)
    assert desk.state() == before
    desk.station = alone._replace(operators=leaders[:1])
    assert desk.do(line).events[-1].data["same_operator"] is True
    desk.do("2026-03-11 undo")
    desk.station = alone._replace(operators=leaders)
    assert "same_operator" not in desk.do(line, actor="ls").events[-1].data


def test_rejected_with_a_reason_it_stays_as_it_was():
    no = "2026-03-11 extend reject=yes approver=王站长"
    refusal(MissingInput, fold(ASKED), no, APPROVED)
    case = after(ASKED, f"{no} reason=不必", APPROVED)
    assert (case.extensions[-1].state, case.asked) == ("rejected", None)
    assert new_due(f"{no} reason=不必", APPROVED, ASKED) == "2026-03-16"
    assert decided(case, f"2026-03-12 {ASK}", APPROVED)


def test_nothing_is_approved_that_nobody_asked_nor_before_it_was_asked():
    refusal(GateClosed, fold(CASE), YES, APPROVED)
    refusal(BadDate, fold(ASKED), f"{YES} at=2026-03-09 late_reason=停电", APPROVED)


def test_what_was_asked_in_time_may_be_approved_after_the_day():
    assert new_due(YES.replace("03-11", "03-17"), APPROVED, ASKED) == "2026-03-19"


# -- orders and what is owed ---------------------------------------------------------------------------------------

OWN = "2026-03-02 Registered matter=备案\n2026-03-02 Accepted\n2026-03-02 Assigned lead=市监局 due=2026-03-06 assist=卫健局"


def test_an_orders_own_date_is_judged_by_itself():
    found = due(OWN, PLAIN, "2026-03-09")
    assert (found["resolve"].due, found["resolve"].state) == (date(2026, 3, 16), "running")
    assert {name: one.state for name, one in found.items() if one.order} == {
        "resolve市监局": "overdue",
        "resolve卫健局": "overdue",
    }


def test_before_the_rules_only_an_orders_own_date_holds():
    rule = PLAIN._replace(in_force_from=date(2026, 4, 1))
    found = due(OWN, rule, "2026-03-05")
    assert {name: one.due for name, one in found.items()} == {
        "resolve市监局": date(2026, 3, 6),
        "resolve卫健局": date(2026, 3, 6),
    }
    assert (
        due(f"{OWN}\n2026-03-06T18:00 Resolved outcome=solved", rule)["resolve市监局"].state
        == "met"
    )


def test_a_set_limit_is_that_of_the_triage_or_of_the_leads_order():
    rule = rules(clock(0, "set"))
    assert due(OWN, rule)["resolve"].due == date(2026, 3, 6)
    assert due(f"{OWN}\n2026-03-03 Triaged difficulty=complex due=2026-03-20", rule)[
        "resolve"
    ].due == date(2026, 3, 20)


def test_more_time_for_one_order_moves_it_and_the_case():
    asked = "2026-03-05 ExtensionAsked days=2 unit=市监局 reason=等\n2026-03-05 ExtensionDecided granted=yes"
    found = due(f"{OWN}\n{asked}", PLAIN)
    assert (found["resolve市监局"].due, found["resolve卫健局"].due) == (
        date(2026, 3, 10),
        date(2026, 3, 6),
    )
    assert found["resolve"].due == date(2026, 3, 18)


CUT_OFF = rules(
    clock(5, "working_day")
    + '[extension]\nmode = "total_cap"\ndays = 15\nmax_count = 1\ncutoff = "17:00"\nproposed = true\n'
)


@pytest.mark.parametrize(
    ("now", "said", "passes"),
    [
        ("2026-03-09T16:00", "2026-03-09T10:00", True),
        ("2026-03-09T17:00", "2026-03-09T10:00", False),
        ("2026-03-10T09:00", "2026-03-09T10:00", False),
    ],
)
def test_a_request_is_judged_by_when_it_is_written_down(now, said, passes):
    """Due on 2026-03-09; the hour of a request that is told does not pass the cut-off of the hour it is told."""
    case = standing("accepted")
    asking = f"{now} extend days=2 reason=等评审"
    more = {"at": said, "late_reason": "忘了登记"}
    if passes:
        assert len(decided(case, asking, CUT_OFF, **more)) == 2
        return
    refusal(GateClosed, case, asking, CUT_OFF, **more)
    refusal(GateClosed, case, asking, CUT_OFF, roles=("clerk",), approver="王站长", **more)
    _, granted = decided(case, asking, CUT_OFF, approver="王站长", **more)
    approval = {"granted": True, "approver": "王站长", "reason": "等评审"}
    assert granted.data == {**approval, "same_operator": True}


def test_approving_a_request_that_was_written_down_too_late_needs_a_reason():
    pack = CUT_OFF._replace(extension=CUT_OFF.extension._replace(approver="站长"))
    asked = acted(
        in_phase("accepted"),
        "2026-03-10 extend days=2 reason=等评审",
        pack,
        at="2026-03-09T10:00",
        late_reason="忘了登记",
    )
    approving = "2026-03-10T10:00 extend approve=yes approver=王站长"
    refusal(MissingInput, fold(asked), approving, pack)
    assert one(fold(asked), f"{approving} reason=确在九日提出", pack).data["granted"]
