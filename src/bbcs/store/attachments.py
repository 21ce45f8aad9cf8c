"""Files of cases: kept once, under their SHA-256, when the entry that names them is committed and
not before.

A source is read once, into a draft in the home, before the ledger is locked: a slow disk, a network
folder or a pipe holds up nobody but who names it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Protocol

from bbcs.config.files import sync_folder
from bbcs.config.home_files import ATTACHMENTS
from bbcs.errors import BadValue, LedgerBroken, OutputNotWritable, StoreUnreachable
from bbcs.record import Record

LARGEST = 200 * 1024 * 1024
"""Bytes; scans of papers are far smaller, and every backup carries them."""

DRAFT = ".draft-"
"""How the name of a copy begins that no entry names yet."""

_DIGITS = 64
"""Of a SHA-256."""

PIECE = 1 << 20
"""Bytes that are read at a time."""


class FileDraft(Record):
    """A copy of a file in the home that no entry names yet. name: of the source."""

    path: Path
    digest: str
    size: int
    name: str


def place(home: Path | str, digest: str) -> Path:
    """Where in a home the file with this digest lies."""
    return Path(home) / ATTACHMENTS / digest[:2] / digest


class Files(Protocol):
    """The attachments of one station, by their SHA-256."""

    def holds(self, digest: str) -> bool:
        """Whether the file with this digest is there."""
        ...

    def digests(self) -> Sequence[str]:
        """Of all files that are there, sorted."""
        ...

    def keep(self, one: FileDraft) -> None:
        """Stores a draft; does nothing where the same bytes are kept already."""
        ...

    def put(self, digest: str, pieces: Iterator[bytes]) -> None:
        """Stores a file that is given in pieces."""
        ...

    def pieces(self, digest: str) -> Iterator[bytes]:
        """Gives the bytes of a file. Raises StoreUnreachable for one that cannot be read."""
        ...


class FolderFiles:
    """Files in the folder `attachments` of a home."""

    def __init__(self, home: Path | str) -> None:
        self._home = os.fspath(home)

    def holds(self, digest: str) -> bool:
        """Whether the file with this digest is there."""
        return place(self._home, digest).is_file()

    def digests(self) -> Sequence[str]:
        """Of all files that are there, sorted."""
        paths = Path(self._home, ATTACHMENTS).glob("??/*")
        named = {path.name for path in paths if place(self._home, path.name) == path}
        return sorted(name for name in named if len(name) == _DIGITS)

    def keep(self, one: FileDraft) -> None:
        """Gives a draft its place, for good; does nothing where the same bytes are kept already."""
        target = place(self._home, one.digest)
        if target.is_file():
            return
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            one.path.replace(target)
            sync_folder(target.parent)
            sync_folder(target.parent.parent)
        except OSError:
            raise _unstorable(self._home) from None

    def put(self, digest: str, pieces: Iterator[bytes]) -> None:
        """Writes a file for its owner only, flushed to the disk; nothing where it is there."""
        target = place(self._home, digest)
        if target.is_file():
            return
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = Path(self._home) / ATTACHMENTS / f"{DRAFT}{os.getpid()}-{os.urandom(4).hex()}"
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)

    def remove(self, digest: str) -> None:
        """Removes a file that no entry names any more. Raises OutputNotWritable."""
        try:
            place(self._home, digest).unlink(missing_ok=True)
        except OSError:
            raise OutputNotWritable(
                f"删不掉附件 {digest[:12]}；个人内容已清除，请检查权限后再清除一次"
            ) from None

    def pieces(self, digest: str) -> Iterator[bytes]:
        """Gives the bytes of a file. Raises StoreUnreachable for one that cannot be read."""
        try:
            source = place(self._home, digest).open("rb")
        except OSError:
            raise lost(digest) from None
        with source:
            yield from pieces_of(source)


def pieces_of(source: IO[bytes]) -> Iterator[bytes]:
    """Gives what a stream holds in pieces of `PIECE` bytes; an empty one as one empty piece."""
    piece = source.read(PIECE)
    yield piece
    while piece := source.read(PIECE):
        yield piece


def digest_of(files: Files, digest: str) -> str:
    """Returns the SHA-256 of what is kept under a digest, "" when it cannot be read."""
    hasher = sha256()
    try:
        for piece in files.pieces(digest):
            hasher.update(piece)
    except (OSError, StoreUnreachable):
        return ""
    return hasher.hexdigest()


def lost(digest: str) -> StoreUnreachable:
    """The refusal for an attachment that is not there."""
    return StoreUnreachable(f"附件 {digest[:12]} 不见了；请从备份的 {ATTACHMENTS} 文件夹里找回来")


@contextmanager
def drafts(home: Path | str, paths: Iterable[str]) -> Iterator[dict[str, FileDraft]]:
    """Copies these files into the home for one transaction; what it did not keep is removed.

    Raises what `draft` raises.
    """
    by_path: dict[str, FileDraft] = {}
    try:
        for path in paths:
            by_path[path] = draft(os.fspath(home), path)
        yield by_path
    finally:
        for one in by_path.values():
            one.path.unlink(missing_ok=True)


def draft(home: str, path: str) -> FileDraft:
    """Copies a file into the home, whole and flushed, under a temporary name.

    Raises StoreUnreachable when it cannot be read, BadValue when it is no file or too large,
    OutputNotWritable when the copy cannot be written.
    """
    source, folder = Path(path), Path(home) / ATTACHMENTS
    if source.is_dir():
        raise BadValue("--file 是文件夹；请指到一个文件" if source.name else "要写文件名")
    target = folder / f"{DRAFT}{os.getpid()}-{os.urandom(4).hex()}"
    try:
        with _source(source) as read, _target(target, home) as copy:
            digest, size = _copy(read, copy, home)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return FileDraft(target, digest, size, source.name)


def _source(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise StoreUnreachable("没有这个文件；请检查路径") from None
    except OSError:
        raise _unreadable() from None


def _target(path: Path, home: str) -> IO[bytes]:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError:
        raise _unstorable(home) from None


def _copy(source: IO[bytes], target: IO[bytes], home: str) -> tuple[str, int]:
    digest, size = sha256(), 0
    while chunk := _read(source):
        digest.update(chunk)
        size += len(chunk)
        if size > LARGEST:
            raise _too_large()
        try:
            target.write(chunk)
        except OSError:
            raise _unstorable(home) from None
    try:
        target.flush()
        os.fsync(target.fileno())
    except OSError:
        raise _unstorable(home) from None
    return digest.hexdigest(), size


def _read(source: IO[bytes]) -> bytes:
    try:
        return source.read(PIECE)
    except OSError:
        raise _unreadable() from None


def _unreadable() -> StoreUnreachable:
    return StoreUnreachable("读不了这个文件；请检查权限")


def _unstorable(home: str) -> OutputNotWritable:
    return OutputNotWritable(f"附件存不进 {home}，什么都没有写；请检查权限和磁盘空间")


def _too_large() -> BadValue:
    return BadValue(f"文件超过 {LARGEST >> 20} MB；请压缩或拆开")


def copy(files: Files, digest: str, target: Path) -> None:
    """Copy a kept file to `target`.

    StoreUnreachable when it cannot be read, LedgerBroken when it is another one.
    """
    hasher = sha256()
    with target.open("wb") as fresh:
        for piece in files.pieces(digest):
            hasher.update(piece)
            fresh.write(piece)
    if hasher.hexdigest() != digest:
        raise LedgerBroken(f"附件 {digest[:12]} 的内容被改动，没有取出；请用备份对照")
