"""Lists the files of a home that leave it together with its ledger: in a backup, in a full export."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from bbcs.config import station_file
from bbcs.config.home_files import ATTACHMENTS, HEADS, KEY, STATION
from bbcs.store.file_modes import files_below
from bbcs.store.ledger import StoredLedger
from bbcs.usecases.ledger import Head

SMALL = (STATION, HEADS, KEY, "config.toml", "items.csv")
"""Files of a home that are kept, beside the ledger."""

FOLDERS = ("packs", "templates", "maps", ATTACHMENTS)
"""Folders of a home that are kept whole; editions of rule packs lie in `packs`."""

_ROSTERS = ("StationChanged", "PackAdopted")
"""Entries after which files of the home are written anew."""


def small_files(home: Path) -> dict[str, bytes]:
    """Name -> bytes of the files of a home that are kept, without ledger and attachments.

    The station file names no database: what is made of it holds its ledger itself.
    """
    paths = [home / name for name in SMALL]
    for name in FOLDERS:
        if name != ATTACHMENTS:
            paths += sorted(files_below(home / name))
    plain = (
        path
        for path in paths
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".")
    )
    files = {path.relative_to(home).as_posix(): path.read_bytes() for path in plain}
    if STATION in files and station_file.read(home).store:
        station = station_file.read(home)._replace(store="")
        files[STATION] = station_file.text(station).encode()
    return files


def is_kept(name: str, *more: str) -> bool:
    """Whether a relative path, with `/`, names a file that is kept, or is one of `more`."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not path.parts:
        return False
    return name in (*SMALL, *more) or (path.parts[0] in FOLDERS and len(path.parts) > 1)


def rosters_since(ledger: StoredLedger, before: Head) -> bool:
    """Whether an entry after `before` says that files of the home were written anew."""
    return any(entry.seq > before.seq for entry in ledger.office_wide(_ROSTERS))
