"""The terminal changes its size while a command works: what is written fits the new one, nothing is lost."""

from __future__ import annotations

import fcntl
import os
import pty
import shlex
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from cli_desk import Desk, case
from cli_terminal import read_all, uncoloured
from forked import Forked

from bbcs.render.width import columns
from bbcs.store import transactions


def resizing(sizes: Sequence[tuple[int, int]]) -> None:
    """Resizes the terminal of a command once the ledger was read, before anything is written."""

    def resized(real: Callable[..., Any]) -> Callable[..., Any]:
        def read(*arguments: Any, **more: Any) -> Any:
            found = real(*arguments, **more)
            for size in sizes:
                fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
            return found

        return read

    transactions.read, transactions.look = resized(transactions.read), resized(transactions.look)


PAGER = """
import signal, sys
text = sys.stdin.read()
sys.stdout.write("ASKING\\n")
sys.stdout.flush()
signal.signal(signal.SIGWINCH, lambda *_: None)
signal.pause()
sys.stdout.write(f"RESIZED\\n{text}")
"""
"""A pager that shows its text after the terminal was resized before it."""

MANY = 30


@pytest.fixture(scope="module")
def full(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with more cases than a screen has lines."""
    import json
    import shutil

    home = tmp_path_factory.mktemp("full") / "home"
    shutil.copytree(made, home)
    desk = Desk(home)
    cases = [case(number, matter="很长的反映事项" * 3) for number in range(MANY)]
    desk.ok("intake", "--from", "-", stdin=json.dumps(cases))
    return desk


def on_terminal(
    desk: Desk,
    words: Sequence[str],
    size: tuple[int, int],
    *,
    sizes: Sequence[tuple[int, int]] = (),
    env: Mapping[str, str] | None = None,
    ask: bytes = b"",
) -> tuple[int, str]:
    """Exit code and screen.

    sizes: those that the terminal has once the ledger was read, one after the other. ask: what
    stands on the screen when the terminal is resized from outside.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))

    def prepare() -> None:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        resizing(sizes)

    surroundings = desk.env({"TERM": "xterm", **(env or {})})
    child = Forked(words, surroundings, (slave, slave, slave), prepare)
    os.close(slave)
    screen = b""
    if ask:
        until = time.monotonic() + 30
        while ask not in screen and time.monotonic() < until:
            screen += os.read(master, 65536)
        time.sleep(0.3)  # until the pager waits
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 40, 0, 0))
    screen += read_all(master, child)
    os.close(master)
    return child.wait(20), uncoloured(screen.decode("utf-8", "backslashreplace")).replace("\r", "")


WORDS = {
    "list": ("list",),
    "todo": ("todo", "--limit", "60"),
    "search": ("search", "反映事项"),
    "show": ("show", "0001"),
}
SIZES = {
    "narrower": ((24, 120), [(24, 40)]),
    "wider": ((24, 40), [(24, 120)]),
    "there and back": ((24, 80), [(10, 30), (50, 300), (24, 80)]),
    "shorter": ((24, 80), [(5, 80)]),
}


@pytest.mark.parametrize("how", SIZES)
@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_what_is_written_fits_the_size_that_the_terminal_has_now(
    full: Desk, words: tuple[str, ...], how: str
) -> None:
    before, sizes = SIZES[how]
    width = sizes[-1][1]
    code, screen = on_terminal(full, (*words, "--no-pager"), before, sizes=sizes)
    assert code == 0
    assert "0001" in screen
    if words[0] != "show":  # its lines are sentences, which the terminal breaks
        assert [line for line in screen.splitlines() if columns(line) > width] == []
    fresh = on_terminal(full, (*words, "--no-pager"), (before[0], width))[1]
    assert screen == fresh, "as in a new terminal"


@pytest.mark.parametrize("words", [("list",), ("todo", "--limit", "60")], ids=" ".join)
def test_a_terminal_that_is_resized_before_a_pager_ends_nothing(
    full: Desk, tmp_path: Path, words: tuple[str, ...]
) -> None:
    pager = tmp_path / "pager.py"
    pager.write_text(PAGER, encoding="utf-8")
    env = {"BBCS_PAGER": shlex.join([sys.executable, str(pager)])}
    code, screen = on_terminal(full, words, (24, 80), env=env, ask=b"ASKING")
    assert code == 0
    assert "RESIZED" in screen
    whole = on_terminal(full, (*words, "--no-pager"), (24, 80))[1]
    assert screen.partition("RESIZED\n")[2].splitlines() == whole.splitlines()
