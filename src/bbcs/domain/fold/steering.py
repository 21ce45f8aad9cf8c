"""What pauses, extensions, levels, meetings, supervision and groups change of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bbcs.domain.case import (
    Case,
    Extension,
    Link,
    Pause,
    Resolution,
    Slip,
)
from bbcs.domain.event import Event
from bbcs.domain.fold.handling import day_of
from bbcs.domain.order import UnitRef


def _paused(case: Case, event: Event) -> Case:
    fields = event.data
    fresh = Pause(
        len(case.pauses) + 1,
        case.round,
        fields["reason"],
        event.at,
        tuple(fields.get("clock") or ()),
        fields.get("until"),
        seq=event.seq,
    )
    return case._replace(pauses=(*case.pauses, fresh))


def resumed(case: Case, event: Event) -> Case:
    """Ends the pause that runs; nothing where none does."""
    if not case.pause:
        return case
    return case._replace(pauses=(*case.pauses[:-1], case.pause._replace(resumed_at=event.at)))


def _asked(case: Case, event: Event) -> Case:
    fields = event.data
    unit = fields.get("unit")
    fresh = Extension(
        len(case.extensions) + 1, case.round, event.at, event.actor, fields.get("days") or 0, fields.get("until"),
        UnitRef.of(unit) if unit else None, fields.get("told"), asked_seq=event.seq,
    )  # fmt: skip
    return case._replace(extensions=(*case.extensions, fresh))


def _decided(case: Case, event: Event) -> Case:
    fields, asked = event.data, case.extensions[-1]
    span = {key: fields[key] for key in ("days", "until") if fields.get(key)}
    if span:
        span = {"days": 0, "until": None, **span}
    told = fields.get("told") or asked.told
    state = "granted" if fields.get("granted") else "rejected"
    last = asked._replace(**span, told=told, state=state, decided_at=event.at, seq=event.seq)
    return case._replace(extensions=(*case.extensions[:-1], last))


def _escalated(case: Case, event: Event) -> Case:
    return case._replace(level=event.data["level"])


def _convened(case: Case, event: Event) -> Case:
    meeting, others = event.data.get("meeting", ""), tuple(event.data.get("others") or ())
    resolved = (
        Resolution(
            f"{meeting}-{number}",
            text,
            unit,
            day_of(day) if day else None,
            event.at,
            None,
            others,
            event.seq,
        )
        for number, (text, unit, day) in enumerate(event.data.get("resolution") or (), 1)
    )
    return case._replace(
        meetings=(*case.meetings, meeting), resolutions=(*case.resolutions, *resolved)
    )


def _carried_out(case: Case, event: Event) -> Case:
    number, done = event.data.get("carried"), {"done_at": event.at, "done_seq": event.seq}
    return case._replace(
        resolutions=tuple(
            one._replace(**done) if one.no == number and not one.done_at else one
            for one in case.resolutions
        )
    )


def _supervised(case: Case, event: Event) -> Case:
    fields = event.data
    if fields.get("answer"):
        answered = {"answered_at": event.at, "answered_seq": event.seq}
        return case._replace(
            slips=tuple(
                slip._replace(**answered) if slip.no == fields["answer"] else slip
                for slip in case.slips
            )
        )
    fresh = Slip(
        fields["slip"],
        fields["kind"],
        UnitRef.of(fields["unit"]),
        event.at,
        fields.get("due"),
        fields.get("colour", ""),
        require=fields.get("require") or "",
        sent_seq=event.seq,
    )
    return case._replace(slips=(*case.slips, fresh))


def _linked(case: Case, event: Event) -> Case:
    fields = event.data
    names = ("to", "theme", "item", "needs", "first")
    link = Link(fields["kind"], *(fields.get(name) or "" for name in names))
    return case._replace(links=(*case.links, link))


def _merged(case: Case, event: Event) -> Case:
    return case._replace(group=event.data.get("group", ""))


ARMS: Mapping[str, Callable[[Case, Event], Case]] = {
    "Paused": _paused,
    "Resumed": resumed,
    "ExtensionAsked": _asked,
    "ExtensionDecided": _decided,
    "Escalated": _escalated,
    "Convened": _convened,
    "ResolutionCarriedOut": _carried_out,
    "Supervised": _supervised,
    "Merged": _merged,
    "Linked": _linked,
    "Unmerged": lambda case, event: case._replace(group=""),
}
"""Event kind -> what it changes of the case."""
