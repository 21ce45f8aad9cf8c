"""The life of a case: the table against formats.md §6.3, every refusal by it, and thousands of random lives."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bbcs.domain.acts import ACTS, BY_VERB
from bbcs.domain.case import LIFE, PHASES, Case
from bbcs.domain.clocks import deadlines
from bbcs.domain.evolve import evolve, fold
from bbcs.errors import BbcsError, TransitionRefused
from bbcs.usecases import cases
from bbcs.usecases.projection import refold
from bbcs.usecases.view import listed
from sample import CALENDAR, Desk, at, decided, in_phase, rules, shipped

ANY = "feedback notify note"
TABLE = {
    "registered": "accept refuse notify note",
    "accepted": f"triage assign step resolve {ANY}",
    "triaged": f"triage assign step resolve {ANY}",
    "assigned": f"triage assign sign step resolve {ANY}",
    "handling": f"triage assign sign step resolve {ANY}",
    "resolved": "step note notify feedback callback close reopen",
    "called_back": "step note notify feedback callback close reopen",
    "closed": "archive reopen note",
    "archived": "note reopen",
    "refused": "notify note",
    "withdrawn": "notify note",
    "transferred_out": "notify note",
}
"""formats.md §6.3 for the acts that exist; after the end of a case it may still be told and noted."""

LATER = {"withdrawn", "transferred_out"}
"""Phases whose acts come with a later issue."""

FINAL = {"refused", "archived", *LATER}

MINIMAL = {
    "refuse": "reason=twice",
    "triage": "difficulty=simple",
    "assign": "assist=公安局",
    "sign": "unit=卫健部门",
    "step": "kind=verify",
    "feedback": "stage=final text=办好了",
    "notify": "kind=result",
    "resolve": "outcome=solved measures=办好了",
    "callback": "reached=yes solved=yes grade=5",
    "reopen": "reason=没办成",
    "note": "text=催问",
}
ON_CASE = [act.verb for act in ACTS if act.on_case]
PAIRS = [(phase, verb) for phase in PHASES for verb in ON_CASE]
RULES = rules("[callback]\nshare = 100\nattempts = 3\ndays = 3\nproposed = true")


def line(verb: str, day: str = "2026-03-09") -> str:
    return f"{day} {verb} {MINIMAL.get(verb, '')}"


def case_in(phase: str) -> Case:
    return fold(in_phase("archived"))._replace(phase=phase) if phase in LATER else fold(in_phase(phase))


# -- the table -----------------------------------------------------------------------------------------------------


def test_the_table_is_the_one_agreed_on():
    assert {phase: set(verbs) for phase, verbs in LIFE.items()} == {phase: set(verbs.split()) for phase, verbs in TABLE.items()}


def test_the_table_names_only_acts_on_a_case_each_once():
    for verbs in LIFE.values():
        assert len(verbs) == len(set(verbs))
        assert set(verbs) <= set(ON_CASE)


@pytest.mark.parametrize("phase", [phase for phase in PHASES if phase not in FINAL])
def test_no_phase_but_a_final_one_is_a_dead_end(phase):
    assert any(after(case_in(phase), verb) != phase for verb in LIFE[phase])


@pytest.mark.parametrize(("phase", "verb"), [pair for pair in PAIRS if pair[1] not in TABLE[pair[0]].split()])
def test_whatever_the_table_does_not_name_is_refused_with_what_it_does(phase, verb):
    with pytest.raises(TransitionRefused) as refused:
        decided(case_in(phase), line(verb), RULES)
    assert refused.value.exit_code == 11
    assert set(refused.value.allowed) == set(TABLE[phase].split())
    assert PHASES[phase] in refused.value.message
    assert BY_VERB[verb].alias in refused.value.message
    assert all(allowed in refused.value.message for allowed in TABLE[phase].split())


@pytest.mark.parametrize(("phase", "verb"), [pair for pair in PAIRS if pair[1] in TABLE[pair[0]].split()])
def test_whatever_the_table_names_can_be_done(phase, verb):
    assert after(case_in(phase), verb) in PHASES


def after(case: Case, verb: str) -> str:
    """The phase an act leads to, once the person has had an answer."""
    if verb == "close" and case.phase == "resolved":
        case = evolve(case, in_phase("handling")[-1]._replace(kind="Notified", data={"kind": "result"}))
    (draft,) = decided(case, line(verb), RULES)
    return evolve(case, in_phase("handling")[-1]._replace(kind=draft.kind, at=draft.at, data=draft.data)).phase


def test_every_phase_can_be_reached():
    reached = {"registered"} | {after(case_in(phase), verb) for phase in PHASES for verb in LIFE[phase] if phase not in LATER}
    assert reached == set(PHASES) - LATER


def test_a_refused_act_writes_nothing():
    desk = Desk(RULES)
    desk.do("2026-03-02 intake matter=诊所备案 demand=办不下去 reporter=陈试验")
    before = desk.state()
    for verb in ("sign", "callback", "close", "archive", "reopen", "accept", "refuse"):
        with pytest.raises(TransitionRefused):
            desk.do(line(verb))
    assert desk.state() == before


# -- random lives --------------------------------------------------------------------------------------------------

HIT: Counter[tuple[str, str]] = Counter()
"""(phase, verb) -> how often a random life took that edge of the table."""

ONWARD = {
    "accepted": ("triage", "assign", "step", "resolve"),
    "triaged": ("assign", "resolve", "note", "triage"),
    "assigned": ("assign", "triage", "resolve", "notify"),
    "handling": ("resolve", "sign", "note"),
    "resolved": ("notify", "callback", "close"),
    "called_back": ("close", "callback", "note", "close"),
    "closed": ("archive", "reopen", "note"),
    "archived": ("reopen", "note", "note"),
}
"""Acts that take a random life on, so that its late phases are reached."""

UNITS = ("区市场监管局", "卫健部门", "公安局", "自然资源局")
OPEN = shipped("default", callback=False)


class Lives(RuleBasedStateMachine):
    """Cases of one office moved at random, nine times in ten by an act that the table allows."""

    @initialize(seed=st.integers(0, 2**32), open_gates=st.booleans())
    def begin(self, seed: int, open_gates: bool) -> None:
        # drawn from one seed: hypothesis likes small choices, and the late phases of a life are far from them
        self.random = Random(seed)
        self.desk = Desk(OPEN if open_gates else "default")
        self.now = at("2026-09-01")
        self.dues: dict[str, dict[Any, Any]] = {}
        self.first_rounds: dict[str, Any] = {}
        self.take_in("accept")

    def take_in(self, decision: str) -> None:
        said = {"matter": "诊所备案", "demand": "办不下去", "anonymous": True, "decision": decision}
        more = {"refusal_reason": "petition", "remedy": "向信访部门反映"} if decision == "refuse" else {}
        self.remember(cases.intake(self.desk.ledger, self.office, said | more).case)

    @rule(hours=st.integers(0, 30))
    def move(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        if len(self.desk.ledger.rows) < 4 and self.random.random() < 0.1:
            return self.take_in(self.random.choice(["accept", "later", "later", "refuse"]))
        rows = self.desk.ledger.rows
        alive = [no for no in rows if rows[no].case["phase"] != "refused"]
        no = self.random.choice(alive if self.random.random() < 0.9 else list(rows))
        return self.act(fold(self.desk.ledger.events(no)))

    def act(self, case: Case) -> None:
        luck = self.random.random()
        verb = self.random.choice(ON_CASE if luck < 0.1 else LIFE[case.phase] if luck < 0.6 else ONWARD.get(case.phase, LIFE[case.phase]))
        before = self.desk.state()
        given = _fields(case, verb, self.random)
        try:
            done = cases.act(self.desk.ledger, self.office, case.no, verb, given)
        except BbcsError as refusal:
            self.nothing_changed(before, refusal, lawful=verb in LIFE[case.phase])
            return
        assert verb in LIFE[case.phase]
        assert len(done.events) == 1
        assert done.case == fold(self.desk.ledger.events(case.no))
        HIT[case.phase, verb] += 1
        self.deadlines_stay(done.case, verb)
        if verb == "reopen" and case.round == 1:
            self.first_rounds[case.no] = self.first_round(case)
        self.remember(done.case)

    def nothing_changed(self, before: tuple[Any, ...], refusal: BbcsError, *, lawful: bool) -> None:
        assert self.desk.state() == before
        assert isinstance(refusal, TransitionRefused) != lawful
        assert refusal.exit_code in (2, 11, 13)

    @property
    def office(self) -> Any:
        return self.desk.office(self.now)

    def found(self, case: Case) -> list[Any]:
        return deadlines(case, self.desk.pack, CALENDAR, self.now)

    def remember(self, case: Case) -> None:
        self.touched = case.no
        self.dues[case.no] = {(one.name, one.round, one.start, one.order): one.due for one in self.found(case)}

    def deadlines_stay(self, case: Case, verb: str) -> None:
        """Only grading moves a deadline; everything else may add clocks, never shift one. An order ended unsigned runs none."""
        now = {(one.name, one.round, one.start, one.order): one.due for one in self.found(case)}
        for key, due in self.dues[case.no].items():
            assert key in now or (verb == "resolve" and key[0] == "sign")
            assert now.get(key, due) == due or (verb == "triage" and key[:2] == ("resolve", case.round))

    def first_round(self, case: Case) -> Any:
        return case.rounds[0], [one._replace(left=None, colour="") for one in self.found(case) if one.round == 1 and one.met_at]

    @invariant()
    def books_are_whole(self) -> None:
        no = self.touched
        stored, events = self.desk.ledger.rows[no], self.desk.ledger.events(no)
        case = fold(events)
        assert case.phase in PHASES
        assert [event.version for event in events] == list(range(1, case.version + 1))
        assert stored == refold(self.office)(events)
        assert listed(stored.case, self.office)["phase"] == case.phase
        half = fold(events[: len(events) // 2 + 1])
        for event in events[len(events) // 2 + 1 :]:
            half = evolve(half, event)
        assert half == case
        if no in self.first_rounds:
            assert self.first_round(case)[0] == self.first_rounds[no][0]
            kept = self.first_round(case)[1]
            assert all(one in kept for one in self.first_rounds[no][1])
        assert [event.seq for event in self.desk.ledger.entries] == list(range(1, len(self.desk.ledger.entries) + 1))


def _fields(case: Case, verb: str, random: Random) -> dict[str, Any]:
    """Input for an act: mostly what a clerk would give, now and then what a gate refuses."""
    role, unit = random.choice(["lead", "lead", "assist", "relay"]), random.choice(UNITS)
    given: dict[str, list[dict[str, Any]]] = {
        "refuse": [{"reason": "litigation", "remedy": "向法院反映"}],
        "triage": [{"difficulty": word} for word in ("simple", "general", "complex", "special", "cannot")],
        "assign": [{role: [unit] if role == "assist" else unit}],
        "sign": [{"unit": case.unsigned[0].unit}] if case.unsigned else [{}],
        "step": [{"kind": "verify"}],
        "feedback": [{"stage": stage, "text": "进展"} for stage in ("first", "interim", "final")],
        "notify": [{"kind": "result"}],
        "resolve": [
            {"outcome": "explained", "measures": "解释", "basis": "法律", "remedy": "诉讼"},
            {"outcome": "solved", "measures": "办好"},
        ],
        "callback": [{"reached": False}, {"reached": True, "solved": "no", "grade": "1"}],
        "close": [{}, {"how": "unreachable", "approver": "王主任", "reason": "三次未接通"}],
        "reopen": [{"reason": "没办成"}],
        "note": [{"text": "催问"}],
    }
    return random.choice(given.get(verb, [{}]))


def test_random_lives_hit_every_edge_of_the_table_and_keep_the_books():
    HIT.clear()
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=110,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    edges = {(phase, verb) for phase, verbs in LIFE.items() if phase not in LATER for verb in verbs}
    assert {edge: HIT[edge] for edge in edges if HIT[edge] < 10} == {}
