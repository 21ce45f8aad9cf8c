"""The page of a deadline: each day, counted or not and why; and who had the case in hand when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bbcs.calendar import account
from bbcs.calendar.account import ExplainedDay
from bbcs.calendar.dates import Moment, day_of, iso, minute_text
from bbcs.calendar.rules import CUTOFF, HOURS, rule_of
from bbcs.domain import custody
from bbcs.domain.deadline import Deadline, DeadlineChange, cutoff_of
from bbcs.domain.deadline_status import CLOCK_NAMES, STATES
from bbcs.domain.pack import RulePack, limit_text
from bbcs.errors import UnknownWord, chinese_first
from bbcs.usecases.calendars import PastMove
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import Outcome
from bbcs.views.case import clock


def unfold(
    done: Outcome, office: Office, name: str = "", past: Sequence[PastMove] = ()
) -> dict[str, Any]:
    """`bbcs deadline NO --json`: every clock (or the one named) with its day-by-day account, its
    moves, the spans of holding.
    """
    pack = office.pack_of(done.case)
    known = list(dict.fromkeys(deadline.name for deadline in done.deadlines))
    if name and name not in known:
        name = next((key for key in known if CLOCK_NAMES[key] == name), name)
        if name not in known:
            both = [chinese_first(key, CLOCK_NAMES[key]) for key in known]
            raise UnknownWord("--clock（这件的时限）", name, both, known, known)
    wanted = [deadline for deadline in done.deadlines if name in ("", deadline.name)]
    spans = custody.spans(done.case, office.calendar, office.stamp.now)
    return {
        "schema": "bbcs.deadline/1",
        "case_no": done.case.no,
        "clocks": [
            {
                **clock(deadline, done.case.known),
                "source": deadline.clock.source or None,
                "proposed": deadline.clock.proposed,
                "counted_from": deadline.clock.source_clock or None,
                "calendar": deadline.calendar.hash,
                "steps": steps(deadline, pack),
                "moves": [
                    {
                        "at": iso(one.at),
                        "notice": one.title,
                        "old": one.move.old,
                        "new": one.move.new,
                    }
                    for one in past
                    if (one.move.clock, one.move.round, one.move.order or None)
                    == (deadline.name, deadline.round, deadline.order)
                ],
            }
            for deadline in wanted
        ],
        "held": [
            {
                "holder": span.holder,
                "party": span.party,
                "since": iso(span.since),
                "until": iso(span.until),
                "working_days": span.days,
            }
            for span in spans
        ],
        "days_by_party": custody.parties(spans),
    }


def steps(deadline: Deadline, pack: RulePack) -> list[dict[str, Any]]:
    """The days a deadline walked over; empty where no calendar counted (minutes, a set date, no
    limit).
    """
    counted = deadline.counted
    if not counted.rule or deadline.due is None or deadline.unit == "minute":
        return [_turn(change, deadline) for change in counted.changes]
    if counted.changes:
        return _moved_steps(deadline, pack)
    return _plain_steps(deadline, pack, counted.n)


def _plain_steps(deadline: Deadline, pack: RulePack, n: int) -> list[dict[str, Any]]:
    """The days from the start, or from the day of receipt with the days before it named."""
    start, received, calendar = deadline.start, deadline.counted.received, deadline.calendar
    begun: Moment = start
    early: list[dict[str, Any]] = []
    if received and received > start.date():
        day, begun = start.date(), received
        cutoff = cutoff_of(deadline.clock, pack, day)
        early = [_day(one) for one in account.not_yet_received(calendar, day, received, cutoff)]
    hours = pack.office or HOURS
    walked = calendar.explain(begun, n, deadline.counted.rule, cutoff=CUTOFF, hours=hours)
    return [*early, *(_day(step) for step in walked)]


def _day(step: ExplainedDay) -> dict[str, Any]:
    return {
        "day": step.day.isoformat(),
        "number": step.number,
        "kind": step.kind,
        "text": step.text,
    }


def _moved_steps(deadline: Deadline, pack: RulePack) -> list[dict[str, Any]]:
    """Day by day through pauses and extensions: what a pause leaves out, from where it goes on,
    where it now ends.

    Limits that are not counted in working days only name the pauses and extensions themselves.
    """
    counted, calendar = deadline.counted, deadline.calendar
    if not (rule_of(counted.rule).in_working_days and counted.n):
        return [_turn(change, deadline) for change in counted.changes]
    first = _plain_steps(deadline, pack, counted.n)
    opening = next((number for number, step in enumerate(first) if step["number"]), len(first))
    steps, number = first[:opening], 0
    after = deadline.start.date()
    if opening:
        after = date.fromisoformat(first[opening - 1]["day"])
    for change in (*counted.changes, None):
        last = change.at.date() if change else day_of(deadline.due or after)
        if last > after:
            days = list(account.working_days(calendar, after, last, number))
            number = next((day.number for day in reversed(days) if day.number), number)
            steps += [_day(day) for day in days]
            after = last
        if change:
            steps.append(_turn(change, deadline, " 个工作日"))
            if change.until:
                after = change.until.date()
            elif change.kind == "pause":
                return steps
    steps[-1]["text"] += account.EXPIRES
    return steps


def _turn(change: DeadlineChange, deadline: Deadline, unit: str = "") -> dict[str, Any]:
    """A pause or an extension as one line of the account."""
    due = minute_text(change.due)
    used = "这天算用掉"
    in_working_days = rule_of(deadline.counted.rule or "wd").in_working_days
    if in_working_days and not deadline.calendar.is_working(change.at.date()):
        used = "这天是休息日，本来不计"
    if change.kind == "extension":
        text = f"延期：新到期日 {due}"
    elif change.until is None:
        text = f"暂停计时（{used}），还剩 {change.left}{unit}，恢复后接着数"
    else:
        until = f"至 {change.until:%Y-%m-%d}（恢复那天不计）"
        text = f"暂停计时（{used}）{until}，还剩 {change.left}{unit}，新到期日 {due}"
    return {"day": change.at.date().isoformat(), "number": None, "kind": change.kind, "text": text}


def text(document: dict[str, Any]) -> list[str]:
    """The same for people: what a clerk can read out at the counter."""
    page: list[str] = [document["case_no"]]
    for one in document["clocks"]:
        page += ["", _heading(one)]
        page += [_step(step) for step in one["steps"]]
        page += [_moved(move) for move in one["moves"]]
        page.append(_ground(one))
    if document["held"]:
        page += ["", "谁在办："]
    for span in document["held"]:
        until = minute_text(span["until"]) or "现在"
        since, days = minute_text(span["since"]), span["working_days"]
        page.append(f"  {since} 至 {until}  {span['holder']}（{days} 个工作日）")
    if len(document["days_by_party"]) > 1:
        shares = "，".join(
            f"{custody.PARTIES[party]} {days}" for party, days in document["days_by_party"].items()
        )
        page.append(f"  合计（工作日）：{shares}")
    return page


def _heading(one: dict[str, Any]) -> str:
    limit = limit_text(one["limit"], one["unit"])
    years = "、".join(map(str, one["years"]))
    notes = [
        (one["round"] > 1, f"第 {one['round']} 轮"),
        (one["order"], one["order"]),
        (
            one["counted_from"],
            f"从{CLOCK_NAMES.get(one['counted_from'] or '', '')}时限的到期日起算",
        ),
        (one["assumed"], "未研判，暂按第一类"),
        (one["provisional"], f"暂定，{years} 年放假通知未到"),
        (True, STATES[one["state"]]),
    ]
    text = "；".join(note for holds, note in notes if holds)
    if one["met_at"]:
        text += f"，完成于 {minute_text(one['met_at'])}"
    since = "" if limit.startswith("当日") else "起 "
    begun = f"{CLOCK_NAMES[one['name']]}时限：{one['start']} {since}{limit}"
    if not one["due"]:
        return f"{begun}（{text}）"
    return f"{begun}，{minute_text(one['due'])} 到期（{text}）"


def _step(step: dict[str, Any]) -> str:
    count = "      "
    if step["number"] is not None:
        count = f"第{step['number']:>2} 天"
    return f"  {step['day']}  {count}  {step['text']}"


def _moved(move: dict[str, Any]) -> str:
    return f"  {move['at'][:10]} 因《{move['notice']}》由 {move['old']} 改为 {move['new']}"


def _ground(one: dict[str, Any]) -> str:
    mark = "（建议值，规则来源没有写，可由本单位改）" if one["proposed"] else ""
    return f"  依据：{one['source'] or '规则包'}{mark}；日历 {one['calendar']}"
