"""A terminal for tests: a pseudo-terminal of a given width, with what a person types.

The command runs in a process of its own, mostly a fork of this one (see `forked`).
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from typing import NamedTuple

from cli_desk import Desk
from forked import Child, Forked, starts_python

EOF = "\x04"
"""Ctrl-D on a line of its own."""


class Seen(NamedTuple):
    """Exit code, and what stood on the screen (stdin, stdout and stderr are all the terminal)."""

    code: int
    screen: str

    @property
    def lines(self) -> list[str]:
        return [line.rstrip("\r") for line in self.screen.split("\n")]


def at_terminal(
    desk: Desk,
    *args: object,
    typed: str = "",
    columns: int = 80,
    env: Mapping[str, str | None] | None = None,
    out: object = None,
    stop: str = "",
) -> Seen:
    """Run a command with a person before it. out: where stdout goes instead. stop: Ctrl-C once this stands on the screen."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    words, surroundings = [str(one) for one in args], desk.env({"TERM": "xterm", **(env or {})})
    written = slave if out is None else out.fileno()  # type: ignore[attr-defined]
    child: Child
    if starts_python(env or ()):
        child = subprocess.Popen(
            [sys.executable, "-m", "bbcs", *words],
            stdin=slave, stdout=written, stderr=slave, env=surroundings, close_fds=True,
            preexec_fn=_interruptible,
        )  # fmt: skip
    else:
        child = Forked(words, surroundings, (slave, written, slave))
    os.close(slave)
    os.write(master, typed.encode())
    screen = read_all(master, child, stop.encode())
    os.close(master)
    return Seen(child.wait(20), screen.decode("utf-8", "backslashreplace"))


def _interruptible() -> None:
    """A suite started in the background ignores Ctrl-C, and so would the child."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def read_all(master: int, child: Child, stop: bytes = b"") -> bytes:
    """What comes on the terminal until the command ends. stop: Ctrl-C once this stands there."""
    found, end = [], time.monotonic() + 30
    while time.monotonic() < end:
        if not select.select([master], [], [], 0.2)[0]:
            continue
        try:
            part = os.read(master, 65536)
        except OSError:  # the other end is closed
            return b"".join(found)
        if not part:
            return b"".join(found)
        found.append(part)
        if stop and stop in b"".join(found):
            child.send_signal(signal.SIGINT)
            stop = b""
    child.kill()
    raise AssertionError(f"still waiting: {b''.join(found)[-300:]!r}")


def uncoloured(text: str) -> str:
    return re.sub("\x1b\\[[0-9;]*m", "", text)
