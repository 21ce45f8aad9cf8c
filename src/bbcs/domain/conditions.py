"""Matches the conditions of a rule (`for`) with a case, and the conditions of two rules with each
other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ITEM = "item"

SEVERAL = ("cause", ITEM)
"""The keys of which a case may have several values at once."""

ROUND = "round"


def matches(wanted: Mapping[str, str], facts: Mapping[str, Any]) -> bool:
    """Whether the facts of a case fit every key of `wanted`.

    facts: one value for each key, of `SEVERAL` a tuple. The round is a number; "2" fits that
    round, "2+" also later ones.
    """
    return all(_fits(key, value, facts.get(key)) for key, value in wanted.items())


def _fits(key: str, wanted: str, fact: Any) -> bool:
    if key in SEVERAL:
        return wanted in (fact or ())
    if key != ROUND:
        return bool(fact == wanted)
    if not isinstance(fact, int):
        return False
    first = first_round(wanted)
    return fact == first or (fact > first and wanted.endswith("+"))


def meet(one: Mapping[str, str], other: Mapping[str, str], *, one_cause: bool = False) -> bool:
    """Whether some case fits both, asked with the facts that most likely fit.

    one_cause: of several causes of a case only one counts.
    """
    facts: dict[str, Any] = {**one, **other}
    both = [rule for rule in (one, other) if ROUND in rule]
    if both:
        facts[ROUND] = max(first_round(rule[ROUND]) for rule in both)
    for key in SEVERAL:
        values = tuple(rule[key] for rule in (one, other) if key in rule)
        facts[key] = values[:1] if one_cause and key == "cause" else values
    return matches(one, facts) and matches(other, facts)


def is_round(text: str) -> bool:
    """Whether the text is a condition on the round: a number from 1, or such a number and "+"."""
    low = text.removesuffix("+")
    return low.isdecimal() and int(low) > 0


def first_round(text: str) -> int:
    """The first round that a condition fits. Only for texts that are one (`is_round`)."""
    return int(text.removesuffix("+"))
