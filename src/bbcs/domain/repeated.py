"""Compares texts however they are spaced or written, and finds a value that a text repeats.

Texts are compared by their letters, digits and Chinese characters alone: half width, without case,
signs or blanks. So 138-0000 0001 repeats 13800000001, and 陈·试验 repeats 陈试验.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

HALF: dict[int, int] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full width to half width."""

_FORMS: dict[int, str | int] = {
    0x3000: " ",
    **HALF,
    **dict.fromkeys(map(ord, "•‧・．∙"), "·"),
}
"""Full width to half width; the dots of names to one."""

pattern = cache(re.compile)
"""A pattern compiled when it is first used, and found faster than `re` finds it."""

_FULL_WIDTH = "[\uff01-\uff5e]"
_SHORT = 40
"""Up to this length `translate` takes less time than the pattern takes to be compiled."""

FARTHEST = 3
"""Signs and blanks that may stand between two characters of a value that is repeated."""


def half_width(text: str) -> str:
    """Half width. Few texts hold a full-width letter or sign, and `translate` is slow."""
    if text.isascii():
        return text
    if len(text) > _SHORT and not pattern(_FULL_WIDTH).search(text):
        return text
    return text.translate(HALF)


def compared(name: str, value: str) -> str:
    """How a value of a person is compared with that of another case: half width, without blanks; a
    phone by its digits, without the country code.
    """
    value = "".join((value if value.isascii() else value.translate(_FORMS)).split())
    if name == "id_number":
        return value.upper().replace("-", "")
    if name == "phone":
        digits = value if value.isdecimal() else "".join(filter(str.isdecimal, value))
        return (
            digits[-11:] if len(digits) in (13, 15) and digits.lstrip("0")[:3] == "861" else digits
        )
    return value.casefold()


def folded(text: str) -> str:
    """Only letters and digits of any script: half width, without case."""
    plain = text if text.isalnum() else "".join(filter(str.isalnum, text))
    if plain.isascii():
        return plain.lower()
    plain = half_width(plain).casefold()  # a few letters fall apart into a letter and a sign
    return plain if plain.isalnum() else "".join(filter(str.isalnum, plain))


def folded_lines(text: str) -> list[str]:
    """`folded` of each line of a text: all of them at once take a third of the time."""
    plain = pattern(r"[^\w\n]+|_").sub("", text)
    plain = plain.lower() if plain.isascii() else half_width(plain).casefold()
    lines = plain.split("\n")
    return [one if one.isalnum() else "".join(filter(str.isalnum, one)) for one in lines]


def spans(text: str, values: Sequence[str]) -> list[tuple[int, int, int]]:
    """(start, end, number of the value) of each place where a text repeats one, in order.

    values: folded; where two overlap, the one that stands first in `values` counts.
    """
    plain = folded(text)
    wanted = [number for number, value in enumerate(values) if value in plain]
    if not wanted:
        return []
    places = [at for at, char in enumerate(text) for _ in folded(char)]
    taken = [False] * len(places)
    hits = []
    for number in wanted:
        for first in _starts(plain, values[number]):
            last = first + len(values[number]) - 1
            steps = zip(places[first:last], places[first + 1 : last + 1], strict=True)
            if any(taken[first : last + 1]) or any(b - a > FARTHEST + 1 for a, b in steps):
                continue
            taken[first : last + 1] = [True] * (last - first + 1)
            hits.append((places[first], places[last] + 1, number))
    return sorted(hits)


def _starts(plain: str, value: str) -> Iterator[int]:
    at = plain.find(value)
    while at >= 0:
        yield at
        at = plain.find(value, at + 1)
