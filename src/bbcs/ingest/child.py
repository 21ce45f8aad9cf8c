"""Workbooks are read in a process of their own, with an upper limit of memory and time (trust.md
D12).

A hostile file can make a reader take any amount of both; here that ends the child, and nothing
else. Rows come back through a pipe as plain values (`marshal`, which runs no code).
"""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from importlib.util import find_spec
from typing import IO, Any, BinaryIO

from bbcs.errors import ImportRejected
from bbcs.ingest import guard
from bbcs.ingest.sheets import EncryptedWorkbook, Row, Sheet, by_calamine, without_calamine

MEMORY, SECONDS = 1 << 30, 60
"""Bytes of address space and seconds of CPU that the reader may take."""

_SOME = 500
"""Rows that are sent at once."""

_SIZE = 8
"""Bytes before each message, that tell its size: `marshal.load` would read value by value."""

_DAY, _MOMENT = 0, 1


def workbook(stream: BinaryIO, name: str, kind: guard.FileKind) -> Iterator[Sheet]:
    """The sheets of a workbook, in order; the rows of one are read before the next is asked for.

    stream: a file of the system, at its beginning. Raises ImportRejected where it cannot be read,
    ExtraMissing.
    """
    if find_spec("python_calamine") is None:
        return without_calamine(stream, name, kind)
    return _by_child(stream, name) if _can() else by_calamine(stream, name)


def _can() -> bool:
    """Whether this system can limit a process, and the program can be started again."""
    return os.name == "posix" and bool(sys.executable) and not getattr(sys, "frozen", False)


def _by_child(stream: BinaryIO, name: str) -> Iterator[Sheet]:
    stream.seek(0)
    command = [sys.executable, "-m", "bbcs.ingest.child"]
    with subprocess.Popen(
        command, stdin=stream.fileno(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdout is not None
        try:
            reading = _Reading(child.stdout, name)
            while sheet := reading.sheet():
                yield sheet
                reading.skip()
        finally:
            child.kill()


class _Reading:
    """What the child sends, message by message."""

    def __init__(self, pipe: IO[bytes], name: str) -> None:
        self._pipe, self._name = pipe, name
        self._rows = False

    def _message(self) -> tuple[Any, ...]:
        try:
            size = int.from_bytes(self._pipe.read(_SIZE), "big")
            message: tuple[Any, ...] = marshal.loads(self._pipe.read(size))
        except (EOFError, ValueError, TypeError):
            raise ImportRejected(
                f"{self._name} 读到一半停下了：要的内存超过 1 GB，或时间超过 {SECONDS} 秒；"
                "请删去没用的工作表、空行和空列，或分成几个文件"
            ) from None
        return message

    def sheet(self) -> Sheet | None:
        """The next sheet, None after the last one."""
        word, *what = self._message()
        if word == "end":
            return None
        if word == "password":
            raise ImportRejected(f"{self._name} 有打开密码；请先去掉密码，另存后再导入")
        if word == "damaged":
            raise guard.damaged(self._name)
        title, hidden, merged = what
        self._rows = True
        return Sheet(title, self.rows(), merged, hidden)

    def rows(self) -> Iterator[Row]:
        """The rows of the sheet that was given out last."""
        while self._rows:
            word, *what = self._message()
            if word == "damaged":
                raise guard.damaged(self._name)
            self._rows = word == "rows"
            for number, cells in what[0] if self._rows else ():
                yield number, [_unpacked(one) if type(one) is tuple else one for one in cells]

    def skip(self) -> None:
        """Passes over rows that nobody asked for."""
        for _ in self.rows():
            pass


def _packed(day: date) -> tuple[int, Any]:
    if isinstance(day, datetime):
        return (_MOMENT, day.isoformat())
    return (_DAY, day.toordinal())


def _unpacked(packed: tuple[int, Any]) -> date:
    kind, what = packed
    return datetime.fromisoformat(what) if kind == _MOMENT else date.fromordinal(what)


# -- the child -------------------------------------------------------------------------------------


def _limited() -> None:
    import resource

    with suppress(ValueError, OSError):  # a lower limit is in force already
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _send(out: IO[bytes], *message: Any) -> None:
    raw = marshal.dumps(message)
    out.write(len(raw).to_bytes(_SIZE, "big") + raw)


def _main() -> None:
    """Reads the workbook that is standard input, and sends its sheets."""
    _limited()
    out = sys.stdout.buffer
    try:
        with open(0, "rb", closefd=False) as stream:
            for sheet in by_calamine(stream, ""):
                _send(out, "sheet", sheet.name, sheet.hidden, sheet.merged)
                waiting: list[Any] = []
                for number, cells in sheet.rows:
                    plain = [_packed(one) if isinstance(one, date) else one for one in cells]
                    waiting.append((number, plain))
                    if len(waiting) == _SOME:
                        _send(out, "rows", waiting)
                        waiting = []
                _send(out, "rows", waiting)
                _send(out, "done")
        _send(out, "end")
    except EncryptedWorkbook:
        _send(out, "password")
    except ImportRejected:
        _send(out, "damaged")
    out.flush()


if __name__ == "__main__":
    _main()
