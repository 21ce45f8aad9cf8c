"""A fresh home for each test, copied from one that `bbcs init` made."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_desk import Desk


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made") / "home"
    Desk(home).ok("init", "--station", "ZY01", "--name", "沾益站")
    Desk(home).ok("list")
    return home


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    return Desk(made).copied(tmp_path)


@pytest.fixture
def empty(tmp_path: Path) -> Desk:
    """A home that does not exist yet."""
    return Desk(tmp_path / "home")
