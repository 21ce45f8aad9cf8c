"""Outcome: a case as a request leaves or finds it; and finding one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bbcs.domain.case import Case
from bbcs.domain.clocks import Deadline
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.record import Record
from bbcs.usecases.office import Office

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class Outcome(Record):
    """What came of one request: the case as it now stands, its deadlines, and what was appended.

    existing: nothing was appended, for it was there; again: the verb of what was sent again, by the
    source number of a case or by the key of an act (`once`). differs: names of the fields with
    which it was sent again, and that differ from what is on record. keys: keys of the input that are other names of fields -> the keys of
    these fields. referring: the entries elsewhere that name the case, each with all
    entries of its case ([] = of the office); only of a case that was found.
    """

    case: Case
    deadlines: list[Deadline]
    events: list[Event]
    duplicates: tuple[str, ...] = ()
    existing: bool = False
    again: str = ""
    differs: tuple[str, ...] = ()
    keys: Mapping[str, str] = {}
    referring: tuple[tuple[Event, list[Event]], ...] = ()


def find(ledger: Ledger, office: Office, short: str) -> Outcome:
    """A case by its number or short number, with all its entries."""
    number = ledger.case_no(short, office.stamp.now.date())
    events = ledger.events(number)
    case = fold(events)
    return Outcome(case, office.deadlines(case), events, referring=tuple(ledger.referring(number)))
