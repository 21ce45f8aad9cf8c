"""A command in a fork of this process, which has loaded the program and its editor: it begins at once.

A fork reads and writes through streams of its own, opened as Python opens them in UTF-8 mode, and
ends as the program does, without taking the interpreter apart. Where a test sets what Python reads
when it starts, the command gets an interpreter of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

import bbcs.cli.prompts.screen  # else each fork that asks a question loads the editor  # noqa: F401
from bbcs.cli import run

OF_PYTHON = ("PYTHON", "LANG", "LC_")
"""Beginnings of the variables that Python reads when it starts."""


def starts_python(names: Iterable[str]) -> bool:
    """Whether one of these variables changes how Python starts."""
    return any(name.startswith(OF_PYTHON) for name in names)


class Forked:
    """The program in a fork of this process, with the methods of `Popen` that terminals need."""

    def __init__(
        self,
        words: Sequence[str],
        surroundings: Mapping[str, str],
        streams: tuple[int, int, int],
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        """prepare: what the new process does first, its standard streams open."""
        self._code: int | None = None
        self._pid = os.fork()
        if self._pid:
            return
        code = 70
        try:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
            os.closerange(3, 1024)
            prepare()
            os.environ.clear()
            os.environ.update(surroundings)
            sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
            sys.stdout = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
            code = run(list(words))
        finally:
            os._exit(code)

    def poll(self) -> int | None:
        """The exit code, None while the command goes on."""
        if self._code is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def wait(self, timeout: float = 60) -> int:
        """Wait for the end of the command; its exit code."""
        end = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                raise TimeoutError(f"the command goes on after {timeout} s")
            time.sleep(0.005)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self._pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


Child = subprocess.Popen[bytes] | Forked
