"""Dates promised to the person: recorded, kept or broken, found by the inspection, counted in the KPIs."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bbcs.domain.fold import fold
from bbcs.domain.promise import open_dates, promises
from bbcs.errors import BadDate, GateClosed
from bbcs.store.codec import decode, encode
from bbcs.usecases import kpi, reports
from inspection.inspected import TAKEN, inspected, whats
from sample import (
    FREE,
    Desk,
    at,
    grown,
    history,
    in_phase,
    one as only,
    refusal,
    rules,
    standing as case,
)

PLAIN = rules(FREE)
PROMISED = f"{TAKEN}\n2026-03-03T10:00 Promised text=周五前回话 promised=2026-03-06"


def test_a_note_with_a_promised_date_is_a_promise():
    draft = only(case("accepted"), "2026-03-03 note text=回话 promised=2026-03-06", PLAIN)
    assert draft.kind == "Promised"
    assert draft.data == {"text": "回话", "promised": date(2026, 3, 6)}
    timed = only(case("accepted"), "2026-03-03 note text=回话 promised=2026-03-03T15:00", PLAIN)
    assert timed.data["promised"] == at("2026-03-03T15:00")


def test_the_same_date_is_promised_again_only_after_a_word_to_the_person():
    waiting = fold(history(PROMISED))
    refusal(GateClosed, waiting, "2026-03-04 note text=再说 promised=2026-03-06", PLAIN)
    assert only(waiting, "2026-03-04 note text=再说", PLAIN).kind == "Noted"
    assert only(waiting, "2026-03-04 note text=改期 promised=2026-03-09", PLAIN).kind == "Promised"
    told = fold(history(f"{PROMISED}\n2026-03-04 FedBack stage=interim text=在办"))
    assert only(told, "2026-03-05 note text=再说 promised=2026-03-06", PLAIN).kind == "Promised"


def test_a_reminder_is_a_note():
    draft = only(case("accepted"), "2026-03-03 note text=催单位 remind=2026-03-06", PLAIN)
    assert (draft.kind, draft.data["remind"]) == ("Noted", date(2026, 3, 6))


@pytest.mark.parametrize("name", ["promised", "remind"])
@pytest.mark.parametrize(
    ("moment", "past"),
    [
        ("2026-03-02", True),
        ("2026-03-03T08:59", True),
        ("2026-03-03T09:00", True),
        ("2026-03-03", False),
        ("2026-03-03T09:01", False),
    ],
)
def test_a_moment_in_the_past_is_refused(name, moment, past):
    line = f"2026-03-03T09:00 note text=回话 {name}={moment}"
    if not past:
        assert only(case("accepted"), line, PLAIN).data[name]
        return
    assert refusal(BadDate, case("accepted"), line, PLAIN).exit_code == 2


def test_a_promise_of_twenty_years_is_a_typing_error():
    refusal(BadDate, case("accepted"), "2026-03-03 note text=回话 promised=2062-03-06", PLAIN)


def test_an_archived_case_takes_no_promise_but_a_reminder():
    line = "2026-03-09 note text=回话 {}=2026-03-12"
    refusal(GateClosed, case("archived"), line.format("promised"), PLAIN)
    assert only(case("archived"), line.format("remind"), PLAIN).kind == "Noted"


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        ("2026-03-04 FedBack stage=interim text=在办", True),
        ("2026-03-06T23:59 Notified kind=result", True),
        ("2026-03-07T00:00 Notified kind=result", False),
        ("2026-03-05 Noted text=催", False),
        ("2026-03-03T09:30 FedBack stage=interim text=在办", False),
        ("2026-03-05 Resolved outcome=solved measures=好\n2026-03-06 CallbackTried", False),
        (
            "2026-03-05 Resolved outcome=solved measures=好\n"
            "2026-03-06 CalledBack solved=yes grade=good satisfaction=5 satisfied=yes",
            True,
        ),
    ],
)
def test_what_keeps_a_promise(after, kept):
    (promise,) = promises(fold(history(f"{PROMISED}\n{after}")))
    assert promise.kept is kept
    assert promise.broken(at("2026-03-06T23:59")) is False or not kept
    assert promise.broken(at("2026-03-09")) is not kept


def test_a_promised_time_ends_at_once():
    told = f"{TAKEN}\n2026-03-03T10:00 Promised text=回话 promised=2026-03-03T15:00"
    (promise,) = promises(fold(history(told)))
    assert not promise.broken(at("2026-03-03T15:00"))
    assert promise.broken(at("2026-03-03T15:01"))


def test_words_of_the_same_minute_count_by_their_order():
    """A ledger with a set clock writes many entries at one moment."""
    before = f"{TAKEN}\n2026-03-03 FedBack stage=interim text=在办\n2026-03-03 Promised text=回话 promised=2026-03-03"
    after = f"{TAKEN}\n2026-03-03 Promised text=回话 promised=2026-03-03\n2026-03-03 FedBack stage=interim text=在办"
    assert [promises(fold(history(text)))[0].kept for text in (before, after)] == [False, True]


def test_a_word_entered_late_keeps_the_promise_by_its_own_day():
    late = "2026-03-09 FedBack stage=interim text=晚了"
    events = grown(history(f"{PROMISED}\n{late}"), "2026-03-05 FedBack stage=interim text=补录")
    assert promises(fold(events))[0].kept


def test_an_undone_answer_keeps_nothing():
    told = f"{PROMISED}\n2026-03-04 FedBack stage=interim text=在办\n2026-03-04 Undone"
    *events, undo = history(told)
    events.append(undo._replace(data={"version": events[-1].version, "undone": "FedBack"}))
    assert not promises(fold(events))[0].kept


def test_a_reminder_stands_until_something_is_entered_from_its_day_on():
    told = f"{TAKEN}\n2026-03-03 Noted text=催 remind=2026-03-06"
    assert open_dates(fold(history(told))) == [date(2026, 3, 6)]
    assert open_dates(fold(history(f"{told}\n2026-03-05 Noted text=催过"))) == [date(2026, 3, 6)]
    assert open_dates(fold(history(f"{told}\n2026-03-06 Noted text=催过"))) == []


def test_nothing_is_open_on_an_archived_case():
    events = grown(in_phase("called_back"), "2026-03-05T10:00 Promised text=x promised=2026-03-20")
    assert open_dates(fold(events)) == [date(2026, 3, 20)]
    assert open_dates(fold(grown(events, "2026-03-06 Closed\n2026-03-06 Archived no=1"))) == []


def test_days_and_times_come_back_from_the_ledger_as_they_were():
    for due in (date(2026, 3, 6), at("2026-03-06T15:00")):
        data = {"text": "回话", "promised": due}
        stored = encode("Promised", data)
        assert decode("Promised", stored.v, stored.data, stored.body) == data


# -- the inspection --------------------------------------------------------------------------------------------------


def test_the_inspection_finds_broken_promises():
    silent, late = inspected(
        PROMISED,
        f"{PROMISED}\n2026-03-09 FedBack stage=interim text=晚了",
        f"{PROMISED}\n2026-03-05 FedBack stage=interim text=在办",
        TAKEN,
        code="C27",
        now="2026-03-09T12:00",
    )
    assert (silent.grade, late.grade) == ("warning", "warning")
    assert "答应 2026-03-06 前给消息，到期没有" in silent.what
    assert silent.hint.startswith("bbcs feedback HT01-20260302-0001 --stage interim")
    assert "2026-03-09 09:00 才给" in late.what
    assert late.case_no.endswith("-0002")


def test_the_inspection_is_silent_until_the_day_is_over():
    assert not inspected(PROMISED, code="C27", now="2026-03-06T23:59")
    assert whats(inspected(PROMISED, code="C27", now="2026-03-07T00:01"))


def test_a_case_that_nobody_decided_is_found():
    """`intake --later` was unknown to the inspection (counter.md 20)."""
    start = "2026-03-02 Registered matter=诊所备案 demand=办不下去 reporter=陈试验 channel=counter"
    assert not inspected(start, code="C28", now="2026-03-09T12:00")
    (found,) = inspected(start, TAKEN, code="C28", now="2026-03-10T12:00")
    assert "登记 6 个工作日了" in found.what
    assert found.hint.startswith("bbcs accept HT01-20260302-0001")


# -- the KPIs --------------------------------------------------------------------------------------------------------

INTAKE = "2026-02-25 intake matter=诊所备案{} demand=慢 reporter=陈试验"


def _counted(*cases: str, month: str = "2026-03", now: str = "2026-04-02"):
    desk = Desk(PLAIN)
    for number, lines in enumerate(cases):
        desk.do(f"{INTAKE.format(number)}\n{lines}")
    found = kpi.build(desk.ledger, desk.office(now), reports.month(month))
    rate = next(one for one in found.rates if one.name == "promise_rate")
    counts = {one.key: one.number for one in found.counts if one.part == "promise"}
    return rate, counts


def test_promises_count_in_the_period_of_their_date():
    kept = "2026-02-26 note text=x promised=2026-03-02\n2026-03-02 feedback stage=interim text=y"
    broken = "2026-03-03 note text=x promised=2026-03-06"
    later = "2026-03-03 note text=x promised=2026-04-06"
    rate, counts = _counted(kept, broken, later)
    assert (rate.numerator, rate.denominator) == (1, 2)
    assert counts == {"promised": 2, "promises_kept": 1, "promises_broken": 1}
    assert len(rate.case_nos) == 1


def test_a_promise_of_today_is_neither_kept_nor_broken_yet():
    rate, counts = _counted("2026-03-03 note text=x promised=2026-03-06", now="2026-03-06T23:00")
    assert (rate.denominator, rate.text) == (0, "—")
    assert (counts["promises_kept"], counts["promises_broken"]) == (0, 0)


def test_a_broken_promise_of_a_case_settled_before_the_period_counts():
    lines = (
        "2026-02-26 note text=x promised=2026-03-09\n2026-02-26 resolve outcome=solved measures=好"
    )
    rate, counts = _counted(lines)
    assert (rate.numerator, rate.denominator, counts["promises_broken"]) == (0, 1, 1)


def test_reminders_are_not_counted():
    rate, counts = _counted("2026-02-26 note text=x remind=2026-03-09")
    assert rate.denominator == 0
    assert counts["promised"] == 0


def test_entry_of_the_ledger_is_plain_json():
    stored = encode("Promised", {"text": "回话", "promised": date(2026, 3, 6)})
    assert json.loads(stored.data) == {"promised": "2026-03-06"}
