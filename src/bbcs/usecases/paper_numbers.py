"""Numbers papers: the entry `Issued` gives the number, for every kind of paper alike."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from bbcs.domain.event import Draft
from bbcs.domain.pack import RulePack
from bbcs.record import Record

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class Numbered(Record):
    """A paper that an entry stands for, and the field of the entry that bears its number."""

    paper: str
    field: str


PAPERS: Mapping[str, Numbered] = {
    "Notified": Numbered("notice", "no"),
    "Supervised": Numbered("slip", "slip"),
    "Convened": Numbered("meeting", "meeting"),
}
"""Kind of event -> the paper that is numbered when it is written."""


def numbered(
    ledger: Ledger, pack: RulePack, drafts: Sequence[Draft], inputs: Container[str]
) -> list[Draft]:
    """The drafts, each paper with the number that the pack's pattern gives it, and before it the
    entry of that number.

    Before it, so that the paper is the last step and can be taken back; its number stays used. A
    number that was typed (in `inputs`) is kept, and uses none.
    """
    result: list[Draft] = []
    for draft in drafts:
        its = PAPERS.get(draft.kind)
        if its and its.field in draft.data and its.field not in inputs:
            fresh = issued(ledger, pack, its.paper, draft.at)
            result += fresh
            if fresh:
                draft = draft._replace(data={**draft.data, its.field: fresh[0].data["number"]})
        result.append(draft)
    return result


def issued(ledger: Ledger, pack: RulePack, paper: str, at: datetime) -> list[Draft]:
    """The entry that gives a paper of this moment its number; none where the pack has no pattern."""
    pattern = pack.numbers.get(paper)
    return [next_of(ledger, paper, pattern, at, at.date())] if pattern else []


def next_of(ledger: Ledger, paper: str, pattern: str, at: datetime, day: date) -> Draft:
    """The entry that gives a paper of a day the next number of its kind.

    The serial is the next one of the station, kind and year, whatever pack or edition gave the
    others.
    """
    serial = ledger.next_serial(paper, day.year)
    number = pattern.format(
        station=ledger.station, year=day.year, month=day.month, day=day.day, serial=serial
    )
    fields = {"paper": paper, "year": day.year, "serial": serial, "number": number}
    return Draft("Issued", at, fields)
