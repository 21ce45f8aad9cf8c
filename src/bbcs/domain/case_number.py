"""The one written form of case numbers: `站码-YYYYMMDD-NNNN`, the serial growing past 9999."""

from __future__ import annotations

from datetime import date

from bbcs.domain.station import is_code


def written(station: str, day: date, serial: int) -> str:
    """The number of the `serial`-th case of that day."""
    return f"{station}-{day:%Y%m%d}-{serial:04d}"


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
