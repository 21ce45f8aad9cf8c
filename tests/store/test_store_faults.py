"""A fault at every call, a full disk, a file that is no ledger: before or after, never between, and a word that helps."""

# ruff: noqa: PT012 - the block under test is a whole transaction

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from store_drive import (
    NOW,
    STAMP,
    Driver,
    act,
    consult,
    dump,
    file_driver,
    history,
    intake,
    projection_of,
    refold,
)

import sizes
from bbcs.errors import (
    BadValue,
    BbcsError,
    DiskFull,
    LedgerBroken,
    LedgerConflict,
    LedgerLocked,
    NewerSchema,
    NotALedger,
    StoreUnreachable,
)
from bbcs.store.home import create
from bbcs.store.opening import open_ledger
from bbcs.store.sqlite import faults
from bbcs.store.sqlite.session import SqliteEngine
from faulty import FAULTS, Faulty, error

driver = file_driver

MOST_CALLS = 10_000
"""More calls than any of these transactions makes."""

ROOT = os.name == "posix" and os.geteuid() == 0


TRIALS = [(name, after, 1) for name in FAULTS for after in (False, True)] + [
    ("full", False, 3),
    ("keyboard", False, 3),
]
AT_EVERY_CALL = (("ioerr", False, 1), ("keyboard", True, 1))
"""Trials that fail at every call in an ordinary run too; the others do at every fourth, each from another one."""


@pytest.mark.parametrize(("name", "after", "many"), TRIALS)
def test_a_fault_at_every_call(
    driver: Driver, home: Path, name: str, after: bool, many: int
) -> None:
    fault, refusal = FAULTS[name]
    before, trial = dump(home), (name, after, many)
    every = 1 if trial in AT_EVERY_CALL else 4
    for number in sizes.sample(range(1, MOST_CALLS), every, TRIALS.index(trial)):
        Faulty.left, Faulty.after, Faulty.fault = number, after, fault
        try:
            with driver.open(home, write=True, engine=SqliteEngine(Faulty)) as ledger:
                for _ in range(many):
                    act(ledger, intake(ledger), "Noted", text="x")
                consult(ledger)
        except refusal:
            pass
        if Faulty.left > 0:  # a run without a fault
            break
        now = dump(home)
        grown = len(now["entry"]) - len(before["entry"])
        assert grown in (0, 3 * many + 1)
        assert grown or now == before
        before = now
    assert number > 30
    assert Faulty.left > 0, "no run came to its end"
    with driver.open(home) as ledger:
        assert ledger.verify(refold) == []


@contextmanager
def _small_files(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_limit_undoes_the_transaction(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        intake(ledger)
    before = dump(home)
    with (
        pytest.raises(DiskFull, match="磁盘已满") as refused,
        _small_files(250_000),
        driver.open(home, write=True) as ledger,
    ):
        for number in range(500):
            intake(ledger, number)
    assert "SQL" not in refused.value.message
    assert dump(home) == before
    with driver.open(home, write=True) as ledger:
        intake(ledger, 2)
        assert ledger.verify(refold) == []


def test_a_full_disk(driver: Driver, tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    if (
        not ROOT
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place],
            capture_output=True,
            check=False,
        ).returncode
    ):
        pytest.skip("needs the right to mount")
    try:
        home = driver.create(place / "home")
        with driver.open(home, write=True) as ledger:
            intake(ledger)
        before = dump(home)
        with pytest.raises(DiskFull, match="磁盘已满"), driver.open(home, write=True) as ledger:
            for number in range(1000):
                intake(ledger, number)
        assert dump(home) == before
        shutil.copytree(home, tmp_path / "copy")
        with driver.open(tmp_path / "copy") as ledger:
            assert ledger.verify(refold) == []
        (place / "filler").write_bytes(
            b"x" * (os.statvfs(place).f_bavail * os.statvfs(place).f_bsize - 40_000)
        )
        with pytest.raises(DiskFull):
            driver.create(place / "second")
        assert not (place / "second").exists()
    finally:
        subprocess.run(["umount", place], check=True)


def test_no_ledger_names_init(tmp_path: Path) -> None:
    for home in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(StoreUnreachable, match="bbcs init"), open_ledger(home):
            pass


def test_an_emptied_file(driver: Driver, home: Path) -> None:
    (home / "ledger.db").write_bytes(b"")
    with pytest.raises(NotALedger), driver.open(home, write=True):
        pass
    assert (home / "ledger.db").stat().st_size == 0


def _damaged(home: Path, place: int, said: bytes) -> None:
    whole = bytearray((home / "ledger.db").read_bytes())
    whole[place : place + len(said)] = said
    (home / "ledger.db").write_bytes(whole)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (0, b"no SQLite file, not at all"),
        (16, b"\x00\x03"),
        (68, b"\x00\x00\x00\x01"),
        (100, b"\xff" * 900),
    ],
    ids=["header", "page size", "application_id", "first page"],
)
def test_a_damaged_file(driver: Driver, home: Path, place: int, said: bytes) -> None:
    _damaged(home, place, said)
    before = (home / "ledger.db").read_bytes()
    for write in (False, True):
        with (
            pytest.raises((NotALedger, LedgerBroken)) as refused,
            driver.open(home, write=write) as ledger,
        ):
            intake(ledger)
        assert refused.value.exit_code in (21, 22)
    assert (home / "ledger.db").read_bytes() == before


def test_a_foreign_database(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "ledger.db")
    connection.execute("CREATE TABLE entry (x)")
    connection.close()
    with pytest.raises(NotALedger), open_ledger(tmp_path):
        pass


def test_a_newer_schema_is_not_touched(driver: Driver, home: Path) -> None:
    connection = driver.raw(home)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (home / "ledger.db").read_bytes()
    with pytest.raises(NewerSchema, match="99"), driver.open(home, write=True):
        pass
    assert (home / "ledger.db").read_bytes() == before


def test_a_zeroed_page_is_found(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        history(ledger, 6)
    size = (home / "ledger.db").stat().st_size
    whole = (home / "ledger.db").read_bytes()
    for page in range(1, size // 4096, 3):
        if not any(whole[page * 4096 : page * 4096 + 4096]):
            continue
        (home / "ledger.db").write_bytes(whole)
        _damaged(home, page * 4096, b"\0" * 4096)
        try:
            with driver.open(home) as ledger:
                assert ledger.verify(refold), page
        except (NotALedger, LedgerBroken):
            pass


def _as_nobody(home: Path) -> str:
    """Message of opening `home` by a user who may not write there."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        with suppress(BaseException):
            if ROOT:
                os.setuid(65534)
            try:
                with open_ledger(home, write=True) as ledger:
                    intake(ledger)
            except BbcsError as refused:
                os.write(into, f"{type(refused).__name__} {refused}".encode())
        os._exit(0)
    os.close(into)
    os.waitpid(child, 0)
    with os.fdopen(out, "rb") as read:
        return read.read().decode()


def test_a_read_only_home(driver: Driver) -> None:
    top = Path(tempfile.mkdtemp())
    try:
        top.chmod(0o755)
        home = driver.create(top / "home")
        for path in (home, *home.iterdir()):
            path.chmod(0o555 if path.is_dir() else 0o444)
        said = _as_nobody(home)
        assert said.startswith("StoreUnreachable")
        assert str(home) in said
        assert "属于系统用户" in said
        home.chmod(0o755)
        (home / "ledger.db").chmod(0o000)
        assert _as_nobody(home).startswith("StoreUnreachable")
    finally:
        for path in (top / "home", top):
            path.chmod(0o755)
        shutil.rmtree(top)


def test_every_result_code_has_a_refusal() -> None:
    said = {}
    for code in range(1, 30):
        said[code] = type(faults.refusal(error(code), "/home"))
    assert said[5] is said[6] is LedgerLocked
    assert said[13] is DiskFull
    assert said[8] is said[14] is StoreUnreachable
    assert said[26] is NotALedger
    assert said[11] is LedgerBroken
    assert said[19] is LedgerConflict
    assert all(issubclass(kind, BbcsError) for kind in said.values())
    assert faults.refusal(sqlite3.ProgrammingError("SELECT secret"), "/home").exit_code == 70


def test_a_check_names_the_rule_not_the_value(driver: Driver, home: Path) -> None:
    with (
        pytest.raises(BadValue, match="ck_case_row_due") as refused,
        driver.open(home, write=True) as ledger,
    ):
        base = projection_of(ledger.events(intake(ledger)))
        ledger.project(base._replace(case={**base.case, "due": "tomorrow"}))
    assert "tomorrow" not in refused.value.message


def test_nothing_half_made_when_init_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bbcs.store import home
    from bbcs.store.sqlite import file

    steps = [(home, "_folders"), (home, "_key")]
    for making, name in [
        *steps,
        (file, "create"),
        (file, "_fill"),
        (file, "_put"),
        (file, "sync_folder"),
    ]:
        real = getattr(making, name)

        def broken(*arguments: Any, real: Any = real, **named: Any) -> None:
            real(*arguments, **named)
            raise KeyboardInterrupt

        monkeypatch.setattr(making, name, broken)
        with pytest.raises(KeyboardInterrupt):
            create(tmp_path / "deep" / "home", "ZY01", STAMP)
        monkeypatch.setattr(making, name, real)
        assert list(tmp_path.iterdir()) == []
    create(tmp_path / "deep" / "home", "ZY01", STAMP._replace(now=NOW))
