"""Layers of the calendar: the exceptions of announced years, the statutory days of the others, the notices behind them.

Later rows win, so a layer can cancel an earlier one by giving the day its plain kind again. The only reader of the
packaged calendar data; every file is read when it is first needed, never at import.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bbcs.record import Record

FIRST = date(2004, 1, 1)
LAST = date(2100, 12, 31)

#: No notice from 2004 to 2026 has touched a day of the year before that lies before 29 December.
_TURN = (12, 29)

BY_LAW = "《全国年节及纪念日放假办法》"


class Exception_(Record):  # noqa: N801 - `Exception` is taken
    """A day that differs from plain Monday to Friday, or that a layer makes plain again.

    kind: holiday, makeup; normal or weekend cancel. `notice` is an id of `notices.csv` or any text that names the source.
    An id of four digits is the annual notice of that year and announces it.
    """

    day: date
    is_working_day: bool
    kind: str
    name: str
    notice: str


class Notice:  # no NamedTuple: each costs 0.3 ms at import
    """A notice of the State Council Office; what is not known for certain is empty. `issued` is an ISO date."""

    __slots__ = ("address", "id", "issued", "number", "title")

    def __init__(self, id: str, title: str, number: str, issued: str, address: str) -> None:
        self.id, self.title, self.number, self.issued, self.address = id, title, number, issued, address


def national() -> tuple[Exception_, ...]:
    """The shipped days of 2004–2026 that differ from Monday to Friday, in order."""
    # The table has no quotes (tested); the csv module would cost 2 ms.
    rows = (line.split(",") for line in _lines("exceptions.csv"))
    return tuple(Exception_(date.fromisoformat(day), works == "1", kind, name, notice) for day, works, kind, name, notice in rows)


def statutory(years: Iterable[int]) -> tuple[Exception_, ...]:
    """Statutory days and the days off in lieu for those on a weekend, by rule, of years that have no notice."""
    wanted = {str(year) for year in years}
    rows = (line.split(",") for line in _lines("statutory.csv") if line[:4] in wanted)
    named = ((day, f"{name}（补假）" if kind == "in_lieu" else name) for day, kind, name in rows)
    return tuple(Exception_(date.fromisoformat(day), False, "holiday", name, BY_LAW) for day, name in named)


def notices() -> dict[str, Notice]:
    """The shipped notices by id."""
    return {line[: line.index(",")]: Notice(*line.split(",")) for line in _lines("notices.csv")}


def announced(exceptions: Iterable[Exception_]) -> frozenset[int]:
    """Years whose annual notice is among the sources."""
    return frozenset(int(source) for source in {row.notice for row in exceptions} if len(source) == 4 and source.isdecimal())


def missing(known: frozenset[int], first: date, last: date) -> tuple[int, ...]:
    """Years whose notice is missing that the days from `first` to `last`, both included, lean on.

    A day of an unannounced year leans on that year; 29–31 December of an announced one on the notice of the next year.
    """
    years: set[int] = set()
    for year in range(first.year, last.year + 1):
        if year not in known:
            years.add(year)
        elif year + 1 not in known and last >= date(year, *_TURN):
            years.add(year + 1)
    return tuple(sorted(years)) if first <= last else ()


def firm_until(known: frozenset[int]) -> date:
    """First day that is provisional; every day before it is final."""
    year = FIRST.year
    while year in known:
        year += 1
    return FIRST if year == FIRST.year else date(year - 1, *_TURN)


def cite(source: str, known: dict[str, Notice]) -> str:
    """What people call the notice: its number, else its title, else whose it is and for which year."""
    notice = known.get(source)
    if notice is None:
        return source
    return notice.number or notice.title or f"国务院办公厅{source[:4]}年放假通知"


def fingerprint(exceptions: Iterable[Exception_] | None) -> str:
    """12 hex digits of the SHA-256 over the exceptions (None = the shipped ones) and the statutory days."""
    from hashlib import sha256  # about 3 ms with its C library

    if exceptions is None:
        lines = _lines("exceptions.csv")
    else:
        lines = [f"{row.day},{row.is_working_day:d},{row.kind},{row.name},{row.notice}" for row in exceptions]
    return sha256("\n".join([*lines, *_lines("statutory.csv")]).encode()).hexdigest()[:12]


def _lines(name: str) -> list[str]:
    from pathlib import Path  # 8 ms in a bare interpreter; importlib.resources costs more

    text = (Path(__file__).parent.parent / "data" / "calendar" / name).read_text(encoding="utf-8")
    return text.splitlines()[1:]
