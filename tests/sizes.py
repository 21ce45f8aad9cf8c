"""How long property tests run: a Hypothesis profile, chosen with the variable BBCS_PROFILE."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import HealthCheck, settings

T = TypeVar("T")

NORMAL = 100
"""Examples of a property that names no number, in an ordinary run."""

SUPPRESSED = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile(
    "",
    max_examples=NORMAL,
    deadline=None,
    derandomize=True,  # the same examples everywhere: a green run stays green
    suppress_health_check=SUPPRESSED,
)
settings.register_profile(
    "stress", max_examples=20 * NORMAL, deadline=None, suppress_health_check=SUPPRESSED
)


def is_long() -> bool:
    """Whether the profile is the long one."""
    return settings.default.max_examples > NORMAL


def load(profile: str) -> None:
    """Choose a profile: "" or "stress"."""
    settings.load_profile(profile)


def examples(normal: int) -> int:
    """The number of examples where an ordinary run takes `normal`."""
    return normal * settings.default.max_examples // NORMAL


def sample(those: Sequence[T], every: int, first: int) -> Sequence[T]:
    """Each `every`-th of them in an ordinary run, all of them in a long one.

    first: where to begin; tests that begin at different places try all of them together.
    """
    return those if is_long() else those[first % every :: every]
