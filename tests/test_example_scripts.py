"""The scripts in examples/scripts, run as their readers run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bbcs.config.examples import folder
from cli.cli_desk import Desk

SCRIPTS = folder() / "scripts"

DUMP: list[dict[str, Any]] = [
    {"ticketId": "H-1", "createdAt": "2026-03-04T15:00", "callerName": "陈试验", "callerPhone": "13800000001",
     "title": "诊所执业备案", "content": "名称核准通不过", "service": ["诊所执业备案"], "district": "示例区"},
    {"ticketId": "H-2", "createdAt": "2026-03-05T08:00", "callerName": "李试验", "callerPhone": "13800000002",
     "title": "低保", "content": "材料被退"},
]  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "home")
    desk.ok("init", "--station", "ZY01", "--name", "沾益站")
    return desk


def run(desk: Desk, script: str, *args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPTS / script, *map(str, args)],
        env=desk.env(), capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_every_script_is_run_here() -> None:
    known = {"batch_intake.py", "nightly_import.py", "questions.py"}
    assert {path.name for path in SCRIPTS.glob("*.py")} == known


def test_a_dump_of_another_system_is_taken_once(desk: Desk, tmp_path: Path) -> None:
    dump = tmp_path / "dump.json"
    dump.write_text(json.dumps(DUMP), encoding="utf-8")
    done = run(desk, "batch_intake.py", desk.home, dump)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[:3] for line in done.stdout.splitlines()] == [
        ["H-1", "ZY01-20260304-0001", "新登记"],
        ["H-2", "ZY01-20260305-0001", "新登记"],
    ]
    rows = desk.json("list", "--source", "hotline")["cases"]
    assert {row["source_no"]: row["channel"] for row in rows} == {
        "H-1": "hotline",
        "H-2": "hotline",
    }
    before = desk.last()
    dump.write_text(json.dumps([{**DUMP[0], "content": "换了说法"}]), encoding="utf-8")
    again = run(desk, "batch_intake.py", desk.home, dump)
    assert (again.returncode, desk.last()) == (0, before)
    assert "已有" in again.stdout
    assert "不同：demand" in again.stdout
    bad = [{**DUMP[0], "ticketId": "H-3"}, {"ticketId": "H-4", "title": "缺内容"}]
    dump.write_text(json.dumps(bad), encoding="utf-8")
    refused = run(desk, "batch_intake.py", desk.home, dump)
    assert (refused.returncode, refused.stdout.strip(), desk.last()) == (40, "", before)
    assert "第 2 条 H-4：缺少必填项" in refused.stderr
    some = run(desk, "batch_intake.py", desk.home, dump, "--skip-bad")
    assert (some.returncode, some.stdout.split()[0]) == (40, "H-3")
    assert desk.json("ledger", "verify", "--full")["ok"] is True


def test_a_folder_is_emptied_each_night(desk: Desk, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    head = "受理时间,反映人,联系电话,反映事项,反映内容\n"
    files = {
        "好.csv": head + "2026-03-02,张试验,13800000008,低保,办不了\n",
        "坏.csv": head + "2026-02-30,李试验,1,低保,办不了\n",
        "还在写.csv": head,
        "不是台账.txt": "别的",
    }
    for name, text in files.items():
        path = inbox / name
        path.write_text(text, encoding="utf-8")
        if name != "还在写.csv":
            os.utime(path, (0, 0))
    done = run(desk, "nightly_import.py", desk.home, inbox)
    assert done.returncode == 40
    assert "好.csv：新 1" in done.stdout
    assert "坏.csv：没有导入，见 坏.csv.json" in done.stderr
    left = {path.relative_to(inbox).as_posix() for path in inbox.rglob("*") if path.is_file()}
    assert left >= {
        "done/好.csv",
        "rejected/坏.csv",
        "rejected/坏.csv.json",
        "还在写.csv",
        "不是台账.txt",
    }
    report = json.loads((inbox / "rejected" / "坏.csv.json").read_text(encoding="utf-8"))
    assert report["rows_rejected"][0]["field"] == "received_at"
    assert [path.suffix for path in inbox.glob("*.xlsx")] == []  # no food for the next night
    assert len(list((inbox / "rejected").glob("*.xlsx"))) == 1
    assert [row["reporter"] for row in desk.json("list", "--all")["cases"]] == ["张**"]
    again = run(desk, "nightly_import.py", desk.home, inbox)  # nothing new: an empty night
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_what_cannot_be_read_ends_with_one_line(desk: Desk, tmp_path: Path) -> None:
    nothing, dump, broken, single = (tmp_path / name for name in "甲乙丙丁")
    dump.write_text(json.dumps([DUMP[0], 7]), encoding="utf-8")
    broken.write_text("[{", encoding="utf-8")
    single.write_text(json.dumps(DUMP[0]), encoding="utf-8")
    inbox = tmp_path / "收件"
    inbox.mkdir()
    waiting = inbox / "好.csv"
    waiting.write_text(
        "受理时间,反映人,反映事项,反映内容\n2026-03-02,张试验,低保,办不了\n", encoding="utf-8"
    )
    os.utime(waiting, (0, 0))
    for script, home, source, code, words in (
        ("batch_intake.py", desk.home, dump, 40, "第 2 条"),
        ("batch_intake.py", desk.home, nothing, 22, "读不了"),
        ("batch_intake.py", desk.home, broken, 40, "不是 JSON"),
        ("batch_intake.py", desk.home, single, 40, "列表"),
        ("batch_intake.py", nothing, dump, 22, "台账"),
        ("nightly_import.py", nothing, inbox, 22, "台账"),
        ("nightly_import.py", desk.home, nothing, 22, "收件夹"),
    ):
        done = run(desk, script, home, source)
        assert (done.returncode, done.stdout.strip()) == (code, ""), (script, done.stderr)
        assert done.stderr.count("\n") == 1
        assert words in done.stderr, done.stderr
    assert waiting.exists()  # a home that is missing says nothing of the file


def test_an_analyst_asks(desk: Desk) -> None:
    first = desk.take(channel="hotline")
    desk.take(number=2)
    desk.ok("triage", first, "--difficulty", "complex", "--cause", "hard_point")
    desk.ok("assign", first, "--lead", "区市场监管局")
    answered = run(desk, "questions.py", desk.home, "2026-03")
    assert answered.returncode == 0, answered.stderr
    lines = answered.stdout.splitlines()
    for line in (
        "渠道 counter：1", "渠道 hotline：1", "原因 hard_point：1", "2026-03 Registered：2",
        f"未签收 区市场监管局 {first} 自 2026-03-05T09:10:00+08:00",
    ):  # fmt: skip
        assert line in lines
    assert any(line.startswith("到期 ") for line in lines)
    assert "诊所备案" in lines[-1]
    assert "*" in lines[-1]
