"""A process of its own for the tests: `store_worker.py JOB HOME ...`."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from store_drive import NOW, STAMP, act, intake

from bbcs.domain.event import Draft
from bbcs.errors import BbcsError
from bbcs.store.opening import open_ledger, retry


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


if __name__ == "__main__":
    job, folder, *rest = sys.argv[1:]
    globals()[job](Path(folder), *rest)
