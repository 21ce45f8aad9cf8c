"""Reads the column 延期情况 of an old book: that the limit was moved, and to which day.

`加 3`, as the registers here print it, is 3 units of the limit. A text that says neither (是), or
whose unit may be another (延期 3 天), proves no date, and stays text beside the case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from bbcs.calendar.dates import CST
from bbcs.domain.event import Draft

_DAY = r"\d{4} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2} ?[日号]?"
_TOLD = rf"(?: ?[(（] ?(?P<told>{_DAY}) ?告知 ?[)）])?"
_MOVED = re.compile(
    rf"(?:(?P<at>{_DAY}) ?(?:同意|批准|申请)?)? ?"
    rf"(?:(?:延期|延长|延时|延)(?:办理)? ?(?:至|到) ?(?P<until>{_DAY})|加 ?(?P<days>\d{{1,3}})){_TOLD}"
)


def extensions(
    text: str, first: datetime, last: datetime | None, known: datetime
) -> Iterator[Draft]:
    """The extensions that a text tells, each asked and granted; nothing where a part of it proves
    none, or says a day that cannot be.

    first: the receipt; last: the settlement, None for an open case: an extension lies between them.
    known: the last day that the row tells before, which dates one that does not say when it was.
    """
    drafts: list[Draft] = []
    for part in re.split("[；;]", text):
        match = _MOVED.fullmatch(part.strip())
        granted = _granted(match, known) if match else None
        if granted is None:
            return
        at, span = granted
        if (
            not first.date() <= at.date() <= (last or at).date()
            or span.get("until", at.date()) < first.date()
        ):
            return
        drafts += [
            Draft("ExtensionAsked", at, span),
            Draft("ExtensionDecided", at, {"granted": True}),
        ]
    yield from drafts


def _granted(match: re.Match[str], known: datetime) -> tuple[datetime, dict[str, Any]] | None:
    """When it was, and how long; None for a day that does not exist."""
    try:
        days = {
            name: date(*map(int, re.findall(r"\d+", match[name])))
            for name in ("at", "told", "until")
            if match[name]
        }
    except ValueError:
        return None
    span: dict[str, Any] = {name: days[name] for name in ("until", "told") if name in days}
    if match["days"]:
        span["days"] = int(match["days"])
    on = days.get("at") or days.get("told")
    if (
        on is None or on == known.date()
    ):  # a day without a time is not before the receipt of that day
        return known, span
    return datetime(on.year, on.month, on.day, tzinfo=CST), span
