"""Checks of acts that end a case, beyond their fields: settlement, callback, closing, reopening,
leaving out of rates, voiding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bbcs.domain.case import EXCLUDABLE, LIFE, Case
from bbcs.domain.decide.request import (
    Ask,
    Drafted,
    Inputs,
    approved_by_another,
    before_settlement,
    gate,
    is_complained,
    need,
    need_grounds,
    not_complained,
    only_leader,
    without,
)
from bbcs.domain.desk import attempts, enough_attempts
from bbcs.domain.pack import RulePack
from bbcs.errors import (
    BadValue,
    GateClosed,
    MissingInput,
)

# -- settlement and callback ---------------------------------------------------------------------------------------


def _resolve(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs, pack = ask.inputs, ask.pack
    outcome = pack.word("outcome", inputs["outcome"])
    before_settlement(case, ask)
    not_complained(case, ask, [order.ref for order in case.open_orders], "办结")
    nothing_owed(case, outcome.key)
    if inputs.get("group") and inputs["group"] != case.group:
        where = f"，它在“{case.group}”" if case.group else ""
        raise GateClosed(f"{case.no} 不在并案组“{inputs['group']}”{where}", ["merge"])
    explained = outcome.counts_as == "explained"
    terminated = outcome.counts_as == "terminated"
    remedy = explained or outcome.needs_basis
    need_grounds(outcome, inputs, remedy or terminated, remedy)
    if terminated:
        need("resolve", inputs, "evidence", "signer", why="终止办理要有证据，经第二人签字")
    elif explained and gate(case, ask, "second_signer"):
        need("resolve", inputs, "signer", why="否定答复须第二人签字")
    if inputs.get("signer") and ask.is_actor(inputs["signer"]):
        raise GateClosed("第二签字人不能是经办人本人；请换一位 --signer", ["--signer"])
    other = inputs.get("asked") and inputs.get("granted") not in (None, inputs["asked"])
    if other:
        inputs = {**inputs, "differs": True}
    return [("Resolved", {**inputs, "counts_as": outcome.counts_as})]


def nothing_owed(case: Case, outcome: str) -> None:
    """A case is not settled over papers that are still owed, unless it is settled with gaps and
    says so."""
    if case.owed and outcome != "solved_with_gaps":
        papers = "、".join(gap.paper for gap in case.owed)
        raise GateClosed(
            f"{case.no} 还欠材料：{papers}；补来了请 bbcs gap {case.no}，或按“容缺办成”办结",
            ["gap"],
        )


def _callback(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = without(ask.inputs, "reached", "close")
    if "reached" not in ask.inputs:
        raise MissingInput(["--reached（打通了）或 --not-reached（没打通）"], asked=["reached"])
    if _pack_forbids_handler(case, ask):
        raise GateClosed("规则包要求回访人不是承办人；请换人回访（--by 或 --as）", ["--by"])
    if not ask.inputs["reached"]:
        if inputs.get("solved") or inputs.get("grade"):
            raise BadValue("没打通就没有 --solved、--grade；打通了请写 --reached")
        return [("CallbackTried", without(inputs, "default_rating"))]
    need("callback", inputs, "solved", "grade")
    grade = ask.pack.word("grade", inputs["grade"])
    return [("CalledBack", {**inputs, "satisfaction": grade.value, "satisfied": grade.satisfied})]


def _pack_forbids_handler(case: Case, ask: Ask) -> bool:
    """Whether the case's handler would call: forbidden by the pack, and always where the
    handler's unit is complained of."""
    led_by_complained = case.lead is not None and is_complained(case, ask, case.lead)
    forbidden = ask.pack.callback.not_by_handler or led_by_complained
    caller = ask.inputs.get("by")
    return bool(forbidden and case.handler) and (
        case.handler == caller if caller else ask.is_actor(case.handler)
    )


# -- closing -------------------------------------------------------------------------------------------------------


def _close(case: Case, ask: Ask, at: datetime) -> Drafted:
    how = ask.inputs.get("how") or "normal"
    if how != "normal":
        need("close", ask.inputs, "approver", "reason", why="不是正常结案")
        if how.startswith("approved_"):
            only_leader(ask, "批准结案")
        approved_by_another(ask, or_leader=True)
    hint = f"；可以 bbcs reopen {case.no} 重办，或 bbcs close {case.no} --how approved_unsatisfied"
    call = case.last_callback
    if how == "unreachable":
        _need_attempts(case, ask.pack)
    elif how == "no_contact":
        _need_no_contact(case)
    elif gate(case, ask, "callback") and ask.pack.callback.draws(case.current.lot) and not call:
        raise GateClosed(
            f"{case.no} 还没回访，规则包要求先回访再结案；请先 bbcs callback {case.no}",
            ["callback"],
        )
    if (
        how == "normal"
        and gate(case, ask, "satisfied")
        and call
        and case.current.counts_as != "terminated"
        and not (call.satisfied and call.solved != "no")
    ):
        answer = "回访说没解决" if call.satisfied else "回访不满意"
        raise GateClosed(f"{case.no} {answer}，不能正常结案{hint}", ["reopen", "close"])
    if gate(case, ask, "final_feedback") and not case.happened("FedBack", "final"):
        raise GateClosed(
            f"{case.no} 还没有最终答复；请先 bbcs feedback {case.no} --stage final，再结案",
            ["feedback"],
        )
    if case.owed:
        papers = "、".join(gap.paper for gap in case.owed)
        raise GateClosed(f"{case.no} 还欠材料：{papers}；补齐以前不能结案", ["gap"])
    answered = case.happened("FedBack", "final") or case.happened("Notified", "result") or call
    if not answered:  # 事事有回音: in every pack
        raise GateClosed(
            f"{case.no} 还没有给反映人任何答复；请先 bbcs notify {case.no} --kind result（当面给的加 --how counter）或回访",
            ["notify", "callback"],
        )
    return [("Closed", ask.inputs)]


def _need_no_contact(case: Case) -> None:
    """GateClosed where somebody can be called: the reporter, or who came for the reporter."""
    if case.reachable:
        raise GateClosed(
            f"{case.no} 留有电话，不能按没留联系方式结案；请先 bbcs callback {case.no}，"
            "打不通的按 --how unreachable（联系不上）结案",
            ["callback"],
        )


def _need_attempts(case: Case, pack: RulePack) -> None:
    """So many calls in vain, on so many different days."""
    rule = pack.callback
    if enough_attempts(case, rule):
        return
    tried, days = attempts(case), min(rule.days, rule.attempts)
    spread, done = "", f"只有 {len(tried)} 次"
    if days > 1:
        spread = f"、分在 {days} 天"
        done += f"（{len(set(tried))} 天）"
    raise GateClosed(
        f"{case.no} 没打通的回访{done}，规则包要求至少 {rule.attempts} 次{spread}才能按联系不上结案",
        ["callback"],
    )


def _reopen(case: Case, ask: Ask, at: datetime) -> Drafted:
    if case.phase == "archived":
        only_leader(ask, "重办已归档的件")
    if case.phase == "refused":
        only_leader(ask, "把不予受理的件重新受理")
    return [("Reopened", ask.inputs)]


def _archive(case: Case, ask: Ask, at: datetime) -> Drafted:
    if gate(case, ask, "archive_no") and not ask.inputs.get("no"):
        raise GateClosed(f"规则包要求归档号；请写 bbcs archive {case.no} --no 归档号", ["--no"])
    return [("Archived", ask.inputs)]


def _exclude(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = without(ask.inputs, "undo")
    named = inputs.get("rate") or []
    if ask.inputs.get("undo"):
        return _included(case, inputs, named or list(case.excluded))
    need("exclude", inputs, "rate", "basis", "approver")
    approved_by_another(ask, or_leader=False)
    fresh = [rate for rate in named if rate not in case.excluded]
    if not fresh:
        known = "、".join(EXCLUDABLE[rate] for rate in case.excluded)
        raise GateClosed(f"{case.no} 早已剔除出：{known}，没有新增", ["--undo"])
    return [("Excluded", {**inputs, "rate": fresh})]


def _included(case: Case, inputs: Inputs, rates: list[str]) -> Drafted:
    """The rates that the case counts in again."""
    strange = [rate for rate in rates if rate not in case.excluded]
    if strange or not rates:
        known = "、".join(EXCLUDABLE[rate] for rate in case.excluded) or "（无）"
        raise GateClosed(
            f"{case.no} 没有这样剔除，不用恢复；剔除的有：{known}", list(case.excluded)
        )
    return [("Included", {**inputs, "rate": rates})]


def _void(case: Case, ask: Ask, at: datetime) -> Drafted:
    """Only what was entered by mistake: not what others depend on, nor what was handled twice."""
    if case.group and "merge" in LIFE[case.phase]:  # once it ended, it leaves the group by itself
        raise GateClosed(
            f"{case.no} 在并案组“{case.group}”里，不能作废；请先 bbcs merge {case.no} --undo 退出并案",
            ["merge"],
        )
    if case.rules:
        raise GateClosed(
            f"{case.no} 上记着以后的件都按它办的免予提供（{'、'.join(case.rules)}），不能作废；"
            "请先撤销规定：序号看 bbcs exempt --list，再 bbcs exempt --undo 序号",
            ["exempt"],
        )
    if case.round > 1:
        raise GateClosed(
            f"{case.no} 已重办过（第 {case.round} 轮），不是误登，不能作废；"
            "不再办的请撤回或转出，重办记错了的请先撤销",
            [way for way in ("withdraw", "transfer", "undo") if way in LIFE[case.phase]],
        )
    if ask.inputs.get("of") == case.no:
        raise BadValue("--of 写的就是这一件；请写与它重复的那一件的编号")
    return [("Voided", ask.inputs)]


ARMS: Mapping[str, Callable[[Case, Ask, datetime], Drafted]] = {
    "resolve": _resolve,
    "callback": _callback,
    "close": _close,
    "reopen": _reopen,
    "archive": _archive,
    "exclude": _exclude,
    "void": _void,
}
