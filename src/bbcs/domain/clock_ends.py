"""Finds the entry after which what a clock waits for can no longer happen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import LIFE, Case, Mark
from bbcs.domain.pack import Clock

LEAVING = frozenset({"Withdrawn", "TransferredOut"})
"""Kinds of event by which a case leaves the window without a settlement."""

FINAL = LEAVING | {"Closed", "Refused", "Voided"}
"""Kinds of event after which nobody waits for anything, until the case is reopened."""

_PHASES = {"Resolved": "resolved", "CalledBack": "called_back"}
"""Kinds of event that leave less to wait for -> the phase they lead to."""

_ANSWERED = frozenset({"first_contact", "first_feedback", "result_feedback", "opinion", "arrive"})
"""Clocks that are over once the person was called and had a say: an answer later is none."""

_ANSWERS = frozenset({"FedBack", "Notified", "Signed", "CalledBack"})
"""Kinds of event that are such answers; what else a clock waits for may still come."""


def over(case: Case, clock: Clock, round_no: int, start: Mark) -> Mark | None:
    """The entry that ended a clock of this round which was not met; None while it may still be.

    start: the entry that started it. What has to be made good (`rectify`) may be so in the next
    round.
    """
    last = round_no + 1 if clock.name == "rectify" else round_no
    kinds = frozenset(name.partition(".")[0] for name in clock.stop)
    return next(
        (
            mark
            for mark in _since(case, start)
            if not _too_early(case, mark)
            if mark.round > last or (mark.round >= round_no and _ends(mark, clock.name, kinds))
        ),
        None,
    )


def left(case: Case, kind: str, since: int = 0) -> Mark | None:
    """The entry after which an event of this kind can no longer happen in the case as it stands.

    For what is bound to no round: owed papers, slips, resolutions of meetings. since: number in the
    chain of the entry that began it, where it may begin after the end of the handling.
    """
    now = (
        mark
        for mark in case.marks
        if mark.round == case.round and mark.seq >= since and not _too_early(case, mark)
    )
    return next((mark for mark in now if _ends(mark, "", frozenset({kind}))), None)


@cache
def possible(phase: str) -> frozenset[str]:
    """The kinds of event that the acts allowed in a phase bring about."""
    return frozenset(kind for verb in LIFE[phase] for kind in BY_VERB[verb].kinds)


def _since(case: Case, start: Mark) -> Iterator[Mark]:
    """The entries after one, in order."""
    return (mark for mark in case.marks if mark.version > start.version)


def _too_early(case: Case, mark: Mark) -> bool:
    """Whether it is a call before any settlement, as an imported row may tell: the case goes on
    after it.
    """
    return mark.kind == "CalledBack" and not any(
        one.kind == "Resolved" and one.round == mark.round and one.version < mark.version
        for one in case.marks
    )


def _ends(mark: Mark, name: str, kinds: frozenset[str]) -> bool:
    """Whether after this entry a clock of that name has nothing more to wait for: none of the kinds
    of event that stop it can happen any more."""
    if mark.kind in FINAL:
        return True
    if mark.kind == "CalledBack" and name in _ANSWERED and kinds <= _ANSWERS:
        return True
    phase = _PHASES.get(mark.kind)
    return phase is not None and kinds.isdisjoint(possible(phase))
