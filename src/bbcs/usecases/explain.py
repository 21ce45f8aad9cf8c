"""A deadline unfolded: each day counted or not and why, and who held the case when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bbcs.calendar.days import WorkCalendar
from bbcs.domain.case import Case
from bbcs.domain.clocks import Deadline, rule_of
from bbcs.errors import UnknownWord
from bbcs.record import Record
from bbcs.usecases.calendars import Past
from bbcs.usecases.cases import Outcome
from bbcs.usecases.office import Office
from bbcs.usecases.saying import CLOCK_NAMES
from bbcs.usecases.view import clock, iso


class Span(Record):
    """Who held the case from when to when (None = still), and the working days (from, to] that took."""

    holder: str
    since: datetime
    until: datetime | None
    days: int


def unfold(done: Outcome, office: Office, name: str = "", past: Sequence[Past] = ()) -> dict[str, Any]:
    """`bbcs deadline NO --json`: every clock (or the one named) with its day-by-day account, its moves, the spans of holding."""
    pack = office.pack_of(done.case)
    known = list(dict.fromkeys(deadline.name for deadline in done.deadlines))
    if name and name not in known:
        name = next((key for key in known if CLOCK_NAMES[key] == name), name)
        if name not in known:
            raise UnknownWord("这件的时限", name, [f"{key}（{CLOCK_NAMES[key]}）" for key in known])
    wanted = [deadline for deadline in done.deadlines if name in ("", deadline.name)]
    return {
        "schema": "bbcs.deadline/1",
        "case_no": done.case.no,
        "clocks": [
            {
                **clock(deadline),
                "source": deadline.clock.source,
                "proposed": deadline.clock.proposed,
                "calendar": deadline.calendar.hash,
                "steps": steps(deadline, pack.cutoff, pack.office, rule_of(deadline.clock, pack)),
                "moves": [
                    {"at": iso(one.at), "notice": one.title, "old": one.move.old, "new": one.move.new}
                    for one in past
                    if (one.move.clock, one.move.round, one.move.order or None) == (deadline.name, deadline.round, deadline.order)
                ],
            }
            for deadline in wanted
        ],
        "held": [
            {"holder": span.holder, "since": iso(span.since), "until": iso(span.until), "working_days": span.days}
            for span in held(done.case, office.calendar, office.stamp.now)
        ],
    }


def steps(deadline: Deadline, cutoff: str, hours: str, rule: tuple[str, int]) -> list[dict[str, Any]]:
    """The days a deadline walked over; empty where no calendar counted (minutes, a set date, no limit)."""
    if not rule[0] or deadline.due is None:
        return []
    found = deadline.calendar.explain(deadline.start, rule[1], rule[0], cutoff=cutoff, hours=hours)
    return [{"day": step.day.isoformat(), "number": step.number, "kind": step.kind, "text": step.text} for step in found]


def held(case: Case, calendar: WorkCalendar, now: datetime) -> list[Span]:
    """Who held the case: the window until a lead unit has it, that unit until 办结, then the window for the callback."""
    changes: list[tuple[datetime, str]] = [(case.received_at, "窗口")]
    for order in case.orders:
        if order.role == "lead":
            changes.append((order.sent_at, order.unit))
    for mark in case.marks:
        if mark.kind in ("Resolved", "Reopened"):
            changes.append((mark.at, "窗口"))
    changes.sort(key=lambda change: change[0])
    end = next((mark.at for mark in case.marks if mark.kind in ("Closed", "Refused")), None)
    spans = []
    for number, (since, holder) in enumerate(changes):
        until = changes[number + 1][0] if number + 1 < len(changes) else end
        if until is None or until > since:
            spans.append(Span(holder, since, until, calendar.between(since.date(), (until or now).date())))
    return spans


def text(document: dict[str, Any]) -> list[str]:
    """The same for people: what a clerk can read out at the counter."""
    found: list[str] = [document["case_no"]]
    for one in document["clocks"]:
        found += ["", _heading(one)]
        found += [_step(step) for step in one["steps"]]
        found += [_moved(move) for move in one["moves"]]
        found.append(_ground(one))
    found += ["", "谁在办："]
    for span in document["held"]:
        until = (span["until"] or "")[:16].replace("T", " ") or "现在"
        found.append(f"  {span['since'][:16].replace('T', ' ')} 至 {until}  {span['holder']}（{span['working_days']} 个工作日）")
    return found


def _heading(one: dict[str, Any]) -> str:
    from bbcs.domain.clocks import STATES
    from bbcs.domain.pack import UNITS

    limit = f"{one['limit']} {UNITS[one['unit']]}" if one["limit"] else UNITS[one["unit"]]
    due = (one["due"] or "无到期日")[:16].replace("T", " ")
    notes = [f"第 {one['round']} 轮"] if one["round"] > 1 else []
    notes += [one["order"]] if one["order"] else []
    notes += ["未研判，暂按第一类"] if one["assumed"] else []
    notes += [f"暂定，{'、'.join(map(str, one['years']))} 年放假通知未到"] if one["provisional"] else []
    notes.append(STATES[one["state"]] + (f"，完成于 {one['met_at'][:16].replace('T', ' ')}" if one["met_at"] else ""))
    return f"{CLOCK_NAMES[one['name']]}时限：{one['start']} 起 {limit}，{due} 到期（{'；'.join(notes)}）"


def _step(step: dict[str, Any]) -> str:
    count = f"第{step['number']:>2} 天" if step["number"] is not None else "      "
    return f"  {step['day']}  {count}  {step['text']}"


def _moved(move: dict[str, Any]) -> str:
    return f"  {move['at'][:10]} 因《{move['notice']}》由 {move['old']} 改为 {move['new']}"


def _ground(one: dict[str, Any]) -> str:
    mark = "（建议值，规则来源没有写，可由本单位改）" if one["proposed"] else ""
    return f"  依据：{one['source'] or '规则包'}{mark}；日历 {one['calendar']}"
