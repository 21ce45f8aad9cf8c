"""One case in full: what `bbcs show` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bbcs.domain import escalation, masking
from bbcs.domain.acts.fields import Field
from bbcs.domain.acts.table import BY_VERB, DONE, INTAKE, KINDS
from bbcs.domain.case import FLAGS, SOLVED, Callback, Case, Extension, Gap, Proof, Slip
from bbcs.domain.inputs import short_help
from bbcs.domain.pack import RulePack
from bbcs.usecases.acts import Outcome
from bbcs.usecases.office import Office
from bbcs.usecases.projection import next_step
from bbcs.views.case import document as case_document, history as history_of
from bbcs.views.messages import due_text, phase_text

ROLES = {"lead": "主办", "assist": "协办", "relay": "转派"}
ORDER_STATES = {"sent": "未签收", "signed": "已签收", "returned": "已退回", "done": "已完"}


def document(found: Outcome, office: Office, *, history: bool, reveal: bool) -> dict[str, Any]:
    """`show --json`; with `history` every entry; revealed values only when the look was logged."""
    shown = case_document(found, office)
    if reveal:
        said = found.case.registered
        shown |= {
            key: said[key]
            for key in ("reporter", "phone", "id_number", "address", "matter", "demand")
            if said.get(key)
        }
    if history:
        shown["history"] = history_of(found.events, reveal=reveal, hidden=found.case.conduct)
    return shown


def lines(found: Outcome, office: Office, *, history: bool, reveal: bool) -> list[str]:
    """What a person reads: header, what was said, deadlines, orders, callbacks, then the entries if asked for."""
    case, pack = found.case, office.pack_of(found.case)
    printed = pack.printed(case.no)
    flags = "、".join(FLAGS[flag] for flag in case.flags)
    said = [
        f"{case.no}  {f'{printed}  ' if printed else ''}{phase_text(case)}{f'（{flags}）' if flags else ''}",
        "",
    ]
    said += [f"{title}：{text}" for title, text in _given(found, office, reveal=reveal)]
    if case.current.difficulty:
        causes = "、".join(pack.label("cause", one) for one in case.current.cause)
        said.append(
            f"研判：{pack.label('difficulty', case.current.difficulty)}{'；' + causes if causes else ''}"
        )
    if case.current.outcome:
        said.append(
            f"办理结果：{pack.label('outcome', case.current.outcome)}（{case.current.resolved_at:%Y-%m-%d %H:%M}）"
        )
    current = [one for one in found.deadlines if one.round == case.round]
    said += [f"{title}：{text}" for title, text in _standing(case, pack)]
    said += _block(
        "时限", [f"{due_text(one)}{'，' + one.order if one.order else ''}" for one in current]
    )
    said += _block(
        "交办单",
        [f"{ROLES[order.role]} {order.unit}  {ORDER_STATES[order.state]}" for order in case.orders],
    )
    said += _block("欠的材料", [_gap(gap) for gap in case.gaps])
    said += _block(
        "证明",
        [
            f"{one.item}  {one.unit}  {f'{one.done_at:%Y-%m-%d} 已出具' if one.done_at else '还没出具'}"
            for one in case.proofs
        ],
    )
    said += _block("议定事项", _resolutions(found, reveal=reveal))
    said += _block("督办", [_slip(slip, pack) for slip in case.slips])
    said += _block("回访", [_call(call) for call in case.callbacks])
    if history:
        said += _block("记录", _history(found, office, reveal=reveal))
    step = next_step(case, needs_number=pack.gate("archive_no"))
    return [*said, *(["", f"下一步：{step}"] if step else [])]


def _standing(case: Case, pack: RulePack) -> list[tuple[str, str]]:
    """What stands beside the phase, in words."""
    found = []
    if case.level:
        found.append(("响应级别", pack.label("level", case.level)))
    if proposal := escalation.proposal(case, pack):
        found.append(("建议提级", f"{proposal.label}（{proposal.why}）"))
    found += [("并案组", case.group)] if case.group else []
    found += [("免予提供", "、".join(case.waived))] if case.waived else []
    found += (
        [("还要带来的材料", "、".join(map(masking.free_text, case.papers)))] if case.papers else []
    )
    found += [("会商", "、".join(case.meetings))] if case.meetings else []
    found += (
        [("暂停", f"{pack.label('pause', case.pause.reason)}，{case.pause.at:%Y-%m-%d} 起")]
        if case.pause
        else []
    )
    found += [("延期", "；".join(map(_extension, case.extensions)))] if case.extensions else []
    return found


def _extension(one: Extension) -> str:
    state = {"asked": "等批准", "granted": "已生效", "rejected": "没批准"}[one.state]
    span = f"到 {one.until}" if one.until else f"加 {one.days}"
    return f"{span}，{state}{f'，{one.told} 已告知' if one.told else ''}"


def _gap(gap: Gap) -> str:
    due = f"{gap.due} 前补" if gap.due else "现场核查时补"
    return f"{gap.paper}  {due}  {f'{gap.filled_at:%Y-%m-%d} 已补' if gap.filled_at else '还没补'}"


def _resolutions(found: Outcome, *, reveal: bool) -> list[str]:
    """What the meetings resolved: the unit and its day, then the text."""
    people = masking.names(found.case.registered, conduct=found.case.conduct)
    points = [
        point
        for event in found.events
        if event.kind == "Convened"
        for point in event.data.get("resolution") or ()
    ]
    return [
        f"{unit} {day} 前  {text if reveal else masking.free_text(text, people)}"
        for text, unit, day in points
    ]


def _proof(one: Proof) -> str:
    return (
        f"{one.item}  {one.unit}  {f'{one.done_at:%Y-%m-%d} 已出具' if one.done_at else '还没出具'}"
    )


def _slip(slip: Slip, pack: RulePack) -> str:
    kind, due = pack.label("supervision", slip.kind), f"，限 {slip.due}" if slip.due else ""
    answered = f"{slip.answered_at:%Y-%m-%d} 已答复" if slip.answered_at else "没有答复"
    return f"{slip.no}  {slip.at:%Y-%m-%d} {kind}{pack.label('colour', slip.colour)} {slip.unit.name}{due}  {answered}"


def _block(title: str, entries: list[str]) -> list[str]:
    return ["", f"{title}：", *(f"  {entry}" for entry in entries)] if entries else []


def _given(found: Outcome, office: Office, *, reveal: bool) -> list[tuple[str, str]]:
    said = found.case.registered
    pack = office.pack_of(found.case)
    people = masking.names(said, conduct=found.case.conduct)
    who = (
        said.get("reporter", "")
        if reveal
        else masking.person(said, conduct=found.case.conduct)["reporter"]
    )
    shown = [("受理时间", f"{found.case.received_at:%Y-%m-%d %H:%M}"), ("反映人", who)]
    for field in INTAKE:
        if (
            field.name in ("reporter", "anonymous", "late_reason")
            or field.stamped
            or field.kinds
            or said.get(field.name) in (None, "", [], False)
        ):
            continue
        if found.case.conduct and not reveal and field.name in masking.PERSON_FIELDS:
            continue
        value = (
            said[field.name]
            if reveal or not field.personal
            else masking.field_value(field.name, said[field.name], said, people)
        )
        shown.append((short_help(field), _text(field, value, pack)))
    return shown


def _text(field: Field, value: Any, pack: RulePack) -> str:
    """The value of a field in the words people know."""
    if isinstance(value, dict):
        return "；".join(f"{key}：{text}" for key, text in value.items())
    if isinstance(value, list):
        return "、".join(_text(field, one, pack) for one in value)
    if value is True:
        return "是"
    return pack.label(field.axis, value) if field.axis else field.choice_text(value)


def _call(call: Callback) -> str:
    if not call.reached:
        return f"{call.at:%Y-%m-%d %H:%M}  没打通"
    return f"{call.at:%Y-%m-%d %H:%M}  解决：{SOLVED[call.solved]}，满意度 {call.grade}"


def _history(found: Outcome, office: Office, *, reveal: bool) -> list[str]:
    """One line per entry: number, time, act, operator, and what was said under the names of its fields."""
    pack = office.pack_of(found.case)
    shown = []
    for event, entry in zip(
        found.events,
        history_of(found.events, reveal=reveal, hidden=found.case.conduct),
        strict=True,
    ):
        late = "（补录）" if entry["at"][:10] != entry["recorded_at"][:10] else ""
        # what intake said stands above already
        fields = () if event.kind == "Registered" else KINDS[event.kind]
        said = [
            f"{short_help(field)}：{_text(field, _named(field, entry['data'][field.name]), pack)}"
            for field in fields
            if not field.stamped and entry["data"].get(field.name) not in (None, "", [], False)
        ]
        if event.kind == "Corrected":
            said.append(f"改成：{_new(entry['data'], pack)}")
        head = f"{entry['version']:>3}  {entry['at'][:16].replace('T', ' ')}{late}  {DONE[entry['kind']]}  {entry['actor']}"
        shown.append("  ".join([head, "；".join(said)]).rstrip())
    return shown


def _corrected(name: str) -> tuple[str, Field | None]:
    """The word of the act that a corrected field belongs to, and the field: `resolve.measures`, `phone`."""
    verb, _, own = name.rpartition(".")
    act = BY_VERB.get(verb or "intake")
    return (act.alias if act and verb else ""), next(
        (field for field in act.fields if field.name == own), None
    ) if act else None


def _new(said: Mapping[str, Any], pack: RulePack) -> str:
    """A corrected value, masked like its field, in the words people know."""
    _, field = _corrected(said["field"])
    value = said.get("value", said.get("text", "（已删除）"))
    return str(_text(field, _named(field, value), pack)) if field else str(value)


def _called(name: str) -> str:
    """What a corrected field is called: `phone` and `resolve.measures` by the words people know."""
    word, field = _corrected(name)
    return f"{word + '的' if word else ''}{short_help(field)}" if field else name


def _named(field: Field, value: Any) -> Any:
    """Units by their names, pairs as they were written."""
    if field.name == "field":
        return _called(value)
    if field.type == "unit":
        return value[1]
    if field.type == "units":
        return [unit[1] for unit in value]
    if field.type == "points":
        return ["，".join(point) for point in value]
    if field.type == "pairs":
        return ["=".join(pair).replace("=site_check", "=现场") for pair in value]
    return value
