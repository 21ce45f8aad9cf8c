"""An import among others who write, on a full disk, and of files that are no ledger: all or nothing."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cli_desk import Desk
from test_cli_import import book, row, sound

from bbcs.api import Home
from bbcs.calendar.dates import CST
from bbcs.errors import LedgerConflict
from bbcs.ingest import source
from bbcs.store import transactions
from bbcs.store.leftovers import BATCH
from bbcs.store.prepared import Prepared
from bbcs.usecases import batches, import_files, import_undo, imports

NOW = datetime(2026, 3, 5, 9, 10, tzinfo=CST)


def rows(count: int) -> list[list[str]]:
    """Cases of one day; today's number is what another intake takes."""
    return [
        row(
            f"K{at}",
            "2026-3-5",
            "陈试验",
            f"138{at:08d}",
            f"事{at}",
            "示例局",
            "已办结",
            "2026-3-5",
        )
        for at in range(count)
    ]


class Import:
    """An import of a file in which somebody else writes while it is made ready, `times` times."""

    def __init__(self, desk: Desk, path: Path, times: int) -> None:
        self.desk, self.path, self.left = desk, path, times
        self.office, _ = Home(desk.home, actor="demo", now=NOW)._open()
        self.views = self.writes = 0

    def view(self, work: Callable[[Any], Any]) -> Any:
        self.views += 1
        return transactions.read(self.office, work, snapshot=True)

    def write(self, work: Callable[[Any], Any]) -> Any:
        self.writes += 1
        return transactions.write(self.office, work)

    def step(self, done: int) -> None:
        """The lock is free for others, whatever is being prepared."""
        if self.left and self.views > self.writes:
            self.left -= 1
            self.desk.take()

    def run(self) -> import_files.ImportDone:
        wanted = import_files.ImportWanted(str(self.path))
        return import_files.import_file(self.office, wanted, self.view, self.write, step=self.step)


def test_others_write_meanwhile_and_the_import_begins_anew(desk: Desk, tmp_path: Path) -> None:
    done = Import(desk, book(tmp_path / "甲.csv", *rows(3)), times=2)
    told = done.run()
    assert (told.stored, told.result.created, done.views, done.writes) == (True, 3, 3, 3)
    assert [one["case_no"] for one in desk.json("list", "--all", "--sort", "number")["cases"]] == [
        f"ZY01-20260305-000{number}" for number in range(1, 6)
    ]
    sound(desk)


def test_where_others_write_all_the_time_a_short_file_comes_in_under_the_lock(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path / "甲.csv", *rows(3))
    done = Import(desk, path, times=3)
    assert (done.run().stored, done.views, done.writes) == (True, 3, 4)
    sound(desk)
    monkeypatch.setattr(batches, "LOCKED", 1)
    before = desk.json("ledger", "info")["entries"]
    again = Import(desk, book(tmp_path / "乙.csv", *rows(5)), times=3)
    with pytest.raises(LedgerConflict, match="没有人办事的时候"):
        again.run()
    taken = 3 * 2  # each intake is a registration and an acceptance
    assert desk.json("ledger", "info")["entries"] == before + taken
    sound(desk)


def _limit(size: int) -> int:
    """No file may grow beyond this size; returns what it was before."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    return soft


@contextmanager
def small_files(size: int) -> Iterator[None]:
    before = _limit(size)
    try:
        yield
    finally:
        _limit(before)


@pytest.mark.skipif(os.name != "posix", reason="limits of files")
@pytest.mark.parametrize("part", ["the copy of the file", "what is made ready", "the ledger"])
def test_a_full_disk_leaves_the_ledger_as_it_was(
    desk: Desk, tmp_path: Path, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = book(tmp_path / "大.csv", *rows(120))
    before = desk.json("ledger", "info")
    puts: list[Prepared] = []
    put = Prepared.put

    def putting(batch: Prepared, ledger: Any) -> bool:
        """The disk is full from now on, if not before."""
        puts.append(batch)
        _limit(before["size"] + 8192)
        return put(batch, ledger)

    monkeypatch.setattr(Prepared, "put", putting)
    limits = {
        "the copy of the file": many.stat().st_size // 2,
        "what is made ready": before["size"] + 8192,  # the copy that is read from has room
        "the ledger": 1 << 30,
    }
    with small_files(limits[part]):
        refused = desk("import", many)
    assert refused.code == 22, refused.err
    assert "空间" in refused.err
    assert "\n" not in refused.err.strip()
    assert bool(puts) == (part == "the ledger")
    after = desk.json("ledger", "info")
    assert (after["head"], after["size"]) == (before["head"], before["size"])
    assert not list(desk.home.glob(f"{BATCH}*"))
    monkeypatch.undo()
    sound(desk)
    assert desk.json("import", many)["rows_new"] == 120


def test_a_file_that_changes_while_it_is_read(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path / "甲.csv", *rows(3))
    copy = shutil.copyfileobj

    def copied(one: Any, other: Any, *size: int) -> None:
        copy(one, other, *size)
        with path.open("a", encoding="utf-8") as stream:
            stream.write("K9,2026-3-5\n")

    monkeypatch.setattr(source.shutil, "copyfileobj", copied)
    assert "正在被别的程序改动" in desk.fails(40, "import", path).err
    assert desk.json("ledger", "info")["cases"] == 0


def test_rubbish_is_read_only_so_far(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After so many rejected rows the file is not what it was taken for; nothing grows with it."""
    monkeypatch.setattr(imports, "MOST_REJECTED", 20)
    monkeypatch.setattr(imports, "SOME", 10)
    read: list[int] = []
    records = source.Source.rows

    def counted(self: Any, *how: Any) -> Iterator[Any]:
        for one in records(self, *how):
            read.append(one.number)
            yield one

    monkeypatch.setattr(source.Source, "rows", counted)
    path = book(tmp_path / "乱.csv", *[row(f"R{at}", "某日", "甲", "1", "x") for at in range(500)])
    for options in ((), ("--skip-bad",), ("--dry-run",)):
        refused = desk.fails(40, "import", path, *options)
        assert "第 22 行" in refused.err
        assert "超过 20 行" in refused.err
    assert len(read) == 3 * 30
    assert desk.json("ledger", "info")["cases"] == 0


def test_an_undo_is_made_ready_without_the_lock_too(desk: Desk, tmp_path: Path) -> None:
    name = desk.json("import", book(tmp_path / "甲.csv", *rows(3)))["batch"]
    others = Import(desk, tmp_path / "甲.csv", times=1)
    done = import_undo.undo_batch(others.office, name, others.view, others.write, step=others.step)
    assert (done.voided, others.views, others.writes) == (3, 2, 2)
    phases = [one["phase"] for one in desk.json("list", "--all", "--sort", "number")["cases"]]
    assert phases == ["voided"] * 3 + ["accepted"]
    sound(desk)


@pytest.mark.skipif(os.name != "posix", reason="needs to end a program")
@pytest.mark.parametrize("next_one", ["import", "erase"])
def test_what_a_killed_import_left_goes_with_the_next_and_with_an_erasure(
    desk: Desk, tmp_path: Path, next_one: str
) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left, mine = (desk.home / f"{BATCH}{pid}-0a0b0c0d" for pid in (dead.pid, os.getpid()))
    for path in (left, mine):
        path.write_bytes(b"half")
        path.chmod(0o600)
    if next_one == "import":
        desk.ok("import", book(tmp_path / "甲.csv", *rows(3)))
    else:
        number = desk.take()
        desk.ok("withdraw", number, "--reason", "不办了")
        reason = ("--reason", "本人申请", "--basis", "个人信息保护法第四十七条")
        desk.ok("ledger", "erase", number, *reason, "--yes")
    assert not left.exists()
    assert mine.exists(), "a program that runs may still be filling its own"
