"""Case numbers `站码-YYYYMMDD-NNNN`: gap-free per day of intake, and the short forms people type."""

from __future__ import annotations

from datetime import date
from typing import Any

from bbcs.errors import AmbiguousId, BbcsError, UnknownCase
from bbcs.store import statements as sql


def number(station: str, day: date, serial: int) -> str:
    """The number of the `serial`-th case of that day; grows past 9999."""
    return f"{station}-{day:%Y%m%d}-{serial:04d}"


def parts(case_no: str) -> tuple[str, str, int]:
    """Station, day as ISO text, serial of a full number."""
    found = split(case_no)
    if found is None:
        raise BbcsError(f"{case_no} 不是件的编号")
    return found


def split(case_no: str) -> tuple[str, str, int] | None:
    """`parts`, or None when the text is no full number in its one written form."""
    station, _, rest = case_no.partition("-")
    day, _, serial = rest.partition("-")
    if not (
        station
        and len(day) == 8
        and day.isdecimal()
        and len(serial) >= 4
        and serial.isdecimal()
        and serial.isascii()
    ):
        return None
    if serial != f"{int(serial):04d}" or not int(serial):
        return None
    return station, f"{day[:4]}-{day[4:6]}-{day[6:]}", int(serial)


def following(connection: Any, station: str, day: date) -> str:
    """The next free number of the day; only inside a write transaction."""
    top = connection.execute(
        sql.TOP_SERIAL, {"station": station, "day": day.isoformat()}
    ).fetchone()[0]
    return number(station, day, (top or 0) + 1)


def full(connection: Any, short: str, today: date) -> str:
    """The number that `short` stands for: exact, else by its last parts, else the one active case of today."""
    short = short.strip()
    wanted = short.upper()
    if connection.execute(sql.EXACT, {"case_no": wanted}).fetchone():
        return wanted
    *before, last = wanted.split("-")
    if not last.isdecimal() or len(last) > 12:
        raise UnknownCase(short)
    found = _fitting(connection, before, int(last))
    if len(found) > 1 and not before:
        named = {"serial": int(last), "day": today.isoformat()}
        now = [row[0] for row in connection.execute(sql.BY_SERIAL_TODAY, named).fetchall()]
        found = now if len(now) == 1 else found
    if len(found) > 1:
        raise AmbiguousId(short, found)
    if not found:
        raise UnknownCase(short)
    return found[0]


def like(connection: Any, text: str) -> list[str]:
    """Cases whose full or short number this is; at most nine, the newest first, none when it is no number."""
    wanted = text.upper()
    *before, last = wanted.split("-")
    if not last.isdecimal() or len(last) > 6:  # longer ones are pieces of other numbers
        return []
    exact = [row[0] for row in connection.execute(sql.EXACT, {"case_no": wanted}).fetchall()]
    return exact or _fitting(connection, before, int(last))


def _fitting(connection: Any, before: list[str], serial: int) -> list[str]:
    """Cases whose last parts are these; at most nine, the newest first."""
    if not before:
        return [row[0] for row in connection.execute(sql.BY_SERIAL, {"serial": serial}).fetchall()]
    day = before[-1]
    if len(day) != 8 or not day.isdecimal() or len(before) > 2:
        return []
    named = {"serial": serial, "day": f"{day[:4]}-{day[4:6]}-{day[6:]}"}
    found = [row[0] for row in connection.execute(sql.BY_DAY, named).fetchall()]
    return [case_no for case_no in found if len(before) == 1 or case_no.startswith(f"{before[0]}-")]
