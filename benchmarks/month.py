"""CPU and memory of `bbcs report monthly --out`, beside what xlsxwriter takes for the same cells alone.

Run: `python benchmarks/month.py HOME FIRST LAST`, the days of the period as 2024-01-01; `lifelike.py` fills homes, and
`python benchmarks/month.py HOME TIMES` makes so many cases of each case of a home, on the same days. Each of the two runs
in a process of its own, so that the peak of memory is its own. Garbage collection is off, as in the command.
"""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from counts import copied
from measure import machine

from bbcs.calendar.dates import CST
from bbcs.render import month_files
from bbcs.render.text_table import plain
from bbcs.store import transactions
from bbcs.usecases import month_papers, reports
from bbcs.usecases.office import Office, office_of

TIMES, SECONDS, MEGABYTES = 1.5, 10.0, 400
"""Budget for 100,000 cases: so many times the bare writing, so many seconds more, so much memory."""


def main() -> None:
    """Print the table; with a part named, measure that part alone and print its figures."""
    gc.disable()
    if len(sys.argv) == 3:
        print(f"{copied(Path(sys.argv[1]), int(sys.argv[2]), same_days=True)} cases")
        return
    home, first, last, *part = sys.argv[1:]
    if part:
        PARTS[part[0]](Path(home), date.fromisoformat(first), date.fromisoformat(last))
        return
    print(f"# {machine()}")
    for name in PARTS:
        command = [sys.executable, __file__, home, first, last, name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        print(f"{name:8s} {done.stdout.strip()}")
    print(f"budget for 100,000 cases: {TIMES} x bare + {SECONDS:.0f} s, {MEGABYTES} MB")


def _office(home: Path, last: date) -> Office:
    now = datetime.combine(last + timedelta(days=30), datetime.min.time(), CST)
    return transactions.bound(office_of(home, "", os.environ.get("USER", ""), now, "system"))


def _papers(home: Path, first: date, last: date) -> month_papers.MonthPapers:
    office, period = _office(home, last), reports.between(first, last)
    read = partial(month_papers.read, office=office, period=period)
    return transactions.read(office, lambda ledger: read(ledger), snapshot=True)


def whole(home: Path, first: date, last: date) -> None:
    """All papers of the period, as the command writes them; the log and heads.txt are left alone."""
    office = _office(home, last)
    with tempfile.TemporaryDirectory() as folder:
        done = timed(
            lambda: month_files.write_month(
                office,
                month_files.MonthAsk(reports.between(first, last)),
                Path(folder) / "out",
                partial(transactions.read, office, snapshot=True),
                lambda home, head: None,
                lambda line: None,
            )
        )
    cells = sum(len(one.rows) * len(one.columns) for one in done.papers.tables)
    print(f"; {len(done.papers.registers[0].rows)} cases, {cells} cells")


def bare(home: Path, first: date, last: date) -> None:
    """The same cells by xlsxwriter alone: the values are made before, and not measured."""
    from xlsxwriter import Workbook

    papers = _papers(home, first, last)
    tables = [
        [[row.get(column.name) for column in one.columns] for row in one.rows]
        for one in papers.tables
    ]
    with tempfile.TemporaryDirectory() as folder:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_urls": False}
        timed(lambda: _written(Workbook(str(Path(folder) / "a.xlsx"), options), tables))
    print("; memory includes the values")


def _written(book: Any, tables: list[list[list[Any]]]) -> None:
    look = book.add_format({"border": 1, "text_wrap": True})
    for rows in tables:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if type(value) is int:
                    sheet.write_number(at, column, value, look)
                else:
                    sheet.write_string(at, column, plain(value), look)
    book.close()


def timed(work: Callable[[], Any]) -> Any:
    """The result of `work`; its CPU and the peak of memory are printed."""
    begun = time.process_time()
    result = work()
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:6.1f} s, peak {peak:.0f} MB", end="")
    return result


PARTS = {"bare": bare, "whole": whole}

if __name__ == "__main__":
    main()
