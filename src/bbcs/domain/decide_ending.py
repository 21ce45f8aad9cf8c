"""What the end of a case asks beyond its fields: settlement, callback, closing, reopening, files; corrections and taking back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bbcs.domain.acts import BY_VERB, KINDS
from bbcs.domain.asking import (
    Ask,
    Said,
    gate,
    need,
    need_grounds,
    need_signature,
    need_triage,
    not_complained,
    only_leader,
    without,
)
from bbcs.domain.case import Case, Mark
from bbcs.domain.fields import Act, Field
from bbcs.domain.mending import TIMES
from bbcs.domain.pack import RulePack
from bbcs.errors import BadDate, BadValue, GateClosed, MissingInput, NothingToUndo, NotPermitted, UnknownWord

Drafted = list[tuple[str, Said]]

# -- settlement and callback ---------------------------------------------------------------------------------------


def _resolve(case: Case, ask: Ask, at: datetime) -> Drafted:
    said, pack = ask.said, ask.pack
    outcome = pack.word("outcome", said["outcome"])
    need_triage(case, ask, "办结")
    for order in case.unsigned:
        need_signature(case, ask, order.unit, "办结")
    if case.open_orders and not any(order.role == "lead" for order in case.open_orders):
        raise GateClosed(f"{case.no} 有交办单而没有主办；请先 bbcs assign {case.no} --lead 单位", ["assign"])
    not_complained(case, [order.unit for order in case.open_orders], "办结")
    _nothing_owed(case, outcome.key)
    if said.get("group") and said["group"] != case.group:
        raise GateClosed(f"{case.no} 不在并案组“{said['group']}”{'，它在“' + case.group + '”' if case.group else ''}", ["merge"])
    explained = outcome.counts_as == "explained"
    need_grounds(outcome, said, explained or outcome.needs_basis, explained or outcome.needs_basis)
    if explained and gate(case, ask, "second_signer"):
        need("resolve", said, "signer", why="否定答复须第二人签字")
        if ask.is_actor(said["signer"]):
            raise GateClosed("第二签字人不能是经办人本人；请换一位 --signer", ["--signer"])
    other = said.get("asked") and said.get("granted") not in (None, said["asked"])
    return [("Resolved", {**said, **({"differs": True} if other else {}), "counts_as": outcome.counts_as})]


def _nothing_owed(case: Case, outcome: str) -> None:
    """A case is not settled over papers that are still owed, unless it is settled with gaps and says so."""
    if case.owed and outcome != "solved_with_gaps":
        papers = "、".join(gap.paper for gap in case.owed)
        raise GateClosed(f"{case.no} 还欠材料：{papers}；补来了请 bbcs gap {case.no} --filled …，或按“容缺办成”办结", ["gap"])


def _callback(case: Case, ask: Ask, at: datetime) -> Drafted:
    said = without(ask.said, "reached")
    if "reached" not in ask.said:
        raise MissingInput(["--reached（打通了）或 --not-reached（没打通）"], asked=["reached"])
    if pack_forbids_handler(case, ask):
        raise GateClosed("规则包要求回访人不是承办人；请换人回访（--by 或 --as）", ["--by"])
    if said.get("by") in case.complained:
        raise GateClosed(f"{case.no} 反映的正是{said['by']}，不能由它回访；请换人（--by）", ["--by"])
    if not ask.said["reached"]:
        if said.get("solved") or said.get("grade"):
            raise BadValue("没打通就没有 --solved、--grade；打通了请写 --reached")
        return [("CallbackTried", without(said, "default_rating"))]
    need("callback", said, "solved", "grade")
    grade = ask.pack.word("grade", said["grade"])
    return [("CalledBack", {**said, "satisfaction": grade.value, "satisfied": grade.satisfied})]


def pack_forbids_handler(case: Case, ask: Ask) -> bool:
    """Whether the case's handler would call: forbidden by the pack, and always where the handler's unit is complained of."""
    forbidden = ask.pack.callback.not_by_handler or (case.complained and case.lead_unit in case.complained)
    caller = ask.said.get("by")
    return bool(forbidden and case.handler) and (case.handler == caller if caller else ask.is_actor(case.handler))


# -- closing -------------------------------------------------------------------------------------------------------


def _close(case: Case, ask: Ask, at: datetime) -> Drafted:
    how = ask.said.get("how") or "normal"
    if how != "normal":
        need("close", ask.said, "approver", "reason", why="不是正常结案")
        if how.startswith("approved_") and "leader" not in ask.roles:
            raise NotPermitted(ask.actor, "批准结案", ("leader",))
    hint = f"；可以 bbcs reopen {case.no} 重办，或 bbcs close {case.no} --how approved_unsatisfied --approver … --reason …"
    call = case.last_callback
    if how == "unreachable":
        _need_attempts(case, ask.pack)
    elif gate(case, ask, "callback") and not call:
        raise GateClosed(f"{case.no} 还没回访，规则包要求先回访再结案；请先 bbcs callback {case.no}", ["callback"])
    if how == "normal" and gate(case, ask, "satisfied") and call and not (call.satisfied and call.solved != "no"):
        raise GateClosed(f"{case.no} 回访不满意，不能正常结案{hint}", ["reopen", "close"])
    if gate(case, ask, "final_feedback") and not case.happened("FedBack", "final"):
        raise GateClosed(f"{case.no} 还没有最终答复；请先 bbcs feedback {case.no} --stage final，再结案", ["feedback"])
    if case.owed:
        papers = "、".join(gap.paper for gap in case.owed)
        raise GateClosed(f"{case.no} 还欠材料：{papers}；补齐以前不能结案", ["gap"])
    answered = case.happened("FedBack", "final") or case.happened("Notified", "result") or call
    if not answered:  # 事事有回音: in every pack
        raise GateClosed(f"{case.no} 还没有给反映人任何答复；请先 bbcs notify {case.no} --kind result 或回访", ["notify", "callback"])
    return [("Closed", ask.said)]


def _need_attempts(case: Case, pack: RulePack) -> None:
    """So many calls in vain, on so many different days."""
    tried = [call.at.date() for call in case.callbacks if call.round == case.round and not call.reached]
    rule = pack.callback
    days = min(rule.days, rule.attempts)
    if len(tried) < rule.attempts or len(set(tried)) < days:
        spread = f"、分在 {days} 天" if days > 1 else ""
        done = f"只有 {len(tried)} 次" + (f"（{len(set(tried))} 天）" if spread else "")
        raise GateClosed(f"{case.no} 没打通的回访{done}，规则包要求至少 {rule.attempts} 次{spread}才能按联系不上结案", ["callback"])


def _reopen(case: Case, ask: Ask, at: datetime) -> Drafted:
    if case.phase == "archived":
        only_leader(ask, "重办已归档的件")
    return [("Reopened", ask.said)]


def _archive(case: Case, ask: Ask, at: datetime) -> Drafted:
    if gate(case, ask, "archive_no") and not ask.said.get("no"):
        raise GateClosed(f"规则包要求归档号；请写 bbcs archive {case.no} --no 归档号", ["--no"])
    return [("Archived", ask.said)]


# -- the record itself ---------------------------------------------------------------------------------------------


def target(case: Case, name: str) -> tuple[Mark, Field]:
    """Which entry, and which field of it, a correction means: `phone` of intake, `resolve.measures` of the last 办结.

    Raises UnknownWord with the names there are.
    """
    verb, _, field = name.rpartition(".")
    act = BY_VERB.get(verb or "intake") or next((act for act in BY_VERB.values() if act.alias == verb), None)
    marks = [mark for mark in case.marks if act and mark.kind in act.kinds]
    known = {**_fields(act, marks[-1].kind), **_times(act)} if act and marks else {}
    if field in known:
        return marks[-1], known[field]
    done = [f"{one.verb}." for one in BY_VERB.values() if one.on_case and any(mark.kind in one.kinds for mark in case.marks)]
    raise UnknownWord("可以更正的栏", name, [*known, *done] if known else [*_fields(BY_VERB["intake"], "Registered"), *done])


def _fields(act: Act, kind: str) -> dict[str, Field]:
    """The correctable fields of a kind: those that are stored and were said by somebody."""
    return {field.name: field for field in KINDS[kind] if not field.stamped and field.name not in ("late_reason", "note")}


def _times(act: Act | None) -> dict[str, Field]:
    name = "received_at" if act and act.verb == "intake" else "at"
    return {name: Field(name, "时间", "when")}


def _correct(case: Case, ask: Ask, at: datetime) -> Drafted:
    """`value`, as read by the type of the corrected field, comes with the request (`usecases.preparing`)."""
    said = ask.said
    mark, field = target(case, said["field"])
    if field.name in TIMES:
        _fitting(case, mark, said["value"], ask.now)
    value = said.pop("value")
    held = {"text": value} if field.personal else {"value": value}
    return [("Corrected", {**without(said, "new"), **held, "version": mark.version})]


def _fitting(case: Case, mark: Mark, value: Any, now: datetime) -> None:
    """A corrected moment keeps the order of entries."""
    new = datetime.fromisoformat(value)
    if new > now:
        raise BadDate("更正后的时间晚于现在")
    intake = mark.kind == "Registered"
    later = [one for one in case.marks if one.version > mark.version and not (intake and one.at == mark.at)]
    earlier = [one for one in case.marks if one.version < mark.version]
    if any(one.at < new for one in later[:1]):
        raise BadDate(f"更正后的时间晚于下一步（{later[0].at:%Y-%m-%d %H:%M}）")
    if any(one.at > new for one in earlier[-1:]):
        raise BadDate(f"更正后的时间早于上一步（{earlier[-1].at:%Y-%m-%d %H:%M}）")


def _undo(case: Case, ask: Ask, at: datetime) -> Drafted:
    """The last entry that still counts; a registration stays (its number is never given again)."""
    last = case.marks[-1]
    if last.kind == "Registered":
        raise NothingToUndo(
            f"{case.no} 只剩登记这一步，不能撤销；登记错了可 bbcs correct 更正，或 bbcs withdraw 撤回", ["correct", "withdraw"]
        )
    if last.actor != ask.actor:
        raise NothingToUndo(f"{case.no} 的最后一步不是 {ask.actor} 办的，只能撤销自己的最后一步", [])
    undone = [last]
    if last.kind == "ExtensionDecided" and case.marks[-2].at == last.at and case.marks[-2].actor == ask.actor:
        undone.append(case.marks[-2])  # asked and granted in one go
    return [("Undone", {**ask.said, "version": mark.version}) for mark in undone]


ARMS: Mapping[str, Callable[[Case, Ask, datetime], Drafted]] = {
    "resolve": _resolve,
    "callback": _callback,
    "close": _close,
    "reopen": _reopen,
    "archive": _archive,
    "correct": _correct,
    "undo": _undo,
}
