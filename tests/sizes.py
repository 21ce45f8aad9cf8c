"""How long property tests run: a Hypothesis profile, chosen with the variable BBCS_PROFILE."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

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
