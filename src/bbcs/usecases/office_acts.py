"""Acts without a case: entries of the whole office, and consultations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.decide import decide_for_office, moment
from bbcs.domain.event import Draft, Event
from bbcs.domain.inputs import all_fields, canonical, read
from bbcs.errors import BadValue, MissingInput, NothingToUndo, UnknownWord
from bbcs.usecases.act_inputs import prepared
from bbcs.usecases.acts import request
from bbcs.usecases.office import Office, need
from bbcs.usecases.office_decisions import reach_open_cases
from bbcs.usecases.projection import project_office_wide

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


def office_act(ledger: Ledger, office: Office, verb: str, inputs: Mapping[str, Any]) -> Event:
    """An act that may be done without a case (`exempt --scope rule`, `improve`): an entry of the
    whole office.
    """
    if verb not in BY_VERB:
        raise UnknownWord("动作", verb, list(BY_VERB), field="verb")
    act = BY_VERB[verb]
    if not act.free:
        names = {field.name for field in all_fields(act)}
        unknown = [key for key in canonical(inputs, all_fields(act)) if key not in names]
        meant = "".join(f"，没有“{key}”这个键" for key in unknown)
        raise MissingInput(["case_no（编号）"], f"{act.alias}要写是哪一件{meant}", ["case_no"])
    fields = read(act, inputs, office.reader)
    if before := _entered_before(ledger, act.kinds[0], fields.get("once")):
        return before
    fields = prepared(ledger, office, verb, None, fields)
    (event,) = ledger.append("", 0, decide_for_office(act, request(fields, office)), office.stamp)
    ledger.store_office_wide(project_office_wide(event))
    if event.kind == "Exempted":
        reach_open_cases(ledger, office, event)
    return event


def consult(ledger: Ledger, office: Office, inputs: Mapping[str, Any]) -> Event:
    """Count an enquiry answered on the spot; it becomes no case."""
    act = BY_VERB["consult"]
    need(office, act.alias, *act.roles)
    fields = read(act, inputs, office.reader)
    if fields.pop("undo"):
        return _consultation_undone(ledger, office, inputs)
    if fields["answered"] > fields["visitors"]:
        raise BadValue("--answered（答复数）不能多于 --visitors（人数）")
    if before := _entered_before(ledger, "Consulted", fields.get("once")):
        return before
    at = moment(fields.pop("at", None), request(fields, office), "at")
    (event,) = ledger.append("", 0, [Draft("Consulted", at, fields)], office.stamp)
    ledger.store_office_wide(project_office_wide(event))
    return event


def _entered_before(ledger: Ledger, kind: str, once: str | None) -> Event | None:
    """The entry of the whole office of this kind with this key, None where there is none."""
    if not once:
        return None
    entries = ledger.office_wide((kind,))
    return next((one for one in entries if one.data.get("once") == once), None)


def _consultation_undone(ledger: Ledger, office: Office, inputs: Mapping[str, Any]) -> Event:
    """Take back the last consultation that this operator wrote and did not take back yet;
    NothingToUndo without one.
    """
    more = sorted(name for name, value in inputs.items() if value and name not in ("undo", "note"))
    if more:
        raise BadValue(f"--undo 只撤销自己记的最后一条，不能再写 {'、'.join(more)}")
    own = [
        event
        for event in ledger.office_wide(BY_VERB["consult"].kinds)
        if event.actor == office.stamp.actor
    ]
    undone = {event.data["entry"] for event in own if event.kind == "ConsultationUndone"}
    last = next(
        (event for event in reversed(own) if event.kind == "Consulted" and event.seq not in undone),
        None,
    )
    if last is None:
        raise NothingToUndo(f"{office.stamp.actor} 没有记过咨询，没有可撤销的", [])
    kept = {name: last.data[name] for name in ("visitors", "answered", "unit") if name in last.data}
    note = {name: inputs[name] for name in ("note",) if inputs.get(name)}
    taken = {**kept, **note, "entry": last.seq, "day": last.at.date()}
    draft = Draft("ConsultationUndone", office.stamp.now, taken)
    (event,) = ledger.append("", 0, [draft], office.stamp)
    ledger.store_office_wide(project_office_wide(event))
    return event


def office_document(event: Event) -> dict[str, Any]:
    """The JSON answer of an act without a case."""
    if event.kind in BY_VERB["consult"].kinds:
        counts = {name: event.data[name] for name in ("visitors", "answered")}
        answer = {"schema": "bbcs.consult/1", "seq": event.seq, **counts}
        if event.kind == "ConsultationUndone":
            answer["undone"] = event.data["entry"]
        return answer
    return {"schema": "bbcs.office/1", "seq": event.seq, "kind": event.kind}
