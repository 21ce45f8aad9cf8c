"""Several at one ledger (T1, T2, scaled), the modes of files (T15), and the same bytes twice."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from cli_desk import Desk, case, write

CLERK = """
import sys
from bbcs.cli import run
for _ in range(int(sys.argv[2])):
    code = run(["intake", "--from", sys.argv[1], "-q"])
    if code:
        sys.exit(code)
"""


def test_eight_clerks_at_once(desk: Desk, tmp_path):
    clerks = []
    for number in range(8):
        file = write(tmp_path / f"{number}.json", case(number))
        clerks.append(
            subprocess.Popen(
                [sys.executable, "-c", CLERK, str(file), "20"], env=desk.env(), stdout=-1, stderr=-1
            )
        )
    told = [clerk.communicate(timeout=100) for clerk in clerks]
    assert [clerk.returncode for clerk in clerks] == [0] * 8, told
    numbers = sorted(line for out, _ in told for line in out.decode().split())
    assert numbers == [f"ZY01-20260305-{number:04d}" for number in range(1, 161)]
    assert not [err for _, err in told if b"Traceback" in err or "出错".encode() in err]
    proof = desk.json("ledger", "verify", "--full")
    assert (proof["ok"], proof["entries"]) == (True, 322)
    assert desk.json("list")["count"] == 160


@pytest.mark.parametrize("seen", [[], ["--expect-version", "2"]])
def test_eight_resolve_one_case(desk: Desk, seen):
    desk.take()
    command = [
        sys.executable,
        "-m",
        "bbcs",
        "resolve",
        "0001",
        "--outcome",
        "solved",
        "--measures",
        "x",
        *seen,
    ]
    rivals = [subprocess.Popen(command, env=desk.env(), stdout=-1, stderr=-1) for _ in range(8)]
    told = [rival.communicate(timeout=60)[1].decode() for rival in rivals]
    codes = Counter(rival.returncode for rival in rivals)
    assert codes[0] == 1, told
    assert codes[20 if seen else 11] == 7, told
    assert all(
        "ZY01-20260305-0001" in err
        for rival, err in zip(rivals, told, strict=True)
        if rival.returncode
    )
    assert desk.json("show", "0001")["version"] == 3
    assert desk.json("ledger", "verify", "--full")["ok"]


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
@pytest.mark.parametrize("umask", [0o022, 0o002, 0o000])
def test_only_the_owner_reads_the_home(empty: Desk, tmp_path, umask):
    file = write(tmp_path / "件.json", case(1))
    out = tmp_path / "出"
    before = os.umask(umask)
    try:
        for args in (
            ("init", "--station", "ZY01", "--name", "沾益站"), ("intake", "--from", file), ("list",), ("station", "unit", "add", "甲局"),
            ("resolve", "0001", "--outcome", "solved", "--measures", "x"), ("report", "monthly", "--out", out), ("ledger", "rebuild"),
        ):  # fmt: skip
            empty.ok(*args)
    finally:
        os.umask(before)
    walked = [empty.home, *empty.home.rglob("*")]
    assert {path.name for path in walked} >= {
        "ledger.db",
        "lookup.key",
        "station.toml",
        "heads.txt",
    }
    wrong = {
        str(path): oct(path.stat().st_mode & 0o777)
        for path in walked
        if path.stat().st_mode & 0o777 != (0o700 if path.is_dir() else 0o600)
    }
    assert wrong == {}
    assert all(path.stat().st_mode & 0o111 == 0 for path in out.rglob("*") if path.is_file())


def test_reports_take_the_mode_of_their_folder(desk: Desk, tmp_path):
    desk.take()
    for mode, wanted in ((0o755, 0o644), (0o700, 0o600), (0o770, 0o660)):
        folder = tmp_path / oct(mode)
        folder.mkdir()
        folder.chmod(mode)
        desk.ok("report", "monthly", "--out", folder)
        desk.ok("report", "register", "work", "--out", folder / "x.csv")
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {wanted}


def test_two_runs_give_the_same_bytes(desk: Desk, tmp_path):
    desk.ok("intake", "--from", "-", stdin=json.dumps([case(number) for number in range(1, 30)]))
    desk.ok("triage", "0003", "--difficulty", "complex")
    desk.ok("resolve", "0002", "--outcome", "solved", "--measures", "x")

    def sums(name: str) -> dict[str, str]:
        folder = tmp_path / name
        folder.mkdir()
        answers = [
            desk.process(
                "report", "monthly", "--month", "2026-03", "--out", ".", cwd=folder
            ).stdout,
            desk.process(
                "report", "register", "work", "--month", "2026-03", "--out", "台账.xlsx", cwd=folder
            ).stdout,
            desk.process(
                "report", "register", "work", "--month", "2026-03", "--out", "台账.csv", cwd=folder
            ).stdout,
            *(
                desk.process(*line.split()).stdout
                for line in (
                    "list",
                    "list --json",
                    "todo",
                    "show 0003 --history",
                    "deadline 0003",
                    "report register work",
                )
            ),
        ]
        assert all(answers)
        found = {
            str(number): hashlib.sha256(answer).hexdigest() for number, answer in enumerate(answers)
        }
        return found | {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()
        }

    first = sums("一")
    assert {"台账.xlsx", "台账.csv", "月报_2026-03.json", "月报_2026-03.xlsx"} <= set(first)
    assert sums("二") == first
