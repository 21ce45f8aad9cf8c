"""One case in full: the page of `bbcs show`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from bbcs.calendar.dates import iso
from bbcs.domain import escalation, masking
from bbcs.domain.acts.intake import INTAKE
from bbcs.domain.attachments import Attachment, attachments
from bbcs.domain.bent import PRACTICE, WAYS, Bending
from bbcs.domain.case import (
    FLAGS,
    SOLVED,
    Callback,
    Case,
    Extension,
    Gap,
    Proof,
    Resolution,
    Slip,
)
from bbcs.domain.corrections import CORRECTED, corrected, effective
from bbcs.domain.deadline import Deadline
from bbcs.domain.inputs import short_help
from bbcs.domain.order import ORDER_STATES, ROLES, SORTS, Order, ReturnRequest
from bbcs.domain.pack import RulePack
from bbcs.record import as_document
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import Outcome, next_step
from bbcs.views import bent, history as entries, story
from bbcs.views.case import document as case_document, shown_deadlines
from bbcs.views.messages import due_text, phase_text, state_words

REVEALED = ("reporter", "phone", "id_number", "address", "matter", "demand")
"""Fields of the intake that a logged look shows unmasked."""


def document(outcome: Outcome, office: Office, *, history: bool, reveal: bool) -> dict[str, Any]:
    """`show --json`; with `history` every entry, with `reveal` unmasked (the look is logged by the
    caller).
    """
    shown = case_document(outcome, office)
    lines = story.entries(outcome, reveal=reveal)
    text = _text_of(outcome, reveal=reveal)
    shown |= {
        "satisfaction_label": _grade(outcome.case.last_callback, office.pack_of(outcome.case)),
        "corrected": sorted(corrected(effective(outcome.events)).get(1, ())),
        "bent": bent.documents(office.bending(outcome.events, outcome.case)),
        "story": [one.document() for one in lines],
        "links": [_link(one, outcome.case) for one in lines if one.event.kind == "Linked"],
        "improvements": [
            {"case_no": one.case_no or None, "at": iso(one.event.at), **one.data}
            for one in lines
            if one.event.kind == "Improved"
        ],
        "attachments": [
            {
                **as_document(one),
                "name": text(one.name),
                "title": text(one.title),
                "at": iso(one.at),
            }
            for one in attachments(effective(outcome.events))
        ],
        "resolutions": [
            {
                "no": one.no,
                "text": text(one.text),
                "unit": one.unit,
                "due": iso(one.due),
                "done_at": iso(one.done_at),
            }
            for one in outcome.case.resolutions
        ],
    }
    if reveal:
        fields = outcome.case.registered
        shown |= {key: fields[key] for key in REVEALED if fields.get(key)}
    if history:
        shown["history"] = entries.history(outcome.case, outcome.events, reveal=reveal)
    return shown


def _link(one: story.StoryEntry, case: Case) -> dict[str, Any]:
    """A link as JSON, from whichever side: `direction` "to" the other case, or "from" it."""
    own = one.case_no == case.no
    other = one.data.get("to") if own else one.case_no
    rest = {key: value for key, value in one.data.items() if key != "to"}
    direction = "to" if own else "from"
    return {"direction": direction, "case_no": other, "at": iso(one.event.at), **rest}


def lines(outcome: Outcome, office: Office, *, history: bool, reveal: bool) -> list[str]:
    """What a person reads: header, intake, deadlines, orders, the story, the entries if asked for,
    the next step.
    """
    case, pack = outcome.case, office.pack_of(outcome.case)
    shown = _text_of(outcome, reveal=reveal)
    changed = _corrected_fields(outcome)
    bending = office.bending(outcome.events, case)
    current = [one for one in shown_deadlines(outcome) if one.round == case.round or one.running]
    page = [_header(case), ""]
    page += [f"{title}：{text}" for title, text in _intake(case, pack, changed, reveal=reveal)]
    page += [f"{title}：{text}" for title, text in _standing(case, pack, changed, shown)]
    page += [f"时间存疑：{shown(text)}" for text in bent.bent_lines(bending)]
    page += _block("时限", [_deadline(deadline, bending, shown) for deadline in current])
    page += _block(
        "交办单",
        [f"{ROLES[order.role]} {order.unit}  {_order_state(order)}" for order in case.orders],
    )
    page += _block("欠的材料", [_gap(gap, case, shown) for gap in case.gaps])
    page += _block("证明", [_proof(proof, shown) for proof in case.proofs])
    asked = {one.no: one for one in outcome.deadlines if one.no}
    page += _block("议定事项", [_resolution(one, case, shown, asked) for one in case.resolutions])
    page += _block("督办", [_slip(slip, pack, asked) for slip in case.slips])
    page += _block("回访", [_call(call, pack) for call in case.callbacks])
    page += _block(
        "附件", [_attachment(one, shown) for one in attachments(effective(outcome.events))]
    )
    page += _block("经过", story.lines(outcome, pack, reveal=reveal))
    if history:
        recorded = entries.lines(
            case, outcome.events, pack, reveal=reveal, practice=office.practice
        )
        title = f"记录，{PRACTICE}" if office.practice else "记录"
        page += _block(title, recorded)
    step = next_step(case, pack)
    if step:
        page += ["", f"下一步：{step}"]
    return page


def _order_state(order: Order) -> str:
    """How an order stands: one that went on to another unit is not done."""
    state = "已转办" if order.passed else ORDER_STATES[order.state]
    return f"{state}（{SORTS[order.guard]}）" if order.guard else state


def _corrected_fields(outcome: Outcome) -> Mapping[str, Collection[str]]:
    """Kind -> names of the fields that were corrected in its last entry that counts."""
    counting = effective(outcome.events)
    changed = corrected(counting)
    return {event.kind: changed[event.version] for event in counting if event.version in changed}


def _text_of(outcome: Outcome, *, reveal: bool) -> Callable[[str], str]:
    """How a free text of the case is shown: as it is where revealed, else masked."""
    if reveal:
        return str
    known = outcome.case.known
    return lambda text: masking.free_text(text, known)


def _block(title: str, rows: Sequence[str]) -> list[str]:
    if not rows:
        return []
    return ["", f"{title}：", *(f"  {row}" for row in rows)]


def _header(case: Case) -> str:
    """Number, printed number if there is one, phase, flags."""
    parts = [case.no, case.printed_number, phase_text(case)]
    flags = "、".join(FLAGS[flag] for flag in case.flags)
    return "  ".join(filter(None, parts)) + (f"（{flags}）" if flags else "")


def _intake(
    case: Case, pack: RulePack, changed: Mapping[str, Collection[str]], *, reveal: bool
) -> list[tuple[str, str]]:
    """Name and value of each field of the intake, masked unless revealed; 更正 behind a corrected
    one.
    """
    fields, corrections = case.registered, changed.get("Registered", ())
    known = case.known
    who = fields.get("reporter", "")
    if not reveal:
        who = masking.person(fields, case.hidden)["reporter"]
    received = f"{case.received_at:%Y-%m-%d %H:%M}"
    shown = [
        ("受理时间", received + _mark(corrections, "received_at", "at")),
        ("反映人", who + _mark(corrections, "reporter")),
    ]
    if case.erased and not fields.get("matter"):
        shown.append(("反映事项", masking.ERASED))
    for field in INTAKE:
        value = fields.get(field.name)
        if field.name in _ELSEWHERE or field.stamped or field.kinds or value in entries.EMPTY:
            continue
        if not reveal:
            if case.hidden and field.name in masking.PERSON_FIELDS:
                continue
            value = entries.field_shown(field.name, value, fields, known, personal=field.personal)
        text = entries.value_text(field, value, pack) + _mark(corrections, field.name)
        shown.append((short_help(field), text))
    return shown


def _mark(corrections: Collection[str], *names: str) -> str:
    """更正 where one of these fields was corrected."""
    return CORRECTED if any(name in corrections for name in names) else ""


_ELSEWHERE = frozenset({"reporter", "anonymous", "late_reason"})
"""Fields of the intake that the page shows in another way, or not at all."""


def _standing(
    case: Case,
    pack: RulePack,
    changed: Mapping[str, Collection[str]],
    shown: Callable[[str], str],
) -> list[tuple[str, str]]:
    """Name and value of what stands beside the phase; empty values are left out."""
    now = case.current
    graded = settled = paused = proposed = ""
    if now.difficulty:
        causes = "、".join(pack.label("cause", cause) for cause in now.cause)
        graded = "；".join(filter(None, [pack.label("difficulty", now.difficulty), causes]))
        graded += _mark(changed.get("Triaged", ()), "difficulty", "cause")
    if now.outcome:
        settled = f"{pack.label('outcome', now.outcome)}（{now.resolved_at:%Y-%m-%d %H:%M}）"
        settled += _mark(changed.get("Resolved", ()), "outcome", "at")
    if case.pause:
        paused = f"{pack.label('pause', case.pause.reason)}，{case.pause.at:%Y-%m-%d} 起"
    if proposal := escalation.proposal(case, pack):
        proposed = f"{proposal.label}（{proposal.why}）"
    rows = [
        ("研判", graded),
        ("办理结果", settled),
        ("响应级别", pack.label("level", case.level)),
        ("建议提级", proposed),
        ("并案组", shown(case.group)),
        ("免予提供", "、".join(map(shown, case.waived))),
        ("还要带来的材料", "、".join(map(shown, case.papers))),
        ("会商", "、".join(case.meetings)),
        ("暂停", paused),
        ("延期", "；".join(map(_extension, case.extensions))),
        ("退回申请", "；".join(_return(one, case) for one in case.returns)),
    ]
    return [(title, text) for title, text in rows if text]


def _extension(one: Extension) -> str:
    state = {"asked": "等批准", "granted": "已生效", "rejected": "没批准"}[one.state]
    parts = [f"到 {one.until}" if one.until else f"加 {one.days}", state]
    if one.told:
        parts.append(f"{one.told} 已告知")
    return "，".join(parts)


def _return(one: ReturnRequest, case: Case) -> str:
    waits = "等审核" if one in case.return_requests else "没有审核，件已了"
    state = {"asked": waits, "granted": "已同意", "rejected": "没同意"}[one.state]
    parts = [f"{one.asked_at:%Y-%m-%d} {one.unit.name}", state]
    if one.suggest:
        parts.append(f"建议改交{one.suggest.name}")
    return "，".join(parts)


def _deadline(deadline: Deadline, bending: Bending, shown: Callable[[str], str]) -> str:
    """The deadline with the order it belongs to, and the way in which its time was bent."""
    way = WAYS.get(bending.way(deadline), "")
    return "，".join(filter(None, [due_text(deadline), shown(deadline.order or ""), way]))


def _gap(gap: Gap, case: Case, shown: Callable[[str], str]) -> str:
    due = f"{gap.due} 前补" if gap.due else "现场核查时补"
    state = "还没补"
    if gap.filled_at:
        state = f"{gap.filled_at:%Y-%m-%d} 已补"
    elif gap.paper in case.waived:
        state = "已免予提供，不用补"
    return f"{shown(gap.paper)}  {due}  {state}"


def _proof(proof: Proof, shown: Callable[[str], str]) -> str:
    state = f"{proof.done_at:%Y-%m-%d} 已出具" if proof.done_at else "还没出具"
    return f"{shown(proof.item)}  {proof.unit}  {state}"


def _resolution(
    one: Resolution, case: Case, shown: Callable[[str], str], asked: Mapping[str, Deadline]
) -> str:
    """One thing that a meeting resolved: its number, the unit and its day, the text, whether it was
    done.
    """
    state = _awaited("没办", asked.get(one.no))
    if one.done_at:
        state = f"{one.done_at:%Y-%m-%d} 已办"
    number = one.no.removeprefix(f"{case.no}-")
    due = f"{one.due} 前" if one.due else ""
    return "  ".join(filter(None, [number, f"{one.unit} {due}".strip(), shown(one.text), state]))


def _attachment(one: Attachment, shown: Callable[[str], str]) -> str:
    title = shown(one.title) if one.title else ""
    return "  ".join(filter(None, [f"{one.at:%Y-%m-%d}", shown(one.name), title]))


def _awaited(state: str, deadline: Deadline | None) -> str:
    """The state of what was asked for and did not come, and what the date set for it says."""
    if deadline is None or deadline.state == "running":
        return state
    return f"{state}，{state_words(deadline)}"


def _slip(slip: Slip, pack: RulePack, asked: Mapping[str, Deadline]) -> str:
    kind = pack.label("supervision", slip.kind) + pack.label("colour", slip.colour)
    due = f"，限 {slip.due}" if slip.due else ""
    state = _awaited("没有答复", asked.get(slip.no))
    if slip.answered_at:
        state = f"{slip.answered_at:%Y-%m-%d} 已答复"
    return f"{slip.no}  {slip.at:%Y-%m-%d} {kind} {slip.unit.name}{due}  {state}"


def _call(call: Callback, pack: RulePack) -> str:
    if not call.reached:
        return f"{call.at:%Y-%m-%d %H:%M}  没打通"
    text = f"解决：{SOLVED.get(call.solved, '没有写')}，满意度：{_grade(call, pack)}"
    return f"{call.at:%Y-%m-%d %H:%M}  {text}"


def _grade(call: Callback | None, pack: RulePack) -> str | None:
    """The grade of a callback in the pack's word, None where there is none."""
    if call is None or not call.grade:
        return None
    words = pack.words.get("grade", {}).values()
    return next((word.label for word in words if word.value == call.grade), str(call.grade))
