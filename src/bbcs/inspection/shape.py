"""Shape: what two cases have in common when most checks must say the same of both. A whole ledger is looked at in shapes.

A check is never told twice. It looks at the first cases of a shape in full; when it was silent, and its row in the table
says that its silence rests on the shape, it is not asked about the next case of that shape. Whatever speaks is asked every
time. Of a case that has been over for long the shape is enough; any other must also be of the same days, from which follows
where each of its clocks stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from bbcs.calendar.days import WorkCalendar
from bbcs.domain.case import ACTIVE, CLOSES, OPENS
from bbcs.domain.clocks import OWN, Deadline, counted, in_days, run_of
from bbcs.domain.pack import RulePack
from bbcs.errors import BbcsError
from bbcs.inspection.answers import LEFT
from bbcs.inspection.clocks import kept, shown
from bbcs.inspection.dossier import LATE, Books, Dossier, Said
from bbcs.inspection.stem import QUIET, Stems
from bbcs.inspection.telling import PLAIN, Told, told
from bbcs.record import Record

ALWAYS, ON_SHAPE, ON_DAYS = "", "shape", "days"
"""What the silence of a check rests on: more than can be remembered; the shape; the shape, and that all its days were working days."""

Step = tuple[str, frozenset[str], Callable[[Dossier], Iterable[Said]], str]
"""One check as each case meets it: its code, the kinds it looks for, what it asks, what its silence rests on."""

MANY, FEW = 4096, 64
"""Shapes kept at once, and days of each: an office of one year has some hundreds; memory must not grow with the ledger. Cases
come in order of their number, so those of the same days follow each other."""


class Standing(Record):
    """Where the clocks of a case stand: whether its handling is late, the due date to be stored of it.

    own, all: its handling deadline and every one, where their days are all that tells them; None where that was not asked.
    """

    late: bool
    due: str | None
    own: Deadline | None = None
    all: list[Deadline] | None = None


class Shape:
    """What is known of every case of one shape, learned from one of them; ValueError for a case that has none.

    run: its handling clock, counted by `by`; limit: what tells it from others; by_days: whether days alone tell where it stands;
    dues: when it was due, by limit and day of the start, shared by all shapes; start, stop, seq: which entries gave the moments of
    `run` and its number in the chain; settled, turns: which settled the case, and moved it in and out of hand; stood: days -> where
    all clocks of a dated case stand; plans: where it stands -> what is still asked.
    """

    __slots__ = (
        "by", "by_days", "dues", "first", "flaw", "good", "last", "limit", "phase", "plans", "run", "seq", "settled", "start", "stood",
        "stop", "today", "turns",
    )  # fmt: skip

    def __init__(self, one: Dossier, known: Told, dues: dict[Hashable, str | None]) -> None:
        case, pack, moments, numbers = one.case, one.pack, [event.at for event in one.raw], [event.seq for event in one.raw]
        self.run = run = run_of(case, pack, "resolve", 1)
        self.by, self.dues, self.today = one.books.counting(pack), dues, one.books.today.isoformat()
        self.by_days = run is not None and in_days(run.clock, pack)
        self.limit = (id(run.clock), run.own, run.promised) if run else None
        daily = not self.by.at and all(in_days(clock, pack) for clock in (OWN, *pack.clocks))
        if not _plain(one) or (run and run.changes) or len({*numbers}) < len(numbers):
            raise ValueError
        if not daily if known.dated else case.phase in ACTIVE or _heard(pack):
            raise ValueError
        self.phase, self.good, self.flaw = case.phase, one.good, one.flaw
        since = pack.in_force_from or date.min
        under = case.received_at.date() >= since
        first, last = (since, date.max) if under else (date.min, since - timedelta(days=1))
        self.first, self.last = first.isoformat(), last.isoformat()
        place_of = known.places.index
        self.start = place_of(moments.index(run.start)) if run else 0
        self.stop = place_of(moments.index(run.stop)) if run and run.stop else -1
        self.seq = place_of(numbers.index(run.seq)) if run and run.seq else -1
        self.settled = [place_of(moments.index(round_.resolved_at)) for round_ in case.rounds if round_.resolved_at]
        turning = [(place, event.kind in OPENS) for place, event in enumerate(one.raw) if event.kind in OPENS or event.kind in CLOSES]
        self.turns = [(place_of(place), opens) for place, opens in turning]
        self.stood: dict[Hashable, Standing] = {}
        self.plans: dict[Hashable, Sequence[Step]] = {}

    def tell(self, one: Dossier, known: Told, works: bool) -> Hashable:
        """Tell a case of this shape what then need not be folded out of it. Where it stands: cases that stand so are asked the same.

        works: whether all its days were working days.
        """
        _, places, days, kinds, dated = known
        told = days if len(places) == len(days) else [days[place] for place in places]
        one.events, one.came, one.kinds = one.raw, days[0], kinds  # nothing in it rewrites
        one.phase, one.good, one.flaw = self.phase, self.good, self.flaw
        one.settled = [told[place] for place in self.settled]
        one.turns = [(told[place], opens) for place, opens in self.turns]
        if dated:
            stands = self._dated(one, days)
            one.late = stands.late
            return days, not one.stored or stands.due == one.stored.due
        one.late, due = self._standing(one, places, told) if self.run else (False, None)
        return one.late, not one.stored or due == one.stored.due, works

    def _dated(self, one: Dossier, days: tuple[str, ...]) -> Standing:
        """Where all its clocks stand, counted once for the cases of the same days; told to the case."""
        same = self.stood.get(days)
        if same is None:
            every = one.deadlines if self.phase in ACTIVE else None
            own = one.own("resolve", 1)
            alike = every if every and not any(deadline.order for deadline in every) else None  # else each has its own units
            same = Standing(own is not None and own.state in LATE, kept(shown(one), one.pack), own, alike)
            _keep(self.stood, days, same, FEW)
        one.know(same.own, same.all)
        return same

    def _standing(self, one: Dossier, places: Sequence[int], days: Sequence[str]) -> tuple[bool, str | None]:
        """Whether the handling of a case that is over was late, and when it was due: counted once for all that began on the same day."""
        run, by = self.run, self.by
        assert run is not None
        seq = one.raw[places[self.seq]].seq if self.seq >= 0 else 0
        key = self.limit, days[self.start], id(by.calendar_of(seq))
        due = self.dues.get(key, "")
        if due == "" or not self.by_days:
            stop = one.raw[places[self.stop]].at if self.stop >= 0 else None
            found = counted(run._replace(start=one.raw[places[self.start]].at, stop=stop, seq=seq), by)
            if not self.by_days:
                return found.state in LATE, kept(found, by.pack)
            due = kept(found, by.pack)
            _keep(self.dues, key, due, MANY)
        return due is not None and (days[self.stop] if self.stop >= 0 else self.today) > due, due

    def learn(self, stands: Hashable, steps: Sequence[Step], spoke: Collection[str], *, dated: bool, works: bool) -> None:
        """Keep what has to be asked of the next case that stands so: what spoke of this one, and what may speak of any."""
        rests = (ON_SHAPE, ON_DAYS) if dated or works else (ON_SHAPE,)
        _keep(self.plans, stands, [step for step in steps if step[0] in spoke or (step[3] not in rests and _about(step[1]))], FEW)


def _keep(kept: dict[Any, Any], key: Hashable, value: object, most: int) -> None:
    if len(kept) >= most:
        kept.clear()
    kept[key] = value


def _about(kinds: frozenset[str]) -> bool:
    """Whether a check that looks for these kinds can have to do with a case of a shape."""
    return not kinds or not kinds.isdisjoint(PLAIN)


def _plain(one: Dossier) -> bool:
    """Whether it tells of nothing odd: no columns of a foreign ledger, graded once at most.

    Of one graded again the first limit may have run out by then.
    """
    return "extra" not in one.raw[0].data and len(one.of("Triaged")) < 2


def _heard(pack: RulePack) -> bool:
    """Whether the handling clock of a pack starts or stops with what tells no case."""
    ends = (end.partition(".")[0] for clock in pack.clocks if clock.name == "resolve" for end in (clock.start, clock.stop))
    return not QUIET.isdisjoint(ends)


class Shapes:
    """The shapes met so far, and what is asked of the next case of each."""

    def __init__(self, books: Books) -> None:
        self._known: dict[Hashable, Shape | None] = {}
        self._met: set[int] = set()
        self._dues: dict[Hashable, str | None] = {}
        self._before = _long_ago(books).isoformat()
        self._works = _Working(books.calendar)
        self._stems = Stems(books.own_names)

    def plan(self, one: Dossier) -> Plan | None:
        """What is still asked of a case; None where that is not known."""
        parts = getattr(one.raw, "parts", None)
        if parts is None:
            return None
        known = told(one, parts, self._stems, self._before)
        if known is None:
            return None
        shape = self._known.get(known.key) or self._met_again(known, one)
        if shape is None or not shape.first <= known.days[0] <= shape.last:
            return None
        working = all(map(self._works.__getitem__, known.days))
        stands = shape.tell(one, known, working)
        return _plan((shape, stands, shape.plans.get(stands), known.dated, working))

    def _met_again(self, known: Told, one: Dossier) -> Shape | None:
        """Learn a shape that was met before: most of those that come once never come again."""
        key = known.key
        if key in self._known:
            return None
        mark = hash(key)
        if mark not in self._met:
            if len(self._met) >= 16 * MANY:
                self._met.clear()
            self._met.add(mark)
            return None
        if len(self._known) >= MANY:
            self._known.clear()
        self._known[key] = None  # what trips over the first will trip over the others
        self._known[key] = found = Shape(one, known, self._dues)
        return found


class Plan(Record):
    """Where a case of a shape stands, and what is still asked of it: None until one that stood so was asked everything."""

    shape: Shape
    stands: Hashable
    steps: Sequence[Step] | None
    dated: bool
    works: bool

    def learn(self, steps: Sequence[Step], spoke: Collection[str]) -> None:
        """Keep what the next one need not be asked."""
        self.shape.learn(self.stands, steps, spoke, dated=self.dated, works=self.works)


_plan = partial(tuple.__new__, Plan)  # the constructor by itself: 100,000 of them


class _Working(dict[str, bool]):
    """Day -> whether it was a working day, looked up once."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar

    def __missing__(self, day: str) -> bool:
        works = self[day] = self._calendar.is_working(date.fromisoformat(day))
        return works


def _long_ago(books: Books) -> date:
    """The first of the last days: a case in which something happened since is told with its days, for it may stand otherwise tomorrow."""
    day = books.today
    try:
        while books.calendar.between(day, books.today) <= LEFT:
            day -= timedelta(days=1)
    except BbcsError:
        return date.min
    return day
