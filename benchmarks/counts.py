"""Counts and rates of a month in a ledger of very many cases: CPU of the whole commands.

Run: `python benchmarks/counts.py FOLDER [CASES [YEARS]]`. A life-like ledger of so many cases is filled and its cases are
copied into so many later years (the calendar ends with 2100): 10,000 cases and 75 years are 750,000 cases. The copies have
no proof and no text: they are for measuring what reads counted events, cases and entries, and for nothing else.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import lifelike
from measure import cpu_seconds, machine

FIRST_YEAR = 2024
TABLES = ("entry", "movement", "case_row")
MOVED = {"station_seq", "since", "until", "last_seq"}
UNIQUE = {"source_no", "number"}


def copied(home: Path, years: int, *, same_days: bool = False) -> int:
    """Copy the cases of the ledger into later years; the number of cases.

    same_days: each copy stays in the year of its case, under a number that is higher by 1000.
    """
    moved = _renumbered if same_days else _moved
    ledger = sqlite3.connect(home / "ledger.db", isolation_level=None)
    ledger.execute("PRAGMA synchronous = OFF")
    kinds = "type = 'trigger' OR (type = 'index' AND tbl_name IN ('entry', 'movement', 'case_row'))"
    schema = ledger.execute(
        f"SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND ({kinds})"
    ).fetchall()
    for kind, name, _ in schema:
        ledger.execute(f"DROP {kind} {name}")
    (last,) = ledger.execute("SELECT max(station_seq) FROM entry").fetchone()
    for year in range(1, years):
        ledger.execute("BEGIN")
        for table in TABLES:
            _copy(ledger, table, year, last, moved)
        ledger.execute("COMMIT")
    for _, _, text in schema:
        ledger.execute(text)
    ledger.execute("ANALYZE")
    (cases,) = ledger.execute("SELECT count(*) FROM case_row").fetchone()
    return int(cases)


Moved = Callable[[str, str, int, int], str]
"""Table, column, number of the copy, last entry -> the value of the column in the copy."""


def _copy(ledger: sqlite3.Connection, table: str, year: int, last: int, moved: Moved) -> None:
    columns = [row[1] for row in ledger.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(moved(table, name, year, last) for name in columns)
    which = "last_seq" if table == "case_row" else "station_seq"
    where = f"{which} <= {last} AND case_no IS NOT NULL"
    ledger.execute(f"INSERT INTO {table} SELECT {values} FROM {table} WHERE {where}")


def _renumbered(table: str, name: str, copy: int, last: int) -> str:
    """The value of a column in a copy of the same days."""
    if name in MOVED:
        return f"{name} + {copy * last}"
    if name == "case_no":
        serial = f"CAST(substr(case_no, 16) AS INT) + {1000 * copy}"
        return f"substr(case_no, 1, 15) || printf('%04d', {serial})"
    if name in UNIQUE and table == "case_row":
        return f"{name} || '-{copy}'"
    return f"serial + {1000 * copy}" if name == "serial" else name


def _moved(table: str, name: str, year: int, last: int) -> str:
    """The value of a column in the copy of a later year; the 29th of February becomes the 28th."""
    if name in MOVED:
        return f"{name} + {year * last}"
    if name == "case_no":
        return f"'BENCH-' || (CAST(substr(case_no, 7, 4) AS INT) + {year}) || substr(case_no, 11)"
    if name in UNIQUE and table == "case_row":
        return f"{name} || '-{year}'"
    if name == "serial":
        return "serial + CASE WHEN substr(day, 6) = '02-29' THEN 5000 ELSE 0 END"
    text = f"(CAST(substr({name}, 1, 4) AS INT) + {year}) || substr({name}, 5)"
    dated = f"{name} GLOB '[12][0-9][0-9][0-9]-[01][0-9]*'"
    if name in ("data", "fold", "digest", "prev", "commitment"):
        return name
    return f"CASE WHEN {dated} THEN replace({text}, '-02-29', '-02-28') ELSE {name} END"


def measured(home: Path, now: str, *words: str) -> float:
    """CPU seconds of one command."""
    env = {**os.environ, "BBCS_HOME": str(home), "BBCS_NOW": now}
    return cpu_seconds([sys.executable, "-m", "bbcs", *words], env)


def main(folder: str, numbers: Sequence[str]) -> None:
    """Fill, copy, measure and print."""
    home, (cases, years) = Path(folder), ([*map(int, numbers), 10_000, 75][:2])
    if not home.exists():
        lifelike.fill_home(home, cases)
        print(f"{copied(home, years)} cases; {machine()}")
    year = FIRST_YEAR + years - 1
    for month in (f"{year}-03", f"{year}-06"):
        for word in ("monthly", "kpi", "circular"):
            took = measured(home, f"{year + 1}-01-02", "report", word, "--month", month, "--json")
            print(f"report {word} --month {month}: {took:.2f} s CPU")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
