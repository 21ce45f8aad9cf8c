"""CPU of whole counter commands against `python -c pass` and against a bare Typer + sqlite3 program (design §11).

Run: `python benchmarks/startup.py [CASES]`, on an empty ledger and on CASES (100,000) cases; `0` measures the empty
ledger only, in a minute. Alternating runs, median of 15; the source must be byte-compiled (`make`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import fill
from measure import machine, ratio

NOW = "2026-09-30T09:10"
CASE = {
    "reporter": "陈试验",
    "phone": "13800000001",
    "matter": "诊所执业备案",
    "demand": "名称通不过，备案办不下去",
}
FLOOR = """
import sqlite3
import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

@app.command()
def main(ledger: str, limit: int = 50) -> None:
    query = "SELECT case_no, phase, lead_unit, due FROM case_row WHERE active ORDER BY due LIMIT ?"
    for row in sqlite3.connect(ledger).execute(query, (limit,)):
        print(*row)

app()
"""
"""The floor: no program of Typer and sqlite3 that lists cases does less."""

BBCS = str(Path(sys.executable).with_name("bbcs"))


def commands(case: str, settled: str, source: Path) -> list[tuple[str, list[str], float]]:
    """(name, arguments, budget as a ratio)."""
    return [
        ("--version", ["--version"], 3),
        ("--help", ["--help"], 8),
        ("intake --from", ["intake", "--from", str(source)], 8),
        ("triage", ["triage", case, "--difficulty", "complex"], 8),
        ("assign --dry-run", ["assign", case, "--lead", "甲单位", "--dry-run"], 8),
        (
            "resolve --dry-run",
            ["resolve", case, "--outcome", "solved", "--measures", "办成", "--dry-run"],
            8,
        ),
        ("callback", ["callback", settled, "--not-reached"], 8),
        ("show", ["show", case], 8),
        ("list", ["list", "--limit", "50"], 8),
        ("todo", ["todo"], 8),
        ("search", ["search", "备案"], 8),
        ("calendar add", ["calendar", "add", "2026-09-30", "3"], 8),
    ]


def prepare(home: Path, count: int) -> tuple[str, str]:
    """A ledger with `count` cases and two more to act on: an open one and a resolved one."""
    took = fill.fill(home, count)
    print(f"# {count} cases filled in {took:.0f} s CPU" if count else "# empty ledger")
    with fill.open_ledger(home, write=True) as ledger:
        who = fill.packs.station(home).operators[0]
        now = fill.FIRST.replace(year=2026, month=9, day=29) + timedelta(hours=1)
        where = fill.Office(
            home,
            fill.packs.station(home),
            fill.packs.pack("default", home),
            fill.DayCalendar(),
            fill.Stamp(who.id, now),
            who.roles,
        )
        numbers = [
            fill.acts.intake(ledger, where, CASE | {"phone": f"1390000000{n}"}).case.no
            for n in (1, 2)
        ]
        fill.acts.act(
            ledger, where, numbers[1], "resolve", {"outcome": "solved", "measures": "办成"}
        )
    return numbers[0], numbers[1]


def measure(base: Path, count: int, rounds: int = 15) -> dict[str, tuple[float, float]]:
    """name -> (median ms, median ratio)."""
    home = base / f"home{count}"
    case, settled = prepare(home, count)
    source = base / "case.json"
    source.write_text(json.dumps(CASE, ensure_ascii=False), encoding="utf-8")
    env = {**os.environ, "BBCS_HOME": str(home), "BBCS_NOW": NOW, "BBCS_AS": "bench"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    floor = base / "floor.py"
    floor.write_text(FLOOR, encoding="utf-8")
    lines = {"floor": [sys.executable, str(floor), str(home / "ledger.db")]}
    lines |= {name: [BBCS, *argv] for name, argv, _ in commands(case, settled, source)}
    found = {}
    for name, line in lines.items():
        subprocess.run(line, env=env, check=True, capture_output=True)
        seconds, times = ratio(line, env, rounds)
        found[name] = (seconds * 1000, times)
    return found


def main() -> None:
    """Print a table for each ledger: budget, ratio to `python -c pass`, ratio to the floor, CPU."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"# {machine()}")
    budgets = {name: f"{budget:.0f}x" for name, _, budget in commands("", "", Path())}
    empty: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for cases in sorted({0, count}):
            found = measure(Path(folder), cases)
            empty = empty or found
            print(
                f"{'command':20s} {'budget':>7s} {'pass':>7s} {'floor':>7s} {'ms':>7s} {'growth':>7s}"
            )
            for name, (ms, times) in found.items():
                over = times / found["floor"][1]
                grown = times / empty[name][1]
                print(
                    f"{name:20s} {budgets.get(name, ''):>7s} {times:6.1f}x {over:6.2f}x {ms:7.1f} {grown:6.2f}x"
                )


if __name__ == "__main__":
    main()
