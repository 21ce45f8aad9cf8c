"""Jobs for processes of their own, which are forks of the tests: they begin at once."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
import traceback
from pathlib import Path

from store_drive import NOW, STAMP, act, intake

from bbcs.domain.event import Draft
from bbcs.errors import BbcsError
from bbcs.store.opening import open_ledger, retry

PATIENCE = 120
"""Seconds after which a job is ended."""


class Worker:
    """A job in a process of its own, with the methods of `Popen` that tests need."""

    def __init__(self, job: str, home: Path, *more: object) -> None:
        reading, writing = os.pipe()
        self._code: int | None = None
        self._pid = os.fork()
        if not self._pid:
            _do(job, home, *map(str, more), out=writing)
        os.close(writing)
        self.stdout = os.fdopen(reading, encoding="utf-8")

    def poll(self) -> int | None:
        """The exit code, None while the job goes on."""
        return self._wait(os.WNOHANG)

    def wait(self) -> int | None:
        """Wait for the end of the job; its exit code."""
        return self._wait(0)

    def _wait(self, how: int) -> int | None:
        if self._code is None:
            pid, status = os.waitpid(self._pid, how)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self._pid, number)

    def communicate(self) -> str:
        """Wait for the end of the job; what it said that was not read yet, and why it failed."""
        with self.stdout:
            rest = self.stdout.read()
        self.wait()
        return rest


def _do(job: str, home: Path, *more: str, out: int) -> None:
    code = 1
    try:
        os.dup2(out, 1)
        signal.alarm(PATIENCE)
        globals()[job](home, *more)
        code = 0
    except BaseException:
        say(traceback.format_exc())
    finally:
        os._exit(code)


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def append(home: Path, many: str) -> None:
    """Take cases, each in its own transaction; say each number once it is committed."""

    def one() -> str:
        with open_ledger(home, write=True) as ledger:
            return intake(ledger, os.getpid() % 99999)

    for _ in range(int(many)):
        say(retry(one))


def clerk(home: Path) -> None:
    """Take cases without end, with a short pause after each, as a busy counter does."""

    def one() -> str:
        with open_ledger(home, write=True) as ledger:
            return intake(ledger, os.getpid() % 99999)

    while True:
        retry(one)
        time.sleep(0.05)


def resolve(home: Path, case_no: str, version: str) -> None:
    """The same step of the same case, seen at `version`."""
    try:
        with open_ledger(home, write=True) as ledger:
            ledger.append(
                case_no,
                int(version),
                [Draft("Resolved", NOW, {"outcome": "solved", "measures": "x"})],
                STAMP,
            )
    except BbcsError as refused:
        say(f"{refused.exit_code}")
    else:
        say("won")


def bulk(home: Path, many: str) -> None:
    """Many cases in one transaction, without end in sight."""
    with open_ledger(home, write=True) as ledger:
        say("begun")
        for number in range(int(many)):
            intake(ledger, number)
    say("done")


def torn(home: Path, mode: str) -> None:
    """Leave a journal behind, as a power cut does: WAL with twenty commits, or a rollback journal of a half-written file."""
    if mode == "wal":
        keep = sqlite3.connect(home / "ledger.db")
        keep.execute(
            "SELECT count(*) FROM entry"
        ).fetchone()  # an open reader: nothing is checkpointed
        for number in range(20):
            with open_ledger(home, write=True) as ledger:
                intake(ledger, number)
        os._exit(0)
    with open_ledger(home, write=True) as ledger:
        ledger.session.connection.execute(
            "PRAGMA cache_size=5"
        )  # spill early: the file itself is written before the commit
        for number in range(60):
            intake(ledger, number)
        act(ledger, "ZY01-20260302-0001", "Noted", text="x")
        os._exit(0)
