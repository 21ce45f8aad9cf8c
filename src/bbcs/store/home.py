"""The home of a ledger: made whole or not at all, readable by its owner only."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from bbcs.config import home_files
from bbcs.config.files import owner_only
from bbcs.config.home_files import ATTACHMENTS, BACKUPS, LEDGER, OUT
from bbcs.domain.station import is_code
from bbcs.errors import BadValue, DiskFull, StoreUnreachable, UsageError, is_full
from bbcs.store import keys, location
from bbcs.store.ledger import StoredLedger
from bbcs.store.location import unwritable
from bbcs.store.opening import engine_of, open_ledger, store_of
from bbcs.usecases.ledger import Stamp

if TYPE_CHECKING:
    from bbcs.store.engine_protocol import Engine

FOLDERS = ("packs", "templates", "maps", ATTACHMENTS, BACKUPS, OUT, "log")
OWN = frozenset(
    {
        *FOLDERS,
        "cache",
        LEDGER,
        f"{LEDGER}-wal",
        f"{LEDGER}-shm",
        f"{LEDGER}-journal",
        home_files.KEY,
    }
    | {home_files.STATION, "config.toml", "items.csv", home_files.HEADS, home_files.UNFINISHED}
    | {home_files.PASSWORDS}
)
"""What bbcs keeps in a home."""

_AT_WORK = 60.0
"""Seconds within which an unfinished `init` is taken to be still at work."""

Fill = Callable[[list[Path], str], None]
"""Puts more into a fresh home and names each file and folder it makes, in order, before it makes
it.

It is given the mark of the ledger, too.
"""


def create(
    home: Path,
    station: str,
    stamp: Stamp,
    *,
    fill: Fill | None = None,
    begin: Callable[[StoredLedger], object] | None = None,
    engine: Engine | None = None,
) -> None:
    """Makes a home with an empty ledger.

    fill: makes what else belongs to the home. begin: writes the first entries, in one transaction.
    If anything fails, nothing is left of what was made. engine: another one than a file in the
    home. Raises BadValue, UsageError where there is a ledger, ForbiddenPlace, DiskFull,
    StoreUnreachable.
    """
    location.check(str(home))
    if not is_code(station):
        raise BadValue("站码：2 到 12 位大写字母或数字，如 ZY01")
    refuse_standing(home)
    try:
        with owner_only(), _undoing() as created:
            _folders(home, created)
            _mark(home, created)
            _key(home / home_files.KEY, created)
            engine = engine or engine_of("")
            engine.create(home, station, stamp, created)
            if fill:
                fill(created, keys.known(str(home))[keys.META])
            if begin:
                created += [home / f"{LEDGER}{end}" for end in ("-journal", "-wal", "-shm")]
                with open_ledger(home, write=True, engine=engine) as ledger:
                    begin(ledger)
            (home / home_files.UNFINISHED).unlink()
    except FileExistsError as error:
        raise UsageError(
            f"这里已有台账：{home / LEDGER}；直接使用，或换一个文件夹（--home）"
        ) from error
    except OSError as error:
        raise _refusal(error, home) from error


def refuse_standing(home: Path) -> None:
    """A folder with any part of a home, or a backup, is no place for a new one."""
    if (home / home_files.UNFINISHED).exists():
        _clear_unfinished(home)
    left = home_files.parts_there(home)
    if LEDGER in left and home_files.STATION in left:
        raise UsageError(f"这里已有台账：{home / LEDGER}；直接使用，或换一个文件夹（--home）")
    if left:
        raise UsageError(
            f"{home} 里已有台账的文件（{'、'.join(left)}），不能在上面新建；请用备份恢复："
            f"{home_files.RESTORE}；要另建一个窗口，请换一个文件夹（--home）"
        )


def _clear_unfinished(home: Path) -> None:
    """Remove what a killed `init` left behind; never a ledger that holds an entry."""
    mark = home / home_files.UNFINISHED
    if time() - mark.stat().st_mtime < _AT_WORK:
        raise UsageError(f"{home} 正由另一个 bbcs init 在建；若它已中断，请一分钟后再试")
    if not engine_of(store_of(str(home))).holds_entries(home):
        own = (LEDGER, f"{LEDGER}-wal", f"{LEDGER}-shm", f"{LEDGER}-journal")
        for name in (*own, home_files.KEY, home_files.STATION):
            (home / name).unlink(missing_ok=True)
    mark.unlink()


def _mark(home: Path, created: list[Path]) -> None:
    """Say that `init` is at work here; of two rivals the second is refused."""
    path = home / home_files.UNFINISHED
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    created.append(path)


def _refusal(error: OSError, home: Path) -> DiskFull | StoreUnreachable:
    if is_full(error):
        return DiskFull(f"磁盘已满或到了限额，什么都没有建：{home}")
    return unwritable(str(home))


@contextmanager
def _undoing() -> Iterator[list[Path]]:
    """A list of what was made; removed again, last first, when anything fails."""
    created: list[Path] = []
    try:
        yield created
    except BaseException:
        for path in reversed(created):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def _folders(home: Path, created: list[Path]) -> None:
    missing = [home, *home.parents]
    for folder in reversed([path for path in missing if not path.exists()]):
        folder.mkdir()
        created.append(folder)
    if home not in created and os.name != "nt" and home.stat().st_mode & 0o077:
        if strangers := [path.name for path in home.iterdir() if path.name not in OWN]:
            raise UsageError(
                f"{home} 里已有别的文件（{strangers[0]}……）；请给一个新的或空的文件夹（--home）"
            )
        home.chmod(0o700)
    for name in FOLDERS:
        if not (home / name).exists():
            (home / name).mkdir()
            created.append(home / name)


def _key(path: Path, created: list[Path]) -> None:
    """32 random bytes."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    created.append(path)
    try:
        os.write(handle, os.urandom(32).hex().encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
