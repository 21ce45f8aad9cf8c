"""What a clerk reads after an act: one line with the deadline that matters now, and the usual next
step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.calendar.dates import minute_text
from bbcs.domain.acts.table import BY_VERB, DONE
from bbcs.domain.case import IN_HAND, Case, phase_name
from bbcs.domain.clocks import in_force, running
from bbcs.domain.deadline import Deadline
from bbcs.domain.deadline_status import CLOCK_NAMES, STATES
from bbcs.domain.desk import unhelped
from bbcs.domain.inputs import all_fields, short_help
from bbcs.domain.masking import free_text
from bbcs.domain.order import misdirections
from bbcs.domain.pack import RulePack
from bbcs.usecases.outcome import Outcome, next_step


def line_of(done: Outcome, pack: RulePack) -> str:
    """One line about what was done: `ZY01-20220625-0001 已研判；办理时限 2022-07-08（10 个工作日）`.

    pack: the rules of the case.
    """
    if done.existing:
        how = (
            "早已登记（同一来源编号），" if done.again == "intake" else "早已这样记了（同一凭据），"
        )
        known = f"{done.case.no} {how}"
        if done.again == "intake" and done.case.phase == "voided":
            known += "已作废，"
        fields = all_fields(BY_VERB[done.again])
        labels = [short_help(field) for field in fields if field.name in done.differs]
        if labels:
            known += f"{'、'.join(labels)}与已登记的不同（要改请 bbcs correct），"
        return f"{known}没有新增"
    events = list(done.events)
    if events[1:] and events[0].kind == "Registered":
        events = events[1:]
    words = "、".join(done_text(done.case, event.kind, event.version) for event in events)
    if not words:  # the case was in the group before: the entries are those of the others
        words = f"早在并案组“{_group(done.case)}”里，别的件已并进来"
    parts = [f"{done.case.no} {words}{_more(done)}"]
    due = _pending(done)
    if due:
        parts.append(due_text(due))
    elif why := _without_limit(done, pack):
        parts.append(why)
    return "；".join(parts)


def done_text(case: Case, kind: str, version: int) -> str:
    """What people read of an entry that was made: the words of the table of acts; a refused case
    that is reopened is taken up, not done again.

    version: that of the entry.
    """
    reopened = next((mark.version for mark in case.marks if mark.kind == "Reopened"), None)
    if kind == "Reopened" and version == reopened and case.first_round > 1:
        return "已重新受理"
    return DONE[kind]


DECISIONS: Mapping[str, tuple[str, str]] = {
    "ReturnDecided": ("没同意", "已同意"),
    "ExtensionDecided": ("没批准", "已批准"),
}
"""Event kind -> what people read where a request was rejected, and where it was granted."""


def decision(kind: str, fields: Mapping[str, Any]) -> str:
    """How a request was decided, in brackets; "" for an entry that decides nothing."""
    if kind not in DECISIONS or fields.get("granted") is None:
        return ""
    return f"（{DECISIONS[kind][bool(fields['granted'])]}）"


def _without_limit(done: Outcome, pack: RulePack) -> str:
    """Why no limit of the pack runs; "" where one does, or where nothing more is waited for."""
    case = done.case
    if case.phase in ("registered", "refused", "voided"):
        return ""
    in_force_then = in_force(case, pack)
    if not in_force_then and not done.deadlines:
        return "规则包施行前受理，不计规则包时限"
    if (
        in_force_then
        and case.phase in IN_HAND
        and running(done.deadlines, "resolve", case.round) is None
    ):
        return "规则包没有给这一类定办理时限"
    return ""


def _more(done: Outcome) -> str:
    """Behind the words of the act: the number of the paper, or what became of a request."""
    if not done.events:
        return ""
    fields, kind = done.events[-1].data, done.events[-1].kind
    number = fields.get("slip") or fields.get("answer") or fields.get("meeting")
    if kind == "Notified":
        number = fields.get("no")
    if number:
        return f"（{str(number).removeprefix(done.case.no + '-')}）"
    if kind == "Promised":
        return f"（{minute_text(fields['promised'])} 前）"
    if kind == "Returned":
        return f"（第 {done.case.bounces} 次）"
    if kind == "ReturnDecided":
        return "（没同意，单和时限照旧）"
    if kind == "Merged":
        return f"（{_group(done.case)}）"
    if kind == "ExtensionDecided":
        return "（已生效）" if fields.get("granted") else "（没批准）"
    if kind == "Undone":
        return f"：{DONE[fields['undone']]}（第 {fields['version']} 步）"
    return ""


def _group(case: Case) -> str:
    """The name of its group, masked: somebody may have named it after the person."""
    return free_text(case.group, case.known)


def _pending(done: Outcome) -> Deadline | None:
    """The deadline that now matters: handling while in hand, callback once resolved."""
    name = "callback" if done.case.phase == "resolved" else "resolve"
    deadline = running(done.deadlines, name, done.case.round)
    if deadline is None or deadline.met_at or deadline.ended_at:
        return None
    return deadline


def state_words(deadline: Deadline) -> str:
    """How a deadline stands, as people read it."""
    if deadline.ended_at and deadline.late:
        return "超期后终止"
    return STATES[deadline.state]


def due_text(deadline: Deadline) -> str:
    """`办理时限 2022-07-08（10 个工作日，临期）`, with 暂定 and the years it depends on."""
    if deadline.due is None:
        return f"{CLOCK_NAMES[deadline.name]}：{deadline.limit_text}"
    notes = [deadline.limit_text.replace("（", "，").replace("）", "")]
    if _moved(deadline, "extension"):
        notes.append("已延期")
    if _moved(deadline, "pause"):
        notes.append("扣除暂停")
    if deadline.assumed:
        notes.append("未研判，暂按第一类")
    if deadline.provisional:
        notes.append(f"暂定：{'、'.join(map(str, deadline.years))} 年放假通知未到")
    if deadline.state != "running":
        notes.append(state_words(deadline))
    due = minute_text(deadline.due)
    return f"{CLOCK_NAMES[deadline.name]}时限 {due}（{'，'.join(notes)}）"


def _moved(deadline: Deadline, kind: str) -> bool:
    return any(
        change.kind == kind and (kind == "extension" or change.until)
        for change in deadline.counted.changes
    )


_RAISING = frozenset({"Triaged", "Assigned", "Returned", "Forwarded", "Reopened"})
"""Kinds after which a higher level may have come due."""


def hint_of(done: Outcome, pack: RulePack, roles: Sequence[str] = ("leader",)) -> str:
    """What to do next, one line each: the usual command, a level that has come due, a field that is
    still missing.
    """
    step = next_step(done.case, pack)
    whose = "请领导" if "--approve" in step and "leader" not in roles else ""
    hints = [f"下一步{whose}：{step}"] if step else []
    if pack.dispatch_guard != "off":
        hints += [
            f"提醒：{one.text}"
            for event in done.events
            for one in misdirections(event.data.get("guarded"))
        ]
    if done.case.phase == "closed":
        hints += _closed_unhelped(done)
    if any(event.data.get("same_operator") for event in done.events):
        hints.append("提醒：申请和决定是同一操作员记的，已照实标明，体检（C34）和统计都列出")
    if any(event.kind in _RAISING for event in done.events):
        hints += _to_raise(done.case, pack, roles)
    if done.case.conduct and not done.case.complained and done.case.phase in IN_HAND:
        how = f"bbcs correct {done.case.no} --field failed_unit --new 单位 --why 漏填"
        hints.append(f"提醒：作风件还没写反映的是哪个单位，回避查不了；请 {how}")
    return "\n".join(hints)


def _closed_unhelped(done: Outcome) -> list[str]:
    """A line where a case was just closed as usual though its reporter was not helped."""
    usual = any(e.kind == "Closed" and e.data["how"] == "normal" for e in done.events)
    if not usual or not unhelped(done.case):
        return []
    no = done.case.no
    return [
        f"提醒：回访不满意或说没解决，按正常结案了，体检（C11）会列出；要重办请 bbcs reopen {no}，"
        f"领导批准结的请先 bbcs undo {no}，再 bbcs close {no} --how approved_unsatisfied"
    ]


def _to_raise(case: Case, pack: RulePack, roles: Sequence[str]) -> list[str]:
    """A line on the level that has come due, if one has."""
    from bbcs.domain.escalation import proposal  # only after what may raise a case

    due = proposal(case, pack)
    if due is None:
        return []
    who = "建议" if "leader" in roles else "建议请领导提级"
    how = f"bbcs escalate {case.no} --level {due.level}"
    return [f"{who}：{how}（{due.why}，可提到“{due.label}”）"]


def phase_text(case: Case) -> str:
    """Phase and round as people read them."""
    name = phase_name(case.phase, case.current.difficulty)
    return name + (f"（第 {case.round} 轮）" if case.round > 1 else "")
