"""decide(case, act, ask) -> the events that follow, or a refusal. Pure; the life-cycle table speaks
first, then the pack's gates.

What each act asks beyond its fields stands beside its page of the table: `handling`,
`steering`, `ending`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime

from bbcs.domain.acts.fields import Act
from bbcs.domain.acts.table import ACTS, BY_VERB, MINOR
from bbcs.domain.case import LIFE, PHASES, Case, allowed
from bbcs.domain.decide import ending, handling, steering
from bbcs.domain.decide.request import (
    Ask,
    Inputs,
    filled,
    gate,
    keep_out,
    need_cause,
    need_grounds,
    permit,
)
from bbcs.domain.event import Draft, Event
from bbcs.domain.fold import fold
from bbcs.domain.inputs import complete
from bbcs.domain.pack import RulePack
from bbcs.domain.unit import UnitRef
from bbcs.errors import (
    BadDate,
    BadValue,
    GateClosed,
    MissingInput,
    ReasonMissing,
    TransitionRefused,
)

__all__ = ["Ask", "alone", "decide", "intake", "may_follow", "moment", "permit"]

# -- intake --------------------------------------------------------------------------------------------------------


def intake(ask: Ask) -> list[Draft]:
    """Registered, then Accepted or Refused by the decision.

    Then Triaged when a difficulty, and Resolved when an outcome was given.
    """
    inputs, pack = ask.inputs, ask.pack
    permit(ask, BY_VERB["intake"])
    complete(BY_VERB["intake"], inputs, pack)
    if inputs.get("refusal_reason") and inputs.get("decision") != "refuse":
        raise BadValue("写了不予受理的理由（refusal_reason），decision 却不是 refuse")
    at = moment(inputs.get("received_at"), ask, "received_at")
    if inputs.get("failed_on") and inputs["failed_on"] > at.date():
        raise BadDate("--failed-on（之前没办成的日期）晚于受理；只能写已经过去的日子")
    own = {field.name for field in BY_VERB["intake"].fields if not field.kinds}
    held = {key: value for key, value in inputs.items() if key in own}
    drafts = [Draft("Registered", at, {**held, "pack": pack.key, "pack_edition": pack.edition})]
    drafts += _DECISIONS[inputs.get("decision", "accept")](inputs, at, pack)
    if inputs.get("cause") and not inputs.get("difficulty"):
        raise MissingInput(
            ["--difficulty（难易）"],
            "原因随研判记下；要现在研判请写难易，不然请先不写 --cause",
            ["difficulty"],
        )
    if inputs.get("difficulty"):
        drafts.append(_graded_at_once(inputs, at, pack))
    if inputs.get("outcome"):
        drafts.append(_settled_at_once(ask, at, drafts))
    return drafts


def _settled_at_once(ask: Ask, at: datetime, drafts: Sequence[Draft]) -> Draft:
    """The settlement on the spot (能办即办) of the case that the drafts make, under all gates of
    `resolve`.
    """
    inputs, act = ask.inputs, BY_VERB["resolve"]
    if inputs.get("decision", "accept") != "accept":
        raise GateClosed("还没受理的件不能办结；请去掉 --outcome，或改为受理")
    permit(ask, act)
    events = [
        Event(draft.kind, at, draft.data, ask.actor, version=version)
        for version, draft in enumerate(drafts, 1)
    ]
    case = fold(events)
    if gate(case, ask, "triage") and not inputs.get("difficulty"):
        raise ReasonMissing(
            "规则包要求先研判再办结；请写 --difficulty（难易程度）",
            ["--difficulty"],
            ["difficulty"],
        )
    explained = ask.pack.word("outcome", inputs["outcome"]).counts_as == "explained"
    if explained and gate(case, ask, "second_signer"):
        raise GateClosed(
            "否定答复须第二人签字，不能在登记时一次办结；请先登记，再 bbcs resolve 并写 --signer",
            ["resolve"],
        )
    names = ("outcome", "measures", "basis", "remedy")
    settling = ask._replace(inputs=filled(**{name: inputs.get(name) for name in names}))
    ((kind, data),) = ending.ARMS["resolve"](case, settling, at)
    return Draft(kind, at, data)


def _graded_at_once(inputs: Inputs, at: datetime, pack: RulePack) -> Draft:
    if inputs.get("decision", "accept") != "accept":
        raise GateClosed("还没受理的件不能研判；请去掉 --difficulty，或改为受理")
    graded = {"difficulty": inputs["difficulty"], "cause": inputs.get("cause") or []}
    need_cause(graded, pack)
    clock = pack.clock(
        "resolve", {**graded, "demand_kind": inputs.get("demand_kind") or "help", "round": 1}
    )
    if clock and clock.unit == "set" and not clock.limit:
        raise ReasonMissing(
            "这一类的时限要另定；请先不写 --difficulty 登记，再 bbcs triage 并写 --due（到期日）",
            ["--due"],
        )
    return Draft("Triaged", at, graded)


def _accepted(inputs: Inputs, at: datetime) -> Draft:
    """A basis belongs to the acceptance, unless the case is settled at once: then to the
    settlement.
    """
    if inputs.get("outcome"):
        return Draft("Accepted", at, {})
    return Draft("Accepted", at, filled(basis=inputs.get("basis")))


def _refused(inputs: Inputs, at: datetime, pack: RulePack) -> list[Draft]:
    reason = pack.word("refusal", inputs["refusal_reason"])
    need_grounds(reason, inputs, reason.needs_basis, reason.remedy)
    return [
        Draft(
            "Refused",
            at,
            filled(reason=reason.key, basis=inputs.get("basis"), remedy=inputs.get("remedy")),
        )
    ]


_DECISIONS: Mapping[str, Callable[[Inputs, datetime, RulePack], list[Draft]]] = {
    "accept": lambda inputs, at, pack: [_accepted(inputs, at)],
    "refuse": _refused,
    "later": lambda inputs, at, pack: [],
}

# -- acts on a case ------------------------------------------------------------------------------------------------


def decide(case: Case, act: Act, ask: Ask) -> list[Draft]:
    """The events that an act on a case brings about.

    Raises TransitionRefused (with what is allowed), GateClosed, ReasonMissing, MissingInput,
    BadDate, NotPermitted.
    """
    may_follow(case, act, ask)
    at = _in_order(case, act, ask)
    inputs = {key: value for key, value in ask.inputs.items() if key not in ("at", "once")}
    arm = _ARMS.get(act.verb)
    drafted = arm(case, ask._replace(inputs=inputs), at) if arm else [(act.kinds[0], inputs)]
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


def alone(act: Act, ask: Ask) -> list[Draft]:
    """The events of an act that belongs to the whole office and to no case: a waiver by rule, an
    improvement."""
    permit(ask, act)
    at = moment(ask.inputs.get("at"), ask, "at")
    inputs = {key: value for key, value in ask.inputs.items() if key != "at"}
    if act.verb == "exempt":
        inputs = handling.exempt_by_rule(inputs, ask)
    return [Draft(act.kinds[0], at, inputs)]


def _not_now(case: Case, act: Act) -> TransitionRefused:
    """The refusal: what moves the case on with its word, what may be said of it besides."""
    may = allowed(case)
    moving = [f"{BY_VERB[verb].alias} {verb}" for verb in may if verb not in MINOR]
    minor = [BY_VERB[verb].alias for verb in may if verb in MINOR]
    if not moving:
        moving = minor
    elif minor:
        moving[-1] = f"{moving[-1]}；另可：{'、'.join(minor)}"
    phase = PHASES[case.phase]
    if case.pause:
        phase += "，暂停中"
    return TransitionRefused(case.no, phase, act.alias, may, moving)


def moment(given: date | datetime | None, ask: Ask, name: str) -> datetime:
    """When the act happened: now, or what was said.

    A date without a time means that day at the present time of day. An earlier day needs a late
    reason, a later
    moment is refused.
    """
    if given is None:
        return ask.now
    at = given if isinstance(given, datetime) else datetime.combine(given, ask.now.timetz())
    flag = "--" + name.replace("_", "-")
    if at > ask.now:
        raise BadDate(f"{flag} 晚于现在（{ask.now:%Y-%m-%d %H:%M}）；只能写已经发生的时间")
    if at.date() < ask.now.date() and not ask.inputs.get("late_reason"):
        raise MissingInput(["--late-reason（补录原因）"], f"{flag} 早于今天", ["late_reason"])
    return at


def _in_order(case: Case, act: Act, ask: Ask) -> datetime:
    """When the act happened: not before the case, or its round, began; no phase before the one
    it follows (inspection code C03)."""
    given = ask.inputs.get("at")
    at = moment(given, ask, "at")
    earliest, what = max(_before(case, act, ask))
    if at >= earliest:
        return at
    if given is None:
        return earliest  # the clock was set back: the order of entries holds, nobody is kept from working
    if type(given) is date and given == earliest.date():
        return earliest  # the time of day was not inputs
    raise BadDate(f"{case.no} {what} {earliest:%Y-%m-%d %H:%M}，--at 不能更早")


def _before(case: Case, act: Act, ask: Ask) -> Iterator[tuple[datetime, str]]:
    """What the act cannot precede, and how that is said."""
    yield case.current.started_at, "受理于" if case.round == 1 else f"第 {case.round} 轮始于"
    if act.moves == "phase":
        yield from ((mark.at, "上一环节在") for mark in case.marks if mark.kind in _PHASE_KINDS)
    if act.verb in (
        "resolve",
        "withdraw",
        "transfer",
    ):  # or a late settlement could be dated before the case was handed over
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

_ARMS: Mapping[str, Callable[[Case, Ask, datetime], list[tuple[str, Inputs]]]] = {
    **handling.ARMS,
    **steering.ARMS,
    **ending.ARMS,
}
"""Verb -> what it asks beyond its fields. accept, feedback and withdraw ask nothing more."""
