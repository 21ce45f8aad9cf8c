"""Thousands of random lives: every edge of the table is taken, and after each act the books are whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bbcs.config import items
from bbcs.config.adopted_rules import ITEMS, AdoptedText
from bbcs.domain.acts.table import ACTS
from bbcs.domain.case import IN_HAND, LIFE, PHASES, Case
from bbcs.domain.clocks import deadlines
from bbcs.domain.deadline import Deadline
from bbcs.domain.event import Event
from bbcs.domain.fold import fold, fold_on
from bbcs.domain.items import Item
from bbcs.domain.order import SORTS, misdirections
from bbcs.domain.pack import Clock
from bbcs.domain.station import ROLES, Operator, Unit
from bbcs.errors import BbcsError, TransitionRefused
from bbcs.registers import monthly
from bbcs.usecases import acts, reports
from bbcs.usecases.outcome import Outcome
from bbcs.usecases.projection import refold
from bbcs.views.rows import LineMaker
from random_acts import UNITS, drawn, may_return
from sample import CALENDAR, Desk, at, shipped
from sizes import examples

ON_CASE = [act.verb for act in ACTS if act.on_case]

HIT: Counter[tuple[str, str]] = Counter()
"""(phase, verb) -> how often a random life took that edge of the table."""

GATED: Counter[str] = Counter()
"""What the two gates did: entries of reviewed returns, misdirected orders, refusals by their words."""

ONWARD = {
    "registered": ("accept", "accept", "withdraw", "refuse"),
    "accepted": ("triage", "triage", "assign", "transfer"),
    "triaged": ("assign", "assign", "resolve"),
    "assigned": ("assign", "sign", "step", "resolve"),
    "handling": ("resolve", "resolve", "resolve", "assign", "convene", "gap"),
    "resolved": ("callback", "callback", "callback", "close"),
    "called_back": ("close",),
    "closed": ("archive", "archive", "archive", "reopen"),
    "archived": ("reopen",),
}
"""Acts that take a random life on, so that its late phases are reached."""

PACES = ((0, 1, 2, 5, 20, 30), (0, 1, 2, 5, 20, 30), (0, 0, 1, 2, 3))
"""Hours between two acts: in most lives deadlines pass, in some they are ahead, or nothing could be paused or extended late in a life."""

WAY = list(ONWARD)
"""The phases in the order in which a life comes through them; from the last it goes back by a reopening."""

NEW = ("registered", "accepted")
ENDED = ("refused", "withdrawn", "transferred_out", "voided")
MOVING = frozenset({"triage", "correct", "undo"})
"""Acts that may move a deadline either way: grading again, corrections, taking back."""

LENGTHENING = frozenset({"extend", "pause", "resume", "resolve", "withdraw", "transfer", "void"})
"""Acts that may move one to a later day: the end of a case ends its pause, too."""

LOSING = frozenset({"resolve", "withdraw", "transfer", "void", "forward", "return", "assign"})
"""Acts that may end an unsigned or dated order, whose clock is then gone."""

DEFAULT = shipped("default")
EASY = DEFAULT._replace(
    gates={**DEFAULT.gates, "callback": False},
    extension=DEFAULT.extension._replace(max_count=9),
    clocks=tuple(
        one._replace(limit=5, unit="working_day") if one.unit == "same_day" else one
        for one in DEFAULT.clocks
    ),
)
"""No gate on; a case that is not graded yet has five days, so that its clock can be paused and extended."""

REVIEWED = EASY._replace(
    gates={**EASY.gates, "return_review": True},
    clocks=(*EASY.clocks, Clock("return", 2, "working_day", ("ReturnAsked",), ("ReturnDecided",))),
)
"""Returns are reviewed, and orders that are handed down need a leader's word."""

STRICT = DEFAULT._replace(extension=DEFAULT.extension._replace(approver="站长"))


class Guarded(Desk):
    """An office of two leaders with the owner of the matter and the levels of units, and both gates on."""

    def __init__(self, guard: str) -> None:
        super().__init__(REVIEWED._replace(dispatch_guard=guard))
        levels = dict.fromkeys(UNITS, "county") | {UNITS[-1]: "township"}
        units = tuple(Unit("", name, level=level) for name, level in levels.items())
        operators = tuple(Operator(one, one, ROLES) for one in ("zs", "ls"))
        self.station = self.station._replace(level="county", units=units, operators=operators)
        catalogue = items.parsed((Item("诊所备案", UNITS[0]),))
        self.known["items"] = AdoptedText(ITEMS, "", "", 0, "items", catalogue)


def key(one: Deadline) -> tuple[Any, ...]:
    return one.name, one.round, one.start, one.order


def plain(case: Case) -> Case:
    """Without what counts the entries, and the numbers that stay void."""
    return case._replace(version=0, taken_back=())


def unled(case: Case) -> bool:
    return bool(case.open_orders) and not any(order.role == "lead" for order in case.open_orders)


def unanswered(case: Case) -> bool:
    return not (
        case.happened("Notified", "result")
        or case.happened("FedBack", "final")
        or case.last_callback
    )


def fixed(case: Case) -> bool:
    """The last entry is the registration, or a taking back: neither can be taken back."""
    return case.marks[-1].kind == "Registered" or case.marks[-1].version != case.version


def nothing_left(case: Case, verb: str) -> bool:
    """A settled case without a paper that is owed, or a resolution to be carried out: no act clears the way."""
    if verb == "convene":
        left = any(not one.done_at for one in case.resolutions)
    else:
        left = verb != "gap" or case.owed
    return not left and case.phase not in IN_HAND


FIRST: Mapping[str, Sequence[tuple[Callable[[Case], Any], str]]] = {
    "sign": [(lambda case: not case.unsigned, "assign")],
    "return": [(lambda case: not case.open_orders, "assign")],
    "forward": [(lambda case: not case.open_orders, "assign")],
    "resolve": [(unled, "assign")],
    "pause": [(lambda case: case.pause, "resume")],
    "extend": [(lambda case: case.pause, "resume")],
    "resume": [(lambda case: not case.pause, "pause")],
    "close": [(lambda case: case.owed, "gap"), (unanswered, "callback")],
    "void": [(lambda case: case.group, "merge")],
    "undo": [(fixed, "note")],
}
"""Verb -> what is in its way, and the act that clears it: else the edges that need most before them are the least taken."""


TAKEN = examples(4)
"""How often each edge of the table must be taken at least."""

BATCH = 5
"""Lives that are steered by the same counts; drawn again, each of them is the same."""

DRAWN = settings(
    max_examples=BATCH,
    stateful_step_count=100,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


def _others(before: Sequence[Event], event: Event) -> Sequence[str]:
    """The other cases on which an entry was written too, or from which it was taken back."""
    if event.kind == "Undone":
        event = next(one for one in before if one.version == event.data["version"])
    return event.data.get("others") or ()


class Lives(RuleBasedStateMachine):
    """Cases of one office moved at random, nine times in ten by an act that the table allows."""

    batch = 0
    taken: Mapping[tuple[str, str], int] = HIT
    """How often each edge was taken in the batches before."""

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        # drawn from one seed: hypothesis likes small choices, and the late phases of a life are far from them
        self.random = Random(f"{self.batch} {seed}")
        self.pace = self.random.choice(PACES)
        luck = self.random.random()
        if luck < 0.3:
            self.desk = Guarded(self.random.choice(["warn", "leader"]))
        else:
            self.desk = Desk(EASY if luck < 0.8 else STRICT)
        self.now = at("2026-09-21")
        self.dues: dict[str, dict[Any, Any]] = {}
        self.states: dict[str, list[Case]] = {}
        self.tried = Counter(self.taken)
        self.seen: list[tuple[int, dict[str, dict[str, int]]]] = []
        self.take_in("accept")

    def take_in(self, decision: str) -> None:
        said = {"matter": "诊所备案", "demand": "办不下去", "anonymous": True, "decision": decision}
        more = (
            {"refusal_reason": "petition", "remedy": "向信访部门反映"}
            if decision == "refuse"
            else {}
        )
        done = acts.intake(self.desk.ledger, self.office, said | more)
        self.states[done.case.no] = [
            fold(done.events[:number]) for number in range(1, len(done.events) + 1)
        ]
        self.remember(done.case)

    @rule()
    def move(self) -> None:
        self.now += timedelta(hours=self.random.choice(self.pace))
        phases = {no: row.case["phase"] for no, row in self.desk.ledger.rows.items()}
        goal = self.goal(set(phases.values()))
        alive = {no: phase for no, phase in phases.items() if phase not in ENDED}
        wanted = 0.4 if goal in NEW and goal not in alive.values() else 0.15
        if not alive or (len(alive) < 4 and self.random.random() < wanted):
            return self.take_in(
                self.random.choice(["accept", "accept", "later", "later", "refuse"])
            )
        return self.act(fold(self.desk.ledger.events(self.nearest(phases, goal))), goal)

    def nearest(self, phases: Mapping[str, str], goal: str) -> str:
        """The case: mostly the one with the shortest way to the phase in view."""
        voided = [no for no, phase in phases.items() if phase == "voided"]
        if voided and self.random.random() < 0.2:  # mostly taken back, or few lives grew old
            return voided[-1]
        if self.random.random() < 0.1:
            return self.random.choice(list(phases))
        if goal in ENDED:
            return self.random.choice([no for no, phase in phases.items() if phase == goal])
        ways = {
            no: (WAY.index(goal) - WAY.index(phase)) % len(WAY)
            for no, phase in phases.items()
            if phase not in ENDED
        }
        return min(ways, key=lambda no: ways[no])

    def goal(self, present: Set[str]) -> str:
        """The phase whose edges were taken least: one that lives come through, or in which a case is."""
        reached = [phase for phase in LIFE if phase in WAY or phase in present]
        return max(reached, key=self.lack)

    def lack(self, phase: str) -> int:
        """How often edges of the phase must still be tried."""
        return sum(max(0, TAKEN - self.tried[phase, verb]) for verb in LIFE[phase])

    def chosen(self, case: Case, goal: str) -> str:
        """The verb: one of all, one that takes the case on, or the lawful one tried least so far, and what must come before it."""
        luck = self.random.random()
        lawful = [verb for verb in LIFE[case.phase] if not nothing_left(case, verb)]
        if case.pause and luck < 0.3:
            return "resume"
        if case.phase == "voided" and luck < 0.6:
            return "undo"
        if case.phase == "called_back" and case.owed and luck < 0.5:
            return "gap"
        if luck < 0.05:
            return self.random.choice(ON_CASE)
        if luck < (0.1 if case.phase == goal else 0.6):
            return self.before(case, self.random.choice(ONWARD.get(case.phase, lawful)))
        least = min(self.tried[case.phase, verb] for verb in lawful)
        return self.before(
            case,
            self.random.choice([verb for verb in lawful if self.tried[case.phase, verb] == least]),
        )

    def before(self, case: Case, verb: str) -> str:
        """The verb, or mostly the act that clears its way."""
        return next(
            (
                clears
                for blocked, clears in FIRST.get(verb, ())
                if blocked(case) and self.random.random() < 0.9
            ),
            verb,
        )

    def act(self, case: Case, goal: str) -> None:
        verb, ledger = self.chosen(case, goal), self.desk.ledger
        if may_return(self.desk.pack, case, LIFE[case.phase], self.random):
            verb = "return"
        self.tried[case.phase, verb] += 1
        others = [no for no, row in ledger.rows.items() if "merge" in LIFE[row.case["phase"]]]
        given = drawn(case, verb, self.random, others)
        if verb in ("assign", "forward") and self.desk.pack.dispatch_guard == "leader":
            given |= {"override": "领导定的"} if self.random.random() < 0.6 else {}
        before, events = self.desk.state(), ledger.events(case.no)
        if verb == "undo" and self.random.random() < 0.8:
            self.actor = fold(events).marks[-1].actor
        try:
            done = acts.act(ledger, self.office, case.no, verb, given)
        except BbcsError as refusal:
            self.nothing_changed(before, refusal, case, verb)
            GATED.update(
                word for word in ("下派", "主管单位", "同一位操作员") if word in str(refusal)
            )
            return
        assert verb in LIFE[case.phase]
        assert done.events
        assert done.case == fold(ledger.events(case.no)) == fold_on(case, events, done.events)
        HIT[case.phase, verb] += 1
        GATED.update(told(done))
        self.deadlines_stay(case, done.case, verb)
        self.taken_back(case, done, verb)
        for no in _others(events, done.events[-1]):
            joined = fold(ledger.events(no))
            if verb == "convene" and not given.get(
                "done"
            ):  # the same meeting stands in the other case
                assert joined.meetings[-1] == done.case.meetings[-1]
            self.states[no].append(joined)
            self.remember(joined)
        self.remember(done.case)

    def nothing_changed(
        self, before: tuple[Any, ...], refusal: BbcsError, case: Case, verb: str
    ) -> None:
        assert self.desk.state() == before
        assert (
            not isinstance(refusal, TransitionRefused)
            or verb not in LIFE[case.phase]
            or verb in ("pause", "resume", "convene")
        )
        assert refusal.exit_code in (2, 11, 13)

    actor = "zs"

    @property
    def office(self) -> Any:
        return self.desk.office(self.now, actor=self.actor)

    def found(self, case: Case) -> list[Deadline]:
        return deadlines(case, self.desk.pack, CALENDAR, self.now)

    def remember(self, case: Case) -> None:
        self.touched = case.no
        self.running = self.found(case)
        self.dues[case.no] = {key(one): one.due for one in self.running}
        self.actor = self.random.choice(["zs", "zs", "ls"])

    def deadlines_stay(self, before: Case, case: Case, verb: str) -> None:
        """A deadline moves by grading, correction and taking back only, by pause and extension never to an earlier day."""
        now = {key(one): one.due for one in self.found(case)}
        for which, due in self.dues[case.no].items():
            if verb in MOVING or (verb == "step" and which[0] == "gap"):
                continue
            waived = verb == "exempt" and which[0] == "gap"  # a paper that is owed no more
            assert which in now or (verb in LOSING and which[3]) or verb == "void" or waived
            moved = now.get(which, due)
            assert moved == due or (verb in LENGTHENING and which[1] == case.round and moved > due)
        if verb == "reopen":
            assert case.rounds[:-1] == before.rounds

    def taken_back(self, case: Case, done: Outcome, verb: str) -> None:
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
            assert [stored] == refold(self.office)([events])
        assert LineMaker(self.office).line(self.desk.ledger.stored(no)).row["phase"] == case.phase
        half = len(events) // 2 + 1
        assert fold_on(fold(events[:half]), events[:half], events[half:]) == case
        assert [event.seq for event in self.desk.ledger.entries] == list(
            range(1, len(self.desk.ledger.entries) + 1)
        )
        for one in self.running:
            assert one.state != "paused" or (case.pause and not one.met_at)
            assert not (one.state == "overdue" and one.counted.paused)
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
            counts = reports.snapshot(
                self.desk.ledger, self.desk.office("2027-12-31"), reports.month(text)
            ).counts
            total = Counter[str]()
            for unit, count in counts.items():
                total.update(count if unit else {})
                assert (
                    count["closed"]
                    == count["solved"] + count["explained"] + count["partly"] + count["withdrawn"]
                )
            assert {name: total[name] for name in monthly.COUNTS} == counts[""]
            assert not last or counts[""]["carried_in"] == last["carried_out"]
            last = dict(counts[""])
        for as_of, counts_then in self.seen:
            assert self.counted(as_of) == counts_then


def told(done: Outcome) -> Iterator[str]:
    """What the gates say in new entries."""
    for event in done.events:
        if event.kind == "ReturnDecided":
            yield "approved" if event.data.get("granted") else "rejected"
        elif event.kind == "ReturnAsked":
            yield "asked"
        for one in misdirections(event.data.get("guarded")):
            yield f"{one.sort} {'overridden' if event.data.get('override') else 'warned'}"


def test_random_lives_hit_every_edge_of_the_table_and_keep_the_books():
    HIT.clear()
    GATED.clear()
    edges = {(phase, verb) for phase, verbs in LIFE.items() for verb in verbs}
    orders = [f"{sort} {how}" for sort in SORTS for how in ("overridden", "warned")]
    gates = ["asked", "approved", "rejected", *orders, "主管单位", "同一位操作员"]
    for batch in range(5 * TAKEN):
        run_state_machine_as_test(_lives(batch), settings=DRAWN)
        if all(HIT[edge] >= TAKEN for edge in edges) and all(GATED[one] for one in gates):
            break
    assert {edge: HIT[edge] for edge in edges if HIT[edge] < TAKEN} == {}
    assert [one for one in gates if not GATED[one]] == []


def _lives(batch: int) -> type[Lives]:
    """Lives drawn otherwise than those of other batches, towards the edges taken least in them."""
    return type("Lives", (Lives,), {"batch": batch, "taken": Counter(HIT)})
