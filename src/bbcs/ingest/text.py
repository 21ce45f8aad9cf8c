"""Removes control characters and marks that change the direction of writing from cells."""

from __future__ import annotations

import re
from datetime import date, datetime

from bbcs.ingest.people import digits

_BAD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def clean(cell: object) -> str:
    """A cell as text: whole numbers without a point, days in ISO, line ends as LF, nothing harmful
    in it.
    """
    if type(cell) is str:
        if cell.isprintable():  # no line end and nothing harmful: most cells
            return cell.strip()
        text = cell
    elif isinstance(cell, datetime):
        text = cell.isoformat(" ", "minutes")
    elif isinstance(cell, date):
        text = cell.isoformat()
    elif isinstance(cell, bool):
        text = "是" if cell else "否"
    else:
        text = digits(cell)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _BAD.search(text):
        text = _BAD.sub("", text)
    return text.strip()


def original(cell: object) -> str:
    """The text of a cell in which something harmful stood, with that written out; "" for any other."""
    if type(cell) is not str or cell.isprintable() or not _BAD.search(cell):
        return ""
    return _BAD.sub(lambda match: f"\\u{ord(match[0]):04x}", cell).strip()
