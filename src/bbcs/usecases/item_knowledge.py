"""Collects what an office has learned of one service item: from its catalogue, its waivers, its
past cases.

Nothing of a person: words of the pack, names of papers and units, counts, and masked measures.
Cases about staff (`track` conduct) tell nothing here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from bbcs.domain.case import IN_HAND, Case
from bbcs.domain.corrections import effective
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.items import Item
from bbcs.domain.masking import Known, free_text
from bbcs.errors import UnknownWord
from bbcs.record import Record
from bbcs.usecases.office import READERS, Office, need
from bbcs.usecases.office_decisions import of_office
from bbcs.usecases.projection import comma_free

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

MOST = 300
"""Past cases that are looked at, the newest; more would take longer than a clerk waits."""

EXAMPLES = 3
"""Settled cases that are named, the newest."""

Counts = Sequence[tuple[str, int]]
"""A word or name -> in how many cases, the most frequent first."""


class Way(Record):
    """How one case was settled: its number, the outcome, what was done (masked)."""

    case_no: str
    outcome: str
    measures: str


class WaivedPaper(Record):
    """A paper of the item that nobody has to bring any more, since when, by whom."""

    paper: str
    effective: str
    authority: str


class ItemKnowledge(Record):
    """The knowledge page of one item.

    cases, open, solved, refused: numbers of cases looked at; more: there are older ones. causes,
    lacking, refusals, outcomes, steps, units, papers: counted once for a case; papers are those
    that were issued on the way. days: working days from intake to settlement, the middle of all
    settled, None where none was. breakers: “needs” → “first”: what is issued first where two items
    wait for each other. improved: what was changed because of it. ways: the newest settled cases.
    """

    item: Item
    waivers: Sequence[WaivedPaper]
    cases: int = 0
    open: int = 0
    solved: int = 0
    refused: int = 0
    more: bool = False
    causes: Counts = ()
    lacking: Counts = ()
    refusals: Counts = ()
    outcomes: Counts = ()
    steps: Counts = ()
    units: Counts = ()
    papers: Counts = ()
    days: int | None = None
    breakers: Counts = ()
    improved: Sequence[str] = ()
    ways: Sequence[Way] = ()


def waived(ledger: Ledger, names: Iterable[str], day: date) -> Mapping[str, list[WaivedPaper]]:
    """Item -> the papers that a rule in force waives for it, each once, by the first of its rules."""
    by_item: dict[str, dict[str, WaivedPaper]] = {}
    for row in ledger.waivers(list(names), day):
        one = WaivedPaper(row["paper"], row["effective"], row["authority"] or "")
        by_item.setdefault(row["item"], {}).setdefault(one.paper, one)
    return {item: [*papers.values()] for item, papers in by_item.items()}


def knowledge(ledger: Ledger, office: Office, name: str) -> ItemKnowledge:
    """The knowledge page of an item of the catalogue. Raises UnknownWord, NotPermitted."""
    need(office, "查看", *READERS)
    item = office.item(name)
    if item is None:
        raise UnknownWord("事项", name, list(office.items), field="item")
    rows = ledger.search(name, MOST + 1)
    past = list(_past(ledger, name, [row["case_no"] for row in rows[:MOST]]))
    own = of_office(ledger, "improve")
    return ItemKnowledge(
        item,
        waived(ledger, [name], office.stamp.now.date()).get(name, ()),
        more=len(rows) > MOST,
        **_counted(past, office),
        breakers=_counts(_breakers(events, name) for _, events in past),
        improved=list(dict.fromkeys(_improved([own, *(events for _, events in past)], name))),
    )


def _past(
    ledger: Ledger, name: str, numbers: Iterable[str]
) -> Iterator[tuple[Case, Sequence[Event]]]:
    """The cases about the item, folded, with the entries that count; the newest first."""
    for case_no in numbers:
        events = ledger.events(case_no)
        case = fold(events)
        if not case.conduct and case.phase != "voided" and comma_free(name) in case.items:
            yield case, effective(events)


def _counted(past: Sequence[tuple[Case, Sequence[Event]]], office: Office) -> dict[str, Any]:
    """The counts of the cases, and how the newest of them were settled."""
    settled = [(case, events) for case, events in past if case.current.resolved_at]
    solved = [(case, events) for case, events in settled if case.current.counts_as == "solved"]
    label = office.pack.label
    return {
        "cases": len(past),
        "open": sum(case.phase in IN_HAND for case, _ in past),
        "solved": len(solved),
        "refused": sum(case.phase == "refused" for case, _ in past),
        "causes": _counts(
            [label("cause", cause) for cause in case.current.cause] for case, _ in past
        ),
        "lacking": _counts(
            [free_text(one, case.known) for one in case.registered.get("missing_papers") or ()]
            for case, _ in past
        ),
        "refusals": _counts(
            [label("refusal", event.data["reason"]) for event in events if event.kind == "Refused"]
            for _, events in past
        ),
        "outcomes": _counts([label("outcome", case.current.outcome)] for case, _ in settled),
        "steps": _counts(_steps(events, office) for _, events in solved),
        "units": _counts([case.lead_unit] for case, _ in solved if case.lead_unit),
        "papers": _counts(_issued(case.known, events) for case, events in solved),
        "days": _middle(_days(case, office) for case, _ in settled),
        "ways": [_way(case, events, office) for case, events in solved[:EXAMPLES]],
    }


def _counts(values: Iterable[Iterable[str]]) -> Counts:
    """In how many of the cases each word was found, the most frequent first."""
    counter = Counter(word for words in values for word in dict.fromkeys(words))
    return counter.most_common()


def _steps(events: Sequence[Event], office: Office) -> list[str]:
    """What was done, as the pack calls it: steps, meetings, papers waived or owed."""
    words = {"Convened": "会商", "Exempted": "免予提供", "AcceptedWithGaps": "容缺"}
    steps = []
    for event in events:
        if event.kind == "Stepped":
            steps.append(office.pack.label("step", event.data["kind"]))
        elif event.kind in words:
            steps.append(words[event.kind])
    return steps


def _issued(known: Known, events: Sequence[Event]) -> list[str]:
    """Papers that were issued on the way."""
    return [
        free_text(paper, known)
        for event in events
        if event.kind == "Stepped"
        for paper in event.data.get("paper") or ()
    ]


def _breakers(events: Sequence[Event], name: str) -> list[str]:
    """What is issued first where the item and another one wait for each other."""
    return [
        f"{event.data['needs']} → {event.data['first']}"
        for event in events
        if event.kind == "Linked" and event.data.get("item") == name and event.data.get("first")
    ]


def _improved(cases: Iterable[Sequence[Event]], name: str) -> Iterator[str]:
    """What was changed for the item, as it was entered for the office or for a case."""
    for events in cases:
        for event in events:
            if event.kind == "Improved" and name in (event.data.get("item") or ()):
                yield free_text(event.data.get("what") or "")


def _days(case: Case, office: Office) -> int:
    settled = case.current.resolved_at
    assert settled is not None
    return office.calendar.between(case.received_at.date(), settled.date())


def _middle(days: Iterable[int]) -> int | None:
    ordered = sorted(days)
    return ordered[len(ordered) // 2] if ordered else None


def _way(case: Case, events: Sequence[Event], office: Office) -> Way:
    last = [event for event in events if event.kind == "Resolved"][-1]
    measures = free_text(last.data.get("measures") or "", case.known)
    return Way(case.no, office.pack.label("outcome", case.current.outcome), measures)
