"""The story of a case: the entries that count, in the order in which they happened, with corrected
values marked.

Entries of other cases and of the office that name the case stand among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bbcs.calendar.dates import iso
from bbcs.domain import masking
from bbcs.domain.acts.table import KINDS
from bbcs.domain.case import Case
from bbcs.domain.corrections import CORRECTED, corrected, effective
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.inputs import short_help
from bbcs.domain.pack import RulePack
from bbcs.record import Record
from bbcs.usecases.outcome import Outcome
from bbcs.views import history
from bbcs.views.messages import decision, done_text

UNTOLD = frozenset({"Accepted"})
"""Kinds that the story tells only where they say something."""

ASIDE = frozenset({"late_reason"})
"""Fields that tell how a step was recorded, not what came of it; the history has them."""


class StoryEntry(Record):
    """One entry as the story tells it.

    case_no: the case it belongs to, "" for the whole office. data: its fields, masked unless
    revealed. corrected: names of the fields whose value was corrected; `at` among them: its moment
    was.
    """

    event: Event
    case_no: str
    data: Mapping[str, Any]
    corrected: frozenset[str] = frozenset()

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "case_no": self.case_no or None,
            "version": self.event.version or None,
            "at": iso(self.event.at),
            "kind": self.event.kind,
            "data": dict(self.data),
            "corrected": sorted(self.corrected),
        }


def entries(outcome: Outcome, *, reveal: bool) -> list[StoryEntry]:
    """The entries that count and those elsewhere that name the case, the earliest first."""
    case, counting = outcome.case, effective(outcome.events)
    known = case.known
    changed = corrected(counting)
    story = [
        StoryEntry(
            event,
            case.no,
            history.shown(event, known, reveal=reveal, hidden=bool(case.hidden)),
            frozenset(changed.get(event.version, ())),
        )
        for event in counting
        if event.kind not in ("Registered", "Corrected")
    ]
    story += [_elsewhere(event, its, known) for event, its in outcome.referring]
    return sorted(story, key=lambda one: one.event.at)


def _elsewhere(event: Event, its: Sequence[Event], known: masking.Known) -> StoryEntry:
    """An entry of another case (its: all entries of that), or of the office; always masked: only
    this case was looked at.
    """
    hidden, number = False, ""
    if its:
        other = fold(its)
        number, hidden = event.case_no, bool(other.hidden)
        known = [*known, *other.known]
    return StoryEntry(event, number, history.shown(event, known, reveal=False, hidden=hidden))


# -- as people read it ---------------------------------------------------------------------------------------------


def lines(outcome: Outcome, pack: RulePack, *, reveal: bool) -> list[str]:
    """One line for each entry of the story: when, what was done, and what it says."""
    shown = (_line(one, outcome.case, pack) for one in entries(outcome, reveal=reveal))
    return [line for line in shown if line]


def _line(one: StoryEntry, case: Case, pack: RulePack) -> str:
    event = one.event
    values = [*_values(one, case, pack)]
    if event.kind in UNTOLD and not values:
        return ""
    when = f"{event.at:%Y-%m-%d %H:%M}"
    if not one.corrected.isdisjoint(("at", "received_at")):
        when += CORRECTED
    done = done_text(case, event.kind, event.version) + decision(event.kind, one.data)
    if one.case_no != case.no:
        done += f"（{one.case_no or '全办公点'}）"
    return f"{when}  {done}  {'；'.join(values)}".rstrip()


def _values(one: StoryEntry, case: Case, pack: RulePack) -> Iterator[str]:
    """The values of an entry under the names of their fields."""
    kind, data = one.event.kind, one.data
    if number := data.get("carried") or data.get("slip") or data.get("number"):
        yield str(number).removeprefix(f"{case.no}-")
    for field in KINDS[kind]:
        value = data.get(field.name)
        if field.stamped or field.name in ASIDE or value in (*history.EMPTY, field.default):
            continue
        text = history.value_text(field, value, pack).removeprefix(f"{case.no}-")
        mark = CORRECTED if field.name in one.corrected else ""
        yield f"{short_help(field)}：{text}{mark}"
    if kind == "Attached" and data.get("name"):
        yield f"文件：{data['name']}"
