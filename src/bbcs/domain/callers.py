"""Who called the person back, and whether that was the handler himself. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.domain.case import Case
from bbcs.domain.event import Event


def caller(event: Event, names: Mapping[str, str]) -> str:
    """Who called: the one named, else the operator who wrote it down; "" where neither is known.

    names: operator id -> name.
    """
    return event.data.get("by") or names.get(event.actor, "")


def by_handler(case: Case, event: Event, names: Mapping[str, str]) -> bool:
    """Whether the handler of the case made this call."""
    return bool(case.handler) and caller(event, names) == case.handler
