"""Prints a share as a percentage."""

from __future__ import annotations


def percent(
    numerator: int,
    denominator: int,
    *,
    places: int = 2,
    truncate: bool = False,
    open_left: bool = False,
) -> str:
    """`99.80%（1469/1472）`; “—” for nothing; never 100 % below one, nor (with a note) while cases of
    the denominator are open.

    half_up in whole numbers, so that no binary fraction tips a digit.
    """
    if not denominator:
        return "—"
    scale = 10**places
    units = (numerator * 100 * scale * 2 + (0 if truncate else denominator)) // (2 * denominator)
    note = ""
    if units >= 100 * scale and (numerator < denominator or open_left):
        units = 100 * scale - 1
        note = "，还有未办结的" if open_left else ""
    whole, part = divmod(units, scale)
    digits = f"{whole}.{part:0{places}d}" if places else f"{whole}"
    return f"{digits}%（{numerator}/{denominator}{note}）"
