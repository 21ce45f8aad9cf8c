"""decide(case, act, said, …) -> the events that follow, or a refusal. Pure; the life-cycle table speaks first, then the pack's gates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from bbcs.domain.acts import BY_VERB, Act, Field
from bbcs.domain.case import LIFE, PHASES, Case
from bbcs.domain.clocks import facts
from bbcs.domain.event import Draft
from bbcs.domain.pack import RulePack, Word
from bbcs.domain.reading import complete, label
from bbcs.errors import BadDate, BadValue, GateClosed, MissingInput, NotPermitted, ReasonMissing, TransitionRefused
from bbcs.record import Record

Said = dict[str, Any]


class Ask(Record):
    """One request: the checked values, the rules that judge it, who asks and when."""

    said: Said
    pack: RulePack
    now: datetime
    actor: str
    roles: tuple[str, ...]


# -- intake --------------------------------------------------------------------------------------------------------


def intake(ask: Ask) -> list[Draft]:
    """Registered, then Accepted or Refused by the decision, then Triaged when a difficulty was given."""
    said, pack = ask.said, ask.pack
    permit(ask, BY_VERB["intake"])
    complete(BY_VERB["intake"], said, pack)
    if said.get("refusal_reason") and said.get("decision") != "refuse":
        raise BadValue("写了不予受理的理由（refusal_reason），decision 却不是 refuse")
    at = moment(said.get("received_at"), ask, "received_at")
    own = {field.name for field in BY_VERB["intake"].fields if not field.kinds}
    held = {key: value for key, value in said.items() if key in own}
    drafts = [Draft("Registered", at, {**held, "pack": pack.key, "pack_edition": pack.edition})]
    drafts += _DECISIONS[said.get("decision", "accept")](said, at, pack)
    if said.get("difficulty"):
        if said.get("decision", "accept") != "accept":
            raise GateClosed("还没受理的件不能研判；请去掉 --difficulty，或改为受理")
        graded = {"difficulty": said["difficulty"], "cause": said.get("cause") or []}
        _need_cause(graded, pack)
        clock = pack.clock("resolve", {**graded, "demand_kind": said.get("demand_kind") or "help", "round": 1})
        if clock and clock.unit == "set":
            raise ReasonMissing("这一类的时限要另定；请先不写 --difficulty 登记，再 bbcs triage 并写 --due（到期日）", ["--due"])
        drafts.append(Draft("Triaged", at, graded))
    return drafts


def _refused(said: Said, at: datetime, pack: RulePack) -> list[Draft]:
    reason = pack.word("refusal", said["refusal_reason"])
    _need_grounds(reason, said, reason.needs_basis, reason.remedy)
    return [Draft("Refused", at, _only(reason=reason.key, basis=said.get("basis"), remedy=said.get("remedy")))]


_DECISIONS: Mapping[str, Callable[[Said, datetime, RulePack], list[Draft]]] = {
    "accept": lambda said, at, pack: [Draft("Accepted", at, _only(basis=said.get("basis")))],
    "refuse": _refused,
    "later": lambda said, at, pack: [],
}


# -- acts on a case ------------------------------------------------------------------------------------------------


def decide(case: Case, act: Act, ask: Ask) -> list[Draft]:
    """The events that an act on a case brings about.

    Raises TransitionRefused (with what is allowed), GateClosed, ReasonMissing, MissingInput, BadDate, NotPermitted.
    """
    permit(ask, act)
    if act.verb not in LIFE[case.phase]:
        allowed = LIFE[case.phase]
        raise TransitionRefused(case.no, PHASES[case.phase], act.alias, allowed, [f"{BY_VERB[verb].alias} {verb}" for verb in allowed])
    at = _in_order(case, act, ask)
    said = {key: value for key, value in ask.said.items() if key != "at"}
    arm = _ARMS.get(act.verb)
    drafted = arm(case, ask._replace(said=said)) if arm else [(act.kinds[0], said)]
    return [Draft(kind, at, data) for kind, data in drafted]


def permit(ask: Ask, act: Act) -> None:
    """NotPermitted unless one of the operator's roles covers the act."""
    if not set(ask.roles) & set(act.roles):
        raise NotPermitted(ask.actor, act.alias, act.roles)


def moment(given: date | datetime | None, ask: Ask, name: str) -> datetime:
    """When the act happened: now, or what was said.

    A date without a time means that day at the present time of day. An earlier day needs a late reason, a later
    moment is refused.
    """
    if given is None:
        return ask.now
    at = given if isinstance(given, datetime) else datetime.combine(given, ask.now.timetz())
    flag = "--" + name.replace("_", "-")
    if at > ask.now:
        raise BadDate(f"{flag} 晚于现在（{ask.now:%Y-%m-%d %H:%M}）；只能写已经发生的时间")
    if at.date() < ask.now.date() and not ask.said.get("late_reason"):
        raise MissingInput(["--late-reason（补录原因）"], f"{flag} 早于今天", ["late_reason"])
    return at


_MOVING = frozenset({"accept", "refuse", "triage", "resolve", "callback", "close", "reopen", "archive"})


def _in_order(case: Case, act: Act, ask: Ask) -> datetime:
    """When the act happened: not before the case, or its round, began; no phase before the one it follows (inspection code C03)."""
    given = ask.said.get("at")
    at = moment(given, ask, "at")
    earliest, what = max(_before(case, act, ask))
    if at >= earliest:
        return at
    if given is None:
        return earliest  # the clock was set back: the order of entries holds, nobody is kept from working
    if type(given) is date and given == earliest.date():
        return earliest  # the time of day was not said
    raise BadDate(f"{case.no} {what} {earliest:%Y-%m-%d %H:%M}，--at 不能更早")


def _before(case: Case, act: Act, ask: Ask) -> Iterator[tuple[datetime, str]]:
    """What the act cannot precede, and how that is said."""
    yield case.current.started_at, "受理于" if case.round == 1 else f"第 {case.round} 轮始于"
    if act.verb in _MOVING:
        yield from ((mark.at, "上一环节在") for mark in case.marks if mark.kind in _PHASE_KINDS)
    if act.verb == "resolve":  # or a late settlement could be dated before the case was handed over
        handed = [mark.at for mark in case.marks if mark.kind in ("Assigned", "Signed") and mark.round == case.round]
        yield from ((last, "交办或签收于") for last in handed)
    if act.verb == "sign":
        unit = ask.said.get("unit")
        sent = [order.sent_at for order in case.unsigned if unit is None or order.unit == unit[1]]
        yield from ((first, "交办于") for first in [min(sent, default=None)] if first)


_PHASE_KINDS = frozenset(kind for verb in _MOVING for kind in BY_VERB[verb].kinds) | {"Registered"}


def _field(verb: str, name: str) -> Field:
    return next(field for field in BY_VERB[verb].fields if field.name == name)


def _need(verb: str, said: Said, *names: str, why: str = "") -> None:
    missing = [name for name in names if said.get(name) in (None, "", [])]
    if missing:
        raise MissingInput([label(_field(verb, name)) for name in missing], why, missing)


def _only(**values: Any) -> Said:
    return {key: value for key, value in values.items() if value not in (None, "", [])}


def _need_grounds(word: Word, said: Said, basis: bool, remedy: bool) -> None:
    wanted = {"basis": basis and not said.get("basis"), "remedy": remedy and not said.get("remedy")}
    missing = [name for name, lacking in wanted.items() if lacking]
    if missing:
        flags = [{"basis": "--basis（依据）", "remedy": "--remedy（救济途径）"}[name] for name in missing]
        raise ReasonMissing(f"“{word.label}”须写明 {'、'.join(flags)}", flags, missing)


def _refuse(case: Case, ask: Ask) -> list[tuple[str, Said]]:
    reason = ask.pack.word("refusal", ask.said["reason"])
    _need_grounds(reason, ask.said, reason.needs_basis, reason.remedy)
    return [("Refused", ask.said)]


def _need_cause(said: Said, pack: RulePack) -> None:
    if pack.gate("cause") and not said.get("cause"):
        raise ReasonMissing("规则包要求研判时写明 --cause（办不成原因）", ["--cause"], ["cause"])


def _triage(case: Case, ask: Ask) -> list[tuple[str, Said]]:
    _need_cause(ask.said, ask.pack)
    graded = case.current._replace(difficulty=ask.said["difficulty"], cause=tuple(ask.said.get("cause") or ()))
    clock = ask.pack.clock("resolve", facts(case, graded, ask.pack))
    if clock and clock.unit == "set" and not ask.said.get("due"):
        raise ReasonMissing("这一类的时限要另定，请写 --due（到期日）", ["--due"], ["due"])
    _not_past(ask.said.get("due"), case, "--due")
    return [("Triaged", ask.said)]


def _not_past(due: date | None, case: Case, flag: str) -> None:
    if due and due < case.received_at.date():
        raise BadDate(f"{flag} 早于受理日 {case.received_at:%Y-%m-%d}")


def _need_triage(case: Case, ask: Ask, alias: str) -> None:
    if ask.pack.gate("triage") and not case.happened("Triaged") and case.round == 1:
        raise GateClosed(f"{case.no} 还没研判，规则包要求先研判再{alias}；请先 bbcs triage {case.no}", ["triage"])


def _assign(case: Case, ask: Ask) -> list[tuple[str, Said]]:
    said = {key: value for key, value in ask.said.items() if key != "new_unit"}
    if not (said.get("lead") or said.get("assist") or said.get("relay")):
        raise MissingInput(["--lead（主办）、--assist（协办）或 --relay（转派）"], asked=["lead"])
    _need_triage(case, ask, "交办")
    _not_past(said.get("due"), case, "--due")
    leads = [order.unit for order in case.open_orders if order.role == "lead"]
    if said.get("lead") and leads:
        raise GateClosed(f"{case.no} 已由{leads[0]}主办，一件只有一个主办；其他单位请用 --assist 协办", ["--assist"])
    wanted = [unit[1] for unit in (said.get("lead"), *(said.get("assist") or ()), said.get("relay")) if unit]
    twice = [name for number, name in enumerate(wanted) if name in wanted[:number] or name in {o.unit for o in case.open_orders}]
    if twice:
        raise GateClosed(f"{twice[0]}在 {case.no} 已有一张未完的单，不必再交")
    return [("Assigned", said)]


def _sign(case: Case, ask: Ask) -> list[tuple[str, Said]]:
    waiting = case.unsigned
    if not waiting:
        raise GateClosed(f"{case.no} 没有待签收的单", [])
    unit = ask.said.get("unit")
    names = [order.unit for order in waiting]
    if unit is None:
        if len(waiting) > 1:
            raise MissingInput([label(_field("sign", "unit"))], f"待签收的有：{'、'.join(names)}", ["unit"])
        unit = [waiting[0].code, waiting[0].unit]
    if unit[1] not in names:
        raise GateClosed(f"{unit[1]}在 {case.no} 没有待签收的单；待签收的有：{'、'.join(names)}", names)
    return [("Signed", {**ask.said, "unit": unit})]


def _need_signature(case: Case, ask: Ask, unit: str, alias: str) -> None:
    if ask.pack.gate("sign") and any(order.unit == unit for order in case.unsigned):
        raise GateClosed(f"{unit}还没签收，规则包要求先签收再{alias}；请先 bbcs sign {case.no} --unit {unit}", ["sign"])


def _step(case: Case, ask: Ask) -> list[tuple[str, Said]]:
    if ask.said.get("unit"):
        _need_signature(case, ask, ask.said["unit"][1], "办理")
    return [("Stepped", ask.said)]


def _notify(case: Case, ask: Ask) -> list[tuple[str, Said]]:
    if ask.said["kind"] == "one_time":
        _need("notify", ask.said, "missing", why="一次性告知要一次列全所缺材料")
    return [("Notified", {**ask.said, "no": ask.said.get("no") or f"{case.no}-告{case.notices + 1}"})]


def _resolve(case: Case, ask: Ask) -> list[tuple[str, Said]]:
    said, pack = ask.said, ask.pack
    outcome = pack.word("outcome", said["outcome"])
    _need_triage(case, ask, "办结")
    for order in case.unsigned:
        _need_signature(case, ask, order.unit, "办结")
    if case.open_orders and not any(order.role == "lead" for order in case.open_orders):
        raise GateClosed(f"{case.no} 有交办单而没有主办；请先 bbcs assign {case.no} --lead 单位", ["assign"])
    explained = outcome.counts_as == "explained"
    _need_grounds(outcome, said, explained or outcome.needs_basis, explained or outcome.needs_basis)
    if explained and pack.gate("second_signer"):
        _need("resolve", said, "signer", why="否定答复须第二人签字")
        if said["signer"] == ask.actor:
            raise GateClosed("第二签字人不能是经办人本人；请换一位 --signer", ["--signer"])
    return [("Resolved", {**said, "counts_as": outcome.counts_as})]


def _callback(case: Case, ask: Ask) -> list[tuple[str, Said]]:
    said = {key: value for key, value in ask.said.items() if key != "reached"}
    if "reached" not in ask.said:
        raise MissingInput(["--reached（打通了）或 --not-reached（没打通）"])
    if pack_forbids_handler(case, ask):
        raise GateClosed("规则包要求回访人不是承办人；请换人回访（--by 或 --as）", ["--by"])
    if not ask.said["reached"]:
        if said.get("solved") or said.get("grade"):
            raise BadValue("没打通就没有 --solved、--grade；打通了请写 --reached")
        return [("CallbackTried", {key: value for key, value in said.items() if key != "default_rating"})]
    _need("callback", said, "solved", "grade")
    grade = ask.pack.word("grade", said["grade"])
    return [("CalledBack", {**said, "satisfaction": grade.value, "satisfied": grade.satisfied})]


def pack_forbids_handler(case: Case, ask: Ask) -> bool:
    """Whether the pack wants another caller than the case's handler, and this one is the handler."""
    return ask.pack.callback.not_by_handler and bool(case.handler) and case.handler == (ask.said.get("by") or ask.actor)


def _close(case: Case, ask: Ask) -> list[tuple[str, Said]]:
    how = ask.said.get("how") or "normal"
    if how != "normal":
        _need("close", ask.said, "approver", "reason", why="不是正常结案")
        if how.startswith("approved_") and "leader" not in ask.roles:
            raise NotPermitted(ask.actor, "批准结案", ("leader",))
    hint = f"；可以 bbcs reopen {case.no} 重办，或 bbcs close {case.no} --how approved_unsatisfied --approver … --reason …"
    call, pack = case.last_callback, ask.pack
    if how == "unreachable":
        _need_attempts(case, pack)
    elif pack.gate("callback") and not call:
        raise GateClosed(f"{case.no} 还没回访，规则包要求先回访再结案；请先 bbcs callback {case.no}", ["callback"])
    if how == "normal" and pack.gate("satisfied") and call and not (call.satisfied and call.solved != "no"):
        raise GateClosed(f"{case.no} 回访不满意，不能正常结案{hint}", ["reopen", "close"])
    if pack.gate("final_feedback") and not case.happened("FedBack", "final"):
        raise GateClosed(f"{case.no} 还没有最终答复；请先 bbcs feedback {case.no} --stage final，再结案", ["feedback"])
    answered = case.happened("FedBack", "final") or case.happened("Notified", "result") or call
    if not answered:  # 事事有回音: in every pack
        raise GateClosed(f"{case.no} 还没有给反映人任何答复；请先 bbcs notify {case.no} --kind result 或回访", ["notify", "callback"])
    return [("Closed", ask.said)]


def _need_attempts(case: Case, pack: RulePack) -> None:
    tried = sum(1 for call in case.callbacks if call.round == case.round and not call.reached)
    if tried < pack.callback.attempts:
        wanted = pack.callback.attempts
        raise GateClosed(f"{case.no} 没打通的回访只有 {tried} 次，规则包要求至少 {wanted} 次才能按联系不上结案", ["callback"])


def _reopen(case: Case, ask: Ask) -> list[tuple[str, Said]]:
    if case.phase == "archived" and "leader" not in ask.roles:
        raise NotPermitted(ask.actor, "重办已归档的件", ("leader",))
    return [("Reopened", ask.said)]


def _archive(case: Case, ask: Ask) -> list[tuple[str, Said]]:
    if ask.pack.gate("archive_no") and not ask.said.get("no"):
        raise GateClosed(f"规则包要求归档号；请写 bbcs archive {case.no} --no 归档号", ["--no"])
    return [("Archived", ask.said)]


_ARMS: Mapping[str, Callable[[Case, Ask], list[tuple[str, Said]]]] = {
    "refuse": _refuse,
    "triage": _triage,
    "assign": _assign,
    "sign": _sign,
    "step": _step,
    "notify": _notify,
    "resolve": _resolve,
    "callback": _callback,
    "close": _close,
    "reopen": _reopen,
    "archive": _archive,
}
"""Verb -> what it asks beyond its fields. accept, feedback and note ask nothing more."""
