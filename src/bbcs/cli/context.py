"""From the settings of a command to the office it works in, and to one transaction of its ledger."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from bbcs.cli.settings import Settings
from bbcs.config.environment import os_user, present
from bbcs.render.terminal import talk
from bbcs.store import transactions
from bbcs.store.sqlite import SqliteLedger
from bbcs.usecases.office import Calendars, Office, Transaction, office_of

T = TypeVar("T")


def office(settings: Settings, *, stored: bool = True) -> Office:
    """The office of the home: station, rule pack, operator and present time.

    stored: also the calendars that are kept in its ledger; without them the ledger is not opened.
    """
    now, clock = present()
    made = office_of(settings.folder, settings.named_operator, os_user(), now, clock)
    if not stored:
        return made
    return made.bound(home_calendars(made.home, made.station.region))


def home_calendars(home: Path, region: str) -> Calendars:
    """The shipped calendar with the notices imported in this home."""
    return transactions.home_calendars(home, region, _waiting)


def write(where: Office, ask: Callable[[SqliteLedger], T], *, dry_run: bool = False) -> T:
    """Run `ask` in one write transaction; a dry run does the same work and keeps nothing."""
    return transactions.write(where, ask, dry_run=dry_run, waiting=_waiting)


def transaction(where: Office) -> Transaction:
    """`write` on the ledger of this office, as use cases take it."""
    return partial(write, where)


def read(where: Office, ask: Callable[[SqliteLedger], T]) -> T:
    """Run `ask` on one consistent view of the ledger."""
    return transactions.read(where, ask, waiting=_waiting)


def _waiting() -> None:
    talk("bbcs: 别人正在写台账，稍候……")
