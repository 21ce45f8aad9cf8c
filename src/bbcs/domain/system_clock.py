"""Checks the computer's clock against what must lie before the present."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bbcs.calendar.layers import NEWEST_NOTICE
from bbcs.errors import Declined
from bbcs.record import Record

TOLERANCE = timedelta(hours=1)
"""So far an entry may lie before the one before it: a form was being filled in while others wrote."""

ASKED = timedelta(days=1)
"""From how much on a command asks before it writes."""


class ClockDoubt(Record):
    """Why the system clock is not believed.

    asks: so far off that a command asks before it writes.
    """

    what: str
    asks: bool


def declined(what: str) -> Declined:
    """The refusal to write by such a clock without somebody's word."""
    return Declined(f"{what}；请先校准电脑时间，确实要照此记的请加 --yes")


def doubt(now: datetime, last: datetime | None, newest: date = NEWEST_NOTICE) -> ClockDoubt | None:
    """Why the present that the system tells cannot be; None where it can.

    last: when the last entry was written. newest: when the newest shipped notice was issued; this
    program is younger than it.
    """
    if now.date() < newest:
        what = f"电脑时间 {now:%Y-%m-%d %H:%M} 早于本程序收录的放假通知（{newest} 印发）"
        return ClockDoubt(what, True)
    if last is None or last - now <= TOLERANCE:
        return None
    what = f"电脑时间 {now:%Y-%m-%d %H:%M} 早于台账最后一条（{last:%Y-%m-%d %H:%M}）"
    return ClockDoubt(what, last - now > ASKED)
