"""CPU of whole counter commands against `python -c pass` and against bare Typer + sqlite3 programs.

Run: `python benchmarks/startup.py [CASES]`, on an empty ledger and on CASES (100,000) cases; `0`
measures the empty ledger only, in a minute. Alternating runs, median of 15; the source must be
byte-compiled (`make`).

Two floors are printed. `list` is the program that lists fifty cases, the same for every command.
`own` is the program that does what the command itself asks of SQLite: its statements are recorded
from one run and played again, on a copy of the same ledger, by Typer and sqlite3 alone.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import fill
from measure import cpu_seconds, machine, ratio

from bbcs.config import station_file

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

OWN_FLOOR = """
import sqlite3
import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

@app.command()
def main(ledger: str, statements: str) -> None:
    connection = sqlite3.connect(ledger, isolation_level=None)
    with open(statements, encoding="utf-8") as file:
        for text in file.read().split("\\0"):
            connection.execute(text).fetchall()

app()
"""
"""The floor of one command: no program of Typer and sqlite3 that runs its statements does less."""

RECORDED = """
import sqlite3, sys
from bbcs.cli import run

connect, statements = sqlite3.connect, []

def recording(*place, **options):
    made = connect(*place, **options)
    made.set_trace_callback(statements.append)
    return made

sqlite3.connect = recording
if run(sys.argv[2:]):
    sys.exit(1)
# what triggers and the full text run themselves comes as a comment, or as the text of the row that
# fired them once more; no row can be inserted twice
once, inserted = [], set()
for text in statements:
    if text.startswith(("--", "PRAGMA 'main'")) or text in inserted:
        continue
    once.append(text)
    if text.startswith("INSERT"):
        inserted.add(text)
with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.write("\\0".join(once))
"""
"""Runs a command and writes the statements that it gave to SQLite."""

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
        # in a pipe it would write the whole desk; at a terminal it shows a screen of it
        ("todo --limit 10", ["todo", "--limit", "10"], 8),
        ("search", ["search", "备案"], 8),
        ("calendar add", ["calendar", "add", "2026-09-30", "3"], 8),
    ]


def prepare(home: Path, count: int) -> tuple[str, str]:
    """A ledger with `count` cases and two more to act on: an open one and a resolved one."""
    took = fill.fill(home, count)
    print(f"# {count} cases filled in {took:.0f} s CPU" if count else "# empty ledger")
    with fill.open_ledger(home, write=True) as ledger:
        who = station_file.read(home).operators[0]
        now = fill.FIRST.replace(year=2026, month=9, day=29) + timedelta(hours=1)
        where = fill.Office(
            home,
            station_file.read(home),
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


class Measured(NamedTuple):
    """CPU of a command in ms, as a multiple of `python -c pass`, and of its own floor (0: none)."""

    ms: float
    times: float
    own: float = 0.0


def own_floor(base: Path, home: Path, argv: list[str], env: dict[str, str], rounds: int) -> float:
    """The CPU of a command as a multiple of its own floor; 0 for what opens no ledger.

    Both run on copies of the same home that are made anew for each run.
    """
    statements, recorder, floor = base / "statements", base / "recorder.py", base / "own.py"
    recorder.write_text(RECORDED, encoding="utf-8")
    floor.write_text(OWN_FLOOR, encoding="utf-8")
    copy = base / "copy"
    env = {**env, "BBCS_HOME": str(copy)}

    def run(line: list[str]) -> float:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(home, copy)
        return cpu_seconds(line, env, check=True)

    run([sys.executable, str(recorder), str(statements), *argv])
    if not statements.read_text(encoding="utf-8"):
        return 0.0
    bare = [sys.executable, str(floor), str(copy / "ledger.db"), str(statements)]
    return statistics.median(run([BBCS, *argv]) / run(bare) for _ in range(rounds))


def measure(base: Path, count: int, rounds: int = 15) -> dict[str, Measured]:
    """Each command by its name, and the floor that lists cases."""
    home = base / f"home{count}"
    case, settled = prepare(home, count)
    source = base / "case.json"
    source.write_text(json.dumps(CASE, ensure_ascii=False), encoding="utf-8")
    env = {**os.environ, "BBCS_HOME": str(home), "BBCS_NOW": NOW, "BBCS_AS": "bench"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    floor = base / "floor.py"
    floor.write_text(FLOOR, encoding="utf-8")
    lines = {"floor": [sys.executable, str(floor), str(home / "ledger.db")]}
    typed = {name: argv for name, argv, _ in commands(case, settled, source)}
    lines |= {name: [BBCS, *argv] for name, argv in typed.items()}
    found = {}
    for name, line in lines.items():
        cpu_seconds(line, env, check=True)
        seconds, times = ratio(line, env, rounds)
        own = 0.0
        if not count and name in typed and not name.startswith("--"):
            own = own_floor(base, home, typed[name], env, rounds)
        found[name] = Measured(seconds * 1000, times, own)
    return found


def main() -> None:
    """Print a table for each ledger: budget, ratio to `python -c pass` and to both floors, CPU."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"# {machine()}")
    budgets = {name: f"{budget:.0f}x" for name, _, budget in commands("", "", Path())}
    empty: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory() as folder:
        for cases in sorted({0, count}):
            found = measure(Path(folder), cases)
            empty = empty or found
            print(
                f"{'command':20s} {'budget':>7s} {'pass':>7s} {'list':>7s} {'own':>7s} "
                f"{'ms':>7s} {'growth':>7s}"
            )
            for name, one in found.items():
                own = f"{one.own:.2f}x" if one.own else "-"
                print(
                    f"{name:20s} {budgets.get(name, ''):>7s} {one.times:6.1f}x "
                    f"{one.times / found['floor'].times:6.2f}x {own:>7s} {one.ms:7.1f} "
                    f"{one.times / empty[name].times:6.2f}x"
                )


if __name__ == "__main__":
    main()
