"""What a backup costs, and how long clerks wait for it.

Run: `python benchmarks/backup.py HOME` on a home that `fill.py` made. One backup with a key and one
without, each as a whole command while another process writes one note after the other; before them
the same notes for QUIET seconds without a backup, which tells what the machine itself does to the
longest. Budget of 100,000 cases: 60 s CPU, 200 MB, no writer waits more than one second.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from statistics import median

from measure import machine

from bbcs.api import open_ledger
from bbcs.calendar.dates import CST

LATER = datetime(2026, 12, 1, 10, tzinfo=CST)
QUIET = 30
"""Seconds of notes without a backup."""

PAUSE = 0.02
"""Seconds between two notes: far more than clerks write."""


def write_notes(home: Path, stop: Path) -> None:
    """Writes notes until the file `stop` is there; prints how many, and the seconds of the one in the
    middle, of the slowest but one in a hundred, and of the longest.
    """
    with open_ledger(home, actor="bench", now=LATER, write=False) as window:
        number = window.find(all=True, limit=1)[0]["case_no"]
    taken: list[float] = []
    while not stop.exists():
        begun = time.monotonic()
        with open_ledger(home, actor="bench", now=LATER) as window:
            window.act(number, "note", text="催问")
        taken.append(time.monotonic() - begun)
        time.sleep(PAUSE)
    taken.sort()
    of_hundred = taken[len(taken) * 99 // 100]
    print(f"{len(taken)} {median(taken):.3f} {of_hundred:.2f} {taken[-1]:.2f}")


def writer(home: Path, stop: Path) -> subprocess.Popen[str]:
    """Who writes notes until `stop` is there."""
    command = [sys.executable, __file__, "notes", str(home), str(stop)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def written(writing: subprocess.Popen[str], stop: Path) -> str:
    """Ends it; the cells of its row."""
    stop.touch()
    count, *seconds = writing.communicate()[0].split()
    stop.unlink()
    return " | ".join([count, *(f"{one} s" for one in seconds)])


def quiet(home: Path, folder: Path) -> None:
    """The notes alone; prints their row."""
    stop = folder / "stop"
    writing = writer(home, stop)
    time.sleep(QUIET)
    print(f"| no backup | | {QUIET} s | | | {written(writing, stop)} |", flush=True)


def backed_up(home: Path, folder: Path, *how: str) -> None:
    """One backup as a command; prints its row."""
    stop = folder / "stop"
    writing = writer(home, stop)
    command = [sys.executable, "-m", "bbcs", "--home", str(home), "ledger", "backup", *how]
    env = {**os.environ, "BBCS_NOW": "2026-12-01T10:00", "BBCS_AS": "bench"}
    begun = time.monotonic()
    silent = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    words = [*command, "--to", str(folder), "-q"]
    child = os.posix_spawn(sys.executable, words, env, file_actions=silent)
    _, status, used = os.wait4(child, 0)
    wall = time.monotonic() - begun
    notes = written(writing, stop)
    assert status == 0, status
    size = max(path.stat().st_size for path in folder.glob("*.bbcs-backup"))
    cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    print(
        f"| {how[0]} | {cpu:.1f} s | {wall:.1f} s | {peak:.0f} MB | {size / 1e6:.0f} MB"
        f" | {notes} |",
        flush=True,
    )


def main(home: Path) -> None:
    ledger = home / "ledger.db"
    print(f"# {machine()}; ledger of {ledger.stat().st_size / 1e6:.0f} MB\n")
    print("| backup | CPU | wall | peak | file | notes | median | 99 of 100 | longest |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        key = Path(folder) / "key"
        key.write_text("synthetic key of a benchmark\n", encoding="utf-8")
        quiet(home, Path(folder))
        for number, how in enumerate((("--key", str(key)), ("--plain",))):
            place = Path(folder) / str(number)
            place.mkdir()
            backed_up(home, place, *how)


if __name__ == "__main__":
    if sys.argv[1] == "notes":
        write_notes(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(Path(sys.argv[1]))
