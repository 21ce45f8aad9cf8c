"""Line: one stored case as a list shows it at this moment. Nothing is folded: the pack's clock is found by what the row says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bbcs.calendar.dates import NO_DATE, iso
from bbcs.config import packs
from bbcs.domain.deadline_status import colour_of, days_left
from bbcs.domain.pack import Clock, RulePack
from bbcs.errors import BbcsError
from bbcs.record import Record
from bbcs.usecases.office import Office


class Line(Record):
    """A masked row (the JSON of formats.md §4) and what only people read beside it.

    colour: key of the pack's warning colour, "" before the first. gap_due: when the next owed paper is due. resume_on: when the
    pause should be over. channel: how the case came, by key.
    """

    row: Mapping[str, Any]
    colour: str = ""
    gap_due: str = ""
    resume_on: str = ""
    channel: str = ""


class Lines:
    """Makes lines; remembers the packs and clocks of one list, so that ten thousand rows look each up once."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._packs: dict[tuple[str, str], RulePack | None] = {
            (office.pack.key, office.pack.edition): office.pack
        }
        self._clocks: dict[tuple[Any, ...], Clock | None] = {}

    def line(self, stored: Mapping[str, Any]) -> Line:
        """A stored row now: its `fold` plus due, state, provisional, days_left."""
        row: dict[str, Any] = json.loads(stored["fold"])
        resume_on = row.pop("resume_on", "")
        now, due = self._office.stamp.now, stored["due"]
        row |= {
            "due": due,
            "state": None,
            "provisional": bool(stored["provisional"]),
            "days_left": None,
        }
        colour = ""
        if due:
            row["state"] = _state(stored, now)
            clock = self._clock(stored) if stored["active"] else None
            if stored["active"] and not stored["paused"]:
                end = _moment(due)
                row["days_left"] = days_left(end, now, self._office.calendar)
                colour = colour_of(clock, end, now, self._office.calendar) if clock else ""
            row["due"] = due[:10] if "T" in due and self._at_closing(stored) else due
        gap_due = (
            (stored["gap_due"] or "").replace(NO_DATE, "现场核查时") if "gap_due" in stored else ""
        )
        return Line(row, colour, gap_due, resume_on, stored["channel"] or "")

    def _clock(self, stored: Mapping[str, Any]) -> Clock | None:
        """The clock of the pack behind the stored date; None where it was an order's own date, or before the pack was in force."""
        key = (
            stored["pack"],
            stored["pack_edition"],
            stored["clock"],
            stored["difficulty"],
            stored["causes"],
            stored["demand_kind"],
            stored["round"],
        )
        if key not in self._clocks:
            self._clocks[key] = self._found(stored)
        pack = self._pack(stored)
        begun = (
            not pack
            or not pack.in_force_from
            or stored["received_at"][:10] >= pack.in_force_from.isoformat()
        )
        return self._clocks[key] if begun else None

    def _found(self, stored: Mapping[str, Any]) -> Clock | None:
        pack = self._pack(stored)
        facts = {
            "difficulty": stored["difficulty"] or (pack.first_difficulty if pack else ""),
            "cause": [one for one in (stored["causes"] or "").split(",") if one],
            "demand_kind": stored["demand_kind"] or "help",
            "round": stored["round"],
        }
        return pack.clock(stored["clock"] or "", facts) if pack else None

    def _pack(self, stored: Mapping[str, Any]) -> RulePack | None:
        """The rules a case was taken under; None when they are gone, which must not keep a list from being shown."""
        here = self._office.pack
        key = (stored["pack"] or here.key, stored["pack_edition"] or here.edition)
        if key not in self._packs:
            try:
                self._packs[key] = packs.pack(key[0], self._office.home, key[1])
            except BbcsError:
                self._packs[key] = None
        return self._packs[key]

    def _at_closing(self, stored: Mapping[str, Any]) -> bool:
        """Whether the stored time is only the end of its day: limits in hours and minutes have times of their own."""
        clock = self._clock(stored)
        return clock is None or clock.unit not in ("hour", "minute")


def _moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _state(stored: Mapping[str, Any], now: datetime) -> str:
    """A stored deadline's state at `now`; texts of one shape compare as the times they are."""
    due = stored["due"]
    if not stored["active"]:
        return "met_late" if stored["late"] else "met"
    if stored["paused"]:
        return "paused"
    if iso(now)[: len(due)] > due:  # type: ignore[index]
        return "overdue"
    return "warning" if stored["warn_from"] and iso(now)[:10] >= stored["warn_from"] else "running"  # type: ignore[index]
