"""The running deadlines of the cases of one page, looked up together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bbcs.store import statements as sql
from bbcs.store.engine import Session

_AT_ONCE = 500
"""Cases of one question: SQLite takes at most 32,766 values in one."""


def with_deadlines(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Returns rows of case_row, each with `deadlines`: its rows of deadline_row, in their order."""
    waiting = [row["case_no"] for row in rows if row["next_due"] or row["paused"]]
    found: dict[str, list[Mapping[str, Any]]] = {}
    for first in range(0, len(waiting), _AT_ONCE):
        for one in _deadlines(session, waiting[first : first + _AT_ONCE]):
            found.setdefault(one["case_no"], []).append(one)
    return [{**row, "deadlines": found.get(row["case_no"], [])} for row in rows]


def _deadlines(session: Session, cases: Sequence[str]) -> Iterable[Mapping[str, Any]]:
    named = {f"case{number}": case_no for number, case_no in enumerate(cases)}
    marks = ", ".join(f":{name}" for name in named)
    text = f"{sql.DEADLINES} AND case_no IN ({marks}) ORDER BY case_no, number"
    for row in session.all(text, **named):
        yield dict(zip(sql.DEADLINE, row, strict=True))
