"""Reads whole numbers as people write them, in options, fields and columns."""

from __future__ import annotations

from typing import Any

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
