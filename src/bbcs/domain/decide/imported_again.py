"""Compares an imported row with a case that is there already: what is new, what contradicts the
ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bbcs.domain.case import IN_HAND, Case
from bbcs.domain.event import Draft, Event
from bbcs.domain.fold import fold_on

_MAY: Mapping[str, Callable[[str], bool]] = {
    **dict.fromkeys(
        ("Accepted", "Triaged", "Assigned", "FedBack", "Stepped", "ExtensionAsked", "ExtensionDecided", "Resolved", "Withdrawn", "TransferredOut"),
        lambda phase: phase in IN_HAND,
    ),
    "Refused": lambda phase: phase in ("registered", "accepted"),
    "CalledBack": lambda phase: phase in (*IN_HAND, "resolved", "called_back"),
    "Closed": lambda phase: phase in ("resolved", "called_back"),
    "Archived": lambda phase: phase == "closed",
    "Voided": lambda phase: phase != "archived",
}  # fmt: skip
"""Kind -> whether a case in that phase may still take it."""


def _may_follow(kind: str, case: Case) -> bool:
    """Whether an event of a grown row can follow on the case as it stands."""
    return kind in _MAY and _MAY[kind](case.phase)


def _same_fact(kind: str, known: Sequence[Any], draft: Draft) -> bool:
    """Whether one of the case's events of that kind says what the draft says: the same day and the
    same words.
    """
    keys = _COMPARED.get(kind, ())
    return any(
        event.at.date() == draft.at.date()
        and all(
            _comparable(event.data.get(key)) == _comparable(draft.data.get(key)) for key in keys
        )
        for event in known
    )


_COMPARED: Mapping[str, tuple[str, ...]] = {
    "Triaged": ("difficulty",),
    "Assigned": ("lead",),
    "Resolved": ("outcome",),
    "CalledBack": ("satisfaction",),
    "FedBack": ("stage",),
    "ExtensionAsked": ("until", "days"),
}


def _comparable(value: Any) -> Any:
    return list(value) if isinstance(value, (list, tuple)) else value


def new_facts(
    case: Case, known: Sequence[Event], drafts: Sequence[Draft]
) -> tuple[list[Draft], list[str]]:
    """The drafts that the case does not have yet and may take, and the kinds of those that
    contradict it.
    """
    fresh: list[Draft] = []
    differs: list[str] = []
    version = case.version
    for draft in drafts:
        its = [event for event in known if event.kind == draft.kind]
        if its:
            if draft.kind not in ("Accepted", "Stepped") and not _same_fact(draft.kind, its, draft):
                differs.append(draft.kind)
        elif _may_follow(draft.kind, case):
            version += 1
            trial = Event(draft.kind, draft.at, draft.data, case_no=case.no, version=version)
            case = fold_on(case, list(known), [trial])
            fresh.append(draft)
        elif draft.kind not in ("Accepted", "Stepped"):
            differs.append(draft.kind)
    return fresh, differs
