"""The stations of a county on two servers: the county's office reads both through foreign tables.

The tables of a store have keys, and PostgreSQL gives a table with keys no foreign partition. So each
server holds a store of its own, and a third database, which holds no row, reads both. It is made as
docs/county.md tells, by docs/county-servers.sql.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from store_drive import STAMP

import county
import postgres_server
from bbcs.calendar.days import DayCalendar
from bbcs.config import packs, station_file
from bbcs.domain.station import ROLES, Operator, Station
from bbcs.store.county import open_county
from bbcs.store.home import create
from bbcs.store.opening import engine_of, open_ledger
from bbcs.store.postgres import install
from bbcs.usecases import acts
from bbcs.usecases.new_station import make
from bbcs.usecases.office import Office

pytestmark = [
    county.IN_CI,
    pytest.mark.skipif(postgres_server.debian() is None, reason="Debian's PostgreSQL is not there"),
]

SCRIPT = Path(__file__).parents[2] / "docs" / "county-servers.sql"
EAST, WEST = ("ZY01", "ZY02"), ("CY01", "CY02", "CY03")
CASE = {"reporter": "陈试验", "phone": "13800000009", "matter": "备案", "demand": "办不下去"}
COUNTS = "SELECT station, month, kind, count(*), sum(delta) FROM bbcs.movement GROUP BY 1, 2, 3"


class Servers:
    """Two servers with a store each; the first also holds the database that reads both."""

    def __init__(self, folder: Path) -> None:
        programs = postgres_server.debian()
        assert programs
        self.folder = folder
        self.both = [postgres_server.Server(programs) for _ in range(2)]
        for server, stations in zip(self.both, (EAST, WEST), strict=True):
            server.county("bbcs", stations)
            for number, code in enumerate(stations):
                self.make(server, code)
                self.work(code, 2 + number)
        self.both[0].sql("CREATE DATABASE bbcs_read")
        for name, server in zip(("east", "west"), self.both, strict=True):
            self.name(name, server)
        self.map("bbcs_zy01", "bbcs_zy01", "east")
        self.renew()

    def make(self, server: postgres_server.Server, code: str) -> None:
        """The home of a station whose ledger lies on that server."""
        store = f"postgresql:///bbcs?host={server.folder}"
        operator = Operator("zs", "张三", ROLES)
        station = Station(code, f"示例{code}站", operators=(operator,), store=store)
        begin: Any = partial(create, engine=engine_of(store))
        make(self.folder / code, station, "default", STAMP, begin)

    def work(self, code: str, cases: int) -> str:
        """Cases of a station, of which the first is settled; the number of the last."""
        home = self.folder / code
        rules = packs.pack("default", home)
        where = Office(home, station_file.read(home), rules, DayCalendar(), STAMP, ROLES)
        with open_ledger(home, write=True) as ledger:
            numbers = [acts.intake(ledger, where, CASE).case.no for _ in range(cases)]
            done = {"outcome": "solved", "measures": "办成"}
            acts.act(ledger, where, numbers[0], "resolve", done)
        return numbers[-1]

    def run(self, code: str, *words: str, store: str = "", ends: int = 0) -> str:
        """What a command prints in the home of a station; store: instead of its own."""
        home = self.folder / code
        own = station_file.read(home)
        station_file.write(home, own._replace(store=store or own.store))
        env = {**os.environ, "BBCS_HOME": str(home), "BBCS_NOW": "2026-03-02T10:00"}
        command = [sys.executable, "-m", "bbcs", "--as", "zs", *words]
        try:
            done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        finally:
            station_file.write(home, own)
        assert done.returncode == ends, done.stdout + done.stderr
        return done.stdout or done.stderr

    def name(self, name: str, server: postgres_server.Server) -> None:
        """Tell the reading database where a server is."""
        self.read("CREATE EXTENSION IF NOT EXISTS postgres_fdw")
        self.read(
            f"CREATE SERVER {name} FOREIGN DATA WRAPPER postgres_fdw"
            f" OPTIONS (host '{server.folder}', dbname 'bbcs', async_capable 'true')"
        )
        for role in ("postgres", "bbcs_county"):
            self.map(role, "bbcs_county", name)

    def map(self, role: str, there: str, name: str) -> None:
        """Tell the reading database as whom a role reads a server."""
        self.read(
            f"CREATE USER MAPPING FOR {role} SERVER {name}"
            f" OPTIONS (user '{there}', password_required 'false')"
        )

    def renew(self) -> None:
        """Run the script."""
        self.read(SCRIPT.read_text(encoding="utf-8"))

    def read(self, text: str) -> list[tuple[Any, ...]]:
        """Run a statement in the reading database."""
        return self.both[0].sql(text, "bbcs_read")

    @property
    def address(self) -> str:
        """The reading database, as a station file names it."""
        return f"postgresql:///bbcs_read?host={self.both[0].folder}"

    @contextmanager
    def as_county(self) -> Iterator[psycopg.Connection[Any]]:
        """The county's role in the reading database."""
        url = self.both[0].url("bbcs_read", "bbcs_county")
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    made = Servers(tmp_path_factory.mktemp("servers"))
    yield made
    for server in made.both:
        server.remove()


def test_counts_of_the_county_are_the_sum_of_both_servers(servers: Servers) -> None:
    own = [sorted(server.sql(COUNTS, "bbcs")) for server in servers.both]
    assert [{row[0] for row in rows} for rows in own] == [set(EAST), set(WEST)]
    with servers.as_county() as connection:
        read = sorted(connection.execute(COUNTS).fetchall())
    assert read == sorted(own[0] + own[1])
    in_hand = sum(row[4] for row in read)
    assert in_hand == sum(count - 1 for count in (2, 3, 2, 3, 4))


def test_the_month_of_the_county_is_that_of_both_servers(servers: Servers) -> None:
    asked = ("report", "monthly", "--month", "2026-03", "--station", "all", "--json")
    east, west = (json.loads(servers.run(code, *asked)) for code in ("ZY01", "CY01"))
    every = json.loads(servers.run("ZY01", *asked, store=servers.address))
    names = ("station", "as_of", "counts")
    read = [[one[name] for name in names] for one in every["stations"]]
    own = [[one[name] for name in names] for one in west["stations"] + east["stations"]]
    assert read == own
    assert [one[0] for one in own] == [*WEST, *EAST]
    for count, number in every["counts"].items():
        assert number == east["counts"][count] + west["counts"][count]
    told = json.loads(servers.run("ZY01", "county", "stations", "--json", store=servers.address))
    assert [one["station"] for one in told["stations"]] == [*WEST, *EAST]


def test_a_dump_holds_a_whole_store(servers: Servers, tmp_path: Path) -> None:
    east, programs = servers.both[0], postgres_server.debian()
    assert programs
    at = ["--host", str(east.folder), "--username", postgres_server.OWNER]
    east.sql("CREATE DATABASE again")
    dump = str(tmp_path / "bbcs.dump")
    for command in (
        [programs / "pg_dump", *at, "-Fc", "-d", "bbcs", "-f", dump],
        [programs / "pg_restore", *at, "-d", "again", "--exit-on-error", dump],
    ):
        subprocess.run(command, check=True)
    again = f"postgresql:///again?host={east.folder}"
    for words in (["ledger", "verify", "--full"], ["list", "--all", "--format", "csv"]):
        assert servers.run("ZY02", *words, store=again) == servers.run("ZY02", *words)
    assert servers.run("ZY02", "intake", "--from", _case(tmp_path), store=again)


def _case(folder: Path) -> str:
    (folder / "case.json").write_text(json.dumps(CASE), encoding="utf-8")
    return str(folder / "case.json")


def test_a_case_written_on_the_other_server_is_found(servers: Servers) -> None:
    number = servers.work("CY02", 1)
    with open_ledger(servers.folder / "CY02") as own:
        written = own.events(number)
    home = servers.folder / EAST[0]
    with open_county(home, servers.address) as every:
        assert every.stations() == sorted(EAST + WEST)
        there = every.ledger("CY02")
        assert there.events(number) == written
        with open_ledger(servers.folder / "CY02") as own:
            assert there.head() == own.head()


@pytest.mark.parametrize(
    "words", ["list --format csv", "search 办不下去 --format csv", "report monthly --month 2026-03"]
)
def test_a_station_is_read_as_it_reads_itself(servers: Servers, words: str) -> None:
    own = servers.run("CY03", *words.split())
    assert own == servers.run("ZY01", *words.split(), "--station", "CY03", store=servers.address)
    assert "CY03" in own


def test_a_station_is_asked_on_its_own_server_alone(servers: Servers) -> None:
    with servers.as_county() as connection:
        plan = connection.execute(
            "EXPLAIN (VERBOSE) SELECT * FROM bbcs.case_row WHERE station = 'CY01' AND active = 1"
        ).fetchall()
    text = "\n".join(line for (line,) in plan)
    assert "west.case_row" in text
    assert "east.case_row" not in text


def test_nothing_is_written_through_the_reading_database(servers: Servers, tmp_path: Path) -> None:
    with servers.as_county() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM bbcs.meta")
    words, store = ("intake", "--from", _case(tmp_path)), servers.address
    before = servers.run("ZY01", "list", "--all", store=store)
    assert before == servers.run("ZY01", "list", "--all")
    assert "权限不够" in servers.run("ZY01", *words, store=store, ends=22)
    servers.run("ZY02", *words, store=store, ends=22)  # it has no mapping
    assert servers.run("ZY01", "list", "--all") == before


def test_the_script_leaves_a_store_alone(servers: Servers) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="不是读库"):
        servers.both[0].sql(SCRIPT.read_text(encoding="utf-8"), "bbcs")
    with open_ledger(servers.folder / "ZY01") as ledger:
        assert ledger.head().seq > 2


def test_one_code_on_two_servers_is_refused(servers: Servers) -> None:
    east = servers.both[0]
    with psycopg.connect(east.url("bbcs"), autocommit=True) as connection:
        install.apply(connection, ["CY03"], parts=2)
    (servers.folder / "CY03").rename(servers.folder / "kept")
    servers.make(east, "CY03")
    try:
        with pytest.raises(psycopg.errors.InvalidObjectDefinition, match="overlap"):
            servers.renew()
        with servers.as_county() as connection:
            assert connection.execute("SELECT count(*) FROM bbcs.meta").fetchone() != (0,)
    finally:
        with psycopg.connect(east.url("bbcs"), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            for table in county.tables(connection):
                connection.execute(f"DELETE FROM bbcs.{table} WHERE station = 'CY03'")
        servers.renew()
