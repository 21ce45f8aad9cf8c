"""Tells who called the person back, and whether that was the handler. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bbcs.domain.case import Case
from bbcs.domain.event import Event


def caller(event: Event, names: Mapping[str, str]) -> str:
    """Who called: the one named, else the operator who wrote it down.

    names: operator id -> name; who is no operator any more goes by the id.
    """
    return event.data.get("by") or names.get(event.actor, event.actor)


def handler(
    case: Case, event: Event, settlements: Sequence[Event], names: Mapping[str, str]
) -> str:
    """Who handled what this call asks about: the one named, else, where no unit led, whoever wrote
    the last of its settlements before the call, on its day: who wrote it later copied it. "" where
    nobody knows.
    """
    if case.handler or case.lead:
        return case.handler
    before = [one for one in settlements if one.seq < event.seq]
    if not before or _copied(before[-1]):
        return ""
    return names.get(before[-1].actor, before[-1].actor)


def _copied(event: Event) -> bool:
    """Whether it was written after its day: from an old book, or for somebody else."""
    return event.recorded_at is not None and event.recorded_at.date() > event.at.date()
