"""From the settings to a ledger at work: the office, and one transaction."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from bbcs.calendar.days import DayCalendar
from bbcs.cli.settings import Settings, present
from bbcs.config import packs
from bbcs.errors import BadValue, CalendarGap, LedgerBroken, LedgerConflict
from bbcs.render.terminal import talk
from bbcs.store.sqlite import SqliteLedger, open_ledger, retry
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.office import Calendars, Office, operator

T = TypeVar("T")


def office(settings: Settings, *, stored: bool = True) -> Office:
    """The station of the home, its pack, calendar and operator, now; not `stored`: without what is stored of imported notices."""
    home = settings.folder
    station = packs.station(home)
    who = operator(station, settings.named_operator, os_user())
    now, clock = present()
    made = Office(
        home,
        station,
        packs.pack(station.pack, home, station.edition),
        DayCalendar(),
        Stamp(who.id, now, clock),
        who.roles,
    )
    return made.bound(home_calendars(home, station.region)) if stored else made


def home_calendars(home: Path, region: str) -> Calendars:
    """The shipped calendar with the notices imported in this home. LedgerBroken when what is stored of them does not read."""
    with open_ledger(home, waiting=_waiting) as ledger:
        try:
            made = Calendars(ledger.imported(), region)
            if made.imported:
                made.current.firm_until  # noqa: B018 - compiled now, so that nothing trips later
        except (BadValue, CalendarGap, ValueError) as error:
            raise LedgerBroken(
                "存的放假通知读不出来，像是被改动过；请 bbcs ledger verify --full，再 bbcs ledger rebuild"
            ) from error
    return made


def os_user() -> str:
    """The login name: of the environment, else (cron) of the process; empty where the system has none."""
    named = os.environ.get("USER") or os.environ.get("LOGNAME") or os.environ.get("USERNAME")
    if named or os.name == "nt":
        return named or ""
    from pwd import getpwuid

    try:
        return getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""


class _DryRun(Exception):
    """Carries the result of a rehearsal out of the transaction that is rolled back."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


def write(where: Office, ask: Callable[[SqliteLedger], T], *, dry_run: bool = False) -> T:
    """Run `ask` in one write transaction; with `dry_run` do all the same work and keep nothing."""

    def unit() -> T:
        with open_ledger(where.home, write=True, waiting=_waiting) as ledger:
            if where.calendars and len(ledger.imported()) != len(where.calendars.imported):
                raise LedgerConflict("日历刚由别人更新，这一步没有写入；请再试一次")
            result = ask(ledger)
            if dry_run:
                raise _DryRun(result)
            return result

    try:
        return retry(unit)
    except _DryRun as rehearsed:
        return rehearsed.result  # type: ignore[no-any-return]


def read(where: Office, ask: Callable[[SqliteLedger], T]) -> T:
    """Run `ask` on one consistent view of the ledger."""
    with open_ledger(where.home, write=False, waiting=_waiting) as ledger:
        return ask(ledger)


def _waiting() -> None:
    talk("bbcs: 别人正在写台账，稍候……")
