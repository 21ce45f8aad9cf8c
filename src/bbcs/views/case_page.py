"""One case in full: the page of `bbcs show`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bbcs.domain import escalation, masking
from bbcs.domain.acts.table import INTAKE
from bbcs.domain.case import FLAGS, SOLVED, Callback, Case, Extension, Gap, Proof, Slip
from bbcs.domain.clocks import Deadline
from bbcs.domain.inputs import short_help
from bbcs.domain.pack import RulePack
from bbcs.usecases.acts import Outcome
from bbcs.usecases.next_step import next_step
from bbcs.usecases.office import Office
from bbcs.views import history as entries
from bbcs.views.case import document as case_document
from bbcs.views.messages import due_text, phase_text

ROLES = {"lead": "主办", "assist": "协办", "relay": "转派"}
ORDER_STATES = {"sent": "未签收", "signed": "已签收", "returned": "已退回", "done": "已完"}

REVEALED = ("reporter", "phone", "id_number", "address", "matter", "demand")
"""Fields of the intake that a logged look shows unmasked."""


def document(outcome: Outcome, office: Office, *, history: bool, reveal: bool) -> dict[str, Any]:
    """`show --json`; with `history` every entry, with `reveal` unmasked (the look is logged by the caller)."""
    shown = case_document(outcome, office)
    if reveal:
        fields = outcome.case.registered
        shown |= {key: fields[key] for key in REVEALED if fields.get(key)}
    if history:
        shown["history"] = entries.history(
            outcome.events, reveal=reveal, hidden=outcome.case.conduct
        )
    return shown


def lines(outcome: Outcome, office: Office, *, history: bool, reveal: bool) -> list[str]:
    """What a person reads: header, intake, deadlines, orders, callbacks, the entries if asked for, the next step."""
    case, pack = outcome.case, office.pack_of(outcome.case)
    shown = _text_of(outcome, reveal=reveal)
    current = [one for one in outcome.deadlines if one.round == case.round]
    page = [_header(case, pack), ""]
    page += [f"{title}：{text}" for title, text in _intake(case, pack, reveal=reveal)]
    page += [f"{title}：{text}" for title, text in _standing(case, pack)]
    page += _block("时限", [_deadline(deadline) for deadline in current])
    page += _block(
        "交办单",
        [f"{ROLES[order.role]} {order.unit}  {ORDER_STATES[order.state]}" for order in case.orders],
    )
    page += _block("欠的材料", [_gap(gap) for gap in case.gaps])
    page += _block("证明", [_proof(proof, shown) for proof in case.proofs])
    page += _block("议定事项", _resolutions(outcome, shown))
    page += _block("督办", [_slip(slip, pack) for slip in case.slips])
    page += _block("回访", [_call(call) for call in case.callbacks])
    if history:
        page += _block(
            "记录", entries.lines(outcome.events, pack, reveal=reveal, hidden=case.conduct)
        )
    step = next_step(case, pack)
    if step:
        page += ["", f"下一步：{step}"]
    return page


def _text_of(outcome: Outcome, *, reveal: bool) -> Callable[[str], str]:
    """How a free text of the case is shown: as it is where revealed, else masked."""
    if reveal:
        return str
    people = masking.names(outcome.case.registered, conduct=outcome.case.conduct)
    return lambda text: masking.free_text(text, people)


def _block(title: str, rows: Sequence[str]) -> list[str]:
    if not rows:
        return []
    return ["", f"{title}：", *(f"  {row}" for row in rows)]


def _header(case: Case, pack: RulePack) -> str:
    """Number, printed number if there is one, phase, flags."""
    parts = [case.no, pack.printed(case.no), phase_text(case)]
    flags = "、".join(FLAGS[flag] for flag in case.flags)
    return "  ".join(filter(None, parts)) + (f"（{flags}）" if flags else "")


def _intake(case: Case, pack: RulePack, *, reveal: bool) -> list[tuple[str, str]]:
    """Name and value of each field of the intake, masked unless revealed."""
    fields = case.registered
    people = masking.names(fields, conduct=case.conduct)
    who = fields.get("reporter", "")
    if not reveal:
        who = masking.person(fields, conduct=case.conduct)["reporter"]
    shown = [("受理时间", f"{case.received_at:%Y-%m-%d %H:%M}"), ("反映人", who)]
    for field in INTAKE:
        value = fields.get(field.name)
        if field.name in _ELSEWHERE or field.stamped or field.kinds or value in entries.EMPTY:
            continue
        if not reveal:
            if case.conduct and field.name in masking.PERSON_FIELDS:
                continue
            if field.personal:
                value = masking.field_value(field.name, value, fields, people)
        shown.append((short_help(field), entries.value_text(field, value, pack)))
    return shown


_ELSEWHERE = frozenset({"reporter", "anonymous", "late_reason"})
"""Fields of the intake that the page shows in another way, or not at all."""


def _standing(case: Case, pack: RulePack) -> list[tuple[str, str]]:
    """Name and value of what stands beside the phase; empty values are left out."""
    now = case.current
    graded = settled = paused = proposed = ""
    if now.difficulty:
        causes = "、".join(pack.label("cause", cause) for cause in now.cause)
        graded = "；".join(filter(None, [pack.label("difficulty", now.difficulty), causes]))
    if now.outcome:
        settled = f"{pack.label('outcome', now.outcome)}（{now.resolved_at:%Y-%m-%d %H:%M}）"
    if case.pause:
        paused = f"{pack.label('pause', case.pause.reason)}，{case.pause.at:%Y-%m-%d} 起"
    if proposal := escalation.proposal(case, pack):
        proposed = f"{proposal.label}（{proposal.why}）"
    rows = [
        ("研判", graded),
        ("办理结果", settled),
        ("响应级别", pack.label("level", case.level)),
        ("建议提级", proposed),
        ("并案组", case.group),
        ("免予提供", "、".join(case.waived)),
        ("还要带来的材料", "、".join(map(masking.free_text, case.papers))),
        ("会商", "、".join(case.meetings)),
        ("暂停", paused),
        ("延期", "；".join(map(_extension, case.extensions))),
    ]
    return [(title, text) for title, text in rows if text]


def _extension(one: Extension) -> str:
    state = {"asked": "等批准", "granted": "已生效", "rejected": "没批准"}[one.state]
    parts = [f"到 {one.until}" if one.until else f"加 {one.days}", state]
    if one.told:
        parts.append(f"{one.told} 已告知")
    return "，".join(parts)


def _deadline(deadline: Deadline) -> str:
    return "，".join(filter(None, [due_text(deadline), deadline.order]))


def _gap(gap: Gap) -> str:
    due = f"{gap.due} 前补" if gap.due else "现场核查时补"
    state = f"{gap.filled_at:%Y-%m-%d} 已补" if gap.filled_at else "还没补"
    return f"{gap.paper}  {due}  {state}"


def _proof(proof: Proof, shown: Callable[[str], str]) -> str:
    state = f"{proof.done_at:%Y-%m-%d} 已出具" if proof.done_at else "还没出具"
    return f"{shown(proof.item)}  {proof.unit}  {state}"


def _resolutions(outcome: Outcome, shown: Callable[[str], str]) -> list[str]:
    """What the meetings resolved: the unit and its day, then the text."""
    points = [
        point
        for event in outcome.events
        if event.kind == "Convened"
        for point in event.data.get("resolution") or ()
    ]
    return [f"{unit} {day} 前  {shown(text)}" for text, unit, day in points]


def _slip(slip: Slip, pack: RulePack) -> str:
    kind = pack.label("supervision", slip.kind) + pack.label("colour", slip.colour)
    due = f"，限 {slip.due}" if slip.due else ""
    state = f"{slip.answered_at:%Y-%m-%d} 已答复" if slip.answered_at else "没有答复"
    return f"{slip.no}  {slip.at:%Y-%m-%d} {kind} {slip.unit.name}{due}  {state}"


def _call(call: Callback) -> str:
    if not call.reached:
        return f"{call.at:%Y-%m-%d %H:%M}  没打通"
    return f"{call.at:%Y-%m-%d %H:%M}  解决：{SOLVED[call.solved]}，满意度 {call.grade}"
