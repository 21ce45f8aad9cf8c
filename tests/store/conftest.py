from __future__ import annotations

from pathlib import Path

import pytest
from store_drive import DRIVERS, Driver


@pytest.fixture(params=DRIVERS, ids=lambda driver: driver.name)
def driver(request: pytest.FixtureRequest) -> Driver:
    return request.param


@pytest.fixture
def home(driver: Driver, tmp_path: Path) -> Path:
    return driver.create(tmp_path / "home")
