"""Shape: what two cases have in common when most checks must say the same of both. A whole ledger is looked at in shapes.

A check is never told twice. It looks at the first cases of a shape in full; when it was silent, and its row in the table
says what that silence rests on, it is not asked about the next case of that shape. Whatever speaks is asked every time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bbcs.calendar.days import WorkCalendar
from bbcs.domain.case import ACTIVE, CLOSES, IN_HAND, OPENS
from bbcs.domain.clocks import Run, counted, in_days, run_of
from bbcs.errors import BbcsError
from bbcs.inspection.answers import LEFT
from bbcs.inspection.clocks import kept
from bbcs.inspection.dossier import LATE, Books, Dossier, Said
from bbcs.inspection.stem import Stems

ALWAYS, ON_SHAPE, ON_DAYS, ON_END, ON_CLOCK = "", "shape", "days", "end", "clock"
"""What the silence of a check rests on: more than can be remembered; the shape alone; the shape and which of its days were
working days; the shape, once nobody has anything left to do; the shape and where the handling clock stands, unless another
clock is the one to look at."""

Part = tuple[str, int, str, Mapping[str, Any], Mapping[str, Any] | None]
"""An entry as stored: its moment, version and text of the public part, what that says, and the personal part."""

Step = tuple[str, frozenset[str], Callable[[Dossier], Iterable[Said]], str]
"""One check as each case meets it: its code, the kinds it looks for, what it asks, what its silence rests on."""

PLAIN = frozenset(
    {
        "Registered", "Accepted", "Refused", "Triaged", "Assigned", "Signed", "Returned", "Forwarded", "Stepped", "FedBack",
        "Notified", "Escalated", "Convened", "Supervised", "Linked", "Improved", "Noted", "Attached", "Resolved", "CallbackTried",
        "CalledBack", "Closed", "Archived", "Withdrawn", "TransferredOut",
    }
)  # fmt: skip
"""Kinds of a case that has a shape: none that rewrites, reopens, pauses, extends, owes or merges, where dates matter as dates."""

CALLS = ("CalledBack", "CallbackTried")
"""Kinds of which it matters who wrote them."""

READ = frozenset({"by", "handler"})
"""Personal fields whose words checks compare; of all others they only ask whether something was said."""

MANY = 4096
"""Shapes kept at once: an office of one year has some hundreds; memory must not grow with the ledger."""

ZONE, MIDNIGHT, _WORDS = "+08:00", "T00:00:00+08:00", {str}
"""How a stored moment ends, and how one of which only the day was known; the types of a personal part that is all words."""

DAY = 10
"""Characters of the day in a stored moment: days and moments are compared as text here."""


class Shape:
    """What is known of every case of one shape, learned from one of them; ValueError for a case that has none.

    run: its handling clock, counted by `by`, told by days where `daily`; start, stop, seq: which entries gave its moments and
    its number in the chain; settled, turns: which settled it and moved it in and out of hand; rests: what silence may
    rest on; plans: where it stands -> what is still asked.
    """

    __slots__ = (
        "by", "daily", "first", "flaw", "good", "kinds", "last", "phase", "plans", "rests", "run", "seq", "settled", "start", "stood",
        "stop", "turns",
    )  # fmt: skip

    def __init__(self, one: Dossier) -> None:
        raw, case, pack = one.raw, one.case, one.pack
        moments, numbers = [event.at for event in raw], [event.seq for event in raw]
        self.run = run = run_of(case, pack, "resolve", 1)
        if not _plain(one) or (run and run.changes) or len({*numbers}) < len(numbers):
            raise ValueError
        self.by = one.books.counting(pack)
        self.phase, self.good, self.kinds, self.flaw = case.phase, one.good, one.kinds, one.flaw
        self.rests = _rests(case.phase, run)
        since = pack.in_force_from or date.min
        under = case.received_at.date() >= since
        first, last = (since, date.max) if under else (date.min, since - timedelta(days=1))
        self.first, self.last = first.isoformat(), last.isoformat()
        self.daily = run is not None and in_days(run.clock, pack)
        self.start = moments.index(run.start) if run else 0
        self.stop = moments.index(run.stop) if run and run.stop else -1
        self.seq = numbers.index(run.seq) if run and run.seq else -1
        self.settled = [moments.index(round_.resolved_at) for round_ in case.rounds if round_.resolved_at]
        self.turns = [(place, event.kind in OPENS) for place, event in enumerate(raw) if event.kind in OPENS or event.kind in CLOSES]
        self.stood: dict[Hashable, tuple[str, str | None]] = {}
        self.plans: dict[Hashable, Sequence[Step]] = {}

    def tell(self, one: Dossier, days: Sequence[str]) -> Hashable:
        """Tell a case of this shape, whose entries are of these days, what then need not be folded out of it; where its clock stands."""
        raw, due, state = one.raw, None, ""
        one.events, one.came = raw, days[0]  # nothing in it rewrites
        one.phase, one.good, one.kinds, one.flaw = self.phase, self.good, self.kinds, self.flaw
        one.settled = [days[place] for place in self.settled]
        one.turns = [(days[place], opens) for place, opens in self.turns]
        if self.run:
            state, due = self._standing(one, days)
        one.late = state in LATE
        return state, not one.stored or due == one.stored.due

    def _standing(self, one: Dossier, days: Sequence[str]) -> tuple[str, str | None]:
        """Where its handling clock stands and is due, counted once for the cases that began and ended on the same days."""
        raw, stopped = one.raw, self.stop >= 0
        seq = raw[self.seq].seq if self.seq >= 0 else 0
        ends = days[self.start], stopped and days[self.stop], self.by.calendar_of(seq)
        same = self.stood.get(ends)
        if same:
            return same
        run = self.run._replace(start=raw[self.start].at, stop=raw[self.stop].at if stopped else None, seq=seq)  # type: ignore[union-attr]
        found = counted(run, self.by)
        stands = found.state, kept(found, self.by.pack)
        if self.daily:
            if len(self.stood) >= MANY:
                self.stood.clear()
            self.stood[ends] = stands
        return stands

    def learn(self, stands: Hashable, steps: Sequence[Step], spoke: Collection[str]) -> None:
        """Keep what has to be asked of the next case that stands so: what spoke of this one, and what may speak of any."""
        if len(self.plans) >= MANY:
            self.plans.clear()
        self.plans[stands] = [
            step for step in steps if step[0] in spoke or not (step[3] in self.rests or (step[1] and self.kinds.isdisjoint(step[1])))
        ]


def _rests(phase: str, run: Run | None) -> Collection[str]:
    """What silence may rest on in that phase. While somebody has something left to do every clock counts, of which one is told."""
    if phase not in ACTIVE:
        return ON_SHAPE, ON_DAYS, ON_CLOCK, ON_END
    return (ON_SHAPE, ON_DAYS, ON_CLOCK) if run and phase in IN_HAND else (ON_SHAPE, ON_DAYS)


def _plain(one: Dossier) -> bool:
    """Whether nothing in it rests on its very days: no odd kinds, no columns of a foreign ledger, graded once at most.

    Of one graded again the first limit may have run out by then.
    """
    return one.kinds <= PLAIN and "extra" not in one.raw[0].data and len(one.of("Triaged")) < 2


class Shapes:
    """The shapes met so far, and what is asked of the next case of each."""

    def __init__(self, books: Books) -> None:
        self._known: dict[Hashable, Shape | None] = {}
        self._met: set[int] = set()
        self._first, self._before = books.calendar.first.isoformat(), _long_ago(books).isoformat()
        self._works = _Working(books.calendar)
        self._stems = Stems(books.own_names)

    def plan(self, one: Dossier) -> tuple[Shape | None, Hashable, Sequence[Step] | None]:
        """The shape of a case, where it stands, and what is still asked of such a one; None for what is not known."""
        parts = getattr(one.raw, "parts", None)
        if parts is None or parts[-1][0] >= self._before or parts[0][0] < self._first:
            return None, None, None
        days = [part[0][:DAY] for part in parts]
        key = _key(one, parts, days, self._stems)
        if key is None:
            return None, None, None
        shape = self._known.get(key) or self._met_again(key, one)
        if shape is None or not shape.first <= days[0] <= shape.last:
            return None, None, None
        works = self._works
        stands = shape.tell(one, days), tuple([works[day] for day in days])
        return shape, stands, shape.plans.get(stands)

    def _met_again(self, key: Hashable, one: Dossier) -> Shape | None:
        """Learn a shape that was met before: most of those that come once never come again."""
        if key in self._known:
            return None
        told = hash(key)
        if told not in self._met:
            if len(self._met) >= 16 * MANY:
                self._met.clear()
            self._met.add(told)
            return None
        if len(self._known) >= MANY:
            self._known.clear()
        self._known[key] = None  # what trips over the first will trip over the others
        self._known[key] = found = Shape(one)
        return found


class _Working(dict[str, bool]):
    """Day -> whether it was a working day, looked up once."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar

    def __missing__(self, day: str) -> bool:
        works = self[day] = self._calendar.is_working(date.fromisoformat(day))
        return works


def _long_ago(books: Books) -> date:
    """The first of the last days: a case in which something happened since is looked at in full, what rests on today with it."""
    day = books.today
    try:
        while books.calendar.between(day, books.today) <= LEFT:
            day -= timedelta(days=1)
    except BbcsError:
        return date.min
    return day


def _key(one: Dossier, parts: Sequence[Part], days: Sequence[str], stems: Stems) -> Hashable | None:
    """Everything a check may rest on but the moments themselves: of them only their order, ties and missing times of day.

    None for a history with a version left out, or whose moments are out of order or not stored as they should be.
    """
    found: list[Hashable] = [one.stored and one.stored.phase]
    last, before, names = parts[0][0], days[0], dict[str, int]()
    entries = enumerate(zip(one.raw, parts, days, strict=True), 1)
    for place, ((kind, _, _, actor, _, version, _, _, _, erased), (at, v, text, said, personal), day) in entries:
        if at < last or not at.endswith(ZONE) or version != place:
            return None
        step = 0 if at == last else 1 if day == before else 2
        stem, named = stems.of(kind, v, text, said)
        words, caller = personal and _words(personal), actor if kind in CALLS else ""
        found += (stem, step, at.endswith(MIDNIGHT), erased, words, caller)
        if named:
            found += [names.setdefault(name, len(names)) for name in named]
        last, before = at, day
    return tuple(found)


def _words(personal: Mapping[str, Any]) -> Hashable:
    """Which personal fields there are, of what type where they say something; the words themselves where checks read them."""
    values = personal.values()
    if {*map(type, values)} == _WORDS and all(values) and READ.isdisjoint(personal):
        return tuple(personal)
    return tuple([(name, repr(value) if name in READ else type(value), not value) for name, value in personal.items()])
