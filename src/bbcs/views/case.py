"""What is shown of a case: the JSON of formats.md §2 and the rows of lists, masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bbcs.calendar.dates import iso
from bbcs.domain import escalation, masking
from bbcs.domain.case import MINOR, Case, Slip, allowed
from bbcs.domain.clocks import Deadline
from bbcs.domain.corrections import effective
from bbcs.domain.event import Event
from bbcs.usecases.office import Office

DONE: Mapping[str, str] = {
    "Registered": "已登记",
    "Accepted": "已受理",
    "Refused": "不予受理",
    "Triaged": "已研判",
    "Assigned": "已交办",
    "Signed": "已签收",
    "Stepped": "已记办理",
    "FedBack": "已记反馈",
    "Notified": "已告知",
    "Resolved": "已办结",
    "CallbackTried": "已记：没打通",
    "CalledBack": "已回访",
    "Closed": "已结案",
    "Reopened": "已重办",
    "Archived": "已归档",
    "Noted": "已记录",
    "Returned": "已退回",
    "Forwarded": "已转办",
    "AcceptedWithGaps": "已记容缺",
    "GapFilled": "已补材料",
    "Exempted": "已记免予提供",
    "Paused": "已暂停计时",
    "Resumed": "已恢复计时",
    "ExtensionAsked": "已申请延期",
    "ExtensionDecided": "已定延期",
    "Escalated": "已提级",
    "Convened": "已记会商",
    "Supervised": "已记督办",
    "Merged": "已并案",
    "Unmerged": "已退出并案",
    "Linked": "已关联",
    "Improved": "已记改进",
    "Withdrawn": "已撤回",
    "TransferredOut": "已转出",
    "Attached": "已附文件",
    "Corrected": "已更正",
    "Undone": "已撤销",
}
"""Event kind -> what people read when it is done."""


def row(case: Case, station: str) -> dict[str, Any]:
    """A case as one flat masked row; the same keys in lists, registers and answers."""
    said = case.registered
    call, who = case.last_callback, masking.person(said, conduct=case.conduct)
    people = masking.names(said, conduct=case.conduct)
    return {
        "case_no": case.no,
        "version": case.version,
        "station": station,
        "phase": case.phase,
        "round": case.round,
        "flags": list(case.flags),
        "received_at": iso(case.received_at),
        "matter": masking.free_text(said.get("matter", "（已删除）"), people),
        "items": [masking.free_text(item, people) for item in case.items],
        "reporter": who["reporter"],
        "phone": who["phone"] or None,
        "difficulty": case.current.difficulty or None,
        "cause": list(case.current.cause),
        "lead_unit": case.lead_unit or None,
        "assisting_units": list(case.assisting_units),
        "outcome": case.current.outcome or None,
        "solved": case.solved,
        "resolved_at": iso(case.current.resolved_at),
        "callback_at": iso(call.at) if call else None,
        "satisfaction": call.grade or None if call else None,
        "source_no": said.get("source_no"),
        "pack": said.get("pack"),
        "pack_edition": said.get("pack_edition"),
        "bounces": case.bounces,
        "callbacks": {
            "tried": len(case.callbacks),
            "valid": sum(1 for one in case.callbacks if one.reached),
        },
        "actions": actions(case),
        "next": next_step(case),
    }


def aside(case: Case) -> dict[str, Any]:
    """What is stored beside the row for the desk alone, never shown as JSON: when a pause should be over."""
    return {"resume_on": iso(case.pause.until)} if case.pause and case.pause.until else {}


_ASIDE = frozenset({*MINOR, "return", "forward", "withdraw", "transfer"})


def actions(case: Case) -> list[str]:
    """Verbs that move the case on from here."""
    return [verb for verb in allowed(case) if verb not in _ASIDE]


_USUAL = {
    "registered": "accept",
    "triaged": "assign",
    "assigned": "step",
    "handling": "resolve",
    "called_back": "close",
    "closed": "archive",
}


def next_step(case: Case, *, needs_number: bool = False) -> str:
    """The command that usually comes next, "" at the end of a case's life. needs_number: the pack wants one for the archive."""
    waiting = case.unsigned
    if case.pause:
        return f"bbcs resume {case.no}"
    if case.owed and case.phase in ("resolved", "called_back"):
        return f"bbcs gap {case.no} --filled {case.owed[0].paper}"
    if case.phase == "triaged" and case.redo_unit:
        return f"bbcs assign {case.no} --lead {case.redo_unit}"
    if case.phase == "assigned" and waiting:
        return f"bbcs sign {case.no}" + (f" --unit {waiting[0].unit}" if len(waiting) > 1 else "")
    if case.phase == "handling" and case.orders and not case.lead_unit:
        return f"bbcs assign {case.no} --lead …"
    verb = "reopen" if _unhappy(case) else _USUAL.get(case.phase) or next(iter(actions(case)), "")
    if not verb or case.phase == "archived":
        return ""
    if verb == "archive" and needs_number:
        return f"bbcs archive {case.no} --no …"
    return f"bbcs {verb} {case.no}" + ("" if verb in ("accept", "close", "archive") else " …")


def _unhappy(case: Case) -> bool:
    """Whether the last call found the person dissatisfied, or not helped where that was promised: to be handled again, not closed."""
    call = case.last_callback
    if case.phase != "called_back" or call is None:
        return False
    return not call.satisfied or (call.solved == "no" and case.current.counts_as != "explained")


def document(case: Case, found: Sequence[Deadline], office: Office, **more: Any) -> dict[str, Any]:
    """The answer of `show --json` and of every verb (formats.md §2)."""
    return {
        "schema": "bbcs.case/1",
        **row(case, office.station.code),
        "orders": [
            {
                "unit": order.unit,
                "role": order.role,
                "state": order.state,
                "due": _order_due(order.number, order.due, found, case),
            }
            for order in case.orders
        ],
        "gaps": [
            {
                "paper": gap.paper,
                "due": iso(gap.due) or ("site_check" if not gap.filled_at else None),
                "filled_at": iso(gap.filled_at),
            }
            for gap in case.gaps
        ],
        "standing": standing(case, office),
        "clocks": [clock(deadline) for deadline in found],
        "possible_duplicates": [],
        "existing": False,
        **more,
    }


def standing(case: Case, office: Office) -> dict[str, Any]:
    """What stands beside the phase, with its values: level and the one proposed, group, papers, slips, meetings, proofs, time moved."""
    return {
        "level": case.level or None,
        "proposed_level": proposed(case, office),
        "group": case.group or None,
        "papers": [masking.free_text(paper) for paper in case.papers],
        "waived": list(case.waived),
        "slips": [slip(one) for one in case.slips],
        "meetings": list(case.meetings),
        "proofs": [
            {"item": masking.free_text(one.item), "unit": one.unit, "done_at": iso(one.done_at)}
            for one in case.proofs
        ],
        "pauses": [
            {
                "reason": one.reason,
                "at": iso(one.at),
                "until": iso(one.until),
                "resumed_at": iso(one.resumed_at),
            }
            for one in case.pauses
        ],
        "extensions": [
            {
                "state": one.state,
                "days": one.days or None,
                "until": iso(one.until),
                "unit": one.unit or None,
                "told": iso(one.told),
            }
            for one in case.extensions
        ],
        "corrections": case.corrections,
    }


def slip(one: Slip) -> dict[str, Any]:
    """One slip of supervision as JSON."""
    return {
        "no": one.no, "kind": one.kind, "unit": one.unit, "at": iso(one.at), "due": iso(one.due), "colour": one.colour or None,
        "answered_at": iso(one.answered_at),
    }  # fmt: skip


def proposed(case: Case, office: Office) -> dict[str, str] | None:
    """The higher level that the pack's triggers propose, with the reason."""
    found = escalation.proposal(case, office.pack_of(case))
    return {"level": found.level, "why": found.why} if found else None


def _order_due(number: int, own: date | None, found: Sequence[Deadline], case: Case) -> str | None:
    """The order's own date, else the date of its signing clock."""
    if own:
        return own.isoformat()
    order = case.orders[number - 1]
    signing = next(
        (
            d
            for d in found
            if d.name == "sign"
            and d.order == order.unit
            and d.round == order.round
            and not d.met_at
        ),
        None,
    )
    return iso(signing.due) if signing else None


def clock(deadline: Deadline) -> dict[str, Any]:
    """One deadline as JSON."""
    return {
        "name": deadline.name,
        "round": deadline.round,
        "order": deadline.order,
        "start": deadline.start.date().isoformat(),
        "limit": deadline.limit,
        "unit": deadline.unit,
        "due": iso(deadline.due),
        "state": deadline.state,
        "provisional": deadline.provisional,
        "years": list(deadline.years),
        "assumed": deadline.assumed,
        "met_at": iso(deadline.met_at),
    }


def listed(stored: Mapping[str, Any], office: Office) -> Mapping[str, Any]:
    """One stored row as a list shows it now: `fold` plus due, state, provisional, days_left."""
    from bbcs.views.rows import Lines

    return Lines(office).line(stored).row


PERSON = frozenset(
    {
        "reporter",
        "phone",
        "id_number",
        "address",
        "contact_person",
        "contact_phone",
        "contact_relation",
    }
)
"""Fields that name the reporter or lead to them."""


def history(events: Sequence[Event], *, reveal: bool, hidden: bool = False) -> list[dict[str, Any]]:
    """Every entry of a case, oldest first; personal fields masked unless revealed, who reported left out when hidden."""
    from bbcs.domain.acts.table import PERSONAL

    told = (events[0], effective(events)[0])  # the name that was corrected stays hidden, too
    people = [pair for one in told for pair in masking.names(one.data, conduct=hidden)]
    shown = []
    for event in events:
        personal = PERSONAL[event.kind]
        named = _named(event)
        said = {
            key: _plain(value)
            if reveal or key not in personal
            else masked(named.get(key, key), value, event.data, people)
            for key, value in event.data.items()
        }
        if not reveal and hidden:
            said = {key: value for key, value in said.items() if named.get(key, key) not in PERSON}
        shown.append(
            {
                "version": event.version,
                "seq": event.seq,
                "kind": event.kind,
                "at": iso(event.at),
                "recorded_at": iso(event.recorded_at),
                "actor": event.actor,
                "clock": event.clock,
                "erased": event.erased,
                "data": said,
            }
        )
    return shown


def _named(event: Event) -> dict[str, str]:
    """A corrected value is masked as the field it belongs to."""
    return {"text": event.data["field"].rpartition(".")[2]} if event.kind == "Corrected" else {}


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, date) else value


_MASKS = {
    "phone": masking.phone,
    "contact_phone": masking.phone,
    "id_number": masking.id_number,
    "address": masking.address,
    "contact_person": masking.name,
}


def masked(
    name: str, value: Any, said: Mapping[str, Any], people: Sequence[tuple[str, str]] = ()
) -> Any:
    """A personal field's value as it may be shown; `people`: names that a text may repeat (`masking.names`)."""
    if name == "reporter":
        return masking.reporter({**said, "reporter": value})
    if name in _MASKS:
        return _MASKS[name](value)
    if isinstance(value, Mapping):
        return {
            masking.free_text(key, people): masking.free_text(str(text), people)
            for key, text in value.items()
        }
    if isinstance(value, list):
        return [masked(name, one, said, people) for one in value]
    return masking.free_text(value, people) if isinstance(value, str) else value
