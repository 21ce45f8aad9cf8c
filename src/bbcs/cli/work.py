"""From the settings to a ledger at work: the office, and one transaction."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from bbcs import packs
from bbcs.cli.settings import Settings, present
from bbcs.errors import LedgerConflict
from bbcs.render.terminal import talk
from bbcs.store.sqlite import SqliteLedger, open_ledger, retry
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.office import Calendars, Office, operator

T = TypeVar("T")


def office(settings: Settings) -> Office:
    """The station of the home, its pack, calendar and operator, now."""
    home = settings.folder
    station = packs.station(home)
    who = operator(station, settings.named_operator, os_user())
    now, clock = present()
    calendars = home_calendars(home, station.region)
    made = Office(home, station, packs.pack(station.pack, home), calendars.current, Stamp(who.id, now, clock), who.roles)
    return made.bound(calendars)


def home_calendars(home: Path, region: str) -> Calendars:
    """The shipped calendar with the notices imported in this home."""
    with open_ledger(home, waiting=_waiting) as ledger:
        return Calendars(ledger.imported(), region)


def os_user() -> str:
    """The login name; empty where the system has none."""
    return os.environ.get("USER") or os.environ.get("LOGNAME") or os.environ.get("USERNAME") or ""


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
