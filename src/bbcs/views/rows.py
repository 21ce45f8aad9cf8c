"""Lines of lists: stored rows as they stand at this moment, as JSON and as a table. No case is folded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bbcs.calendar.dates import NO_DATE, iso
from bbcs.config import packs
from bbcs.domain.case import FLAGS, PHASES, SOLVED
from bbcs.domain.clocks import STATES
from bbcs.domain.deadline_status import colour_of, days_left
from bbcs.domain.pack import Clock, RulePack
from bbcs.errors import BbcsError
from bbcs.record import Record
from bbcs.registers.table import Column, Table
from bbcs.usecases.listing import Listing
from bbcs.usecases.office import Office

KEEP: Mapping[str, int] = {
    "case_no": 10, "matter": 9, "due": 8, "days_left": 7, "state": 6, "reporter": 5, "lead_unit": 4, "phase": 3, "flags": 2,
}  # fmt: skip
"""Column -> how long a narrow terminal keeps it; the others go first."""

COLUMNS: Mapping[str, Column] = {
    column.name: column._replace(keep=KEEP.get(column.name, 1))
    for column in (
        Column("case_no", "编号", width=22),
        Column("phase", "环节", width=8),
        Column("matter", "反映事项", width=24),
        Column("reporter", "反映人", width=8),
        Column("lead_unit", "主办单位", width=16),
        Column("due", "到期", "date", width=10),
        Column("state", "时限", width=8),
        Column("colour", "灯", width=4),
        Column("days_left", "剩余", "int", width=4),
        Column("flags", "标记", width=8),
        Column("received_at", "受理时间", "time", width=16),
        Column("difficulty", "难易", width=6),
        Column("cause", "办不成原因", width=12),
        Column("channel", "渠道", width=8),
        Column("phone", "电话", width=12),
        Column("outcome", "办理结果", width=10),
        Column("solved", "是否解决", width=8),
        Column("resolved_at", "办结时间", "time", width=16),
        Column("callback_at", "回访时间", "time", width=16),
        Column("satisfaction", "满意度", "int", width=6),
        Column("gap_due", "补件期限", "date", width=10),
        Column("resume_on", "预计恢复", "date", width=10),
        Column("source_no", "原编号", width=12),
        Column("round", "轮次", "int", width=4),
        Column("version", "版次", "int", width=4),
    )
}
"""Every column a list may show; the first nine by default."""

DEFAULT = tuple(COLUMNS)[:9]

COLOURS = ("red", "orange", "yellow", "blue", "green")
"""Colour keys that a screen or a printed sheet can show as such."""


class CaseLine(Record):
    """A masked row (the JSON of formats.md §4) and what only people read beside it.

    colour: key of the pack's warning colour, "" before the first. gap_due: when the next owed paper is due.
    resume_on: when the pause should be over. channel: how the case came, by key.
    """

    row: Mapping[str, Any]
    colour: str = ""
    gap_due: str = ""
    resume_on: str = ""
    channel: str = ""


class LineMaker:
    """Makes lines of one list; each pack and clock is looked up once for all its rows."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._packs: dict[tuple[str, str], RulePack | None] = {
            (office.pack.key, office.pack.edition): office.pack
        }
        self._clocks: dict[tuple[Any, ...], Clock | None] = {}

    def line(self, stored: Mapping[str, Any]) -> CaseLine:
        """A stored row as it stands now: its `fold` with due, state, provisional and days_left."""
        row: dict[str, Any] = json.loads(stored["fold"])
        resume_on = row.pop("resume_on", "")
        row |= {
            "due": self._due(stored),
            "state": _state(stored, self._office.stamp.now) if stored["due"] else None,
            "provisional": bool(stored["provisional"]),
            "days_left": None,
        }
        colour = ""
        if stored["due"] and stored["active"] and not stored["paused"]:
            row["days_left"], colour = self._left(stored)
        gap_due = stored.get("gap_due") or ""
        gap_due = gap_due.replace(NO_DATE, "现场核查时")
        return CaseLine(row, colour, gap_due, resume_on, stored["channel"] or "")

    def _due(self, stored: Mapping[str, Any]) -> str | None:
        """The stored due date; without its time where that is only the end of office hours."""
        due: str | None = stored["due"]
        if due and "T" in due:
            clock = self._active_clock(stored)
            if clock is None or clock.unit not in ("hour", "minute"):
                return due[:10]
        return due

    def _left(self, stored: Mapping[str, Any]) -> tuple[int | None, str]:
        """Working days left of a running deadline, and the colour of its pack's warning."""
        now, calendar = self._office.stamp.now, self._office.calendar
        end, clock = _moment(stored["due"]), self._active_clock(stored)
        colour = colour_of(clock, end, now, calendar) if clock else ""
        return days_left(end, now, calendar), colour

    def _active_clock(self, stored: Mapping[str, Any]) -> Clock | None:
        """The pack's clock behind the stored date.

        None for an order's own date, and for a case received before the pack was in force.
        """
        pack = self._pack(stored)
        if pack is None:
            return None
        begun = pack.in_force_from
        if begun and stored["received_at"][:10] < begun.isoformat():
            return None
        names = ("pack", "pack_edition", "clock", "difficulty", "causes", "demand_kind", "round")
        key = tuple(stored[name] for name in names)
        if key not in self._clocks:
            self._clocks[key] = _clock_of(stored, pack)
        return self._clocks[key]

    def _pack(self, stored: Mapping[str, Any]) -> RulePack | None:
        """The rules a case was taken under; None when they are gone: a list must be shown all the same."""
        here = self._office.pack
        key = (stored["pack"] or here.key, stored["pack_edition"] or here.edition)
        if key not in self._packs:
            try:
                self._packs[key] = packs.pack(key[0], self._office.home, key[1])
            except BbcsError:
                self._packs[key] = None
        return self._packs[key]


def lines(stored: Iterable[Mapping[str, Any]], office: Office) -> list[CaseLine]:
    """Stored rows as they stand now."""
    maker = LineMaker(office)
    return [maker.line(row) for row in stored]


def document(listing: Listing, office: Office) -> dict[str, Any]:
    """`bbcs list --json` (formats.md §4)."""
    shown = [line.row for line in lines(listing.stored, office)]
    return {"schema": "bbcs.list/1", "count": len(shown), "next": listing.next, "cases": shown}


def _clock_of(stored: Mapping[str, Any], pack: RulePack) -> Clock | None:
    facts = {
        "difficulty": stored["difficulty"] or pack.first_difficulty,
        "cause": [cause for cause in (stored["causes"] or "").split(",") if cause],
        "demand_kind": stored["demand_kind"] or "help",
        "round": stored["round"],
    }
    return pack.clock(stored["clock"] or "", facts)


def _moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _state(stored: Mapping[str, Any], now: datetime) -> str:
    """The state of a stored deadline at `now`. ISO texts of one length compare as the times they are."""
    due, moment = stored["due"], iso(now) or ""
    if not stored["active"]:
        return "met_late" if stored["late"] else "met"
    if stored["paused"]:
        return "paused"
    if moment[: len(due)] > due:
        return "overdue"
    if stored["warn_from"] and moment[:10] >= stored["warn_from"]:
        return "warning"
    return "running"


# -- as people read them -------------------------------------------------------------------------------------------


def table(
    shown: Sequence[CaseLine],
    office: Office,
    columns: Sequence[str] = DEFAULT,
    title: str = "",
) -> Table:
    """Cases as people read them: words instead of keys, short times, 暂定 behind provisional dates, the pack's colours."""
    cells = [{name: _cell(name, line, office) for name in columns} for line in shown]
    marks = {number: mark for number, line in enumerate(shown) if (mark := mark_of(line))}
    return Table("list", title, [COLUMNS[name] for name in columns], cells, marks=marks)


def mark_of(line: CaseLine) -> str:
    """The mark of a table's row: the pack's warning colour, else the state of its deadline, else ""."""
    if line.colour in COLOURS:
        return line.colour
    state = line.row.get("state")
    return state if state in ("overdue", "warning", "paused") else ""


def _cell(name: str, line: CaseLine, office: Office) -> Any:
    row = line.row
    value = row.get(name)
    if name in ("gap_due", "resume_on"):
        return getattr(line, name)
    if name == "channel":
        return office.pack.label(name, line.channel)
    if name == "colour":
        return light(line.colour, office)
    if name == "flags":
        return [FLAGS[flag] for flag in value or ()]
    if name == "phase":
        return PHASES[row["phase"]]
    if name == "state":
        return state_text(row)
    if name == "due":
        return due_text(row)
    if name in ("difficulty", "outcome"):
        return office.pack.label(name, value)
    if name == "cause":
        return [office.pack.label("cause", cause) for cause in value or ()]
    if name == "solved":
        return SOLVED.get(value or "", "")
    return short(value) if name.endswith("_at") else value


def due_text(row: Mapping[str, Any]) -> str:
    """The due date of a row, with 暂定 where it is provisional; "" where there is none."""
    if not row["due"]:
        return ""
    return short(row["due"]) + (" 暂定" if row["provisional"] else "")


def light(colour: str, office: Office) -> str:
    """“黄” for the colour that the pack calls 黄色."""
    label = office.pack.label("colour", colour)
    return label.removesuffix("色").removesuffix("灯") or label


def state_text(row: Mapping[str, Any]) -> str:
    """The state in words; of a resolved case it is the state of the callback."""
    state = row.get("state")
    if not state:
        return ""
    if row["phase"] != "resolved":
        return STATES[state]
    return "待回访" if state == "running" else f"回访{STATES[state]}"


def short(moment: str | None) -> str:
    """A stored time as people read it: to the minute, no zone."""
    return (moment or "")[:16].replace("T", " ")
