"""Reads whole numbers as people write them, for options, fields and columns."""

from __future__ import annotations

from typing import Any

LONGEST = 9
"""Digits of the longest number that anybody writes; more are no number of days, rows or times."""


def integer(value: Any) -> int | None:
    """The number from 0 on that a text or a value stands for, None when it is none.

    Digits may be full width; signs, fractions, superscripts (²) and Chinese numerals are no number,
    nor are true and false.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value >= 0 else None
    text = value.strip() if isinstance(value, str) else ""
    if not text.isdecimal() or len(text) > LONGEST:
        return None
    return int(text)
