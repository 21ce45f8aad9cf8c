"""Checks of an intake, and the entries that it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import Case
from bbcs.domain.decide import arm, moment
from bbcs.domain.decide.request import (
    Ask,
    Drafted,
    Inputs,
    filled,
    gate,
    need_cause,
    need_grounds,
    permit,
)
from bbcs.domain.event import Draft, Event
from bbcs.domain.fold import fold
from bbcs.domain.inputs import complete
from bbcs.domain.pack import RulePack
from bbcs.errors import BadDate, BadValue, GateClosed, MissingInput, ReasonMissing


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
    kept = {key: value for key, value in inputs.items() if key in own}
    drafts = [Draft("Registered", at, {**kept, "pack": pack.key, "pack_edition": pack.edition})]
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
    counts_as = ask.pack.word("outcome", inputs["outcome"]).counts_as
    second = counts_as == "explained" and gate(case, ask, "second_signer")
    if second or counts_as == "terminated":
        raise GateClosed(
            "否定答复、终止办理须第二人签字，不能在登记时一次办结；请先登记，再 bbcs resolve 并写 --signer",
            ["resolve"],
        )
    names = ("outcome", "measures", "basis", "remedy")
    settling = ask._replace(inputs=filled(**{name: inputs.get(name) for name in names}))
    ((kind, data),) = arm("resolve")(case, settling, at)
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


def _refuse(case: Case, ask: Ask, at: datetime) -> Drafted:
    reason = ask.pack.word("refusal", ask.inputs["reason"])
    need_grounds(reason, ask.inputs, reason.needs_basis, reason.remedy)
    return [("Refused", ask.inputs)]


ARMS: Mapping[str, Callable[[Case, Ask, datetime], Drafted]] = {"refuse": _refuse}
