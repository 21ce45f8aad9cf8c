"""fold(entries) -> Case: what each kind of entry changes stands in `handling`, `steering`, `ending`.

Corrections and undone entries are settled first (`corrections`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bbcs.domain.case import Case, Mark, Round
from bbcs.domain.corrections import REWRITING, effective, former, taken_back
from bbcs.domain.event import Event
from bbcs.domain.fold import handling
from bbcs.domain.promise import noted


def fold(events: Iterable[Event]) -> Case:
    """The case that these entries tell, in order; the first is Registered."""
    every = list(events)
    kept = effective(every)
    entries = iter(kept)
    case = _registered(next(entries))
    marks = [*case.marks]  # no arm reads them, so they are put in once
    for event in entries:
        arm = _arm(event.kind)
        case = arm(case, event) if arm else case
        marks.append(_mark(event, case.round))
    return case._replace(
        version=every[-1].version,
        marks=tuple(marks),
        taken_back=taken_back(every),
        former=former(every, kept),
    )


def fold_on(case: Case, before: list[Event], new: list[Event]) -> Case:
    """The case after new entries.

    Folded on, or afresh when one of them changes what an earlier one says.
    """
    if any(event.kind in REWRITING for event in new):
        return fold([*before, *new])
    for event in new:
        case = fold_one(case, event)
    return case


def fold_one(case: Case, event: Event) -> Case:
    """The case after one more entry that rewrites none before it."""
    arm = _arm(event.kind)
    changed = arm(case, event) if arm else case
    marks = (*changed.marks, _mark(event, changed.round))
    return changed._replace(version=event.version, marks=marks)


def _mark(event: Event, round_no: int) -> Mark:
    return Mark(
        event.kind, event.at, round_no, _detail(event), event.seq, event.version, event.actor, event.recorded_at,
        event.imported,
    )  # fmt: skip


def _detail(event: Event) -> str:
    """What a clock may ask for behind the kind: the stage, the kind of notice or step, how an order
    was sent, a bad grade.
    """
    fields = event.data
    if event.kind == "CalledBack":
        return "" if fields.get("satisfied") else "bad"
    if event.kind == "Assigned":
        return fields.get("how") or "direct"
    return fields.get("stage") or fields.get("kind") or ""


def _registered(event: Event) -> Case:
    rounds, marks = (Round(1, event.at),), (_mark(event, 1),)
    case = Case(event.case_no, event.at, event.data, "registered", event.version, rounds, marks)
    track = event.data.get("track")
    if track or event.erased:
        case = case._replace(track=track or "normal", erased=event.erased)
    return case


def _refused(case: Case, event: Event) -> Case:
    rounds = (*case.rounds[:-1], case.current._replace(refused=True))
    return case._replace(phase="refused", rounds=rounds)


def _to(phase: str) -> Callable[[Case, Event], Case]:
    return lambda case, event: case._replace(phase=phase)


def _arm(kind: str) -> Callable[[Case, Event], Case] | None:
    """What an entry of a kind changes; None where it only leaves its mark.

    The arms of acts that come late or seldom are loaded with the first such entry.
    """
    if kind not in _ARMS and "Resolved" not in _ARMS:
        from bbcs.domain.fold import ending, steering

        _ARMS.update({**steering.ARMS, **ending.ARMS})
    return _ARMS.get(kind)


_ARMS: dict[str, Callable[[Case, Event], Case]] = {
    "Issued": Case.numbered,
    "Accepted": _to("accepted"),
    "Refused": _refused,
    "Noted": noted,
    "Promised": noted,
    **handling.ARMS,
}
"""Event kind -> what it changes; `_arm` adds those of `steering` and `ending`. FedBack, Improved and
Attached only leave their mark."""
