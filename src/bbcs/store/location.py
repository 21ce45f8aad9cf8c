"""Refuses places where a ledger must not lie: network shares and sync folders, where locks and
atomic writes do not hold.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from bbcs.config import home_files
from bbcs.domain.event import Unreadable
from bbcs.errors import ForbiddenPlace, LedgerBroken, NotALedger, StoreUnreachable

_NETWORK = ("nfs", "cifs", "smb", "9p", "fuse.", "drvfs")
_EXACT = ("fuse", "afs", "vboxsf")
_SYNC = ("onedrive", "坚果云", "我的坚果云", "nutstore", "微信", "wechat files", "xwechat_files")
_REMOTE = 4


def check(home: str, mounts: str | None = None) -> None:
    """Refuse a forbidden place, naming one that would work. mounts: the text of /proc/mounts."""
    if why := forbidden(home, mounts):
        raise ForbiddenPlace(f"{home} {why}，台账放在那里会坏；请放到{advice(mounts)}")


def forbidden(
    home: str,
    mounts: str | None = None,
    platform: str = sys.platform,
    drive: Callable[[str], int] | None = None,
) -> str:
    """Why a ledger may not lie there, "" when it may. drive: the type of a Windows drive."""
    real = os.path.realpath(home)  # relative paths and links, of the home and of what lies above it
    if synced := _synced(home) or _synced(os.path.abspath(home)) or _synced(real):  # noqa: PTH100
        return f"在同步文件夹“{synced}”里"
    if platform == "win32":
        drive = drive or _drive_type
        return _windows(home, drive) or _windows(real, drive)
    if platform != "linux" and mounts is None:
        return ""
    kind = filesystem(real, _mounts() if mounts is None else mounts)
    return (
        f"在网络或共享文件系统（{kind}）上" if kind.startswith(_NETWORK) or kind in _EXACT else ""
    )


def filesystem(path: str, mounts: str) -> str:
    """Type of the file system that holds an absolute path: the longest mount point above it, the
    last one mounted.
    """
    best, kind = "", ""
    for line in mounts.splitlines():
        words = line.split(" ")
        if len(words) < 3:
            continue
        point = words[1]
        if "\\" in point:
            point = (
                point.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\")
            )
        if len(point) >= len(best) and (path == point or path.startswith(point.rstrip("/") + "/")):
            best, kind = point, words[2]
    return kind


def advice(mounts: str | None = None) -> str:
    """A folder of this machine that would do."""
    here = os.path.expanduser("~")  # noqa: PTH111 — hot path: text in, text out
    if sys.platform == "win32":
        user = os.environ.get("LOCALAPPDATA") or os.path.join(here, "AppData", "Local")  # noqa: PTH118
    elif sys.platform == "darwin":
        user = f"{here}/Library/Application Support"
    else:
        user = os.environ.get("XDG_DATA_HOME") or f"{here}/.local/share"
    for folder in (os.path.join(user, "bbcs"), "/var/lib/bbcs"):  # noqa: PTH118
        if not forbidden(folder, mounts):
            return f"本机磁盘，如 {folder}（--home {folder}）"
    return "本机磁盘上的文件夹（用 --home 指定）"


def damaged(home: str) -> NotALedger:
    """The file is there but is no ledger."""
    return NotALedger(
        f"{home} 里的 {home_files.LEDGER} 不是 bbcs 的台账，或已被清空、损坏；"
        f"请用最近的备份恢复：{home_files.RESTORE}"
    )


def unwritable(home: str) -> StoreUnreachable:
    """The folder or its files are read-only, or belong to another login."""
    for path in (Path(home), *(Path(home) / name for name in home_files.PARTS)):
        if home_files.is_foreign(path):
            return home_files.closed(path)
    return StoreUnreachable(f"台账文件夹不能写：{home}；请改权限，或把台账放到{advice()}")


def unreadable(error: Unreadable) -> LedgerBroken:
    """An entry cannot be read."""
    return LedgerBroken(f"台账里有记录读不出来，像是被改动过：{error}；请先 bbcs ledger verify")


def _synced(home: str) -> str:
    for part in home.replace("\\", "/").split("/"):
        if part.lower().startswith(_SYNC):
            return part
    return ""


def _mounts() -> str:
    try:
        with open("/proc/mounts", encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return ""


def _windows(home: str, drive: Callable[[str], int]) -> str:
    path = home.replace("/", "\\")
    if (path.startswith("\\\\") and not path.startswith("\\\\?\\")) or path.upper().startswith(
        "\\\\?\\UNC\\"
    ):
        return "在网络共享（UNC）上"
    path = path.removeprefix("\\\\?\\")
    return "在网络驱动器上" if path[1:2] == ":" and drive(path[:2] + "\\") == _REMOTE else ""


def _drive_type(root: str) -> int:
    import ctypes

    return int(ctypes.windll.kernel32.GetDriveTypeW(root))  # type: ignore[attr-defined,unused-ignore]
