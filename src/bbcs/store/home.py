"""The home of a ledger: made whole or not at all, readable by its owner only."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time

from bbcs.config import home_files
from bbcs.config.home_files import LEDGER
from bbcs.domain.station import is_code
from bbcs.errors import BadValue, DiskFull, StoreUnreachable, UsageError
from bbcs.store import chain, codec, dialect, faults, keys, location, statements as sql
from bbcs.usecases.ledger import Stamp

FOLDERS = ("packs", "templates", "maps", "attachments", "backups", "out", "log")
OWN = frozenset(
    {*FOLDERS, "cache", LEDGER, f"{LEDGER}-wal", f"{LEDGER}-shm", f"{LEDGER}-journal", keys.FILE}
    | {home_files.STATION, "config.toml", "items.csv", home_files.HEADS, home_files.UNFINISHED}
)
"""What bbcs keeps in a home."""

_AT_WORK = 60.0
"""Seconds within which an unfinished `init` is taken to be still at work."""

Fill = Callable[[list[Path]], None]
"""Puts more into a fresh home and names each file and folder it makes, in order, before it makes it."""


def create(
    home: Path, station: str, stamp: Stamp, *, journal: str = "", fill: Fill | None = None
) -> None:
    """A fresh, empty ledger. journal: "wal" or "truncate" instead of what this SQLite can safely do.

    fill: what else belongs to the home. If it fails, or anything before it, nothing is left of what was made.
    """
    location.check(str(home))
    if not is_code(station):
        raise BadValue("站码：2 到 12 位大写字母或数字，如 ZY01")
    _refuse_standing(home)
    try:
        with _private(), _undoing() as made:
            _folders(home, made)
            _mark(home, made)
            _key(home / keys.FILE, made)
            _ledger(
                home,
                station,
                stamp,
                journal or dialect.journal_mode(sqlite3.sqlite_version_info),
                made,
            )
            if fill:
                fill(made)
            (home / home_files.UNFINISHED).unlink()
    except FileExistsError as error:
        raise UsageError(
            f"这里已有台账：{home / LEDGER}；直接使用，或换一个文件夹（--home）"
        ) from error
    except sqlite3.Error as error:
        raise faults.refusal(error, str(home)) from error
    except OSError as error:
        raise _refusal(error, home) from error


def _refuse_standing(home: Path) -> None:
    """A folder with any part of a home, or a backup, is no place for a new one."""
    if (home / home_files.UNFINISHED).exists():
        _clear_unfinished(home)
    left = home_files.standing(home)
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
    path = home / LEDGER
    if not (path.exists() and _entries(path)):
        own = (LEDGER, f"{LEDGER}-wal", f"{LEDGER}-shm", f"{LEDGER}-journal")
        for name in (*own, keys.FILE, home_files.STATION):
            (home / name).unlink(missing_ok=True)
    mark.unlink()


def _entries(path: Path) -> int:
    """How many entries a ledger file holds; 1 when it does not read: it is not taken for empty."""
    try:
        connection = sqlite3.connect(path)
        try:
            return int(connection.execute("SELECT count(*) FROM entry").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.Error:
        return 1


def _mark(home: Path, made: list[Path]) -> None:
    """Say that `init` is at work here; of two rivals the second is refused."""
    path = home / home_files.UNFINISHED
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    made.append(path)


def loose_files(home: Path) -> list[Path]:
    """The home and every file and folder in it that group or others can read, write or enter; for `doctor`."""
    if os.name == "nt":
        return []
    found = [home, *sorted(home.rglob("*"))]
    return [path for path in found if not path.is_symlink() and path.stat().st_mode & 0o077]


def _refusal(error: OSError, home: Path) -> DiskFull | StoreUnreachable:
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(f"磁盘已满或到了限额，什么都没有建：{home}")
    return faults.unwritable(str(home))


@contextmanager
def _private() -> Iterator[None]:
    """Files made meanwhile belong to the owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _undoing() -> Iterator[list[Path]]:
    """A list of what was made; removed again, last first, when anything fails."""
    made: list[Path] = []
    try:
        yield made
    except BaseException:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def _folders(home: Path, made: list[Path]) -> None:
    missing = [home, *home.parents]
    for folder in reversed([path for path in missing if not path.exists()]):
        folder.mkdir()
        made.append(folder)
    if home not in made and os.name != "nt" and home.stat().st_mode & 0o077:
        if strangers := [path.name for path in home.iterdir() if path.name not in OWN]:
            raise UsageError(
                f"{home} 里已有别的文件（{strangers[0]}……）；请给一个新的或空的文件夹（--home）"
            )
        home.chmod(0o700)
    for name in FOLDERS:
        if not (home / name).exists():
            (home / name).mkdir()
            made.append(home / name)


def _key(path: Path, made: list[Path]) -> None:
    """32 random bytes."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    made.append(path)
    try:
        os.write(handle, os.urandom(32).hex().encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def _ledger(home: Path, station: str, stamp: Stamp, journal: str, made: list[Path]) -> None:
    """Built under another name and linked into place when it is whole; of two rivals one is refused."""
    for old in home.glob(f"{LEDGER}.*.new*"):
        if time() - old.stat().st_mtime > 60:  # left by a crash; a younger one belongs to a rival
            old.unlink()
    path = home / f"{LEDGER}.{os.getpid()}.new"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    made += [path, path.with_name(path.name + "-journal")]
    meta = {
        "schema": str(dialect.SCHEMA),
        "station": station,
        "created_at": codec.moment(stamp.now),
    }
    meta["check"] = chain.fingerprint(meta)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript(
            f"{dialect.PRAGMAS}BEGIN;\n{schema(full_text=dialect.has_full_text(connection))}"
        )
        connection.executemany(
            sql.PUT_META, [{"key": key, "value": value} for key, value in meta.items()]
        )
        connection.execute("COMMIT")
        connection.execute(f"PRAGMA journal_mode={'WAL' if journal == 'wal' else 'TRUNCATE'}")
    finally:
        connection.close()
    _put(path, home / LEDGER, made)
    for leftover in home.glob(f"{path.name}-*"):
        leftover.unlink()
    _sync(home)


def schema(*, full_text: bool = True) -> str:
    """The shipped text of the schema; without the full-text index for an SQLite that has none."""
    text = (Path(__file__).parent.parent / "data" / "schema.sql").read_text(encoding="utf-8")
    return text if full_text else text.replace(f"{dialect.FULL_TEXT};", "")


def _put(path: Path, target: Path, made: list[Path]) -> None:
    """Rename without ever replacing."""
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if target.exists():
            raise FileExistsError(target) from None
        path.rename(target)
        made.append(target)
    else:
        made.append(target)
        path.unlink()


def _sync(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
