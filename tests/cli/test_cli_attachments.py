"""Files of cases on the real ledger: kept once, kept only when the entry is; and acts over several cases, all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_desk import Desk


def kept(desk: Desk) -> list[Path]:
    return [path for path in (desk.home / "attachments").rglob("*") if path.is_file()]


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    found = tmp_path / "受理单.pdf"
    found.write_bytes(b"%PDF signed")
    return found


def test_the_same_bytes_are_kept_once(desk: Desk, paper: Path, tmp_path: Path) -> None:
    no, other = desk.take(), desk.take(matter="别的", phone="13800000099", id_number=None)
    desk.ok("attach", no, paper)
    twin = tmp_path / "同一份.pdf"
    twin.write_bytes(paper.read_bytes())
    desk.ok("attach", other, twin)
    (one,) = kept(desk)
    assert one.read_bytes() == paper.read_bytes()
    assert one.stat().st_mode & 0o077 == 0
    history = desk.json("show", no, "--history")["history"]
    assert history[-1]["data"]["sha256"] == one.name


@pytest.mark.parametrize("name", ["没有.pdf", "."])
def test_what_is_missing_or_a_folder_is_refused(desk: Desk, tmp_path: Path, name: str) -> None:
    no = desk.take()
    before = desk.entries()
    assert desk("attach", no, tmp_path / name).code in (2, 22)
    assert (desk.entries(), kept(desk)) == (before, [])


def test_a_rehearsal_or_a_refusal_keeps_nothing(desk: Desk, paper: Path) -> None:
    no = desk.take()
    desk.ok("attach", no, paper, "--dry-run")
    assert kept(desk) == []
    for verb in (["withdraw", no, "--reason", "自行办好"], ["undo", no]):
        desk.ok(*verb)
    assert desk("attach", no, paper, "--at", "2030-01-01").code == 2
    assert kept(desk) == []


def test_a_file_whose_entry_was_taken_back_stays_and_the_ledger_is_sound(
    desk: Desk, paper: Path
) -> None:
    no = desk.take()
    desk.ok("attach", no, paper)
    desk.ok("undo", no)
    assert len(kept(desk)) == 1
    desk.ok("ledger", "verify", "--full")


def test_a_meeting_over_several_cases_is_written_for_all_or_for_none(desk: Desk) -> None:
    first, second = desk.take(), desk.take(matter="别的", phone="13800000099", id_number=None)
    desk.ok("withdraw", second, "--reason", "自行办好")
    before = desk.entries()
    refused = desk("convene", first, "--host", "联席会议", "--unit", "水务局", "--case", second)
    assert (refused.code, desk.entries()) == (11, before)
    desk.ok("undo", second)
    desk.ok("convene", first, "--host", "联席会议", "--unit", "水务局", "--case", second)
    assert desk.entries() == before + 3
    desk.ok("ledger", "verify", "--full")
