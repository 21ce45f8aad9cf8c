"""Restoring a backup into a new home: beside it first, verified there, then renamed into place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bbcs.config.home_files import LEDGER
from bbcs.errors import LedgerBroken, StoreUnreachable
from bbcs.findings import Finding
from bbcs.record import Record
from bbcs.store.backup import archive
from bbcs.store.backup.encryption import Passphrase, damaged
from bbcs.store.fresh_home import fresh_home
from bbcs.store.opening import open_ledger
from bbcs.usecases.ledger import Head

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
            "head": self.head.document(),
            "files": self.files,
            "verified": True,
        }


def restore(file: Path, passphrase: Passphrase, home: Path, station: str = "") -> Restored:
    """Restores a backup into a folder that does not exist yet, or is empty.

    station: the code that the backup must have, "" for any.
    Raises UsageError where there is a home or anything else, BadValue for a wrong passphrase,
    LedgerBroken for a backup that is damaged or of another station, ForbiddenPlace, DiskFull,
    OutputNotWritable, StoreUnreachable when the file cannot be read.
    """
    with fresh_home(home, "恢复", "--to") as fresh:
        return unpack(file, passphrase, fresh, station)


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
        defects = ledger.verify()
        head, entries = ledger.head(), ledger.facts()["entries"]
    findings = [one for one in defects if one.code not in REMINDERS]
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
    reminders = tuple(one for one in defects if one.code in REMINDERS)
    return Restored(ledger.station, head, entries, len(manifest["files"]), manifest, reminders)
