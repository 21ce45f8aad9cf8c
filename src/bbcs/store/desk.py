"""The groups of the desk and the cases in them, by index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from bbcs.store import statements as sql
from bbcs.store.codec import mapped, moment
from bbcs.store.engine import Session
from bbcs.store.filters import in_blocks, with_deadlines
from bbcs.usecases.ledger import DeskRows


def groups(session: Session, now: datetime, limit: int | None) -> list[DeskRows]:
    """Returns the groups that hold cases, each with its number of cases and its first rows by date."""
    when, found = _moments(now), []
    for name, total in _totals(session, when):
        rows = session.all(_of(name), name=name, limit=limit or total, **when)
        cases = mapped(rows, sql.CASE)
        found.append(DeskRows(name, total, with_deadlines(session, cases)))
    return found


def stream(session: Session, now: datetime) -> Iterator[DeskRows]:
    """Gives the same groups, each with all of its rows one by one while the transaction lasts."""
    when = _moments(now)
    for name, total in _totals(session, when):
        rows = session.stream(_of(name), name=name, limit=total, **when)
        yield DeskRows(name, total, in_blocks(session, rows))


def _totals(session: Session, when: Mapping[str, str]) -> list[tuple[str, int]]:
    return [(name, total) for name, total in session.all(sql.DESK_COUNTS, **when) if total]


def _of(name: str) -> str:
    return sql.DESK_GROUPS.get(name, sql.DESK_WAITING)


def _moments(now: datetime) -> Mapping[str, str]:
    """What the statements call now, today and tomorrow."""
    return {
        "now": moment(now),
        "today": now.date().isoformat(),
        "tomorrow": (now.date() + timedelta(days=1)).isoformat(),
    }
