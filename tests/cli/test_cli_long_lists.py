"""Lists and desks longer than what is read at once: the same bytes, little memory, a reader that leaves."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from cli_desk import Desk, case, prepared

from bbcs.cli import desk as desk_command
from bbcs.usecases import listing

NEVER, AT_ONCE = 10_000, 3

SEVERAL = [
    *("list", "list --json", "list --format ndjson", "list --format csv", "list --format tsv"),
    *("list --format md", "list --quiet", "list --quiet --json", "list --sort received"),
    *("list --overdue --json", "list --all --columns case_no,matter,flags", "list --format json"),
    *(
        "list --json --columns case_no,due",
        "list --unit 区卫健局",
        "list --after ZY01-20260302-0002 --json",
    ),
    *("todo", "todo --json", "todo --quiet"),
]


@prepared
def stocked(desk: Desk) -> Desk:
    """Cases in several groups of the desk, with names and texts that are not plain."""
    monday = Desk(desk.home, "2026-03-02T09:00")
    cases = [case(n, matter=f"诊所\t备案\n第{n}件🔴") for n in range(1, 13)]
    monday.ok("intake", "--from", "-", stdin=json.dumps(cases))
    monday.ok("station", "unit", "add", "区卫健局")
    for number in range(1, 6):
        monday.ok("assign", number, "--lead", "区卫健局", "--due", "2026-03-04")
    monday.ok("gap", "6", "--owe", "平面图=2026-03-12")
    monday.ok("triage", "6", "--difficulty", "complex")
    for number in (7, 8, 9, 10):
        monday.ok("triage", number, "--difficulty", "complex")
    return Desk(desk.home, "2026-03-05T09:10")


@pytest.mark.parametrize("line", SEVERAL)
def test_a_long_list_is_written_as_a_short_one(
    stocked: Desk, monkeypatch: pytest.MonkeyPatch, line: str
):
    answers = []
    for at_once in (NEVER, AT_ONCE):
        monkeypatch.setattr(listing, "AT_ONCE", at_once)
        monkeypatch.setattr(desk_command, "AT_ONCE", at_once)
        answers.append(stocked.ok(*line.split()))
    short, long = answers
    assert long.out == short.out
    assert len(short.out) > 60


@pytest.fixture(scope="module")
def thousands(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """10,000 overdue cases, copied inside the store."""
    desk = Desk(tmp_path_factory.mktemp("thousands") / "home", "2026-03-02T09:00")
    desk.ok("init", "--station", "ZY01", "--name", "沾益站")
    desk.take(matter="诊所备案" * 8, demand="名称核准通不过" * 40)
    with sqlite3.connect(desk.home / "ledger.db") as ledger:
        for table in ("case_row", "deadline_row"):
            names = [row[1] for row in ledger.execute(f"PRAGMA table_info({table})")]
            others = ", ".join(name for name in names if name not in ("case_no", "serial"))
            serial = "serial, " if "serial" in names else ""
            ledger.execute(
                "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
                f" INSERT INTO {table} (case_no, {serial}{others})"
                f" SELECT printf('ZY01-20260302-%04d', i), {'i, ' if serial else ''}{others}"
                f" FROM n, {table} WHERE case_no = 'ZY01-20260302-0001'"
            )
    return Desk(desk.home, "2026-03-12T09:10")


LINES = ["list", "list --json", "list --format csv", "todo", "todo --json"]

WORK = """
import re, sys
from pathlib import Path
from bbcs.cli import run
code = run(sys.argv[1:])
most = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
sys.stderr.write(f"{most} {code}")
"""
"""Runs a command and prints the most memory that it took, in KB, and its exit code."""


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory in KB")
@pytest.mark.parametrize("line", LINES)
def test_ten_thousand_cases_need_no_more_memory_than_some_hundred(thousands: Desk, line: str):
    """About 50 MB; all rows at once took 155 to 190 MB."""
    done = subprocess.run(
        [sys.executable, "-c", WORK, *line.split()],
        env=thousands.env(), capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    memory, code = done.stderr.decode().split()[-2:]
    assert code == "0"
    assert done.stdout.count(b"ZY01-20260302-") >= 10_000
    assert int(memory) < 90_000


@pytest.mark.parametrize("line", ["list --format ndjson", "list --json", "list", "todo"])
def test_a_reader_that_leaves_early_ends_it_quietly(thousands: Desk, line: str):
    command = [sys.executable, "-m", "bbcs", *line.split()]
    with subprocess.Popen(
        command, env=thousands.env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.read(100)
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(60) == 0


def test_no_more_rows_are_made_than_somebody_reads(monkeypatch: pytest.MonkeyPatch):
    from bbcs.cli import output

    read_end, write_end = os.pipe()
    os.close(read_end)
    made = []
    lines = (made.append(number) or "x" * 1_000 for number in range(100_000))
    with io.TextIOWrapper(os.fdopen(write_end, "wb", 0), write_through=True) as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        assert not output.stream(lines)
    assert len(made) < 200


def test_a_list_that_waits_for_its_reader_keeps_nobody_from_writing(
    thousands: Desk, tmp_path: Path
):
    desk = thousands.copied(tmp_path)
    command = [sys.executable, "-m", "bbcs", "list", "--format", "ndjson"]
    with subprocess.Popen(command, env=desk.env(), stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        desk.ok("note", "1", "--text", "在列的时候记的")
        rest = child.stdout.read()
    assert json.loads(first)["case_no"] == "ZY01-20260302-0001"
    assert rest.count(b"\n") == 9_999
