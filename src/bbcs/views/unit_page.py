"""The page that is handed to a unit: one row for each order it has to do, and for what a slip or a
meeting asks of a unit without one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bbcs.calendar.dates import iso, minute_text
from bbcs.domain import masking
from bbcs.domain.order import ORDER_STATES, ROLES as ROLES_OF_ORDERS, UnitNames, UnitRef
from bbcs.domain.protection import is_about
from bbcs.record import Record
from bbcs.registers.table import Column, Table
from bbcs.usecases.office import Office
from bbcs.usecases.unit_orders import UnitOrders, UnitTask
from bbcs.views.rows import CaseLine, LineMaker, due_text, light, mark_of, state_text

COLUMNS = (
    Column("case_no", "编号", width=20),
    Column("matter", "反映事项", width=18),
    Column("demand", "诉求摘要", width=26),
    Column("require", "办理要求", width=20),
    Column("reporter", "反映人", width=8),
    Column("role", "角色", width=6),
    Column("sent_at", "交办时间", "time", width=16),
    Column("asked", "要求完成", "date", width=10),
    Column("due", "到期", width=10),
    Column("days_left", "剩工作日", "int", width=8),
    Column("state", "时限", width=6),
    Column("colour", "灯", width=4),
    Column("flags", "标记", width=10),
    Column("signed", "签收", width=10),
)

ROLES = {
    **ROLES_OF_ORDERS,
    "whistle": "吹哨",
    "slip": "督办",
    "resolution": "议定",
}
ASKED = {"slip": "待答复", "resolution": "待办妥"}
SUMMARY = 60
"""Characters of the demand that a page shows."""


def page(orders: UnitOrders, office: Office) -> Table:
    """The page of the unit that was asked for."""
    assert orders.unit is not None
    return _page(orders.unit.name, _rows(orders.tasks, office), office)


def pages(orders: UnitOrders, office: Office) -> list[tuple[str, Table]]:
    """(unit, page) for every unit that has something to do, by name; a renamed unit has one page."""
    rows = _rows(orders.tasks, office)
    names = UnitNames((row.since, row.unit) for row in rows)
    by_unit: dict[str, list[_Row]] = {}
    for row in rows:
        by_unit.setdefault(names.name(row.unit), []).append(row)
    return [(name, _page(name, by_unit[name], office)) for name in sorted(by_unit)]


class _Row(Record):
    """One task as a row of a page: whose it is, since when, its cells, how a renderer marks it."""

    unit: UnitRef
    since: datetime
    cells: dict[str, Any]
    mark: str


def _rows(tasks: Sequence[UnitTask], office: Office) -> list[_Row]:
    making, rows = LineMaker(office), []
    for task in tasks:
        line = making.line(task.stored, task.deadlines, task.number)
        rows.append(_Row(task.unit, task.since, _row(task, line, office), mark_of(line)))
    return rows


def _page(name: str, rows: Sequence[_Row], office: Office) -> Table:
    count = len({row.cells["case_no"] for row in rows})
    title = f"{name}交办件清单（{office.station.name}，{office.stamp.now:%Y-%m-%d}，{count} 件）"
    marks = {number: row.mark for number, row in enumerate(rows) if row.mark}
    notes = [
        "个人信息已遮盖；“剩工作日”是负数的已经超期，“要求完成”是交办时定的日期。",
        "签收人：＿＿＿＿＿＿＿＿　　日期：＿＿＿＿＿＿＿＿",
    ]
    return Table("handover", title, COLUMNS, [row.cells for row in rows], notes, marks)


def _row(task: UnitTask, line: CaseLine, office: Office) -> dict[str, Any]:
    row, case, fields = line.row, task.case, task.case.registered
    known = case.known
    demand = _summary(masking.free_text(fields.get("demand") or "", known))
    if _is_about(task, office):
        demand = masking.HIDDEN
    return {
        "case_no": case.no,
        "matter": row["matter"],
        "demand": demand,
        "require": masking.free_text(task.require, known),
        "reporter": masking.person(case.registered, case.hidden)["reporter"],
        "role": ROLES[task.kind],
        "sent_at": minute_text(task.since),
        "asked": iso(task.asked),
        "due": due_text(row),
        "days_left": row["days_left"],
        "state": state_text(row, line.clock),
        "colour": light(line.colour, office),
        "flags": [
            *(_FLAGS[one] for one in row["flags"] if one in _FLAGS),
            *("退回待审" for one in case.return_requests if one.order == task.number),
        ],
        "signed": _signed(task),
    }


def _signed(task: UnitTask) -> str:
    if task.signed_at:
        return minute_text(task.signed_at)[5:]
    return ASKED.get(task.kind) or ORDER_STATES.get(task.state, "")


def _is_about(task: UnitTask, office: Office) -> bool:
    """Whether a conduct case complains of the unit, or of a window or section of it: it may not
    read what was said.
    """
    station, complained = office.station_of(task.case), task.case.complained
    return is_about(task.unit.name, complained, station.names_of) or any(
        task.unit.same(station.ref(name)) or name.startswith(task.unit.name) for name in complained
    )


_FLAGS: Mapping[str, str] = {
    "supervised": "督办",
    "fast_lane": "加急",
    "gaps_open": "容缺",
    "paused": "暂停",
}


def _summary(text: str) -> str:
    """The first words of a long text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= SUMMARY else f"{line[: SUMMARY - 1]}…"
