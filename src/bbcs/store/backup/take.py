"""Taking a backup: copied while others write, sealed, restored beside itself, then put in place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from bbcs import __version__
from bbcs.config.files import owner_only, sync_folder
from bbcs.config.home_files import ATTACHMENTS, BACKUPS, LEDGER
from bbcs.domain.station import is_database
from bbcs.errors import BbcsError, DiskFull, LedgerConflict, OutputNotWritable, is_full
from bbcs.record import Record
from bbcs.store.backup import archive
from bbcs.store.backup.restore import Restored, unpack
from bbcs.store.engine import QUIET, Notify
from bbcs.store.file_modes import files_below
from bbcs.store.kept_files import rosters_since, small_files
from bbcs.store.leftovers import BACKUP_CHECK, BACKUP_DRAFT, sweep_dead
from bbcs.store.opening import engine_of, open_ledger, store_of
from bbcs.usecases.ledger import Head

SUFFIX = ".bbcs-backup"
_TRIES = 5


class Backup(Record):
    """A backup that was taken and restored: its file, and what it holds."""

    file: Path
    sha256: str
    size: int
    encrypted: bool
    restored: Restored
    removed: tuple[Path, ...] = ()

    def document(self) -> dict[str, Any]:
        """Returns the JSON document `bbcs.backup/1`."""
        return {
            "schema": "bbcs.backup/1",
            "file": str(self.file),
            "sha256": self.sha256,
            "size": self.size,
            "encrypted": self.encrypted,
            "entries": self.restored.entries,
            "head": self.restored.head.document(),
            "verified": True,
            "removed": [str(path) for path in self.removed],
        }


def take(
    home: Path,
    now: datetime,
    passphrase: bytes,
    folder: Path | None = None,
    keep: int = 0,
    notify: Notify = QUIET,
) -> Backup:
    """Writes a backup of a home, restores it into a temporary folder, and verifies it there.

    passphrase: b"" leaves the backup unencrypted. folder: where it goes, else the home's `backups`.
    keep: how many backups of this station stay in the folder, 0 for all; the oldest go, after
    the new one was verified. Nobody is kept from writing.
    Raises the refusals of opening a ledger, DiskFull, OutputNotWritable, LedgerBroken when the
    backup does not verify, LedgerConflict when people were erased meanwhile who stand in it; then
    nothing is left of it and no older backup is removed.
    """
    folder = folder or home / BACKUPS
    with (
        owner_only(),
        _writing(folder),
        _temporary(home / BACKUPS) as work,
        _draft(folder) as draft,
    ):
        files, copy = _snapshot(home, work, notify)
        _write(draft, files, home, copy, passphrase, now)
        with open_ledger(work, store="") as copied:
            _refuse_erased_since(home, copied.head(), notify)
        copy.unlink()
        shutil.rmtree(work / ATTACHMENTS, ignore_errors=True)
        check = work / "restored"
        check.mkdir(mode=0o700)
        restored = unpack(draft, lambda: passphrase, check)
        digest, size = _digest(draft), draft.stat().st_size
        name = f"bbcs-{restored.station}-{now:%Y%m%dT%H%M%S}-{restored.head.seq}"
        file = _put(draft, folder, name)
        try:
            _refuse_erased_since(home, restored.head, notify)
        except BbcsError:
            file.unlink(missing_ok=True)
            raise
    removed = rotate(folder, restored.station, keep, file) if keep else ()
    return Backup(file, digest, size, bool(passphrase), restored, removed)


def rotate(folder: Path, station: str, keep: int, newest: Path) -> tuple[Path, ...]:
    """Removes the oldest backups of a station until `keep` are left; never `newest`."""
    names = f"bbcs-{station}-*{SUFFIX}"
    backups = [path for path in folder.glob(names) if path.is_file() and path != newest]
    backups.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
    old = backups[: max(len(backups) - (keep - 1), 0)]
    for path in old:
        path.unlink()
    return tuple(old)


def _snapshot(home: Path, work: Path, notify: Notify) -> tuple[dict[str, bytes], Path]:
    """Returns the home's small files, and a copy of its ledger that fits them.

    The files are read first: then every head in heads.txt stands in the copy. They are read again
    when an entry between the two says that one of them was written anew.
    """
    engine = engine_of(store_of(str(home)))
    copy = work / LEDGER
    for _ in range(_TRIES):
        copy.unlink(missing_ok=True)
        with open_ledger(home, write=True, engine=engine, notify=notify) as ledger:
            before, files = ledger.head(), small_files(home)
        engine.copy(home, copy)
        if not _rosters_since(work, before):
            return files, copy
    raise LedgerConflict("名册、规则包或事项目录一直有人在改，没有备份；请稍后再试")


def _rosters_since(work: Path, before: Head) -> bool:
    with open_ledger(work, store="") as ledger:
        return rosters_since(ledger, before)


def _refuse_erased_since(home: Path, head: Head, notify: Notify) -> None:
    """LedgerConflict where people were erased behind the head of a backup: it holds them, and
    `erase` could not name it.
    """
    with open_ledger(home, notify=notify) as ledger:
        erased = any(one.seq > head.seq for one in ledger.office_wide(("Erased",)))
    if erased:
        raise LedgerConflict("备份的时候有人清除了个人信息，这份备份里还有，没有留下；请再备份一次")


def _write(
    draft: Path,
    files: dict[str, bytes],
    home: Path,
    copy: Path,
    passphrase: bytes,
    now: datetime,
) -> None:
    facts = _facts(copy, now)
    with (
        draft.open("xb") as target,
        archive.writing(target, passphrase, now.timestamp()) as made,
    ):
        for name, raw in files.items():
            made.add_bytes(name, raw)
        made.add(LEDGER, copy)
        folder = copy.parent if is_database(store_of(str(home))) else home
        for path in sorted(files_below(folder / ATTACHMENTS)):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                with suppress(FileNotFoundError):  # erased meanwhile
                    made.add(path.relative_to(folder).as_posix(), path)
        made.finish(facts)
    with draft.open("rb+") as written:
        os.fsync(written.fileno())


def _facts(copy: Path, now: datetime) -> dict[str, Any]:
    with open_ledger(copy.parent, store="") as ledger:
        head, facts = ledger.head(), ledger.facts()
    return {
        "schema": "bbcs.backup-manifest/1",
        "bbcs": __version__,
        "station": head.station,
        "created_at": now.isoformat(timespec="seconds"),
        "entries": facts["entries"],
        "schema_version": facts["schema_version"],
        "head": head.document(),
    }


def _put(draft: Path, folder: Path, name: str) -> Path:
    """Gives the draft its name in the folder, without ever replacing a file."""
    number = 1
    while True:
        more = f"-{number}" if number > 1 else ""
        target = folder / f"{name}{more}{SUFFIX}"
        try:
            os.link(draft, target)
        except FileExistsError:
            number += 1
            continue
        except OSError:  # a file system without hard links
            if target.exists():
                number += 1
                continue
            draft.rename(target)
        break
    sync_folder(folder)
    return target


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as source:
        while piece := source.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


@contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    """A private folder in the home, on a disk that a ledger may lie on; removed at the end."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep_dead(folder, BACKUP_CHECK)
    work = folder / f"{BACKUP_CHECK}{os.getpid()}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """A name for the unfinished backup in the folder it goes to; removed at the end."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep_dead(folder, BACKUP_DRAFT)
    draft = folder / f"{BACKUP_DRAFT}{os.getpid()}"
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Turns errors of writing into refusals."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise DiskFull(f"磁盘已满或到了限额，没有备份：{folder}") from None
        raise OutputNotWritable(f"写不进 {folder}，没有备份；请检查权限和路径") from None
