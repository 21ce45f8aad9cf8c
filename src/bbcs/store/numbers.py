"""Case numbers `站码-YYYYMMDD-NNNN`: gap-free per day of intake, and the short forms people type."""

from __future__ import annotations

from datetime import date

from bbcs.domain.numbers import split, written
from bbcs.errors import AmbiguousId, BbcsError, UnknownCase
from bbcs.store import statements as sql
from bbcs.store.engine import Session

_ON_PAPER = ("告", "督", "会")
"""What a notice, slip or meeting has behind the number of its case where the place has no pattern."""


def parts(case_no: str) -> tuple[str, str, int]:
    """Station, day as ISO text, serial of a full number. Raises BbcsError for any other text."""
    number = split(case_no)
    if number is None:
        raise BbcsError(f"{case_no} 不是件的编号")
    return number


def following(session: Session, day: date) -> str:
    """Returns the next free number of the day; only inside a write transaction."""
    top = session.one(sql.TOP_SERIAL, day=day.isoformat())[0]
    return written(session.station, day, (top or 0) + 1)


def next_serial(session: Session, paper: str, year: int) -> int:
    """Returns the next serial of this kind of paper; only inside a write transaction.

    A paper keeps its number whatever becomes of it, so none is given twice.
    """
    return (session.one(sql.TOP_NUMBER, paper=paper, year=year)[0] or 0) + 1


def full(session: Session, short: str, today: date) -> str:
    """Returns the number that `short` stands for.

    It is an exact number, else the last parts of one, else the one active case of today.
    Raises UnknownCase, AmbiguousId.
    """
    short = short.strip()
    wanted = short.upper()
    if session.one(sql.EXACT, case_no=wanted):
        return wanted
    *before, last = wanted.split("-")
    if not last.isdecimal() or len(last) > 12:
        raise UnknownCase(short)
    numbers = _fitting(session, before, int(last))
    if len(numbers) > 1 and not before:
        rows = session.all(sql.BY_SERIAL_TODAY, serial=int(last), day=today.isoformat())
        if len(rows) == 1:
            numbers = [rows[0][0]]
    if len(numbers) > 1:
        raise AmbiguousId(short, numbers)
    if not numbers:
        raise UnknownCase(short)
    return numbers[0]


def like(session: Session, text: str) -> list[str]:
    """Returns cases with this full or short number: at most nine, the newest first.

    What follows the number of the case on a paper (`-督1`) is left out.
    """
    *before, last = text.upper().split("-")
    if before and last[:1] in _ON_PAPER and last[1:].isdecimal():
        last = before.pop()
    wanted = "-".join([*before, last])
    if not last.isdecimal() or len(last) > 6:  # longer ones are pieces of other numbers
        return []
    exact = [row[0] for row in session.all(sql.EXACT, case_no=wanted)]
    return exact or _fitting(session, before, int(last))


def _fitting(session: Session, before: list[str], serial: int) -> list[str]:
    """Returns cases whose number ends so: at most nine, the newest first."""
    if not before:
        return [row[0] for row in session.all(sql.BY_SERIAL, serial=serial)]
    day = before[-1]
    if len(day) != 8 or not day.isdecimal() or len(before) > 2:
        return []
    rows = session.all(sql.BY_DAY, serial=serial, day=f"{day[:4]}-{day[4:6]}-{day[6:]}")
    numbers = [row[0] for row in rows]
    return [
        case_no for case_no in numbers if len(before) == 1 or case_no.startswith(f"{before[0]}-")
    ]
