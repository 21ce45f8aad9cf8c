"""How many columns a text takes on a terminal: Chinese takes two, combining marks none."""

from __future__ import annotations

from functools import cache

# Scripts that join or stack, keycaps, flags, skin tones, symbols that changed width: too rare to
# have tables of our own.
_RARE = (
    "\u0590\u1dff", "\u2630\u2637", "\u268a\u268f", "\u302e\u302f", "\u3164\u3164", "\u4dc0\u4dff",
    "\ua800\uabff", "\ud7b0\udfff", "\uffa0\uffa0", "\ufe0f\ufe0f", "\U00010000\U0001d37f",
    "\U0001f1e6\U0001f1ff", "\U0001f3fb\U0001f3ff",
)  # fmt: skip


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

    A width of less than two columns counts as two: no Chinese character is narrower.
    """
    lines = []
    while columns(text) > max(width, 2):
        end = max(_end(text, max(width, 2)), 1)
        stop = max((at for at in range(end // 2, end) if text[at] in _STOPS), default=end - 1)
        lines.append(text[: stop + 1].rstrip())
        text = text[stop + 1 :].lstrip()
    return [*lines, text]


_STOPS = " ，。；、：）"
"""Characters behind which a line may end."""


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
    import unicodedata

    kind = unicodedata.category(char)
    if kind in ("Mn", "Me"):
        return 0
    if kind in ("Cn", "Cf", "Mc", "Zl", "Zp"):
        return None
    return 1 + (unicodedata.east_asian_width(char) in "WF")


def _asked(text: str) -> int:
    from wcwidth import wcswidth  # 20 to 40 ms, hence only for text that needs it

    return max(wcswidth(text), 0)
