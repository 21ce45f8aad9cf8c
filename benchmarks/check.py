"""CPU and memory of `bbcs check` on a ledger of many cases, beside what reading and folding them costs.

Run: `python benchmarks/check.py [CASES | HOME ...]`: fills a ledger of that many cases (100,000 by default), or takes the
homes that are given. `fill.py` and `lifelike.py` fill homes. Garbage collection is off, as in the command.
"""

from __future__ import annotations

import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import fill
from measure import machine

from bbcs.config import station_file
from bbcs.domain.fold import fold
from bbcs.store.opening import ProvableLedger, open_ledger
from bbcs.usecases import checks

BUDGET = 90.0
"""Seconds of CPU for 100,000 cases as offices write them (`lifelike.py`)."""


def timed(home: Path, count: Callable[[ProvableLedger], int]) -> tuple[float, int]:
    """CPU seconds, and the number that `count` returned."""
    begun = time.process_time()
    with open_ledger(home) as ledger:
        number = count(ledger)
    return time.process_time() - begun, number


def main() -> None:
    """Print the table."""
    gc.disable()
    given = sys.argv[1:] or ["100000"]
    if not given[0].isdigit():
        for home in given:
            measure(Path(home))
        return
    with tempfile.TemporaryDirectory() as folder:
        fill.fill(Path(folder) / "home", int(given[0]))
        measure(Path(folder) / "home")


def measure(home: Path) -> None:
    """Measure and print three things: reading alone, reading and folding, the inspection."""
    station = station_file.read(home)
    now = fill.FIRST.replace(year=2026, month=9, day=29)
    stamp = fill.Stamp(station.operators[0].id, now)
    where = fill.Office(
        home,
        station,
        fill.packs.pack(station.pack, home),
        fill.DayCalendar(),
        stamp,
        station.operators[0].roles,
    )
    read, cases = timed(home, lambda ledger: sum(1 for _ in ledger.cases()))
    folded, _ = timed(home, lambda ledger: sum(fold(events).version for events in ledger.cases()))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    selection = checks.CheckSelection()
    checked, findings = timed(
        home, lambda ledger: sum(1 for _ in checks.inspect(ledger, where, selection))
    )
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"# {machine()}; {cases} cases")
    for name, seconds in (("read", read), ("read and fold", folded), ("check", checked)):
        print(
            f"{name:14s} {seconds:6.1f} s  {seconds / cases * 1e6:6.0f} us/case  {seconds / cases * 1e5:6.1f} s per 100,000"
        )
    print(
        f"{findings} findings; peak memory grew by {grown:.0f} MB; budget {BUDGET:.0f} s per 100,000"
    )


if __name__ == "__main__":
    main()
