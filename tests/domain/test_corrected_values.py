"""A correction writes nothing that the corrected act itself would be refused for."""

from __future__ import annotations

import pytest

from bbcs.domain.fold import fold
from bbcs.errors import BadDate, GateClosed, NotPermitted
from sample import after, at, clock, grown, history, in_phase, one, refusal, rules

PLAIN = rules(clock(5, "working_day"))
WHY = "why=录错了"
GRADED = rules(
    clock(5, "working_day", more='for = { difficulty = "simple" }')
    + '[[clock]]\nname = "resolve"\nunit = "set"\nstart = "Accepted"\nstop = "Resolved"\nproposed = true\n'
    'for = { difficulty = "complex" }\n'
)


def test_a_grade_with_a_limit_of_its_own_is_not_corrected_to_without_a_date():
    """Such a case would have had no due date at all, and never be overdue."""
    simple = history(
        "2026-03-02 Registered matter=诊所备案 demand=办不下去 reporter=陈试验\n"
        "2026-03-02 Accepted\n2026-03-02 Triaged difficulty=simple"
    )
    text = f"2026-03-04 correct field=triage.difficulty new=complex {WHY}"
    assert refusal(GateClosed, fold(simple), text, GRADED).allowed == ["triage"]
    dated = grown(simple, "2026-03-03 Assigned lead=公安局 due=2026-03-20")
    assert after(dated, text, GRADED).current.difficulty == "complex"
    settled = grown(dated, "2026-03-05 Resolved outcome=solved counts_as=solved measures=办好了")
    text = text.replace("2026-03-04", "2026-03-06")
    assert after(settled, text, GRADED).current.difficulty == "complex"


def test_once_a_case_is_settled_a_grade_that_lacks_its_date_says_what_would_work():
    """Nobody can grade it then: what the refusal says must be possible."""
    settled = history(
        "2026-03-02 Registered matter=诊所备案 demand=办不下去 reporter=陈试验\n"
        "2026-03-02 Accepted\n2026-03-02 Triaged difficulty=simple\n"
        "2026-03-05 Resolved outcome=solved counts_as=solved measures=办好了"
    )
    text = f"2026-03-06 correct field=triage.difficulty new=complex {WHY}"
    refused = refusal(GateClosed, fold(settled), text, GRADED)
    assert refused.allowed == ["undo", "reopen"]
    assert "undo" in refused.message


@pytest.mark.parametrize(
    ("entry", "field", "new"),
    [
        ("Noted text=催", "failed_on", "2026-03-03"),
        ("Paused reason=appraisal until=2026-03-20", "pause.until", "2026-03-05"),
        ("Supervised slip=督1 kind=remind unit=公安局 reason=催 due=2026-03-20", "supervise.due", "2026-03-04"),
        ("Supervised slip=督1 kind=remind unit=公安局 reason=催 due=2026-03-20", "supervise.due", "2206-03-20"),
        ("Convened meeting=会1 resolution=批复|水务局|2026-03-20", "convene.resolution", "批复|水务局|2026-03-04"),
        ("Assigned assist=公安局 due=2026-03-20", "assign.due", "2206-03-20"),
    ],
)  # fmt: skip
def test_a_corrected_date_fits_its_entry(entry: str, field: str, new: str):
    case = fold(grown(in_phase("handling"), f"2026-03-05 {entry}"))
    refusal(BadDate, case, f"2026-03-09 correct field={field} new={new} {WHY}", PLAIN)


def test_the_resolutions_of_a_meeting_stay_as_many_as_they_are():
    """Their numbers are what is carried out later."""
    met = "2026-03-05 Convened meeting=会1 resolution=批复|水务局|2026-03-20,盖章|公安局|2026-03-21"
    case = fold(grown(in_phase("handling"), met))
    text = f"2026-03-09 correct field=convene.resolution {WHY}"
    one_less = refusal(GateClosed, case, text, PLAIN, new=["盖章|公安局|2026-03-21"])
    assert "2 条" in one_less.message
    assert one(case, text, PLAIN, new=["批复|水务局|2026-03-25", "盖章|公安局|2026-03-21"])


def test_a_clerk_lowers_no_level_by_a_correction():
    raised = history(
        "2026-03-02 Registered matter=诊所备案 demand=办不下去 reporter=陈试验\n"
        "2026-03-02 Accepted\n2026-03-02 Triaged difficulty=simple level=2"
    )
    text = f"2026-03-04 correct field=triage.level {WHY} new="
    refusal(NotPermitted, fold(raised), f"{text}1", PLAIN, roles=["clerk"])
    assert after(raised, f"{text}3", PLAIN, roles=["clerk"]).level == "3"
    assert after(raised, f"{text}1", PLAIN, roles=["leader"]).level == "1"


@pytest.mark.parametrize("field", ["callback.by", "assign.handler"])
def test_a_correction_puts_nobody_complained_of_into_the_case(field: str):
    complaint = history(
        "2026-03-02 Registered matter=态度差 demand=骂人 reporter=陈试验 track=conduct failed_unit=区城管局\n"
        "2026-03-02 Accepted\n2026-03-03 Assigned lead=纪检组 handler=王五\n"
        "2026-03-04 Resolved outcome=solved counts_as=solved measures=道歉\n"
        "2026-03-05 CalledBack solved=yes grade=good satisfaction=5 satisfied=yes by=赵六"
    )
    text = f"2026-03-09 correct field={field} {WHY} new="
    assert (
        "区城管局李四" in refusal(GateClosed, fold(complaint), f"{text}区城管局李四", PLAIN).message
    )
    assert one(fold(complaint), f"{text}李四光", PLAIN)


def test_a_slip_becomes_no_card_without_a_colour_and_loses_it_as_no_card():
    slip = "2026-03-05 Supervised slip=督1 kind={} unit=公安局 reason=催"
    reminder = fold(grown(in_phase("handling"), slip.format("remind")))
    text = f"2026-03-09 correct {WHY} field="
    refusal(GateClosed, reminder, f"{text}supervise.kind new=card", PLAIN)
    refusal(GateClosed, reminder, f"{text}supervise.colour new=red", PLAIN)
    card = grown(in_phase("handling"), f"{slip.format('card')} colour=red")
    (now,) = after(card, f"{text}supervise.kind new=supervise", PLAIN).slips
    assert (now.kind, now.colour) == ("supervise", "")
    assert after(card, f"{text}supervise.colour new=yellow", PLAIN).slips[0].colour == "yellow"


def test_a_corrected_receipt_takes_a_settlement_at_once_along_where_cases_are_numbered():
    """The number of the case stands between its registration and its settlement."""
    numbered = (
        "2026-03-02 Registered matter=诊所备案 demand=办不下去 reporter=陈试验\n"
        "2026-03-02 Issued paper=case year=2026 serial=1 number=禾亭办〔2026〕1号\n"
        "2026-03-02 Accepted\n2026-03-02 Triaged difficulty=simple\n"
        "2026-03-02 Resolved outcome=solved counts_as=solved measures=办好了"
    )
    for new in ("2026-03-02T10:30", "2026-02-27T10:00"):
        text = f"2026-03-09 correct field=received_at new={new} {WHY}"
        case = after(history(numbered), text, PLAIN)
        assert case.current.resolved_at == case.received_at == at(new)


def test_a_corrected_receipt_is_not_before_the_day_on_which_the_person_failed():
    case = fold(
        history("2026-03-02 Registered matter=诊所备案 failed_on=2026-02-27\n2026-03-02 Accepted")
    )
    text = f"2026-03-09 correct field=received_at {WHY} new="
    refusal(BadDate, case, f"{text}2026-02-26T10:00", PLAIN)
    assert one(case, f"{text}2026-02-27T10:00", PLAIN)
