"""Reads whole numbers as people write them, in options, fields and columns; writes and splits case
numbers, `站码-YYYYMMDD-NNNN`, the serial growing past 9999.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from bbcs.domain.station import is_code

LONGEST = 9
"""Most digits of a number of days, rows or times."""


def integer(value: Any) -> int | None:
    """The number from 0 on that a text or a value means; None when it is none.

    Digits may be full width; signs, fractions, superscripts (²) and Chinese numerals are no number,
    nor are true and false.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int) and value >= 0:
        return value
    if not isinstance(value, str):
        return None
    text = value.strip()
    if not text.isdecimal() or len(text) > LONGEST:
        return None
    return int(text)


def signed(text: str) -> int | None:
    """The number of a text that may begin with a hyphen or a plus, None when it is none."""
    sign, digits = text[:1], text[1:]
    if sign not in ("-", "+"):
        return integer(text)
    number = integer(digits)
    if number is None or sign == "+":
        return number
    return -number


def written(station: str, day: date, serial: int) -> str:
    """The number of the `serial`-th case of that day."""
    return f"{station}-{day.isoformat().replace('-', '')}-{serial:04d}"


def split(case_no: str) -> tuple[str, str, int] | None:
    """Station, day as ISO text and serial of a number; None when it is not in its written form.

    The day need not exist; a serial has at most twelve digits.
    """
    station, _, rest = case_no.partition("-")
    day, _, digits = rest.partition("-")
    figures = day + digits
    if not (is_code(station) and figures.isascii() and figures.isdecimal()):
        return None
    if len(day) != 8 or not 4 <= len(digits) <= 12:
        return None
    serial = int(digits)
    if not serial or digits != f"{serial:04d}":
        return None
    return station, f"{day[:4]}-{day[4:6]}-{day[6:]}", serial
