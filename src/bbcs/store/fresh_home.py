"""Makes a home from a file: beside its place first, renamed into it when it is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bbcs.config.files import owner_only, sync_folder
from bbcs.config.home_files import check_output, parts_there
from bbcs.errors import DiskFull, OutputNotWritable, UsageError, is_full
from bbcs.store import location
from bbcs.store.home import FOLDERS
from bbcs.store.leftovers import sweep_dead


class Discarded(Exception):
    """Raised in the block of `fresh_home` to throw the home away that was made: a rehearsal."""


@contextmanager
def fresh_home(home: Path, doing: str, option: str) -> Iterator[Path]:
    """An empty folder that becomes the home when the block ends well, else nothing is left of it.

    home: does not exist yet, or is empty. doing: what is done, in Chinese; option: how another
    folder is named. Raises UsageError where there is a home or anything else, ForbiddenPlace,
    DiskFull, OutputNotWritable.
    """
    _refuse_used(home, doing, option)
    check_output(home)
    location.check(str(home))
    target = home.absolute()
    with suppress(Discarded), _writing(target.parent, doing), _beside(target) as fresh:
        yield fresh
        for name in FOLDERS:
            (fresh / name).mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):
            target.rmdir()  # empty; a folder that has filled meanwhile stays
        fresh.rename(target)
        sync_folder(target.parent)


def _refuse_used(home: Path, doing: str, option: str) -> None:
    """A folder with anything in it is no place for another home."""
    if home.is_symlink() or (home.exists() and not home.is_dir()):
        raise UsageError(f"{home} 不是文件夹；请给一个新的数据目录（{option}）")
    if not home.exists():
        return
    if left := parts_there(home):
        raise UsageError(
            f"{home} 里已有台账的文件（{'、'.join(left)}），不能在上面{doing}；"
            f"请给一个新的数据目录（{option}），核对之后再换用"
        )
    if any(home.iterdir()):
        raise UsageError(f"{home} 里已有别的文件；请给一个新的或空的文件夹（{option}）")


@contextmanager
def _beside(home: Path) -> Iterator[Path]:
    """An empty folder beside the home; it is removed if it is still there at the end."""
    home.parent.mkdir(parents=True, exist_ok=True)
    beside = f".{home.name}.restoring-"
    sweep_dead(home.parent, beside)
    fresh = home.with_name(f"{beside}{os.getpid()}")
    fresh.mkdir(mode=0o700)
    try:
        with owner_only():
            yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def _writing(folder: Path, doing: str) -> Iterator[None]:
    """Turns errors of writing into refusals."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise DiskFull(f"磁盘已满或到了限额，没有{doing}任何内容：{folder}") from None
        raise OutputNotWritable(f"写不进 {folder}，没有{doing}任何内容；请检查权限和路径") from None
