"""Backups: taken while others write, restored before they count, refused when anything is wrong."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from store_drive import NOW, STAMP, Driver, dump, file_driver, files, intake
from store_worker import Worker

from bbcs.config import station_file
from bbcs.errors import (
    BadValue,
    BbcsError,
    ExtraMissing,
    ForbiddenPlace,
    LedgerBroken,
    LedgerConflict,
    StoreUnreachable,
    UsageError,
)
from bbcs.store import home_log
from bbcs.store.backup import encryption, log
from bbcs.store.backup.restore import restore
from bbcs.store.backup.take import SUFFIX, Backup, rotate, take
from bbcs.store.opening import open_ledger
from sizes import examples

driver = file_driver

HERE = Path(__file__).parent
WORKER = [sys.executable, str(HERE / "backup_worker.py")]
SECRET = b"synthetic passphrase"

pytest.importorskip("cryptography", reason="no wheel for this machine")


SHIPPED = dict(encryption._SCRYPT)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guess costs a tenth of a second by design; the tests make hundreds."""
    monkeypatch.setattr(encryption, "_SCRYPT", {**SHIPPED, "n": 2**8})


def test_a_guess_is_costly() -> None:
    assert SHIPPED == {"n": 2**15, "r": 8, "p": 1}


def taken(home: Path, folder: Path, passphrase: bytes = SECRET, now: datetime = NOW) -> Backup:
    return take(home, now, passphrase, folder)


@pytest.mark.parametrize("passphrase", [SECRET, b""], ids=["encrypted", "plain"])
def test_a_backup_restores_to_the_same_home(
    station: Path, tmp_path: Path, passphrase: bytes
) -> None:
    made = taken(station, tmp_path / "usb", passphrase)
    assert made.encrypted == bool(passphrase)
    assert made.file.stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "usb").iterdir()] == [made.file.name]
    assert made.file.name == f"bbcs-ZY01-20260302T090000-15{SUFFIX}"
    restored = restore(made.file, lambda: passphrase, tmp_path / "new")
    assert (restored.station, restored.entries, restored.head.seq) == ("ZY01", 15, 15)
    assert dump(tmp_path / "new") == dump(station)
    assert files(tmp_path / "new") == files(station)
    assert len(files(station)) == 7
    loose = [path for path in (tmp_path / "new").rglob("*") if path.stat().st_mode & 0o077]
    assert loose == []
    with open_ledger(tmp_path / "new", write=True) as ledger:
        assert intake(ledger, 9).startswith("ZY01-20260302-")


def test_an_encrypted_backup_shows_nothing(station: Path, tmp_path: Path) -> None:
    raw = taken(station, tmp_path / "usb").file.read_bytes()
    for text in ("陈试验", "13800000001", "ZY01", "名称", "SQLite format"):
        assert text.encode() not in raw
    assert raw != taken(station, tmp_path / "usb").file.read_bytes()  # salted


def test_a_wrong_passphrase_is_told(station: Path, tmp_path: Path) -> None:
    made = taken(station, tmp_path / "usb")
    for wrong in (b"another", SECRET + b" ", b""):
        with pytest.raises(BadValue, match="口令"):
            restore(made.file, lambda wrong=wrong: wrong, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert {path.name for path in tmp_path.iterdir()} >= {"usb", "home"}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("passphrase", [SECRET, b""], ids=["encrypted", "plain"])
def test_a_damaged_backup_is_refused(station: Path, tmp_path: Path, passphrase: bytes) -> None:
    raw = taken(station, tmp_path / "usb", passphrase).file.read_bytes()
    bad = tmp_path / "bad"
    cuts = {0, 1, 13, 14, 100, 300, len(raw) // 2, len(raw) - 9, len(raw) - 1}
    trials = [raw[:cut] for cut in sorted(cuts)] + [raw + b"x", raw + raw, b"no backup at all"]
    step = len(raw) // examples(12)
    for position in range(300, len(raw), step):
        trials.append(
            raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :],
        )
    for trial in trials:
        bad.write_bytes(trial)
        try:
            restore(bad, lambda: passphrase, tmp_path / "new")
        except LedgerBroken as refused:
            assert "没有恢复任何内容" in refused.message  # noqa: PT017
        except BbcsError as refused:
            raise AssertionError(f"{refused.code} {refused.message}") from refused
        else:
            assert not passphrase  # a byte of gzip's head, or after its end, says nothing
            assert dump(tmp_path / "new") == dump(station)
            shutil.rmtree(tmp_path / "new")
        assert not (tmp_path / "new").exists()


def test_chunks_cannot_be_dropped_or_moved(station: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(encryption, "CHUNK", 4096)
    raw = taken(station, tmp_path / "usb").file.read_bytes()
    head = raw.index(b"\n", len(encryption.MAGIC)) + 1
    chunks, position = [], head
    while position < len(raw):
        length = 4 + int.from_bytes(raw[position : position + 4], "big")
        chunks.append(raw[position : position + length])
        position += length
    assert len(chunks) > 3
    others = [
        chunks[:-1],
        chunks[1:],
        [chunks[1], chunks[0], *chunks[2:]],
        [chunks[0], *chunks],
        [*chunks, chunks[-1]],
    ]
    for other in others:
        (tmp_path / "bad").write_bytes(raw[:head] + b"".join(other))
        with pytest.raises(LedgerBroken):
            restore(tmp_path / "bad", lambda: SECRET, tmp_path / "new")
    (tmp_path / "good").write_bytes(raw[:head] + b"".join(chunks))
    restore(tmp_path / "good", lambda: SECRET, tmp_path / "new")


def test_a_head_with_absurd_costs_is_refused_at_once(station: Path, tmp_path: Path) -> None:
    raw = taken(station, tmp_path / "usb").file.read_bytes()
    for old, new in ((b'"n": 256', b'"n": 1099511627776'), (b'"r": 8', b'"r": 9999')):
        assert old in raw
        (tmp_path / "bad").write_bytes(raw.replace(old, new))
        with pytest.raises(LedgerBroken):
            restore(tmp_path / "bad", lambda: SECRET, tmp_path / "new")


def test_a_backup_of_another_station_is_refused(station: Path, tmp_path: Path) -> None:
    made = taken(station, tmp_path / "usb")
    with pytest.raises(LedgerBroken, match="ZY01，不是 ZY02"):
        restore(made.file, lambda: SECRET, tmp_path / "new", "ZY02")
    assert not (tmp_path / "new").exists()
    restore(made.file, lambda: SECRET, tmp_path / "new", "ZY01")


def test_a_cut_ledger_never_becomes_a_backup(station: Path, tmp_path: Path, driver: Driver) -> None:
    connection = driver.raw(station)
    connection.executescript(
        "DROP TRIGGER tr_entry_delete; PRAGMA foreign_keys=OFF;"
        "DELETE FROM personal WHERE station_seq = 15; DELETE FROM entry WHERE station_seq = 15"
    )
    connection.close()
    with pytest.raises(LedgerBroken, match="核验不通过"):
        taken(station, tmp_path / "usb")
    assert list((tmp_path / "usb").iterdir()) == []
    assert not list((station / "backups").iterdir())


LIVING: dict[str, Callable[[Path], Path]] = {
    "the home itself": lambda home: home,
    "a folder in it": lambda home: home / "new",
    "its folder of papers": lambda home: home / "templates",
    "through a link": lambda home: _linked(home),
    "a file": lambda home: home / "items.csv",
}


def _linked(home: Path) -> Path:
    (home.parent / "link").symlink_to(home)
    return home.parent / "link"


@pytest.mark.parametrize("where", LIVING)
def test_nothing_is_restored_over_a_living_home(station: Path, tmp_path: Path, where: str) -> None:
    made = taken(station, tmp_path / "usb")
    before = files(station), dump(station)
    with pytest.raises(UsageError):
        restore(made.file, lambda: SECRET, LIVING[where](station))
    assert (files(station), dump(station)) == before


@pytest.mark.parametrize("part", ["ledger.db", "station.toml", "heads.txt", "lookup.key", "x"])
def test_nothing_is_restored_over_what_is_left_of_a_home(
    station: Path, tmp_path: Path, part: str
) -> None:
    made = taken(station, tmp_path / "usb")
    left = tmp_path / "left"
    left.mkdir()
    (left / part).write_text("x")
    with pytest.raises(UsageError):
        restore(made.file, lambda: SECRET, left)
    assert (left / part).read_text() == "x"


def test_an_empty_folder_will_do_and_a_sync_folder_not(station: Path, tmp_path: Path) -> None:
    made = taken(station, tmp_path / "usb")
    (tmp_path / "empty").mkdir()
    restore(made.file, lambda: SECRET, tmp_path / "empty")
    with pytest.raises(ForbiddenPlace):
        restore(made.file, lambda: SECRET, tmp_path / "OneDrive" / "home")
    with pytest.raises(StoreUnreachable):
        restore(tmp_path / "none", lambda: SECRET, tmp_path / "new")


def test_the_oldest_go_and_others_stay(station: Path, tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    (folder / f"bbcs-ZY02-20260101T000000-9{SUFFIX}").touch()
    (folder / "notes.txt").touch()
    made = [
        take(station, NOW + timedelta(days=day), SECRET, folder, keep=2).file for day in range(4)
    ]
    kept = {path.name for path in folder.iterdir()}
    assert kept == {
        f"bbcs-ZY02-20260101T000000-9{SUFFIX}",
        "notes.txt",
        *(path.name for path in made[2:]),
    }
    assert rotate(folder, "ZY01", 1, made[2]) == (made[3],)  # never the newest named


def test_without_the_library_only_plain_backups(
    station: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = taken(station, tmp_path / "usb")
    monkeypatch.setattr(encryption, "available", lambda: False)
    with pytest.raises(ExtraMissing, match="--plain"):
        taken(station, tmp_path / "usb")
    with pytest.raises(ExtraMissing):
        restore(made.file, lambda: SECRET, tmp_path / "new")
    plain = taken(station, tmp_path / "usb", b"")
    restore(plain.file, lambda: b"", tmp_path / "new")
    assert {path.name for path in (tmp_path / "usb").iterdir()} == {
        made.file.name,
        plain.file.name,
    }


def test_the_log_says_whether_it_was_encrypted(station: Path, tmp_path: Path) -> None:
    assert log.last(station) is None
    for passphrase in (SECRET, b""):
        log.record(station, taken(station, tmp_path / "usb", passphrase), "zs", NOW)
        last = log.last(station)
        assert last is not None
        assert (last.encrypted, last.entries, last.head) == (bool(passphrase), 15, 15)
        assert (last.at, last.file.parent) == (NOW, tmp_path / "usb")
    with (station / home_log.BACKUPS).open("a", encoding="utf-8") as lines:
        lines.write('not json\n[]\n{"at": 3}\n{"at": "2026-12-01T10:00:00", "file": "x"}\n')
    assert log.last(station) == last  # lines that `record` did not write are passed over
    assert (station / home_log.BACKUPS).stat().st_mode & 0o077 == 0


# -- full disks ----------------------------------------------------------------------------


def _run(*arguments: object, **environment: object) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(HERE), str(HERE.parent)])
    more = {name: str(value) for name, value in environment.items()}
    return subprocess.run(
        [*WORKER, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": path, **more},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("limit", [5_000, 60_000, 150_000])
def test_a_full_disk_is_told_and_nothing_is_left(station: Path, tmp_path: Path, limit: int) -> None:
    before = files(station), dump(station)
    ended = _run("backup", station, tmp_path / "usb", SECRET.decode(), BBCS_LIMIT=limit)
    assert (ended.returncode, ended.stdout.split()[0]) == (22, "DiskFull"), ended
    assert not (tmp_path / "usb").exists() or list((tmp_path / "usb").iterdir()) == []
    assert list((station / "backups").iterdir()) == []
    assert (files(station), dump(station)) == before
    made = taken(station, tmp_path / "usb").file
    ended = _run("restore", made, tmp_path / "new", SECRET.decode(), BBCS_LIMIT=limit)
    assert (ended.returncode, ended.stdout.split()[0]) == (22, "DiskFull"), ended
    assert not (tmp_path / "new").exists()


# -- while others write ----------------------------------------------------------------------------------------


def test_backups_under_four_writers_are_consistent(
    driver: Driver, station: Path, tmp_path: Path
) -> None:
    writers = [Worker("clerk", station) for _ in range(4)]
    heads = []
    try:
        for number in count():
            if number >= examples(5) and (heads[-1].seq > heads[0].seq or number > 1_000):
                break  # the writers have begun, and gone on
            made = take(station, NOW + timedelta(seconds=number), SECRET, tmp_path / "usb")
            heads.append(made.restored.head)
            new = tmp_path / f"new{number}"
            assert restore(made.file, lambda: SECRET, new).head == made.restored.head
            shutil.rmtree(new)
            made.file.unlink()
    finally:
        for writer in writers:
            assert writer.poll() is None, writer.communicate()
            writer.send_signal(signal.SIGTERM)
        for writer in writers:
            writer.communicate()
    seqs = [head.seq for head in heads]
    assert seqs == sorted(seqs)
    assert seqs[-1] > seqs[0]  # they went on writing
    with open_ledger(station) as ledger:
        assert [ledger.digest_at(head.seq) for head in heads] == [head.digest for head in heads]
        assert ledger.verify() == []


def test_a_roster_that_changes_meanwhile_fits_its_ledger(
    station: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bbcs.domain.event import Draft
    from bbcs.store.sqlite.session import SqliteEngine

    real, changes = SqliteEngine.copy, [1]

    def changing(self: SqliteEngine, home: Path, target: Path) -> None:
        if changes:
            changes.pop()
            with open_ledger(home, write=True) as ledger:
                data = {"what": "unit", "code": "甲局"}
                ledger.append("", 0, [Draft("StationChanged", NOW, data)], STAMP)
                renamed = station_file.read(home)._replace(name="改过的站名")
                station_file.write(home, renamed)
        real(self, home, target)

    monkeypatch.setattr(SqliteEngine, "copy", changing)
    made = taken(station, tmp_path / "usb")
    restore(made.file, lambda: SECRET, tmp_path / "new")
    assert station_file.read(tmp_path / "new").name == "改过的站名"
    assert made.restored.head.seq == 16


def test_a_roster_that_changes_all_the_time_makes_no_backup_that_does_not_fit(
    station: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Restored, its older station file would be taken for an edit by hand, and undo the change."""
    from bbcs.domain.event import Draft
    from bbcs.store.sqlite.session import SqliteEngine

    real = SqliteEngine.copy

    def changing(self: SqliteEngine, home: Path, target: Path) -> None:
        with open_ledger(home, write=True) as ledger:
            data = {"what": "unit", "code": "甲局"}
            ledger.append("", 0, [Draft("StationChanged", NOW, data)], STAMP)
        real(self, home, target)

    monkeypatch.setattr(SqliteEngine, "copy", changing)
    with pytest.raises(LedgerConflict, match="没有备份"):
        taken(station, tmp_path / "usb")
    assert list((tmp_path / "usb").iterdir()) == []


@pytest.mark.parametrize("part", ["lookup.key", "heads.txt"])
def test_a_home_that_lost_a_part_is_still_backed_up(
    station: Path, tmp_path: Path, part: str
) -> None:
    (station / part).unlink()
    made = taken(station, tmp_path / "usb")
    assert [one.where for one in made.restored.reminders] == [part]
    restore(made.file, lambda: SECRET, tmp_path / "new")
    assert dump(tmp_path / "new") == dump(station)
    assert not (tmp_path / "new" / part).exists()
