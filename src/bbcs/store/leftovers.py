"""Finds temporary files of programs that were killed."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bbcs.config.home_files import ATTACHMENTS, BACKUPS, LEDGER, OUT, STATION, parts_there
from bbcs.store.attachments import DRAFT

AT_WORK = 3600.0
"""Seconds within which a temporary file is taken to be in use."""

SNAPSHOT = f".{LEDGER}.snapshot-"
"""How the names of copies of the ledger begin, from which somebody reads."""

BATCH = f".{LEDGER}.batch-"
"""How the names of files begin in which the rows of an import wait."""

BACKUP_CHECK, BACKUP_DRAFT = ".backup-check-", ".backup-draft-"
"""How the names begin of the folder in which a backup is proven, and of an unfinished backup."""

_OF_LEDGER = (
    (".", SNAPSHOT),
    (".", BATCH),
    (ATTACHMENTS, DRAFT),
    (BACKUPS, BACKUP_CHECK),
    (BACKUPS, BACKUP_DRAFT),
)
"""Folder and prefix of everything that may hold what stands in the ledger or in its attachments."""

PATTERNS = (
    f"{SNAPSHOT}*",
    f"{BATCH}*",
    f"{LEDGER}.*.new*",
    f".{STATION}.*",
    ".items.csv.*",
    ".bbcs-*",
    f"{OUT}/.bbcs-*",
    f"{OUT}/*/.bbcs-*",
    f"{ATTACHMENTS}/{DRAFT}*",
    f"{ATTACHMENTS}/??/.*",  # by older versions
    "packs/.*",
    "packs/*/.*",
    "cache/.*",
    f"{BACKUPS}/.ledger-schema-*",
    f"{BACKUPS}/{BACKUP_CHECK}*",
    f"{BACKUPS}/{BACKUP_DRAFT}*",
)
"""Names of temporary files, from the home on. None is the name of a file that a home keeps."""


def sweep(home: Path) -> list[Path]:
    """Removes the temporary files of a home that nobody uses any more; returns them.

    A file that cannot be removed is left. A folder that is no home is not touched.
    """
    if not parts_there(home):
        return []
    removed = []
    for path in _old(home):
        with suppress(OSError):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
            removed.append(path)
    return removed


def _old(home: Path) -> Iterator[Path]:
    now = time.time()
    for pattern in PATTERNS:
        for path in sorted(home.glob(pattern)):
            with suppress(OSError):
                if now - path.lstat().st_mtime >= AT_WORK:
                    yield path


def sweep_copies(home: Path) -> None:
    """Removes what programs that no longer run left of the ledger and its attachments."""
    for folder, prefix in _OF_LEDGER:
        if (home / folder).is_dir():
            sweep_dead(home / folder, prefix)


def sweep_dead(folder: Path, prefix: str) -> None:
    """Removes what programs that no longer run left in a folder.

    Names of a prefix and the number of the process; SQLite may add `-journal` and the like. Where
    no process can be asked for (Windows), files that are open as long as they are used are tried all
    the same: the system refuses to remove one in use.
    """
    tried = os.name == "nt" and prefix in (SNAPSHOT, BATCH)
    for path in folder.iterdir():
        number, _, _ = path.name.removeprefix(prefix).partition("-")
        if not path.name.startswith(prefix) or not number.isdecimal():
            continue
        if _runs(int(number)) and not tried:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    """Whether a process of this number runs; True where that cannot be known."""
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
