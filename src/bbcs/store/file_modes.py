"""Finds files of a home that others on this machine can read."""

from __future__ import annotations

import os
from pathlib import Path


def loose_files(home: Path) -> list[Path]:
    """The home and every file and folder in it that group or others can read, write or enter; for
    `doctor`.
    """
    if os.name == "nt":
        return []
    paths = [home, *sorted(home.rglob("*"))]
    return [path for path in paths if not path.is_symlink() and path.stat().st_mode & 0o077]
