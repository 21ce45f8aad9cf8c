"""Files of cases on the real ledger: kept once, kept only when the entry is; and acts over several cases, all or nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_desk import Desk

from bbcs.store import attachments
from bbcs.store.opening import open_ledger


def kept(desk: Desk) -> list[Path]:
    return [path for path in (desk.home / "attachments").rglob("*") if path.is_file()]


def head(desk: Desk) -> int:
    """The number of the last entry."""
    with open_ledger(desk.home) as ledger:
        return ledger.head().seq


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


STALLED = {
    "attach": ("attach", "0001"),
    "convene": ("convene", "0001", "--host", "联席会议", "--unit", "水务局", "--minutes"),
}


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A source that gives nothing until somebody writes into it."""
    found = tmp_path / "纪要.pdf"
    os.mkfifo(found)
    return found


@pytest.mark.skipif(os.name == "nt", reason="no named pipes there")
@pytest.mark.parametrize("words", STALLED.values(), ids=STALLED)
def test_a_source_that_stalls_locks_nobody_out(
    desk: Desk, pipe: Path, words: tuple[str, ...]
) -> None:
    desk.take()
    command = [sys.executable, "-m", "bbcs", *words, str(pipe)]
    with subprocess.Popen(command, env=desk.env(), stderr=subprocess.PIPE) as running:
        with pipe.open("wb") as source:  # opens when the command reads
            source.write(b"%PDF")
            source.flush()
            before = head(desk)
            with open_ledger(desk.home, write=True, wait=1.0) as ledger:
                assert ledger.head().seq == before
            source.write(b" signed")
        _, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    (one,) = kept(desk)
    assert one.read_bytes() == b"%PDF signed"
    desk.ok("ledger", "verify", "--full")


def test_a_file_is_brought_out_while_the_ledger_is_free(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = desk.take()
    desk.ok("attach", no, _paper(tmp_path))
    real, free = attachments.copy, []

    def slow(files: attachments.Files, digest: str, target: Path) -> None:
        with open_ledger(desk.home, write=True, wait=0.5) as ledger:
            free.append(ledger.head().seq)
        real(files, digest, target)

    monkeypatch.setattr(attachments, "copy", slow)
    before, out = head(desk), tmp_path / "out.pdf"
    desk.ok("attach", no, "--get", "受理单.pdf", "--out", out)
    assert free == [before]
    assert (out.read_bytes(), head(desk)) == (b"%PDF signed", before + 1)


@pytest.mark.skipif(os.name == "nt", reason="no named pipes there")
def test_what_a_killed_attach_left_is_swept(desk: Desk, pipe: Path) -> None:
    no = desk.take()
    command = [sys.executable, "-m", "bbcs", "attach", no, str(pipe)]
    with subprocess.Popen(command, env=desk.env()) as running, pipe.open("wb") as source:
        source.write(b"%PDF")
        source.flush()
        until = time.monotonic() + 20
        while not kept(desk) and time.monotonic() < until:
            time.sleep(0.01)
        running.kill()
        running.wait()
    (left,) = kept(desk)
    assert left.name.startswith(".draft-")
    assert left.stat().st_mode & 0o077 == 0
    desk("doctor")
    assert kept(desk) == [left], "a young one may be in use"
    os.utime(left, (0, 0))
    assert "临时文件" in desk("doctor").out
    assert kept(desk) == []


LEFT = (
    ".ledger.db.snapshot-77-ab",
    ".ledger.db.batch-77-ab",
    "ledger.db.77.new",
    ".station.toml.k3j2",
    ".items.csv.k3j2",
    "out/.bbcs-abc.tmp",
    "out/2026-02/.bbcs-abc.tmp",
    f"attachments/ab/.{'ab' * 32}.77",
    "packs/.zhanyi.toml.k3",
    "cache/.station.json.k3",
    "backups/.backup-draft-77",
    "backups/.backup-check-77",
)


def test_doctor_sweeps_old_temporary_files_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    desk.ok("attach", desk.take(), _paper(tmp_path))
    own = _files(desk.home)
    for name in LEFT:
        path = desk.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
        os.utime(path, (0, 0))
    folder = desk.home / "out" / ".bbcs-xlsx"
    folder.mkdir()
    (folder / "sheet1.xml").write_bytes(b"half")
    os.utime(folder, (0, 0))
    for path in own:
        os.utime(path, (0, 0))
    done = desk("doctor")
    assert f"{len(LEFT) + 1} 个" in done.out
    assert _files(desk.home) >= own
    assert not [path for path in _files(desk.home) - own if path.parent.name != "cache"]
    assert "临时文件" not in desk("doctor").out


def test_doctor_leaves_a_folder_alone_that_is_no_home(desk: Desk, tmp_path: Path) -> None:
    other = Desk(tmp_path / "别的")
    other.home.mkdir()
    left = other.home / ".bbcs-mine"
    left.write_bytes(b"mine")
    os.utime(left, (0, 0))
    other("doctor")
    assert left.exists()


def _paper(folder: Path) -> Path:
    path = folder / "受理单.pdf"
    path.write_bytes(b"%PDF signed")
    return path


def _files(home: Path) -> set[Path]:
    return {path for path in home.rglob("*") if path.is_file()}
