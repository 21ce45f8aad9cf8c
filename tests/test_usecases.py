"""What an office may ask, on a ledger of dicts: taking, acting, counting, looking."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from bbcs.domain.fold import fold
from bbcs.domain.pack import RulePack
from bbcs.errors import (
    BadDate,
    BadValue,
    Declined,
    IdentityBroken,
    LedgerConflict,
    MissingInput,
    NotPermitted,
    ReasonMissing,
    UnknownCase,
    UnknownWord,
)
from bbcs.usecases import acts, duplicates, listing, office_acts, reports, unmasked
from bbcs.usecases.filters import wanted
from bbcs.usecases.ledger import Filter
from bbcs.usecases.outcome import find
from bbcs.usecases.projection import project, refold
from bbcs.views import case_page
from bbcs.views.case import document
from bbcs.views.history import history
from bbcs.views.rows import LineMaker, lines
from sample import CLINIC, FREE, Desk, at, clock, rules
from sizes import examples

INTAKE = "2026-03-02T09:00 intake matter=诊所备案 demand=办不下去 reporter=陈试验"
NO = "ZY01-20260302-0001"


def kinds(desk: Desk) -> list[str]:
    return [event.kind for event in desk.ledger.entries]


def shown_rows(desk: Desk, office, wanted: Filter) -> list:
    """The masked rows of a list, as `list --json` gives them."""
    return [line.row for line in lines(listing.cases(desk.ledger, office, wanted).stored, office)]


def refused(kind: type[Exception], desk: Desk, text: str, **more) -> Exception:
    """The refusal; nothing may have been written."""
    before = desk.state()
    with pytest.raises(kind) as caught:
        desk.do(text, **more)
    assert desk.state() == before
    return caught.value


# -- taking a case -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "appended", "phase"),
    [
        ({}, ["Registered", "Accepted"], "accepted"),
        ({"decision": "later"}, ["Registered"], "registered"),
        (
            {"decision": "refuse", "refusal_reason": "诉讼", "remedy": "向法院反映"},
            ["Registered", "Refused"],
            "refused",
        ),
        (
            {"difficulty": "复杂", "cause": ["堵点"]},
            ["Registered", "Accepted", "Triaged"],
            "triaged",
        ),
    ],
)
def test_one_intake_is_a_few_entries_of_one_case(given, appended, phase):
    desk = Desk()
    done = desk.do(INTAKE, **given)
    assert kinds(desk) == appended
    assert (done.case.no, done.case.phase, done.case.version) == (NO, phase, len(appended))
    assert [event.version for event in done.events] == list(range(1, len(appended) + 1))


def test_numbers_are_counted_by_the_day_of_receipt():
    desk = Desk()
    days = [{}, {}, {"received_at": "2026-02-27", "late_reason": "停电"}, {}]
    assert [
        desk.do(INTAKE, **more, phone=f"1380000000{n}").case.no for n, more in enumerate(days)
    ] == [
        "ZY01-20260302-0001",
        "ZY01-20260302-0002",
        "ZY01-20260227-0001",
        "ZY01-20260302-0003",
    ]


def test_the_same_foreign_number_again_changes_nothing():
    desk = Desk()
    desk.do(INTAKE, source="hall", source_no="A-1")
    before = desk.state()
    again = desk.do(
        "2026-03-09 intake matter=别的 demand=别的 reporter=别人", source="hall", source_no="A-1"
    )
    assert (again.existing, again.case.no) == (True, NO)
    assert document(again, desk.office("2026-03-09"))["existing"] is True
    assert desk.state() == before
    assert not desk.do(INTAKE, source="phone", source_no="A-1").existing
    assert not desk.do(INTAKE, source="hall", source_no="A-2").existing


def test_a_number_without_a_source_is_a_source_of_its_own():
    desk = Desk()
    desk.do(INTAKE, source_no="A-1")
    assert desk.do(INTAKE, source_no="A-1").existing
    assert not desk.do(INTAKE, source="hall", source_no="A-1").existing


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (
            {"id_number": "530303190001019993", "phone": "1"},
            {"id_number": "530303190001019993", "phone": "2"},
            True,
        ),
        (
            {"id_number": "530303190001019993", "phone": "1"},
            {"id_number": "530303190001019000", "phone": "1"},
            False,
        ),
        ({"phone": "13800000001"}, {"phone": "13800000001", "reporter": "别人"}, True),
        ({"phone": "13800000001"}, {"phone": "13800000002"}, False),
        ({"phone": "13800000001"}, {}, False),
        ({}, {}, True),
        ({}, {"reporter": "别人"}, False),
        ({"anonymous": True, "reporter": ""}, {"anonymous": True, "reporter": ""}, False),
        ({}, {"matter": "别的事"}, False),
        ({"items": ["诊所备案", "营业执照"]}, {"matter": "换证", "items": ["营业执照"]}, True),
        ({"items": ["诊所"]}, {"items": ["诊所备案"]}, False),
        ({"items": ["备案, 变更"]}, {"items": ["备案, 变更"]}, True),
        ({"decision": "refuse", "refusal_reason": "petition", "remedy": "信访局"}, {}, False),
        ({"decision": "later"}, {}, True),
    ],
)
def test_a_possible_duplicate_is_the_same_person_with_a_common_item(first, second, alike):
    desk = Desk()
    desk.do(INTAKE, **first)
    done = desk.do(INTAKE, **second)
    assert done.duplicates == ((NO,) if alike else ())
    assert len(desk.ledger.rows) == 2


@pytest.mark.parametrize(
    ("day", "alike"), [("2026-03-02", True), ("2026-04-01", True), ("2026-04-02", False)]
)
def test_a_duplicate_is_received_within_30_days(day, alike):
    desk = Desk()
    desk.do(INTAKE.replace("T09:00", "T00:00"))
    assert bool(desk.do(INTAKE.replace("2026-03-02T09:00", f"{day}T23:59")).duplicates) is alike


def test_of_very_many_duplicates_the_newest_are_named(monkeypatch):
    monkeypatch.setattr(duplicates, "MOST", 3)
    desk = Desk()
    numbers = [desk.do(INTAKE).case.no for _ in range(5)]
    assert desk.do(INTAKE).duplicates == tuple(numbers[2:])


@pytest.mark.parametrize(("day", "alike"), [("2026-01-31", True), ("2026-01-30", False)])
def test_a_case_entered_late_is_compared_with_later_ones_too(day, alike):
    desk = Desk()
    desk.do(INTAKE)
    done = desk.do(
        "2026-03-03 intake matter=诊所备案 demand=办不下去 reporter=陈试验",
        received_at=day,
        late_reason="停电",
    )
    assert bool(done.duplicates) is alike


def test_a_settled_case_is_a_duplicate_too():
    desk = Desk()
    desk.do(f"{INTAKE}\n2026-03-02T10:00 resolve outcome=solved measures=好")
    assert desk.do(INTAKE.replace("T09", "T11")).duplicates == (NO,)


def test_a_duplicate_may_be_declined_instead():
    desk = Desk()
    desk.do(INTAKE)
    before = desk.state()
    said = {"matter": "诊所备案", "demand": "还是不行", "reporter": "陈试验"}
    with pytest.raises(Declined, match=NO) as caught:
        acts.intake(desk.ledger, desk.office("2026-03-03"), said, refuse_duplicate=True)
    assert caught.value.exit_code == 15
    assert desk.state() == before


def test_a_refused_intake_writes_nothing_and_uses_no_number():
    desk = Desk()
    refused(MissingInput, desk, "2026-03-02 intake matter=诊所备案")
    refused(NotPermitted, desk, INTAKE, roles=["auditor"])
    refused(BadDate, desk, INTAKE, received_at="2026-03-03")
    assert desk.do(INTAKE).case.no == NO


# -- acting --------------------------------------------------------------------------------------------------------


def test_the_clinic_from_intake_to_archive():
    desk = Desk("zhanyi")
    done = desk.do(CLINIC)
    assert (done.case.phase, done.case.version) == ("archived", 15)
    assert [(one.name, one.due, one.state) for one in done.deadlines] == [
        ("resolve", date(2022, 7, 8), "met"),
        ("callback", date(2022, 7, 19), "met"),
    ]


def test_an_act_on_a_version_that_has_moved_on_is_refused_with_what_happened():
    desk = Desk()
    desk.do(f"{INTAKE}\n2026-03-02 triage difficulty=complex\n2026-03-02 note text=催")
    office = desk.office("2026-03-03")
    before = desk.state()
    for expected in (2, 3, 9, 0):
        with pytest.raises(LedgerConflict, match="第 4 版") as caught:
            acts.act(desk.ledger, office, NO, "note", {"text": "再催"}, expect_version=expected)
        assert caught.value.exit_code == 20
    assert "已记录" in caught.value.message
    assert desk.state() == before
    assert (
        acts.act(desk.ledger, office, NO, "note", {"text": "再催"}, expect_version=4).case.version
        == 5
    )


def test_nobody_acts_on_a_case_that_is_not_there():
    refused(UnknownCase, Desk(), "2026-03-02 note text=催", no="0001")


def test_a_short_number_will_do():
    desk = Desk()
    desk.do(INTAKE)
    assert desk.do("2026-03-02 note text=催", no="0001").case.no == NO


def test_what_is_stored_after_each_act_is_what_a_rebuild_would_store():
    desk = Desk("zhanyi")
    for line in CLINIC.strip().splitlines():
        desk.do(line)
        ((no, stored),) = desk.ledger.rows.items()
        events = desk.ledger.events(no)
        for moment in ("2022-06-25", "2030-01-01"):
            assert refold(desk.office(moment))([events]) == [stored]
        assert project(fold(events), events, desk.office("2022-06-25")) == stored


def test_the_pack_of_intake_judges_the_case_for_life():
    desk = Desk("zhanyi")
    desk.do(
        "2026-03-02 intake matter=备案 demand=慢 reporter=陈试验\n2026-03-02 triage difficulty=复杂"
    )
    before = desk.ledger.rows
    desk.pack = rules(FREE)
    done = desk.do("2026-03-03 triage difficulty=special")
    assert (done.deadlines[0].limit, done.case.registered["pack"]) == (10, "zhanyi")
    assert before


# -- consultations and looks ---------------------------------------------------------------------------------------


def test_a_consultation_is_counted_and_becomes_no_case():
    desk = Desk()
    event = office_acts.consult(
        desk.ledger,
        desk.office("2026-03-02"),
        {"visitors": "523", "answered": "362", "matter": "医保转移"},
    )
    assert (event.kind, event.case_no, event.version) == ("Consulted", "", 0)
    assert desk.ledger.rows == {}
    assert [(row["amount"], row["answered"]) for row in desk.ledger.counted] == [(523, 362)]
    office_acts.consult(desk.ledger, desk.office("2026-03-31"), {"unit": "医保局"})
    office_acts.consult(desk.ledger, desk.office("2026-04-01"), {})
    found = reports.snapshot(desk.ledger, desk.office("2026-04-02"), reports.month("2026-03"))
    assert found.document()["consultations"] == {"visitors": 524, "answered": 363}
    assert found.counts[""]["received"] == 0


def test_a_consultation_cannot_answer_more_than_came():
    desk = Desk()
    with pytest.raises(BadValue, match="--answered"):
        office_acts.consult(desk.ledger, desk.office("2026-03-02"), {"visitors": 3, "answered": 4})
    with pytest.raises(NotPermitted):
        office_acts.consult(desk.ledger, desk.office("2026-03-02", roles=["supervisor"]), {})
    assert desk.ledger.entries == []


def test_each_look_at_unmasked_data_is_exactly_one_entry_with_its_reason():
    desk = Desk()
    desk.do(INTAKE)
    before = desk.ledger.rows[NO]
    event = unmasked.reveal(
        desk.ledger, desk.office("2026-03-03"), "0001", "show", " 当事人来核对 "
    )
    assert kinds(desk) == ["Registered", "Accepted", "Revealed"]
    assert (event.case_no, event.data["case"], event.data["reason"]) == ("", NO, "当事人来核对")
    assert desk.ledger.rows[NO] == before
    assert desk.do("2026-03-03 note text=催").case.version == 3


@pytest.mark.parametrize(
    ("reason", "roles", "refusal"),
    [
        ("", ["clerk"], ReasonMissing),
        ("  ", ["leader"], ReasonMissing),
        ("核对", ["auditor"], NotPermitted),
    ],
)
def test_no_look_without_a_reason_nor_by_an_auditor(reason, roles, refusal):
    desk = Desk()
    desk.do(INTAKE)
    with pytest.raises(refusal):
        unmasked.reveal(desk.ledger, desk.office("2026-03-03", roles=roles), NO, "show", reason)
    assert kinds(desk) == ["Registered", "Accepted"]


def test_the_number_to_dial_is_shown_once_and_logged():
    desk = Desk()
    desk.do(INTAKE, phone="13800000001")
    assert unmasked.dial(desk.ledger, desk.office("2026-03-03", roles=["supervisor"]), NO) == {
        "case_no": NO,
        "phone": "13800000001",
        "whose": "reporter",
        "name": "陈**",
        "numbers": ["13800000001"],
    }
    assert desk.ledger.entries[-1].data == {
        "purpose": "dial",
        "reason": "回访",
        "case": NO,
        "rows": 1,
    }
    with pytest.raises(NotPermitted):
        unmasked.dial(desk.ledger, desk.office("2026-03-03", roles=["admin"]), NO)


# -- what is shown -------------------------------------------------------------------------------------------------

KEYS = (
    "schema case_no version station phase round flags received_at matter items reporter phone difficulty cause lead_unit assisting_units "
    "outcome solved resolved_at callback_at satisfaction source_no pack pack_edition orders gaps standing clocks bounces callbacks "
    "actions next possible_duplicates existing number"
)
STANDING_KEYS = "level proposed_level group papers waived slips meetings proofs pauses returns extensions excluded corrections"
CLOCK_KEYS = "name round order start limit unit due state provisional years assumed met_at"
SECRETS = ("陈试验", "试验", "13800000001", "13800000002", "530303190001019993", "示例路1号")


def test_the_answer_has_exactly_the_keys_agreed_on():
    desk = Desk("zhanyi")
    for line in CLINIC.strip().splitlines():
        shown = document(desk.do(line), desk.office("2022-07-20"))
        assert set(shown) == set(KEYS.split())
        assert set(shown["standing"]) == set(STANDING_KEYS.split())
        assert all(set(clock) == set(CLOCK_KEYS.split()) for clock in shown["clocks"])
        assert all(
            set(order) == {"unit", "role", "state", "due", "passed", "guard"}
            for order in shown["orders"]
        )
        assert set(shown["callbacks"]) == {"tried", "valid"}


def test_the_answer_after_intake_is_the_one_in_the_formats():
    desk = Desk("zhanyi")
    shown = document(desk.do(CLINIC.strip().splitlines()[0]), desk.office("2022-06-25T09:10"))
    assert shown | {"matter": "", "items": [], "next": ""} == {
        "schema": "bbcs.case/1", "case_no": "ZY01-20220625-0001", "version": 2, "station": "ZY01", "phase": "accepted", "round": 1,
        "flags": [], "received_at": "2022-06-25T09:10:00+08:00", "matter": "", "items": [], "reporter": "陈**", "phone": "138****0001",
        "difficulty": None, "cause": [], "lead_unit": None, "assisting_units": [], "outcome": None, "solved": None, "resolved_at": None,
        "callback_at": None, "satisfaction": None, "source_no": "A-0612", "pack": "zhanyi", "pack_edition": "1", "orders": [], "gaps": [],
        "clocks": [
            {"name": "resolve", "round": 1, "order": None, "start": "2022-06-25", "limit": 3, "unit": "working_day", "due": "2022-06-29",
             "state": "running", "provisional": False, "years": [], "assumed": True, "met_at": None}
        ],
        "number": None, "bounces": 0, "callbacks": {"tried": 0, "valid": 0}, "actions": ["triage", "assign", "step", "resolve"], "next": "",
        "possible_duplicates": [], "existing": False,
        "standing": {
            "level": None, "proposed_level": None, "group": None, "papers": [], "waived": [], "slips": [], "meetings": [], "proofs": [],
            "pauses": [], "returns": [], "extensions": [], "excluded": [], "corrections": 0,
        },
    }  # fmt: skip
    assert shown["next"] == "bbcs triage ZY01-20220625-0001"


def test_nothing_personal_shows_in_answer_list_or_history():
    desk = Desk("zhanyi")
    office = desk.office("2022-07-20")
    done = desk.do(CLINIC)
    shown = [
        document(done, office),
        *shown_rows(desk, office, Filter(at("2022-07-20"), active=False)),
    ]
    text = str([shown, history(done.case, desk.ledger.events(done.case.no), reveal=False)])
    assert not [secret for secret in SECRETS if secret in text]
    revealed = str(history(done.case, desk.ledger.events(done.case.no), reveal=True))
    assert [secret for secret in SECRETS if secret not in revealed] == []


def row(desk: Desk, now: str) -> dict:
    (found,) = shown_rows(desk, desk.office(now), Filter(at(now), active=False))
    return found


@pytest.mark.parametrize(
    ("now", "state", "left"),
    [
        ("2022-06-25T10:00", "running", 10),
        ("2022-07-06", "running", 2),
        ("2022-07-07", "warning", 1),
        ("2022-07-08T23:59", "warning", 0),
        ("2022-07-09T00:00", "overdue", -1),
        ("2022-07-12", "overdue", -2),
    ],
)
def test_a_row_says_how_its_deadline_stands_now(now, state, left):
    desk = Desk("zhanyi")
    desk.do("\n".join(CLINIC.strip().splitlines()[:2]))
    found = row(desk, now)
    assert (found["due"], found["state"], found["days_left"], found["provisional"]) == (
        "2022-07-08",
        state,
        left,
        False,
    )
    office = desk.office(now)
    (shown,) = document(find(desk.ledger, office, "0001"), office)["clocks"]
    assert (shown["due"], shown["state"]) == (found["due"], found["state"])


def test_after_settlement_a_row_shows_the_callback_and_at_the_end_how_it_was_met():
    desk = Desk("zhanyi")
    lines = CLINIC.strip().splitlines()
    desk.do("\n".join(lines[:9]))
    assert (row(desk, "2022-07-18")["due"], row(desk, "2022-07-18")["state"]) == (
        "2022-07-19",
        "warning",
    )
    assert row(desk, "2022-07-20")["state"] == "overdue"
    desk.do("\n".join(lines[9:12]))
    assert (
        row(desk, "2022-09-01")["due"],
        row(desk, "2022-09-01")["state"],
        row(desk, "2022-09-01")["days_left"],
    ) == (
        "2022-07-08",
        "met",
        None,
    )


def test_what_was_settled_late_stays_late_in_the_list():
    desk = Desk()
    desk.do(
        f"{INTAKE}\n2026-03-03 resolve outcome=solved measures=好\n2026-03-03 callback reached=yes solved=yes grade=5"
    )
    assert (row(desk, "2026-06-01")["due"], row(desk, "2026-06-01")["state"]) == (
        "2026-03-02",
        "met_late",
    )


def test_a_settled_case_whose_pack_limits_no_callback_is_not_overdue():
    desk = Desk(rules(FREE))
    desk.do(f"{INTAKE}\n2026-03-03 resolve outcome=solved measures=好")
    assert (row(desk, "2026-06-01")["due"], row(desk, "2026-06-01")["state"]) == (None, None)


def test_a_limit_in_hours_passes_at_its_minute():
    desk = Desk(rules(clock(24, "hour")))
    desk.do(INTAKE)
    assert [row(desk, now)["state"] for now in ("2026-03-03T09:00", "2026-03-03T09:00:01")] == [
        "running",
        "overdue",
    ]
    assert row(desk, "2026-03-03T09:00")["due"] == "2026-03-03T09:00:00+08:00"


def test_a_refused_case_has_no_deadline():
    desk = Desk()
    desk.do(INTAKE, decision="refuse", refusal_reason="petition", remedy="信访局")
    assert (row(desk, "2026-06-01")["due"], row(desk, "2026-06-01")["state"]) == (None, None)


def test_pages_of_a_list_say_where_to_go_on():
    desk = Desk()
    for number in range(3):
        desk.do(INTAKE, phone=f"1380000000{number}")
    found = listing.cases(desk.ledger, desk.office("2026-03-03"), Filter(at("2026-03-03"), limit=2))
    assert (len(found.stored), found.total, found.next) == (2, 3, "ZY01-20260302-0002")
    assert (
        listing.cases(
            desk.ledger, desk.office("2026-03-03"), Filter(at("2026-03-03"), limit=3)
        ).next
        is None
    )
    with pytest.raises(NotPermitted):
        listing.cases(desk.ledger, desk.office("2026-03-03", roles=[]), Filter(at("2026-03-03")))


@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(hours=st.integers(0, 24 * 40), graded=st.booleans(), settled=st.booleans())
def test_a_row_and_the_case_itself_never_disagree_about_a_running_deadline(hours, graded, settled):
    desk = Desk("zhanyi")
    lines = CLINIC.strip().splitlines()
    desk.do("\n".join(lines[: 9 if settled else 1 + graded]))
    office = desk.office(
        at("2022-07-05T12:00" if settled else "2022-06-25T11:00") + timedelta(hours=hours)
    )
    shown = [one for one in find(desk.ledger, office, "0001").deadlines if not one.met_at]
    stored = LineMaker(office).line(desk.ledger.stored(next(iter(desk.ledger.rows)))).row
    assert [(stored["due"], stored["state"], stored["days_left"])] == [
        (one.due.isoformat(), one.state, one.left) for one in shown
    ]


CLOSES = 'day_rule = "wd"\ndue_time = "close_of_business"\nproposed = ["due_time"]'
LIGHTS = 'warnings = [{ left = 1, colour = "yellow" }, { left = 0, colour = "orange" }, { left = -1, colour = "red" }]'


@pytest.mark.parametrize("head", ['day_rule = "wd"', CLOSES])
@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(minutes=st.integers(0, 60 * 24 * 12))
def test_a_line_and_the_case_itself_never_disagree_about_state_colour_and_days(head, minutes):
    """Whether a day ends at midnight or at closing time (12:00 and 17:00 here, by `[office]`)."""
    hours = '[office]\nhours = "09:00-12:00,13:30-17:00"\nproposed = true\n'
    desk = Desk(rules(clock(5, "working_day", more=LIGHTS) + hours, head))
    desk.do(INTAKE)
    office = desk.office(at("2026-03-02T09:00") + timedelta(minutes=minutes))
    (shown,) = find(desk.ledger, office, "0001").deadlines
    line = LineMaker(office).line(desk.ledger.stored(next(iter(desk.ledger.rows))))
    row = line.row
    assert (row["due"], row["state"], row["days_left"], line.colour) == (
        "2026-03-09",
        shown.state,
        shown.left,
        shown.colour,
    )


def test_the_colour_of_a_redo_is_that_of_its_own_clock():
    later = clock(
        2,
        "working_day",
        start="Reopened",
        more='for = { round = "2+" }\nwarnings = [{ left = 5, colour = "orange" }]',
    )
    desk = Desk(rules(clock(5, "working_day", more=LIGHTS) + later))
    desk.do(f"{INTAKE}\n2026-03-03 resolve outcome=solved measures=好\n2026-03-04 reopen reason=坏")
    line = LineMaker(desk.office("2026-03-04T10:00")).line(desk.ledger.stored(NO))
    assert (line.colour, line.row["due"]) == ("orange", "2026-03-06")


def test_an_orders_own_date_before_the_pack_was_in_force_has_no_colour_of_it():
    head = 'day_rule = "wd"\nin_force_from = 2026-06-01'
    desk = Desk(rules(clock(5, "working_day", more=LIGHTS), head))
    desk.do(f"{INTAKE}\n2026-03-03 assign lead=公安局 due=2026-03-05")
    line = LineMaker(desk.office("2026-03-09")).line(desk.ledger.stored(NO))
    assert (line.colour, line.row["due"], line.row["state"]) == ("", "2026-03-05", "overdue")


def test_a_list_folds_no_case_and_asks_no_pack(monkeypatch):
    desk = Desk("zhanyi")
    for number in range(20):
        desk.do(INTAKE, phone=f"138000000{number:02}")
    asked = []
    found = RulePack.clock
    monkeypatch.setattr(RulePack, "clock", lambda *args: asked.append(args[1]) or found(*args))
    monkeypatch.setattr(desk.ledger, "events", None)
    assert len(shown_rows(desk, desk.office("2026-03-03"), Filter(at("2026-03-03")))) == 20
    assert asked == []


@pytest.mark.parametrize(
    ("given", "active", "more"),
    [
        ({}, True, {}),
        ({"all": True}, False, {}),
        ({"phase": "已办结"}, False, {"phases": ["resolved"]}),
        ({"phase": ["resolved"], "open": True}, True, {"phases": ["resolved"]}),
        ({"phases": ["resolved"], "active": True}, True, {"phases": ["resolved"]}),
        (
            {"flag": "督办", "kind": "投诉"},
            True,
            {"flags": ["supervised"], "demand_kind": "complaint"},
        ),
        (
            {"flags": ["gaps_open"], "difficulty": "复杂"},
            False,
            {"flags": ["gaps_open"], "difficulty": "complex"},
        ),
        (
            {"due": date(2026, 3, 5), "received_from": "2026-03-01"},
            True,
            {"due": date(2026, 3, 5), "received_from": date(2026, 3, 1)},
        ),
        (
            {"resolved_to": "2026-03-31", "limit": "3"},
            False,
            {"resolved_to": date(2026, 3, 31), "limit": 3},
        ),
    ],
)
def test_what_is_asked_for_in_the_words_of_the_command_line(given, active, more):
    office = Desk().office("2026-03-05")
    assert wanted(given, office) == Filter(office.stamp.now, active=active, **more)


@pytest.mark.parametrize(
    "given",
    [
        {"colour": "red"},
        {"now": "2026-03-05"},
        {"flag": "红"},
        {"phase": "办完"},
        {"kind": "吵架"},
        {"sort": "x"},
    ],
)
def test_what_nobody_can_be_asked_for_is_refused(given):
    with pytest.raises(UnknownWord):
        wanted(given, Desk().office("2026-03-05"))


# -- the month -----------------------------------------------------------------------------------------------------


def test_a_month_whose_books_do_not_foot_fails():
    desk = Desk()
    desk.do(f"{INTAKE}\n2026-03-03 resolve outcome=solved measures=好")
    stored = desk.ledger.rows[NO]
    desk.ledger.rows[NO] = stored._replace(
        movements=[move for move in stored.movements if move["kind"] != "Resolved"]
    )
    with pytest.raises(IdentityBroken) as caught:
        reports.snapshot(desk.ledger, desk.office("2026-04-01"), reports.month("2026-03"))
    assert caught.value.exit_code == 32


def test_a_month_without_cases_is_no_error_and_one_to_come_has_no_figures():
    desk = Desk()
    desk.do(INTAKE)
    for month in ("2026-02", "2026-03"):
        found = reports.snapshot(desk.ledger, desk.office("2026-03-02"), reports.month(month))
        assert found.document()["identity_holds"]
    with pytest.raises(BadDate):
        reports.snapshot(desk.ledger, desk.office("2026-03-02"), reports.month("2027-03"))
    # the clock may have been set back since: what was written counts all the same
    assert (
        reports.snapshot(desk.ledger, desk.office("2026-01-05"), reports.month("2026-03")).counts[
            ""
        ]["received"]
        == 1
    )


@pytest.mark.parametrize("text", ["2026-13", "2026", "2026-3", "三月", "2026-03-01"])
def test_a_month_is_written_as_year_and_month(text):
    with pytest.raises(BadDate):
        reports.month(text)


def test_a_free_period_runs_forwards():
    assert reports.between(date(2026, 3, 2), date(2026, 3, 2)).label == "2026-03-02 至 2026-03-02"
    with pytest.raises(BadDate):
        reports.between(date(2026, 3, 2), date(2026, 3, 1))


def test_the_wrong_register_is_refused_with_those_there_are():
    desk = Desk()
    found = reports.snapshot(desk.ledger, desk.office("2026-03-02"), reports.month("2026-03"))
    assert reports.register("工作台账登记簿", found, desk.office("2026-03-02")).name == "work"
    with pytest.raises(Exception, match="登记簿没有所写的这一项"):
        reports.register("无此簿", found, desk.office("2026-03-02"))


def test_a_proof_is_masked_on_the_page_as_in_the_document():
    """`show` printed an identity number in the name of a proof as it was; `show --json` masked it."""
    desk = Desk("zhanyi")
    desk.do(INTAKE)
    office = desk.office("2026-03-03")
    given = {"kind": "verify", "proof": ["13800000001 的居住证明=派出所"]}
    acts.act(desk.ledger, office, "0001", "step", given)
    found = find(desk.ledger, office, "0001")
    page = "\n".join(case_page.lines(found, office, history=True, reveal=False))
    assert "138****0001 的居住证明  派出所  还没出具" in page
    assert "13800000001" not in page
    seen = "\n".join(case_page.lines(found, office, history=False, reveal=True))
    assert "13800000001 的居住证明" in seen
