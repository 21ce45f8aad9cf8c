"""`bbcs changes`: what happened since an entry, for programs that follow the ledger."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli_desk import Desk

KEYS = {"schema", "seq", "case_no", "version", "kind", "at", "recorded_at"}


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_every_entry_is_told_once_and_without_its_words(desk: Desk) -> None:
    first = desk.take()
    desk.ok("consult", "--visitors", "2")
    start = desk.last()
    desk.ok("triage", first, "--difficulty", "复杂", "--opinion", "马甲甲来过")
    desk.ok("note", first, "--text", "马甲甲说的")
    found = lines(desk.ok("changes", "--since", start).out)
    assert [(one["kind"], one["case_no"]) for one in found] == [
        ("Triaged", first),
        ("Noted", first),
    ]
    assert all(set(one) == KEYS for one in found)
    assert {one["schema"] for one in found} == {"bbcs.change/1"}
    assert [one["seq"] for one in found] == [start + 1, start + 2]
    everything = lines(desk.ok("changes").out)
    assert [one["seq"] for one in everything] == list(range(1, desk.last() + 1))
    office = [one for one in everything if one["kind"] == "Consulted"]
    assert [(one["case_no"], one["version"]) for one in office] == [(None, None)]
    assert "马甲" not in desk.ok("changes").out
    assert desk.ok("changes", "--since", desk.last()).out == ""


@pytest.mark.parametrize("command", ["changes", "export", "export --entries", "changes --follow"])
def test_a_number_beyond_the_last_entry_is_of_another_ledger(desk: Desk, command: str) -> None:
    """Else who follows a ledger that was restored from a backup would hear nothing, for ever."""
    desk.take()
    last = desk.last()
    refused = json.loads(desk.fails(2, *command.split(), "--since", last + 1, "--json").err)
    assert refused["field"] == "since"
    assert f"只到第 {last} 条" in refused["message"]
    assert "从备份恢复" in refused["message"]


def test_pages_are_cut_where_asked_and_go_on(desk: Desk) -> None:
    for number in range(1, 5):
        desk.take(number=number)
    seen, seq = [], 0
    while page := lines(desk.ok("changes", "--since", seq, "--limit", "3").out):
        assert len(page) <= 3
        seq = page[-1]["seq"]
        seen += [one["seq"] for one in page]
    assert seen == list(range(1, desk.last() + 1))


def test_blocks_are_joined(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bbcs.usecases.changes.BLOCK", 2)
    for number in range(1, 4):
        desk.take(number=number)
    assert len(lines(desk.ok("changes").out)) == desk.last()
    assert len(lines(desk.ok("changes", "--limit", "5").out)) == 5


@pytest.mark.parametrize("args", [("--since", "x"), ("--limit", "-1"), ("--since", "²")])
def test_numbers_that_are_none(desk: Desk, args: tuple[str, ...]) -> None:
    assert desk("changes", *args).code == 2


def test_a_follower_hears_of_a_case_that_is_taken_meanwhile(desk: Desk) -> None:
    start = desk.last()
    follower = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "bbcs",
            "changes",
            "--since",
            str(start),
            "--follow",
            "--limit",
            "2",
        ],
        env=desk.env(),
        stdout=subprocess.PIPE,
    )
    try:
        no = desk.take()  # two entries: registered, accepted
        out, _ = follower.communicate(timeout=60)
    finally:
        follower.kill()
    assert follower.returncode == 0
    assert [one["case_no"] for one in lines(out.decode())] == [no, no]


def test_rows_say_where_a_case_came_from_and_its_last_entry(desk: Desk) -> None:
    """A/1 and B/1 look alike by their number; a list of changes leads to the rows."""
    desk.take(source="A", source_no="1", channel="hotline", demand="电话 13800000001 打不通")
    desk.take(number=2, source="B", source_no="1")
    rows = desk.json("list", "--source", "B")["cases"]
    assert [(row["source"], row["source_no"]) for row in rows] == [("B", "1")]
    (row,) = desk.json("list", "--source", "A")["cases"]
    assert (row["channel"], "13800000001" in row["demand"]) == ("hotline", False)
    desk.ok("note", row["case_no"], "--text", "看过")
    (row,) = desk.json("list", "--source", "A")["cases"]
    assert row["seq"] == desk.last()
    assert row["updated_at"].startswith("2026-03-05T09:10")


def test_changes_are_read_while_somebody_writes(desk: Desk, tmp_path: Path) -> None:
    import bbcs

    desk.take()
    with bbcs.open_ledger(desk.home) as window:
        window.intake(matter="甲", demand="乙", reporter="赵甲乙")
        assert len(lines(desk.ok("changes").out)) == desk.last()
