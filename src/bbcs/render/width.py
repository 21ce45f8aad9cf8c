"""Counts the columns that a text takes on a terminal: Chinese takes two, combining marks none."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# Scripts that join or stack, keycaps, flags, skin tones, symbols that changed width: too rare to
# have tables of our own.
_RARE = (
    "\u0590\u1dff", "\u2630\u2637", "\u268a\u268f", "\u302e\u302f", "\u3164\u3164", "\u4dc0\u4dff",
    "\ua800\uabff", "\ud7b0\udfff", "\uffa0\uffa0", "\ufe0f\ufe0f", "\U00010000\U0001d37f",
    "\U0001f1e6\U0001f1ff", "\U0001f3fb\U0001f3ff",
)  # fmt: skip


USUAL = 80
"""Columns of a usual screen."""


def columns(text: str) -> int:
    """Columns that `text` (one line, no control characters) takes."""
    if text.isascii():
        return len(text)
    cells = [_cell(char) for char in text]
    if None in cells:
        return _asked(text)
    return sum(filter(None, cells))


def pad(text: str, width: int, *, right: bool = False) -> str:
    """`text` filled with blanks to `width` columns, on its left if `right`."""
    blanks = " " * (width - columns(text))
    if right:
        return blanks + text
    return text + blanks


def cut(text: str, width: int) -> str:
    """`text` if it fits, else its beginning and `..`.

    The ellipsis is two columns wide on some consoles.
    """
    if columns(text) <= width:
        return text
    return f"{text[: _end(text, width - 2)]}.."


def wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` columns, broken after a blank or a Chinese stop if any.

    A word, a figure or a command is broken only where it is longer than a line. A width of less
    than two columns counts as two: no Chinese character is narrower.
    """
    lines = []
    while columns(text) > max(width, 2):
        end = _line_end(text, max(_end(text, max(width, 2)), 1))
        lines.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*lines, text]


_STOPS = " ，。；、：）"
"""Characters behind which a line may end."""

_NEVER_FIRST = "，。；、：）”》"
"""Characters that no line begins with."""

_NEVER_LAST = "（“《"
"""Characters that no line ends with."""

_WHOLE = (
    r"bbcs(?: [^\s，。；：、（）“”]+)+"
    r"|(?:[一-龥] (?=\d))?[!-~]+(?:（[!-~]+）)?(?:(?<=\d) [一-龥])?",
    r"[!-~]+",
)
"""What a line does not end inside of: commands, numbers with the word that they belong to, rates with
their fractions; then words.
"""


def _line_end(text: str, end: int) -> int:
    """Where a line ends that has room for `end` characters: behind the last stop of its second
    half, else before the word that has no room.
    """
    for pattern in _WHOLE:
        held = {
            at for one in re.finditer(pattern, text) for at in range(one.start() + 1, one.end())
        }
        may = [
            at
            for at in range(1, end + 1)
            if at not in held and text[at] not in _NEVER_FIRST and text[at - 1] not in _NEVER_LAST
        ]
        if stops := [at for at in may if at > end // 2 and text[at - 1] in _STOPS]:
            return stops[-1]
        if may:
            return may[-1]
    return end


def _end(text: str, width: int) -> int:
    """How many characters of `text` take at most `width` columns."""
    taken, end = 0, 0
    while end < len(text) and taken + (_cell(text[end]) or 0) <= width:
        taken += _cell(text[end]) or 0
        end += 1
    while end and columns(text[:end]) > width:
        end -= 1
    return end


@cache
def _cell(char: str) -> int | None:
    """Columns of one character; None where Python's tables may be too old or too simple."""
    if any(pair[0] <= char <= pair[1] for pair in _RARE):
        return None

    kind = unicodedata.category(char)
    if kind in ("Mn", "Me"):
        return 0
    if kind in ("Cn", "Cf", "Mc", "Zl", "Zp"):
        return None
    return 1 + (unicodedata.east_asian_width(char) in "WF")


def _asked(text: str) -> int:
    from wcwidth import wcswidth  # 20 to 40 ms, hence only for text that needs it

    return max(wcswidth(text), 0)
