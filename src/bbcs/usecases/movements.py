"""Movements: one counted row for each entry; every count, ratio and identity is a sum of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bbcs.calendar.dates import iso
from bbcs.domain.case import CLOSES, IN_HAND, OPENS, SETTLES, Case
from bbcs.domain.clocks import running
from bbcs.domain.corrections import REWRITING, effective
from bbcs.domain.deadline import Deadline
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.order import UnitRef

_RECOUNTED = REWRITING | {"Voided"}
"""Kinds after which the entries before them count otherwise than they did."""


def movements(
    case: Case,
    events: Sequence[Event],
    deadlines: Sequence[Deadline],
    judged: Callable[[Case], Sequence[Deadline]],
) -> list[dict[str, Any]]:
    """One row per entry of the case: what every count, ratio and identity is made of.

    An entry that takes back or corrects another ends that one's row and begins a new one (`since`,
    `until`), so that an earlier as-of still counts what was counted then. A voided case has no row
    from its voiding on.
    """
    if _RECOUNTED.isdisjoint([event.kind for event in events]):
        return _plain_rows(case, events, deadlines)
    rows: dict[int, dict[str, Any]] = {}
    ended: list[dict[str, Any]] = []
    for number, event in enumerate(events, 1):
        if not any(
            one.kind in _RECOUNTED for one in events[number - 1 : number + 1]
        ) and number < len(events):
            continue  # counted as it stood just before each of them, and just after
        counted = effective(events[:number])
        due = judged(fold(counted)) if any(one.kind in SETTLES for one in counted) else ()
        now = {one["station_seq"]: one for one in _plain_rows(case, counted, due)}
        for seq, old in list(rows.items()):
            if {**old, "since": None} != {**now.get(seq, {}), "since": None}:
                ended.append({**rows.pop(seq), "until": event.seq})
        again = {one["station_seq"] for one in ended}
        for seq, one in now.items():
            rows.setdefault(seq, {**one, "since": event.seq if seq in again else seq})
    return sorted([*ended, *rows.values()], key=lambda row: (row["station_seq"], row["since"]))


def _plain_rows(
    case: Case, events: Sequence[Event], deadlines: Sequence[Deadline]
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    round_ = 1
    unit: UnitRef | None = None
    if "Voided" in [event.kind for event in events]:
        return rows
    for event in events:
        round_ += event.kind == "Reopened"
        unit = _led(event, unit)
        late = running(deadlines, "resolve", round_) if event.kind in SETTLES else None
        day = event.at.date().isoformat()
        rows.append(
            {
                "station_seq": event.seq,
                "month": day[:7],
                "day": day,
                "unit": unit.name if unit else None,
                "kind": event.kind,
                "case_no": case.no,
                "round": round_,
                "delta": (event.kind in OPENS) - (event.kind in CLOSES),
                "detail": _detail(event),
                "late": int(late is not None and late.late),
            }
        )
    return rows


def _led(event: Event, unit: UnitRef | None) -> UnitRef | None:
    """The unit leading the case after an entry, None while no unit leads."""
    data = event.data
    if event.kind == "Assigned" and data.get("lead"):
        return UnitRef.of(data["lead"])
    gone = data.get("unit") if event.kind in ("Forwarded", "Returned") else None
    if not (unit and gone and UnitRef.of(gone).same(unit)):
        return unit
    return UnitRef.of(data["to"]) if event.kind == "Forwarded" else None


def _detail(event: Event) -> str | None:
    if event.kind == "Promised":
        return iso(event.data["promised"])
    return event.data.get("counts_as") or event.data.get("stage") or event.data.get("kind")


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


def consultation_undone(event: Event) -> Mapping[str, Any]:
    """The row that takes a consultation back: its numbers with a minus, on its own day, from now
    on.
    """
    row = {**consulted(event), "kind": "Consulted", "day": f"{event.data['day']:%Y-%m-%d}"}
    return {
        **row,
        "month": row["day"][:7],
        "amount": -row["amount"],
        "answered": -row["answered"],
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


# -- cases to which nothing happens ----------------------------------------------------------------

_MOVES_FIGURES = frozenset(
    {
        "Corrected",
        "Undone",
        "Voided",
        "Reopened",
        "Paused",
        "ExtensionAsked",
        "ExtensionDecided",
        "Returned",
        "ReturnDecided",
        "Excluded",
        "Promised",
    }
)
"""Kinds after which the figures of a month need more of a case than its row tells."""


def standing_columns(
    case: Case, events: Sequence[Event], deadlines: Sequence[Deadline]
) -> dict[str, Any]:
    """What the figures of a month ask of a case to which nothing happens in it: the columns of
    case_row that stand for folding it.

    steady: its row tells all of that: it is in hand, in its first round, its own limit has a date,
    and nothing of it is bent, moved or hidden. last_day, last_seq: until when things happened.
    """
    lead = case.lead
    limit = running(deadlines, "resolve", 1)
    return {
        "steady": int(
            case.phase in IN_HAND
            and limit is not None
            and limit.passes is not None
            and not case.hidden
            and not any("," in item for item in case.items)
            and all(_is_plain(event) for event in events)
            and sum(event.kind == "Triaged" for event in events) < 2
        ),
        "last_day": max([event.at for event in events]).date().isoformat(),
        "last_seq": events[-1].seq,
        "lead_code": lead.code if lead else None,
    }


def _is_plain(event: Event) -> bool:
    """Whether it was written when it happened, by the clock of the machine, and moves no figure."""
    return (
        event.kind not in _MOVES_FIGURES
        and event.clock == "system"
        and event.recorded_at is not None
        and event.recorded_at <= event.at
    )
