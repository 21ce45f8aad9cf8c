"""Where the last page of a printed register begins, so that the signatures never stand alone on it.

Office programs find different scales at which the same columns fit across a page: by a third, for
want of a font. So nobody knows where the other pages end, and a register that may be longer than
one page gets a break of its own before its last rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from bbcs.render.xlsx_widths import REPEATED

_ACROSS, _DOWN = 784.0, 516.0
"""Points of an A4 page across that margins leave, and down."""

_TITLE_IN_HEADER = 18.0
"""Points down that the title of a register takes that goes over several pages."""

_SURE = 0.95
"""So much of a page is surely there."""

_LEAST, _SHARE = 3, 0.6
"""So many rows stand with the signatures at least; more, as long as all take no more of the page."""


def last_page(
    heights: Sequence[float], head: float, foot: float, widths: Sequence[int], across: int
) -> int | None:
    """The row of the table, from 0, before which the last page begins; None where one page surely
    holds everything.

    heights: of the rows, in points. head: of what stands on every page above them. foot: of what
    stands under them. across: pages side by side.
    """
    room = (_down(widths, across) - head) * _SURE
    if sum(heights) + foot <= room:
        return None
    tall = accumulate(reversed(heights), initial=foot)
    kept = sum(one <= room * _SHARE for one in tall) - 1
    begin = len(heights) - max(kept, _LEAST)
    return begin if begin > 0 else None


def _down(widths: Sequence[int], across: int) -> float:
    """How much of the sheet a page takes down, in points of the sheet: it is made smaller until its
    columns fit.
    """
    points = [((width + 1) * 7 + 5) * 0.75 for width in widths]
    total = sum(points) + (across - 1) * sum(points[:REPEATED])
    scale = min(1.0, _ACROSS * across / total) if total else 1.0
    return (_DOWN if across == 1 else _DOWN - _TITLE_IN_HEADER) / scale
