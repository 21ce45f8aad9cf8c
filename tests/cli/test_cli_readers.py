"""Readers that take long keep no clerk from writing: API blocks, slow consumers, checks, reports."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from cli_desk import Desk

import bbcs
from bbcs.cli import output
from bbcs.config.home_files import LEDGER
from bbcs.domain.event import Draft
from bbcs.errors import UsageError
from bbcs.store import ledger as stored
from bbcs.store.opening import open_ledger
from bbcs.usecases import reports
from bbcs.usecases.ledger import Stamp
from sample import at

LIMIT = 1.0
"""Seconds that a clerk waits at most."""


def write(home: Path) -> None:
    """A clerk's transaction, with little patience."""
    with open_ledger(home, write=True, wait=LIMIT) as ledger:
        note = Draft("Consulted", at("2026-03-05"), {"visitors": 1, "answered": 1})
        ledger.append("", 0, [note], Stamp("zs", at("2026-03-05")))


def copies(home: Path) -> list[str]:
    return [path.name for path in home.iterdir() if path.name.startswith(f".{LEDGER}")]


def test_an_api_block_that_only_reads_holds_nobody_up(desk: Desk) -> None:
    desk.take()
    with bbcs.open_ledger(desk.home, write=False) as window:
        before = window.find(all=True)
        desk.take(number=2)
        write(desk.home)
        assert len(before) == 1
        assert window.find(all=True) == before, "one view for the whole block"
    with bbcs.open_ledger(desk.home, write=False) as window:
        assert len(window.find(all=True)) == 2
    assert copies(desk.home) == []


@pytest.mark.skipif(os.name == "nt", reason="an open file keeps its name there")
def test_the_copy_of_a_reader_has_no_name_that_could_be_left_behind(desk: Desk) -> None:
    desk.take()
    with bbcs.open_ledger(desk.home, write=False) as window:
        assert copies(desk.home) == []
        assert len(window.find(all=True)) == 1


def test_a_copy_that_a_killed_reader_left_goes_with_the_next(desk: Desk) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = desk.home / f".{LEDGER}.snapshot-{dead.pid}-0a0b0c0d"
    mine = desk.home / f".{LEDGER}.snapshot-{os.getpid()}-0a0b0c0d"
    for path in (left, mine):
        path.write_bytes(b"half")
        path.chmod(0o600)
    desk.ok("ledger", "verify")
    assert not left.exists()
    assert mine.exists(), "a program that runs may still be making its own"


def test_a_reading_block_writes_nothing(desk: Desk) -> None:
    desk.take()
    before = desk.entries()
    with bbcs.open_ledger(desk.home, write=False) as window, pytest.raises(UsageError):
        window.intake(matter="诊所备案", demand="通不过", reporter="陈试验")
    assert desk.entries() == before


def test_a_slow_reader_of_check_holds_nobody_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        desk.take(number=number)
    wrote = []

    def slow(lines: Iterable[str]) -> None:
        for line in lines:
            write(desk.home)
            wrote.append(line)

    monkeypatch.setattr(output, "stream", slow)
    later = {"BBCS_NOW": "2026-06-05T09:10"}
    assert desk("check", "--format", "ndjson", env=later).code == 1
    assert len(wrote) > 2


LONG: dict[str, tuple[str, ...]] = {
    "check": ("check", "--json"),
    "verify": ("ledger", "verify"),
    "full": ("ledger", "verify", "--full"),
    "monthly": ("report", "monthly", "--out"),
    "pages": ("list", "--by-unit", "--format", "md", "--out"),
}


@pytest.mark.parametrize("words", LONG.values(), ids=LONG)
def test_what_takes_long_holds_nobody_up(
    desk: Desk, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk.take()
    if words[-1] == "--out":
        words = (*words, str(tmp_path / "文件"))
    wrote = _write_at_each(desk.home, monkeypatch)
    assert desk(*words).code in (0, 1)
    assert wrote
    assert copies(desk.home) == []


@pytest.mark.parametrize(
    ("word", "cases"), [("monthly", 1), ("kpi", 1), ("circular", 1), ("daily", 2)]
)
def test_figures_read_the_ledger_itself_where_they_take_a_moment(
    desk: Desk, word: str, cases: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day is read twice: alone, and with its month."""
    desk.take()
    wrote = _write_at_each(desk.home, monkeypatch)
    monkeypatch.setattr(reports, "SHORT", cases)
    assert desk("report", word).code == 0
    assert not wrote
    monkeypatch.setattr(reports, "SHORT", cases - 1)
    assert desk("report", word).code == 0
    assert wrote


@pytest.mark.parametrize("month", ["2026-03", "2026-04"])
def test_a_register_reads_the_ledger_itself_where_its_cases_are_few(
    desk: Desk, month: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It prints each case in hand, also those to which nothing happened in the month."""
    desk.take()
    desk.now = f"{month}-28T09:10"
    wrote = _write_at_each(desk.home, monkeypatch)
    monkeypatch.setattr(reports, "SHORT", 1)
    assert desk("report", "register", "work", "--month", month).code == 0
    assert not wrote
    monkeypatch.setattr(reports, "SHORT", 0)
    assert desk("report", "register", "work", "--month", month).code == 0
    assert wrote


def test_a_month_long_ago_is_read_of_a_copy(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written about it since is looked for in all that was written since."""
    desk.take()
    desk.now = "2026-06-05T09:10"
    desk.take(number=2)
    monkeypatch.setattr(reports, "SINCE", 1)
    wrote = _write_at_each(desk.home, monkeypatch)
    assert desk("report", "monthly", "--month", "2026-06").code == 0
    assert not wrote
    assert desk("report", "monthly", "--month", "2026-03").code == 0
    assert wrote


def _write_at_each(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Lets a clerk write whenever a command that only reads has begun to read."""
    wrote: list[int] = []
    names = ("cases", "head", "find", "movements", "events", "facts")
    for name in names:
        real = getattr(stored.StoredLedger, name)
        monkeypatch.setattr(stored.StoredLedger, name, _interrupted(real, home, wrote))
    return wrote


def _interrupted(real: Callable[..., Any], home: Path, wrote: list[int]) -> Callable[..., Any]:
    def call(ledger: stored.StoredLedger, *args: Any, **more: Any) -> Any:
        answer = real(ledger, *args, **more)
        reading = not ledger.session.connection.in_transaction or not ledger.writable
        if reading and not wrote and _is_copy(ledger):
            wrote.append(1)
            write(home)
        return answer

    return call


def _is_copy(ledger: stored.StoredLedger) -> bool:
    """Whether it reads a file of its own: the short reads of a command are let be."""
    ((_, _, file),) = ledger.session.connection.execute("PRAGMA database_list").fetchall()
    return not file.endswith(f"{os.sep}{LEDGER}")


def test_a_disk_without_room_for_the_copy_is_said(desk: Desk) -> None:
    for number in range(3):
        desk.take(number=number)
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "from bbcs.cli import run\n"
        "sys.exit(run(sys.argv[1:]))\n"
    )
    command = [sys.executable, "-c", code, "ledger", "verify"]
    env = desk.env({"PYTHONDONTWRITEBYTECODE": "1"})
    done = subprocess.run(command, env=env, capture_output=True, timeout=60, check=False)
    assert done.returncode == 22, done
    assert "磁盘已满" in done.stderr.decode()
    assert copies(desk.home) == []
    desk.ok("ledger", "verify")
