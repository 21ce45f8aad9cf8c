from __future__ import annotations

from pathlib import Path

import pytest
from store_drive import DRIVERS, STAMP, Driver, history

from bbcs.config import packs, station_file
from bbcs.domain.station import ROLES, Operator, Station
from bbcs.store.head_writer import anchor
from bbcs.store.transactions import with_files
from bbcs.usecases.catalogue import record_items
from bbcs.usecases.editions import record_adoption


@pytest.fixture(params=DRIVERS, ids=lambda driver: driver.name)
def driver(request: pytest.FixtureRequest) -> Driver:
    return request.param


@pytest.fixture
def home(driver: Driver, tmp_path: Path) -> Path:
    return driver.create(tmp_path / "home")


@pytest.fixture
def station(driver: Driver, home: Path) -> Path:
    """A home with everything that a backup has to hold."""
    operator = Operator("zs", "张三", ROLES)
    made = Station("ZY01", "沾益站", operators=(operator,))
    if (home / "station.toml").exists():  # where a database holds the ledger
        made = station_file.read(home)._replace(operators=(operator,))
    station_file.write(home, made)
    rules = packs.SHIPPED / "default.toml"
    packs.copy_edition(home, packs.load(rules), rules.read_bytes())
    (home / "items.csv").write_text("事项\n诊所备案\n", encoding="utf-8")
    (home / "templates" / "函.txt").write_text("模板", encoding="utf-8")
    paper = home.parent / "paper.txt"
    paper.write_text("虚构的名称核准书", encoding="utf-8")
    with with_files(home, [str(paper)]) as ledger:
        history(ledger)
        ledger.attach(str(paper))
        record_adoption(ledger, packs.load(rules), rules.read_bytes(), STAMP, {})
        record_items(ledger, (home / "items.csv").read_bytes(), 1, STAMP)
    with driver.open(home) as ledger:
        head = ledger.head()
    anchor(home, head)
    for path in home.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return home


@pytest.fixture
def once(driver: Driver, station: Path) -> Path:
    """The same in one journal mode, for tests that do much work."""
    if driver.journal == "wal":
        pytest.skip("tried with the other journal mode")
    return station
