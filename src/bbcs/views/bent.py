"""The bent time of a case as JSON."""

from __future__ import annotations

from typing import Any

from bbcs.calendar.dates import iso
from bbcs.domain.bent import Bending
from bbcs.domain.bent_text import bent_lines as bent_lines


def documents(bending: Bending) -> list[dict[str, Any]]:
    """Each bent entry, with the clock and round of the deadline that rests on it."""
    return [
        {
            "way": bend.way,
            "version": bend.event.version,
            "kind": bend.event.kind,
            "at": iso(bend.event.at),
            "recorded_at": iso(bend.event.recorded_at),
            "clock": bend.deadline.name if bend.deadline else None,
            "round": bend.deadline.round if bend.deadline else None,
            "due": iso(bend.deadline.due) if bend.deadline else None,
        }
        for bend in bending.bends
    ]
