"""Several processes at once, killed processes, torn journals."""

# ruff: noqa: PT012 - the block under test is a whole transaction

from __future__ import annotations

import random
import shutil
import signal
import time
from pathlib import Path

import pytest
from store_drive import NOW, OF_FILES, STAMP, Driver, act, dump, history, intake, refold
from store_worker import Worker

from bbcs.errors import LedgerConflict, LedgerLocked
from bbcs.store.anchors import check_anchor
from bbcs.store.engine import Notify
from bbcs.store.opening import retry


def test_eight_processes_number_without_gap_or_fork(driver: Driver, home: Path) -> None:
    running = [Worker("append", home, 20) for _ in range(8)]
    answers = [process.communicate() for process in running]
    assert [process.wait() for process in running] == [0] * 8, answers
    numbers = sorted(number for said in answers for number in said.split())
    assert numbers == [f"ZY01-20260302-{serial:04d}" for serial in range(1, 161)]
    with driver.open(home) as ledger:
        assert ledger.head().seq == 320
        assert ledger.verify(refold) == []


def test_of_eight_on_one_case_one_wins(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        case_no = intake(ledger)
    running = [Worker("resolve", home, case_no, 2) for _ in range(8)]
    answers = sorted(process.communicate().strip() for process in running)
    assert answers == ["20"] * 7 + ["won"]
    with driver.open(home) as ledger:
        assert [event.kind for event in ledger.events(case_no)] == [
            "Registered",
            "Accepted",
            "Resolved",
        ]
        assert ledger.verify() == []


def test_killed_between_and_inside_transactions(driver: Driver, home: Path) -> None:
    draw = random.Random(1)
    acknowledged: list[str] = []
    for _ in range(6):
        process = Worker("append", home, 100_000)
        acknowledged.append(process.stdout.readline().strip())
        time.sleep(draw.random() * 0.15)
        process.send_signal(signal.SIGKILL)
        acknowledged += process.communicate().split()
        with driver.open(home, write=True) as ledger:
            assert ledger.verify(refold) == []
            kept = [events[0].case_no for events in ledger.cases()]
            assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept))


def test_killed_inside_one_long_transaction(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        intake(ledger)
    before = dump(home)
    draw = random.Random(2)
    for _ in range(5):
        process = Worker("bulk", home, 1_000_000)
        assert process.stdout.readline() == "begun\n"
        time.sleep(draw.random() * 0.3)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with driver.open(home) as ledger:
            assert ledger.verify(refold) == []
        assert dump(home) == before


@OF_FILES
def test_a_torn_journal_leaves_a_whole_ledger(driver: Driver, home: Path, tmp_path: Path) -> None:
    with driver.open(home, write=True) as ledger:
        intake(ledger)
    before = dump(home)
    assert Worker("torn", home, driver.journal).wait() == 0
    if driver.journal == "truncate":
        assert (home / "ledger.db-journal").stat().st_size > 10_000
        assert (home / "ledger.db").stat().st_size > 200_000
        with driver.open(home) as ledger:
            assert ledger.verify(refold) == []
        assert dump(home) == before
        return
    _torn_wal(driver, home, tmp_path)


def _torn_wal(driver: Driver, home: Path, tmp_path: Path) -> None:
    """Cut and garbled at any place: an exact prefix of the commits, and the anchor tells."""
    log = (home / "ledger.db-wal").read_bytes()
    whole = Path(shutil.copytree(home, tmp_path / "whole"))
    (whole / "ledger.db-shm").unlink()
    with driver.open(whole) as ledger:
        assert ledger.head().seq == 42
        head = ledger.head()
    lines = [f"{head.station} {head.seq} {head.digest}"]
    draw = random.Random(3)
    for trial in range(40):
        copy = Path(shutil.copytree(home, tmp_path / "copy"))
        (copy / "ledger.db-shm").unlink()
        place = draw.randrange(len(log))
        if trial % 2:
            (copy / "ledger.db-wal").write_bytes(log[:place])
        else:
            (copy / "ledger.db-wal").write_bytes(
                log[:place] + draw.randbytes(4096) + log[place + 4096 :]
            )
        with driver.open(copy) as ledger:
            assert ledger.verify(refold) == []
            short = ledger.head().seq < 42
            assert ledger.head().seq % 2 == 0
            assert bool(check_anchor(ledger, lines)) == short
        shutil.rmtree(copy)


def test_a_lost_log_is_found_by_the_anchor(home: Path, driver: Driver) -> None:
    if driver.journal != "wal":
        pytest.skip("only WAL keeps commits beside the file")
    assert Worker("torn", home, "wal").wait() == 0
    (home / "heads.txt").write_text("ZY01 40 " + "0" * 64 + "\n")
    (home / "ledger.db-wal").unlink()
    with driver.open(home) as ledger:
        assert "anchor_missing" in [finding.code for finding in ledger.verify(refold)]
        assert [
            finding.code
            for finding in check_anchor(ledger, (home / "heads.txt").read_text().splitlines())
        ] == ["anchor_missing"]


def test_a_lock_is_waited_for_then_refused(driver: Driver, home: Path) -> None:
    said: list[str] = []
    notify = Notify(waiting=lambda: said.append("wait"))
    with driver.open(home, write=True):
        started = time.monotonic()
        with pytest.raises(LedgerLocked), driver.open(home, write=True, wait=1.7, notify=notify):
            pass
        assert 1.6 < time.monotonic() - started < 15
        assert said == ["wait"]
        with driver.open(home, wait=0.1) as ledger:
            assert ledger.head().seq == 0  # a reader is not held up by one who has not committed
    with driver.open(home, write=True, wait=0.1) as ledger:
        intake(ledger)


def test_a_reader_keeps_its_view(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        history(ledger)
    if driver.journal == "truncate":
        with (
            driver.open(home),
            pytest.raises(LedgerLocked),
            driver.open(home, write=True, wait=0.1) as ledger,
        ):
            intake(ledger, 9)
        return
    with driver.open(home) as reader:
        with driver.open(home, write=True) as ledger:
            intake(ledger, 9)
        assert reader.head().seq == 13


def test_retry_is_for_locks_only() -> None:
    calls: list[int] = []

    def locked() -> int:
        calls.append(1)
        if len(calls) < 3:
            raise LedgerLocked("x")
        return 7

    assert retry(locked) == 7
    assert len(calls) == 3
    calls.clear()
    with pytest.raises(LedgerLocked):
        retry(locked, attempts=2)

    def conflict() -> None:
        calls.append(1)
        raise LedgerConflict("x")

    calls.clear()
    with pytest.raises(LedgerConflict):
        retry(conflict)
    assert len(calls) == 1


def test_a_conflict_leaves_no_trace(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        case_no = intake(ledger)
    before = dump(home)
    with pytest.raises(LedgerConflict), driver.open(home, write=True) as ledger:
        act(ledger, case_no, "Noted", text="x")
        ledger.append(case_no, 2, [], STAMP)
    assert dump(home) == before


def test_a_half_read_cursor_does_not_outlive_its_block(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        history(ledger)
    with driver.open(home) as ledger:
        kept = [ledger.cases(), ledger.office_wide(), ledger.movements(NOW.date(), NOW.date(), 99)]
        assert [next(stream) for stream in kept]
    with driver.open(home, write=True, wait=0.1) as ledger:
        intake(ledger, 9)
    with (
        pytest.raises(ZeroDivisionError) as refused,
        driver.open(home) as ledger,
    ):  # the traceback holds the frame, the frame the cursor
        for events in ledger.cases():
            assert events[0].version / 0
    with driver.open(home, write=True, wait=0.1) as ledger:
        intake(ledger, 10)
    assert refused.value
