"""Tells whether there is a home, and whether its ledger is a file or lies in a database."""

from __future__ import annotations

from pathlib import Path

from bbcs.config import station_file
from bbcs.config.home_files import LEDGER, STATION, missing, parts_there
from bbcs.domain.station import is_database


def has_ledger(home: Path) -> bool:
    """Whether there is a home. Raises StoreUnreachable for one that lost its ledger."""
    if (home / LEDGER).exists() or _in_database(home):
        return True
    if parts_there(home):
        raise missing(home, LEDGER)
    return False


def _in_database(home: Path) -> bool:
    """Whether the station file says that a database holds the ledger."""
    return (home / STATION).is_file() and is_database(station_file.read(home).store)
