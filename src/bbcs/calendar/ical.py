"""The special days of a year as an iCalendar file (RFC 5545), for the calendars people carry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from bbcs.calendar.dates import CST
from bbcs.calendar.days import DayCalendar, DayInfo

_OCTETS = 75
_MARKS = {"holiday": "休", "makeup": "班"}
#: RFC 5545 3.3.11: what has a meaning in text is escaped, other control characters may not stand
#: there.
_ESCAPED = str.maketrans(
    {
        "\\": "\\\\",
        ";": "\\;",
        ",": "\\,",
        "\n": "\\n",
        **dict.fromkeys(map(chr, (*range(10), *range(11, 32), 127))),
    }
)


def calendar_text(calendar: DayCalendar, year: int, now: datetime) -> str:
    """One all-day event for each day off and make-up day; TENTATIVE when it may still move.

    Naive moments are China's.

    A day keeps its UID, so a calendar that reads the file again replaces what has changed.
    """
    days = (
        date(year, 1, 1) + timedelta(i)
        for i in range((date(year, 12, 31) - date(year, 1, 1)).days + 1)
    )
    special = [info for info in map(calendar.info, days) if info.kind in _MARKS]
    if now.tzinfo is None:
        now = now.replace(tzinfo=CST)
    stamp = now.astimezone(UTC)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//bbcs//calendar//ZH",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{year} 年放假调休",
    ]
    for info in special:
        lines += _event(info, f"{stamp:%Y%m%dT%H%M%SZ}")
    return "".join(f"{piece}\r\n" for line in (*lines, "END:VCALENDAR") for piece in _folded(line))


def _event(info: DayInfo, stamp: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{info.day:%Y%m%d}@calendar.bbcs",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{info.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{info.day + timedelta(1):%Y%m%d}",
        f"SUMMARY:{_MARKS[info.kind]} {info.name.translate(_ESCAPED)}".rstrip(),
        f"DESCRIPTION:{info.notice.translate(_ESCAPED)}",
        f"STATUS:{'CONFIRMED' if info.final else 'TENTATIVE'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets; no character is torn.

    The blank that begins a later piece is one of the octets.
    """
    piece, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > _OCTETS:
            yield piece
            piece, size = " ", 1
        piece += sign
        size += octets
    yield piece
