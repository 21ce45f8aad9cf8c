"""Compares every stored projection with what its entries give when they are folded again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from bbcs.domain.event import Unreadable
from bbcs.findings import Finding
from bbcs.record import Record
from bbcs.store import indexes, projections, statements as sql
from bbcs.store.codec import event
from bbcs.store.engine import Row
from bbcs.store.ledger import StoredLedger
from bbcs.store.rebuild import (
    COUNTED_WIDE,
    NOTICED_WIDE,
    REFERRING_WIDE,
    RETRACTING_WIDE,
    WAIVED_WIDE,
)
from bbcs.usecases.ledger import Projection, Refold

AGAIN = "用 bbcs ledger rebuild 重算，并查明原因"
"""What mends a projection."""

_TAMPERED = "记录被改动；用备份对照"


_AT_ONCE = 200
"""Cases that are folded again together."""

Stage = Callable[[StoredLedger], Iterator[Finding]]
"""Gives findings about a ledger.

Stages do not depend on each other: one may fail, the next runs.
"""


def stages(refold: Refold) -> list[Stage]:
    """Returns the comparisons of all stored projections with the refolded entries."""
    return [partial(_cases, refold=refold), *wide_stages(refold), strays, index]


def wide_stages(refold: Refold) -> list[Stage]:
    """Returns the comparisons of what is stored of ledger-wide entries."""
    tables = [partial(_wide_table, refold=refold, table=table) for table in _WIDE_TABLES]
    return [*tables, partial(_notices, refold=refold)]


class CaseDifference(Record):
    """A case whose stored rows are not what its entries give.

    names: the columns and tables that differ. error: what stopped the refold.
    """

    case_no: str
    names: tuple[str, ...] = ()
    error: Exception | None = None


def differing(ledger: StoredLedger, refold: Refold) -> Iterator[CaseDifference]:
    """Compares case by case. All tables are read side by side, in the order of case numbers."""
    keyed = bool(ledger.secret())
    sides = [_Side(ledger.session.stream(text), column) for text, column in sql.SIDES]
    entries = ledger.session.stream(sql.CASES)
    cases = _read_cases(entries)
    while some := list(islice(cases, _AT_ONCE)):
        stored = [_stored(case_no, sides) for case_no, _ in some]
        unreadable = [rows for _, rows in some if isinstance(rows, Exception)]  # none but the last
        read = [rows for _, rows in some if not isinstance(rows, Exception)]
        wanted = [*_wanted(ledger, refold, read), *unreadable]
        for (case_no, _), its, expected in zip(some, stored, wanted, strict=True):
            if isinstance(expected, Exception):
                yield CaseDifference(case_no, error=expected)
            elif its != expected and (names := projections.differences(expected, its, keyed=keyed)):
                yield CaseDifference(case_no, tuple(names))


def _read_cases(entries: Iterator[Row]) -> Iterator[tuple[str, list[Row] | Exception]]:
    """Gives the entries case by case. Where one cannot be read, its case comes with the reason, and
    as the last.
    """
    for case_no, rows in groupby(entries, itemgetter(1)):
        try:
            own = list(rows)
        except Exception as error:  # what SQLite or the driver says of bytes that are no text
            yield case_no, error
            return
        yield case_no, own


def _stored(case_no: str, sides: Sequence[_Side]) -> projections.Rows:
    case, *others = (side.of(case_no) for side in sides)
    return projections.Rows(next(iter(case), ()), *others)


def _wanted(
    ledger: StoredLedger, refold: Refold, cases: Sequence[Sequence[Row]]
) -> Sequence[projections.Rows | Exception]:
    """What the entries of several cases give; of one whose refold fails, why."""
    try:
        return ledger.rows_of(refold([list(map(event, rows)) for rows in cases]))
    except Exception as error:  # whatever stops a refold of tampered entries
        if len(cases) == 1:
            return [error]
    return [one for rows in cases for one in _wanted(ledger, refold, [rows])]


def _cases(ledger: StoredLedger, refold: Refold) -> Iterator[Finding]:
    """Says of each case that differs what is wrong with it."""
    for difference in differing(ledger, refold):
        if isinstance(difference.error, Unreadable):
            yield Finding("projection", difference.case_no, "有记录读不出来，不能重算", _TAMPERED)
        elif difference.error:
            what = f"不能由记录重算（{type(difference.error).__name__}）"
            yield Finding("projection", difference.case_no, what, _TAMPERED)
        else:
            what = f"登记内容与记录不符：{'、'.join(difference.names)}"
            yield Finding("projection", difference.case_no, what, AGAIN)


class _Side:
    """Gives rows case by case from a stream in the order of case numbers.

    Rows of cases that are not asked for are passed over; `strays` names them.
    """

    def __init__(self, rows: Iterator[Any], column: int) -> None:
        self._rows, self._column = rows, column
        self._next = next(rows, None)

    def of(self, case_no: str) -> tuple[Any, ...]:
        """Returns the rows of this case; the numbers asked for must grow from call to call."""
        its = []
        row, column = self._next, self._column
        while row is not None and row[column] <= case_no:
            if row[column] == case_no:
                its.append(row)
            row = next(self._rows, None)
        self._next = row
        return tuple(its)


class _WideTable(Record):
    """A table with rows of ledger-wide entries.

    kinds: of the entries that give such rows. rows_of: those of one entry, for a station. stored:
    the statement that reads them. what: said of a row that differs.
    """

    kinds: tuple[str, ...]
    rows_of: Callable[[Projection, str], Iterable[Row]]
    stored: str
    what: str


_WIDE_TABLES = (
    _WideTable(
        COUNTED_WIDE,
        lambda found, station: projections.counted(found.movements, station, None),
        sql.WIDE_MOVEMENTS,
        "咨询或改进的统计行与记录不符",
    ),
    _WideTable(
        WAIVED_WIDE,
        lambda found, station: projections.waived(found.waivers, station, None),
        sql.WIDE_WAIVERS,
        "免予提供的规则与记录不符",
    ),
    _WideTable(
        REFERRING_WIDE,
        lambda found, station: projections.referring(found.references, station, None),
        sql.WIDE_REFERENCES,
        "改进所引的件与记录不符",
    ),
)


def _wide_table(ledger: StoredLedger, refold: Refold, table: _WideTable) -> Iterator[Finding]:
    """Compares the rows of one table that ledger-wide entries give, less those that were taken
    back: a finding for each that is stored and not wanted, or the other way round.
    """
    wanted: dict[int, Iterable[Row]] = {}
    for one in ledger.office_wide((*table.kinds, *RETRACTING_WIDE)):
        (found,) = refold([[one]])
        wanted[one.seq] = table.rows_of(found, ledger.station)
        wanted.pop(found.retracts, None)
    differ = {row for its in wanted.values() for row in its} ^ set(
        ledger.session.stream(table.stored)
    )
    for row in sorted(differ, key=lambda row: row[1]):
        yield Finding("projection", f"第 {row[1]} 条", table.what, AGAIN)


def _notices(ledger: StoredLedger, refold: Refold) -> Iterator[Finding]:
    """Compares the imported holiday notices and their days."""
    heads: list[Row] = []
    days: list[Row] = []
    for one in ledger.office_wide(NOTICED_WIDE):
        if notice := refold([[one]])[0].notice:
            head, its_days = projections.notice(notice, ledger.station)
            heads.append(head)
            days += its_days
    days.sort(key=lambda row: row[1:3])
    stored_heads = [tuple(row) for row in ledger.session.stream(sql.NOTICES)]
    stored_days = [tuple(row) for row in ledger.session.stream(sql.DAYS)]
    if (stored_heads, stored_days) != (heads, days):
        yield Finding("projection", "calendar_day", "导入的放假通知与记录不符", AGAIN)


def strays(ledger: StoredLedger) -> Iterator[Finding]:
    """Finds stored rows of cases that have no entry."""
    for text in sql.STRAYS:
        for (case_no,) in ledger.session.stream(text):
            yield Finding("projection", str(case_no), "有登记内容，却没有任何记录", AGAIN)


def index(ledger: StoredLedger) -> Iterator[Finding]:
    """Compares the full-text indexes with their texts."""
    for one in indexes.INDEXES:
        yield from index_differs(ledger, one)


def index_differs(ledger: StoredLedger, one: indexes.Index) -> Iterator[Finding]:
    """Compares one index with its texts: each term as often, at the same positions, and found there
    by who looks for it.
    """
    full_text = one.of(ledger.session)
    if full_text.misconfigured():
        yield Finding("search", f"{one.name}_config", "查找用的索引的设置被改动", AGAIN)
        return
    if not full_text.usable():
        return
    wanted: dict[str, list[int]] = {}
    newest: dict[str, int] = {}
    for number, text in one.rows(ledger.session):
        for position, term in enumerate(one.terms(text), 1):
            sums = wanted.setdefault(term, [0, 0, 0])
            sums[0] += 1
            sums[1] += number % 2147483647
            sums[2] += number % 65521 * position
            newest[term] = max(number, newest.get(term, number))
    try:
        same = {term: sums for term, *sums in full_text.terms()} == wanted
        same = same and full_text.finds(newest)
    except ledger.session.errors:
        same = False
    if not same:
        yield Finding("search", one.name, one.what, AGAIN)
