"""Dossier: one case as an inspector sees it: its entries as written and as they count, folded, with its rules and its office."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bbcs.calendar.days import WorkCalendar
from bbcs.domain.case import ACTIVE, CLOSES, OPENS, Case
from bbcs.domain.clocks import Counting, Deadline, running
from bbcs.domain.event import Event
from bbcs.domain.evolve import fold
from bbcs.domain.mending import effective
from bbcs.domain.pack import RulePack
from bbcs.domain.station import Station
from bbcs.record import Record

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


class Books(Record):
    """What an inspection knows besides the cases: the office, the moment, the stored counts, what was improved without a case.

    deadlines: every deadline of a case; own: one clock of the case itself in one round; counting: what clocks are counted with.
    names: operator -> name. month: the only month looked at, "" for the last ones with data. improved: cases and items named by
    improvements of the whole office.
    """

    station: Station
    calendar: WorkCalendar
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


def _late(deadline: Deadline | None) -> bool:
    return deadline is not None and deadline.state in LATE


def _flaw(raw: Sequence[Event]) -> str:
    if raw[0].kind != "Registered" or [event.version for event in raw] != [*range(1, len(raw) + 1)]:
        return "记录缺了或不从登记开始"
    return "编号用了两次：有两条登记" if [event.kind for event in raw].count("Registered") > 1 else ""


_LAZY: Mapping[str, Callable[[Dossier], Any]] = {
    "events": lambda one: effective(one.raw),
    "kinds": lambda one: frozenset([event.kind for event in one.events]),
    "rounds": _rounds,
    "round": lambda one: 1 + sum(event.kind == "Reopened" for event in one.events) if "Reopened" in one.kinds else 1,
    "case": lambda one: fold(one.raw),
    "came": lambda one: on(one.events[0]),
    "pack": lambda one: one.pack_of(one.raw[0].data.get("pack") or "", one.raw[0].data.get("pack_edition") or ""),
    "deadlines": lambda one: one.books.deadlines(one.case),
    "phase": lambda one: one.case.phase,
    "settled": lambda one: [round_.resolved_at.date().isoformat() for round_ in one.case.rounds if round_.resolved_at],
    "good": lambda one: _good(one.case),
    "late": lambda one: _late(one.own("resolve", 1)),
    "turns": lambda one: [(on(event), event.kind in OPENS) for event in one.events if event.kind in OPENS or event.kind in CLOSES],
    "flaw": lambda one: _flaw(one.raw),
}
"""What is worked out of a case when it is first asked for."""


class Dossier:
    """One case under inspection. What costs time is worked out when a check first asks for it.

    raw: the entries as written; events: those that count, corrected; kinds: theirs; rounds: they by round, each begun by its
    reopening; round: the number of the last; case: what they tell; came: its day of intake; pack: the rules it was taken under;
    deadlines: its clocks; phase: where it is in its life; settled: the days on which its rounds were settled; good: settled at
    once, solved, the person content; late: whether its handling was, or is, over the first limit; turns: the days on which it came
    in hand (True) and went out of it again; flaw: what is wrong with the row of its entries, "" for one that begins with its
    registration and leaves none out. Days are text, as stored: to print and to compare one needs no date.
    """

    __slots__ = ("_own", "books", "no", "pack_of", "raw", "stored", *_LAZY)

    books: Books
    raw: Sequence[Event]
    stored: Stored | None
    no: str
    pack_of: Callable[[str, str], RulePack]
    events: Sequence[Event]
    kinds: frozenset[str]
    rounds: Sequence[Sequence[Event]]
    round: int
    case: Case
    came: str
    pack: RulePack
    deadlines: list[Deadline]
    phase: str
    settled: list[str]
    good: bool
    late: bool
    turns: list[tuple[str, bool]]
    flaw: str

    def __init__(self, books: Books, raw: Sequence[Event], pack_of: Callable[[str, str], RulePack], stored: Stored | None = None) -> None:
        self.books, self.raw, self.stored = books, raw, stored
        self.no = raw[0].case_no
        self.pack_of = pack_of
        self._own: dict[tuple[str, int], Deadline | None] = {}

    def __getattr__(self, name: str) -> Any:
        """Work out what was not yet asked for, and keep it (cached_property takes a lock each time)."""
        if name not in _LAZY:
            raise AttributeError(name)
        found = _LAZY[name](self)
        setattr(self, name, found)
        return found

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
            self._own[key] = running(self.deadlines, *key) if every else self.books.own(self.case, *key)
        return self._own[key]


def held(event: Event, name: str) -> bool:
    """Whether the entry says something there; what was erased was said."""
    return bool(event.data.get(name)) or event.erased


def on(event: Event) -> str:
    """The day of an entry as printed."""
    return event.at.date().isoformat()
