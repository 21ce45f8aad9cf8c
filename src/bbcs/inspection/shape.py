"""Shape: what two cases have in common when most checks must say the same of both. A whole ledger is looked at in shapes.

A check is never told twice. It looks at the first cases of a shape in full; when it was silent, and its row in the table
says what that silence rests on, it is not asked about the next case of that shape. Whatever speaks is asked every time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bbcs.calendar.terms import CST
from bbcs.domain.case import ACTIVE
from bbcs.domain.clocks import Deadline, Run, counted, in_days, run_of
from bbcs.domain.event import Event
from bbcs.errors import BbcsError
from bbcs.inspection.answers import LEFT
from bbcs.inspection.clocks import kept
from bbcs.inspection.dates import midnight
from bbcs.inspection.dossier import Books, Dossier, Said

ALWAYS, ON_SHAPE, ON_END, ON_CLOCK = "", "shape", "end", "clock"
"""What the silence of a check rests on: more than can be remembered; the shape alone; the shape, once nobody has anything
left to do; the shape and where the handling clock stands, once nobody has anything left to do."""

Step = tuple[str, frozenset[str], Callable[[Dossier], Iterator[Said]], str]
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


class Shape:
    """What is known of every case of one shape, learned from one of them.

    run: its handling clock; start, stop, seq: which entries gave its moments and its number in the chain; settled: which
    settled it; open: somebody still has to do something; plans: where it stands -> what is still asked.
    """

    __slots__ = ("by", "counts", "first", "good", "kinds", "last", "open", "phase", "plans", "run", "seq", "settled", "start", "stop")

    def __init__(self, one: Dossier) -> None:
        case, pack = one.case, one.pack
        self.by = one.books.counting(pack)
        self.phase, self.good, self.kinds = case.phase, one.good, one.kinds
        self.open = case.phase in ACTIVE
        since = pack.in_force_from or date.min
        under = case.received_at.date() >= since
        self.first, self.last = (since, date.max) if under else (date.min, since - timedelta(days=1))
        moments, numbers = [event.at for event in one.raw], [event.seq for event in one.raw]
        self.run = run = run_of(case, pack, "resolve", 1)
        if (run and run.changes) or len({*numbers}) < len(numbers):
            raise ValueError
        self.start = moments.index(run.start) if run else 0
        self.stop = moments.index(run.stop) if run and run.stop else -1
        self.seq = numbers.index(run.seq) if run and run.seq else -1
        self.settled = [moments.index(at) for at in one.settled]
        self.counts: dict[Hashable, Deadline] = {}
        self.plans: dict[Hashable, Sequence[Step]] = {}

    def tell(self, one: Dossier) -> Hashable:
        """Tell a case of this shape what then need not be folded out of it; where it stands."""
        raw, due, state = one.raw, None, ""
        one.phase, one.good = self.phase, self.good
        one.settled = [raw[place].at for place in self.settled]
        if self.run:
            one.give(deadline := self._deadline(raw, self.run))
            due, state = kept(deadline, self.by.pack), deadline.state
        return state, not one.stored or due == one.stored.due

    def _deadline(self, raw: Sequence[Event], run: Run) -> Deadline:
        """Where its handling clock stands, counted once for the cases that began and ended on the same days."""
        start, stop = raw[self.start].at, raw[self.stop].at if self.stop >= 0 else None
        seq = raw[self.seq].seq if self.seq >= 0 else 0
        days = start.date(), stop and stop.date(), self.by.calendar_of(seq)
        same = self.counts.get(days)
        if same:
            return same._replace(start=start, met_at=stop)
        found = counted(run._replace(start=start, stop=stop, seq=seq), self.by)
        if in_days(run.clock, self.by.pack) and start.tzinfo == CST:
            if len(self.counts) >= MANY:
                self.counts.clear()
            self.counts[days] = found
        return found

    def learn(self, stands: Hashable, steps: Sequence[Step], spoke: Collection[str]) -> None:
        """Keep what has to be asked of the next case that stands so: what spoke of this one, and what may speak of any."""
        rests = (ON_SHAPE,) if self.open else (ON_SHAPE, ON_END, ON_CLOCK)
        self.plans[stands] = [
            step for step in steps if step[0] in spoke or not (step[3] in rests or (step[1] and self.kinds.isdisjoint(step[1])))
        ]


class Shapes:
    """The shapes met so far, and what is asked of the next case of each."""

    def __init__(self, books: Books) -> None:
        self._known: dict[Hashable, Shape | None] = {}
        self._met: set[int] = set()
        self._first, self._before = books.calendar.first, _long_ago(books)

    def plan(self, one: Dossier) -> tuple[Shape | None, Hashable, Sequence[Step] | None]:
        """The shape of a case, where it stands, and what is still asked of such a one; None for what is not known."""
        raw = one.raw
        if raw[-1].at.date() >= self._before or raw[0].at.date() < self._first:
            return None, None, None
        key = _key(one)
        if key is None:
            return None, None, None
        shape = self._known.get(key) or self._met_again(key, one)
        if shape is None or not shape.first <= raw[0].at.date() <= shape.last:
            return None, None, None
        stands = shape.tell(one)
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


def _long_ago(books: Books) -> date:
    """The first of the last days: a case in which something happened since is looked at in full, what rests on today with it."""
    day = books.today
    try:
        while books.calendar.between(day, books.today) <= LEFT:
            day -= timedelta(days=1)
    except BbcsError:
        return date.min
    return day


def _key(one: Dossier) -> Hashable | None:
    """Everything a check may rest on but the moments themselves: of them only their order, ties and missing times of day.

    None for a history that is not plain: other kinds, gaps in its versions, moments out of order, columns of a foreign ledger.
    """
    raw, last, parts = one.raw, one.raw[0].at, getattr(one.raw, "parts", None)
    if parts is None or last.tzinfo is None or not one.kinds <= PLAIN or "extra" in raw[0].data:
        return None
    if sum(event.kind == "Triaged" for event in raw) > 1:  # graded again: by then the first limit may have run out
        return None
    found: list[Hashable] = [one.stored and one.stored.phase]
    day, step, bare, number = last.date(), 0, midnight(last), 0
    for (kind, at, _, actor, _, version, _, _, _, erased), (v, text, personal) in zip(raw, parts, strict=True):
        number += 1  # noqa: SIM113 — a third value to unpack costs more
        if at == last:
            step = 0
        elif at < last or at.date() < day:
            return None
        else:
            step, bare, last = 1 if at.date() == day else 2, midnight(at), at
            day = at.date()
        if version != number:
            return None
        found.append((kind, step, bare, erased, v, text, personal and _words(personal), actor if kind in CALLS else ""))
    return tuple(found)


def _words(personal: Mapping[str, Any]) -> Hashable:
    """Which personal fields there are, of what type where they say something; the words themselves where checks read them."""
    return tuple(
        [
            (name, repr(value)) if name in READ else name if value and type(value) is str else (name, type(value), not value)
            for name, value in personal.items()
        ]
    )
