"""Files of cases: kept once, under their SHA-256, when the entry that names them is committed and not before."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from bbcs.errors import BadValue, OutputNotWritable, StoreUnreachable

FOLDER = "attachments"
LARGEST = 200 * 1024 * 1024
"""Bytes; scans of papers are far smaller, and every backup carries them."""

_CHUNK = 1 << 20


def looked_at(path: str) -> tuple[str, int, str]:
    """SHA-256, size and name of a file; StoreUnreachable when it cannot be read, BadValue when it is none or too large."""
    file = Path(path)
    if file.is_dir():
        raise BadValue("--file 是文件夹；请指到一个文件" if file.name else "要写文件名")
    digest, size = sha256(), 0
    try:
        with file.open("rb") as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size > LARGEST:
                    raise BadValue(f"文件超过 {LARGEST >> 20} MB；请压缩或拆开")
    except FileNotFoundError:
        raise StoreUnreachable("没有这个文件；请检查路径") from None
    except OSError:
        raise StoreUnreachable("读不了这个文件；请检查权限") from None
    return digest.hexdigest(), size, file.name


def place(home: str, digest: str) -> Path:
    """Where the file with this digest lies."""
    return Path(home) / FOLDER / digest[:2] / digest


def keep(home: str, path: str, digest: str) -> None:
    """Copy a file to its place, whole and flushed; BadValue when it is no longer the one that was looked at."""
    target = place(home, digest)
    if target.is_file():
        return
    fresh, found = target.with_name(f".{digest}.{os.getpid()}"), sha256()
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with Path(path).open("rb") as source, fresh.open("xb") as copy:
            while chunk := source.read(_CHUNK):
                found.update(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        if found.hexdigest() != digest:
            raise BadValue("文件在读的时候变了，什么都没有写；请再试一次")
        fresh.chmod(0o600)
        fresh.replace(target)
    except OSError:
        raise OutputNotWritable(f"附件存不进 {home}，什么都没有写；请检查权限和磁盘空间") from None
    finally:
        fresh.unlink(missing_ok=True)
