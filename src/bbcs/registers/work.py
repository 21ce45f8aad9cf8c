"""工作台账登记簿: one row per case, in the canonical columns, under the place's headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.domain import masking
from bbcs.domain.case import PHASES, Extension, Slip
from bbcs.domain.event import Event
from bbcs.domain.pack import COLUMNS, RulePack
from bbcs.registers.entry import Period, RegisterEntry
from bbcs.registers.table import Column, Table

YES = {"yes": "是", "no": "否", "partly": "部分"}


def build(
    entries: Sequence[RegisterEntry],
    pack: RulePack,
    period: Period,
    station: str,
    names: Mapping[str, str] = {},
) -> Table:
    """The register of a period; personal values masked.

    Columns and title are the pack's, else the canonical ones.
    """
    asked = pack.registers.get("work")
    named = asked.columns if asked else [(name, COLUMNS[name]) for name in PRINTED]
    columns = [Column(name, label, KINDS.get(name, "text")) for name, label in named]
    rows = [{"seq": number, **row(entry, names)} for number, entry in enumerate(entries, 1)]
    states = {
        number: entry.last.state
        for number, entry in enumerate(entries)
        if entry.in_hand and entry.last
    }
    marks = {number: state for number, state in states.items() if state != "running"}
    title = f"{station}{asked.title if asked else '工作台账登记簿'}（{period.label}）"
    provisional = [row["case_no"] for row in rows if "暂定" in (row["due"] or "")]
    notes = ["个人信息已遮盖。"]
    if provisional:
        notes.append(
            f"到期日标“暂定”的 {len(provisional)} 件，所依年度的放假通知未到，通知到后重算。"
        )
    return Table("work", title, columns, rows, notes, marks)


LEFT = {phase: PHASES[phase] for phase in ("refused", "withdrawn", "transferred_out", "voided")}
"""Phase that ends a case without an outcome -> what people read instead of one."""

KINDS: Mapping[str, str] = {
    "seq": "int",
    "received_at": "time",
    "assigned_at": "date",
    "first_feedback_at": "date",
    "resolved_at": "date",
    "callback_at": "date",
}
"""Canonical column -> kind, where it is not text.

Limits run in days, so the later moments are printed as days.
"""

PRINTED = tuple(COLUMNS)[:33]
"""What is printed where a place names no columns: the rest only where a pack asks for it
(domain.md §7.1)."""


def row(entry: RegisterEntry, names: Mapping[str, str] = {}) -> dict[str, Any]:
    """One case under every canonical column; masked, words as the place says them."""
    fields, pack = entry.case.registered, entry.pack
    return {
        **masking.person(fields, entry.case.hidden),
        **_handling(entry),
        **_ending(entry, names),
        "case_no": entry.case.no,
        "received_at": _time(entry.case.received_at),
        "channel": pack.label("channel", fields.get("channel")),
        "reporter_type": {"enterprise": "企业", "org": "组织"}.get(
            fields.get("reporter_type", ""), "个人"
        ),
        "matter": _free(entry, "matter"),
        "demand": masking.HIDDEN if entry.case.conduct else _free(entry, "demand"),
        "demand_kind": pack.label("demand_kind", fields.get("demand_kind")),
        "received_by": names.get(entry.events[0].actor, entry.events[0].actor),
        "remark": _free(entry, "remark"),
        "source_no": fields.get("source_no"),
    }


def _handling(entry: RegisterEntry) -> dict[str, Any]:
    case, pack = entry.case, entry.pack
    assigned = next((order.sent_at for order in case.orders if order.role == "lead"), None)
    return {
        "difficulty": pack.label("difficulty", case.current.difficulty),
        "cause": [pack.label("cause", one) for one in case.current.cause],
        "opinion": _shown(entry, case.opinion),
        "lead_unit": case.lead_unit,
        "assisting_units": list(case.assisting_units),
        "handler": _shown(entry, case.handler),
        "assigned_at": _time(assigned),
        "limit": entry.last.limit_text if entry.last else "",
        "due": _due(entry),
        "first_feedback_at": _time(
            next((mark.at for mark in case.marks if mark.kind == "FedBack"), None)
        ),
        "measures": _actions(entry),
        "extension": "；".join(
            _extension(one) for one in case.extensions if one.state == "granted"
        ),
        "supervision": "；".join(_slip(one, pack) for one in case.slips),
        "redo": f"是（第 {case.round} 轮）" if case.round > 1 else "否",
    }


def _extension(one: Extension) -> str:
    """`延到 2022-09-14（2022-09-05 告知）`."""
    text = f"加 {one.days}"
    if one.until:
        text = f"延到 {one.until}"
    if one.told:
        text += f"（{one.told} 告知）"
    return text


def _slip(one: Slip, pack: RulePack) -> str:
    """`2021-07-05 督办 公安（2021-07-06 答复）`."""
    text = f"{one.at:%Y-%m-%d} {pack.label('supervision', one.kind)} {one.unit.name}"
    if one.answered_at:
        text += f"（{one.answered_at:%Y-%m-%d} 答复）"
    return text


def _actions(entry: RegisterEntry) -> str:
    """Measures of the settlement; before it, the steps so far."""
    if entry.case.measures and not entry.in_hand:
        return _shown(entry, entry.case.measures)
    steps = [
        (entry.pack.label("step", event.data["kind"]), event.data.get("result"))
        for event in entry.of("Stepped")
    ]
    # a step without a result is its kind alone
    return _shown(entry, "；".join("：".join(filter(None, step)) for step in steps))


def _ending(entry: RegisterEntry, names: Mapping[str, str]) -> dict[str, Any]:
    case, pack, call = entry.case, entry.pack, entry.case.last_callback
    return {
        "outcome": pack.label("outcome", case.current.outcome) or LEFT.get(case.phase, ""),
        "solved": YES.get(case.solved or "", ""),
        "resolved_at": _time(case.current.resolved_at),
        "overdue_days": _overdue(entry),
        "callback_at": _time(call.at if call else None),
        "callback_by": _caller(entry, names),
        "satisfaction": _grade(entry),
        "archived": _struck_off(entry),
    }


def _due(entry: RegisterEntry) -> str:
    """The day of the deadline, marked while a holiday notice that it depends on is missing."""
    last = entry.last
    if last is None or last.due is None:
        return ""
    text = f"{last.due:%Y-%m-%d}"
    return f"{text} 暂定" if last.provisional else text


def _overdue(entry: RegisterEntry) -> str:
    """是 only where the date has passed: with the days, or that it was settled late."""
    last = entry.last
    if last is None:
        return ""
    if last.state == "overdue" and last.left is not None:
        return f"是（{-last.left} 天）"
    return "是" if last.late else "否"


def _caller(entry: RegisterEntry, names: Mapping[str, str]) -> str:
    """Who called: the one named, else the operator who wrote it down."""
    call = _last_call(entry)
    if call is None:
        return ""
    return _shown(entry, call.data.get("by") or names.get(call.actor, call.actor))


def _grade(entry: RegisterEntry) -> str:
    call = _last_call(entry)
    if call is None:
        return ""
    return entry.pack.label("grade", call.data.get("grade"))


def _last_call(entry: RegisterEntry) -> Event | None:
    """The entry of the last valid callback of the current round."""
    if entry.case.last_callback is None:
        return None
    return entry.of("CalledBack")[-1]


def _struck_off(entry: RegisterEntry) -> str:
    case = entry.case
    if case.phase not in ("closed", "archived"):
        return ""
    text = "已销号"
    if case.phase == "archived":
        text = f"已归档 {case.archive_no}".strip()
    if case.how_closed not in ("", "normal"):
        text += f"（{entry.pack.label('close_how', case.how_closed)}）"
    return text


def _free(entry: RegisterEntry, name: str) -> str:
    return _shown(entry, entry.case.registered.get(name) or "")


def _time(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


def _shown(entry: RegisterEntry, text: str) -> str:
    """A free text without the numbers of persons and the names of this case."""
    return masking.free_text(text, entry.case.known)
