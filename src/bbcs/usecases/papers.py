"""Papers of cases: made from the entries, numbered when they are issued, logged where people stand in
them as they are."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from itertools import groupby
from typing import TYPE_CHECKING

from bbcs.domain.bent import PRACTICE
from bbcs.domain.case import Case
from bbcs.domain.corrections import effective
from bbcs.domain.deadline import Deadline
from bbcs.domain.event import Event
from bbcs.domain.fold import fold, fold_on
from bbcs.errors import BadValue, NothingToPrint, UnknownWord, chinese_first
from bbcs.papers import PAPERS
from bbcs.papers.paper import Paper, PaperSource
from bbcs.registers.entry import Period
from bbcs.usecases import reports, unmasked
from bbcs.usecases.office import READERS, REVEALERS, Office, need
from bbcs.usecases.outcome import Outcome, find
from bbcs.usecases.paper_numbers import next_of
from bbcs.usecases.projection import project

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


def kinds() -> list[str]:
    """The kinds of paper as people choose them."""
    return [chinese_first(key, kind.title) for key, kind in PAPERS.items()]


def kind_of(word: str) -> str:
    """The kind of paper that a key, a title or a part of one title means.

    Raises UnknownWord, and BadValue with the titles that hold the part where it is in several.
    """
    for key, kind in PAPERS.items():
        if word in (key, kind.title):
            return key
    matching = [key for key, kind in PAPERS.items() if word in kind.title]
    titles = [kind.title for kind in PAPERS.values()]
    if not matching:
        raise UnknownWord(
            "文书", word, kinds(), [*PAPERS, *titles], list(PAPERS), "kind", whole=True
        )
    if len(matching) > 1:
        among = "、".join(PAPERS[key].title for key in matching)
        raise BadValue(f"这样的文书不止一种：{among}；请写全", matching)
    return matching[0]


def of_case(
    ledger: Ledger, office: Office, short: str, kind: str, *, reveal: bool = False, reason: str = ""
) -> list[Paper]:
    """The papers of one kind of a case, in order.

    reveal: with people as they are; one look is logged. Raises NotPermitted, ReasonMissing,
    NothingToPrint where nothing has happened yet that the paper would stand for.
    """
    need(office, "出文书", *READERS)
    outcome = find(ledger, office, short)
    papers = _built(office, outcome, kind, revealed=reveal)
    if not papers:
        verb, _, rest = PAPERS[kind].needs.partition(" ")
        before = f"bbcs {verb} {outcome.case.no} {rest}".strip()
        raise NothingToPrint(
            f"{outcome.case.no} 还没有{PAPERS[kind].title}可出；先要办过 {before}", [verb]
        )
    if reveal:
        unmasked.reveal(ledger, office, outcome.case.no, "doc", reason)
    return papers


def of_period(ledger: Ledger, office: Office, period: Period) -> list[Paper]:
    """Every paper, masked, that stands for an entry of the period, by case and in the order of
    `PAPERS`. Raises IdentityBroken as every report does."""
    month = reports.snapshot(ledger, office, period)
    within: list[Paper] = []
    for entry in month.cases:
        outcome = find(ledger, office, entry.case.no)
        for kind in PAPERS:
            papers = _built(office, outcome, kind, revealed=False)
            within += [one for one in papers if period.covers(one.day)]
    return within


def _built(office: Office, outcome: Outcome, kind: str, *, revealed: bool) -> list[Paper]:
    spec, case = PAPERS[kind], outcome.case
    counting = effective(outcome.events)

    def then(seq: int) -> tuple[Case, list[Deadline]]:
        case_then = fold([event for event in counting if event.seq <= seq])
        return case_then, office.deadlines(case_then)

    source = PaperSource(
        case,
        counting,
        outcome.deadlines,
        office.pack_of(case),
        office.station,
        revealed and (spec.to_person or not case.conduct),
        _issued(outcome.events),
        then,
    )
    papers: list[Paper] = getattr(import_module(f"bbcs.papers.{spec.module}"), kind)(source)
    if not office.practice:
        return papers
    return [one._replace(remarks=(*one.remarks, PRACTICE)) for one in papers]


def _issued(events: Sequence[Event]) -> dict[tuple[str, str], str]:
    """(kind, entry) -> the number that was given to the paper of that entry."""
    return {
        (event.data["paper"], event.data["of"]): event.data["number"]
        for event in events
        if event.kind == "Issued" and event.data.get("of")
    }


def numbered(ledger: Ledger, office: Office, papers: Sequence[Paper]) -> list[Paper]:
    """The papers as they are issued: one that has no number gets the next of its kind and year.

    It keeps the number, whatever is printed or written later. papers: those of a case follow each
    other. Raises NotPermitted.
    """
    done: list[Paper] = []
    for case_no, its in groupby(papers, lambda one: one.case_no):
        own = list(its)
        if any(not one.number for one in own):
            need(office, "给文书编号", *REVEALERS)  # an auditor never writes
            own = _numbered(ledger, office, find(ledger, office, case_no), own)
        done += own
    return done


def _numbered(
    ledger: Ledger, office: Office, outcome: Outcome, papers: Sequence[Paper]
) -> list[Paper]:
    """The papers of one case with their numbers."""
    case, events = outcome.case, list(outcome.events)
    done: list[Paper] = []
    for paper in papers:
        number = paper.number or _issued(events).get((paper.kind, paper.which), "")
        if not number:
            case, events = _issue(ledger, office, (case, events), paper)
            number = events[-1].data["number"]
        done.append(paper._replace(number=number))
    return done


def _issue(
    ledger: Ledger, office: Office, before: tuple[Case, list[Event]], paper: Paper
) -> tuple[Case, list[Event]]:
    case, events = before
    pattern = office.pack.numbers.get(paper.kind) or PAPERS[paper.kind].pattern
    draft = next_of(ledger, paper.kind, pattern, office.stamp.now, paper.day)
    draft = draft._replace(data={**draft.data, "of": paper.which})
    written = ledger.append(case.no, case.version, [draft], office.stamp)
    case, events = fold_on(case, events, written), [*events, *written]
    ledger.project(project(case, events, office), fresh=False)
    return case, events
