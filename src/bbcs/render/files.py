"""Writes files whole or not at all, with the mode of their folder."""

from __future__ import annotations

import codecs
import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from shutil import rmtree
from tempfile import mkstemp
from time import time

from bbcs.config.files import sync_folder
from bbcs.config.home_files import check_output
from bbcs.errors import BbcsError, DiskFull, OutputNotWritable, is_full
from bbcs.registers.table import Table
from bbcs.render.formats import csv_lines
from bbcs.render.safe import error_handler

_AT_WORK = 3600.0
"""Seconds within which a draft is taken to be at work still."""

_WHY = {
    errno.EACCES: "没有写权限，或文件正被 Excel、WPS 打开",
    errno.EPERM: "没有写权限，或文件正被 Excel、WPS 打开",
    errno.EROFS: "磁盘是只读的",
    errno.ENOENT: "文件夹不存在",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENAMETOOLONG: "文件名太长",
}


def write_bytes(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write `data`.

    `mode` overrides the folder's read and write bits (0o600 for what only the owner may see).
    """
    with whole(path, mode=mode) as draft:
        draft.write_bytes(data)


def write_pieces(path: Path, pieces: Iterable[str]) -> None:
    """Write a text in UTF-8, piece by piece."""
    with (
        whole(path) as draft,
        draft.open("w", encoding="utf-8", errors=error_handler(), newline="") as file,
    ):
        file.writelines(pieces)


def write_csv(path: Path, table: Table) -> None:
    """Write a table as csv for Excel and WPS, row by row."""
    mark = codecs.BOM_UTF8.decode()  # the codec utf-8-sig is slow, line by line
    write_pieces(path, chain([mark], csv_lines(table)))


@contextmanager
def whole(path: Path, mode: int | None = None) -> Iterator[Path]:
    """A draft beside `path`; it replaces it when the block ends well, else it is removed.

    Raises OutputNotWritable or DiskFull, UsageError for a file of a home; then `path` is as it was.
    """
    path = Path(path)
    check_output(path)
    try:
        draft = _draft(path.resolve())  # a link may lead to another disk
        try:
            yield draft
            settle(draft, path, mode)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as failed:
        raise refusal(path, failed) from failed


def _draft(path: Path) -> Path:
    """An empty file in the same folder, readable by its owner only."""

    if path.exists() and not path.is_file():
        raise OutputNotWritable(f"{path} 不是普通文件，不能覆盖；请换一个文件名")
    _sweep(path.parent)
    handle, name = mkstemp(prefix=".bbcs-", suffix=".tmp", dir=path.parent)
    os.close(handle)
    return Path(name)


def _sweep(folder: Path) -> None:
    """Remove the drafts that killed runs left in a folder; a young one may be at work still."""
    for left in folder.glob(".bbcs-*"):
        with suppress(OSError):
            if time() - left.lstat().st_mtime < _AT_WORK:
                continue
            if left.is_dir() and not left.is_symlink():
                rmtree(left, ignore_errors=True)
            else:
                left.unlink()


def settle(draft: Path, path: Path, mode: int | None = None) -> None:
    """Put a finished draft in the place of `path`, with the mode of its folder. Raises OSError."""
    target = path.resolve()  # a link stays a link
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    with suppress(OSError):  # a memory stick knows no modes
        if mode is None:
            mode = (target.parent.stat().st_mode & 0o666) | 0o600
        draft.chmod(mode)
    draft.replace(target)
    with suppress(OSError):  # Windows and some file systems cannot flush a folder
        sync_folder(target.parent)


def refusal(path: Path, failed: OSError) -> BbcsError:
    """The refusal for a `path` that could not be written."""
    folder = path.parent.resolve()
    if folder.name.startswith(".bbcs-"):  # where several files wait for each other
        folder = folder.parent
    if is_full(failed):
        return DiskFull(
            f"磁盘已满，{path.name} 没有写入；请清理 {folder} 所在的磁盘，或换一个文件夹"
        )
    why = _WHY.get(failed.errno or 0, f"系统错误 {failed.errno}")
    return OutputNotWritable(f"不能写入文件夹 {folder}（{why}）；请换一个已有且可写的文件夹")
