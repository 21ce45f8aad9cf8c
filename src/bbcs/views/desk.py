"""The desk as JSON and as people read it: counts first, then each group as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bbcs.domain.deadline_status import STATES, RunningDeadline, state_at
from bbcs.domain.desk import GROUPS
from bbcs.domain.reminders import KIND
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

NOTHING = "今天没有要催的件。登记新件：bbcs intake"
"""Shown when no case is on the desk."""


def document(groups: Sequence[DeskGroup], office: Office, duty: str) -> dict[str, Any]:
    """`bbcs todo --json`: every group with its number of cases, and the rows that were asked for."""
    return {
        "schema": "bbcs.todo/1",
        "day": office.stamp.now.date().isoformat(),
        "duty": duty or None,
        "groups": [
            {"name": group.name, "count": group.total, "cases": masked_rows(group, office)}
            for group in groups
        ],
    }


def masked_rows(group: DeskGroup, office: Office) -> list[Mapping[str, Any]]:
    """The masked rows of a group, as programs get them, each with the other groups of its case."""
    lines = _lines(group, office)
    return [
        {**line.row, "also": list(case.also), "remind": reminders(case)}
        for line, case in zip(lines, group.cases, strict=True)
    ]


def reminders(case: DeskCase) -> list[str]:
    """The commands that remind the late units of a case."""
    number = case.stored["case_no"]
    return [
        f"bbcs supervise {number} --kind {KIND} --unit {unit} --reason 超期未办"
        for unit in case.remind
    ]


REMINDERS = 3
"""Commands of reminders that stand under a group."""


def remind_lines(group: DeskGroup, roles: Sequence[str]) -> list[str]:
    """How the late units of a group are reminded, and by whom where `roles` may not: a few
    commands, then how many more units there are.
    """
    every = [command for case in group.cases for command in reminders(case)]
    if not every:
        return []
    by = f"（{'或'.join(ROLE_NAMES[role] for role in ISSUERS)}来办）"
    if set(ISSUERS) & set(roles):
        by = ""
    lines = [f"催办{by}：{command}" for command in every[:REMINDERS]]
    if len(every) > REMINDERS:
        lines.append(f"还有 {len(every) - REMINDERS} 个单位要催，见“催办”一列")
    return lines


def _lines(group: DeskGroup, office: Office) -> list[rows.CaseLine]:
    """The cases of a group, each with the deadline for which it stands there."""
    now = office.stamp.now
    day = {"today": now.date()}.get(group.name)
    maker = rows.LineMaker(office, (day, day))
    if group.name not in DATED:
        return [maker.line(case.stored) for case in group.cases]
    # a limit of the case that was met long ago does not stand for what runs now
    ahead = [{**case.stored, "state": None} for case in group.cases]
    if group.name != "warning":
        return [maker.line(stored) for stored in ahead]
    return [maker.line(stored, _warned(stored, now)) for stored in ahead]


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
    text = f"{group.label} {group.total} 件"
    if len(group.cases) < group.total:
        text += f"（列出前 {len(group.cases)} 件；全部：bbcs todo --limit {group.total}）"
    return text


def table(group: DeskGroup, office: Office) -> Table:
    """The cases of a group, as people read them."""
    lines = _lines(group, office)
    plain = rows.table(lines, office, COLUMNS)
    cells = [
        {**cells, "gap_due": line.gap_due, **_own(case)}
        for cells, line, case in zip(plain.rows, lines, group.cases, strict=True)
    ]
    columns = [
        column for column in (*plain.columns, *OWN) if _says_something(column.name, group, cells)
    ]
    return plain._replace(columns=columns, rows=cells)


def _own(case: DeskCase) -> dict[str, Any]:
    return {
        "agreed_on": rows.short(case.stored["agreed_on"]),
        "also": [GROUPS[name] for name in case.also],
        "remind": list(case.remind),
    }


def _says_something(name: str, group: DeskGroup, cells: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a column is worth its place: dates of papers and promises where the group is of them,
    the state where dates do not order it.
    """
    if name == "gap_due":
        return group.name == "gaps"
    if name == "agreed_on":
        return group.name == "promised"
    if name == "state" and group.name in DATED:  # said by the heading, but for other clocks
        return not all(row["state"] in STATES.values() for row in cells)
    return any(row.get(name) not in (None, "", []) for row in cells)
