"""Levels, meetings, supervision, groups, links; and complaints about staff."""

from __future__ import annotations

import pytest

from bbcs.domain.clocks import deadlines
from bbcs.domain.escalation import proposal
from bbcs.domain.fold import fold
from bbcs.domain.masking import HIDDEN
from bbcs.errors import BadDate, BadValue, GateClosed, MissingInput, NotPermitted
from bbcs.usecases import reports
from bbcs.usecases.projection import row
from bbcs.views import history as pages, messages, story
from bbcs.views.history import history as shown
from sample import (
    CALENDAR,
    FREE,
    NO,
    Desk,
    acted,
    after,
    at,
    grown,
    history,
    in_phase,
    one,
    refusal,
    rules,
    shipped,
    standing,
)

PLAIN = rules(FREE)
DEFAULT = shipped("default")
INTAKE = "2026-03-02 intake matter=诊所备案 demand=慢 reporter=陈试验"


# -- levels --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "level"),
    [
        ("2026-03-02 Triaged difficulty=general", None),
        ("2026-03-02 Triaged difficulty=complex", "2"),
        ("2026-03-02 Triaged difficulty=special", "3"),
        ("2026-03-02 Triaged difficulty=complex level=2", None),
        ("2026-03-02 Assigned lead=甲", None),
        ("2026-03-02 Assigned lead=甲 assist=乙", "2"),
        ("2026-03-02 Assigned lead=甲 assist=乙,丙,丁", "3"),
        (
            "\n".join(
                f"2026-03-0{n} Assigned relay=甲\n2026-03-0{n} Returned unit=甲 reason=不归"
                for n in (2, 3, 4)
            ),
            "2",
        ),
        (
            "\n".join(
                f"2026-03-0{n} Assigned relay=甲\n2026-03-0{n} Returned unit=甲 reason=不归"
                for n in (2, 3, 4, 5, 6)
            ),
            "3",
        ),
        ("2026-03-02 Resolved outcome=solved\n2026-03-03 Reopened reason=没办成", "2"),
        ("2026-03-02 Resolved outcome=solved", None),
        (
            "2026-03-02 Assigned lead=甲\n2026-03-02 Forwarded unit=甲 to=乙\n2026-03-02 Forwarded unit=乙 to=丙",
            "2",
        ),
        (
            "2026-03-02 Assigned lead=甲\n"
            + "\n".join(
                f"2026-03-02 Forwarded unit={a} to={b}" for a, b in ("甲乙", "乙甲", "甲乙")
            ),
            "3",
        ),
    ],
)
def test_a_level_is_proposed_and_never_taken(entries, level):
    case = fold(grown(in_phase("accepted"), entries))
    found = proposal(case, DEFAULT)
    assert (found.level if found else None) == level
    assert not found or found.why


def test_levels_go_up_and_only_a_leader_raises_them():
    case = standing("handling", "2026-03-05 Escalated level=2 reason=难")
    assert (case.level, case.flags) == ("2", ("level",))
    assert refusal(GateClosed, case, "2026-03-09 escalate level=2 reason=难", PLAIN).allowed == [
        "3"
    ]
    refusal(GateClosed, case, "2026-03-09 escalate level=1 reason=易", PLAIN)
    refusal(NotPermitted, case, "2026-03-09 escalate level=3 reason=难", PLAIN, roles=["clerk"])
    assert one(case, "2026-03-09 escalate level=3 reason=难", PLAIN).data["to"] == "分管领导"
    assert one(case, "2026-03-09 escalate level=3 reason=难 to=市长", PLAIN).data["to"] == "市长"


# -- meetings, slips -----------------------------------------------------------------------------------------------


def test_one_meeting_over_several_cases_has_one_number():
    desk = Desk()
    for _ in range(3):
        desk.do(INTAKE)
    numbers = list(desk.ledger.rows)
    desk.do(
        "2026-03-03 convene host=联席会议 unit=水务局 resolution=审批|水务局|2026-03-20 case=0002,0003,0001",
        no="0001",
    )
    assert [event.case_no for event in desk.ledger.entries if event.kind == "Convened"] == numbers
    assert {event.data["meeting"] for event in desk.ledger.entries if event.kind == "Convened"} == {
        f"{numbers[0]}-会1"
    }
    assert desk.do("2026-03-04 convene host=联席会议 unit=水务局", no="0001").case.meetings == (
        f"{numbers[0]}-会1",
        f"{numbers[0]}-会2",
    )


def test_a_meeting_decides_ahead_and_nobody_is_there_and_away():
    text = "2026-03-09 convene host=联席会议 unit=水务局"
    refusal(BadDate, standing("handling"), f"{text} resolution=审批|水务局|2026-03-08", PLAIN)
    refusal(BadValue, standing("handling"), f"{text} absent=水务局", PLAIN)
    refusal(BadValue, standing("handling"), f"{text} resolution=审批", PLAIN)


SLIP = "2026-03-05 supervise kind=催办 unit=公安局 reason=快到期"


def test_slips_are_numbered_and_answered():
    first = grown(
        in_phase("handling"),
        f"2026-03-05 Supervised kind=remind unit=公安局 reason=快 slip={NO}-督1",
    )
    assert one(fold(in_phase("handling")), SLIP, PLAIN).data["slip"] == f"{NO}-督1"
    assert one(fold(first), SLIP.replace("03-05", "03-06"), PLAIN).data["slip"] == f"{NO}-督2"
    answered = after(first, "2026-03-06 supervise answer=督1 text=已派人", PLAIN)
    assert answered.slips[0].answered_at
    assert answered.flags == ("supervised",)
    refusal(GateClosed, answered, "2026-03-07 supervise answer=督1 text=再答", PLAIN)
    refusal(MissingInput, fold(first), "2026-03-06 supervise answer=督1", PLAIN)
    card = "2026-03-05 supervise kind={} unit=公安局 reason=慢 colour=red"
    assert one(standing("handling"), card.format("card"), PLAIN).data["colour"] == "red"
    assert "亮牌" in refusal(BadValue, standing("handling"), card.format("remind"), PLAIN).message


def test_a_card_has_a_colour_and_a_slip_an_addressee():
    assert (
        "--colour"
        in refusal(MissingInput, standing("handling"), SLIP.replace("催办", "card"), PLAIN).message
    )
    assert (
        one(standing("handling"), SLIP.replace("催办", "card") + " colour=黄色", PLAIN).data[
            "colour"
        ]
        == "yellow"
    )
    caught = refusal(MissingInput, standing("handling"), "2026-03-05 supervise", PLAIN)
    assert caught.allowed == ["kind", "unit", "reason"]
    refusal(BadDate, standing("handling"), f"{SLIP} due=2026-03-04", PLAIN)


# -- groups, links -------------------------------------------------------------------------------------------------


def test_cases_of_a_group_stand_together_and_settle_each_by_itself():
    desk = Desk()
    for _ in range(3):
        desk.do(INTAKE)
    desk.do("2026-03-03 merge group=水保 with=0002 sort=历史项目", no="0001")
    assert desk.ledger.group("水保") == list(desk.ledger.rows)[:2]
    desk.do("2026-03-03 merge with=0003", no="0002")
    assert desk.ledger.group("水保") == list(desk.ledger.rows)
    with pytest.raises(GateClosed, match="早已这样记了"):
        desk.do("2026-03-04 merge group=水保", no="0003")
    with pytest.raises(GateClosed, match="已在并案组“水保”"):
        desk.do("2026-03-04 merge group=别的", no="0003")
    with pytest.raises(GateClosed, match="不在并案组“别的”"):
        desk.do("2026-03-04 resolve outcome=solved measures=好 group=别的", no="0003")
    desk.do("2026-03-04 resolve outcome=solved measures=好 group=水保", no="0003")
    desk.do("2026-03-04 merge undo=yes", no="0002")
    assert desk.ledger.group("水保") == list(desk.ledger.rows)[::2]
    with pytest.raises(GateClosed):
        desk.do("2026-03-04 merge undo=yes", no="0002")


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ("kind=common", "--theme"),
        ("kind=repeat", "--to"),
        ("kind=prerequisite item=甲", "--needs"),
        ("kind=prerequisite item=甲 needs=乙", "--first"),
    ],
)
def test_a_link_says_what_it_links(given, lacking):
    assert (
        lacking
        in refusal(MissingInput, standing("handling"), f"2026-03-09 link {given}", PLAIN).message
    )


def test_nothing_is_linked_to_itself():
    refusal(BadValue, standing("handling"), f"2026-03-09 link kind=repeat to={NO}", PLAIN)
    refusal(
        BadValue,
        standing("handling"),
        "2026-03-09 link kind=prerequisite item=甲 needs=甲 first=乙",
        PLAIN,
    )
    desk = Desk()
    desk.do(f"{INTAKE}\n{INTAKE}")
    linked = desk.do("2026-03-03 link kind=repeat to=0001", no="0002").events[0]
    assert linked.data["to"] == next(iter(desk.ledger.rows))


# -- complaints about staff ----------------------------------------------------------------------------------------

STAFF = history(
    "2026-03-02 Registered matter=刁难 reporter=陈试验 phone=13800000001 failed_unit=公安局 track=conduct\n2026-03-02 Accepted"
)
SHOW = "2026-03-09 {}"


def test_who_complains_is_hidden():
    case = fold(STAFF)
    assert case.flags == ("conduct",)
    assert (row(case, "HT01", PLAIN)["reporter"], row(case, "HT01", PLAIN)["phone"]) == (
        HIDDEN,
        None,
    )
    assert not {"reporter", "phone"} & set(shown(case, STAFF, reveal=False)[0]["data"])


def test_who_is_complained_of_never_handles_alone():
    case = fold(STAFF)
    refusal(GateClosed, case, SHOW.format("assign lead=公安局"), PLAIN)
    assert one(case, SHOW.format("assign lead=督查室 assist=公安局"), PLAIN)
    led = grown(STAFF, "2026-03-03 Assigned lead=督查室")
    refusal(GateClosed, fold(led), SHOW.format("forward to=公安局 reason=归它"), PLAIN)
    alone = grown(
        STAFF,
        "2026-03-03 Assigned lead=公安局 assist=督查室\n2026-03-04 Returned unit=督查室 reason=不归",
    )
    refusal(GateClosed, fold(alone), SHOW.format("resolve outcome=solved measures=好"), PLAIN)


def test_who_is_complained_of_never_calls_back():
    settled = grown(
        STAFF,
        "2026-03-03 Assigned lead=公安局 assist=督查室 handler=李经办\n2026-03-04 Resolved outcome=solved",
    )
    text = SHOW.format("callback reached=yes solved=yes grade=5")
    for by in ("公安局", "李经办"):
        refusal(GateClosed, fold(settled), f"{text} by={by}", PLAIN)
    refusal(GateClosed, fold(settled), text, PLAIN, actor="李经办")
    assert one(fold(settled), f"{text} by=督查室", PLAIN)


# -- after the handling --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", ["resolved", "called_back", "closed", "archived", "refused"])
def test_a_unit_is_held_to_account_and_answers_after_the_handling_too(phase: str) -> None:
    """The answer is written by a clerk; a dated slip runs from its own day on."""
    told = "2026-03-09 supervise kind=supervise unit=公安局 reason=结果不实 due=2026-03-12"
    case = after(in_phase(phase), told, DEFAULT)
    running = deadlines(case, DEFAULT, CALENDAR, at("2026-03-13"))
    assert [(one.name, one.state) for one in running if one.name == "slip"] == [("slip", "overdue")]
    written = acted(in_phase(phase), told, DEFAULT)
    answer = "2026-03-11 supervise answer=督1 text=已整改"
    assert after(written, answer, DEFAULT, roles=["clerk"]).slips[0].answered_at
    refused = refusal(NotPermitted, fold(in_phase(phase)), told, DEFAULT, roles=["clerk"])
    assert refused.allowed == ["supervisor", "leader"]


def test_only_a_card_has_a_colour() -> None:
    told = "2026-03-09 supervise kind=remind unit=公安局 reason=快到期 colour=red"
    assert "--kind card" in refusal(BadValue, standing("handling"), told, DEFAULT).message


def test_a_refused_case_is_taken_up_again_by_a_leader_and_is_no_redo() -> None:
    desk = Desk()
    desk.do(f"{INTAKE} decision=refuse refusal_reason=not_in_scope remedy=向县局反映")
    with pytest.raises(NotPermitted):
        desk.do("2026-03-03 reopen reason=确属受理范围", roles=("clerk",))
    taken_up = desk.do("2026-03-03 reopen reason=确属受理范围")
    case = taken_up.case
    assert (case.phase, case.round, case.first_round) == ("accepted", 2, 2)
    assert "已重新受理" in messages.line_of(taken_up, DEFAULT)
    done = desk.do("2026-03-03 triage difficulty=complex")
    (limit,) = [one for one in done.deadlines if one.name == "resolve"]
    assert (limit.limit, limit.start.date().isoformat()) == (10, "2026-03-03")  # not that of a redo
    settled = desk.do("2026-03-04 resolve outcome=solved measures=好")
    events = desk.ledger.events(settled.case.no)
    its_story = story.lines(settled._replace(events=events), DEFAULT, reveal=False)
    its_history = pages.lines(settled.case, events, DEFAULT, reveal=False)
    assert [any("已重新受理" in one for one in lines) for lines in (its_story, its_history)] == [
        True
    ] * 2
    month = reports.snapshot(desk.ledger, desk.office("2026-04-02"), reports.month("2026-03"))
    counts = month.counts[""]
    assert [counts[name] for name in ("received", "refused", "reopened", "closed")] == [1] * 4
    shares = {one.name: (one.numerator, one.denominator) for one in month.rates}
    assert (shares["on_time_rate"], shares["redo_rate"]) == ((1, 1), (0, 1))
    register = reports.register("work", month, desk.office("2026-04-02"))
    assert register.rows[0]["redo"] == "否（重新受理，第 2 轮）"
    assert register.rows[0]["outcome"] == "首轮：不予受理；第 2 轮：已解决"


def test_a_case_that_ended_is_voided_out_of_its_group():
    """No act takes it out any more; in hand the way out is to leave the group first."""
    joined = "2026-03-03 Merged group=甲组"
    for phase in ("resolved", "closed"):
        events = grown(in_phase(phase), joined)
        voided = acted(events, "2026-03-09 void reason=重复登记", PLAIN)
        assert (fold(voided).phase, fold(voided).group) == ("voided", "")
        back = fold(acted(voided, "2026-03-09 undo", PLAIN))
        assert (back.phase, back.group) == (phase, "甲组")
    held = fold(grown(in_phase("handling"), joined))
    assert refusal(GateClosed, held, "2026-03-09 void reason=重复登记", PLAIN).allowed == ["merge"]
