"""Backup, restore and upgrade ended at any of their writes: nothing is lost, nothing half made is taken for whole.

With the profile `stress` every single write is tried, and every page of a growing file.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from store_drive import NOW, dump, file_driver, files

import killing
from bbcs.store.backup import encryption
from bbcs.store.backup.restore import restore
from bbcs.store.backup.take import SUFFIX, take
from bbcs.store.opening import open_ledger
from bbcs.store.sqlite.dialect import SCHEMA

driver = file_driver

SECRET = b"synthetic passphrase"
OLD = Path(__file__).parent / "fixtures" / "schema-2" / "home"
CASES = 5

pytest.importorskip("cryptography", reason="no wheel for this machine")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deriving a key is slow on purpose; here it is done hundreds of times."""
    monkeypatch.setattr(encryption, "_SCRYPT", {"n": 2, "r": 8, "p": 1})


def test_a_killed_backup_leaves_the_home_alone_and_nothing_that_looks_like_a_backup(
    once: Path, tmp_path: Path
) -> None:
    usb, new = tmp_path / "usb", tmp_path / "new"
    before, largest = (files(once), dump(once)), (once / "ledger.db").stat().st_size
    work = partial(take, once, NOW, SECRET, usb)
    tried = killed = whole = 0
    for kill in killing.kills(work, largest):
        tried += 1
        killed += kill()
        for made in usb.glob(f"*{SUFFIX}"):
            whole += 1
            restore(made, lambda: SECRET, new)
            assert (files(new), dump(new)) == before
            shutil.rmtree(new)
            made.unlink()
        assert (files(once), dump(once)) == before
    assert killed > tried * 0.9
    assert 0 < whole < tried / 2
    take(once, NOW, SECRET, usb)
    assert len(list(usb.iterdir())) == 1  # what the killed ones left is swept
    assert list((once / "backups").iterdir()) == []


def test_a_killed_restore_leaves_no_home_or_a_whole_one(once: Path, tmp_path: Path) -> None:
    made, new = take(once, NOW, SECRET, tmp_path / "usb").file, tmp_path / "new"
    before, backup = (files(once), dump(once)), made.read_bytes()
    work = partial(restore, made, lambda: SECRET, new)
    tried = killed = whole = 0
    for kill in killing.kills(work, (once / "ledger.db").stat().st_size):
        tried += 1
        killed += kill()
        if new.exists():
            whole += 1
            assert (files(new), dump(new)) == before
            shutil.rmtree(new)
        assert made.read_bytes() == backup
    assert killed > tried * 0.9
    assert 0 < whole < tried / 2
    restore(made, lambda: SECRET, new)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def _upgrade(home: Path) -> None:
    with open_ledger(home) as ledger:
        assert ledger.facts()["schema_version"] == SCHEMA


def _old(home: Path) -> Path:
    """A home as the version of schema 2 wrote it."""
    shutil.copytree(OLD, home)
    for path in (home, *home.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return home


def _frozen(file: Path) -> list[tuple[object, ...]]:
    """Every entry and personal body of a ledger file."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        found = [
            connection.execute(f"SELECT * FROM {table} ORDER BY station_seq").fetchall()
            for table in ("entry", "personal")
        ]
    assert len(found[0]) > CASES
    return [*found[0], *found[1]]


def test_a_killed_upgrade_starts_again(tmp_path: Path) -> None:
    whole = _old(tmp_path / "whole")
    _upgrade(whole)
    upgraded = dump(whole)
    entries = _frozen(OLD / "ledger.db")
    trial = _old(tmp_path / "trial")
    work = partial(_upgrade, trial)
    tried = killed = 0
    for kill in killing.kills(work, (whole / "ledger.db").stat().st_size):
        shutil.rmtree(trial)
        _old(trial)
        tried += 1
        killed += kill()
        copy = trial / "backups" / "ledger-schema-2.db"
        assert not copy.exists() or _frozen(copy) == entries
        with open_ledger(trial) as ledger:
            assert ledger.facts()["cases"] == CASES
        assert dump(trial) == upgraded
        assert _frozen(trial / "ledger.db") == _frozen(copy) == entries
        assert [path.name for path in (trial / "backups").iterdir()] == [copy.name]
    assert killed > tried * 0.9
