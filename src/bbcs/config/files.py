"""Writes files whole and appends lines to them; refuses a file whose content has findings."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from errno import ENOSPC
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Any

from bbcs.errors import DiskFull, OutputNotWritable, PackInvalid, is_full

if TYPE_CHECKING:
    from bbcs.findings import Finding


def write_whole(path: Path, raw: bytes) -> None:
    """Writes a file whole and flushed to the disk, readable by its owner only.

    Raises OutputNotWritable or DiskFull; the old file then stays as it was.
    """
    try:
        replace(path, raw, durable=True)
    except OSError as wrong:
        refusal = DiskFull if is_full(wrong) else OutputNotWritable
        raise refusal(f"写不了 {path}，请检查权限和磁盘空间；原文件没有动") from None


def append_line(path: Path, line: str, *, durable: bool = False) -> None:
    """Appends a line to a file that its owner alone may read, whole or not at all.

    durable: waits until the disk has it. A line that an ended program left torn stays by itself.
    Raises OSError; what a full disk took of the line is cut off again.
    """
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(handle).st_size
        raw = _to_new_line(handle, size) + line.encode() + b"\n"
        written = os.write(handle, raw)
        if written < len(raw):
            if os.fstat(handle).st_size == size + written:  # nobody appended behind it
                os.ftruncate(handle, size)
            raise OSError(ENOSPC, os.strerror(ENOSPC), str(path))
        if durable:
            os.fsync(handle)
    finally:
        os.close(handle)


def _to_new_line(handle: int, size: int) -> bytes:
    """What a file lacks to end with a whole line."""
    if not size:
        return b""
    os.lseek(handle, size - 1, os.SEEK_SET)
    return b"" if os.read(handle, 1) == b"\n" else b"\n"


@contextmanager
def owner_only() -> Iterator[None]:
    """Files made meanwhile belong to the owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def sync_folder(folder: Path) -> None:
    """Waits until the disk has the names in a folder."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def refuse(path: Path, findings: Sequence[Finding]) -> None:
    """Raises PackInvalid with all findings about the file, if there are any."""
    if findings:
        raise PackInvalid(
            path.name,
            [f"{item.where}：{item.what}{item.hint and f'（{item.hint}）'}" for item in findings],
        )


def as_json(value: tuple[Any, ...]) -> str:
    """A value of named tuples as JSON, days as text; the same value gives the same text."""
    return json.dumps(value, ensure_ascii=False, default=date.isoformat, separators=(",", ":"))


def replace(path: Path, raw: bytes, durable: bool = False) -> None:
    """Puts a new file in the place of the old one in one step."""
    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            if durable:
                file.flush()
                os.fsync(handle)
        Path(name).replace(path)
        if durable:
            with suppress(OSError):  # some file systems cannot flush a folder
                sync_folder(path.parent)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
