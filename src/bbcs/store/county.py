"""`open_county`: every station whose ledger lies in the same database, for reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bbcs.domain.event import Unreadable
from bbcs.domain.station import is_database
from bbcs.errors import UnknownStation, UsageError
from bbcs.store.location import unreadable
from bbcs.store.opening import engine_of
from bbcs.store.postgres.engine import PostgresEngine
from bbcs.store.provable import ProvableLedger

if TYPE_CHECKING:
    from bbcs.store.postgres.county import PostgresCounty


@contextmanager
def open_county(home: Path, store: str) -> Iterator[PostgresCounty]:
    """One reading transaction over all stations, as the county's role; nobody is kept from writing.

    store: what the station file says. Raises UsageError where the ledger is a file of its own,
    StoreUnreachable where the county's role may not log in.
    """
    if not is_database(store):
        raise UsageError(
            "这个数据目录的台账是本机的文件，只有自己一个站；--station 要台账放在 PostgreSQL 里"
            "（见 docs/county.md）"
        )
    engine = engine_of(store)

    assert isinstance(engine, PostgresEngine)
    try:
        with engine.county(str(home)) as county:
            yield county
    except Unreadable as error:
        raise unreadable(error) from error


@contextmanager
def open_station(home: Path, store: str, station: str) -> Iterator[ProvableLedger]:
    """The ledger of one station of the county, for reading. Raises UnknownStation."""
    with open_county(home, store) as county:
        codes = county.stations()
        if station not in codes:
            raise UnknownStation(station, codes)
        yield county.ledger(station)
