"""A copy of a ledger file is whole, whatever others write while it is made, and holds them up for a moment only."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from store_drive import Driver, dump, file_driver, intake

from bbcs.store.opening import open_ledger
from bbcs.store.sqlite import copying, file
from sizes import examples

driver = file_driver


@pytest.fixture
def full(driver: Driver, home: Path) -> Path:
    with driver.open(home, write=True) as ledger:
        for number in range(200):
            intake(ledger, number)
    return home


def _write(home: Path, begun: Event, stop: Event) -> None:
    """Changes pages all over the file, and undoes every third transaction."""
    number = 1000
    while not stop.is_set():
        number += 1
        try:
            with open_ledger(home, write=True) as ledger:
                for _ in range(20):
                    intake(ledger, number)
                if number % 3 == 0:
                    raise RuntimeError
        except RuntimeError:
            begun.set()


def test_copies_under_a_busy_writer_are_whole(full: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    begun, stop = context.Event(), context.Event()
    writer = context.Process(target=_write, args=(full, begun, stop))
    writer.start()
    assert begun.wait(60)
    entries = set()
    try:
        for number in range(examples(15)):
            target = tmp_path / str(number)
            target.mkdir()
            file.copy(full / "ledger.db", target / "ledger.db")
            with closing(sqlite3.connect(target / "ledger.db")) as copied:
                assert copied.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            with open_ledger(target, store="") as ledger:
                found = [one for one in ledger.verify() if one.code not in ("key", "mode")]
                assert found == []
                entries.add(ledger.head().seq)
    finally:
        stop.set()
        writer.join(60)
    assert writer.exitcode == 0
    assert len(entries) > 1, "it went on writing"


def test_what_changes_while_the_file_is_read_is_read_again(
    full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, passes = copying._bring_up_to_date, []

    def between(source: int, target: int) -> None:
        real(source, target)
        passes.append(1)
        if len(passes) == 1:
            with open_ledger(full, write=True, wait=0.2) as ledger:
                for number in range(500, 700):
                    intake(ledger, number)

    monkeypatch.setattr(copying, "_bring_up_to_date", between)
    (tmp_path / "copy").mkdir()
    file.copy(full / "ledger.db", tmp_path / "copy" / "ledger.db")
    assert dump(tmp_path / "copy") == dump(full)
    assert (tmp_path / "copy" / "ledger.db").stat().st_mode & 0o077 == 0


def test_a_writer_waits_only_while_the_file_is_compared(
    full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(full / "ledger.db")) as connection:
        if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
            pytest.skip("nobody waits for a reader there")
    held: list[float] = []
    real = copying._held

    def timed(live: sqlite3.Connection) -> object:
        held.append(time.monotonic())
        return real(live)

    written: list[int] = []
    monkeypatch.setattr(copying, "_held", timed)
    monkeypatch.setattr(os, "pwrite", _counted(os.pwrite, held, written))
    file.copy(full / "ledger.db", tmp_path / "ledger.db")
    assert len(held) == 1
    assert written == [0], "everything was written before the file was held"


def _counted(real: object, held: list[float], written: list[int]) -> object:
    def pwrite(*arguments: object) -> object:
        if len(held) not in written:
            written.append(len(held))
        return real(*arguments)  # type: ignore[operator]

    return pwrite


def test_a_lock_of_the_same_process_survives_a_copy(full: Path, tmp_path: Path) -> None:
    """POSIX drops the locks of a process on a file when it closes any descriptor of it."""
    with closing(sqlite3.connect(full / "ledger.db", isolation_level=None)) as mine:
        mine.execute("BEGIN IMMEDIATE")
        file.copy(full / "ledger.db", tmp_path / "ledger.db")
        script = (
            "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)"
            ".execute('BEGIN IMMEDIATE')"
        )
        other = subprocess.run(
            [sys.executable, "-c", script, str(full / "ledger.db")],
            capture_output=True,
            check=False,
        )
        assert b"database is locked" in other.stderr
        mine.execute("COMMIT")
