"""The log of backups in a home, `log/backups.ndjson`: one line of JSON for each."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bbcs.record import Record
from bbcs.store import home_log

if TYPE_CHECKING:
    from bbcs.store.backup.take import Backup


class LoggedBackup(Record):
    """A backup that was taken and verified. head: the number of the last entry in it."""

    at: datetime
    file: Path
    encrypted: bool
    entries: int
    head: int


def record(home: Path, backup: Backup, actor: str, now: datetime) -> None:
    """Appends a line about a backup; whether it was encrypted stands in it. Raises OSError."""
    line = {
        "at": now.isoformat(timespec="seconds"),
        "actor": actor,
        "file": str(backup.file.absolute()),
        "sha256": backup.sha256,
        "encrypted": backup.encrypted,
        "entries": backup.restored.entries,
        "head": backup.restored.head.seq,
    }
    home_log.append(home, home_log.BACKUPS, line)


def last(home: Path) -> LoggedBackup | None:
    """Returns the newest line that can be read, None when there was no backup yet."""
    try:
        lines = (home / home_log.BACKUPS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    for line in reversed(lines):
        try:
            return _logged(line)
        except (ValueError, KeyError, TypeError):
            continue
    return None


def _logged(line: str) -> LoggedBackup:
    """Raises ValueError, KeyError or TypeError for a line that `record` did not write."""
    record = json.loads(line)
    at = datetime.fromisoformat(record["at"])
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    file, encrypted = Path(record["file"]), bool(record["encrypted"])
    return LoggedBackup(at, file, encrypted, int(record["entries"]), int(record["head"]))
