"""A person before a terminal: types, pastes, resizes, closes it; pyte is the screen."""

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
from codecs import getincrementaldecoder
from collections.abc import Mapping
from typing import Self

import pyte
from cli_desk import Desk
from forked import Child, Forked, starts_python

LEFT, RIGHT, UP, DOWN, DELETE = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B", "\x1b[3~"
BACKSPACE, TAB, ENTER, CTRL_C, CTRL_D = "\x7f", "\t", "\r", "\x03", "\x04"
NEW_LINE = "\x1b\r"
"""Alt+Enter."""

PATIENCE = 60.0
"""Seconds after which a test gives up waiting."""


class Person:
    """Runs one command on a terminal of its own; a context that leaves no process behind."""

    def __init__(
        self,
        desk: Desk,
        *args: object,
        columns: int = 80,
        lines: int = 24,
        env: Mapping[str, str | None] | None = None,
        controlling: bool = True,
        encoding: str = "utf-8",
    ) -> None:
        """controlling: closing the terminal hangs the command up; otherwise it only reads the end of it."""
        self.screen = pyte.HistoryScreen(columns, lines, history=2000, ratio=0.5)
        self._stream, self._encoding = pyte.Stream(self.screen), encoding
        self._decoder = getincrementaldecoder(encoding)("replace")
        self._master, slave = pty.openpty()
        self.resize(columns, lines, tell=False)
        self.raw, self._plain = b"", (env or {}).get("TERM") == "dumb"
        words = [str(one) for one in args]
        surroundings = desk.env({"TERM": "xterm-256color", "BBCS_PAGER": "", **(env or {})})
        self._child: Child
        if starts_python(env or ()):
            self._child = subprocess.Popen(
                [sys.executable, "-m", "bbcs", *words],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=surroundings,
                start_new_session=True,
                preexec_fn=_own_terminal if controlling else None,
            )
        else:
            prepare = _controlled if controlling else _apart
            self._child = Forked(words, surroundings, (slave, slave, slave), prepare)
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait()

    # -- what a person does ------------------------------------------------------------------------

    def type(self, text: str) -> Self:
        """Press keys, one after the other, each once the one before stands on the screen; a line
        feed is Enter, behind which nobody types on before the command has answered.
        """
        seen = -1
        for keys in re.findall(r"\n|[^\n]+", text):
            if seen >= 0:
                self._until(lambda seen=seen: self._answered(seen), "an answer")
                seen = -1
            if keys == "\n":
                self._quiet()
                seen = len(self.raw)
                self._send(ENTER)
            else:
                if self._plain:
                    self._until(self._asked, "a question")
                self._send(keys)._until(lambda keys=keys: self._echoed(keys), "what was typed")
        return self

    def _asked(self) -> bool:
        """Whether the cursor stands behind a question on its line."""
        cursor = self.screen.cursor
        return _text(self.screen.buffer[cursor.y], cursor.x).endswith("：")

    def _answered(self, seen: int) -> bool:
        """Whether there is an answer; on a plain terminal, which shows each key itself, the next
        question."""
        return len(self.raw) > seen and (not self._plain or self._asked())

    def _echoed(self, keys: str) -> bool:
        """Whether keys stand before the cursor; of keys that write nothing there nobody knows, nor
        of those that a plain terminal loses."""
        if not keys.isprintable() or len(keys) > 1_000:
            return True
        return self._before_cursor().endswith(keys.replace(" ", ""))

    def _before_cursor(self) -> str:
        """What stands before the cursor, without blanks: a wide sign leaves one at the edge."""
        cursor, width = self.screen.cursor, self.screen.columns
        rows = [_text(self.screen.buffer[row], width) for row in range(cursor.y)]
        here = _text(self.screen.buffer[cursor.y], cursor.x)
        return "".join([*rows, here]).replace(" ", "")

    def ahead(self, text: str) -> Self:
        """Press keys before anything is asked."""
        return self._send(text.replace("\n", ENTER))

    def _quiet(self) -> None:
        """Read what is on its way to the screen."""
        while self._master >= 0 and select.select([self._master], [], [], 0.03)[0]:
            if not self._read():
                return

    def keys(self, text: str) -> Self:
        """Bytes as they are, at once, when the question stands there: what a terminal sends that
        pastes without a mark."""
        self._quiet()
        return self._send(text)

    def paste(self, text: str) -> Self:
        """Paste as terminals do that mark it."""
        return self._send(f"\x1b[200~{text}\x1b[201~")

    def _send(self, text: str) -> Self:
        rest = text.encode(self._encoding, "surrogateescape")
        end = time.monotonic() + PATIENCE
        while rest and time.monotonic() < end:
            readable, writable, _ = select.select([self._master], [self._master], [], 1)
            if readable:
                self._read()
            if writable:
                rest = rest[os.write(self._master, rest[:512]) :]
        assert not rest, "the terminal takes no more keys"
        return self

    def resize(self, columns: int, lines: int, *, tell: bool = True) -> None:
        self.screen.resize(lines, columns)
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)
        if tell:
            self._child.send_signal(signal.SIGWINCH)

    def close(self) -> None:
        """Close the terminal under the command."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    # -- what a person sees ------------------------------------------------------------------------

    @property
    def lines(self) -> list[str]:
        """Everything that stands on the screen and above it."""
        shown = (self.screen.buffer[row] for row in range(self.screen.lines))
        rows = (*self.screen.history.top, *shown)
        return [_text(row, self.screen.columns).rstrip() for row in rows]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def sees(self, text: str) -> Self:
        """Wait until a text stands on the screen."""
        self._until(lambda: text in self.text, text)
        return self

    def misses(self, text: str) -> Self:
        """Wait until a text stands no longer on the screen."""
        self._until(lambda: text not in self.text, f"not {text}")
        return self

    def done(self) -> int:
        """Wait for the end of the command; its exit code."""
        end = time.monotonic() + PATIENCE
        while self._master >= 0 and time.monotonic() < end:
            if not select.select([self._master], [], [], 0.1)[0]:
                continue
            if not self._read():
                break
        return self._child.wait(max(end - time.monotonic(), 1))

    def _until(self, seen, what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not seen():
            assert time.monotonic() < end, f"never seen: {what}\n{self.text}"
            if select.select([self._master], [], [], 0.1)[0]:
                assert self._read(), f"ended without: {what}\n{self.text}"

    def _read(self) -> bool:
        try:
            part = os.read(self._master, 65536)
        except OSError:  # the other end is closed
            return False
        self.raw += part
        self._stream.feed(self._decoder.decode(part))
        return bool(part)


def _apart() -> None:
    """A session of its own, as `start_new_session` makes it."""
    os.setsid()


def _controlled() -> None:
    _apart()
    _own_terminal()
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _own_terminal() -> None:
    """The terminal is the one that controls the command, so closing it hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _text(row: Mapping[int, pyte.screens.Char], columns: int) -> str:
    return "".join(row[column].data for column in range(columns))
