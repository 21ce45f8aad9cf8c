"""Turns a Filter into WHERE: fixed fragments chosen by name, every value bound, keyset paging; and
the groups of the desk.

No word of a user reaches the SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from bbcs.domain.order import UnitRef
from bbcs.errors import BadValue, UnknownCase
from bbcs.record import Record
from bbcs.store import statements as sql
from bbcs.store.codec import mapped, moment
from bbcs.store.engine import Session
from bbcs.usecases.ledger import DeskRows, Filter, Position

_EQUAL = ("channel", "demand_kind", "difficulty", "handler", "source", "source_no")
_ORDERED = "SELECT case_no FROM order_row WHERE station = :station AND"
# `UnitRef.same` as SQL: by code where both have one, else by name
_CODED_UNIT = f"{_ORDERED} state <> 'returned' AND (unit_code = :unit_code OR unit = :unit AND unit_code = '')"
_NAMED_UNIT = f"{_ORDERED} unit = :unit AND state <> 'returned'"
# the condition is that of the partial index
_ASKED = (
    "SELECT case_no FROM deadline_row WHERE station = :station AND clock IN ('slip', 'resolution')"
)
_ASKED_UNIT = f"{_ASKED} AND unit"
_UNSIGNED = f"case_no IN ({_ORDERED} state = 'sent')"
_SORTS = {"due": "due", "received": "received_at", "number": "case_no"}


def find(session: Session, wanted: Filter) -> list[Mapping[str, Any]]:
    """Returns rows that fit, in the order asked for; those without a due date come last."""
    left = wanted.limit
    rows: list[Mapping[str, Any]] = []
    for page in _pages(session, wanted):
        if left is not None and len(rows) >= left:
            break
        limit = "" if left is None else f" LIMIT {int(left) - len(rows)}"
        text = f"{sql.SELECT_CASES}{_where(page.terms)} ORDER BY {page.order}{limit}"
        rows += mapped(session.all(text, **page.named), sql.CASE)
    return with_deadlines(session, rows)


def stream(session: Session, wanted: Filter) -> Iterator[Mapping[str, Any]]:
    """Gives the rows of `find` one by one while the transaction lasts, however many there are."""
    for page in _pages(session, wanted):
        text = f"{sql.SELECT_CASES}{_where(page.terms)} ORDER BY {page.order}"
        yield from _in_blocks(session, session.stream(text, **page.named))


def ordered(
    session: Session, wanted: Filter, behind: Position | None = None
) -> Iterator[tuple[Position, Mapping[str, Any]]]:
    """Gives the rows of `stream`, each with its position. behind: only rows after this position. A
    limit holds for each part of the order.
    """
    limit = "" if wanted.limit is None else f" LIMIT {int(wanted.limit)}"
    for number, page in enumerate(_pages(session, wanted._replace(after=""))):
        if behind and number < behind[0]:
            continue
        value = page.order.removesuffix(", case_no")
        terms, named = list(page.terms), dict(page.named)
        if behind and number == behind[0]:
            terms += _beyond(value, on=True)
            named |= {"start": behind[1], "after": behind[2]}
        text = f"SELECT {sql.listed(sql.CASE)}, {value} FROM case_row{_where(terms)}"
        passing = iter(session.stream(f"{text} ORDER BY {page.order}{limit}", **named))
        while block := list(islice(passing, _AT_ONCE)):
            rows = with_deadlines(session, mapped((row[:-1] for row in block), sql.CASE))
            for row, one in zip(block, rows, strict=True):
                yield (number, row[-1], one["case_no"]), one


def _in_blocks(session: Session, rows: Iterator[Any]) -> Iterator[Mapping[str, Any]]:
    """Gives rows of case_row with their deadlines, which are read for some hundred of them at once."""
    passing = iter(rows)
    while block := mapped(islice(passing, _AT_ONCE), sql.CASE):
        yield from with_deadlines(session, block)


def count(session: Session, wanted: Filter) -> int:
    """Returns how many rows `stream` gives."""
    counts = (
        session.one(sql.COUNT_CASES + _where(page.terms), **page.named)
        for page in _pages(session, wanted)
    )
    return sum(int(row[0]) for row in counts)


def tally(session: Session, wanted: Filter) -> int:
    """Returns how many rows fit, whatever the limit."""
    terms, named = conditions(wanted, loose=wanted.overdue or wanted.warning)
    return int(session.one(sql.COUNT_CASES + _where(terms), **named)[0])


def conditions(wanted: Filter, *, loose: bool = False) -> tuple[list[str], dict[str, Any]]:
    """Returns the conditions that must hold, and the values in them.

    loose: phase and activity are no reason for an index: few rows are found another way.
    """
    terms: list[str] = []
    named: dict[str, Any] = {}
    for term, values in _given(wanted, loose or _narrow(wanted)):
        terms.append(term)
        named.update(values)
    return terms, named


def _given(wanted: Filter, loose: bool) -> Iterator[tuple[str, Mapping[str, Any]]]:
    # a callback is due only while the case is active; what is overdue is so in every phase
    if wanted.active and not (wanted.callback_due or wanted.overdue):
        yield _active(wanted, loose=loose)
    if len(wanted.phases) == 1:  # an equality: the index over phase and due gives the order too
        column = "phase || ''" if loose else "phase"
        yield f"{column} = :phase", {"phase": wanted.phases[0]}
    elif wanted.phases:
        yield _one_of("phase", wanted.phases)
    for name in _EQUAL:
        if value := getattr(wanted, name):
            yield f"{name} = :{name}", {name: value}
    if wanted.unit:
        yield _of_unit(wanted.unit, wanted.unit_names or (wanted.unit.name,))
    if wanted.cause:
        yield _holds("causes", "cause", wanted.cause)
    for number, flag in enumerate(wanted.flags):
        yield _holds("flags", f"flag{number}", flag)
    if wanted.provisional:
        yield "provisional = 1", {}
    if wanted.callback_due:
        yield "callback_due IS NOT NULL", {}
    if wanted.unsigned:
        yield _UNSIGNED, {}
    if wanted.group:
        yield "group_name = :group", {"group": wanted.group}
    if wanted.gaps:
        yield "gap_due IS NOT NULL", {}
    if wanted.asked:
        yield f"case_no IN ({_ASKED})", {}
    if wanted.paused is not None and not wanted.due:
        yield f"paused = {int(wanted.paused)}", {}
    yield from _days(wanted)


def _active(wanted: Filter, *, loose: bool) -> tuple[str, Mapping[str, Any]]:
    """Cases that are not settled; of a unit also those in which something is still asked of it."""
    if not wanted.unit:
        return ("active + 0 = 1" if loose else "active = 1"), {}
    asked, named = _asked_of(wanted.unit_names or (wanted.unit.name,))
    return f"(active + 0 = 1 OR case_no IN ({asked}))", named


def _asked_of(names: Sequence[str]) -> tuple[str, Mapping[str, Any]]:
    """Cases in which a slip or a meeting asks something of a unit by a date, by any of its names."""
    called, named = _one_of("unit_name", names)
    return _ASKED_UNIT + called.removeprefix("unit_name"), named


def _of_unit(unit: UnitRef, names: Sequence[str]) -> tuple[str, Mapping[str, Any]]:
    """Cases that the unit has an order of, or in which a slip or a meeting asks something of it by
    a date, by any of its names."""
    ordered = _CODED_UNIT if unit.code else _NAMED_UNIT
    asked, named = _asked_of(names)
    values = {"unit": unit.name, "unit_code": unit.code, **named}
    return f"case_no IN ({ordered} UNION {asked})", values


def _narrow(wanted: Filter) -> bool:
    """Whether a condition finds few rows: then the index of all active cases must not be used."""
    few = (wanted.unit, wanted.unsigned, wanted.source_no, wanted.group, wanted.gaps, wanted.asked)
    return any(map(bool, few))


def _days(wanted: Filter) -> Iterator[tuple[str, Mapping[str, Any]]]:
    now = _now(wanted)
    if wanted.overdue:
        yield _PASSED, now
    if wanted.warning:
        yield f"warn_from <= :now AND {_AHEAD}", now
    if wanted.due_before:
        yield _due(wanted, "{0} < :due_before"), {"due_before": wanted.due_before.isoformat()}
    if wanted.due:
        ((since, first), (until, last)) = _between("{0}", "due", wanted.due, wanted.due)
        yield _due(wanted, f"{since} AND {until}"), {**first, **last}
    yield from _between("received_at", "received", wanted.received_from, wanted.received_to)
    yield from _between("resolved_at", "resolved", wanted.resolved_from, wanted.resolved_to)


_PASSED = "next_due < :now AND next_due <> :today"
"""Overdue: a due date passes with its day, a due time at once. The only text between today and now
that is no time is today."""

_AHEAD = "(next_due >= :now OR next_due = :today)"
"""Something is still to be met, and nothing is overdue."""


def _now(wanted: Filter) -> Mapping[str, str]:
    now = moment(wanted.now)
    return {"now": now, "today": now[:10]}


def _due(wanted: Filter, window: str) -> str:
    """A running deadline lies in this window, or, among all cases, the limit of one that waits no
    more did. window: a condition with {0} for the column."""
    running = "" if wanted.paused is None else f" AND paused = {int(wanted.paused)}"
    term = (
        "case_no IN (SELECT case_no FROM deadline_row WHERE station = :station"
        f"{running} AND {window.format('passes')})"
    )
    if wanted.active:
        return term
    return f"({term} OR state IS NOT NULL AND {window.format('due')})"


def _between(
    column: str, name: str, first: date | None, last: date | None
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Closed range of local days over a column of dates or times."""
    if first:
        yield f"{column} >= :{name}_from", {f"{name}_from": first.isoformat()}
    if last and last < date.max:  # the last day there is means: no end
        yield f"{column} < :{name}_to", {f"{name}_to": (last + timedelta(1)).isoformat()}


def _one_of(column: str, values: Sequence[str]) -> tuple[str, Mapping[str, Any]]:
    named = {f"{column}{number}": value for number, value in enumerate(values)}
    return f"{column} IN ({', '.join(f':{name}' for name in named)})", named


def _holds(column: str, name: str, word: str) -> tuple[str, Mapping[str, Any]]:
    """A word in a text like `,a,b,`."""
    plain = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{column} LIKE :{name} ESCAPE '\\'", {name: f"%,{plain},%"}


class Page(Record):
    """One index range of an answer: its conditions, its order, the values in both."""

    terms: Sequence[str]
    order: str
    named: Mapping[str, Any]


def _pages(session: Session, wanted: Filter) -> Iterator[Page]:
    """The index ranges that together are the answer, one after the other."""
    if wanted.sort not in _SORTS:
        raise BadValue(f"排序只能是 {'、'.join(_SORTS)}")
    column = _column(wanted)
    if column == "due":
        yield from _by_due(session, wanted)
        return
    terms, named = conditions(wanted)
    if column == _RANK:
        named |= _now(wanted)
    start = _start(session, column, wanted.after, named if column == _RANK else {})
    if start:
        named |= {"after": wanted.after, "start": start[0]}
    order = column if column == "case_no" else f"{column}, case_no"
    if column in _SOMETIMES:
        terms.append(f"{column} IS NOT NULL")
    yield Page([*terms, *_beyond(column, bool(start))], order, named)


def position(session: Session, wanted: Filter) -> Position:
    """Returns the position of the case `wanted.after`. Raises UnknownCase."""
    column = _column(wanted)
    if column == "due":
        part, due, next_due = _due_position(session, wanted)
        return part, (due, next_due, due, wanted.after)[part], wanted.after
    named = _now(wanted) if column == _RANK else {}
    return 0, _start(session, column, wanted.after, named)[0], wanted.after


def _due_position(session: Session, wanted: Filter) -> tuple[int, Any, Any]:
    """The part of the order by due date in which the case `wanted.after` stands, its own limit, and
    its next deadline.
    """
    ranks = f"{_OWN_PASSED}, {_PASSED}, due IS NOT NULL, due, next_due"
    after = _start(session, ranks, wanted.after, _now(wanted))
    if not after:
        return 0, None, None
    part = after[:3].index(1) if 1 in after[:3] else 3
    return part, *after[3:]


def _by_due(session: Session, wanted: Filter) -> Iterator[Page]:
    """First the cases whose own limit is overdue, then those of which another deadline is, then the
    others by their own limit, those without one last; each part by date."""
    now = _now(wanted)
    part, due, next_due = _due_position(session, wanted)
    terms, named = conditions(wanted)
    loose, _ = conditions(wanted, loose=True)
    waits = f"(next_due IS NULL OR {_AHEAD})"
    parts = [
        Page([*terms, _OWN_PASSED], "due, case_no", {"start": due}),
        Page([*loose, _PASSED, _OWN_AHEAD], "next_due, case_no", {"start": next_due}),
        Page([*terms, waits, "due IS NOT NULL"], "due, case_no", {"start": due}),
        Page([*terms, waits, "due IS NULL"], "case_no", {}),
    ]
    last = 4
    if wanted.overdue:
        last = 2
    elif wanted.warning or wanted.due_before or wanted.due:
        last = 3
    for number, page in enumerate(parts[part:last], part):
        column = page.order.partition(",")[0]
        beyond = _beyond(column, bool(wanted.after) and number == part)
        values = {**named, **now, "after": wanted.after, **page.named}
        yield Page([*page.terms, *beyond], page.order, values)


_OWN_PASSED = "(active = 1 AND due < :now AND due <> :today AND paused = 0 AND state IS NULL)"
"""The case's own limit is overdue."""

_OWN_AHEAD = (
    "(active = 0 OR due IS NULL OR due >= :now OR due = :today OR paused = 1 OR state IS NOT NULL)"
)
"""It is not."""

_RANK = (
    f"CASE WHEN {_OWN_PASSED} THEN '0' || due WHEN {_PASSED} THEN '1' || next_due"
    " WHEN due IS NOT NULL THEN '2' || due ELSE '3' END"
)
"""Sorts as `_by_due` does; no index, for the few rows of a narrow filter."""

_SOMETIMES = ("callback_due", "gap_due")
"""Columns to sort by that are empty where nothing is due."""


def _column(wanted: Filter) -> str:
    if wanted.sort == "due" and wanted.callback_due:
        return "callback_due"
    if wanted.sort == "due" and wanted.gaps:
        return "gap_due"
    return _RANK if wanted.sort == "due" and _narrow(wanted) else _SORTS[wanted.sort]


def _start(session: Session, columns: str, after: str, named: Mapping[str, Any]) -> Any:
    """Returns the sort values of the case to go on after, as a row; () for the first page."""
    if not after:
        return ()
    start = session.one(
        f"SELECT {columns} FROM case_row WHERE station = :station AND case_no = :after",
        **{**named, "after": after},
    )
    if start is None:
        raise UnknownCase(after)
    return start


def _beyond(column: str, on: bool) -> list[str]:
    if not on:
        return []
    if column == "case_no":
        return ["case_no > :after"]
    return [f"({column}, case_no) > (:start, :after)"]


def _where(terms: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(['station = :station', *terms])}"


_AT_ONCE = 500
"""Cases of one question: SQLite takes at most 32,766 values in one."""


def with_deadlines(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Returns rows of case_row, each with `deadlines`: its rows of deadline_row, in their order."""
    waiting = [row["case_no"] for row in rows if row["next_due"] or row["paused"]]
    by_case: dict[str, list[Mapping[str, Any]]] = {}
    for first in range(0, len(waiting), _AT_ONCE):
        for one in _deadlines(session, waiting[first : first + _AT_ONCE]):
            by_case.setdefault(one["case_no"], []).append(one)
    return [{**row, "deadlines": by_case.get(row["case_no"], [])} for row in rows]


def _deadlines(session: Session, cases: Sequence[str]) -> Iterable[Mapping[str, Any]]:
    named = {f"case{number}": case_no for number, case_no in enumerate(cases)}
    marks = ", ".join(f":{name}" for name in named)
    text = f"{sql.DEADLINES} AND case_no IN ({marks}) ORDER BY case_no, number"
    for row in session.all(text, **named):
        yield dict(zip(sql.DEADLINE, row, strict=True))


# -- the desk --------------------------------------------------------------------------------------


def desk(session: Session, now: datetime, limit: int | None) -> list[DeskRows]:
    """Returns the groups of the desk that hold cases, each with its number of cases and its first
    rows by date.
    """
    when, groups = _moments(now), []
    for name, total in _totals(session, when):
        rows = session.all(_of(name), name=name, limit=limit or total, **when)
        cases = mapped(rows, sql.CASE)
        groups.append(DeskRows(name, total, with_deadlines(session, cases)))
    return groups


def desk_stream(session: Session, now: datetime) -> Iterator[DeskRows]:
    """Gives the groups of `desk`, each with all of its rows one by one while the transaction lasts."""
    when = _moments(now)
    for name, total in _totals(session, when):
        rows = session.stream(_of(name), name=name, limit=total, **when)
        yield DeskRows(name, total, _in_blocks(session, rows))


def desk_counts(session: Session, now: datetime) -> Mapping[str, int]:
    """Returns how many cases each group of the desk holds; empty groups are left out."""
    return dict(_totals(session, _moments(now)))


def _totals(session: Session, when: Mapping[str, str]) -> list[tuple[str, int]]:
    return [(name, total) for name, total in session.all(sql.DESK_COUNTS, **when) if total]


def _of(name: str) -> str:
    return sql.DESK_GROUPS.get(name, sql.DESK_WAITING)


def _moments(now: datetime) -> Mapping[str, str]:
    """What the statements of the desk call now, today and tomorrow."""
    return {
        "now": moment(now),
        "today": now.date().isoformat(),
        "tomorrow": (now.date() + timedelta(days=1)).isoformat(),
    }
