"""One case in full: what `bbcs show` says."""

from __future__ import annotations

from typing import Any

from bbcs.domain import masking
from bbcs.domain.acts import INTAKE
from bbcs.domain.reading import CHOICES
from bbcs.usecases import view
from bbcs.usecases.cases import Outcome
from bbcs.usecases.office import Office
from bbcs.usecases.saying import DONE, due_text, phase_text

ROLES = {"lead": "主办", "assist": "协办", "relay": "转派"}
ORDER_STATES = {"sent": "未签收", "signed": "已签收", "returned": "已退回", "done": "已完"}


def document(found: Outcome, office: Office, *, history: bool, reveal: bool) -> dict[str, Any]:
    """`show --json`; with `history` every entry; revealed values only when the look was logged."""
    shown = found.document(office)
    if reveal:
        said = found.case.registered
        shown |= {key: said[key] for key in ("reporter", "phone", "id_number", "address", "matter", "demand") if said.get(key)}
    if history:
        shown["history"] = view.history(found.events, reveal=reveal)
    return shown


def lines(found: Outcome, office: Office, *, history: bool, reveal: bool) -> list[str]:
    """What a person reads: header, what was said, deadlines, orders, callbacks, then the entries if asked for."""
    case, pack = found.case, office.pack_of(found.case)
    said = [f"{case.no}  {phase_text(case)}", ""]
    said += [f"{title}：{text}" for title, text in _given(found, office, reveal=reveal)]
    if case.current.difficulty:
        causes = "、".join(pack.label("cause", one) for one in case.current.cause)
        said.append(f"研判：{pack.label('difficulty', case.current.difficulty)}{'；' + causes if causes else ''}")
    if case.current.outcome:
        said.append(f"办理结果：{pack.label('outcome', case.current.outcome)}（{case.current.resolved_at:%Y-%m-%d %H:%M}）")
    said += _block("时限", [f"{due_text(one)}{'，' + one.order if one.order else ''}" for one in found.deadlines if one.round == case.round])
    said += _block("交办单", [f"{ROLES[order.role]} {order.unit}  {ORDER_STATES[order.state]}" for order in case.orders])
    said += _block("回访", [_call(call) for call in case.callbacks])
    if history:
        said += _block("记录", _history(found, reveal=reveal))
    step = view.next_step(case)
    return [*said, *(["", f"下一步：{step}"] if step else [])]


def _block(title: str, entries: list[str]) -> list[str]:
    return ["", f"{title}：", *(f"  {entry}" for entry in entries)] if entries else []


_HELP = {field.name: field.help.split("（", 1)[0].split("：", 1)[0].split("，", 1)[0] for field in INTAKE}


def _given(found: Outcome, office: Office, *, reveal: bool) -> list[tuple[str, str]]:
    said = found.case.registered
    pack = office.pack_of(found.case)
    shown = [("受理时间", f"{found.case.received_at:%Y-%m-%d %H:%M}"), ("反映人", said.get("reporter", "") if reveal else masking.reporter(said))]
    for field in INTAKE:
        if field.name in ("reporter", "anonymous", "late_reason") or field.kinds or said.get(field.name) in (None, "", [], False):
            continue
        value = said[field.name] if reveal or not field.personal else view.masked(field.name, said[field.name], said)
        shown.append((_HELP[field.name], _text(field.axis, value, pack)))
    return shown


def _text(axis: str, value: Any, pack: Any) -> str:
    if isinstance(value, dict):
        return "；".join(f"{key}：{text}" for key, text in value.items())
    if isinstance(value, list):
        return "、".join(masking.free_text(str(one)) for one in value)
    if value is True:
        return "是"
    return pack.label(axis, value) if axis else CHOICES.get(value, str(value))


def _call(call: Any) -> str:
    if not call.reached:
        return f"{call.at:%Y-%m-%d %H:%M}  没打通"
    return f"{call.at:%Y-%m-%d %H:%M}  解决：{CHOICES[call.solved]}，满意度 {call.grade}"


def _history(found: Outcome, *, reveal: bool) -> list[str]:
    shown = []
    for entry in view.history(found.events, reveal=reveal):
        said = "；".join(_plain(value) for key, value in entry["data"].items() if key not in ("pack", "pack_edition") and value)
        late = "（补录）" if entry["at"][:10] != entry["recorded_at"][:10] else ""
        shown.append(f"{entry['version']:>3}  {entry['at'][:16].replace('T', ' ')}{late}  {DONE[entry['kind']]}  {entry['actor']}  {said}".rstrip())
    return shown


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "；".join(f"{key}：{text}" for key, text in value.items())
    if isinstance(value, list):
        return "、".join(one[1] if isinstance(one, list) and len(one) == 2 else str(one) for one in value if one)
    return "是" if value is True else CHOICES.get(str(value), str(value))
