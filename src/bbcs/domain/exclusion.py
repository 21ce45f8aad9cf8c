"""Cases that a leader leaves out of a rate: every such rate is printed with and without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bbcs.domain.event import Event

RATES: Mapping[str, str] = {"on_time": "按时办结", "satisfaction": "满意", "callback": "回访"}
"""What a case can be left out of -> what people read."""


def after(excluded: tuple[str, ...], event: Event) -> tuple[str, ...]:
    """The rates that a case is left out of after one more entry, in the order of RATES."""
    named = set(event.data.get("rate") or ())
    if event.kind == "Excluded":
        kept = {*excluded, *named}
    elif event.kind == "Included":
        kept = {*excluded} - named
    else:
        return excluded
    return tuple(rate for rate in RATES if rate in kept)


def excluded(events: Iterable[Event]) -> tuple[str, ...]:
    """The rates that a case with these entries is left out of.

    events: those that count (`corrections.effective`), whenever they were written: an exclusion is
    decided after the figures of the period are known, and counts for the period of the case.
    """
    found: tuple[str, ...] = ()
    for event in events:
        found = after(found, event)
    return found
