"""Thousands of random lives: every edge of the table is taken, and after each act the books are whole."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bbcs.domain.acts import ACTS
from bbcs.domain.case import LIFE, PHASES, Case
from bbcs.domain.clocks import Deadline, deadlines
from bbcs.domain.evolve import fold, going_on
from bbcs.errors import BbcsError, TransitionRefused
from bbcs.registers import monthly
from bbcs.usecases import cases, reports
from bbcs.usecases.projection import refold
from bbcs.usecases.view import listed
from random_acts import drawn
from sample import CALENDAR, Desk, at, shipped

ON_CASE = [act.verb for act in ACTS if act.on_case]

HIT: Counter[tuple[str, str]] = Counter()
"""(phase, verb) -> how often a random life took that edge of the table."""

ONWARD = {
    "registered": ("accept", "accept", "withdraw", "refuse"),
    "accepted": ("triage", "triage", "assign", "transfer"),
    "triaged": ("assign", "assign", "resolve"),
    "assigned": ("assign", "sign", "resolve", "step", "resolve"),
    "handling": ("resolve", "resolve", "resolve", "assign"),
    "resolved": ("notify", "callback", "close"),
    "called_back": ("close", "gap"),
    "closed": ("archive", "archive", "archive", "reopen"),
    "archived": ("reopen", "note"),
}
"""Acts that take a random life on, so that its late phases are reached."""

ENDED = ("refused", "withdrawn", "transferred_out")
MOVING = frozenset({"triage", "correct", "undo"})
"""Acts that may move a deadline either way: grading again, corrections, taking back."""

LENGTHENING = frozenset({"extend", "pause", "resume", "resolve", "withdraw", "transfer"})
"""Acts that may move one to a later day: the end of a case ends its pause, too."""

LOSING = frozenset({"resolve", "withdraw", "transfer", "forward", "return", "assign"})
"""Acts that may end an unsigned or dated order, whose clock is then gone."""

DEFAULT = shipped("default")
EASY = DEFAULT._replace(
    gates={**DEFAULT.gates, "callback": False},
    extension=DEFAULT.extension._replace(max_count=9),
    clocks=tuple(one._replace(limit=5, unit="working_day") if one.unit == "same_day" else one for one in DEFAULT.clocks),
)
"""No gate on; a case that is not graded yet has five days, so that its clock can be paused and extended."""

STRICT = DEFAULT._replace(extension=DEFAULT.extension._replace(approver="站长"))


def key(one: Deadline) -> tuple[Any, ...]:
    return one.name, one.round, one.start, one.order


def plain(case: Case) -> Case:
    """Without what counts the entries, and the numbers that stay void."""
    return case._replace(version=0, voided=())


GOALS = (
    "registered",
    "accepted",
    "triaged",
    "assigned",
    "handling",
    "resolved",
    "called_back",
    "closed",
    "closed",
    "closed",
    "archived",
    "archived",
)
"""In which phase a life tries what the table allows; through the others it hurries."""


class Lives(RuleBasedStateMachine):
    """Cases of one office moved at random, nine times in ten by an act that the table allows."""

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        # drawn from one seed: hypothesis likes small choices, and the late phases of a life are far from them
        self.random = Random(seed)
        self.goal = self.random.choice(GOALS)
        self.desk = Desk(EASY if self.random.random() < 0.8 else STRICT)
        self.now = at("2026-09-21")
        self.dues: dict[str, dict[Any, Any]] = {}
        self.states: dict[str, list[Case]] = {}
        self.taken: Counter[tuple[str, str]] = Counter()
        self.seen: list[tuple[int, dict[str, dict[str, int]]]] = []
        self.take_in("accept")

    def take_in(self, decision: str) -> None:
        said = {"matter": "诊所备案", "demand": "办不下去", "anonymous": True, "decision": decision}
        more = {"refusal_reason": "petition", "remedy": "向信访部门反映"} if decision == "refuse" else {}
        done = cases.intake(self.desk.ledger, self.office, said | more)
        self.states[done.case.no] = [fold(done.events[:number]) for number in range(1, len(done.events) + 1)]
        self.remember(done.case)

    @rule()
    def move(self) -> None:
        self.now += timedelta(hours=self.random.choice([0, 1, 2, 5, 20, 30]))
        rows = self.desk.ledger.rows
        if len(rows) < 6 and self.random.random() < 0.15:
            return self.take_in(self.random.choice(["accept", "accept", "later", "later", "refuse"]))
        alive = [no for no in rows if rows[no].case["phase"] not in ENDED]
        over = [no for no in rows if rows[no].case["phase"] in ENDED]
        no = self.random.choice(over if over and (not alive or self.random.random() < 0.1) else alive)
        return self.act(fold(self.desk.ledger.events(no)))

    def chosen(self, case: Case) -> str:
        """The verb: one of all, one that takes the case on, or the lawful one tried least so far."""
        luck, lawful = self.random.random(), LIFE[case.phase]
        if case.pause and luck < 0.5:
            return "resume"
        if luck < 0.05:
            return self.random.choice(ON_CASE)
        if luck < (0.1 if case.phase == self.goal else 0.45):
            return self.random.choice(ONWARD.get(case.phase, lawful))
        least = min(self.taken[case.phase, verb] for verb in lawful)
        return self.random.choice([verb for verb in lawful if self.taken[case.phase, verb] == least])

    def act(self, case: Case) -> None:
        verb, ledger = self.chosen(case), self.desk.ledger
        self.taken[case.phase, verb] += 1
        others = [no for no, row in ledger.rows.items() if "convene" in LIFE[row.case["phase"]]]
        given = drawn(case, verb, self.random, others)
        before, events = self.desk.state(), ledger.events(case.no)
        if verb == "undo" and self.random.random() < 0.8:
            self.actor = fold(events).marks[-1].actor
        try:
            done = cases.act(ledger, self.office, case.no, verb, given)
        except BbcsError as refusal:
            self.nothing_changed(before, refusal, case, verb)
            return
        assert verb in LIFE[case.phase]
        assert done.events
        assert done.case == fold(ledger.events(case.no)) == going_on(case, events, done.events)
        HIT[case.phase, verb] += 1
        self.deadlines_stay(case, done.case, verb)
        self.taken_back(case, done, verb)
        for no in given.get("case", ()):  # the same meeting stands in the other case
            joined = fold(ledger.events(no))
            assert joined.meetings[-1] == done.case.meetings[-1]
            self.states[no].append(joined)
            self.remember(joined)
        self.remember(done.case)

    def nothing_changed(self, before: tuple[Any, ...], refusal: BbcsError, case: Case, verb: str) -> None:
        assert self.desk.state() == before
        assert not isinstance(refusal, TransitionRefused) or verb not in LIFE[case.phase] or verb in ("pause", "resume")
        assert refusal.exit_code in (2, 11, 13)

    actor = "zs"

    @property
    def office(self) -> Any:
        return self.desk.office(self.now, actor=self.actor)

    def found(self, case: Case) -> list[Deadline]:
        return deadlines(case, self.desk.pack, CALENDAR, self.now)

    def remember(self, case: Case) -> None:
        self.touched = case.no
        self.dues[case.no] = {key(one): one.due for one in self.found(case)}
        self.actor = self.random.choice(["zs", "zs", "ls"])

    def deadlines_stay(self, before: Case, case: Case, verb: str) -> None:
        """A deadline moves by grading, correction and taking back only, by pause and extension never to an earlier day."""
        now = {key(one): one.due for one in self.found(case)}
        for which, due in self.dues[case.no].items():
            if verb in MOVING or (verb == "step" and which[0] == "gap"):
                continue
            assert which in now or (verb in LOSING and which[3])
            moved = now.get(which, due)
            assert moved == due or (verb in LENGTHENING and which[1] == case.round and moved > due)
        if verb == "reopen":
            assert case.rounds[:-1] == before.rounds

    def taken_back(self, case: Case, done: cases.Outcome, verb: str) -> None:
        """Taking back leads to the very state before; else the new states are kept for a later one."""
        states = self.states[case.no]
        if verb != "undo":
            events = self.desk.ledger.events(case.no)
            last = len(events) - len(done.events)
            states += [fold(events[:number]) for number in range(last + 1, len(events) + 1)]
            return
        del states[-len(done.events) :]
        assert plain(done.case) == plain(states[-1])

    @invariant()
    def books_are_whole(self) -> None:
        no = self.touched
        stored, events = self.desk.ledger.rows[no], self.desk.ledger.events(no)
        case = fold(events)
        assert case.phase in PHASES
        assert [event.version for event in events] == list(range(1, case.version + 1))
        if self.random.random() < 0.3:
            assert stored == refold(self.office)(events)
        assert listed(stored.case, self.office)["phase"] == case.phase
        half = len(events) // 2 + 1
        assert going_on(fold(events[:half]), events[:half], events[half:]) == case
        assert [event.seq for event in self.desk.ledger.entries] == list(range(1, len(self.desk.ledger.entries) + 1))
        for one in self.found(case):
            assert one.state != "paused" or (case.pause and not one.met_at)
            assert not (one.state == "overdue" and one.course.paused)
        if self.random.random() < 0.006:
            self.seen.append((len(self.desk.ledger.entries), self.counted()))

    def counted(self, as_of: int = 0) -> dict[str, dict[str, int]]:
        """The year's counts per unit, as of an entry or as they are; they foot, in total and in every unit."""
        ledger, office = self.desk.ledger, self.desk.office("2027-12-31")
        head = ledger.head
        if as_of:
            ledger.head = lambda: head()._replace(seq=as_of)  # type: ignore[method-assign]
        try:
            year = reports.between(at("2026-01-01").date(), at("2027-06-30").date())
            found = reports.snapshot(ledger, office, year).counts
        finally:
            ledger.head = head  # type: ignore[method-assign]
        return {unit: dict(count) for unit, count in found.items()}

    def teardown(self) -> None:
        """Every month foots and goes over into the next; an earlier as-of still tells what was told then."""
        if not hasattr(self, "desk"):
            return
        last: dict[str, int] = {}
        for text in ("2026-09", "2026-10", "2026-11"):
            counts = reports.snapshot(self.desk.ledger, self.desk.office("2027-12-31"), reports.month(text)).counts
            total = Counter[str]()
            for unit, count in counts.items():
                total.update(count if unit else {})
                assert count["closed"] == count["solved"] + count["explained"] + count["partly"] + count["withdrawn"]
            assert {name: total[name] for name in monthly.COUNTS} == counts[""]
            assert not last or counts[""]["carried_in"] == last["carried_out"]
            last = dict(counts[""])
        for as_of, counts_then in self.seen:
            assert self.counted(as_of) == counts_then


def test_random_lives_hit_every_edge_of_the_table_and_keep_the_books():
    HIT.clear()
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=110,
            stateful_step_count=100,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    edges = {(phase, verb) for phase, verbs in LIFE.items() for verb in verbs}
    assert {edge: HIT[edge] for edge in edges if HIT[edge] < 5} == {}
    assert sum(HIT[edge] >= 20 for edge in edges) >= 0.8 * len(edges)
