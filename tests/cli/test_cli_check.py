"""`bbcs check` at the counter: exit codes, forms, filters, roles; nothing personal, nothing written."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_desk import Desk

from bbcs.inspection.case_view import CaseView, Problem
from bbcs.inspection.checks import CHECKS, Check

sys.path.insert(0, str(Path(__file__).parents[2] / "docs"))

import generate

KEYS = ["code", "case_no", "what", "hint", "grade"]
LATER = {"BBCS_NOW": "2026-06-05T09:10"}


def sound(desk: Desk) -> str:
    """A case without a flaw."""
    no = desk.take()
    desk.ok("resolve", no, "--outcome", "solved", "--measures", "办好了")
    desk.ok("callback", no, "--reached", "--solved", "yes", "--grade", "5")
    desk.ok("close", no)
    return no


def test_a_clean_ledger_is_zero(desk):
    assert desk("check").code == 0
    sound(desk)
    done = desk("check")
    assert (done.code, done.out) == (0, "体检没有发现问题\n")
    assert desk.json("check") == {"schema": "bbcs.check/1", "findings": []}


def test_any_finding_is_one(desk):
    no = desk.take()
    done = desk("check", "--json", env=LATER)
    assert done.code == 1
    assert list(done.json) == ["schema", "findings"]
    assert done.json["schema"] == "bbcs.check/1"
    assert all(list(one) == KEYS for one in done.json["findings"])
    assert {("C05", no, "error"), ("C06", no, "error")} <= {
        (one["code"], one["case_no"], one["grade"]) for one in done.json["findings"]
    }


@pytest.mark.parametrize("limit", ["²", "0", "-1", "1.5", "", "9" * 12])
def test_a_limit_that_is_no_number_is_refused(desk, limit):
    done = desk("check", f"--limit={limit}")
    assert (done.code, done.out) == (2, "")


def test_a_limit_typed_full_width(desk):
    desk.take()
    assert len(desk("check", "--limit", "１", "--json", env=LATER).json["findings"]) == 1


def test_a_finding_of_no_case_has_none(desk):
    numbers = [
        desk.take(
            matter=f"事{n}", cause=["blockage"], difficulty="simple", phone=f"138000001{n:02d}"
        )
        for n in range(10)
    ]
    (found,) = desk("check", "--code", "C17", "--json").json["findings"]
    assert (found["case_no"], found["grade"]) == (None, "info")
    assert desk("check", "--code", "C17").code == 1, "an info alone is a finding too"
    assert len(numbers) == 10


def test_filters(desk):
    desk.take()

    def asked(*args):
        return [one["code"] for one in desk("check", "--json", *args, env=LATER).json["findings"]]

    assert asked("--code", "c06") == ["C06"]
    assert asked("--code", "C05", "--code", "C06") == ["C05", "C06"]
    assert asked("--grade", "info") == []
    assert set(asked("--grade", "错误")) == set(asked("--grade", "error")) > set()
    assert asked("--from", "2026-03-06") == []
    assert asked("--to", "2026-03-05", "--limit", "1") == ["C05"]
    assert "只列出前 1 处" in desk("check", "--limit", "1", env=LATER).err


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--code", "C77"), 13),
        (("--grade", "fatal"), 13),
        (("--format", "xml"), 13),
        (("--limit", "0"), 2),
        (("--limit", "²"), 2),
        (("--limit", "三"), 2),
        (("--limit", "9" * 5000), 2),
        (("--month", "六月"), 2),
        (("--from", "2026-03-09", "--to", "2026-03-01"), 2),
    ],
)
def test_what_is_not_understood_is_refused(desk, args, code):
    done = desk("check", *args)
    assert done.code == code
    assert done.err.startswith("bbcs: ")


@pytest.mark.parametrize("fmt", ["table", "json", "ndjson", "csv", "tsv", "md"])
def test_forms(desk, fmt):
    no = desk.take()
    done = desk("check", "--format", fmt, env=LATER)
    assert done.code == 1
    assert "C06" in done.out
    assert no in done.out
    if fmt == "ndjson":
        assert [list(json.loads(line)) for line in done.out.splitlines()] == [KEYS] * len(
            done.out.splitlines()
        )
    if fmt == "csv":
        rows = list(csv.DictReader(io.StringIO(done.out.lstrip("\ufeff"))))
        assert list(rows[0]) == ["code", "grade", "case_no", "what", "hint"]
        assert {row["grade"] for row in rows} <= {"错误", "警告", "提示"}


def test_quiet_names_the_cases(desk):
    no = desk.take()
    assert desk("check", "-q", env=LATER).out == f"{no}\n"


def test_nothing_personal_is_shown_and_nothing_written(desk):
    desk.take(phone="1380000000", id_number=None)
    before = desk.entries(), hashlib.sha256((desk.home / "ledger.db").read_bytes()).digest()
    for fmt in ("table", "json", "csv"):
        done = desk("check", "--format", fmt, env=LATER)
        assert "C20" in done.out
        for secret in ("1380000000", "钱乙", "名称核准通不过"):
            assert secret not in done.out + done.err
    assert (
        desk.entries(),
        hashlib.sha256((desk.home / "ledger.db").read_bytes()).digest(),
    ) == before


def test_nothing_heavy_is_loaded(desk):
    """Also `check` is run at the counter; `list` never loads the inspection."""
    script = "import sys; from bbcs.cli import run; run(sys.argv[1:]); sys.stderr.write(' '.join(sys.modules))"
    loaded = {}
    for word in ("check", "list"):
        done = subprocess.run(
            [sys.executable, "-c", script, word],
            env=desk.env(),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        loaded[word] = set(done.stderr.split())
    assert (
        loaded["check"]
        & {
            "sqlmodel",
            "sqlalchemy",
            "pydantic",
            "rich.table",
            "rich.console",
            "xlsxwriter",
            "openpyxl",
            "numpy",
        }
        == set()
    )
    assert {name for name in loaded["list"] if name.startswith("bbcs.inspection")} == set()


def test_every_role_may_look(desk):
    for who, role in (
        ("li", "clerk"),
        ("wang", "leader"),
        ("du", "supervisor"),
        ("shen", "auditor"),
        ("guan", "admin"),
    ):
        desk.ok("station", "operator", "add", who, "--name", who, "--role", role)
        assert desk("check", "--as", who).code == 0


def test_its_name_and_its_help(desk):
    assert desk("体检").out == desk("check").out
    assert desk("自检", "--json").json["schema"] == "bbcs.doctor/1"
    rows = desk.json("help", "checks")["rows"]
    assert [row["name"] for row in rows] == [f"C{number:02d}" for number in range(1, 35)]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("entry", "data", '{"pack"'),
        ("entry", "data", '["pack"]'),
        ("entry", "at", "2022-13-45T09:00:00+08:00"),
        ("entry", "at", "2022-03-05T09:61:00+08:00"),
        ("entry", "recorded_at", "2022-03-05T25:00:00+08:00"),
        ("personal", "body", '{"matter"'),
        ("personal", "body", '["matter"]'),
    ],
    ids=["public", "no object", "day", "time of day", "written", "personal", "no personal object"],
)
def test_an_entry_that_no_longer_reads_is_no_finding_but_a_refusal(
    desk: Desk, table: str, column: str, value: str
):
    """Also of the last of many alike, of which most is known without reading."""
    numbers = [sound(desk) for _ in range(4)]
    tamper(
        desk,
        f"UPDATE {table} SET {column} = ? WHERE station_seq = (SELECT max(station_seq) FROM entry WHERE version = 1)",
        value,
    )
    done = desk("check", "--json")
    assert (done.code, done.out) == (21, "")
    assert f"台账里有记录读不出来，像是被改动过：{numbers[-1]}" in done.err
    assert "ledger verify" in done.err
    for command in (("show", numbers[-1]), ("ledger", "rebuild")):
        assert desk(*command).code == 21
    whole = desk("ledger", "verify", "--full")
    assert whole.code == 21
    assert f"projection {numbers[-1]}：有记录读不出来，不能重算" in whole.out


def test_an_entry_of_no_case_that_no_longer_reads(desk: Desk):
    sound(desk)
    desk.ok("improve", "--kind", "process_redesign", "--what", "并联办理")
    tamper(
        desk,
        "UPDATE entry SET data = ? WHERE station_seq = (SELECT max(station_seq) FROM entry)",
        '{"kind"',
    )
    done = desk("check", "--json")
    assert (done.code, done.out) == (21, "")
    assert "台账里有记录读不出来，像是被改动过：第 8 条" in done.err
    whole = desk("ledger", "verify", "--full")
    assert whole.code == 21
    assert "projection 第 8 条：记录读不出来" in whole.out


def tamper(desk: Desk, statement: str, value: str) -> None:
    """What somebody does who opens the file with another program and knows how to get past its guards."""
    connection = sqlite3.connect(desk.home / "ledger.db")
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    assert connection.execute(statement, (value,)).rowcount == 1
    connection.commit()
    connection.close()


# -- a check is a function and a line in CHECKS -------------------------------------------------------------------


def trial(one: CaseView) -> Iterator[Problem]:
    """A case about a clinic."""
    if one.registered["matter"] == "诊所备案":
        yield "事项是诊所备案", f"bbcs show {one.no}"


@pytest.mark.parametrize(
    ("matter", "numbers"), [("诊所备案", ["ZY01-20260305-0001"]), ("开店", [])]
)
def test_a_trial_check_needs_a_function_and_a_line(desk, monkeypatch, matter, numbers):
    monkeypatch.setitem(CHECKS, "C99", Check("info", "事项是诊所备案", trial))
    desk.take(matter=matter)
    done = desk("check", "--code", "c99", "--json")
    assert done.code == bool(numbers)
    assert [(one["case_no"], one["what"], one["grade"]) for one in done.json["findings"]] == [
        (number, "事项是诊所备案", "info") for number in numbers
    ]
    assert ["C99", "提示", "事项是诊所备案"] in [
        line.split() for line in desk.ok("help", "checks").out.splitlines()
    ]
    assert "| `C99` | 提示 | 事项是诊所备案 |" in generate.checks()


def test_a_slip_of_a_settled_case_that_is_overdue_is_a_finding_as_it_is_on_the_desk(desk: Desk):
    """A case that was refused or closed is no reason to forget what a unit was asked after that."""
    desk.ok("station", "unit", "add", "区卫健局")
    refused = {"decision": "refuse", "refusal_reason": "police", "remedy": "报警"}
    desk.take(**refused)
    slip = ("--kind", "督办", "--unit", "区卫健局", "--reason", "推诿", "--due", "2026-03-06")
    desk.ok("supervise", "1", *slip)
    later = Desk(desk.home, "2026-03-10T09:00")
    found = later.fails(1, "check", "--json").json["findings"]
    (late,) = [one for one in found if one["code"] == "C06"]
    assert "已了结，还在等，已超期：督办答复时限（区卫健局）" in late["what"]
    assert late["hint"].startswith(
        "bbcs supervise ZY01-20260305-0001 --answer ZY01-20260305-0001-督1"
    )
    later.ok("supervise", "20260305-0001", "--answer", "督1", "--text", "已整改")
    assert not [one for one in later("check", "--json").json["findings"] if one["code"] == "C06"]
