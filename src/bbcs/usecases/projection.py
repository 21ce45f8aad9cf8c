"""Computes the stored columns of a folded case, by which lists, duplicates and counts ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from itertools import repeat
from json import JSONEncoder
from typing import TYPE_CHECKING, Any

from bbcs.calendar.dates import NO_DATE, iso
from bbcs.calendar.layers import ExceptionalDay, Imported
from bbcs.config.adopted_rules import ITEMS, PACK
from bbcs.domain import masking
from bbcs.domain.case import ACTIVE, IN_HAND, Callback, Case
from bbcs.domain.clocks import limit_of
from bbcs.domain.corrections import effective
from bbcs.domain.deadline import Deadline
from bbcs.domain.deadline_status import RunningDeadline, next_to_pass
from bbcs.domain.desk import agreed_on, settled_elsewhere, waiting
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.order import distinct
from bbcs.domain.pack import RulePack
from bbcs.usecases.fulltext import readable, texts
from bbcs.usecases.ledger import Projection, Refold
from bbcs.usecases.movements import (
    consultation_undone,
    consulted,
    improved,
    movements,
    standing_columns,
)
from bbcs.usecases.office import Calendars, Office
from bbcs.usecases.outcome import actions, next_step, stored_step

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


def project(case: Case, events: Sequence[Event], office: Office) -> Projection:
    """The projection of a case with all its entries, at no particular moment: nothing in it depends
    on today.
    """
    return projected([case], [events], office)[0]


def projected(
    cases: Sequence[Case], entries: Sequence[Sequence[Event]], office: Office
) -> list[Projection]:
    """The projections of several cases, each step for all of them before the next one begins.

    entries: all those of each case.
    """

    def judged(then: Case) -> Sequence[Deadline]:
        return office.deadlines(then, then.received_at)

    deadlines = list(map(judged, cases))
    counted = list(map(effective, entries))
    said = list(map(texts, cases, counted))
    known = list(map(_repeated, cases, said))
    shown = list(map(readable, said, known, map(_numbers, cases)))
    packs = list(map(office.pack_of, cases))
    stored = list(map(_case, cases, entries, deadlines, packs, known))
    moved = list(map(movements, cases, entries, deadlines, repeat(judged)))
    return list(map(_projection, cases, counted, deadlines, stored, moved, shown))


def _repeated(case: Case, said: Sequence[str]) -> masking.Known:
    """What its texts may repeat of the people of a case."""
    texts = [*said, *case.items, *_named(case)]
    return masking.repeated(case.registered, case.former, case.hidden, texts)


def _projection(
    case: Case,
    counted: Sequence[Event],
    deadlines: Sequence[Deadline],
    stored: Mapping[str, Any],
    moved: Sequence[Mapping[str, Any]],
    text: str,
) -> Projection:
    """All that is stored of a case. counted: its entries in effect."""
    return Projection(
        case=stored,
        orders=[_order(case, one.number, deadlines) for one in case.orders if not one.passed],
        callbacks=[_call(call) for call in case.callbacks],
        movements=moved,
        waivers=waivers(counted, case.items),
        references=_references(counted, case.no),
        text=text,
        people=_people(case),
        deadlines=deadline_rows(case, deadlines),
        papers=[
            {"paper": one.paper, "year": one.year, "serial": one.serial, "number": one.text}
            for one in dict.fromkeys(case.numbers)
        ],
    )


def deadline_rows(case: Case, deadlines: Sequence[Deadline]) -> list[dict[str, Any]]:
    """The rows of deadline_row: one for each deadline that is still to be met."""
    running = enumerate(_running(deadlines), 1)
    return [{"number": number, **_deadline_row(one, case)} for number, one in running]


def _freed(events: Sequence[Event]) -> dict[str, None]:
    """A case that went with its import holds its foreign number no longer: the same row may come
    again.
    """
    voided = [event.data for event in events if event.kind == "Voided"]
    gone = any(its.get("import_undone") for its in voided)
    return dict.fromkeys(("source", "source_no")) if gone else {}


def _numbers(case: Case) -> tuple[str, ...]:
    """What a case is called: its number, and those on its papers."""
    return (case.no, *(one.text for one in case.numbers))


def _named(case: Case) -> list[str]:
    """The texts of the registration that rows of lists show."""
    fields = case.registered
    return [fields.get(name) or "" for name in ("matter", "demand", "source", "source_no")]


def _running(deadlines: Sequence[Deadline]) -> list[RunningDeadline]:
    """The deadlines that are still to be met."""
    return [kept for one in deadlines if (kept := one.running)]


def _deadline_row(one: RunningDeadline, case: Case) -> dict[str, Any]:
    """A running deadline as columns of deadline_row, texts masked; `running_deadline` reads it."""
    return {
        "clock": one.clock,
        "round": one.round,
        "order_no": one.order,
        "unit": masking.free_text(one.unit, case.known) if one.unit else None,
        "due": iso(one.due),
        "passes": iso(one.passes),
        "warn_from": iso(one.warn_from),
        "paused": int(one.paused),
        "provisional": int(one.provisional),
        "measure": one.measure,
        "warnings": ",".join(f"{warning.left}:{warning.colour}" for warning in one.warnings),
    }


def _people(case: Case) -> dict[str, str]:
    """The values behind the keyed look-ups; none where no view names the reporter: no search and no
    likeness may lead to one who complained.
    """
    if case.hidden:
        return {}
    return {
        key: case.registered[key]
        for key in ("id_number", "phone", "reporter")
        if case.registered.get(key)
    }


def refold(office: Office, ledger: Ledger | None = None) -> Refold:
    """Entries of several cases, or several ledger-wide entries alone -> their projections, for
    `rebuild` and `verify --full`; with a ledger by the calendars and rules that its entries tell.
    """

    @cache
    def bound() -> Office:
        if ledger is None:
            return office
        notices = [_imported_of(event) for event in ledger.office_wide(("CalendarImported",))]
        bound = office.bound(Calendars(notices, office.station.region))
        rows = [row for event in ledger.office_wide(ADOPTING) for row in adopted(event)]
        return bound.under(ledger.rules_of(rows))

    def several(entries: Sequence[Sequence[Event]]) -> list[Projection]:
        if not entries[0][0].case_no:
            return [project_office_wide(event) for (event,) in entries]
        return projected(list(map(fold, entries)), entries, bound())

    return several


_COUNTED = {
    "Consulted": consulted,
    "ConsultationUndone": consultation_undone,
    "Improved": improved,
}
"""Ledger-wide kinds that are counted -> their row."""


def project_office_wide(event: Event) -> Projection:
    """What is stored of a ledger-wide entry: a counted row, a rule waiver, a holiday notice, what
    it takes back, or nothing.
    """
    if event.kind == "CalendarImported":
        return Projection({}, notice=_imported_of(event))
    if event.kind == "Exempted":
        return Projection({}, waivers=waivers([event]))
    if event.kind == "Revoked":
        return Projection({}, retracts=event.data["entry"])
    if event.kind in ADOPTING:
        return Projection({}, adopted=adopted(event))
    count = _COUNTED.get(event.kind)
    counts = [count(event)] if count else []
    return Projection({}, movements=counts, references=_references([event]))


def _case(
    case: Case,
    events: Sequence[Event],
    deadlines: Sequence[Deadline],
    pack: RulePack,
    known: masking.Known,
) -> dict[str, Any]:
    fields, last = case.registered, events[-1]
    limit = limit_of(case, deadlines)
    running = _running(deadlines)
    due, desk = _due(case, limit, running), _desk(case, pack, running)
    station, day, serial = case.no.rsplit("-", 2)
    listed = _row(case, station, pack, known)
    return {
        "case_no": case.no,
        "station": station,
        "day": f"{day[:4]}-{day[4:6]}-{day[6:]}",
        "serial": int(serial),
        "version": case.version,
        "phase": case.phase,
        "active": int(_in_hand_here(case) or _stands(due, desk)),
        "in_hand": int(case.phase in IN_HAND),
        "round": listed["round"],
        "received_at": listed["received_at"],
        "resolved_at": listed["resolved_at"],
        **due,
        "channel": fields.get("channel"),
        "demand_kind": fields.get("demand_kind"),
        "difficulty": listed["difficulty"],
        "causes": _set(listed["cause"]),
        "flags": _set(listed["flags"]),
        "lead_unit": listed["lead_unit"],
        "units": _set(unit.name for unit in distinct(order.ref for order in case.orders)),
        "handler": case.handler or None,
        "source": fields.get("source") or ("" if fields.get("source_no") else None),
        "source_no": fields.get("source_no"),
        "items": _set(case.items),
        "pack": fields.get("pack"),
        "pack_edition": fields.get("pack_edition"),
        "paused": int(limit is not None and limit.state == "paused"),
        "supervised": int(bool(case.slips)),
        "gap_due": min((iso(gap.due) or NO_DATE for gap in case.owed), default=None),
        "group_name": case.group or None,
        **desk,
        "number": listed["number"],
        "fold": _json({**listed, **_listed_only(case, last, known), **_desk_only(case)}),
        **_freed(events),
        **standing_columns(case, events, deadlines),
    }


_json = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _desk(case: Case, pack: RulePack, running: Sequence[RunningDeadline]) -> dict[str, Any]:
    """Where the case stands on the desk, as far as the day does not decide it."""
    waits = waiting(case, pack, calling=any(one.clock == "callback" for one in running))
    return {
        "desk_group": next(iter(waits), None),
        "waiting": _set(waits),
        "agreed_on": iso(agreed_on(case)),
    }


def _in_hand_here(case: Case) -> bool:
    """Whether its phase alone says that somebody still has to do something."""
    return case.phase in ACTIVE and not settled_elsewhere(case)


def _stands(due: Mapping[str, Any], desk: Mapping[str, Any]) -> bool:
    """Whether something is still to be done, whatever the phase: a deadline runs, somebody waits for
    an act, or a date was agreed.
    """
    return any((due["next_due"], desk["desk_group"], desk["agreed_on"]))


def _due(case: Case, limit: Deadline | None, running: Sequence[RunningDeadline]) -> dict[str, Any]:
    """The case's own limit, and when the next of all its deadlines passes and warns.

    A day that ends at closing time is kept as that time, so that a list finds it overdue the minute
    `show` does.
    """
    ahead = next_to_pass(running)
    warnings = [iso(one.warn_from) or "" for one in running if one.warn_from and not one.paused]
    runs = limit is not None and limit.running is not None
    due = limit.stored_due if limit else None
    return {
        "due": due,
        "next_due": iso(ahead.passes) if ahead else None,
        "warn_from": min(warnings, default=None),
        "clock": limit.name if limit else None,
        "state": limit.state if limit and (limit.met_at or limit.ended_at) else None,
        "provisional": int(limit.provisional) if limit else 0,
        "calendar": limit.calendar.hash if limit else None,
        "callback_due": due if case.phase == "resolved" and runs else None,
    }


def _order(case: Case, number: int, deadlines: Sequence[Deadline]) -> dict[str, Any]:
    order = case.orders[number - 1]
    signing = next(
        (
            d
            for d in deadlines
            if d.name == "sign" and d.order == order.unit and d.start == order.sent_at
        ),
        None,
    )
    due = order.due or (signing.due if signing else None)
    return {
        "number": number,
        "round": order.round,
        "unit": order.unit,
        "unit_code": order.code,
        "role": order.role,
        "state": order.state,
        "sent_at": iso(order.sent_at),
        "signed_at": iso(order.signed_at),
        "due": iso(due),
        "provisional": int(bool(signing and signing.provisional)),
    }


def _call(call: Callback) -> dict[str, Any]:
    return {
        "number": call.number,
        "round": call.round,
        "at": iso(call.at),
        "reached": int(call.reached),
        "solved": call.solved or None,
        "grade": call.grade or None,
    }


def _imported_of(event: Event) -> Imported:
    """An imported holiday notice as its entry tells it."""
    fields = event.data
    rows = tuple(
        ExceptionalDay(date.fromisoformat(day), bool(works), kind, name, "")
        for day, works, kind, name in fields.get("days") or ()
    )
    issued = fields["issued"].isoformat() if fields.get("issued") else ""
    region, title, number, address, digest = (
        fields.get(name, "") for name in ("region", "title", "number", "address", "sha256")
    )
    return Imported(
        fields["id"],
        fields["layer"],
        region,
        title,
        number,
        issued,
        address,
        digest,
        event.actor,
        event.seq,
        rows,
    )


ADOPTING = ("PackAdopted", "StationChanged")
"""Ledger-wide kinds that bring texts of rules into force."""


def adopted(event: Event) -> list[Mapping[str, Any]]:
    """The text of rules that an entry of the office brought into force, if it did.

    Entries of older versions name only the first digits of a catalogue's digest, as its code.
    """
    its = event.data
    if event.kind == "PackAdopted":
        named = {"what": PACK, "pack": its["pack"], "edition": its.get("edition", "")}
        return [{"station_seq": event.seq, "sha256": its["sha256"], **named}]
    if its["what"] != "items":
        return []
    return [{"station_seq": event.seq, "what": ITEMS, "sha256": its.get("sha256") or its["code"]}]


def waivers(events: Sequence[Event], items: Sequence[str] = ()) -> list[Mapping[str, Any]]:
    """The papers that these entries waive by rule; one that names no item waives it for all `items`
    of its case.
    """
    return [
        {
            "station_seq": event.seq,
            "item": item,
            "paper": event.data["paper"],
            "effective": iso(event.data.get("effective") or event.at.date()),
            "authority": event.data.get("authority"),
        }
        for event in events
        if event.kind == "Exempted"
        and event.data.get("scope") == "rule"
        and event.data.get("paper")
        for item in dict.fromkeys([event.data["item"]] if event.data.get("item") else items)
    ]


def _references(events: Sequence[Event], case_no: str = "") -> list[Mapping[str, Any]]:
    """Which other cases these entries name: the other side of a link, what an improvement came of."""
    named = [
        (event.seq, target)
        for event in events
        if event.kind in ("Linked", "Improved")
        for target in dict.fromkeys([event.data.get("to"), *(event.data.get("case") or ())])
        if target and target != case_no
    ]
    return [{"station_seq": seq, "target": target} for seq, target in named]


def comma_free(word: str) -> str:
    """A word as it stands among others between commas."""
    return word.replace(",", "，")


def _set(words: Any) -> str | None:
    """Several words in one column, each between commas, so that one can be looked up."""
    parts = [comma_free(word) for word in words if word]
    return f",{','.join(parts)}," if parts else None


# -- the masked row ---


def row(case: Case, station: str, pack: RulePack) -> dict[str, Any]:
    """A case as one flat masked row; the same keys in lists, registers and answers."""
    return {**_row(case, station, pack, case.known), "next": next_step(case, pack) or None}


def _row(case: Case, station: str, pack: RulePack, known: masking.Known) -> dict[str, Any]:
    fields = case.registered
    call, who = case.last_callback, masking.person(fields, case.hidden, ("phone",))
    return {
        "case_no": case.no,
        "number": case.printed_number or None,
        "version": case.version,
        "station": station,
        "phase": case.phase,
        "round": case.round,
        "flags": list(case.flags),
        "received_at": iso(case.received_at),
        "matter": masking.free_text(fields.get("matter") or masking.ERASED, known),
        "items": [masking.free_text(item, known) for item in case.items],
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
        "source_no": masking.without_known(fields.get("source_no") or "", known) or None,
        "pack": fields.get("pack"),
        "pack_edition": fields.get("pack_edition"),
        "bounces": case.bounces,
        "callbacks": {
            "tried": len(case.callbacks),
            "valid": sum(1 for one in case.callbacks if one.reached),
        },
        "actions": actions(case),
        "next": stored_step(case, pack) or None,
    }


def listed_only(case: Case, last: Event) -> dict[str, Any]:
    """What rows of lists carry beside the case: where it came from, what it asks for, its last
    entry.
    """
    return _listed_only(case, last, case.known)


def _listed_only(case: Case, last: Event, known: masking.Known) -> dict[str, Any]:
    fields = case.registered
    demand: str | None = masking.HIDDEN
    if not case.conduct:
        demand = masking.free_text(fields.get("demand") or "", known) or None
    return {
        "channel": fields.get("channel"),
        "source": masking.without_known(fields.get("source") or "", known) or None,
        "demand": demand,
        "seq": last.seq,
        "updated_at": iso(last.recorded_at or last.at),
    }


def _desk_only(case: Case) -> dict[str, Any]:
    """What is stored beside the row for the desk, never shown as JSON: the day a pause should be
    over.
    """
    if not case.pause or not case.pause.until:
        return {}
    return {"resume_on": iso(case.pause.until)}
