"""工作台账登记簿: one row per case, in the canonical columns, under the place's headers."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any

from bbcs.calendar.dates import minute_text
from bbcs.domain.bent import WAYS
from bbcs.domain.case import EXCLUDABLE, PHASES, SOLVED, Case, Extension, Slip
from bbcs.domain.corrections import CORRECTED
from bbcs.domain.deadline import Deadline
from bbcs.domain.event import Event
from bbcs.domain.pack import COLUMNS, RulePack
from bbcs.registers.cells import (
    demand,
    field,
    numbered,
    operator,
    reporter_type,
    round_name,
)
from bbcs.registers.entry import RegisterEntry, RegisterSource
from bbcs.registers.register import Register, RegisterLine, RowStore

_NAMED = 30
"""So many case numbers stand in a note; a cell does not hold those of a large office."""


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


class WorkRegister(Register):
    """The register of a period: one row for each case in its books."""

    name = "work"
    kinds = KINDS

    def __init__(self, source: RegisterSource, store: RowStore) -> None:
        super().__init__(source, store)
        self._bent: list[str] = []
        self._left_out: dict[str, list[str]] = {rate: [] for rate in EXCLUDABLE}
        self._provisional = 0

    def lines(self, entry: RegisterEntry) -> Iterator[RegisterLine]:
        """The line of the case."""
        no, bending = entry.case.no, entry.bending
        if bending.in_time or bending.solved or bending.answers:
            self._bent.append(no)
        for rate in entry.excluded:
            self._left_out[rate].append(no)
        self._provisional += _provisional(entry)
        yield RegisterLine((entry.case.received_at, no), row(entry, self.source), _mark(entry))

    def figures(self, lines: Sequence[str]) -> Sequence[str]:
        """All of them."""
        return lines

    def notes(self) -> Sequence[str]:
        """Cases that count by bent entries alone, that rates leave out, whose dates may move."""
        notes = []
        if bent := self._bent:
            notes.append(
                f"靠补录、设定时间或更正才在限内或改了答复的 {len(bent)} 件：{_listed(bent)}。"
            )
        notes += [
            f"剔除出{EXCLUDABLE[rate]}率的 {len(numbers)} 件：{_listed(numbers)}。"
            for rate, numbers in self._left_out.items()
            if numbers
        ]
        if self._provisional:
            notes.append(
                f"到期日标“暂定”的 {self._provisional} 件，所依年度的放假通知未到，通知到后重算。"
            )
        return notes


REGISTER = WorkRegister


def _mark(entry: RegisterEntry) -> str:
    """Red where the row says 超期, whether the case was settled since or not; else the state of the
    running handling limit, for those that are drawn in a colour.
    """
    if any(one.late for one in _handlings(entry)):
        return "overdue"
    if not entry.in_hand or not entry.last or entry.last.state == "running":
        return ""
    return entry.last.state


def _provisional(entry: RegisterEntry) -> bool:
    """Whether a day of the handling depends on a holiday notice that is missing."""
    return any(one.provisional and one.due for one in _handlings(entry))


def _handlings(entry: RegisterEntry) -> Iterator[Deadline]:
    """The handling limits of its rounds."""
    every = (entry.handling(number) for number in range(1, entry.case.round + 1))
    return (one for one in every if one)


def _listed(numbers: Sequence[str]) -> str:
    """The first of many case numbers."""
    return "、".join(numbers[:_NAMED]) + ("等" if len(numbers) > _NAMED else "")


LEFT = {phase: PHASES[phase] for phase in ("refused", "withdrawn", "transferred_out", "voided")}
"""Phase that ends a case without an outcome -> what people read instead of one."""


def row(entry: RegisterEntry, source: RegisterSource) -> dict[str, Any]:
    """One case under every canonical column, words as the place says them."""
    fields, pack = entry.case.registered, entry.pack
    cells = {
        **entry.people,
        **_handling(entry),
        **_ending(entry, source),
        **numbered(entry),
        "received_at": minute_text(entry.case.received_at),
        "channel": pack.label("channel", fields.get("channel")),
        "reporter_type": reporter_type(entry),
        "matter": entry.matter,
        "demand": demand(entry),
        "demand_kind": pack.label("demand_kind", fields.get("demand_kind")),
        "received_by": operator(source, entry.events[0].actor),
        "remark": field(entry, "remark"),
        "source_no": fields.get("source_no"),
    }
    return _with_paper(entry, cells) if fields.get("batch") else cells


_PAPER = ("level", "limit", "extension", "supervision", "redo", "satisfaction", "solved", "callback_by", "archived")  # fmt: skip
"""Columns that an imported row may tell without proving an event of its own."""


def _with_paper(entry: RegisterEntry, cells: dict[str, Any]) -> dict[str, Any]:
    """The row of an imported case: the texts of the old book stand where the ledger has nothing of
    its own.
    """
    paper_cells = entry.case.registered.get("extra") or {}
    for name in _PAPER:
        text = paper_cells.get(COLUMNS[name])
        own = None if name == "level" and not entry.case.level else cells.get(name)
        if text and own in ("", None, "否"):
            cells[name] = entry.shown(text)
    cells["received_by"] = paper_cells.get(COLUMNS["received_by"], "")  # not who imported it
    return cells


def _handling(entry: RegisterEntry) -> dict[str, Any]:
    case, pack = entry.case, entry.pack
    assigned = next((order.sent_at for order in case.orders if order.role == "lead"), None)
    printed = {one.text for one in case.numbers}
    return {
        "difficulty": _by_round(
            entry, lambda number: pack.label("difficulty", case.rounds[number - 1].difficulty)
        ),
        "cause": [pack.label("cause", one) for one in case.current.cause],
        "opinion": entry.shown(case.opinion),
        "lead_unit": case.lead_unit,
        "assisting_units": list(case.assisting_units),
        "handler": entry.shown(case.handler),
        "assigned_at": minute_text(assigned),
        "limit": _by_round(entry, lambda number: _limit(entry, number)),
        "due": _by_round(entry, lambda number: _due(entry, number)),
        "first_feedback_at": minute_text(next((event.at for event in entry.of("FedBack")), None)),
        "measures": _by_round(entry, lambda number: _actions(entry, number)),
        "extension": "；".join(
            _extension(one) for one in case.extensions if one.state == "granted"
        ),
        "returned": _returns(case),
        "supervision": "；".join(_slip(one, pack, printed) for one in case.slips),
        "redo": _redo(case),
    }


def _redo(case: Case) -> str:
    """Whether it was done again; one that had been refused and was taken up is no redo."""
    if case.round > case.first_round:
        return f"是（第 {case.round} 轮）"
    return f"否（重新受理，第 {case.round} 轮）" if case.round > 1 else "否"


def _returns(case: Case) -> str:
    """How often orders were given back, and what was asked for where the place reviews returns."""
    states = {"asked": "待审", "granted": "同意", "rejected": "没同意"}
    asked = [
        f"{one.asked_at:%Y-%m-%d} {one.unit.name}申请（{states[one.state]}）"
        for one in case.returns
    ]
    given = [f"退回 {case.bounces} 次"] if case.bounces else []
    return "；".join([*given, *asked])


def _extension(one: Extension) -> str:
    """`延到 2022-09-14（2022-09-05 告知）`."""
    text = f"加 {one.days}"
    if one.until:
        text = f"延到 {one.until}"
    if one.told:
        text += f"（{one.told} 告知）"
    return text


def _slip(one: Slip, pack: RulePack, printed: Container[str]) -> str:
    """`2021-07-05 督办 公安 示例督〔2021〕3号（2021-07-06 答复）`; a number that is only the case's own
    is left out."""
    text = f"{one.at:%Y-%m-%d} {pack.label('supervision', one.kind)} {one.unit.name}"
    if one.no in printed:
        text += f" {one.no}"
    if one.answered_at:
        text += f"（{one.answered_at:%Y-%m-%d} 答复）"
    return text


def _actions(entry: RegisterEntry, number: int) -> str:
    """Measures of the settlement; before it, the steps so far."""
    events = entry.rounds[number - 1]
    settled = [event for event in events if event.kind == "Resolved"]
    if settled:
        return entry.shown(settled[-1].data.get("measures", ""))
    steps = [
        (entry.pack.label("step", event.data["kind"]), event.data.get("result"))
        for event in events
        if event.kind == "Stepped"
    ]
    # a step without a result is its kind alone
    return entry.shown("；".join("：".join(filter(None, step)) for step in steps))


def _ending(entry: RegisterEntry, source: RegisterSource) -> dict[str, Any]:
    """What each round came to."""
    cells: Mapping[str, Callable[[int], str]] = {
        "outcome": lambda number: _outcome(entry, number),
        "solved": lambda number: _solved(entry, number),
        "resolved_at": lambda number: minute_text(entry.case.rounds[number - 1].resolved_at),
        "overdue_days": lambda number: _overdue(entry, number),
        "callback_at": lambda number: _called_at(entry, number),
        "callback_by": lambda number: _caller(entry, source, number),
        "satisfaction": lambda number: _grade(entry, number),
        "archived": lambda number: _struck_off(entry, number),
    }
    return {name: _by_round(entry, cell) for name, cell in cells.items()}


def _by_round(entry: RegisterEntry, cell: Callable[[int], str]) -> str:
    """The value of each round: once where the case has one round, or where all are alike.

    `首轮：2026-03-04；第 2 轮：—`.
    """
    if entry.case.round == 1:
        return cell(1)
    values = [cell(number) for number in range(1, entry.case.round + 1)]
    if len(set(values)) == 1:
        return values[0]
    return "；".join(
        f"{round_name(number)}：{value or '—'}" for number, value in enumerate(values, 1)
    )


def _outcome(entry: RegisterEntry, number: int) -> str:
    """The result of a round; of the last one also that the case left without any."""
    case, outcome = entry.case, entry.case.rounds[number - 1].outcome
    left = LEFT.get(case.phase, "") if number == case.round else ""
    if case.rounds[number - 1].refused:
        left = LEFT["refused"]
    return entry.pack.label("outcome", outcome) or left


def _solved(entry: RegisterEntry, number: int) -> str:
    text = SOLVED.get(entry.case.solved_in(number) or "", "")
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
    return minute_text(call.at if call else None)


def _caller(entry: RegisterEntry, source: RegisterSource, number: int) -> str:
    """Who called: the one named, else the operator who wrote it down."""
    call = _last_call(entry, number)
    if call is None:
        return ""
    return entry.shown(call.data.get("by") or operator(source, call.actor))


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
