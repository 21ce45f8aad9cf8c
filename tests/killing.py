"""Ends a piece of work without a word at its n-th write, in a forked process.

A write is a call of the C library that changes files, by its name; and, with a limit on the size of
files, the write that would make one grow beyond it: that one is torn.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import sizes

WRITES = frozenset(
    [
        "write",
        "fsync",
        "link",
        "rename",
        "replace",
        "unlink",
        "rmdir",
        "mkdir",
        "chmod",
        "open",
        "close",
        "truncate",
        "backup",
        "execute",
        "executemany",
        "executescript",
    ]
)
KILLED = 9

Work = Callable[[], object]


def writes(work: Work) -> int:
    """How many calls that write the work makes. It is done in a process of its own."""
    reading, writing = os.pipe()
    made = [0]

    def count(frame: object, event: str, argument: Any) -> None:
        made[0] += _is_write(event, argument)

    def counted() -> None:
        sys.setprofile(count)
        work()
        sys.setprofile(None)
        os.write(writing, str(made[0]).encode())

    assert _forked(counted) == 0
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        return int(answer.read())


def killed_at(number: int, work: Work) -> bool:
    """Does the work and ends it just before its write of this number; whether there was one."""
    left = [number]

    def count(frame: object, event: str, argument: Any) -> None:
        left[0] -= _is_write(event, argument)
        if left[0] <= 0:
            os._exit(KILLED)

    def limited() -> None:
        sys.setprofile(count)
        work()

    return _forked(limited) == KILLED


def killed_beyond(size: int, work: Work) -> bool:
    """Does the work and kills it when a file would grow beyond so many bytes; whether one would."""

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        work()

    return _forked(limited) == -signal.SIGXFSZ


def points(last: int, normal: int, *, step: int = 1) -> Iterator[int]:
    """Numbers from 1 to `last`: about `normal` of them in an ordinary run, else each `step`-th."""
    many = min(sizes.examples(normal), last // step)
    if sizes.is_long():
        many = last // step
    return iter(sorted({1 + number * (last - 1) // many for number in range(many + 1)}))


PAGE = 4096


def kills(work: Work, largest: int, many: int = 14) -> Iterator[Callable[[], bool]]:
    """Runs of the work that are killed at one write each; whether they were.

    largest: bytes of its largest file. many: writes that an ordinary run tries.
    """
    for number in points(writes(work), many):
        yield partial(killed_at, number, work)
    for size in points(largest, 6, step=PAGE):
        yield partial(killed_beyond, size, work)


def _is_write(event: str, argument: Any) -> bool:
    return event == "c_call" and getattr(argument, "__name__", "") in WRITES


def _forked(work: Work) -> int:
    """Runs in a child that ends with 0, or as the work says; the exit code, minus the signal."""
    child = os.fork()
    if child == 0:
        sys.dont_write_bytecode = True
        try:
            work()
        except BaseException as failed:
            os.write(2, f"{type(failed).__name__}: {failed}\n".encode())
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, KILLED, -signal.SIGXFSZ), code
    return code
