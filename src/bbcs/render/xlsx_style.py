"""What all parts of a workbook share: fonts, colours, heights, and texts that a cell may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bbcs.render.width import columns

FONT = {"font_name": "宋体", "font_size": 10}
LINE, TALLEST = 13.5, 405.0
"""Height of a line, and of the tallest row that there may be, in points."""

FILLS: Mapping[str, str] = {
    "overdue": "#FFC7CE", "warning": "#FFEB9C", "paused": "#DDEBF7",
    "red": "#FFC7CE", "orange": "#F8CBAD", "yellow": "#FFEB9C", "blue": "#BDD7EE",
    "green": "#C6EFCE",
}  # fmt: skip
"""Mark of a row -> its colour."""

_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def lines_of(text: str, width: int) -> int:
    """Lines that `text` takes in a column.

    It is one wider than `width`, and a character of the font is a 20th narrower.
    """
    if 2 * len(text) <= width and "\n" not in text:
        return 1
    room = int((width + 1) * 1.05) // 2 * 2
    if "\n" not in text:
        return -(-columns(text) // room)
    return sum(-(-columns(line) // room) or 1 for line in text.split("\n"))


def xml(text: str) -> str:
    """`text` as a cell may hold it, else unchanged."""
    if not text.isprintable():
        text = (
            _NOT_XML.sub("", text.replace("\r\n", "\n"))
            .encode("utf-8", "backslashreplace")
            .decode()
        )
    # xlsxwriter takes <r>...</r> for finished rich text and writes it unescaped
    if text.startswith("<r>") and text.endswith("</r>"):
        return f"{text} "
    return text
