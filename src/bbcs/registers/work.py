"""工作台账登记簿: one row per case, in the canonical columns, under the place's headers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bbcs.domain import masking
from bbcs.domain.bent import WAYS
from bbcs.domain.case import PHASES, Extension, Slip
from bbcs.domain.event import Event
from bbcs.domain.pack import COLUMNS, RulePack
from bbcs.registers.entry import Period, RegisterEntry
from bbcs.registers.table import Column, Table

CORRECTED = "（更正）"
"""Behind a value that is not the one first recorded."""

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
    named = _named(pack, asked.columns if asked else [(name, COLUMNS[name]) for name in PRINTED])
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
    notes = ["个人信息已遮盖。", *_bent(entries)]
    if provisional:
        notes.append(
            f"到期日标“暂定”的 {len(provisional)} 件，所依年度的放假通知未到，通知到后重算。"
        )
    return Table("work", title, columns, rows, notes, marks)


def _bent(entries: Sequence[RegisterEntry]) -> list[str]:
    """One line on the cases that count as in time, or as answered, by bent entries alone."""
    numbers = [
        entry.case.no
        for entry in entries
        if entry.bending.in_time or entry.bending.solved or entry.bending.answers
    ]
    if not numbers:
        return []
    return [f"靠补录、设定时间或更正才在限内或改了答复的 {len(numbers)} 件：{'、'.join(numbers)}。"]


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


def _named(pack: RulePack, columns: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The columns; where the pack numbers its cases, with that number beside the case number."""
    found = [*columns]
    names = [name for name, _ in found]
    if pack.number and "number" not in names:
        after = names.index("case_no") + 1 if "case_no" in names else len(found)
        found.insert(after, ("number", COLUMNS["number"]))
    return found


def row(entry: RegisterEntry, names: Mapping[str, str] = {}) -> dict[str, Any]:
    """One case under every canonical column; masked, words as the place says them."""
    fields, pack = entry.case.registered, entry.pack
    told = {
        **masking.person(fields, entry.case.hidden),
        **_handling(entry),
        **_ending(entry, names),
        "case_no": entry.case.no,
        "number": entry.case.issued.text if entry.case.issued else "",
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
    return _with_paper(told, fields) if fields.get("batch") else told


_PAPER = ("limit", "extension", "supervision", "redo", "satisfaction", "solved", "callback_by", "archived")  # fmt: skip
"""Columns that an imported row may tell without proving an event of its own."""


def _with_paper(told: dict[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The row of an imported case: what the old book said stands where the ledger has nothing of
    its own.
    """
    paper = fields.get("extra") or {}
    people = masking.known(fields)
    for name in _PAPER:
        text = paper.get(COLUMNS[name])
        if text and told.get(name) in ("", None, "否"):
            told[name] = masking.free_text(text, people)
    told["received_by"] = paper.get(COLUMNS["received_by"], "")  # not who imported it
    return told


def _handling(entry: RegisterEntry) -> dict[str, Any]:
    case, pack = entry.case, entry.pack
    assigned = next((order.sent_at for order in case.orders if order.role == "lead"), None)
    return {
        "difficulty": _by_round(
            entry, lambda number: pack.label("difficulty", case.rounds[number - 1].difficulty)
        ),
        "cause": [pack.label("cause", one) for one in case.current.cause],
        "opinion": _shown(entry, case.opinion),
        "lead_unit": case.lead_unit,
        "assisting_units": list(case.assisting_units),
        "handler": _shown(entry, case.handler),
        "assigned_at": _time(assigned),
        "limit": _by_round(entry, lambda number: _limit(entry, number)),
        "due": _by_round(entry, lambda number: _due(entry, number)),
        "first_feedback_at": _time(
            next((mark.at for mark in case.marks if mark.kind == "FedBack"), None)
        ),
        "measures": _by_round(entry, lambda number: _actions(entry, number)),
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


def _actions(entry: RegisterEntry, number: int) -> str:
    """Measures of the settlement; before it, the steps so far."""
    events = entry.rounds[number - 1]
    settled = [event for event in events if event.kind == "Resolved"]
    if settled:
        return _shown(entry, settled[-1].data.get("measures", ""))
    steps = [
        (entry.pack.label("step", event.data["kind"]), event.data.get("result"))
        for event in events
        if event.kind == "Stepped"
    ]
    # a step without a result is its kind alone
    return _shown(entry, "；".join("：".join(filter(None, step)) for step in steps))


def _ending(entry: RegisterEntry, names: Mapping[str, str]) -> dict[str, Any]:
    """What each round came to."""
    cells: Mapping[str, Callable[[int], str]] = {
        "outcome": lambda number: _outcome(entry, number),
        "solved": lambda number: _solved(entry, number),
        "resolved_at": lambda number: _time(entry.case.rounds[number - 1].resolved_at),
        "overdue_days": lambda number: _overdue(entry, number),
        "callback_at": lambda number: _called_at(entry, number),
        "callback_by": lambda number: _caller(entry, names, number),
        "satisfaction": lambda number: _grade(entry, number),
        "archived": lambda number: _struck_off(entry, number),
    }
    return {name: _by_round(entry, cell) for name, cell in cells.items()}


def _by_round(entry: RegisterEntry, cell: Callable[[int], str]) -> str:
    """The value of each round: once where the case has one round, or where all are alike.

    `首轮：2026-03-04；第 2 轮：—`.
    """
    values = [cell(number) for number in range(1, entry.case.round + 1)]
    if len(set(values)) == 1:
        return values[0]
    return "；".join(
        f"{round_name(number)}：{value or '—'}" for number, value in enumerate(values, 1)
    )


def round_name(number: int) -> str:
    """`首轮`, `第 2 轮`."""
    return "首轮" if number == 1 else f"第 {number} 轮"


def _outcome(entry: RegisterEntry, number: int) -> str:
    """The result of a round; of the last one also that the case left without any."""
    case, outcome = entry.case, entry.case.rounds[number - 1].outcome
    left = LEFT.get(case.phase, "") if number == case.round else ""
    return entry.pack.label("outcome", outcome) or left


def _solved(entry: RegisterEntry, number: int) -> str:
    text = YES.get(entry.case.solved_in(number) or "", "")
    if text and number == entry.case.round and entry.bending.solved:
        text += CORRECTED
    return text


def _limit(entry: RegisterEntry, number: int) -> str:
    deadline = entry.handling(number)
    return deadline.limit_text if deadline else ""


def _due(entry: RegisterEntry, number: int) -> str:
    """The day of the deadline, marked while a holiday notice that it depends on is missing."""
    deadline = entry.handling(number)
    if deadline is None or deadline.due is None:
        return ""
    text = f"{deadline.due:%Y-%m-%d}"
    return f"{text} 暂定" if deadline.provisional else text


def _overdue(entry: RegisterEntry, number: int) -> str:
    """是 only where the date has passed, with the working days; 否 with the way in which it was bent."""
    deadline = entry.handling(number)
    if deadline is None:
        return ""
    if deadline.late:
        days = deadline.days_late or -(deadline.left or 0)
        return f"是（{days} 天）"
    way = WAYS.get(entry.bending.way(deadline), "")
    return f"否（{way}）" if way else "否"


def _called_at(entry: RegisterEntry, number: int) -> str:
    call = entry.case.callback_in(number)
    return _time(call.at if call else None)


def _caller(entry: RegisterEntry, names: Mapping[str, str], number: int) -> str:
    """Who called: the one named, else the operator who wrote it down."""
    call = _last_call(entry, number)
    if call is None:
        return ""
    return _shown(entry, call.data.get("by") or names.get(call.actor, call.actor))


def _grade(entry: RegisterEntry, number: int) -> str:
    call = _last_call(entry, number)
    if call is None:
        return ""
    text = entry.pack.label("grade", call.data.get("grade"))
    return text + CORRECTED if call.version in entry.bending.answers else text


def _last_call(entry: RegisterEntry, number: int) -> Event | None:
    """The entry of the last valid callback of a round."""
    calls = [event for event in entry.rounds[number - 1] if event.kind == "CalledBack"]
    return calls[-1] if calls else None


def _struck_off(entry: RegisterEntry, number: int) -> str:
    """Whether and how a round was closed and archived."""
    done = {event.kind: event.data for event in entry.rounds[number - 1]}
    if "Closed" not in done:
        return ""
    text = "已销号"
    if "Archived" in done:
        text = f"已归档 {done['Archived'].get('no', '')}".strip()
    how = done["Closed"].get("how") or "normal"
    return text if how == "normal" else f"{text}（{entry.pack.label('close_how', how)}）"


def _free(entry: RegisterEntry, name: str) -> str:
    return _shown(entry, entry.case.registered.get(name) or "")


def _time(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


def _shown(entry: RegisterEntry, text: str) -> str:
    """A free text without the numbers of persons and the names of this case."""
    return masking.free_text(text, entry.case.known)
