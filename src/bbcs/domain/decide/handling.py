"""Checks of acts of handling, beyond their fields: refusing, triage, orders, steps, notices, owed
and waived papers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from bbcs.calendar.dates import day_of, minute_text, parse_day
from bbcs.domain.case import AT_SITE, LIFE, PHASES, Case, Round
from bbcs.domain.clocks import facts, in_force
from bbcs.domain.decide.request import (
    Ask,
    Drafted,
    Inputs,
    approved_by_another,
    before_assignment,
    decided_by_another,
    field,
    gate,
    graded,
    need,
    need_cause,
    need_signature,
    not_complained,
    not_past,
    one_of_orders,
    only_leader,
    without,
)
from bbcs.domain.inputs import label
from bbcs.domain.order import ReturnRequest, UnitRef, misdirected
from bbcs.domain.pack import Clock
from bbcs.domain.promise import can_be_kept, is_past, promises
from bbcs.errors import BadDate, BadValue, GateClosed, MissingInput, ReasonMissing


def _triage(case: Case, ask: Ask, at: datetime) -> Drafted:
    again = graded(case, ask.inputs)
    inputs = {**ask.inputs, "cause": list(again.cause)} if again.cause else ask.inputs
    need_cause(inputs, ask.pack)
    clock = needs_date(case, again, ask, ask.inputs.get("due"))
    not_past(ask.inputs.get("due"), case, "--due")
    if ask.inputs.get("due") and not (clock and clock.unit == "set"):
        how = (
            f"这一类的时限由规则包定（{clock.limit_text}）" if clock else "规则包没有给这一类定时限"
        )
        raise BadValue(
            f"--due：{how}，定级时不另设到期日；给办理单位定日子请用 bbcs assign {case.no} --due"
        )
    levels = list(ask.pack.words.get("level", {}))
    if case.level in levels and ask.inputs.get("level") in levels[: levels.index(case.level)]:
        only_leader(ask, "降低响应级别")
    return [("Triaged", inputs)]


def needs_date(case: Case, round_: Round, ask: Ask, due: date | None) -> Clock | None:
    """The clock of the handling in a round so graded. due: the date that was set.

    Raises ReasonMissing where the limit is set case by case, and nothing says when it ends.
    """
    clock = ask.pack.clock("resolve", facts(case, round_, ask.pack))
    dated = due or any(
        order.due
        for order in case.open_orders
        if order.role == "lead" and order.round == round_.number
    )
    by_order = (
        clock and clock.limit and "difficulty" not in clock.for_
    )  # set with the order; until then its usual days hold
    if clock and clock.unit == "set" and not dated and not by_order:
        usual = f"；通常 {clock.limit} 个工作日" if clock.limit else ""
        raise ReasonMissing(f"这一类的时限要另定，请写 --due（到期日{usual}）", ["--due"], ["due"])
    return clock


# -- orders --------------------------------------------------------------------------------------------------------


def _assign(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = without(ask.inputs, "new_unit")
    if not (inputs.get("lead") or inputs.get("assist") or inputs.get("relay")):
        raise MissingInput(
            ["--lead（主办）、--assist（协办）或 --relay（转派）"],
            asked=["lead", "assist", "relay"],
            any_of=True,
        )
    before_assignment(case, ask)
    not_past(inputs.get("due"), case, "--due")
    leads = [order.unit for order in case.open_orders if order.role == "lead"]
    if inputs.get("lead") and leads:
        raise GateClosed(
            f"{case.no} 已由{leads[0]}主办，一件只有一个主办；其他单位请用 --assist 协办",
            ["--assist"],
        )
    pairs = (inputs.get("lead"), *(inputs.get("assist") or ()), inputs.get("relay"))
    units = [UnitRef.of(pair) for pair in pairs if pair]
    helps = inputs.get("lead") and any(
        order.of(units[0]) and order.role != "lead" for order in case.open_orders
    )
    fresh = units[1:] if helps else units  # a helper may become the lead
    _one_role_each(inputs)
    _not_twice(case, fresh)
    not_complained(case, ask, [*units, *(order.ref for order in case.open_orders)], "办理")
    leading = [UnitRef.of(pair) for pair in (inputs.get("lead"), inputs.get("relay")) if pair]
    return [("Assigned", {**inputs, **_guarded(case, ask, leading)})]


def _guarded(case: Case, ask: Ask, units: Sequence[UnitRef]) -> Inputs:
    """What the dispatch guard has to say of orders to these units; helpers take over no duty."""
    guard = ask.pack.dispatch_guard if in_force(case, ask.pack) else "off"
    misdirections = list(misdirected(case.items, units, ask.owner_of, ask.station.level_of))
    if ask.inputs.get("override"):
        only_leader(ask, "越过下派的规定")
        if not misdirections:
            raise BadValue("--override 用不着：没有下派，也没有交给非主管单位")
    elif misdirections and guard == "leader":
        owner = misdirections[0].owner
        raise GateClosed(
            f"{case.no} {misdirections[0].text}；请交{owner}，或由领导写 --override（为什么）",
            [owner, "--override"],
        )
    return {"guarded": [one.stored() for one in misdirections]} if misdirections else {}


def _one_role_each(inputs: Inputs) -> None:
    """GateClosed when one call names a unit twice: as lead and helper, or two times as helper."""
    roles = [("主办", inputs.get("lead")), *(("协办", pair) for pair in inputs.get("assist") or ())]
    named: list[tuple[str, UnitRef]] = []
    for role, pair in (*roles, ("转派", inputs.get("relay"))):
        if not pair:
            continue
        unit = UnitRef.of(pair)
        for before, other in named:
            if before != role and other.same(unit):
                raise GateClosed(f"{before}和{role}是同一个单位：{unit.name}；请只写一样", [])
            if other.same(unit):
                raise GateClosed(f"{role}里 {unit.name}写了两次；请只写一次", [])
        named.append((role, unit))


def _not_twice(case: Case, units: Sequence[UnitRef]) -> None:
    """GateClosed when a unit would get a second open order of the case."""
    twice = [unit for unit in units if any(order.of(unit) for order in case.open_orders)]
    if twice:
        raise GateClosed(f"{twice[0].name}在 {case.no} 已有一张未完的单，不必再交")


def _sign(case: Case, ask: Ask, at: datetime) -> Drafted:
    unit = one_of_orders(case, ask, "sign", waiting=True)
    return [("Signed", {**ask.inputs, "unit": list(unit)})]


def _return(case: Case, ask: Ask, at: datetime) -> Drafted:
    """A return; where the pack has returns reviewed, the request for one, or the decision on it."""
    if ask.inputs.get("approve") or ask.inputs.get("reject"):
        return _decide_return(case, ask)
    inputs = without(ask.inputs, "approve", "reject", "approver")
    need("return", inputs, "reason")
    unit = one_of_orders(case, ask, "return")
    _not_reviewed(case, unit)
    kind = "ReturnAsked" if gate(case, ask, "return_review") else "Returned"
    return [(kind, {**inputs, "unit": list(unit)})]


def _not_reviewed(case: Case, unit: UnitRef) -> None:
    """GateClosed while the unit waits for the decision on a return."""
    if unit.among(one.unit for one in case.return_requests):
        raise GateClosed(
            f"{case.no} {unit.name}已申请退回，在等审核；请领导 bbcs return {case.no} "
            "--approve 或 --reject，并写 --approver",
            ["--approve", "--reject", "--approver"],
        )


def _decide_return(case: Case, ask: Ask) -> Drafted:
    """The decision of the window on a return; an approval returns the order at once."""
    inputs = without(ask.inputs, "approve", "reject", "suggest")
    if ask.inputs.get("approve") and ask.inputs.get("reject"):
        raise BadValue("--approve 和 --reject 只能写一样")
    only_leader(ask, "审核退回")
    asked = _asked_return(case, ask)
    need("return", inputs, "approver")
    same = decided_by_another(ask, asked.asker, "审核")
    decided = {**inputs, **same, "unit": list(asked.unit)}
    if ask.inputs.get("reject"):
        need("return", inputs, "reason", why="不同意退回要写理由")
        return [("ReturnDecided", {**decided, "granted": False})]
    returned: Inputs = {"unit": list(asked.unit)}
    if asked.suggest:
        returned["suggest"] = list(asked.suggest)
    return [("ReturnDecided", {**decided, "granted": True}), ("Returned", returned)]


def _asked_return(case: Case, ask: Ask) -> ReturnRequest:
    """The request that is decided: that of the unit named, else the only one."""
    waiting = case.return_requests
    names = [one.unit.name for one in waiting]
    if ask.inputs.get("unit"):
        unit = UnitRef.of(ask.inputs["unit"])
        waiting = tuple(one for one in waiting if one.unit.same(unit))
    if not waiting:
        known = f"；等审核的有：{'、'.join(names)}" if names else ""
        raise GateClosed(f"{case.no} 没有等审核的退回申请{known}", names)
    if len(waiting) > 1:
        lacking = [label(field("return", "unit"))]
        raise MissingInput(lacking, f"申请退回的有：{'、'.join(names)}", ["unit"])
    return waiting[0]


def _forward(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = without(ask.inputs, "new_unit")
    unit, new = one_of_orders(case, ask, "forward", usual=case.lead), UnitRef.of(inputs["to"])
    _not_reviewed(case, unit)
    _not_twice(case, [new])
    leads = any(order.of(unit) and order.role == "lead" for order in case.open_orders)
    if inputs.get("handler") and not leads:
        raise GateClosed(
            f"承办人是主办单位的，{unit.name}不是 {case.no} 的主办；请去掉 --handler", ["--handler"]
        )
    left = [order.ref for order in case.open_orders if not order.of(unit)]
    not_complained(case, ask, [new, *left], "办理")
    return [("Forwarded", {**inputs, **_guarded(case, ask, [new]), "unit": list(unit)})]


# -- steps and notices ---------------------------------------------------------------------------------------------


def _step(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = ask.inputs
    doing = []
    if inputs.get("unit"):
        doing = [UnitRef.of(inputs["unit"])]
        need_signature(case, ask, doing[0], "办理")
    if inputs.get("by"):
        doing.append(UnitRef("", inputs["by"]))
    for one in doing:
        not_complained(case, ask, [one, *(order.ref for order in case.open_orders)], "办理")
    known = {proof.item for proof in case.proofs}
    twice = [item for item, _ in inputs.get("proof") or () if item in known]
    if twice:
        raise GateClosed(f"证明“{twice[0]}”已经列过；出具了请写 --proof-done")
    wanted = [proof.item for proof in case.proofs if not proof.done_at]
    strange = (
        [item for item in inputs.get("proof_done") or () if item not in known] if wanted else []
    )
    if strange:
        raise GateClosed(
            f"{case.no} 没有要开“{strange[0]}”；还没开的有：{'、'.join(wanted)}", wanted
        )
    return [("Stepped", inputs)]


def _notify(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = dict(ask.inputs)
    if inputs["kind"] == "one_time":
        inputs["missing"] = inputs.get("missing") or list(case.papers)
        need("notify", inputs, "missing", why="一次性告知要一次列全所缺材料")
        _not_waived(case, inputs["missing"])
    if inputs["kind"] == "refusal" and not any(one.refused for one in case.rounds):
        raise GateClosed(
            f"{case.no} 没有不予受理过，没有可告知的；不予受理要在受理以前用 bbcs refuse 记",
            ["refuse"],
        )
    return [("Notified", {**inputs, "no": inputs.get("no") or case.number("告", case.notices)})]


def _not_waived(case: Case, papers: list[str]) -> None:
    waived = [paper for paper in papers if paper in case.waived]
    if waived:
        raise GateClosed(f"“{waived[0]}”已免予提供，不能再要；请从清单里去掉", [])


# -- papers owed and waived ----------------------------------------------------------------------------------------

_SITE = (AT_SITE, "现场", "现场核查", "现场勘查")


def _gap(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = ask.inputs
    if bool(inputs.get("owe")) == bool(inputs.get("filled")):
        raise MissingInput(
            [f"{label(field('gap', 'owe'))}或 {label(field('gap', 'filled'))}"],
            "两样写一样",
            ["owe", "filled"],
            any_of=True,
        )
    if inputs.get("filled"):
        return _fill(case, inputs)
    if case.current.resolved_at:
        raise GateClosed(f"{case.no} 已办结，不能再记欠材料；补来的请写 --filled", ["--filled"])
    if gate(case, ask, "gap_approver"):
        need("gap", inputs, "approver", why="规则包要求容缺须有批准人")
    approved_by_another(ask, or_leader=True)
    owe = [[paper, _when(day, at.date())] for paper, day in inputs["owe"]]
    _not_waived(case, [paper for paper, _ in owe])
    known = {gap.paper for gap in case.owed}
    twice = [
        paper
        for number, (paper, _) in enumerate(owe)
        if paper in known or paper in [one for one, _ in owe[:number]]
    ]
    if twice:
        raise GateClosed(f"“{twice[0]}”已经记为欠着；补来了请写 --filled {twice[0]}")
    return [("AcceptedWithGaps", {**inputs, "owe": owe})]


def _when(text: str, today: date) -> str:
    """`site_check`, or the day by which the paper is owed."""
    if text in _SITE:
        return AT_SITE
    day = parse_day(text)
    if day < today:
        raise BadValue(f"--owe 的补交日 {day} 已经过去；写今天以后的日子，或写“现场”")
    return day.isoformat()


def _fill(case: Case, inputs: Inputs) -> Drafted:
    known = [gap.paper for gap in case.owed]
    strange = [paper for paper in inputs["filled"] if paper not in known]
    if strange:
        raise GateClosed(
            f"{case.no} 没有欠“{strange[0]}”；欠着的有：{'、'.join(known) or '（无）'}", known
        )
    return [("GapFilled", without(inputs, "approver"))]


def _exempt(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = dict(ask.inputs)
    by_rule = inputs.get("scope") == "rule"
    if case.current.resolved_at and not by_rule:
        raise GateClosed(
            f"{case.no} 已办结，只能记成以后的规定；请写 --scope rule 和 --effective（自哪天起）",
            ["--scope"],
        )
    if not inputs.get("item"):
        if len(case.items) > 1:
            raise MissingInput(
                [label(field("exempt", "item"))],
                f"这一件的事项有：{'、'.join(case.items)}",
                ["item"],
            )
        inputs["item"] = case.items[0]
    elif inputs["item"] not in case.items and not by_rule:
        raise GateClosed(
            f"{case.no} 没有事项“{inputs['item']}”；有：{'、'.join(case.items)}", list(case.items)
        )
    if not by_rule and inputs["paper"] in case.waived:
        raise GateClosed(f"“{inputs['paper']}”在 {case.no} 早已免予提供，没有新增", [])
    return [("Exempted", exempt_by_rule(inputs, ask) if by_rule else inputs)]


def exempt_by_rule(inputs: Inputs, ask: Ask) -> Inputs:
    """A waiver for every case on the item: a leader's, with the item and its day.

    A day that has passed needs a late reason.
    """
    if inputs.get("scope") != "rule":
        raise MissingInput(["编号"], "不写编号时只能记规定：--scope rule", ["scope"])
    only_leader(ask, "定免予提供的规定")
    need("exempt", inputs, "item", "effective", why="要写明哪个事项、自哪天起")
    if inputs["effective"] < ask.now.date() and not inputs.get("late_reason"):
        raise MissingInput(["--late-reason（补记原因）"], "--effective 早于今天", ["late_reason"])
    return inputs


# -- notes and promises --------------------------------------------------------------------------------------------


def _note(case: Case, ask: Ask, at: datetime) -> Drafted:
    """A note; with a date that was promised to the person it is a promise."""
    inputs = ask.inputs
    for name in ("promised", "remind"):
        if inputs.get(name):
            _refuse_past(inputs[name], case, at, f"--{name}")
    if not inputs.get("promised"):
        return [("Noted", inputs)]
    if not can_be_kept(case):
        raise GateClosed(
            f"{case.no} {PHASES[case.phase]}，不能再反馈、告知或回访，约定没法兑现",
            [verb for verb in ("reopen",) if verb in LIFE[case.phase]],
        )
    waiting = [one.due for one in promises(case) if one.answered_at is None]
    if inputs["promised"] in waiting:
        raise GateClosed(
            f"{case.no} 早已约定这个日期，还没有回话，没有新增；只记一句话请去掉 --promised", []
        )
    return [("Promised", inputs)]


def _refuse_past(due: date | datetime, case: Case, at: datetime, flag: str) -> None:
    """BadDate for a date that has passed when the note is made."""
    if is_past(due, at):
        raise BadDate(f"{flag} {minute_text(due)} 已经过去；请写今天以后的日期，或今天还没到的时间")
    not_past(day_of(due), case, flag)


ARMS: Mapping[str, Callable[[Case, Ask, datetime], Drafted]] = {
    "triage": _triage,
    "assign": _assign,
    "sign": _sign,
    "return": _return,
    "forward": _forward,
    "step": _step,
    "notify": _notify,
    "gap": _gap,
    "exempt": _exempt,
    "note": _note,
}
