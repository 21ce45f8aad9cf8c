"""The desk as JSON and as people read it: counts first, then each group as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bbcs.calendar.dates import minute_text
from bbcs.domain.acts import quoted
from bbcs.domain.deadline_status import STATES, RunningDeadline, state_at
from bbcs.domain.desk import GROUPS
from bbcs.domain.reminders import REMINDER
from bbcs.domain.station import ISSUERS
from bbcs.errors import ROLE_NAMES
from bbcs.registers.table import Column, Table
from bbcs.usecases.desk import DATED, DeskCase, DeskGroup
from bbcs.usecases.listing import running_deadline
from bbcs.usecases.office import Office
from bbcs.views import rows

COLUMNS = ("case_no", "matter", "reporter", "lead_unit", "due", "state", "days_left", "flags")
"""Columns of `list` on the desk; one that says nothing in a group is left out there."""

OWN = (
    Column("gap_due", "补件期限", "date", width=10, keep=8),
    Column("agreed_on", "约定", "date", width=16, keep=8),
    Column("also", "另有", width=12, keep=6),
    Column("remind", "催办", width=12, keep=2),
)
"""Columns that only the desk has."""

ALL: Sequence[Column] = (*(rows.COLUMNS[name] for name in COLUMNS), *OWN)
"""Every column that a group may have."""

NOTHING = "今天没有要催的件。登记新件：bbcs intake"
"""Shown when no case is on the desk."""


def document(groups: Sequence[DeskGroup], office: Office, duty: str) -> dict[str, Any]:
    """`bbcs todo --json`: every group with its number of cases, and the rows that were asked for."""
    whole = passing_document(groups, office, duty)
    held = [{**group, "cases": list(group["cases"])} for group in whole["groups"]]
    return {**whole, "groups": held}


def passing_document(groups: Iterable[DeskGroup], office: Office, duty: str) -> dict[str, Any]:
    """The same, its groups and their cases iterators."""
    return {
        "schema": "bbcs.todo/1",
        "day": office.stamp.now.date().isoformat(),
        "duty": duty or None,
        "groups": (
            {
                "name": group.name,
                "count": group.total,
                "cases": _masked(group.cases, group.name, office),
            }
            for group in groups
        ),
    }


def _masked(cases: Iterable[DeskCase], name: str, office: Office) -> Iterator[Mapping[str, Any]]:
    for case, line in _lines(cases, name, office):
        yield {**line.row, "also": list(case.also), "remind": reminders(case)}


def reminders(case: DeskCase) -> list[str]:
    """The commands that remind the late units of a case."""
    number = case.stored["case_no"]
    return [
        f"bbcs supervise {number} --kind {REMINDER} --unit {quoted(unit)} --reason 超期未办"
        for unit in case.remind
    ]


REMINDERS = 3
"""Commands of reminders that stand under a group."""


class Reminders:
    """The late units of a group, noted while its cases pass by: a few commands, and how many there
    are.
    """

    def __init__(self) -> None:
        self._first: list[str] = []
        self._units: dict[str, int] = {}

    def noting(self, cases: Iterable[DeskCase]) -> Iterator[DeskCase]:
        """The cases as they come."""
        for case in cases:
            commands = reminders(case)
            free = REMINDERS - len(self._first)
            self._first += commands[:free]
            for unit in case.remind[max(free, 0) :]:
                self._units[unit] = self._units.get(unit, 0) + 1
            yield case

    def lines(self, roles: Sequence[str]) -> list[str]:
        """How the late units are reminded, and by whom where `roles` may not."""
        if not self._first:
            return []
        by = f"（{'或'.join(ROLE_NAMES[role] for role in ISSUERS)}来办）"
        if set(ISSUERS) & set(roles):
            by = ""
        lines = [f"催办{by}：{command}" for command in self._first]
        if self._units:
            named = "、".join(f"{unit} {count} 件" for unit, count in self._units.items())
            lines.append(f"还要催：{named}")
        return lines


def _lines(
    cases: Iterable[DeskCase], name: str, office: Office
) -> Iterator[tuple[DeskCase, rows.CaseLine]]:
    """The cases of a group, each with the deadline for which it stands there."""
    now = office.stamp.now
    day = {"today": now.date()}.get(name)
    maker = rows.LineMaker(office, (day, day))
    for case in cases:
        stored, running = case.stored, None
        if name in DATED:  # a limit that was met long ago does not stand for what runs now
            stored = {**stored, "state": None}
        if name == "warning":
            running = _warned(stored, now)
        yield case, maker.line(stored, running)


def _warned(stored: Mapping[str, Any], now: datetime) -> list[RunningDeadline]:
    """The running deadlines of a case whose warning is on."""
    running = map(running_deadline, stored["deadlines"])
    return [
        one
        for one in running
        if state_at(one.passes, one.warn_from, now, paused=one.paused) == "warning"
    ]


def head(office: Office, duty: str) -> list[str]:
    """Which station and day it is, what kind of day, and who is on duty."""
    day = office.stamp.now.date()
    info = office.calendar.info(day)
    kind = {True: "工作日", False: "休息日"}[info.is_working_day]
    if info.name:
        kind += f"，{info.name}"
    lines = [f"{office.station.name}  {day}（{kind}）"]
    if duty:
        lines.append(f"今天坐诊：{duty}")
    return lines


def summary(groups: Sequence[DeskGroup]) -> list[str]:
    """How many cases each group holds, the most urgent first; empty groups are left out."""
    return [f"{group.label} {group.total}" for group in groups if group.total] or [NOTHING]


def title(group: DeskGroup) -> str:
    """The heading of a group; it says when not all of its cases follow."""
    text = heading(group)
    if len(group.cases) < group.total:
        text += f"（列出前 {len(group.cases)} 件；全部：bbcs todo --limit {group.total}）"
    return text


def heading(group: DeskGroup) -> str:
    """The name of a group and how many cases stand in it."""
    return f"{group.label} {group.total} 件"


def table(group: DeskGroup, office: Office) -> Table:
    """The cases of a group, as people read them."""
    lines = list(_lines(group.cases, group.name, office))
    plain = rows.table([line for _, line in lines], office, COLUMNS)
    wide = [
        {**one, "gap_due": line.gap_due, **_own(case)}
        for one, (case, line) in zip(plain.rows, lines, strict=True)
    ]
    speaks = speaks_in(group.name)
    columns = [column for column in ALL if any(speaks(column, one) for one in wide)]
    return plain._replace(columns=columns, rows=wide)


def cells(cases: Iterable[DeskCase], name: str, office: Office) -> Iterator[dict[str, Any]]:
    """The cells of a group under `ALL`, one row after the other."""
    for case, line in _lines(cases, name, office):
        (own,) = rows.cells_of([line], office, COLUMNS)
        yield {**own, "gap_due": line.gap_due, **_own(case)}


def _own(case: DeskCase) -> dict[str, Any]:
    return {
        "agreed_on": minute_text(case.stored["agreed_on"]),
        "also": [GROUPS[name] for name in case.also],
        "remind": list(case.remind),
    }


def speaks_in(group: str) -> Callable[[Column, Mapping[str, Any]], bool]:
    """What tells whether a row of a group makes a column worth its place: dates of papers and
    promises where the group is of them, the state where dates do not order it.
    """

    def speaks(column: Column, row: Mapping[str, Any]) -> bool:
        if column.name == "gap_due":
            return group == "gaps"
        if column.name == "agreed_on":
            return group == "promised"
        if column.name == "state" and group in DATED:  # the heading names it, but for other clocks
            return row["state"] not in STATES.values()
        return row.get(column.name) not in (None, "", [])

    return speaks
