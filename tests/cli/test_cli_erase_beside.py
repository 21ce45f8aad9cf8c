"""`ledger erase` beside what others do or left: nothing of theirs is lost, nothing of the people stays."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from cli_desk import Desk, name, prepared

from bbcs.store import attachments
from bbcs.store.backup import take
from bbcs.store.opening import open_ledger
from bbcs.store.sqlite.session import SqliteSession

WHY = ("--reason", "本人书面申请", "--basis", "个人信息保护法第四十七条", "--yes")
ERASE = ("ledger", "erase", "0001", *WHY)


@prepared
def window(desk: Desk) -> Desk:
    """Case 1 has ended, with a file that bears the name of its person, case 3 without; 2 is open."""
    desk.take()
    paper = desk.home.parent / f"{name(1)}身份证.pdf"
    paper.write_bytes(b"%PDF signed")
    desk.ok("attach", "0001", paper)
    desk.ok("void", "0001", "--reason", "误登")
    desk.take(number=2)
    desk.take(number=3)
    desk.ok("void", "0003", "--reason", "误登")
    return desk


def test_a_file_that_another_case_gets_meanwhile_is_kept(
    window: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody attaches the same file to another case, at the moment when it goes with the first."""
    twin = tmp_path / "同一份.pdf"
    twin.write_bytes(b"%PDF signed")
    real, others = attachments.FolderFiles.remove, list[threading.Thread]()

    def removing(files: attachments.FolderFiles, digest: str) -> None:
        other = threading.Thread(target=lambda: window.process("attach", "0002", twin))
        other.start()
        other.join(2)
        real(files, digest)
        others.append(other)

    monkeypatch.setattr(attachments.FolderFiles, "remove", removing)
    window.ok(*ERASE)
    for other in others:
        other.join()
    assert [one["kind"] for one in window.json("show", "0002", "--history")["history"]][-1] == (
        "Attached"
    )
    assert window.json("ledger", "verify", "--full")["findings"] == []


@pytest.mark.parametrize(
    "left",
    [
        "backups/.backup-check-99999999/ledger.db",
        "backups/.backup-draft-99999999",
        "attachments/.draft-99999999-ab",
    ],
)
def test_what_an_ended_program_left_goes_with_it(window: Desk, left: str) -> None:
    path = window.home / left
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(name(1), encoding="utf-8")
    window.ok(*ERASE)
    assert not path.exists()


def test_a_file_whose_entry_never_came_goes_with_it(
    window: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, or the end of a program, between the file and the COMMIT of its entry."""
    scan = tmp_path / "身份证.pdf"
    scan.write_text(name(1), encoding="utf-8")

    real = SqliteSession.commit

    def full(session: SqliteSession) -> None:
        if session.one("PRAGMA query_only")[0]:
            return real(session)
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode, error.sqlite_errorname = 13, "SQLITE_FULL"
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(SqliteSession, "commit", full)
        window.fails(22, "attach", "0002", scan)
    assert len([one for one in (window.home / "attachments").rglob("*") if one.is_file()]) == 2
    window.ok(*ERASE)
    assert [one for one in (window.home / "attachments").rglob("*") if one.is_file()] == []
    assert window.json("ledger", "verify", "--full")["findings"] == []


def test_the_files_of_a_ledger_that_was_moved_away_are_named(window: Desk) -> None:
    moved = window.home / "backups" / "ledger-moved-7.attachments"
    (moved / "ab").mkdir(parents=True)
    (moved / "ab" / "ab12").write_text(name(1), encoding="utf-8")
    assert str(moved) in window.ok(*ERASE).out


@pytest.mark.parametrize("number", ["0001", "0003"])
def test_a_backup_that_began_before_it_is_not_kept(
    window: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    """The copy was taken, then somebody erased: nothing would name that backup."""
    stick, real = tmp_path / "usb", take._write

    def slow(*args: object) -> None:
        window.ok("ledger", "erase", number, *WHY)
        real(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(take, "_write", slow)
        refused = window.fails(20, "ledger", "backup", "--plain", "--to", stick)
    assert "清除了个人信息" in refused.err
    assert list(stick.iterdir()) == []
    window.ok("ledger", "backup", "--plain", "--to", stick)
    assert len(list(stick.iterdir())) == 1


def test_the_log_of_a_file_that_was_taken_out_names_nobody(window: Desk, tmp_path: Path) -> None:
    """The log is kept when the people of the case are erased."""
    window.ok("attach", "0001", "--get", f"{name(1)}身份证.pdf", "--out", tmp_path / "x.pdf")
    with open_ledger(window.home) as ledger:
        (seen,) = ledger.office_wide(("Revealed",))
    assert "取出附件" in seen.data["reason"]
    window.ok(*ERASE)
    raw = b"".join(path.read_bytes() for path in window.home.rglob("*") if path.is_file())
    assert name(1).encode() not in raw
