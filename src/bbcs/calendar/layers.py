"""Layers of the calendar: shipped days, imported notices, statutory days, regional days.

Later rows win, so a layer can cancel an earlier one by giving the day its plain kind again. The
only reader of the packaged calendar data; every file is read when it is first needed, never at
import.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from bbcs.errors import BadValue, UnknownWord, chinese_first
from bbcs.record import Record

FIRST = date(2004, 1, 1)
LAST = date(2100, 12, 31)

NEWEST_NOTICE = date(2025, 11, 4)
"""When the newest notice of `notices.csv` was issued: no present lies before it."""

#: No notice from 2004 to 2026 has touched a day of the year before that lies before 29 December.
_TURN = (12, 29)

SHIPPED = "0f2c368f33cb"
"""`fingerprint` of the shipped days; a test computes it from the tables."""

BY_LAW = "《全国年节及纪念日放假办法》"


class ExceptionalDay(Record):
    """A day that differs from plain Monday to Friday, or that a layer makes plain again.

    kind: holiday, makeup; normal or weekend cancel. `notice` is an id of `notices.csv` or any text
    that names the source. An id of four digits is the annual notice of that year and announces it.
    """

    day: date
    is_working_day: bool
    kind: str
    name: str
    notice: str


class Notice(Record):
    """A notice of the State Council Office; what is not known for certain is empty.

    `issued` is an ISO date.
    """

    id: str
    title: str
    number: str
    issued: str
    address: str


class Imported(Record):
    """One notice that an operator imported.

    layer: annual, midyear, region or organisation. The id of an annual notice is its year, which it
    announces; no other id is. region: a code of `regions`, or "". issued: ISO date. seq: order of
    import.
    """

    id: str
    layer: str
    region: str
    title: str
    number: str
    issued: str
    address: str
    sha256: str
    operator: str
    seq: int
    rows: tuple[ExceptionalDay, ...]


class Region(Record):
    """A region whose own law adds days.

    No days are shipped: they come with a notice each year, for the moon moves them.

    names: what people call it. verified: False where the source is weak.
    """

    code: str
    name: str
    names: tuple[str, ...]
    festivals: tuple[str, ...]
    source: str
    verified: bool


_KINDS = {
    (True, True): "normal",
    (True, False): "makeup",
    (False, True): "holiday",
    (False, False): "weekend",
}
"""(the office works, Monday to Friday) -> kind of the day."""


def exception(day: date, works: bool, name: str, notice: str) -> ExceptionalDay:
    """The row of a day on which the office works or not; normal and weekend are the plain week."""
    return ExceptionalDay(day, works, _KINDS[works, day.weekday() < 5], name, notice)


def national(since: int = FIRST.year) -> tuple[ExceptionalDay, ...]:
    """The shipped days of the years `since`–2026 that differ from Monday to Friday, in order."""
    # The table has no quotes (tested); the csv module would cost 2 ms.
    begin = str(since)
    rows = [line.split(",") for line in _lines("exceptions.csv") if line >= begin]
    return tuple(
        ExceptionalDay._make((date.fromisoformat(day), works == "1", kind, name, notice))
        for day, works, kind, name, notice in rows
    )


def statutory(years: Iterable[int]) -> tuple[ExceptionalDay, ...]:
    """The days off by rule of years without a notice: statutory days and days off in lieu.

    A statutory day on a weekend gives a day off in lieu.
    """
    wanted = {str(year) for year in years}
    lines = _lines("statutory.csv") if wanted else []
    rows = [line.split(",") for line in lines if line[:4] in wanted]
    suffixes = {"in_lieu": "（补假）"}
    return tuple(
        ExceptionalDay(
            date.fromisoformat(day), False, "holiday", name + suffixes.get(kind, ""), BY_LAW
        )
        for day, kind, name in rows
    )


@lru_cache(maxsize=8)
def weekend_feasts(year: int) -> Mapping[date, str]:
    """The statutory days of a year that lie on a Saturday or Sunday, with their names.

    They change no count: the weekend is off anyway. Source: the generated tables.
    """
    wanted = str(year)
    rows = [line.split(",") for line in _lines("statutory_weekends.csv") if line[:4] == wanted]
    rows += [
        [day, name]
        for day, kind, name in (
            line.split(",") for line in _lines("statutory.csv") if line[:4] == wanted
        )
        if kind == "statutory"
    ]
    days = {date.fromisoformat(day): name for day, name in rows}
    return {day: name for day, name in days.items() if day.weekday() >= 5}


def notices() -> dict[str, Notice]:
    """The shipped notices by id."""
    return {line[: line.index(",")]: Notice(*line.split(",")) for line in _lines("notices.csv")}


def compose(
    imported: Iterable[Imported], region: str = "", without: Container[str] = ()
) -> tuple[tuple[ExceptionalDay, ...], dict[str, Notice]]:
    """The rows of a `DayCalendar`, shipped and imported, and the imported notices that they cite.

    In order: annual notices, mid-year ones by date of issue, those of this region, the
    organisation's own. An annual notice names every special day of its year, so it stands in for an
    earlier one of that year. without: ids of notices, shipped or imported, that are left out.
    """
    here = region and _region(region)
    in_force = [
        one
        for one in sorted(imported, key=_order)
        if one.id not in without and (one.layer != "region" or one.region == here)
    ]
    rows = tuple(row for row in national() if row.notice not in without)
    changed = {row.notice[:4] for row in rows if len(row.notice) > 4}
    for one in in_force:
        annual = one.layer == "annual"
        if annual != is_year(one.id):
            raise BadValue("年度通知以年份为编号，其他通知的编号不能只是年份")
        # The shipped rows of such a year already hold what its mid-year notice made of the annual
        # one.
        if annual and one.id in changed:
            continue
        if annual:
            rows = tuple(row for row in rows if row.notice != one.id)
        rows = (*rows, *(row._replace(notice=one.id) for row in one.rows))
    return rows, {
        one.id: Notice(one.id, one.title, one.number, one.issued, one.address) for one in in_force
    }


_RANKS = ("annual", "midyear", "region", "organisation")


def _order(one: Imported) -> tuple[int, str, int]:
    """Raises UnknownWord for an unknown layer."""
    if one.layer not in _RANKS:
        raise UnknownWord("通知的层次", one.layer, _RANKS)
    issued = {"midyear": one.issued}.get(one.layer, "")
    return _RANKS.index(one.layer), issued, one.seq


def regions() -> dict[str, Region]:
    """The regions by code."""
    by_code = {}
    for line in _lines("regions.csv"):
        code, name, names, festivals, source, verified = line.split(",")
        by_code[code] = Region(
            code, name, tuple(names.split()), tuple(festivals.split()), source, verified == "1"
        )
    return by_code


def region(text: str) -> str:
    """The code of the region that is meant: by code, name or a common name.

    Raises UnknownWord with the nearest.
    """
    return _region(text)


def region_in(text: str) -> str:
    """The code of the region that a longer name lies in (“广西壮族自治区南宁市”).

    Returns "" when the region's law adds no days that are known here.
    """
    if not text:
        return ""
    return next(
        (
            one.code
            for one in regions().values()
            if any(word in text for word in (one.code, one.name, *one.names))
        ),
        "",
    )


def _region(text: str) -> str:
    known = regions()
    codes = {word: one.code for one in known.values() for word in (one.code, one.name, *one.names)}
    code = codes.get(text.strip()) or codes.get(text.strip().lower())
    if code:
        return code
    listed = [chinese_first(one.code, one.names[0]) for one in known.values()]
    raise UnknownWord("工作日历里的地区", text, listed, list(codes), list(known), "region")


def is_year(source: str) -> bool:
    """Whether the id of a notice is a year: that of an annual notice."""
    return len(source) == 4 and source.isdecimal()


def announced(exceptions: Iterable[ExceptionalDay]) -> frozenset[int]:
    """Years that have an annual notice among the sources."""
    return frozenset(
        int(source) for source in {row.notice for row in exceptions} if is_year(source)
    )


def shipped_years() -> frozenset[int]:
    """The years whose annual notice is shipped: what `announced` finds in the shipped days."""
    return frozenset(int(source) for source in notices() if is_year(source))


def missing(known: frozenset[int], first: date, last: date) -> tuple[int, ...]:
    """Years without a notice that the days from `first` to `last`, both included, depend on.

    A day of an unannounced year depends on that year; 29–31 December of an announced one on the
    notice of the next year.
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
    if year == FIRST.year:
        return FIRST
    return date(year - 1, *_TURN)


def cite(source: str, known: dict[str, Notice]) -> str:
    """What people call a notice: its number, else its title, else its issuer and year."""
    notice = known.get(source)
    if notice is None:
        return source
    return (
        notice.number
        or notice.title
        or (source[:4].isdecimal() and f"国务院办公厅{source[:4]}年放假通知")
        or source
    )


def fingerprint(exceptions: Iterable[ExceptionalDay] | None) -> str:
    """Twelve hex digits of the SHA-256 over the exceptions and the statutory days.

    exceptions: None = the shipped ones.
    """
    if exceptions is None:
        return SHIPPED
    from hashlib import sha256  # about 3 ms with its C library

    lines = [
        f"{row.day},{row.is_working_day:d},{row.kind},{row.name},{row.notice}" for row in exceptions
    ]
    return sha256("\n".join([*lines, *_lines("statutory.csv")]).encode()).hexdigest()[:12]


@cache
def _lines(name: str) -> list[str]:
    """The rows of a shipped table, as they stand in the file."""
    text = (Path(__file__).parent.parent / "data" / "calendar" / name).read_text(encoding="utf-8")
    return text.splitlines()[1:]
