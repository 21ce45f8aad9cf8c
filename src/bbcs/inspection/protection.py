"""The check of protection: a conduct case made normal, a reporter unmasked by a correction, those
complained of in an act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bbcs.domain.acts.table import BY_VERB, NOUNS
from bbcs.domain.corrected_fields import corrected_name
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.protection import is_about, lowered, named
from bbcs.inspection.case_view import CaseView, Problem

DECIDING = ("ReturnDecided", "ExtensionDecided")
"""Kinds of entries that decide on a request of another."""

UNMASKING = {"anonymous": (False,), "reporter_type": ("enterprise", "org")}
"""Field of the registration -> corrected values by which the reporter's full name is shown."""

_VERBS = {kind: act.verb for act in BY_VERB.values() for kind in act.kinds}


def lifted(one: CaseView) -> Iterator[Problem]:
    """C31: the track was left or the unit changed; the reporter was unmasked; that unit acts."""
    hint = f"查是谁、凭什么：bbcs show {one.no} --history"
    texts = [*_unmasked(one)]
    if any(_conduct(event) for event in one.entries):
        texts += [*_lowered(one), *_acting(one)]
    yield from ((text, hint) for text in texts)


def decided_alone(one: CaseView) -> Iterator[Problem]:
    """C34: the operator who wrote a request down also wrote down the decision on it."""
    for event in one.of(*DECIDING):
        if event.data.get("same_operator"):
            yield (
                f"{NOUNS[event.kind]}（第 {event.version} 步，{_when(event)}）：申请和决定是同一操作员记的",
                f"请批准人核对：bbcs show {one.no} --history；有两位操作员时由领导记",
            )


def _conduct(event: Event) -> bool:
    """Whether an entry sets the conduct track."""
    return "conduct" in (event.data.get("track"), event.data.get("value"))


def _unmasked(one: CaseView) -> Iterator[str]:
    for event in one.of("Corrected"):
        name = event.data.get("field", "")
        if event.data.get("value") in UNMASKING.get(name, ()):
            yield f"更正了“{corrected_name(name)}”，反映人的姓名不再遮盖（{_when(event)}）"


def _lowered(one: CaseView) -> Iterator[str]:
    cases = [fold(one.entries[:number]) for number in range(1, len(one.entries) + 1)]
    for event, (before, after) in zip(one.entries[1:], pairwise(cases), strict=True):
        if lowered(before, after, one.context.station.names_of):
            what = "改掉了作风件反映的单位" if after.conduct else "作风件改成了普通件"
            yield f"{what}（第 {event.version} 步，{_when(event)}）"


def _acting(one: CaseView) -> Iterator[str]:
    """Acts that are done by those complained of, or name them as who does or decides something."""
    case, names_of = one.case, one.context.station.names_of
    for event in one.events:
        where = f"{NOUNS[event.kind]}（第 {event.version} 步）"
        for name in _names(event, one):
            yield f"反映的正是{name}，{where}却写着它"
        who = one.context.names.get(event.actor, event.actor)
        if is_about(who, case.complained, names_of):
            yield f"反映的正是{who}，{where}却由本人记"


def _names(event: Event, one: CaseView) -> Sequence[str]:
    names_of = one.context.station.names_of
    return [*named(one.case, _VERBS.get(event.kind, ""), event.data, names_of)]


def _when(event: Event) -> str:
    return f"{event.recorded_at or event.at:%Y-%m-%d}，{event.actor}"
