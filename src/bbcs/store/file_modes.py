"""Finds files of a home that others on this machine can read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def loose_files(home: Path) -> list[Path]:
    """The home and every file and folder in it that group or others can read, write or enter; for
    `doctor`.
    """
    if os.name == "nt":
        return []
    loose = []
    for path in (home, *sorted(files_below(home))):
        with suppress(FileNotFoundError):
            if not path.is_symlink() and path.stat().st_mode & 0o077:
                loose.append(path)
    return loose


def files_below(folder: Path) -> Iterator[Path]:
    """Every file and folder below a folder, as far as they are there still when it is their turn:
    other programs make and remove temporary ones.
    """
    for name, folders, files in os.walk(folder):
        yield from (Path(name, one) for one in (*folders, *files))
