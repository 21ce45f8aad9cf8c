"""Turns a Filter into WHERE: fixed fragments chosen by name, every value bound, keyset paging.

No word of a user reaches the SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bbcs.errors import BadValue, UnknownCase
from bbcs.store import statements as sql
from bbcs.store.codec import moment
from bbcs.store.engine import Session
from bbcs.usecases.ledger import Filter

_EQUAL = ("channel", "demand_kind", "difficulty", "handler", "source_no")
# `UnitRef.same` as SQL: by code where both have one, else by name
_ORDERED = "case_no IN (SELECT case_no FROM order_row WHERE station = :station AND"
_CODED_UNIT = (
    f"{_ORDERED} state <> 'returned'"
    " AND (unit_code = :unit_code OR unit = :unit AND unit_code = ''))"
)
_NAMED_UNIT = f"{_ORDERED} unit = :unit AND state <> 'returned')"
_UNSIGNED = f"{_ORDERED} state = 'sent')"
_SORTS = {"due": "due", "received": "received_at", "number": "case_no"}


def find(session: Session, wanted: Filter) -> list[Mapping[str, Any]]:
    """Returns rows that fit, in the order asked for; those without a due date come last."""
    left = wanted.limit
    found: list[Mapping[str, Any]] = []
    for where, order, named in _pages(session, wanted):
        if left is not None and len(found) >= left:
            break
        limit = "" if left is None else f" LIMIT {int(left) - len(found)}"
        text = f"{sql.SELECT_CASES}{where} ORDER BY {order}{limit}"
        found += mapped(session.all(text, **named), sql.CASE)
    return found


def tally(session: Session, wanted: Filter) -> int:
    """Returns how many rows fit, whatever the limit."""
    terms, named = conditions(wanted)
    return int(session.one(sql.COUNT_CASES + _where(terms), **named)[0])


def mapped(rows: Any, columns: tuple[str, ...]) -> list[Mapping[str, Any]]:
    """Returns rows as mappings from column to value."""
    return [dict(zip(columns, row, strict=True)) for row in rows]


def conditions(wanted: Filter) -> tuple[list[str], dict[str, Any]]:
    """Returns the conditions that must hold, and the values in them."""
    terms: list[str] = []
    named: dict[str, Any] = {}
    for term, values in _given(wanted):
        terms.append(term)
        named.update(values)
    return terms, named


def _given(wanted: Filter) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if wanted.active and not wanted.callback_due:  # a callback is due only while the case is active
        yield ("active + 0 = 1" if _narrow(wanted) else "active = 1"), {}
    if len(wanted.phases) == 1:  # an equality: the index over phase and due gives the order too
        yield "phase = :phase", {"phase": wanted.phases[0]}
    elif wanted.phases:
        yield _one_of("phase", wanted.phases)
    for name in _EQUAL:
        if value := getattr(wanted, name):
            yield f"{name} = :{name}", {name: value}
    if wanted.unit:
        term = _CODED_UNIT if wanted.unit.code else _NAMED_UNIT
        yield term, {"unit": wanted.unit.name, "unit_code": wanted.unit.code}
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
    if wanted.paused is not None:
        yield f"paused = {int(wanted.paused)}", {}
    yield from _days(wanted)


def _narrow(wanted: Filter) -> bool:
    """Whether a condition finds few rows: then the index of all active cases must not be used."""
    return bool(wanted.unit or wanted.unsigned or wanted.source_no or wanted.group or wanted.gaps)


def _days(wanted: Filter) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if wanted.overdue:
        # a due date passes with its day, a due time at once: `due < now` is true of today's date too
        now = moment(wanted.now)
        yield (
            "active = 1 AND paused = 0 AND due < :now AND due <> :today",
            {"now": now, "today": now[:10]},
        )
    if wanted.warning:
        now = moment(wanted.now)
        yield (
            "paused = 0 AND warn_from <= :now AND due >= :today AND (due >= :now OR due = :today)",
            {"now": now, "today": now[:10]},
        )
    if wanted.due_before:
        yield "due < :due_before", {"due_before": wanted.due_before.isoformat()}
    yield from _between("due", "due", wanted.due, wanted.due)
    yield from _between("received_at", "received", wanted.received_from, wanted.received_to)
    yield from _between("resolved_at", "resolved", wanted.resolved_from, wanted.resolved_to)


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


def _pages(session: Session, wanted: Filter) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """WHERE, ORDER BY and values of one or two index ranges that together are the answer."""
    if wanted.sort not in _SORTS:
        raise BadValue(f"排序只能是 {'、'.join(_SORTS)}")
    terms, named = conditions(wanted)
    column = _column(wanted)
    start = _start(session, column, wanted.after)
    named |= {"after": wanted.after, "start": start[0]} if start else {}
    order = column if column == "case_no" else f"{column}, case_no"
    if column in ("case_no", _LAST):  # never NULL
        yield _where([*terms, *_beyond(column, bool(start))]), order, named
        return
    if not start or start[0] is not None:
        yield _where([*terms, f"{column} IS NOT NULL", *_beyond(column, bool(start))]), order, named
    if column == "due" and not (
        wanted.overdue or wanted.warning or wanted.due_before or wanted.due
    ):
        yield (
            _where([*terms, "due IS NULL", *_beyond("case_no", bool(start) and start[0] is None)]),
            "case_no",
            named,
        )


_LAST = "coalesce(due, '~')"
"""Sorts by due with the dateless last; no index, for the few rows of a narrow filter."""


def _column(wanted: Filter) -> str:
    if wanted.sort == "due" and wanted.callback_due:
        return "callback_due"
    if wanted.sort == "due" and wanted.gaps:
        return "gap_due"
    return _LAST if wanted.sort == "due" and _narrow(wanted) else _SORTS[wanted.sort]


def _start(session: Session, column: str, after: str) -> Any:
    """Returns the sort value of the case to go on after, as a row; () for the first page."""
    if not after:
        return ()
    start = session.one(
        f"SELECT {column} FROM case_row WHERE station = :station AND case_no = :after", after=after
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
