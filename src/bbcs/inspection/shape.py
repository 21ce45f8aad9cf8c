"""Shape: what two cases have in common when most checks must say the same of both. A whole ledger is looked at in shapes.

A check is never told twice. It looks at the first cases of a shape in full; when it was silent, and its row in the table
says that its silence rests on the shape, it is not asked about the next case of that shape. Whatever speaks is asked every
time. Of a case that has been over for long the shape is enough; any other must also be of the same days, from which follows
where each of its clocks stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import Any

from bbcs.calendar.days import DayCalendar
from bbcs.domain.case import ACTIVE, CLOSES, OPENS
from bbcs.domain.clocks import OWN, Deadline, counted, in_days, run_of
from bbcs.domain.pack import RulePack
from bbcs.errors import BbcsError
from bbcs.inspection.answers import LEFT
from bbcs.inspection.case_view import LATE, Books, Dossier, Said
from bbcs.inspection.causes import quarter
from bbcs.inspection.clocks import kept, shown
from bbcs.inspection.courses import More
from bbcs.inspection.dates import serves_on_rest_days
from bbcs.inspection.stem import QUIET
from bbcs.inspection.telling import Telling, Told
from bbcs.inspection.watch import ON_AGE, ON_COURSE, ON_DAYS, ON_SHAPE
from bbcs.record import Record

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


class Left(Record):
    """What is still asked of a case: always; once for all that took the same course on the same days, which are then only counted.

    closely: whether that is more than what is asked of any case; met: the days of a course -> how many more took it.
    """

    always: Sequence[Step]
    once: Sequence[Step]
    closely: bool
    met: dict[Hashable, More]


class Shape:
    """What is known of every case of one shape, learned from one of them; ValueError for a case that has none.

    run: its handling clock, counted by `by`; limit: what tells it from others; by_days: whether days alone tell where it stands;
    dues: when it was due, by limit and day of the start, shared by all shapes; start, stop, seq: which entries gave the moments of
    `run` and its number in the chain; settled, turns: which settled the case, and moved it in and out of hand; marks: the days of
    all these; regular: whether it came once, and went once at most; serves: whether its rules know a service on days off;
    stood: days -> where all clocks of a dated case stand; left: where it stands -> what is still asked.
    """

    __slots__ = (
        "by", "by_days", "dues", "first", "flaw", "good", "last", "left", "limit", "marks", "phase", "regular", "run", "seq", "serves",
        "settled", "start", "stood", "stop", "today", "turns",
    )  # fmt: skip

    def __init__(self, one: Dossier, known: Told, dues: dict[Hashable, str | None]) -> None:
        case, pack, moments, numbers = (
            one.case,
            one.pack,
            [event.at for event in one.raw],
            [event.seq for event in one.raw],
        )
        self.run = run = run_of(case, pack, "resolve", 1)
        self.by, self.dues, self.today = one.books.counting(pack), dues, one.books.today.isoformat()
        self.by_days = run is not None and in_days(run.clock, pack)
        self.limit = (id(run.clock), run.own, run.promised) if run else None
        daily = not self.by.at and all(in_days(clock, pack) for clock in (OWN, *pack.clocks))
        if (
            not _plain(one)
            or (run and run.changes)
            or len({*numbers}) < len(numbers)
            or 0 not in known.places
        ):
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
        self.settled = [
            place_of(moments.index(round_.resolved_at))
            for round_ in case.rounds
            if round_.resolved_at
        ]
        turning = [
            (place, event.kind in OPENS)
            for place, event in enumerate(one.raw)
            if event.kind in OPENS or event.kind in CLOSES
        ]
        self.turns = [(place_of(place), opens) for place, opens in turning]
        self.regular = [opens for _, opens in self.turns] in ([True], [True, False])
        self.marks = itemgetter(0, *self.settled, *[place for place, _ in self.turns])
        self.serves = serves_on_rest_days(pack)
        self.stood: dict[Hashable, Standing] = {}
        self.left: dict[Hashable, Left] = {}

    def stands(self, one: Dossier, known: Told, told: Sequence[str], works: bool) -> Hashable:
        """Where a case of this shape stands: cases that stand so are asked the same. Tell it what even then it is asked.

        told: the days of the entries that tell it; works: whether all its days were working days.
        """
        one.kinds, one.flaw, one.came = known.kinds, self.flaw, told[0]
        if known.dated:
            stands = self._dated(one, known.days)
            one.late = stands.late
            return known.days, not one.stored or stands.due == one.stored.due
        one.late, due = self._standing(one, known.places, told) if self.run else (False, None)
        return one.late, not one.stored or due == one.stored.due, works

    def inform(self, one: Dossier, told: Sequence[str]) -> None:
        """Tell a case of this shape what then need not be folded out of it."""
        one.phase, one.good = self.phase, self.good
        one.settled = [told[place] for place in self.settled]
        one.turns = [(told[place], opens) for place, opens in self.turns]

    def _dated(self, one: Dossier, days: tuple[str, ...]) -> Standing:
        """Where all its clocks stand, counted once for the cases of the same days; told to the case."""
        same = self.stood.get(days)
        if same is None:
            every = one.deadlines if self.phase in ACTIVE else None
            own = one.own("resolve", 1)
            alike = (
                every if every and not any(deadline.order for deadline in every) else None
            )  # else each has its own units
            same = Standing(
                own is not None and own.state in LATE, kept(shown(one), one.pack), own, alike
            )
            _keep(self.stood, days, same, FEW)
        one.know(same.own, same.all)
        return same

    def _standing(
        self, one: Dossier, places: Sequence[int], days: Sequence[str]
    ) -> tuple[bool, str | None]:
        """Whether the handling of a case that is over was late, and when it was due: counted once for all that began on the same day."""
        run, by = self.run, self.by
        assert run is not None
        seq = one.entries.seqs[places[self.seq]] if by.at and self.seq >= 0 else 0
        key = self.limit, days[self.start], id(by.calendar_of(seq)) if seq else 0
        due = self.dues.get(key, "")
        if due == "" or not self.by_days:
            start = datetime.fromisoformat(one.entries.moments[places[self.start]])
            stop = (
                datetime.fromisoformat(one.entries.moments[places[self.stop]])
                if self.stop >= 0
                else None
            )
            found = counted(run._replace(start=start, stop=stop, seq=seq), by)
            if not self.by_days:
                return found.state in LATE, kept(found, by.pack)
            due = kept(found, by.pack)
            _keep(self.dues, key, due, MANY)
        return due is not None and (days[self.stop] if self.stop >= 0 else self.today) > due, due

    def learn(self, stands: Hashable, left: Sequence[Step], once: bool) -> None:
        """Keep what has to be asked of the next case that stands so; once: whether nothing spoke that only counts."""
        first = [step for step in left if once and step[3] == ON_COURSE]
        always = [step for step in left if step not in first]
        _keep(self.left, stands, Left(always, first, any(step[3] for step in always), {}), FEW)


def _keep(kept: dict[Any, Any], key: Hashable, value: object, most: int) -> None:
    if len(kept) >= most:
        kept.clear()
    kept[key] = value


def _plain(one: Dossier) -> bool:
    """Whether it tells of nothing odd: no columns of a foreign ledger, graded once at most.

    Of one graded again the first limit may have run out by then.
    """
    return "extra" not in one.said and len(one.of("Triaged")) < 2


def _heard(pack: RulePack) -> bool:
    """Whether the handling clock of a pack starts or stops with what tells no case."""
    ends = (
        end.partition(".")[0]
        for clock in pack.clocks
        if clock.name == "resolve"
        for end in (clock.start, clock.stop)
    )
    return not QUIET.isdisjoint(ends)


class Shapes:
    """The shapes met so far, and what is asked of the next case of each. told: what tells a case."""

    def __init__(self, books: Books) -> None:
        self._known: dict[Hashable, Shape | None] = {}
        self._met: set[int] = set()
        self._dues: dict[Hashable, str | None] = {}
        self._works, self._quarter = _Working(books.calendar), quarter(books.today)
        self.told = Telling(books.own_names, _long_ago(books).isoformat()).told

    def plan(self, one: Dossier, known: Told | None) -> Plan | None:
        """Where a case stands that is told so; None where that is not known."""
        if known is None:
            return None
        _, places, days, _, _ = known
        one.day = days[0]
        works = self._works.issuperset(days) or self._works.all(days)
        shape = self._known.get(known.key) or self._met_again(known, one)
        if shape is None or not shape.first <= days[0] <= shape.last:
            return None
        told = days if len(places) == len(days) else [days[place] for place in places]
        stands = shape.stands(one, known, told, works), days[0] < self._quarter
        return _plan((shape, stands, known, told, works))

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
    """Where a case of a shape stands."""

    shape: Shape
    stands: tuple[Hashable, bool]
    known: Told
    told: Sequence[str]
    works: bool

    @property
    def left(self) -> Left | None:
        """What is left to ask of it; None until one that stood so was asked everything."""
        return self.shape.left.get(self.stands)

    def learn(self, steps: Sequence[Step], spoke: Collection[str]) -> None:
        """Keep what the next one has to be asked: by what spoke of this one, and by what may speak of any."""
        past = self.stands[1] and "Improved" not in self.known.kinds
        days = self.known.dated or self.works or self.shape.serves
        rests = {ON_SHAPE, *([ON_DAYS] if days else ()), *([ON_AGE] if past else ())}
        about = [step for step in steps if not step[1] or not step[1].isdisjoint(self.known.kinds)]
        left = [step for step in about if step[0] in spoke or step[3] not in rests]
        once = self.shape.regular and not any(
            step[3] == ON_COURSE and step[0] in spoke for step in left
        )
        self.shape.learn(self.stands, left, once)


_plan = partial(tuple.__new__, Plan)  # the constructor by itself: 100,000 of them


class _Working(set[str]):
    """Days that were found to be working days."""

    def __init__(self, calendar: DayCalendar) -> None:
        super().__init__()
        self._calendar = calendar
        self._rests: set[str] = set()

    def all(self, days: Iterable[str]) -> bool:
        """Whether each is one; ValueError for what is no day."""
        for day in {*days} - self - self._rests:
            (self if self._calendar.is_working(date.fromisoformat(day)) else self._rests).add(day)
        return self.issuperset(days)


def _long_ago(books: Books) -> date:
    """The first of the last days: a case in which something happened since is told with its days, for it may stand otherwise tomorrow."""
    day = books.today
    try:
        while books.calendar.between(day, books.today) <= LEFT:
            day -= timedelta(days=1)
    except BbcsError:
        return date.min
    return day
