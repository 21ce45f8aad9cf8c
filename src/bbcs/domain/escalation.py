"""Finds the response level that the triggers of the pack propose for a case.

Only a leader raises it (`escalate`).
"""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.domain.case import Case
from bbcs.domain.order import distinct
from bbcs.domain.pack import AT_KEYS, RulePack, Word
from bbcs.record import Record


class Proposal(Record):
    """A level above the present one, and why it is due."""

    level: str
    label: str
    why: str


def proposal(case: Case, pack: RulePack) -> Proposal | None:
    """The highest level whose trigger is met, when it lies above the case's own.

    None once the case is settled.
    """
    words = list(pack.words.get("level", {}).values())
    if case.current.resolved_at or not words:
        return None
    known = _facts(case)
    reached = next((number for number, word in enumerate(words) if word.key == case.level), 0)
    for number in range(len(words) - 1, reached, -1):
        why = _met(words[number], known, pack)
        if why:
            return Proposal(words[number].key, words[number].label, why)
    return None


def _facts(case: Case) -> Mapping[str, str | int]:
    """What a trigger is compared with: the difficulty, and how often or how many."""
    units = distinct(
        order.ref
        for order in case.orders
        if order.round == case.round and order.state != "returned"
    )
    return {
        "difficulty": case.current.difficulty,
        "units": len(units),
        "bounces": case.bounces,
        "redo": case.round - case.first_round,
        "transfers": case.transfers,
    }


def _met(word: Word, known: Mapping[str, str | int], pack: RulePack) -> str:
    """Why the level is due, "" when none of its triggers is met."""
    for key, wanted in word.at.items():
        have = known.get(key)
        if key == "difficulty" and have == wanted:
            return f"研判为{pack.label('difficulty', wanted)}"
        if isinstance(have, int) and have >= int(wanted):
            what, _, unit = AT_KEYS[key].partition("几")
            return f"{what} {have} {unit}"
    return ""
