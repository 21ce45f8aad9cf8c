"""One receipt for every clock, clocks that end, dates of slips and meetings (cases/counter.md 21, 22, 26, 31; rules.md 6, 7, 21;
acts.md 6, 8)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from bbcs.domain.deadline import Deadline
from bbcs.registers.entry import RegisterEntry
from bbcs.usecases.outcome import find
from bbcs.views import case_page, deadline_page
from bbcs.views.messages import line_of
from bbcs.views.rows import LineMaker
from sample import CALENDAR, FREE, Desk, at, clock, due, rules, shipped

INTAKE = "{at} intake matter=诊所备案 demand=办不下去 reporter=陈试验 phone=13800000001"
HOURS = '[office]\nhours = "09:00-12:00,13:30-17:30"\nproposed = true\n'


def clocks_of(desk: Desk, now: str, no: str = "0001") -> list[Deadline]:
    return find(desk.ledger, desk.office(now), no).deadlines


def state_of(desk: Desk, now: str, name: str) -> str:
    (one,) = [deadline for deadline in clocks_of(desk, now) if deadline.name == name]
    return one.state


# -- one receipt -----------------------------------------------------------------------------------


UNITS = ("same_day", "close_of_business", "working_day", "calendar_day", "month", "hour", "minute")


@given(
    unit=st.sampled_from(UNITS),
    rules_of_receipt=st.sampled_from(
        (("wd", "same_day"), ("wd", "next_workday"), ("wd_roll", "next_workday"), ("wd_roll", ""))
    ),
    cutoff=st.sampled_from(("12:00", "17:30", "18:30")),
    due_time=st.sampled_from(("end_of_day", "close_of_business")),
    minutes=st.integers(0, 60 * 24 * 30),
)
def test_nothing_is_overdue_at_birth(unit, rules_of_receipt, cutoff, due_time, minutes):
    """Whatever a pack says, and at whatever time of whatever day something comes."""
    rule, after_hours = rules_of_receipt
    head = f'day_rule = "{rule}"\ncutoff = "{cutoff}"\nafter_hours = "{after_hours}"\ndue_time = "{due_time}"'
    limit = 0 if unit in ("same_day", "close_of_business") else 1
    start = at("2026-02-09T00:00") + timedelta(minutes=minutes)
    moment = f"{start:%Y-%m-%dT%H:%M}"
    pack = rules(clock(limit, unit) + HOURS, head)
    found = due(f"{moment} Registered matter=备案\n{moment} Accepted", pack, moment)["resolve"]
    assert (found.state in ("running", "warning"), found.late) == (True, False)


def test_an_own_date_given_after_closing_time_ends_with_its_day():
    pack = rules(FREE + HOURS, 'day_rule = "wd"\ndue_time = "close_of_business"')
    told = "2026-03-02 Registered matter=备案\n2026-03-02 Accepted\n2026-03-03T18:00 Assigned lead=公安局 due=2026-03-03"
    assert due(told, pack, "2026-03-03T18:00")["resolve公安局"].state == "running"
    assert due(told, pack, "2026-03-04T00:00")["resolve公安局"].state == "overdue"


def test_a_simple_case_taken_after_the_cut_off_is_received_the_next_working_day():
    desk = Desk("linfen")
    desk.do(f"{INTAKE.format(at='2026-03-06T17:40')} difficulty=简单")  # a Friday
    (one,) = clocks_of(desk, "2026-03-06T17:50")
    assert (one.due, one.state) == (date(2026, 3, 9), "running")
    solved = desk.do("2026-03-06T17:50 resolve outcome=已解决 measures=好")
    entry = RegisterEntry(solved.case, solved.deadlines, solved.events, shipped("linfen"))
    assert entry.on_time is True


def test_the_cut_off_gives_every_clock_the_same_day_of_receipt():
    """A Friday at 18:00 by `wd_roll`: five working days count from Monday, and what is due on the day is due on Monday."""
    head = 'day_rule = "wd_roll"\ncutoff = "17:30"'
    friday = "2026-03-06T18:00 Registered matter=备案\n2026-03-06T18:00 Accepted"
    five = due(friday, rules(clock(5, "working_day") + HOURS, head))["resolve"]
    same = due(friday, rules(clock(0, "same_day") + HOURS, head))["resolve"]
    assert (five.counted.received, same.counted.received) == (date(2026, 3, 9), date(2026, 3, 9))
    assert (five.due, same.due) == (date(2026, 3, 16), date(2026, 3, 9))


def test_after_hours_the_next_working_day_receives_with_a_cut_off_too():
    head = 'day_rule = "wd"\ncutoff = "17:30"\nafter_hours = "next_workday"'
    told = "2026-03-06T18:00 Registered matter=备案\n2026-03-06T18:00 Accepted"
    found = due(told, rules(clock(5, "working_day") + HOURS, head))["resolve"]
    assert found.due == date(2026, 3, 16)
    steps = deadline_page.steps(found, rules(clock(5, "working_day") + HOURS, head))
    assert "17:30 及以后收到，算下一工作日收到" in steps[0]["text"]


# -- clocks end ------------------------------------------------------------------------------------


def test_clocks_of_a_closed_case_end():
    desk = Desk(
        rules(
            FREE
            + clock(3, "working_day", "callback", "Resolved", "CalledBack")
            + clock(2, "working_day", "first_feedback", "Accepted", "FedBack")
        )
    )
    desk.do(
        f"{INTAKE.format(at='2026-03-02')}\n2026-03-03 resolve outcome=solved measures=好\n2026-03-03 notify kind=result\n"
        "2026-03-03 callback reached=no\n2026-03-04 callback reached=no\n2026-03-05 callback reached=no"
    )
    desk.do("2026-03-05 close how=unreachable approver=王主任 reason=三次未接通")
    states = {one.name: (one.state, one.late) for one in clocks_of(desk, "2026-03-20")}
    assert states["callback"] == ("ended", False)
    assert states["first_feedback"] == ("ended", True)
    office = desk.office("2026-03-20")
    page = "\n".join(
        case_page.lines(find(desk.ledger, office, "0001"), office, history=False, reveal=False)
    )
    assert "已终止" in page
    assert "超期后终止" in page
    assert not desk.ledger.overdue(next(iter(desk.ledger.rows)), at("2026-03-20"))


@pytest.mark.parametrize(
    "last", ["withdraw reason=自行办好", "transfer to=市信访局 reason=信访事项"]
)
def test_a_case_that_left_waits_for_nothing(last):
    desk = Desk(rules(FREE + clock(2, "working_day", "first_feedback", "Accepted", "FedBack")))
    desk.do(f"{INTAKE.format(at='2026-03-02')}\n2026-03-03 {last}")
    assert state_of(desk, "2026-04-01", "first_feedback") == "ended"
    assert next(iter(desk.ledger.rows.values())).deadlines == []


# -- what the desk did not see ---------------------------------------------------------------------


def row(desk: Desk, now: str):
    return LineMaker(desk.office(now)).line(desk.ledger.stored(next(iter(desk.ledger.rows))))


FIRST = (
    clock(1, "working_day", "first_contact", "Assigned", "FedBack.first")
    + clock(1, "working_day", "first_feedback", "Accepted", "FedBack")
    + clock(30, "minute", "arrive", "Assigned", "Signed", 'for = { order = "whistle" }')
)


def test_an_orders_own_date_is_overdue_everywhere():
    desk = Desk()
    desk.do(
        f"{INTAKE.format(at='2026-03-02')} difficulty=特殊\n2026-03-02 assign lead=公安局 due=2026-03-04\n2026-03-02 sign"
    )
    no = next(iter(desk.ledger.rows))
    assert desk.ledger.overdue(no, at("2026-03-12"))
    line = row(desk, "2026-03-12")
    assert (line.row["due"], line.row["state"], line.row["days_left"]) == (
        "2026-03-04",
        "overdue",
        -6,
    )
    assert row(desk, "2026-03-04").row["due"] == "2026-03-23", "until then the case's own limit"


def test_first_contact_first_feedback_and_arrival_are_overdue_in_the_list():
    desk = Desk(rules(FREE + FIRST))
    desk.do(f"{INTAKE.format(at='2026-03-02')}\n2026-03-02 assign lead=公安局 how=whistle")
    assert (row(desk, "2026-03-02T09:31").clock, row(desk, "2026-03-02T09:31").row["state"]) == (
        "arrive",
        "overdue",
    )
    no = next(iter(desk.ledger.rows))
    late = [one["clock"] for one in desk.ledger.rows[no].deadlines if one["passes"] < "2026-03-05"]
    assert sorted(late) == ["arrive", "first_contact", "first_feedback"]


def test_slips_and_dated_resolutions_are_overdue_too():
    desk = Desk()
    desk.do(
        f"{INTAKE.format(at='2026-03-02')} difficulty=特殊\n"
        "2026-03-02 supervise kind=remind unit=公安局 reason=快 due=2026-03-04\n"
    )
    desk.do("2026-03-02 convene host=联席会议 unit=水务局", resolution=["批复|水务局|2026-03-05"])
    names = {one.name: one.state for one in clocks_of(desk, "2026-03-09")}
    assert (names["slip"], names["resolution"]) == ("overdue", "overdue")
    assert row(desk, "2026-03-09").clock == "slip"
    desk.do("2026-03-09 supervise answer=督1 text=办了\n2026-03-09 convene done=会1-1 text=已批复")
    names = {one.name: one.state for one in clocks_of(desk, "2026-03-09")}
    assert (names["slip"], names["resolution"]) == ("met_late", "met_late")


def test_a_handling_that_ends_with_the_answer_is_in_time_everywhere():
    """A `resolve` clock that stops at `FedBack.final`: the list said 超期 although the answer came in time."""
    pack = rules(clock(5, "working_day", stop="FedBack.final"))
    desk = Desk(pack)
    desk.do(f"{INTAKE.format(at='2026-03-02')}\n2026-03-03 feedback stage=final text=办好了")
    done = find(desk.ledger, desk.office("2026-03-20"), "0001")
    entry = RegisterEntry(done.case, done.deadlines, done.events, pack)
    line = row(desk, "2026-03-20").row
    assert (state_of(desk, "2026-03-20", "resolve"), line["state"], entry.on_time) == (
        "met",
        "met",
        True,
    )
    assert not desk.ledger.overdue(done.case.no, at("2026-03-20"))


def test_what_is_forwarded_late_is_late_for_the_sender_only():
    desk = Desk(rules(FREE))
    desk.do(
        f"{INTAKE.format(at='2026-03-02')}\n2026-03-02 assign lead=公安局 due=2026-03-04\n2026-03-09 forward to=水务局 reason=归它"
    )
    own = {one.order: (one.state, one.late) for one in clocks_of(desk, "2026-03-09") if one.number}
    assert own == {"公安局": ("ended", True)}


def test_a_unit_that_gave_its_order_back_has_no_clock():
    desk = Desk()
    desk.do(
        f"{INTAKE.format(at='2026-03-02')} difficulty=特殊\n2026-03-02 assign lead=公安局\n2026-03-02T10:00 return reason=不归"
    )
    assert not [one for one in clocks_of(desk, "2026-03-20") if one.order]


# -- sentences -------------------------------------------------------------------------------------


def test_no_sentence_blames_the_day_of_entry_into_force_without_reason():
    pack = rules(clock(5, "working_day"), 'day_rule = "wd"\nin_force_from = 2026-01-01')
    desk = Desk(pack)
    left = desk.do(
        f"{INTAKE.format(at='2026-03-02')} decision=later\n2026-03-03 withdraw reason=自行办好"
    )
    assert "施行" not in line_of(left, pack)
    only = {"difficulty": "simple", "cause": "blockage"}
    bare = pack._replace(clocks=tuple(one._replace(for_=only) for one in pack.clocks))
    desk = Desk(bare)
    done = desk.do(f"{INTAKE.format(at='2026-03-02')}\n2026-03-02 triage difficulty=simple")
    assert "没有给这一类定办理时限" in line_of(done, bare)


def test_the_account_of_a_deadline_says_what_a_day_is():
    pack = rules(clock(5, "working_day", more="pausable = true"))
    desk = Desk(pack)
    desk.do(f"{INTAKE.format(at='2026-03-02')}\n2026-03-07 pause reason=appraisal")  # a Saturday
    office = desk.office("2026-03-09")
    page = "\n".join(
        deadline_page.text(deadline_page.unfold(find(desk.ledger, office, "0001"), office))
    )
    assert "暂停计时（这天是休息日，本来不计）" in page
    free = Desk(rules(clock(0, "none")))
    free.do(INTAKE.format(at="2026-03-02"))
    office = free.office("2026-03-09")
    page = "\n".join(
        deadline_page.text(deadline_page.unfold(find(free.ledger, office, "0001"), office))
    )
    assert "无到期日" not in page
    assert "不限时，跟踪到办结（" in page
    hours = CALENDAR.explain(datetime(2026, 3, 2, 9), 24, "hours_wall")
    assert [step.number for step in hours] == [None, None]
