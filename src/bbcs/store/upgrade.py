"""Upgrades an older home: entries and personal bodies stay as they are, all projections are made
anew.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bbcs.calendar.dates import CST
from bbcs.calendar.days import DayCalendar
from bbcs.config import station_file
from bbcs.domain.pack import UNREAD
from bbcs.store import old_rules
from bbcs.store.engine import Notify
from bbcs.store.provable import ProvableLedger
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.office import Office
from bbcs.usecases.projection import refold

if TYPE_CHECKING:
    from bbcs.store.engine_protocol import Engine


def upgrade(engine: Engine, home: str, wait: float, notify: Notify) -> None:
    """Brings the ledger of a home up to date; see `engine.Engine.upgrade`.

    Raises the refusals of opening a ledger, and those of reading the station and its packs.
    """
    office = office_of_home(Path(home))
    with engine.upgrade(home, wait=wait, notify=notify) as session:
        ledger = ProvableLedger(session, home, write=True)
        old_rules.take_in(ledger, office.station)
        ledger.rebuild(refold(office, ledger), notify.upgrading)
    for path in (*Path(home).glob("cache/pack-*.json"), Path(home, "cache", "items.json")):
        path.unlink(missing_ok=True)  # what older versions had read; the ledger holds it now


def office_of_home(home: Path) -> Office:
    """The office whose cases are folded; nothing in a projection depends on today."""
    return Office(
        home, station_file.read(home), UNREAD, DayCalendar(), Stamp("", datetime.now(CST)), ()
    )
