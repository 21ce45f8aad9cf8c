"""Paper: what stands on one paper of a case before it is laid out; and what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bbcs.calendar.dates import chinese_day
from bbcs.domain import masking
from bbcs.domain.case import Case
from bbcs.domain.deadline import Deadline
from bbcs.domain.event import Event
from bbcs.domain.pack import RulePack
from bbcs.domain.station import Station
from bbcs.record import Record

SIGNED_FOR = ("签收人：", "签收时间：　　　　年　　月　　日")
"""Where whoever receives a paper signs."""


class PaperFact(Record):
    """One line of the table on a paper. key: its name for templates."""

    key: str
    label: str
    text: str


class Paper(Record):
    """One paper.

    kind: of `PAPERS`. which: the entry it stands for, its number in the case; with a second number
    where the entry has several such papers (`6-2`). number: what is printed as its number, ""
    before it got one. to: whom it is addressed to, "" for none. opening, points, closing: the text
    before the table, its numbered points, the text after. signature: who issues it. day: of issue.
    receipts: lines to be filled in by hand. remarks: lines in small letters.
    """

    kind: str
    title: str
    case_no: str
    which: str
    number: str
    to: str
    day: date
    signature: str
    facts: Sequence[PaperFact] = ()
    opening: Sequence[str] = ()
    points: Sequence[str] = ()
    closing: Sequence[str] = ()
    receipts: Sequence[str] = ()
    remarks: Sequence[str] = ()


class PaperSource(Record):
    """What the papers of a case are made of.

    events: those that count, corrected. names: operator -> name. revealed: people are printed as
    they are. issued: (kind, entry) -> number given by an entry `Issued`. then: the case and its
    deadlines as they stood after an entry (its number in the chain): what a paper of that day said.
    """

    case: Case
    events: Sequence[Event]
    deadlines: Sequence[Deadline]
    pack: RulePack
    station: Station
    revealed: bool
    issued: Mapping[tuple[str, str], str]
    then: Callable[[int], tuple[Case, Sequence[Deadline]]]

    @property
    def window(self) -> str:
        """How the office signs."""
        return self.station.name

    @property
    def matter(self) -> str:
        """The matter in the quotation marks of a sentence."""
        return f"“{self.text(self.case.registered.get('matter'))}”"

    @property
    def reporter(self) -> str:
        """Who reported, as the paper may name them."""
        return self.person("reporter") or masking.ANONYMOUS

    def of(self, *kinds: str) -> list[Event]:
        """Entries of these kinds, in order."""
        return [event for event in self.events if event.kind in kinds]

    def text(self, value: Any) -> str:
        """A text, without what is known of people unless they are revealed."""
        if value in (None, ""):
            return ""
        if self.revealed:
            return str(value)
        return masking.free_text(str(value), self.case.known)

    def person(self, key: str) -> str:
        """A field of the person."""
        if self.revealed:
            return str(self.case.registered.get(key) or "")
        return masking.person(self.case.registered, self.case.hidden).get(key) or ""

    def word(self, axis: str, key: Any) -> str:
        """The label of a word of the pack, "" for none."""
        return self.pack.label(axis, key) if key else ""

    def paper(self, kind: str, title: str, event: Event, *, part: int = 1, **fields: Any) -> Paper:
        """A paper that stands for an entry, and whose number another entry gave, or this one does
        (in `fields`). part: which of the papers of the entry it is.
        """
        which = f"{event.version}-{part}" if part > 1 else str(event.version)
        own = fields.pop("number", "")
        return Paper(
            kind,
            title,
            self.case.no,
            which,
            self.issued.get((kind, which)) or own,
            fields.pop("to", ""),
            fields.pop("day", event.at.date()),
            fields.pop("signature", "") or self.window,
            **fields,
        )


def facts(*rows: tuple[str, str, Any]) -> list[PaperFact]:
    """The rows that say something: key, label, text."""
    return [PaperFact(key, label, str(text)) for key, label, text in rows if text not in (None, "")]


def moment(value: datetime | None) -> str:
    """A moment as papers write it."""
    return f"{day(value)} {value:%H:%M}" if value else ""


def day(value: date | None) -> str:
    """A day as papers write it."""
    return chinese_day(value) if value else ""


def due(value: date | datetime | None) -> str:
    """A due date, with its time where it has one."""
    return moment(value) if isinstance(value, datetime) else day(value)
