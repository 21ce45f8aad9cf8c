"""The log of backups in a home, `log/backups.ndjson`: one line of JSON for each."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from bbcs.store.backup.take import Backup

FILE = Path("log", "backups.ndjson")


def record(home: Path, backup: Backup, actor: str, now: datetime) -> None:
    """Appends a line about a backup; whether it was encrypted stands in it. Raises OSError."""
    line = {
        "at": now.isoformat(timespec="seconds"),
        "actor": actor,
        "file": str(backup.file),
        "sha256": backup.sha256,
        "encrypted": backup.encrypted,
        "entries": backup.restored.entries,
        "head": backup.restored.head.seq,
    }
    path = home / FILE
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as log:
        log.write(json.dumps(line, ensure_ascii=False) + "\n")


def last(home: Path) -> dict[str, Any] | None:
    """Returns the newest line that can be read, None when there was no backup yet."""
    try:
        lines = (home / FILE).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    for line in reversed(lines):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    return None
