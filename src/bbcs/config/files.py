"""Reads and writes the files of a home: whole files only, and a cache of what was read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from errno import ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zlib import crc32

from bbcs.config.home_files import closed
from bbcs.errors import DiskFull, OutputNotWritable, PackInvalid, StoreUnreachable, is_full

if TYPE_CHECKING:
    from bbcs.findings import Finding

_Value = TypeVar("_Value", bound=tuple[Any, ...])


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


def write_whole(path: Path, raw: bytes) -> None:
    """Writes a file whole and flushed to the disk, readable by its owner only.

    Raises OutputNotWritable or DiskFull; the old file then stays as it was.
    """
    try:
        _replace(path, raw, durable=True)
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


def cached(
    path: Path,
    cache: Path | None,
    form: bytes,
    read: Callable[[Path, bytes], tuple[_Value, list[Finding]]],
    revive: Callable[[list[Any]], _Value],
) -> _Value:
    """Returns the value of a file, from the cache if the cache was made from the same bytes.

    cache: the file that keeps the value as JSON; None reads anew and keeps nothing.
    form: describes the shape of the value; another form makes the cache invalid.
    read: gives the value and the findings of a file; revive: makes the value from its JSON.
    Raises StoreUnreachable, and PackInvalid with all findings.
    """
    raw = read_bytes(path)
    source = form + raw
    if cache and (body := _cached_body(cache, source)):
        return revive(json.loads(body))
    value, findings = read(path, raw)
    refuse(path, findings)
    if cache:
        _keep(cache, _cache(source, value))
    return value


def as_json(value: tuple[Any, ...]) -> str:
    """A value of named tuples as JSON, days as text; the same value gives the same text."""
    return json.dumps(value, ensure_ascii=False, default=date.isoformat, separators=(",", ":"))


def is_cache_of(
    path: Path,
    cache: Path,
    form: bytes,
    read: Callable[[Path, bytes], tuple[_Value, list[Finding]]],
) -> bool:
    """Whether a cache holds what `cached` would write for the file, or is of another form or file.

    The latter is not used. Raises StoreUnreachable.
    """
    raw = read_bytes(path)
    if not _cached_body(cache, form + raw):
        return True
    value, _ = read(path, raw)
    return cache.read_bytes() == _cache(form + raw, value)


def _cache(source: bytes, value: tuple[Any, ...]) -> bytes:
    body = as_json(value).encode()
    return _head(source, body) + source + body


def _head(source: bytes, body: bytes) -> bytes:
    """The first line of a cache: the length of what it was made from, and a sum of its JSON.

    What it was made from stands there whole: comparing it needs no digest, which would cost a
    command of the counter several milliseconds.
    """
    return f"{len(source)} {crc32(body)}\n".encode()


def _cached_body(cache: Path, source: bytes) -> bytes:
    """Returns the JSON made from `source`, b"" if the cache holds none or is damaged."""
    try:
        head, _, rest = cache.read_bytes().partition(b"\n")
    except OSError:
        return b""
    body = rest[len(source) :]
    if not rest.startswith(source) or head + b"\n" != _head(source, body):
        return b""
    return body


def _keep(cache: Path, raw: bytes) -> None:
    """Writes the cache. A home that cannot be written has no cache; that is no error."""
    try:
        cache.parent.mkdir(mode=0o700, exist_ok=True)
        _replace(cache, raw)
    except OSError:
        return


def _replace(path: Path, raw: bytes, durable: bool = False) -> None:
    """Puts a new file in the place of the old one in one step."""
    from tempfile import mkstemp

    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            if durable:
                file.flush()
                os.fsync(handle)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
