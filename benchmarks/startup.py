"""CPU of whole counter commands against `python -c pass` (design §11), on an empty ledger and on 100,000 cases.

Run: `python benchmarks/startup.py [CASES]`. Alternating runs, median of 15; the source must be byte-compiled (`make`).
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import fill
from measure import cpu_seconds, machine

NOW = "2026-09-30T09:10"
CASE = {
    "reporter": "陈试验",
    "phone": "13800000001",
    "matter": "诊所执业备案",
    "demand": "名称通不过，备案办不下去",
}
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
    found = {}
    for name, argv, _ in commands(case, settled, source):
        cpu_seconds([BBCS, *argv], env)
        pairs = [
            (cpu_seconds([BBCS, *argv], env), cpu_seconds([sys.executable, "-c", "pass"], env))
            for _ in range(rounds)
        ]
        found[name] = (
            statistics.median(a for a, _ in pairs) * 1000,
            statistics.median(a / b for a, b in pairs),
        )
    return found


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"# {machine()}")
    with tempfile.TemporaryDirectory() as folder:
        empty, full = measure(Path(folder), 0), measure(Path(folder), count)
    print(
        f"{'command':20s} {'budget':>7s} {'empty':>7s} {'ms':>7s} {count!s:>8s} {'ms':>7s} {'growth':>7s}"
    )
    for name, _, budget in commands("", "", Path()):
        (small_ms, small), (large_ms, large) = empty[name], full[name]
        print(
            f"{name:20s} {budget:6.0f}x {small:6.1f}x {small_ms:7.1f} {large:7.1f}x {large_ms:7.1f} {large / small:6.2f}x"
        )


if __name__ == "__main__":
    main()
