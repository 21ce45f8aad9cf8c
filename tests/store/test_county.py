"""Every station of a database, read as the county's role: each as its own, and none is written."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from store_drive import NOW, POSTGRES, Driver, consult, history, intake

import county
from bbcs.config import station_file
from bbcs.errors import StoreUnreachable, UsageError
from bbcs.store.county import open_county

pytestmark = pytest.mark.parametrize("driver", [POSTGRES], indirect=True)


@pytest.fixture
def two(driver: Driver, home: Path, tmp_path: Path) -> Path:
    """Two stations in one database; the home of the first."""
    with driver.open(home, write=True) as ledger:
        history(ledger)
    county.with_role("CY02")
    other = county.home(tmp_path / "other", "CY02", "城阳站")
    with driver.open(other, write=True) as ledger:
        intake(ledger)
        consult(ledger, matter="医保转移", visitors=2, answered=2)
    return home


def test_each_station_is_read_as_its_own(two: Path) -> None:
    with open_county(two, station_file.read(two).store) as every:
        assert every.stations() == ["CY02", "ZY01"]
        assert [every.ledger(code).head().seq for code in every.stations()] == [3, 13]
        assert every.ledger("CY02").case_no("1", NOW.date()) == ("CY02-20260302-0001")
        with pytest.raises(StoreUnreachable, match="CY02、ZY01"):
            every.ledger("XX99")
        # over thousands of stations the compiling takes longer than the statement
        assert tuple(every.ledger("CY02").session.one("SHOW jit")) == ("off",)
        with pytest.raises(psycopg.Error):
            every.ledger("CY02").session.execute("DELETE FROM meta WHERE station = :station")


def test_a_file_is_one_station(two: Path) -> None:
    with pytest.raises(UsageError, match="PostgreSQL"), open_county(two, ""):
        pass
