"""Dossier: one case as an inspector sees it: its entries as written and as they count, folded, with its rules and its office."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from bbcs.calendar.days import DayCalendar
from bbcs.domain.case import ACTIVE, CLOSES, OPENS, Case
from bbcs.domain.clocks import Counting, Deadline, running
from bbcs.domain.corrections import effective
from bbcs.domain.entries import Entries
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.pack import RulePack
from bbcs.domain.station import Station
from bbcs.record import Record

DAY = 10
"""Characters of the day in a stored moment: days and moments are compared as text here."""

LATE = ("overdue", "met_late")
"""States of a clock that ran out."""

Said = tuple[str, str]
"""What is wrong, and what helps."""

SaidOf = tuple[str, str, str]
"""The same of a case, "" for none, that is not the one looked at: its number, what, what helps."""


class Stored(Record):
    """What `case_row` holds of a case for speed, as far as it can differ from the entries."""

    case_no: str
    phase: str
    due: str | None
    calendar: str | None
    pack_edition: str | None


class Counted(Record):
    """Stored counted events of one month and kind: how many, and by how many cases they change what is in hand."""

    month: str
    kind: str
    number: int
    delta: int


class Course(Record):
    """What whole months count of a case, as its dossier tells it: one for all cases that took the same course on the same days."""

    no: str
    came: str
    phase: str
    good: bool
    late: bool
    settled: Sequence[str]
    turns: Sequence[tuple[str, bool]]


class Books(Record):
    """What an inspection knows besides the cases: the office, the moment, the stored counts, what was improved without a case.

    deadlines: every deadline of a case; own: one clock of the case itself in one round; counting: what clocks are counted with.
    names: operator -> name. month: the only month looked at, "" for the last ones with data. improved: cases and items named by
    improvements of the whole office.
    """

    station: Station
    calendar: DayCalendar
    now: datetime
    deadlines: Callable[[Case], list[Deadline]]
    own: Callable[[Case, str, int], Deadline | None]
    counting: Callable[[RulePack], Counting]
    names: Mapping[str, str] = {}
    month: str = ""
    counted: Sequence[Counted] = ()
    improved: frozenset[str] = frozenset()

    @property
    def own_names(self) -> Sequence[str]:
        """What the office itself is called."""
        return self.station.name, self.station.code

    @property
    def today(self) -> date:
        """The day of the inspection."""
        return self.now.date()


def _rounds(one: Dossier) -> Sequence[Sequence[Event]]:
    if "Reopened" not in one.kinds:
        return [one.events]
    found: list[list[Event]] = [[]]
    for event in one.events:
        if event.kind == "Reopened":
            found.append([])
        found[-1].append(event)
    return found


def _good(case: Case) -> bool:
    call = case.last_callback
    return case.round == 1 and case.solved == "yes" and call is not None and call.satisfied


def _flaw(entries: Entries) -> str:
    if entries.kinds[0] != "Registered" or entries.versions != (
        *range(1, len(entries.versions) + 1),
    ):
        return "记录缺了或不从登记开始"
    return "编号用了两次：有两条登记" if entries.kinds.count("Registered") > 1 else ""


if TYPE_CHECKING:
    from functools import cached_property as lazy
else:

    class lazy:  # noqa: N801  # a decorator
        """Worked out when first asked for, and kept. functools.cached_property takes a lock each time (until Python 3.12)."""

        def __init__(self, work: Callable[[Any], Any]) -> None:
            self._work, self.__doc__ = work, work.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self._name = name

        def __get__(self, one: Any, owner: type) -> Any:
            if one is None:
                return self
            found = self._work(one)
            setattr(one, self._name, found)
            return found


class Dossier:
    """One case under inspection. What costs time is worked out when a check first asks for it.

    entries: as stored; no: its number; personal: what is personal in them, once somebody asked; stored: what is stored of it for
    speed. Days are text, as stored: to print and to compare one needs no date.
    """

    def __init__(
        self,
        books: Books,
        entries: Entries,
        pack_of: Callable[[str, str], RulePack],
        stored: Stored | None = None,
    ) -> None:
        self.books, self.entries, self.stored = books, entries, stored
        self.no = entries.numbers[0]
        self.pack_of = pack_of
        self.personal: Mapping[int, Mapping[str, Any]] | None = None

    @lazy
    def day(self) -> str:
        """The day of its first entry, as written."""
        return self.entries.moments[0][:DAY]

    @lazy
    def raw(self) -> Sequence[Event]:
        """The entries as written; Unreadable."""
        return self.entries.events(self.personal)

    @lazy
    def events(self) -> Sequence[Event]:
        """The entries that count, corrected."""
        return effective(self.raw)

    @lazy
    def said(self) -> Mapping[str, Any]:
        """What its registration says, as it counts."""
        return self.events[0].data

    @lazy
    def public(self) -> Mapping[str, Any]:
        """The public part of that, or more."""
        return self.said

    @lazy
    def private(self) -> Mapping[str, Any]:
        """The personal part of that, or more."""
        return self.said

    @lazy
    def kinds(self) -> frozenset[str]:
        """Their kinds."""
        return frozenset([event.kind for event in self.events])

    @lazy
    def rounds(self) -> Sequence[Sequence[Event]]:
        """They by round, each begun by its reopening."""
        return _rounds(self)

    @lazy
    def round(self) -> int:
        """The number of the last round."""
        return (
            1 + sum(event.kind == "Reopened" for event in self.events)
            if "Reopened" in self.kinds
            else 1
        )

    @lazy
    def case(self) -> Case:
        """What the entries tell."""
        return fold(self.raw)

    @lazy
    def came(self) -> str:
        """The day of its intake."""
        return on(self.events[0])

    @lazy
    def pack(self) -> RulePack:
        """The rules it was taken under."""
        said = self.entries.public(0)
        return self.pack_of(said.get("pack") or "", said.get("pack_edition") or "")

    @lazy
    def deadlines(self) -> list[Deadline]:
        """Its clocks."""
        return self.books.deadlines(self.case)

    @lazy
    def phase(self) -> str:
        """Where it is in its life."""
        return self.case.phase

    @lazy
    def settled(self) -> Sequence[str]:
        """The days on which its rounds were settled."""
        return [
            round_.resolved_at.date().isoformat()
            for round_ in self.case.rounds
            if round_.resolved_at
        ]

    @lazy
    def good(self) -> bool:
        """Settled at once, solved, the person content."""
        return _good(self.case)

    @lazy
    def late(self) -> bool:
        """Whether its handling was, or is, over the first limit."""
        own = self.own("resolve", 1)
        return own is not None and own.state in LATE

    @lazy
    def turns(self) -> Sequence[tuple[str, bool]]:
        """The days on which it came in hand (True) and went out of it again."""
        return [
            (on(event), event.kind in OPENS)
            for event in self.events
            if event.kind in OPENS or event.kind in CLOSES
        ]

    @lazy
    def flaw(self) -> str:
        """What is wrong with the row of its entries, "" for one that begins with its registration and leaves none out."""
        return _flaw(self.entries)

    @lazy
    def _own(self) -> dict[tuple[str, int], Deadline | None]:
        return {}

    def know(self, own: Deadline | None, every: list[Deadline] | None) -> None:
        """Take the handling deadline of a case of one round, and all its deadlines, from another that shares them."""
        self._own["resolve", 1] = own
        if every is not None:
            self.deadlines = every

    def of(self, *kinds: str) -> list[Event]:
        """Its entries of these kinds, in order."""
        if self.kinds.isdisjoint(kinds):
            return []
        return [event for event in self.events if event.kind in kinds]

    def own(self, name: str = "resolve", round_no: int = 0) -> Deadline | None:
        """The case's own deadline of one clock, in the current round unless another is named."""
        key = name, round_no or self.round
        if key not in self._own:
            every = self.phase in ACTIVE  # then all its clocks are asked for anyway
            self._own[key] = (
                running(self.deadlines, *key) if every else self.books.own(self.case, *key)
            )
        return self._own[key]


def held(event: Event, name: str) -> bool:
    """Whether the entry says something there; what was erased was said."""
    return bool(event.data.get(name)) or event.erased


def on(event: Event) -> str:
    """The day of an entry as printed."""
    return event.at.date().isoformat()
