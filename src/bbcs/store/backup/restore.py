"""Restoring a backup into a new home: beside it first, verified there, then renamed into place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bbcs.config.files import owner_only, sync_folder
from bbcs.config.home_files import LEDGER, check_output, standing
from bbcs.errors import (
    DiskFull,
    LedgerBroken,
    OutputNotWritable,
    StoreUnreachable,
    UsageError,
    is_full,
)
from bbcs.findings import Finding
from bbcs.record import Record
from bbcs.store import location
from bbcs.store.backup import archive
from bbcs.store.backup.encryption import Passphrase, damaged
from bbcs.store.home import FOLDERS
from bbcs.store.leftovers import sweep_dead
from bbcs.store.opening import open_ledger
from bbcs.usecases.ledger import Head

_BESIDE = ".restoring-"

REMINDERS = ("heads", "key", "mode", "copy", "roster", "unvouched")
"""Findings of `verify` that keep no home from being backed up: without a backup it would be worse.

A missing or changed heads.txt, a missing lookup.key; file modes are made anew when restored. Copies
of texts that differ from the ledger, a station file that was changed by hand, an unproven edition.
"""


class Restored(Record):
    """What a backup holds: its station, the head of its chain, and how many entries and files.

    reminders: findings about the home that was backed up which do not make the backup worse.
    """

    station: str
    head: Head
    entries: int
    files: int
    manifest: dict[str, Any]
    reminders: tuple[Finding, ...] = ()

    def document(self, home: Path) -> dict[str, Any]:
        """Returns the JSON document `bbcs.restored/1` for the home that was made."""
        return {
            "schema": "bbcs.restored/1",
            "home": str(home),
            "station": self.station,
            "created_at": self.manifest["created_at"],
            "entries": self.entries,
            "head": head_document(self.head),
            "files": self.files,
            "verified": True,
        }


def head_document(head: Head) -> dict[str, Any]:
    """Returns a head as documents show it."""
    return {"station": head.station, "seq": head.seq, "digest": head.digest}


def restore(file: Path, passphrase: Passphrase, home: Path, station: str = "") -> Restored:
    """Restores a backup into a folder that does not exist yet, or is empty.

    station: the code that the backup must have, "" for any.
    Raises UsageError where there is a home or anything else, BadValue for a wrong passphrase,
    LedgerBroken for a backup that is damaged or of another station, ForbiddenPlace, DiskFull,
    OutputNotWritable, StoreUnreachable when the file cannot be read.
    """
    check_output(home)
    location.check(str(home))
    _refuse_used(home)
    target = home.absolute()
    with _writing(target.parent), _beside(target) as fresh:
        restored = unpack(file, passphrase, fresh, station)
        for name in FOLDERS:
            (fresh / name).mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):
            target.rmdir()  # empty; a folder that has filled meanwhile stays
        fresh.rename(target)
        sync_folder(target.parent)
    return restored


def unpack(file: Path, passphrase: Passphrase, folder: Path, station: str = "") -> Restored:
    """Writes the files of a backup into an empty folder and proves the ledger in it.

    Raises as `restore` does, and OSError for a file that cannot be written.
    """
    try:
        source = file.open("rb")
    except FileNotFoundError:
        raise StoreUnreachable(f"没有备份文件 {file}；请检查路径") from None
    except OSError:
        raise StoreUnreachable(f"读不了备份文件 {file}；请检查权限") from None
    with source:
        manifest = archive.extract(source, passphrase, folder)
    if station and manifest.get("station") != station:
        raise LedgerBroken(
            f"这份备份属于站 {manifest.get('station')}，不是 {station}；没有恢复任何内容"
        )
    if LEDGER not in manifest["files"]:
        raise damaged()
    return _proved(folder, manifest)


def _proved(folder: Path, manifest: dict[str, Any]) -> Restored:
    """Proves the chain, the kept heads, and that the head is that of the manifest."""
    with open_ledger(folder) as ledger:
        found = ledger.verify()
        head, entries = ledger.head(), ledger.facts()["entries"]
    findings = [one for one in found if one.code not in REMINDERS]
    wanted = manifest.get("head", {})
    if (ledger.station, head.seq, head.digest) != tuple(
        wanted.get(name) for name in ("station", "seq", "digest")
    ):
        findings.append(Finding("head", str(head.seq), "末条与备份时不同"))
    if findings:
        first = findings[0]
        raise LedgerBroken(
            f"备份里的台账核验不通过（{len(findings)} 处，如 {first.where}：{first.what}）；"
            "没有恢复任何内容，请换一份备份"
        )
    reminders = tuple(one for one in found if one.code in REMINDERS)
    return Restored(ledger.station, head, entries, len(manifest["files"]), manifest, reminders)


def _refuse_used(home: Path) -> None:
    """A folder with anything in it is no place to restore to."""
    if home.is_symlink() or (home.exists() and not home.is_dir()):
        raise UsageError(f"{home} 不是文件夹；请给一个新的数据目录（--to）")
    if not home.exists():
        return
    if left := standing(home):
        raise UsageError(
            f"{home} 里已有台账的文件（{'、'.join(left)}），不能在上面恢复；"
            "请给一个新的数据目录（--to），核对之后再换用"
        )
    if any(home.iterdir()):
        raise UsageError(f"{home} 里已有别的文件；请给一个新的或空的文件夹（--to）")


@contextmanager
def _beside(home: Path) -> Iterator[Path]:
    """An empty folder beside the home; it is removed if it is still there at the end."""
    home.parent.mkdir(parents=True, exist_ok=True)
    sweep_dead(home.parent, f".{home.name}{_BESIDE}")
    fresh = home.with_name(f".{home.name}{_BESIDE}{os.getpid()}")
    fresh.mkdir(mode=0o700)
    try:
        with owner_only():
            yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Turns errors of writing into refusals."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise DiskFull(f"磁盘已满或到了限额，没有恢复任何内容：{folder}") from None
        raise OutputNotWritable(f"写不进 {folder}，没有恢复任何内容；请检查权限和路径") from None
