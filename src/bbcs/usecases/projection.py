"""What is stored of a folded case for speed: the columns that lists, duplicates and counts ask by."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from bbcs.calendar.dates import NO_DATE, iso
from bbcs.calendar.layers import Exception_, Imported
from bbcs.domain.case import ACTIVE, CLOSES, IN_HAND, OPENS, SETTLES, Callback, Case
from bbcs.domain.clocks import Deadline, running
from bbcs.domain.corrections import REWRITING, effective
from bbcs.domain.deadline_status import ends
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.usecases.fulltext import readable
from bbcs.usecases.ledger import Ledger, Projection, Refold
from bbcs.usecases.office import Calendars, Office
from bbcs.views.case import aside, row


def project(case: Case, events: Sequence[Event], office: Office) -> Projection:
    """The projection of a case with all its entries, at no particular moment: nothing in it depends on today."""
    found = office.deadlines(case, case.received_at)
    return Projection(
        case=_case(case, found, office),
        orders=[_order(case, order.number, found) for order in case.orders if not order.passed],
        callbacks=[_call(call) for call in case.callbacks],
        movements=movements(
            case, events, found, lambda then: office.deadlines(then, then.received_at)
        ),
        waivers=waivers(effective(events), case.items),
        text=readable(events, (case.no,), conduct=case.conduct),
        people=_people(case),
    )


def _people(case: Case) -> dict[str, str]:
    """The values behind the keyed look-ups; none on the conduct track: no search and no likeness may lead to who complained."""
    if case.conduct:
        return {}
    return {
        key: case.registered[key]
        for key in ("id_number", "phone", "reporter")
        if case.registered.get(key)
    }


def refold(office: Office, ledger: Ledger | None = None) -> Refold:
    """Entries -> projection, for `rebuild` and `verify --full`; with a ledger by the calendars that its entries tell."""

    @cache
    def bound() -> Office:
        if ledger is None:
            return office
        told = [imported_of(event) for event in ledger.wide(("CalendarImported",))]
        return office.bound(Calendars(told, office.station.region))

    def one(events: Sequence[Event]) -> Projection:
        if not events[0].case_no:
            return wide(events[0])
        return project(fold(events), events, bound())

    return one


def wide(event: Event) -> Projection:
    """What is stored of a ledger-wide entry: a counted row, a rule waiver, a holiday notice, or nothing."""
    if event.kind == "CalendarImported":
        return Projection({}, notice=imported_of(event))
    if event.kind == "Exempted":
        return Projection({}, waivers=waivers([event]))
    return Projection(
        {},
        movements=[consulted(event)]
        if event.kind == "Consulted"
        else [improved(event)]
        if event.kind == "Improved"
        else [],
    )


def _case(case: Case, found: Sequence[Deadline], office: Office) -> dict[str, Any]:
    said = case.registered
    shown = _shown(case, found)
    station, day, serial = case.no.rsplit("-", 2)
    return {
        "case_no": case.no,
        "station": station,
        "day": f"{day[:4]}-{day[4:6]}-{day[6:]}",
        "serial": int(serial),
        "version": case.version,
        "phase": case.phase,
        "active": int(case.phase in ACTIVE),
        "in_hand": int(case.phase in IN_HAND),
        "round": case.round,
        "received_at": iso(case.received_at),
        "resolved_at": iso(case.current.resolved_at),
        **_due(case, shown, office),
        "channel": said.get("channel"),
        "demand_kind": said.get("demand_kind"),
        "difficulty": case.current.difficulty or None,
        "causes": _set(case.current.cause),
        "flags": _set(case.flags),
        "lead_unit": case.lead_unit or None,
        "units": _set(dict.fromkeys(order.unit for order in case.orders)),
        "handler": case.handler or None,
        "source": said.get("source") or ("" if said.get("source_no") else None),
        "source_no": said.get("source_no"),
        "items": _set(case.items),
        "pack": said.get("pack"),
        "pack_edition": said.get("pack_edition"),
        "paused": int(shown is not None and shown.state == "paused"),
        "supervised": int(bool(case.slips)),
        "gap_due": min((iso(gap.due) or NO_DATE for gap in case.owed), default=None),
        "group_name": case.group or None,
        "fold": json.dumps(
            {**row(case, station), **aside(case)}, ensure_ascii=False, separators=(",", ":")
        ),
    }


def _shown(case: Case, found: Sequence[Deadline]) -> Deadline | None:
    """The deadline a list shows: handling while the case is in hand, then the callback if it has a limit, at the end the handling again."""
    own = running(found, "callback" if case.phase == "resolved" else "resolve", case.round)
    dated = [
        one
        for one in found
        if one.name == "resolve" and one.round == case.round and one.order and not one.met_at
    ]
    return own or (
        min(dated, key=lambda one: str(one.due)) if dated and case.phase != "resolved" else None
    )


def _due(case: Case, shown: Deadline | None, office: Office) -> dict[str, Any]:
    """When it passes: a day that ends at closing time is kept as that time, so that a list finds it overdue the minute `show` does."""
    due = iso(ends(shown.due, shown.clock, office.pack_of(case))) if shown and shown.due else None
    return {
        "due": due,
        "warn_from": iso(shown.warn_from) if shown else None,
        "clock": shown.name if shown else None,
        "provisional": int(shown.provisional) if shown else 0,
        "calendar": shown.calendar.hash if shown else None,
        "late": int(shown.state == "met_late") if shown else 0,
        "callback_due": due if case.phase == "resolved" else None,
    }


def _order(case: Case, number: int, found: Sequence[Deadline]) -> dict[str, Any]:
    order = case.orders[number - 1]
    signing = next(
        (
            d
            for d in found
            if d.name == "sign" and d.order == order.unit and d.start == order.sent_at
        ),
        None,
    )
    due = order.due or (signing.due if signing else None)
    return {
        "number": number,
        "round": order.round,
        "unit": order.unit,
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


def movements(
    case: Case,
    events: Sequence[Event],
    found: Sequence[Deadline],
    judged: Callable[[Case], Sequence[Deadline]],
) -> list[dict[str, Any]]:
    """One row per entry of the case: what every count, ratio and identity is made of.

    An entry that takes back or corrects another ends that one's row and begins a new one (`since`, `until`), so that an
    earlier as-of still counts what was counted then.
    """
    if not any(event.kind in REWRITING for event in events):
        return _plain_rows(case, events, found)
    rows: dict[int, dict[str, Any]] = {}
    ended: list[dict[str, Any]] = []
    for number, event in enumerate(events, 1):
        if not any(
            one.kind in REWRITING for one in events[number - 1 : number + 1]
        ) and number < len(events):
            continue  # counted as it stood just before each of them, and just after
        told = effective(events[:number])
        due = judged(fold(told)) if any(one.kind in SETTLES for one in told) else ()
        now = {one["station_seq"]: one for one in _plain_rows(case, told, due)}
        for seq, old in list(rows.items()):
            if {**old, "since": None} != {**now.get(seq, {}), "since": None}:
                ended.append({**rows.pop(seq), "until": event.seq})
        again = {one["station_seq"] for one in ended}
        for seq, one in now.items():
            rows.setdefault(seq, {**one, "since": event.seq if seq in again else seq})
    return sorted([*ended, *rows.values()], key=lambda row: (row["station_seq"], row["since"]))


def _plain_rows(
    case: Case, events: Sequence[Event], found: Sequence[Deadline]
) -> list[dict[str, Any]]:
    rows, round_, unit = [], 1, ""
    for event in events:
        round_ += event.kind == "Reopened"
        unit = _led(event, unit)
        late = running(found, "resolve", round_) if event.kind in SETTLES else None
        rows.append(
            {
                "station_seq": event.seq,
                "month": f"{event.at:%Y-%m}",
                "day": f"{event.at:%Y-%m-%d}",
                "unit": unit or None,
                "kind": event.kind,
                "case_no": case.no,
                "round": round_,
                "delta": (event.kind in OPENS) - (event.kind in CLOSES),
                "detail": _detail(event),
                "late": int(bool(late and late.state == "met_late")),
            }
        )
    return rows


def _led(event: Event, unit: str) -> str:
    """The unit leading the case after an entry."""
    if event.kind == "Assigned" and event.data.get("lead"):
        return str(event.data["lead"][1])
    if event.kind == "Forwarded" and event.data.get("unit", ["", ""])[1] == unit:
        return str(event.data["to"][1])
    if event.kind == "Returned" and event.data.get("unit", ["", ""])[1] == unit:
        return ""
    return unit


def _detail(event: Event) -> str | None:
    return event.data.get("counts_as") or event.data.get("stage") or event.data.get("kind")


def imported_of(event: Event) -> Imported:
    """An imported holiday notice as its entry tells it."""
    said = event.data
    rows = tuple(
        Exception_(date.fromisoformat(day), bool(works), kind, name, "")
        for day, works, kind, name in said.get("days") or ()
    )
    issued = said["issued"].isoformat() if said.get("issued") else ""
    region, title, number, address, digest = (
        said.get(name, "") for name in ("region", "title", "number", "address", "sha256")
    )
    return Imported(
        said["id"],
        said["layer"],
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


def consulted(event: Event) -> Mapping[str, Any]:
    """The counted row of a consultation, which belongs to no case."""
    return {
        "station_seq": event.seq,
        "month": f"{event.at:%Y-%m}",
        "day": f"{event.at:%Y-%m-%d}",
        "unit": (event.data.get("unit") or [None, None])[1],
        "kind": event.kind,
        "amount": event.data.get("visitors", 1),
        "answered": event.data.get("answered", 1),
    }


def improved(event: Event) -> Mapping[str, Any]:
    """The counted row of an improvement that belongs to no case."""
    return {
        "station_seq": event.seq,
        "month": f"{event.at:%Y-%m}",
        "day": f"{event.at:%Y-%m-%d}",
        "kind": event.kind,
        "case_no": None,
    }


def waivers(events: Sequence[Event], items: Sequence[str] = ()) -> list[Mapping[str, Any]]:
    """The papers that these entries waive by rule; one that names no item waives it for all `items` of its case."""
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


def comma_free(word: str) -> str:
    """A word as it stands among others between commas."""
    return word.replace(",", "，")


def _set(words: Any) -> str | None:
    """Several words in one column, each between commas, so that one can be looked up."""
    found = [comma_free(word) for word in words if word]
    return f",{','.join(found)}," if found else None
