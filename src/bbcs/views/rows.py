"""Lines of lists: stored rows as they stand at this moment, as JSON and as a table.

No case is folded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from bbcs.calendar.dates import NO_DATE, day_of, iso, minute_text
from bbcs.domain.acts import read_step
from bbcs.domain.case import ACTIVE, FLAGS, SOLVED, phase_name
from bbcs.domain.deadline_status import (
    CLOCK_NAMES,
    STATES,
    RunningDeadline,
    colour_of,
    days_left,
    is_overdue,
    next_to_pass,
    own_clock,
    shown_at,
    state_at,
)
from bbcs.record import Record
from bbcs.registers.table import Column, Table
from bbcs.usecases.listing import Listing, running_deadline
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
        Column("source", "来源", width=10),
        Column("source_no", "原编号", width=12),
        Column("demand", "反映内容及诉求", width=30),
        Column("number", "文号", width=18),
        Column("station", "站", width=8),
        Column("round", "轮次", "int", width=4),
        Column("version", "版次", "int", width=4),
    )
}
"""Every column a list may show; the first nine by default."""

DEFAULT = tuple(COLUMNS)[:9]

NOTHING = "没有找到"
"""What a list says at a terminal where no case fits."""

COLOURS = ("red", "orange", "yellow", "blue", "green")
"""Colour keys that a screen or a printed sheet can show as such."""


class CaseLine(Record):
    """A masked row (the JSON of formats.md §4) and what only people read beside it.

    colour: key of the pack's warning colour, "" before the first. gap_due: when the next owed paper
    is due. resume_on: when the pause should be over. channel: how the case came, by key. clock: the
    clock whose deadline the row shows, "" where that is the case's own limit.
    """

    row: Mapping[str, Any]
    colour: str = ""
    gap_due: str = ""
    resume_on: str = ""
    channel: str = ""
    clock: str = ""


class LineMaker:
    """Makes lines of one list, as the cases stand at the office's moment.

    window: the first and the last day of the due dates that the list asks for, None for no bound.
    """

    def __init__(
        self, office: Office, window: tuple[date | None, date | None] = (None, None)
    ) -> None:
        self._now, self._calendar = office.stamp.now, office.calendar
        self._first, self._last = window

    def line(
        self,
        stored: Mapping[str, Any],
        deadlines: Sequence[RunningDeadline] | None = None,
        order: int = 0,
    ) -> CaseLine:
        """A stored row as it stands now: its `fold` with due, state, provisional and days_left.

        deadlines: those that count here, None for all of the case. order: number of the order whose
        own date stands before the case's limit.
        """
        row: dict[str, Any] = json.loads(stored["fold"])
        resume_on = row.pop("resume_on", "")
        row["next"] = row["next"] and read_step(row["next"])
        row |= {
            "due": stored["due"],
            "state": stored["state"],
            "provisional": bool(stored["provisional"]),
            "days_left": None,
        }
        colour = clock = ""
        running = deadlines
        if running is None:
            running = [running_deadline(one) for one in stored["deadlines"]]
        if running:
            shown, own = self._shown(running, stored, order), own_clock(stored["phase"])
            if shown:
                colour, stands = self._standing(shown)
                row |= stands
                clock = "" if shown.clock == own else shown.clock
        gap_due = stored.get("gap_due") or ""
        gap_due = gap_due.replace(NO_DATE, "现场核查时")
        return CaseLine(row, colour, gap_due, resume_on, stored["channel"] or "", clock)

    def _shown(
        self, running: Sequence[RunningDeadline], stored: Mapping[str, Any], order: int
    ) -> RunningDeadline | None:
        """The deadline that stands for the case; of a list by due date the first that lies in it.

        None where the case's own limit was met, and nothing else is overdue.
        """
        inside = [one for one in running if self._inside(one)]
        shown = shown_at(running, own_clock(stored["phase"]), self._now)
        dated = next((one for one in running if one.order == order > 0 and one.dated), None)
        if shown and dated and not is_overdue(shown, self._now):
            return dated
        if shown and inside and shown not in inside:
            return next_to_pass(inside) or inside[0]
        if shown and stored["state"] and not is_overdue(shown, self._now):
            return None
        return shown

    def _inside(self, one: RunningDeadline) -> bool:
        """Whether the list asks for deadlines of its day; never in a list that asks for none."""
        if self._first is None and self._last is None:
            return False
        day = day_of(one.passes)
        return (self._first or day) <= day <= (self._last or day)

    def _standing(self, one: RunningDeadline) -> tuple[str, Mapping[str, Any]]:
        """The warning colour of a deadline, and what the row says of it."""
        state = state_at(one.passes, one.warn_from, self._now, paused=one.paused)
        colour, left = "", None
        if not one.paused:
            colour = colour_of(one.warnings, one.measure, one.passes, self._now, self._calendar)
            left = days_left(one.passes, self._now, self._calendar)
        return colour, {
            "due": iso(one.due),
            "state": state,
            "provisional": one.provisional,
            "days_left": left,
        }


def lines(
    stored: Iterable[Mapping[str, Any]],
    office: Office,
    window: tuple[date | None, date | None] = (None, None),
) -> list[CaseLine]:
    """Stored rows as they stand now; window: as in `LineMaker`."""
    return list(passing(stored, office, window))


def passing(
    stored: Iterable[Mapping[str, Any]],
    office: Office,
    window: tuple[date | None, date | None] = (None, None),
) -> Iterator[CaseLine]:
    """The same, one by one."""
    maker = LineMaker(office, window)
    return (maker.line(row) for row in stored)


def document(listing: Listing, office: Office, keys: Sequence[str] = ()) -> dict[str, Any]:
    """`bbcs list --json` (formats.md §4). keys: those of the rows that are wanted, all for ()."""
    whole = passing_document(listing, office, keys)
    return {**whole, "cases": list(whole["cases"])}


def passing_document(listing: Listing, office: Office, keys: Sequence[str]) -> dict[str, Any]:
    """The same, its cases an iterator."""
    shown = passing(listing.stored, office, listing.window)
    return {
        "schema": "bbcs.list/1",
        "count": len(listing.stored),
        "next": listing.next,
        "cases": (_of_keys(line.row, keys) for line in shown),
    }


def documents(shown: Iterable[CaseLine], keys: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """The rows as documents of their own, for one JSON object a line."""
    return ({"schema": "bbcs.row/1", **_of_keys(line.row, keys)} for line in shown)


def _of_keys(row: Mapping[str, Any], keys: Sequence[str]) -> Mapping[str, Any]:
    return {key: row[key] for key in keys} if keys else row


# -- as people read them -------------------------------------------------------------------------------------------


def table(
    shown: Sequence[CaseLine],
    office: Office,
    columns: Sequence[str] = DEFAULT,
    title: str = "",
    *,
    settled: bool = False,
) -> Table:
    """Cases as people read them: words instead of keys, short times, 暂定 behind provisional dates,
    the pack's colours.

    settled: whether settled cases were asked for; among them the phase is kept as long as a date.
    """
    settled = settled or any_settled(shown)
    cells = list(cells_of(shown, office, columns))
    marks = {number: mark for number, line in enumerate(shown) if (mark := mark_of(line))}
    return Table(
        "list", title, [column(name, settled=settled) for name in columns], cells, marks=marks
    )


def any_settled(shown: Iterable[CaseLine]) -> bool:
    """Whether one of the cases is settled."""
    return any(line.row["phase"] not in ACTIVE for line in shown)


def column(name: str, *, settled: bool) -> Column:
    """A column of a list; among settled cases the phase is kept as long as a date."""
    if settled and name == "phase":
        return COLUMNS[name]._replace(keep=KEEP["due"])
    return COLUMNS[name]


def cells_of(
    shown: Iterable[CaseLine], office: Office, columns: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """The cells of cases, one row after the other."""
    return ({name: _cell(name, line, office) for name in columns} for line in shown)


def mark_of(line: CaseLine) -> str:
    """The mark of a table's row: the pack's warning colour, else the state of its deadline, else
    "".
    """
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
        return phase_name(row["phase"], row["difficulty"])
    if name == "state":
        return state_text(row, line.clock)
    if name == "due":
        return due_text(row)
    if name in ("difficulty", "outcome"):
        return office.pack.label(name, value)
    if name == "cause":
        return [office.pack.label("cause", cause) for cause in value or ()]
    if name == "solved":
        return SOLVED.get(value or "", "")
    return minute_text(value) if name.endswith("_at") else value


def due_text(row: Mapping[str, Any]) -> str:
    """The due date of a row, with 暂定 where it is provisional; "" where there is none."""
    if not row["due"]:
        return ""
    return minute_text(row["due"]) + (" 暂定" if row["provisional"] else "")


def light(colour: str, office: Office) -> str:
    """“黄” for the colour that the pack calls 黄色."""
    label = office.pack.label("colour", colour)
    return label.removesuffix("色").removesuffix("灯") or label


def state_text(row: Mapping[str, Any], clock: str = "") -> str:
    """The state in words, with the clock where that is not the handling: “签收超期”, “回访临期”."""
    state = row.get("state")
    if not state:
        return ""
    if not clock and row["phase"] == "resolved":
        return "待回访" if state == "running" else f"回访{STATES[state]}"
    return f"{CLOCK_NAMES[clock] if clock else ''}{STATES[state]}"
