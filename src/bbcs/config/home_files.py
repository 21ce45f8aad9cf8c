"""Lists the parts of a home: what their loss costs, who owns them, how they are read. Outputs never
replace them.
"""

from __future__ import annotations

import os
from pathlib import Path

from bbcs.errors import StoreUnreachable, UsageError

LEDGER, STATION, KEY, HEADS = "ledger.db", "station.toml", "lookup.key", "heads.txt"
PARTS = (LEDGER, STATION, KEY, HEADS)
"""The files that make a home; none of them can be made again from the others."""

BACKUPS, OUT, ATTACHMENTS = "backups", "out", "attachments"

PASSWORDS = "pgpass"
"""The key file of a home whose ledger lies in a database, in the form of libpq's ~/.pgpass."""

UNFINISHED = "init.unfinished"
"""Exists while `init` runs; a file left over shows that the home was not finished."""

RESTORE = "bbcs ledger restore 备份文件 --to 新的数据目录"
_AT_LEAST = 2
"""So many parts in one folder make it a home; a single copy on a memory stick does not."""


def parts_there(home: Path) -> list[str]:
    """The parts of a home that are there, with the folder of backups when something is in it."""
    parts = [name for name in PARTS if os.path.lexists(home / name)]
    logs = [home / f"{LEDGER}{end}" for end in ("-wal", "-journal")]  # empty after a clean end
    parts += [path.name for path in logs if path.is_file() and path.stat().st_size]
    backups = home / BACKUPS
    if backups.is_dir() and any(backups.iterdir()):
        parts.append(BACKUPS)
    return parts


def missing(home: Path, part: str) -> StoreUnreachable:
    """The refusal for a home that has lost `part`; it never proposes to begin anew.

    A folder that the login may not enter is reported as closed, not as empty.
    """
    try:
        next(home.iterdir(), None)
        left = parts_there(home)
    except (FileNotFoundError, NotADirectoryError):
        left = []
    except OSError:
        return closed(home)
    if (home / UNFINISHED).exists():
        return StoreUnreachable(f"{home} 的 bbcs init 没有做完；请再执行一次 bbcs init")
    if not left:
        return StoreUnreachable(
            f"{home} 里没有台账；先用 bbcs init 建立，或用 --home、BBCS_HOME 指到已有的数据目录"
        )
    return StoreUnreachable(
        f"{home} 里的 {part} 不见了（{'、'.join(left)} 还在）；不要新建，请找回这个文件，"
        f"或用备份恢复：{RESTORE}"
    )


def emptied(path: Path) -> StoreUnreachable:
    """The refusal for a part of a home that is there but holds nothing."""
    return StoreUnreachable(f"{path} 被清空了；请从备份取回这个文件，或恢复整个台账：{RESTORE}")


def owner(path: Path) -> str:
    """The login that owns a file or folder, "" where the system does not tell."""
    if os.name == "nt":
        return ""
    from pwd import getpwuid

    try:
        number = path.stat().st_uid
    except OSError:
        return ""
    try:
        return getpwuid(number).pw_name
    except KeyError:
        return str(number)


def is_foreign(path: Path) -> bool:
    """Whether another login owns it, and this one may not read and write it."""
    if os.name == "nt" or os.access(path, os.R_OK | os.W_OK):
        return False
    try:
        return path.stat().st_uid != os.geteuid()
    except OSError:
        return False


def closed(path: Path) -> StoreUnreachable:
    """The refusal for a file or folder that this login may not use; it names the owner."""
    known = _nearest(path)
    if not is_foreign(known):
        return StoreUnreachable(f"{known} 不能读写；请改权限（chmod u+rwX），或请管理员看一看")
    who = owner(known)
    return StoreUnreachable(
        f"{known} 属于系统用户 {who}，现在的登录用户不能读写；请用 {who} 登录来办"
        f"（如 sudo -u {who} bbcs …），几个人共用一台电脑见 docs/administrator.md"
    )


def read_bytes(path: Path) -> bytes:
    """Returns the bytes of a file. Raises StoreUnreachable, which says why it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise StoreUnreachable(f"没有文件 {path}") from None
    except PermissionError:
        raise closed(path) from None
    except OSError:
        raise StoreUnreachable(f"读不到 {path}，请检查路径和权限") from None


def _nearest(path: Path) -> Path:
    """The outermost closed part of a path.

    That is the folder that may not be entered, else the path itself.
    """
    for folder in reversed(path.absolute().parents):
        if folder.exists() and not os.access(folder, os.X_OK):
            return folder
    return path


def check_output(path: Path, home: Path | None = None) -> Path:
    """The path of an output, links followed; UsageError when it is a file of a home.

    Inside a home only the folder `out` takes outputs. home: the home of this call, where one is
    known: then a second name (hard link) of one of its files is refused too.
    """
    try:
        target = path.resolve()
        inside = next((one for one in (target, *target.parents) if _is_home(one, home)), None)
        if inside and not _in_out(target, inside):
            raise UsageError(
                f"{path} 在数据目录 {inside} 里，那里只放台账自己的文件；"
                f"请写到别处，或写到 {inside / OUT} 里"
            )
        if home and _second_name(target, home):
            raise UsageError(f"{path} 是台账自己的文件（硬链接）；请换一个文件名")
    except (OSError, RuntimeError):
        # A loop of links, or a folder that may not be entered: the write says so.
        return path
    return target


def _is_home(folder: Path, home: Path | None) -> bool:
    if sum(os.path.lexists(folder / name) for name in PARTS) >= _AT_LEAST:
        return True
    if home is None or not (home.is_dir() and folder.is_dir() and parts_there(home)):
        return False
    return folder.samefile(home)


def _in_out(target: Path, home: Path) -> bool:
    """Whether the target is in the home's folder for outputs, under any of its names."""
    out = home / OUT
    if out.is_symlink() or not out.is_dir():
        return False
    return any(one.is_dir() and one.samefile(out) for one in (target, *target.parents))


def _second_name(target: Path, home: Path) -> bool:
    """Whether the target is a hard link to a file of the home."""
    if not target.is_file():
        return False
    about = target.stat()
    if about.st_nlink < 2:
        return False
    return any(
        one.is_file() and one.stat().st_ino == about.st_ino and one.stat().st_dev == about.st_dev
        for one in home.rglob("*")
        if OUT not in one.relative_to(home).parts[:1]
    )
