"""Which engine holds a ledger: the station file says so, and one that is not there is refused."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from store_drive import OF_FILES, POSTGRES, STAMP, Driver, consult, dump, history

from bbcs.config import station_file
from bbcs.domain.station import ROLES, Operator, Station
from bbcs.errors import BadValue, BbcsError, StoreUnreachable
from bbcs.store.engine import Session
from bbcs.store.engine_protocol import Engine
from bbcs.store.home import create
from bbcs.store.opening import Connection, engine_of, open_ledger
from bbcs.store.sqlite.session import SqliteEngine, SqliteSession


@pytest.fixture
def station(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    create(home, "ZY01", STAMP)
    station_file.write(home, Station("ZY01", "沾益站", operators=(Operator("zs", "张三", ROLES),)))
    return home


def _store(home: Path, store: str) -> None:
    station_file.write(home, station_file.read(home)._replace(store=store))


@pytest.mark.parametrize("store", ["", "sqlite"])
def test_a_file_in_the_home_is_the_usual_engine(station: Path, store: str) -> None:
    _store(station, store)
    with open_ledger(station) as ledger:
        assert ledger.station == "ZY01"
    assert engine_of(store).name == "sqlite"


@pytest.mark.parametrize("store", ["postgresql://db/bbcs", "postgresql", "mysql://x", "/tmp/x.db"])
@pytest.mark.parametrize("write", [False, True])
def test_an_engine_that_is_not_there_is_refused(station: Path, store: str, write: bool) -> None:
    _store(station, store)
    before = dump(station)
    with (
        pytest.raises(StoreUnreachable, match="store") as refused,
        open_ledger(station, write=write),
    ):
        pass
    assert refused.value.exit_code == 22
    assert "\n" not in refused.value.message
    with pytest.raises(StoreUnreachable, match="store"), open_ledger(station, store=store):
        pass
    assert dump(station) == before


def test_the_password_of_a_store_is_not_repeated(station: Path) -> None:
    _store(station, "postgresql://bbcs:secret@db/bbcs")
    with pytest.raises(StoreUnreachable) as refused, open_ledger(station):
        pass
    assert "secret" not in refused.value.message


def test_the_engine_keeps_what_it_promises() -> None:
    engine: Engine = SqliteEngine()
    assert engine.name
    assert issubclass(SqliteSession, Session)
    assert not SqliteSession.__abstractmethods__


def test_a_session_always_asks_for_its_own_station(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        history(ledger)
    with driver.open(home) as ledger:
        session = ledger.session
        assert session.one("SELECT count(*) FROM case_row WHERE station = :station") == (3,)
        session.station = "ZY02"
        assert session.one("SELECT count(*) FROM case_row WHERE station = :station") == (0,)
        assert ledger.session.all("SELECT case_no FROM case_row WHERE station = :station") == []


def test_a_connection_is_kept_from_one_transaction_to_the_next(driver: Driver, home: Path) -> None:
    with Connection() as kept:
        with driver.open(home, kept=kept) as ledger:
            first = ledger.session.connection
        with driver.open(home, write=True) as other:  # nothing is locked in between
            consult(other)
        for _ in range(2):
            with driver.open(home, write=True, kept=kept) as ledger:
                assert ledger.session.connection is first
                consult(ledger)
        with driver.open(home, kept=kept) as ledger:
            assert ledger.session.connection is first
            assert ledger.head().seq == 3
        with pytest.raises(BbcsError), driver.open(home, kept=kept) as ledger:
            ledger.session.execute("DELETE FROM case_row")  # reading again, it only reads
    assert kept.session is None


def test_a_refused_transaction_keeps_no_connection(driver: Driver, home: Path) -> None:
    before = dump(home)
    with Connection() as kept:
        with suppress(BadValue), driver.open(home, write=True, kept=kept) as ledger:
            consult(ledger)
            raise BadValue("没有这一项")
        assert kept.session is None
    assert dump(home) == before


@OF_FILES
def test_another_file_in_the_place_of_the_ledger_is_opened_anew(driver: Driver, home: Path) -> None:
    """Somebody put a backup back while the clerk was being asked."""
    with Connection() as kept:
        with driver.open(home, write=True, kept=kept) as ledger:
            first = ledger.session.connection
        copy = home / "copy.db"
        shutil.copy2(home / "ledger.db", copy)
        copy.replace(home / "ledger.db")
        with driver.open(home, write=True, kept=kept) as ledger:
            assert ledger.session.connection is not first
            consult(ledger)
    with driver.open(home) as ledger:
        assert ledger.head().seq == 1


@pytest.mark.parametrize("driver", [POSTGRES], indirect=True, ids=["postgresql"])
def test_a_connection_that_the_server_ended_is_made_anew(driver: Driver, home: Path) -> None:
    with Connection() as kept:
        with driver.open(home, kept=kept) as ledger:
            (number,) = ledger.session.one("SELECT pg_backend_pid()")
        with driver.raw(home) as server:
            server.execute("SELECT pg_terminate_backend(%s, 2000)", (number,))
        with driver.open(home, write=True, kept=kept) as ledger:
            consult(ledger)
    with driver.open(home) as ledger:
        assert ledger.head().seq == 1
