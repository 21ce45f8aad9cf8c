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


# -- the first of several events, another clock's due date, what a clock is for --------------------------


def several(name: str, start: str, stop: str, more: str = "", days: int = 3) -> str:
    """A clock that waits for the first of several events; start and stop as TOML."""
    return (
        f'[[clock]]\nname = "{name}"\nlimit = {days}\nunit = "working_day"\nstart = {start}\n'
        f"stop = {stop}\n{more}\nproposed = true\n"
    )


FIRST = several("first_feedback", '"Accepted"', '["FedBack.first", "Notified.result", "Resolved"]')


@pytest.mark.parametrize(
    ("came", "state"),
    [
        ("2026-03-04 FedBack stage=first text=x", "met"),
        ("2026-03-04 FedBack stage=interim text=x", "overdue"),
        ("2026-03-04 Notified kind=result", "met"),
        ("2026-03-04 Notified kind=one_time", "overdue"),
        ("2026-03-05 Resolved outcome=solved", "met"),
        ("2026-03-06 Resolved outcome=solved", "met_late"),
        ("2026-03-06 Resolved outcome=solved\n2026-03-06 FedBack stage=first text=x", "met_late"),
    ],
)
def test_a_clock_stops_at_the_first_of_several_events(came, state):
    assert due(f"{CAME}\n{came}", rules(FIRST), "2026-03-10")["first_feedback"].state == state


def test_a_clock_starts_at_the_first_of_several_events():
    pack = rules(several("opinion", '["Escalated", "Convened"]', '"Stepped.verify"'))
    assert due(CAME, pack) == {}
    convened = f"{CAME}\n2026-03-05 Convened meeting=1 host=王"
    assert due(f"{convened}\n2026-03-09 Escalated level=2 reason=x", pack)["opinion"].due == date(
        2026, 3, 10
    )


DUE = clock(5, "working_day", more="pausable = true") + several(
    "callback", '"due:resolve"', '"CalledBack"', days=4
)


def test_a_clock_counted_from_another_ones_due_date_moves_with_it():
    pack = rules(DUE)
    found = due(CAME, pack)
    assert (found["resolve"].due, found["callback"].due) == (date(2026, 3, 9), date(2026, 3, 13))
    paused = f"{CAME}\n2026-03-04 Paused reason=appraisal\n2026-03-10 Resumed"
    found = due(paused, pack)
    assert (found["resolve"].due, found["callback"].due) == (date(2026, 3, 13), date(2026, 3, 19))


def test_such_a_clock_is_met_before_the_other_is_due():
    done = f"{CAME}\n2026-03-03 Resolved outcome=solved\n2026-03-04 CalledBack solved=yes grade=good satisfied=yes"
    found = due(done, rules(DUE), "2026-04-01")["callback"]
    assert (found.due, found.state, found.met_at) == (date(2026, 3, 13), "met", at("2026-03-04"))
    late = done.replace("2026-03-04 CalledBack", "2026-03-14 CalledBack")
    assert due(late, rules(DUE), "2026-04-01")["callback"].state == "met_late"


def test_such_a_clock_ends_with_the_case_and_waits_while_no_date_is_known():
    gone = f"{CAME}\n2026-03-04 Withdrawn reason=x"
    assert due(gone, rules(DUE), "2026-04-01")["callback"].state == "ended"
    unset = rules(clock(0, "set") + several("callback", '"due:resolve"', '"CalledBack"', days=4))
    assert "callback" not in due(CAME, unset)
    graded = f"{CAME}\n2026-03-02 Triaged difficulty=complex due=2026-03-20"
    assert due(graded, unset)["callback"].due == date(2026, 3, 26)


def test_such_a_clock_has_the_round_of_the_other():
    again = f"{CAME}\n2026-03-03 Resolved outcome=solved\n2026-03-04 CalledBack solved=no grade=bad\n2026-03-05 Reopened reason=x"
    pack = rules(DUE)
    found = {(one.name, one.round): one.due for one in deadlines_of(again, pack)}
    assert found[("callback", 2)] == date(2026, 3, 18)
    assert found[("callback", 1)] == date(2026, 3, 13)


def deadlines_of(text, pack, now="2026-06-01"):
    from bbcs.domain.clocks import deadlines
    from bbcs.domain.fold import fold
    from sample import CALENDAR

    return deadlines(fold(history(text)), pack, CALENDAR, at(now))


@pytest.mark.parametrize(
    ("condition", "there"),
    [
        ('outcome = "solved"', True),
        ('outcome = "explained"', False),
        ('track = "normal"', True),
        ('track = "conduct"', False),
        ('demand_kind = "help"', True),
        ('item = "诊所备案"', True),
        ('item = "备案"', False),
    ],
)
def test_a_clock_is_for_what_the_settled_case_is(condition, there):
    text = several("result_feedback", '"Resolved"', '"Notified"', f"for = {{ {condition} }}")
    done = (
        "2026-03-02 Registered matter=备案 items=诊所备案,设立登记\n2026-03-02 Accepted\n"
        "2026-03-03 Resolved outcome=solved counts_as=solved"
    )
    assert ("result_feedback" in due(done, rules(text))) is there


def test_a_clock_is_for_the_grade_of_the_last_answer_of_its_round():
    text = several("opinion", '"CalledBack"', '"FedBack.final"', 'for = { grade = "bad" }')
    called = f"{CAME}\n2026-03-03 Resolved outcome=solved\n2026-03-04 CalledBack solved=no satisfaction=1"
    pack = rules(text)
    assert due(called, pack)["opinion"].due == date(2026, 3, 9)
    assert "opinion" not in due(called.replace("satisfaction=1", "satisfaction=5"), pack)
    again = (
        f"{called}\n2026-03-05 Reopened reason=x\n2026-03-06 Resolved outcome=solved\n"
        "2026-03-07 CalledBack solved=yes satisfaction=5 satisfied=yes"
    )
    assert [one.round for one in deadlines_of(again, pack)] == [1]


def test_what_is_filed_after_the_call_still_counts():
    filed = several("result_feedback", '"Resolved"', '"Stepped.verify"')
    called = f"{CAME}\n2026-03-03 Resolved outcome=solved\n2026-03-04 CalledBack solved=yes satisfied=yes"
    assert due(called, rules(filed), "2026-03-05")["result_feedback"].state == "running"
    assert due(called, rules(filed), "2026-03-10")["result_feedback"].state == "overdue"
    stepped = f"{called}\n2026-03-05 Stepped kind=verify"
    assert due(stepped, rules(filed), "2026-03-10")["result_feedback"].state == "met"


@pytest.mark.parametrize(
    ("causes", "day"),
    [("blockage,attitude", 4), ("attitude,blockage", 12), ("attitude", 12), ("blockage", 4)],
)
def test_where_the_first_cause_decides_the_other_is_not_asked(causes, day):
    """The hall of practices.md §7.2 SM grades by cause; a case may have several."""
    text = clock(2, "working_day", more='for = { cause = "blockage" }') + clock(
        8, "working_day", more='for = { cause = "attitude" }'
    )
    others = clock(5, "working_day")  # no cause yet
    pack = rules(others + text, 'day_rule = "wd"\nseveral_causes = "first"')
    triaged = f"{CAME}\n2026-03-02 Triaged difficulty=complex cause={causes}"
    assert due(triaged, pack)["resolve"].due == date(2026, 3, day)
    assert due(CAME, pack)["resolve"].due == date(2026, 3, 9)


def test_the_first_of_several_events_is_the_one_that_happened_first():
    """An answer that was written down late was the first all the same."""
    pack = rules(clock(2, "working_day", "first_contact", "Assigned", "FedBack"))
    asked = f"{CAME}\n2026-03-03 Assigned lead=公安局\n2026-03-09 FedBack stage=interim text=在办"
    assert due(asked, pack)["first_contact"].state == "met_late"
    told = f"{asked}\n2026-03-04 FedBack stage=first text=已联系"
    contact = due(told, pack, "2026-03-10")["first_contact"]
    assert (contact.state, contact.met_at) == ("met", at("2026-03-04"))
    sooner = f"{asked}\n2026-03-02T10:00 Assigned assist=卫健部门"
    assert due(sooner, pack, "2026-03-10")["first_contact"].due == date(2026, 3, 4)


def test_a_redo_that_keeps_its_grade_runs_the_clock_of_the_grade():
    pack = rules(clock(3, "working_day", start="Triaged"))
    graded = f"{CAME}\n2026-03-02 Triaged difficulty=complex\n2026-03-03 Resolved outcome=solved"
    again = f"{graded}\n2026-03-04 Reopened reason=没办成"
    assert due(again, pack, "2026-03-20")["resolve2"].due == date(2026, 3, 9)
    anew = f"{again}\n2026-03-06 Triaged difficulty=simple"
    assert due(anew, pack, "2026-03-20")["resolve2"].due == date(2026, 3, 9)
    refused = "2026-03-02 Registered matter=备案\n2026-03-02 Refused reason=twice\n2026-03-04 Reopened reason=该受理"
    assert "resolve2" not in due(refused, pack, "2026-03-20")
    late = f"{refused}\n2026-03-06 Triaged difficulty=simple"
    assert due(late, pack, "2026-03-20")["resolve2"].due == date(2026, 3, 11)


def test_a_first_event_that_was_written_down_after_the_settlement_ends_with_it():
    """Nothing that the clock waits for can come any more: nobody is reminded of it."""
    pack = rules(clock(2, "working_day", "first_contact", "Notified", "Assigned"))
    settled = f"{CAME}\n2026-03-03 Notified kind=one_time\n2026-03-04 Resolved outcome=solved"
    late = f"{settled}\n2026-03-02T10:00 Notified kind=one_time"
    for text in (settled, late):
        assert due(text, pack, "2026-03-20")["first_contact"].state == "ended"
