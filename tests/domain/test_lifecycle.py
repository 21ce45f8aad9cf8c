"""The life of a case: the table against formats.md §6.3, and every refusal by it."""

from __future__ import annotations

import pytest

from bbcs.domain.acts.table import ACTS, BY_VERB, MINOR
from bbcs.domain.case import LIFE, PHASES
from bbcs.domain.decide import decide
from bbcs.domain.decide.request import Ask
from bbcs.domain.fold import fold
from bbcs.errors import TransitionRefused
from sample import (
    CALENDAR,
    MINIMAL,
    NEEDS,
    ROLES,
    STATION,
    Desk,
    acted,
    after,
    at,
    clock,
    in_phase,
    line,
    ready,
    refusal,
    rules,
)

RECORD = "note attach correct undo"
ANY = f"feedback notify gap exempt pause resume extend escalate convene supervise merge link exclude withdraw transfer void {RECORD}"
TABLE = {
    "registered": f"accept refuse notify withdraw void {RECORD}",
    "accepted": f"triage assign step resolve {ANY}",
    "triaged": f"triage assign step resolve {ANY}",
    "assigned": f"triage assign sign return forward step resolve {ANY}",
    "handling": f"triage assign sign return forward step resolve {ANY}",
    "resolved": f"step notify feedback gap exempt exclude supervise convene callback close reopen improve void {RECORD}",
    "called_back": f"step notify feedback gap exempt exclude supervise convene callback close reopen improve void {RECORD}",
    "closed": f"archive reopen notify supervise improve exempt exclude void {RECORD}",
    "archived": "note correct undo supervise improve exempt exclude reopen",
    "refused": f"reopen notify supervise void {RECORD}",
    "withdrawn": f"notify exclude void {RECORD}",
    "transferred_out": f"notify exclude void {RECORD}",
    "voided": "note undo",
}
"""formats.md §6.3; papers still owed are brought, resolutions carried out and the record kept after a case is settled; after its end
it may still be told."""

FINAL = {"archived", "withdrawn", "transferred_out", "voided"}
ON_CASE = [act.verb for act in ACTS if act.on_case]
PAIRS = [(phase, verb) for phase in PHASES for verb in ON_CASE]
NAMED = [pair for pair in PAIRS if pair[1] in TABLE[pair[0]].split()]
RULES = rules(
    clock(30, "working_day", more="pausable = true")
    + '[extension]\nmode = "additional"\ndays = 5\nmax_count = 1\nproposed = true\n'
    + "[callback]\nshare = 100\nattempts = 3\ndays = 3\nproposed = true\n"
)


def test_the_table_is_the_one_agreed_on():
    assert {phase: set(verbs) for phase, verbs in LIFE.items()} == {
        phase: set(verbs.split()) for phase, verbs in TABLE.items()
    }


def test_the_table_names_only_acts_on_a_case_each_once():
    for verbs in LIFE.values():
        assert len(verbs) == len(set(verbs))
        assert set(verbs) <= set(ON_CASE)


def test_every_act_on_a_case_may_be_done_in_some_phase():
    assert {verb for verbs in LIFE.values() for verb in verbs} == set(ON_CASE)


@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_has_a_plain_history(phase):
    assert fold(in_phase(phase)).phase == phase


@pytest.mark.parametrize("phase", [phase for phase in PHASES if phase not in FINAL])
def test_no_phase_but_a_final_one_is_a_dead_end(phase):
    assert any(
        after(ready(phase, verb), line(phase, verb), RULES).phase != phase for verb in LIFE[phase]
    )


@pytest.mark.parametrize(("phase", "verb"), [pair for pair in PAIRS if pair not in NAMED])
def test_whatever_the_table_does_not_name_is_refused_with_what_it_does(phase, verb):
    case = fold(in_phase(phase))
    with pytest.raises(TransitionRefused) as refused:
        decide(
            case, BY_VERB[verb], Ask({}, RULES, at("2026-03-09"), "zs", ROLES, CALENDAR, STATION)
        )
    now = (
        set(TABLE[phase].split())
        - {"resume"}
        - ({"convene"} if phase in ("resolved", "called_back") else set())  # nothing was resolved
        - ({"sign", "return", "forward"} if not case.open_orders else set())
    )
    assert refused.value.exit_code == 11
    assert set(refused.value.allowed) == now
    assert PHASES[phase] in refused.value.message
    assert BY_VERB[verb].alias in refused.value.message
    assert all(BY_VERB[allowed].alias in refused.value.message for allowed in now)
    assert all(allowed in refused.value.message for allowed in now - MINOR)


@pytest.mark.parametrize(("phase", "verb"), NAMED)
def test_whatever_the_table_names_can_be_done(phase, verb):
    assert after(ready(phase, verb), line(phase, verb), RULES).phase in PHASES


@pytest.mark.parametrize(
    ("phase", "verb"), [pair for pair in NAMED if pair[1] not in ("resume", "undo")]
)
def test_what_moves_no_phase_leaves_it_as_it_was(phase, verb):
    moved = after(ready(phase, verb), line(phase, verb), RULES).phase
    moves = {
        "accept": "accepted", "refuse": "refused", "resolve": "resolved", "callback": "called_back", "close": "closed",
        "archive": "archived", "reopen": "triaged", "withdraw": "withdrawn", "transfer": "transferred_out", "sign": "handling",
        "void": "voided",
    }  # fmt: skip
    if phase == "refused":
        moves |= {"reopen": "accepted"}
    if phase in ("accepted", "triaged", "assigned", "handling"):
        moves |= {"step": "handling", "assign": "handling" if phase == "handling" else "assigned"}
        moves |= {"triage": "triaged" if phase == "accepted" else phase}
    assert moved == moves.get(verb, phase)


@pytest.mark.parametrize(("phase", "verb"), [pair for pair in NAMED if pair[1] != "undo"])
def test_whatever_was_done_can_be_taken_back_to_what_it_was(phase, verb):
    events = ready(phase, verb)
    done = after(acted(events, line(phase, verb), RULES), "2026-03-09 undo", RULES)
    assert done._replace(version=0, taken_back=()) == fold(events)._replace(version=0)


def test_every_phase_can_be_reached():
    reached = {"registered"} | {
        after(ready(phase, verb), line(phase, verb), RULES).phase for phase, verb in NAMED
    }
    assert reached == set(PHASES)


def test_a_pause_is_taken_back_and_resumed_only_while_it_is_on():
    assert (
        "暂停中"
        in refusal(
            TransitionRefused,
            fold(ready("handling", "resume")),
            "2026-03-09 pause reason=appraisal",
            RULES,
        ).message
    )
    assert (
        "pause"
        in refusal(
            TransitionRefused, fold(in_phase("handling")), "2026-03-09 resume", RULES
        ).allowed
    )


def test_the_least_to_say_is_known_for_every_act():
    silent = {"accept", "sign", "close", "archive", "resume", "undo"}
    assert set(ON_CASE) - silent <= set(MINIMAL)
    assert set(NEEDS) <= set(ON_CASE)


def test_a_refused_act_writes_nothing():
    desk = Desk(RULES)
    desk.do("2026-03-02 intake matter=诊所备案 demand=办不下去 reporter=陈试验")
    before = desk.state()
    for verb in set(ON_CASE) - set(LIFE["accepted"]):
        with pytest.raises(TransitionRefused):
            desk.do(line("accepted", verb))
    assert desk.state() == before
