"""Weighted scores of units, their ranks and tiers. Pure.

The weights are the pack's `[score]`, the tiers its `[tiers]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from bbcs.domain.rates import RATES

RANKED_FROM = 5
"""Fewest cases with which a unit is ranked (ours, proposed): one case more or less would decide
the rank of a smaller one (no one-sided ranking, 国办函〔2025〕66号)."""


def score(
    points: Mapping[str, int], values: Mapping[str, Fraction | None]
) -> tuple[Fraction | None, list[str]]:
    """The score, and the rates that could not be counted.

    A rate without a denominator is left out; the others share its points as they stand to each
    other. None where none could be counted.
    """
    counted = {name: value for name in points if (value := values.get(name)) is not None}
    missing = [name for name in points if name not in counted]
    weight = sum(points[name] for name in counted)
    if not weight:
        return None, missing
    reached = sum(
        (points[name] * _good(name, value) for name, value in counted.items()), Fraction()
    )
    return reached / weight * sum(points.values()), missing


def _good(name: str, value: Fraction) -> Fraction:
    return 1 - value if RATES[name].lower_is_better else value


def ranks(scores: Mapping[str, Fraction]) -> dict[str, int]:
    """Unit -> its rank, the highest score first; equal scores share the rank."""
    return {unit: 1 + sum(other > own for other in scores.values()) for unit, own in scores.items()}


def tier(tiers: Mapping[str, int], score: Fraction) -> str:
    """The highest tier whose threshold the score reaches, "" without tiers."""
    return next((name for name, least in tiers.items() if score >= least), "")
