"""Inspecting the ledger (台账体检): one pass over all cases, findings as they come. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from itertools import islice
from typing import Any, TypeVar

from bbcs.domain.masking import free_text
from bbcs.domain.pack import RulePack
from bbcs.errors import BbcsError, UnknownWord
from bbcs.inspection.case_view import Books, Counted, Dossier, Stored
from bbcs.inspection.checks import CHECKS, GRADES, Check
from bbcs.inspection.courses import Courses
from bbcs.inspection.shape import Left, Plan, Shapes, Step
from bbcs.inspection.watch import ON_SHAPE, CaseWatch, MonthWatch, Watch
from bbcs.record import Record
from bbcs.registers.table import Column, Table
from bbcs.usecases.ledger import Ledger
from bbcs.usecases.office import READERS, Office, need

TRIPPED = (
    BbcsError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    StopIteration,
    RuntimeError,
)
"""What is raised over entries that no act could have written, or whose rules are gone."""

MANY = 1024
"""Findings kept at once, masked."""

TOGETHER = 16
"""Cases that are read together, then told, then planned, then asked: what one stage works with fits the processor's nearest memory, what
all stages do not (docs/performance.md)."""

_T = TypeVar("_T")

COLUMNS = (
    Column("code", "编号", width=4),
    Column("grade", "等级", width=4),
    Column("case_no", "件", width=22),
    Column("what", "发现", width=50),
    Column("hint", "怎么办", width=30),
)


class Asked(Record):
    """Which checks (none = all), of which grades, on cases received from when to when; month: of C18 and C19."""

    codes: Sequence[str] = ()
    grades: Sequence[str] = ()
    first: date | None = None
    last: date | None = None
    month: str = ""

    @property
    def checks(self) -> Mapping[str, Check]:
        """The checks asked for; UnknownWord for a code or grade there is not."""
        for word, given, known in (("体检编号", self.codes, CHECKS), ("等级", self.grades, GRADES)):
            for one in given:
                if one not in known:
                    raise UnknownWord(word, one, list(known))
        return {
            code: check
            for code, check in CHECKS.items()
            if (not self.codes or code in self.codes)
            and (not self.grades or check.grade in self.grades)
        }

    def takes(self, day: str) -> bool:
        """Whether a case received that day is looked at."""
        return not (
            (self.first and day < self.first.isoformat())
            or (self.last and day > self.last.isoformat())
        )


class Found(Record):
    """One finding; case_no "" when it is of no single case."""

    code: str
    case_no: str
    what: str
    hint: str
    grade: str

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {**self._asdict(), "case_no": self.case_no or None}


def inspect(ledger: Ledger, office: Office, asked: Asked) -> Iterator[Found]:
    """Every finding, case by case in order of number and code, then those of the whole ledger; NotPermitted first."""
    need(office, "体检", *READERS)
    checks = asked.checks
    books = _books(ledger, office, asked, checks)
    watches = {code: check.watch(books) for code, check in checks.items() if check.watch}
    return _found(ledger, office, asked, books, _Round(checks, watches))


class _Round(Record):
    """The checks of one inspection: all of them, and those that look across cases as they now stand."""

    checks: Mapping[str, Check]
    watches: Mapping[str, Watch]

    def plan(self, *, all_: bool) -> list[Step]:
        """What each case is asked; of one that was not asked for only what needs the whole ledger."""
        found: list[Step] = []
        for code, check in self.checks.items():
            watch = self.watches.get(code)
            if isinstance(watch, CaseWatch) and (all_ or check.whole):
                found.append((code, check.kinds, watch.see, watch.rests))
            if check.each and all_:
                found.append((code, check.kinds, check.each, check.rests))
            if check.public and all_:
                found.append((code, check.kinds, check.public, ON_SHAPE))
        return found


def _found(
    ledger: Ledger, office: Office, asked: Asked, books: Books, round_: _Round
) -> Iterator[Found]:
    full, rest = round_.plan(all_=True), round_.plan(all_=False)
    shapes, courses = (
        Shapes(books),
        Courses(watch for watch in round_.watches.values() if isinstance(watch, MonthWatch)),
    )
    every = not (asked.first or asked.last)
    for some in _dossiers(ledger, office, books) if full else ():
        mine = some if every else [one for one in some if _taken(asked, one)]
        plans = iter(_tried(shapes.plan, mine, _tried(shapes.told, mine)))
        for one in some:
            yield from (
                _of_case(one, next(plans), full, courses)
                if every or one in mine
                else _asked(one, rest)
            )
    courses.end()
    for code, watch in round_.watches.items():
        for number, what, hint in watch.end():
            yield _finding(code, number, what, hint)


def _taken(asked: Asked, one: Dossier) -> bool:
    """Whether a case is looked at; one that does not tell when it came is."""
    try:
        return asked.takes(one.came)
    except TRIPPED:
        return True


def _tried(look: Callable[..., _T | None], *columns: Sequence[Any]) -> list[_T | None]:
    """What `look` gives for each; None where it trips."""
    found: list[_T | None] = []
    for given in zip(*columns, strict=True):
        try:
            found.append(look(*given))
        except TRIPPED:
            found.append(None)
    return found


def _of_case(
    one: Dossier, plan: Plan | None, full: Sequence[Step], courses: Courses
) -> list[Found]:
    """What is wrong with one case."""
    if plan is None:
        return _asked(one, full)
    left = plan.left
    return _learned(one, full, plan) if left is None else _left(one, left, plan, courses)


def _learned(one: Dossier, full: Sequence[Step], plan: Plan) -> list[Found]:
    """What is wrong with the first case that stands so; what the next need not be asked is kept."""
    plan.shape.inform(one, plan.told)
    spoke: set[str] = set()
    found = _asked(one, full, spoke)
    plan.learn(full, spoke)
    return found


def _left(one: Dossier, left: Left, plan: Plan, courses: Courses) -> list[Found]:
    """What is wrong with another case that stands so, by what is left to ask of it; the months count it."""
    shape, _, _, told, _ = plan
    days = shape.marks(told)
    more = left.met.get(days)
    if more:
        more.number += 1
    first = left.once and not more
    if first or left.closely:
        shape.inform(one, told)
    return _first(one, left, days, courses) if first else _asked(one, left.always)


def _first(one: Dossier, left: Left, days: Hashable, courses: Courses) -> list[Found]:
    """What is wrong with the first case of a course: those that follow are only counted, unless it is there that something is wrong."""
    spoke: set[str] = set()
    found = _asked(one, [*left.always, *left.once], spoke)
    if spoke.isdisjoint([code for code, _, _, _ in left.once]):
        courses.begin(left.met, days, one)
    return found


def _asked(one: Dossier, steps: Sequence[Step], spoke: set[str] | None = None) -> list[Found]:
    """What these checks say of one case; spoke: takes the codes of those that are not silent."""
    found: list[Found] = []
    tripped: list[str] = []
    for code, kinds, look, _ in steps:
        try:
            if kinds and one.kinds.isdisjoint(kinds):
                continue
            for what, hint in look(one):
                found.append(_finding(code, one.no, what, hint))
        except TRIPPED:
            tripped.append(code)
    if spoke is not None:
        spoke.update(tripped, [finding.code for finding in found])
    if tripped:  # said once: other checks trip over the same
        found.append(
            _finding(
                "C03", one.no, "记录前后对不上，读不成一件", "bbcs ledger verify --full；查原件"
            )
        )
    return found


def _finding(code: str, number: str, what: str, hint: str) -> Found:
    return Found(code, number, _masked(what), hint, CHECKS[code].grade)


_masked = lru_cache(MANY)(free_text)  # most findings of a ledger say the same of different cases


def _dossiers(ledger: Ledger, office: Office, books: Books) -> Iterator[list[Dossier]]:
    """Every case with what is stored of it, some at a time; both come in order of number."""
    rows = map(
        partial(tuple.__new__, Stored), ledger.stored()
    )  # the constructor by itself: 100,000 of them
    row = next(rows, None)
    pack_of, cases = _packs(office), ledger.cases()
    while read := [*islice(cases, TOGETHER)]:
        some: list[Dossier] = []
        for entries in read:
            number = entries.numbers[0]
            while row and row.case_no < number:
                row = next(rows, None)
            some.append(
                Dossier(books, entries, pack_of, row if row and row.case_no == number else None)
            )
        yield some


def _packs(office: Office) -> Callable[[str, str], RulePack]:
    """The rules of a key and edition, each looked up once."""
    known: dict[tuple[str, str], RulePack] = {}

    def of(key: str, edition: str) -> RulePack:
        if (key, edition) not in known:
            known[key, edition] = office.pack_called(key, edition)
        return known[key, edition]

    return of


def _books(ledger: Ledger, office: Office, asked: Asked, checks: Mapping[str, Check]) -> Books:
    counted = [Counted(*row) for row in ledger.tallies()] if "C18" in checks else []
    improved: list[str] = []
    for event in ledger.wide(("Improved",)) if "C17" in checks else ():
        improved += [*(event.data.get("case") or ()), *(event.data.get("item") or ())]
    names = {one.id: one.name for one in office.station.operators}
    now = office.stamp.now
    return Books(
        office.station,
        office.calendar,
        now,
        office.deadlines,
        office.own,
        office.counting,
        names,
        asked.month,
        counted,
        frozenset(improved),
    )


def document(found: Sequence[Found]) -> dict[str, Any]:
    """`bbcs check --json` (design §8)."""
    return {"schema": "bbcs.check/1", "findings": [one.document() for one in found]}


def table(found: Sequence[Found]) -> Table:
    """The findings as people read them."""
    rows = [{**one._asdict(), "grade": GRADES[one.grade]} for one in found]
    marks = {
        place: {"error": "overdue", "warning": "warning"}[one.grade]
        for place, one in enumerate(found)
        if one.grade != "info"
    }
    return Table("check", "", COLUMNS, rows, marks=marks)


def summary(found: Sequence[Found]) -> str:
    """`3 处：错误 2、警告 1`."""
    counts = {
        label: sum(1 for one in found if one.grade == grade) for grade, label in GRADES.items()
    }
    return f"{len(found)} 处：" + "、".join(
        f"{label} {number}" for label, number in counts.items() if number
    )
