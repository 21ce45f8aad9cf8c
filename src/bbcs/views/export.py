"""Rows of an export: a case with everything that is computed of it, or one entry.

Masked; keys for programs.

The pack's words stand as keys beside their labels, days are ISO text, what is not known is None.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bbcs.calendar.dates import day_of, iso
from bbcs.domain.acts.table import NOUNS, personal_fields
from bbcs.domain.case import Case, phase_name
from bbcs.domain.clocks import PACK_CLOCKS, running
from bbcs.domain.custody import PARTIES, parties, spans
from bbcs.domain.deadline import Deadline
from bbcs.domain.deadline_status import CLOCK_NAMES, STATES
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.registers.table import Column
from bbcs.usecases.office import Office
from bbcs.usecases.projection import listed_only, row
from bbcs.views.history import history

_LEFT_OUT = frozenset({"actions", "next", "callbacks"})
"""Keys of a list's row that a program has no use for, or that stand here by their parts."""

_LABELLED = ("channel", "difficulty", "outcome", "demand_kind")

OTHER_CLOCKS = tuple(name for name in PACK_CLOCKS if name != "resolve")
"""The clocks beside the handling: each with its limit, due date and lateness in the last round."""

CASE_COLUMNS: tuple[Column, ...] = (
    Column("case_no", "编号"), Column("number", "文号"), Column("station", "站码"), Column("version", "版次", "int"), Column("seq", "最后一条", "int"),
    Column("updated_at", "最后记录时间", "time"), Column("phase", "环节代码"), Column("phase_label", "环节"), Column("round", "轮次", "int"),
    Column("flags", "标记"), Column("received_at", "受理时间", "time"), Column("channel", "渠道代码"), Column("channel_label", "渠道"),
    Column("demand_kind", "诉求类型代码"), Column("demand_kind_label", "诉求类型"), Column("source", "来源系统"), Column("source_no", "原编号"),
    Column("reporter", "反映人"), Column("phone", "电话"), Column("matter", "反映事项"), Column("items", "事项"), Column("demand", "反映内容及诉求"),
    Column("difficulty", "难易代码"), Column("difficulty_label", "难易"), Column("cause", "办不成原因"), Column("lead_unit", "主办单位"),
    Column("assisting_units", "协办单位"), Column("assigned_at", "交办时间", "time"), Column("first_feedback_at", "首次反馈时间", "time"),
    Column("result_at", "告知结果时间", "time"), Column("outcome", "办理结果代码"), Column("outcome_label", "办理结果"),
    Column("solved", "是否解决"), Column("resolved_at", "办结时间", "time"), Column("callback_at", "回访时间", "time"),
    Column("satisfaction", "满意度", "int"), Column("callbacks_tried", "回访次数", "int"), Column("callbacks_valid", "有效回访", "int"),
    Column("bounces", "退单次数", "int"), Column("extensions", "延期次数", "int"), Column("slips", "督办次数", "int"),
    Column("first_limit", "首轮时限"), Column("first_due", "首轮到期"), Column("first_state", "首轮时限状态代码"), Column("first_late", "首轮超期"),
    Column("first_late_days", "首轮超期工作日", "int"), Column("limit", "时限"), Column("due", "到期"), Column("state", "时限状态代码"),
    Column("state_label", "时限状态"), Column("late", "超期"), Column("late_days", "超期工作日", "int"), Column("provisional", "到期日暂定"),
    Column("working_days", "受理至办结工作日", "int"), *(Column(f"days_{party}", f"{label}用去工作日", "int") for party, label in PARTIES.items()),
    *(
        Column(f"{name}_{part}", f"{CLOCK_NAMES[name]}{label}", kind)
        for name in OTHER_CLOCKS
        for part, label, kind in (("limit", "时限", "text"), ("due", "到期", "text"), ("late_days", "超期工作日", "int"))
    ),
    Column("pack", "规则包"), Column("pack_edition", "规则包版次"),
)  # fmt: skip
"""Columns of a case, in order."""

EVENT_COLUMNS: tuple[Column, ...] = (
    Column("seq", "序号", "int"), Column("case_no", "编号"), Column("version", "版次", "int"), Column("kind", "记录代码"),
    Column("kind_label", "记录"), Column("at", "发生时间", "time"), Column("recorded_at", "记录时间", "time"), Column("actor", "操作员"),
    Column("clock", "时钟"), Column("erased", "个人信息已清除"), Column("data", "内容（JSON，已遮盖）"),
)  # fmt: skip
"""Columns of an entry, in order."""


def case_rows(
    every: Iterable[list[Event]], office: Office, since: int = 0
) -> Iterator[dict[str, Any]]:
    """One row for each case of which an entry came after number `since`."""
    for events in every:
        if events[-1].seq > since:
            yield case_row(fold(events), events, office)


def case_row(case: Case, events: Sequence[Event], office: Office) -> dict[str, Any]:
    """A case under `CASE_COLUMNS`."""
    pack = office.pack_of(case)
    values = row(case, office.station.code, pack)
    known = {key: value for key, value in values.items() if key not in _LEFT_OUT}
    known |= listed_only(case, events[-1])
    known["demand_kind"] = case.registered.get("demand_kind")
    labels = {f"{name}_label": pack.label(name, known.get(name)) or None for name in _LABELLED}
    whole = {
        **known,
        **labels,
        "phase_label": phase_name(case.phase, known["difficulty"]),
        **_moments(case),
        "callbacks_tried": values["callbacks"]["tried"],
        "callbacks_valid": values["callbacks"]["valid"],
        "extensions": sum(1 for one in case.extensions if one.state == "granted"),
        "slips": len(case.slips),
        **_limits(case, office),
    }
    return {column.name: whole.get(column.name) for column in CASE_COLUMNS}


def _moments(case: Case) -> dict[str, Any]:
    first = {
        "assigned_at": next((one.sent_at for one in case.orders), None),
        "first_feedback_at": _mark(case, "FedBack"),
        "result_at": _mark(case, "Notified", "result") or _mark(case, "FedBack", "final"),
    }
    return {name: iso(moment) for name, moment in first.items()}


def _mark(case: Case, kind: str, detail: str = "") -> datetime | None:
    return next(
        (one.at for one in case.marks if one.kind == kind and detail in ("", one.detail)), None
    )


def _limits(case: Case, office: Office) -> dict[str, Any]:
    """When the handling was due, first and last, how late it was, and who had the days."""
    deadlines, now = office.deadlines(case), office.stamp.now
    days = parties(spans(case, office.calendar, now))
    last = _handling(running(deadlines, "resolve", case.round), office, "")
    resolved = case.current.resolved_at
    working = None
    if resolved:
        working = office.calendar.between(case.received_at.date(), resolved.date())
    return {
        **_handling(running(deadlines, "resolve", case.first_round), office, "first_"),
        **last,
        **_others(deadlines, case.round, office),
        "state_label": STATES.get(last["state"] or "", None),
        "working_days": working,
        **{f"days_{party}": days.get(party, 0) for party in PARTIES},
    }


def _others(deadlines: Sequence[Deadline], round_no: int, office: Office) -> dict[str, Any]:
    """The other clocks in this round; of a clock that runs for each order the one due first."""
    values: dict[str, Any] = {}
    for name in OTHER_CLOCKS:
        own = running(deadlines, name, round_no)
        orders = [one for one in deadlines if (one.name, one.round) == (name, round_no) and one.due]
        first = own or min(orders, key=lambda one: iso(one.due) or "", default=None)
        values |= _handling(first, office, f"{name}_")
    return values


def _handling(one: Deadline | None, office: Office, prefix: str) -> dict[str, Any]:
    """A deadline under names that begin with `prefix`; all None without one."""
    values: dict[str, Any] = dict.fromkeys(
        ("limit", "due", "state", "late", "late_days", "provisional")
    )
    if one:
        over = one.met_at or one.ended_at or office.stamp.now
        late_days = 0 if one.due else None
        if one.late and one.due:
            late_days = max(0, office.calendar.between(day_of(one.due), over.date()))
        values = {
            "limit": one.limit_text,
            "due": iso(one.due),
            "state": one.state,
            "late": one.late,
            "late_days": late_days,
            "provisional": one.provisional,
        }
    return {f"{prefix}{name}": value for name, value in values.items()}


def event_rows(
    every: Iterable[list[Event]], office_wide: Iterable[Event], since: int = 0
) -> Iterator[dict[str, Any]]:
    """One row for each entry after number `since`: those of cases by case, then the office's own."""
    for events in every:
        if events[-1].seq > since:
            case = fold(events)
            for entry in history(case, events, reveal=False):
                if entry["seq"] > since:
                    yield _event_row(case.no, entry)
    for event in office_wide:
        if event.seq > since:
            personal = personal_fields(event.kind)
            data = {key: value for key, value in event.data.items() if key not in personal}
            yield _event_row(
                None,
                {
                    "seq": event.seq,
                    "version": None,
                    "kind": event.kind,
                    "at": iso(event.at),
                    "recorded_at": iso(event.recorded_at),
                    "actor": event.actor,
                    "clock": event.clock,
                    "erased": event.erased,
                    "data": data,
                },
            )


def _event_row(case_no: str | None, entry: Mapping[str, Any]) -> dict[str, Any]:
    data = json.dumps(entry["data"], ensure_ascii=False, default=str)
    whole = {**entry, "case_no": case_no, "kind_label": NOUNS[entry["kind"]], "data": data}
    return {column.name: whole[column.name] for column in EVENT_COLUMNS}
