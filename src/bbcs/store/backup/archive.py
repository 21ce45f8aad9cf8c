"""The content of a backup: a gzipped tar of the home's files, ended by a manifest of digests."""

from __future__ import annotations

import gzip
import json
import os
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

from bbcs.config.home_files import LEDGER
from bbcs.store.backup import encryption
from bbcs.store.kept_files import is_kept

MANIFEST = "manifest.json"
_PIECE = 1 << 20
_LEVEL = 1
"""Of compression: the fastest one; a ledger shrinks to about a fifth."""


class ArchiveWriter:
    """Adds files to a backup and remembers their digests."""

    def __init__(self, tar: tarfile.TarFile, now: float) -> None:
        self._tar, self._now = tar, now
        self.files: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        """Adds a file of the disk under a name. Raises OSError."""
        with path.open("rb") as source:
            member = self._member(name, os.fstat(source.fileno()).st_size)
            digesting = _Digesting(source)
            self._tar.addfile(member, digesting)
        self.files[name] = digesting.digest.hexdigest()

    def add_bytes(self, name: str, raw: bytes) -> None:
        """Adds a file whose bytes are known."""
        self._tar.addfile(self._member(name, len(raw)), BytesIO(raw))
        self.files[name] = sha256(raw).hexdigest()

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Adds the manifest: these facts, and the digest of every file."""
        raw = json.dumps({**facts, "files": self.files}, ensure_ascii=False, indent=1).encode()
        self._tar.addfile(self._member(MANIFEST, len(raw)), BytesIO(raw))

    def _member(self, name: str, size: int) -> tarfile.TarInfo:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, 0o600, int(self._now)
        return member


@contextmanager
def writing(target: IO[bytes], passphrase: bytes, now: float) -> Iterator[ArchiveWriter]:
    """Writes a backup into an open file, sealed with the passphrase; b"": not sealed."""
    if not passphrase:
        with _compressed(target, now) as tar:
            yield ArchiveWriter(tar, now)
        return
    sealed = encryption.EncryptingWriter(target, passphrase)
    with _compressed(sealed, now) as tar:
        yield ArchiveWriter(tar, now)
    sealed.close()


@contextmanager
def _compressed(target: Any, now: float) -> Iterator[tarfile.TarFile]:
    with (
        gzip.GzipFile("", "wb", _LEVEL, target, now) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        yield tar


def extract(source: IO[bytes], passphrase: encryption.Passphrase, target: Path) -> dict[str, Any]:
    """Writes the files of a backup into an empty folder; returns the manifest.

    passphrase: asked only if the backup is encrypted.
    Raises LedgerBroken for a backup that is not whole, BadValue for a wrong passphrase, OSError
    for a file that cannot be written.
    """
    start = source.read(len(encryption.MAGIC))
    source.seek(0)
    opened: Any = source
    if encryption.is_encrypted(start):
        opened = encryption.DecryptingReader(source, passphrase())
    written: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    try:
        with gzip.GzipFile("", "rb", fileobj=opened) as packed:
            with tarfile.open(fileobj=packed, mode="r|") as tar:
                for member in tar:
                    content = tar.extractfile(member)
                    if content is None or manifest is not None:
                        raise encryption.damaged()
                    if member.name == MANIFEST:
                        manifest = json.loads(content.read())
                        continue
                    written[member.name] = _write(target / _checked(member.name), content)
            packed.read()  # to the end: its check sum is the last thing that is compared
    except (tarfile.TarError, EOFError, zlib.error, ValueError, gzip.BadGzipFile):
        raise encryption.damaged() from None
    if manifest is None or manifest.get("files") != written:
        raise encryption.damaged()
    return manifest


def _checked(name: str) -> PurePosixPath:
    """Returns the path of a member, if it is one that a backup holds."""
    if not is_kept(name, LEDGER):
        raise encryption.damaged()
    return PurePosixPath(name)


def _write(path: Path, content: IO[bytes]) -> str:
    """Writes a file for its owner only; returns its digest."""
    digest = sha256()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        while piece := content.read(_PIECE):
            digest.update(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest()


class _Digesting:
    """A file object that digests what is read from it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self.digest = source, sha256()

    def read(self, size: int = -1) -> bytes:
        """Returns the next bytes."""
        raw = self._source.read(size)
        self.digest.update(raw)
        return raw
