"""Whether the events that a clock waits for can happen at all, and one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from bbcs.domain.acts.table import LEDGER_WIDE
from bbcs.domain.case import IN_HAND, LIFE
from bbcs.domain.clocks import PER_ORDER, possible
from bbcs.domain.pack import ROUND, Clock, first_round, is_round
from bbcs.findings import Finding

_LEADS_TO: Mapping[str, str] = {
    "Registered": "registered",
    "Accepted": "accepted",
    "Refused": "refused",
    "Triaged": "triaged",
    "Assigned": "assigned",
    "Signed": "handling",
    "Returned": "triaged",
    "Stepped": "handling",
    "Resolved": "resolved",
    "CalledBack": "called_back",
    "Closed": "closed",
    "Archived": "archived",
    "Reopened": "triaged",
    "Withdrawn": "withdrawn",
    "TransferredOut": "transferred_out",
    "Voided": "voided",
}
"""Kind of event -> the earliest phase that it leads to; other kinds leave the phase as it is."""

FIXED: Mapping[str, tuple[str, str]] = {
    "sign": ("Assigned", "Signed"),
    "gap": ("AcceptedWithGaps", "GapFilled"),
    "return": ("ReturnAsked", "ReturnDecided"),
}
"""Clock -> the only events it can start and stop at: it runs for each order, each owed paper, or each
return that is asked for."""


def impossible(where: str, clock: Clock) -> Iterator[Finding]:
    """Findings for a clock that can never start or never stop.

    Its kinds of event are known ones.
    """
    starts, stops = (
        [text.partition(".")[0] for text in texts] for texts in (clock.start, clock.stop)
    )
    if clock.source_clock:
        starts = []
    outside = [kind for kind in (*starts, *stops) if kind in LEDGER_WIDE]
    if outside:
        what = f"时限 {clock.name} 等的 {'、'.join(outside)} 不是件的记录，是全站的：永远等不到"
        yield Finding("idle_clock", where, what)
        return
    fixed = FIXED.get(clock.name)
    if clock.name in PER_ORDER or "order" in clock.for_:
        fixed = FIXED["sign"]
    if fixed and (starts, stops) != ([fixed[0]], [fixed[1]]):
        what = f"时限 {clock.name} 只能从 {fixed[0]} 起算、到 {fixed[1]} 为止"
        yield Finding("idle_clock", where, what)
    elif clock.name == "rectify" and starts != ["CalledBack"]:
        what = f"时限 {clock.name} 从不满意的回访起算，只能写 CalledBack"
        yield Finding("idle_clock", where, what)
    else:
        yield from _in_order(where, clock, starts, stops)


def _in_order(where: str, clock: Clock, starts: list[str], stops: list[str]) -> Iterator[Finding]:
    later = _later(clock)
    idle = [kind for kind in starts if not _may_start(kind, clock, later=later)]
    if idle:
        rounds = f"第 {clock.for_[ROUND]} 轮" if ROUND in clock.for_ else "每一轮"
        yield Finding(
            "idle_clock",
            where,
            f"时限 {clock.name} 从 {'、'.join(idle)} 起算：{rounds}里永远不会有",
        )
        return
    begun: frozenset[str] = frozenset(_after("Registered"))
    if starts:
        begun = frozenset(phase for kind in starts for phase in _after(kind))
    if clock.name == "rectify":
        begun |= _from("triaged")  # it may be made good in the next round
    here = {kind for phase in begun for kind in possible(phase)}
    if clock.name != "rectify":
        here -= {"Reopened"}  # it begins the next round
    dead = [kind for kind in stops if kind not in here]
    if dead:
        what = f"时限 {clock.name} 起算（{'、'.join(clock.start)}）以后，不会再有 {'、'.join(dead)}"
        yield Finding("idle_clock", where, what)


def _later(clock: Clock) -> bool:
    """Whether the clock is only for rounds after the first."""
    text = clock.for_.get(ROUND, "1+")
    return is_round(text) and first_round(text) > 1


def _may_start(kind: str, clock: Clock, *, later: bool) -> bool:
    """Whether the kind occurs in the rounds of the clock."""
    if kind == "Reopened":
        return clock.for_.get(ROUND) != "1"
    if kind in ("Registered", "Accepted"):
        return True  # a later round has its reopening instead
    first = "triaged" if later else "registered"
    return any(kind in possible(phase) for phase in _from(first))


@cache
def _after(kind: str) -> frozenset[str]:
    """The phases that a case may be in after such an event, in the same round."""
    if kind in _LEADS_TO:
        return _from(_LEADS_TO[kind])
    begun = (phase for phase in LIFE if kind in possible(phase))
    return frozenset(later for phase in begun for later in _from(phase))


@cache
def _from(first: str) -> frozenset[str]:
    """The phases that can follow a phase in the same round, itself included."""
    reached, open_ = {first}, [first]
    while open_:
        now = open_.pop()
        for kind in possible(now) - {"Reopened"}:
            phase = _LEADS_TO.get(kind, "")
            back = phase in IN_HAND and now not in IN_HAND  # a step after the settlement
            if phase and phase not in reached and not back:
                reached.add(phase)
                open_.append(phase)
    return frozenset(reached)
