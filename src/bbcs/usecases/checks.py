"""Inspecting the ledger (台账体检): each check sees each case once. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from bbcs.domain.masking import Known, free_text
from bbcs.errors import BbcsError, UnknownWord
from bbcs.inspection.case_view import CaseView, Problem
from bbcs.inspection.checks import CHECKS, GRADES, AggregateCheck, Check
from bbcs.inspection.context import InspectionContext, MonthCount, StoredCase
from bbcs.record import Record, as_document
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import READERS, Office, need
from bbcs.usecases.office_decisions import of_office

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

BROKEN = (
    BbcsError, LookupError, ValueError, TypeError, AttributeError, StopIteration, RuntimeError,
)  # fmt: skip
"""Errors that a check may raise over entries that no act could have written, or without rules."""

Progress = Callable[[int], None]
"""Called with the number of cases inspected so far; `total` tells how many there are."""

Question = tuple[str, frozenset[str], Callable[[CaseView], Iterable[Problem]]]
"""A check of a case: its code, the kinds it needs, the function."""


class CheckSelection(Record):
    """Which checks (none: all), of which grades, on cases received from when to when.

    month: the only month for C18, C19 and C32, as YYYY-MM; "" for the last months with data.
    """

    codes: Sequence[str] = ()
    grades: Sequence[str] = ()
    first: date | None = None
    last: date | None = None
    month: str = ""

    @property
    def checks(self) -> Mapping[str, Check]:
        """The selected checks. Raises UnknownWord for an unknown code or grade."""
        for label, words, known in (
            ("--code（体检编号）", self.codes, CHECKS),
            ("--grade（等级）", self.grades, GRADES),
        ):
            for word in words:
                if word not in known:
                    raise UnknownWord(label, word, list(known))
        return {
            code: check
            for code, check in CHECKS.items()
            if (not self.codes or code in self.codes)
            and (not self.grades or check.grade in self.grades)
        }

    def takes(self, one: CaseView) -> bool:
        """Whether the case is selected; one with an unreadable day of intake always is."""
        if not (self.first or self.last):
            return True
        try:
            day = one.received_on
        except BROKEN:
            return True
        return (self.first or day) <= day <= (self.last or day)


class CheckFinding(Record):
    """One finding; case_no "" when it is of no single case."""

    code: str
    case_no: str
    what: str
    hint: str
    grade: str

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return as_document(self)


def total(ledger: Ledger, office: Office) -> int:
    """The number of cases that `inspect` looks at, for its progress."""
    return ledger.tally(Filter(office.stamp.now, active=False))


def inspect(
    ledger: Ledger, office: Office, selection: CheckSelection, progress: Progress | None = None
) -> Iterator[CheckFinding]:
    """All findings: case by case in order of number and code, then those of the whole ledger.

    Raises NotPermitted and UnknownWord at once, before the first finding is asked for.
    """
    need(office, "体检", *READERS)
    checks = selection.checks
    context = _context(ledger, office, selection, checks)
    aggregates = {
        code: check.aggregate(context) for code, check in checks.items() if check.aggregate
    }
    return _findings(ledger, context, selection, checks, aggregates, progress)


def _findings(
    ledger: Ledger,
    context: InspectionContext,
    selection: CheckSelection,
    checks: Mapping[str, Check],
    aggregates: Mapping[str, AggregateCheck],
    progress: Progress | None,
) -> Iterator[CheckFinding]:
    questions = _questions(checks, aggregates)
    of_every_case = [question for question in questions if checks[question[0]].all_cases]
    for number, one in enumerate(_cases(ledger, context), 1):
        if selection.takes(one) and not _voided(one):
            yield from _of_case(one, questions)
        else:
            yield from _of_case(one, of_every_case)
        if progress:
            progress(number)
    for code, aggregate in aggregates.items():
        for case_no, what, hint in aggregate.findings():
            yield _finding(code, case_no, what, hint)


def _voided(one: CaseView) -> bool:
    """Whether the case was voided; checks over all cases still count its number."""
    try:
        return one.voided
    except BROKEN:
        return False


def _questions(
    checks: Mapping[str, Check], aggregates: Mapping[str, AggregateCheck]
) -> list[Question]:
    questions: list[Question] = []
    for code, check in checks.items():
        function = check.function
        if code in aggregates:
            function = aggregates[code].see
        if function:
            questions.append((code, check.kinds, function))
    return questions


def _of_case(one: CaseView, questions: Sequence[Question]) -> Iterator[CheckFinding]:
    """What is wrong with one case. Where checks fail over its entries, that is one finding (C03):
    most fail over the same.
    """
    failed = False
    for code, kinds, function in questions:
        try:
            if kinds and one.kinds.isdisjoint(kinds):
                continue
            for what, hint in function(one):
                known = _known(one)
                yield _finding(code, one.no, free_text(what, known), free_text(hint, known))
        except BROKEN:
            failed = True
    if failed:
        what = "记录前后对不上，读不成一件"
        yield _finding("C03", one.no, what, "bbcs ledger verify --full；查原件")


def _known(one: CaseView) -> Known:
    """What is known of the people of a case; nothing where its entries cannot be folded."""
    try:
        return one.case.known
    except BROKEN:
        return ()


def _finding(code: str, case_no: str, what: str, hint: str) -> CheckFinding:
    return CheckFinding(code, case_no, free_text(what), hint, CHECKS[code].grade)


def _cases(ledger: Ledger, context: InspectionContext) -> Iterator[CaseView]:
    """Each case with its stored row; entries and rows both come in order of number."""
    rows = (StoredCase(*row) for row in ledger.stored())
    row = next(rows, None)
    for entries in ledger.cases():
        number = entries[0].case_no
        while row and row.case_no < number:
            row = next(rows, None)
        if row and row.case_no == number:
            yield CaseView(context, entries, row)
        else:
            yield CaseView(context, entries)


def _context(
    ledger: Ledger, office: Office, selection: CheckSelection, checks: Mapping[str, Check]
) -> InspectionContext:
    counts: Sequence[MonthCount] = ()
    if "C18" in checks:
        counts = [MonthCount(*row) for row in ledger.tallies()]
    improved: list[str] = []
    if "C17" in checks:
        for event in of_office(ledger, "improve"):
            improved += [*(event.data.get("case") or ()), *(event.data.get("item") or ())]
    return InspectionContext(
        office.station,
        office.calendar,
        office.stamp.now,
        cache(office.pack_called),  # reads TOML
        office.deadlines,
        office.own,
        office.bending,
        selection.month,
        counts,
        frozenset(improved),
    )
