"""Encrypted streams: AES-256-GCM in chunks, the key from a passphrase by scrypt.

A file is a line that names the format, a line of JSON with the parameters, and chunks: four bytes
with the length, then the sealed bytes. The nonce of a chunk holds its number and whether it is the
last, so that no chunk can be dropped, moved or cut off unseen; both head lines are sealed with
each chunk. The key is made anew for each file: its salt is random.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Callable
from importlib.util import find_spec
from typing import IO, Any

from bbcs.errors import BadValue, ExtraMissing, LedgerBroken

MAGIC = b"bbcs-backup-1\n"
CHUNK = 1 << 20
_TAG = 16
_SCRYPT = {"n": 2**15, "r": 8, "p": 1}
"""32 MB and about a tenth of a second for each guess."""

_LARGEST_N = 2**20
_HEAD_LIMIT = 4096


def available() -> bool:
    """Whether the library for encryption is installed."""
    return find_spec("cryptography") is not None


class EncryptingWriter:
    """A file object that seals what is written to it; `close` writes the last chunk."""

    def __init__(self, target: IO[bytes], passphrase: bytes) -> None:
        salt = os.urandom(16)
        key, check = _keys(passphrase, salt, _SCRYPT)
        head = {"cipher": "AES-256-GCM", "kdf": "scrypt", "salt": salt.hex(), **_SCRYPT}
        self._head = MAGIC + json.dumps({**head, "check": check}).encode() + b"\n"
        self._seal = _cipher(key).encrypt
        self._target, self._pending, self._number = target, bytearray(), 0
        target.write(self._head)

    def write(self, raw: bytes) -> int:
        """Takes bytes; seals them chunk by chunk."""
        self._pending += raw
        while len(self._pending) > CHUNK:
            self._put(bytes(self._pending[:CHUNK]), last=False)
            del self._pending[:CHUNK]
        return len(raw)

    def close(self) -> None:
        """Seals what is left as the last chunk."""
        self._put(bytes(self._pending), last=True)

    def _put(self, raw: bytes, *, last: bool) -> None:
        sealed = self._seal(_nonce(self._number, last), raw, self._head)
        self._target.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1


class DecryptingReader:
    """A file object that opens what an EncryptingWriter sealed.

    Raises BadValue for a wrong passphrase, LedgerBroken for a damaged or cut file.
    """

    def __init__(self, source: IO[bytes], passphrase: bytes) -> None:
        magic, line = source.readline(len(MAGIC)), source.readline(_HEAD_LIMIT)
        parameters, salt = _parameters(magic, line)
        key, check = _keys(passphrase, salt, parameters)
        if not hmac.compare_digest(check, str(parameters.get("check"))):
            raise BadValue("备份的口令或密钥文件不对；没有恢复任何内容")
        self._head = magic + line
        self._open = _cipher(key).decrypt
        self._source, self._pending, self._number, self._ended = source, bytearray(), 0, False

    def read(self, size: int = -1) -> bytes:
        """Returns up to `size` bytes; all that is left for -1."""
        while not self._ended and (size < 0 or len(self._pending) < size):
            self._next()
        piece = bytes(self._pending if size < 0 else self._pending[:size])
        del self._pending[: len(piece)]
        return piece

    def _next(self) -> None:
        from cryptography.exceptions import InvalidTag

        length = int.from_bytes(self._source.read(4), "big")
        sealed = self._source.read(length) if _TAG <= length <= CHUNK + _TAG else b""
        if len(sealed) != length or not sealed:
            raise damaged()
        try:
            self._pending += self._open(_nonce(self._number, False), sealed, self._head)
        except InvalidTag:
            try:
                self._pending += self._open(_nonce(self._number, True), sealed, self._head)
            except InvalidTag:
                raise damaged() from None
            self._ended = True
            if self._source.read(1):
                raise damaged() from None
        self._number += 1


def is_encrypted(start: bytes) -> bool:
    """Whether a file that starts so is an encrypted backup."""
    return start.startswith(MAGIC)


def damaged() -> LedgerBroken:
    """The refusal for a backup that is not whole."""
    return LedgerBroken("备份文件不完整或被改动；没有恢复任何内容，请换一份备份")


def _parameters(magic: bytes, line: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        parameters = json.loads(line)
        salt = bytes.fromhex(parameters["salt"])
        known = parameters["cipher"] == "AES-256-GCM" and parameters["kdf"] == "scrypt"
        cost = [int(parameters[name]) for name in ("n", "r", "p")]
    except (ValueError, TypeError, KeyError):
        raise damaged() from None
    if magic != MAGIC or not known or cost[0] > _LARGEST_N or cost[1] > 8 or cost[2] > 4:
        raise damaged()
    return parameters, salt


def _keys(passphrase: bytes, salt: bytes, cost: dict[str, Any]) -> tuple[bytes, str]:
    """Returns the key of a file, and the text that recognises a wrong passphrase."""
    _need_library()
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    try:
        scrypt = Scrypt(salt=salt, length=48, n=int(cost["n"]), r=int(cost["r"]), p=int(cost["p"]))
    except ValueError:
        raise damaged() from None
    pair = scrypt.derive(passphrase)
    return pair[:32], pair[32:].hex()


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _need_library() -> None:
    if not available():
        raise ExtraMissing(
            "这台电脑没有装 cryptography，不能加密或打开加密的备份；"
            "请 pip install cryptography，或用 --plain 做不加密的备份（会记下来）"
        )


Passphrase = Callable[[], bytes]
"""Asks for the passphrase, or reads the key file, when it is needed."""
