"""decide(case, act, ask) -> the events that follow, or a refusal. Pure; the life-cycle table speaks
first, then the pack's gates.

What each act asks beyond its fields stands beside its page of the table: `intake`,
`handling`, `steering`, `ending`, `record`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from importlib import import_module
from typing import Any

from bbcs.domain.acts import Act
from bbcs.domain.acts.table import ACTS, BY_VERB, MINOR, PAGE_OF
from bbcs.domain.case import LIFE, Case, allowed, phase_name
from bbcs.domain.decide.request import (
    Ask,
    Drafted,
    keep_out,
    permit,
)
from bbcs.domain.event import Draft
from bbcs.domain.order import UnitRef
from bbcs.errors import (
    BadDate,
    MissingInput,
    TransitionRefused,
)


def decide(case: Case, act: Act, ask: Ask) -> list[Draft]:
    """The events that an act on a case brings about.

    Raises TransitionRefused (with what is allowed), GateClosed, ReasonMissing, MissingInput,
    BadDate, NotPermitted.
    """
    may_follow(case, act, ask)
    at = _in_order(case, act, ask)
    inputs = {key: value for key, value in ask.inputs.items() if key not in ("at", "once")}
    drafted = arm(act.verb)(case, ask._replace(inputs=inputs), at)
    drafts = [Draft(kind, at, data) for kind, data in drafted]
    if drafts and ask.inputs.get("once"):
        first = drafts[0]
        drafts[0] = first._replace(data={**first.data, "once": ask.inputs["once"]})
    return drafts


def may_follow(case: Case, act: Act, ask: Ask) -> None:
    """Whether the act can be done now at all, whatever its fields say.

    Raises NotPermitted, TransitionRefused (with what is allowed).
    """
    permit(ask, act)
    keep_out(case, act, ask)
    if act.verb not in LIFE[case.phase] or (
        act.verb in ("pause", "resume", "convene") and act.verb not in allowed(case)
    ):
        raise _not_now(case, act)


def decide_for_office(act: Act, ask: Ask) -> list[Draft]:
    """The events of an act that belongs to the whole office and to no case: a waiver by rule, an
    improvement."""
    permit(ask, act)
    at = moment(ask.inputs.get("at"), ask, "at")
    inputs = {key: value for key, value in ask.inputs.items() if key != "at"}
    if act.verb == "exempt":
        from bbcs.domain.decide.handling import exempt_by_rule

        inputs = exempt_by_rule(inputs, ask)
    return [Draft(act.kinds[0], at, inputs)]


def _not_now(case: Case, act: Act) -> TransitionRefused:
    """The refusal: the acts that move the case on, and the acts that are possible besides."""
    may = allowed(case)
    moving = [f"{BY_VERB[verb].alias} {verb}" for verb in may if verb not in MINOR]
    minor = [BY_VERB[verb].alias for verb in may if verb in MINOR]
    if not moving:
        moving = minor
    elif minor:
        moving[-1] = f"{moving[-1]}；另可：{'、'.join(minor)}"
    phase = phase_name(case.phase, case.current.difficulty)
    if case.pause:
        phase += "，暂停中"
    return TransitionRefused(case.no, phase, act.alias, may, moving)


def moment(named: date | datetime | None, ask: Ask, name: str) -> datetime:
    """When the act happened: now, or the time that was given.

    A date without a time means that day at the present time of day. An earlier day needs a late
    reason, a later moment is refused.
    """
    if named is None:
        return ask.now
    at = named if isinstance(named, datetime) else datetime.combine(named, ask.now.timetz())
    flag = "--" + name.replace("_", "-")
    if at > ask.now:
        raise BadDate(f"{flag} 晚于现在（{ask.now:%Y-%m-%d %H:%M}）；只能写已经发生的时间")
    if at.date() < ask.now.date() and not ask.inputs.get("late_reason"):
        called = "补录原因" if name == "received_at" else "补记原因"
        raise MissingInput([f"--late-reason（{called}）"], f"{flag} 早于今天", ["late_reason"])
    return at


def _in_order(case: Case, act: Act, ask: Ask) -> datetime:
    """When the act happened: not before the case, or its round, began; no phase before the one
    it follows (inspection code C03)."""
    named = ask.inputs.get("at")
    at = moment(named, ask, "at")
    earliest, what = max(_before(case, act, ask))
    if at >= earliest:
        return at
    if named is None:
        return earliest  # the clock was set back: the order of entries holds, nobody is kept from working
    if type(named) is date and named == earliest.date():
        return earliest  # only the day was given
    refused = BadDate(f"{case.no} {what} {earliest:%Y-%m-%d %H:%M}，--at 不能更早")
    refused.field = "at"
    raise refused


def _before(case: Case, act: Act, ask: Ask) -> Iterator[tuple[datetime, str]]:
    """The moment that the act cannot precede, and what to call it."""
    yield case.current.started_at, "受理于" if case.round == 1 else f"第 {case.round} 轮始于"
    if act.moves == "phase":
        yield from ((mark.at, "上一环节在") for mark in case.marks if mark.kind in _PHASE_KINDS)
    # or a late settlement could be dated before the case was handed over
    if act.verb in ("resolve", "withdraw", "transfer"):
        handed = [mark for mark in case.marks if mark.kind in _HANDED and mark.round == case.round]
        yield from ((mark.at, _HANDED[mark.kind]) for mark in handed)
    if act.verb in ("sign", "return", "forward"):
        yield from ((sent, "交办于") for sent in _sent(case, act.verb, ask.inputs.get("unit")))
    if (
        act.verb == "extend"
        and case.asked
        and (ask.inputs.get("approve") or ask.inputs.get("reject"))
    ):
        yield case.asked.asked_at, "延期申请于"
    if act.verb == "return" and (ask.inputs.get("approve") or ask.inputs.get("reject")):
        yield from ((one.asked_at, "退回申请于") for one in case.return_requests)
    if act.verb in ("pause", "resume"):
        yield from (
            (mark.at, "上次暂停或恢复于")
            for mark in case.marks
            if mark.kind in ("Paused", "Resumed")
        )


_HANDED = {
    "Assigned": "交办或签收于",
    "Signed": "交办或签收于",
    "Returned": "退回于",
    "Forwarded": "转办于",
    "Paused": "暂停于",
    "Resumed": "恢复于",
}


def _sent(case: Case, verb: str, pair: list[str] | None) -> list[datetime]:
    """When the order that the act is about was sent: of the unit named, else the one waiting to
    be signed, or the lead's."""
    unit = case.lead if verb == "forward" else None
    if pair:
        unit = UnitRef.of(pair)
    orders = case.unsigned if verb == "sign" else case.open_orders
    return [order.sent_at for order in orders if unit is None or order.of(unit)]


_PHASE_KINDS = frozenset(kind for act in ACTS if act.moves == "phase" for kind in act.kinds)
_PHASE_KINDS |= {"Registered"}

Arm = Callable[[Case, Ask, datetime], Drafted]


def arm(verb: str) -> Arm:
    """What an act asks beyond its fields, and the entries that it makes.

    It stands in the module named as the act's page of the table, which is loaded for such acts
    only. An act that asks nothing more has none.
    """
    module: Any = import_module(f"bbcs.domain.decide.{PAGE_OF[verb]}")
    own: Arm | None = module.ARMS.get(verb)
    return own or (lambda case, ask, at: [(BY_VERB[verb].kinds[0], ask.inputs)])
