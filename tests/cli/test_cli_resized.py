"""The terminal changes its size while a command works: what is written fits the new one, nothing is lost."""

from __future__ import annotations

import fcntl
import os
import pty
import shlex
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from cli_desk import Desk, case
from cli_terminal import read_all, uncoloured

from bbcs.render.width import columns

RESIZING = """
import fcntl, os, struct, sys, termios
from bbcs.store import transactions

sizes = [tuple(map(int, one.split("x"))) for one in sys.argv[1].split(",")]

def resized(real):
    def read(*arguments, **more):
        found = real(*arguments, **more)
        for lines, columns in sizes:
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        return found
    return read

transactions.read, transactions.look = resized(transactions.read), resized(transactions.look)
from bbcs.cli import run
sys.exit(run(sys.argv[2:]))
"""
"""The command line on a terminal that is resized once the ledger was read, before anything is written."""

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
    desk: Desk, command: list[str], size: tuple[int, int], env: dict[str, str], ask: bytes = b""
) -> tuple[int, str]:
    """Exit code and screen. ask: what stands on the screen when the terminal is resized from outside."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    child = subprocess.Popen(
        command,
        stdin=slave, stdout=slave, stderr=slave, env=desk.env({"TERM": "xterm", **env}),
        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
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
    "narrower": ((24, 120), "24x40", 40),
    "wider": ((24, 40), "24x120", 120),
    "there and back": ((24, 80), "10x30,50x300,24x80", 80),
    "shorter": ((24, 80), "5x80", 80),
}


@pytest.mark.parametrize("how", SIZES)
@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_what_is_written_fits_the_size_that_the_terminal_has_now(
    full: Desk, words: tuple[str, ...], how: str
) -> None:
    before, sizes, width = SIZES[how]
    command = [sys.executable, "-c", RESIZING, sizes, *words, "--no-pager"]
    code, screen = on_terminal(full, command, before, {})
    assert code == 0
    assert "0001" in screen
    if words[0] != "show":  # its lines are sentences, which the terminal breaks
        assert [line for line in screen.splitlines() if columns(line) > width] == []
    fresh = [sys.executable, "-m", "bbcs", *words, "--no-pager"]
    assert screen == on_terminal(full, fresh, (before[0], width), {})[1], "as in a new terminal"


@pytest.mark.parametrize("words", [("list",), ("todo", "--limit", "60")], ids=" ".join)
def test_a_terminal_that_is_resized_before_a_pager_ends_nothing(
    full: Desk, tmp_path: Path, words: tuple[str, ...]
) -> None:
    pager = tmp_path / "pager.py"
    pager.write_text(PAGER, encoding="utf-8")
    command = [sys.executable, "-m", "bbcs", *words]
    env = {"BBCS_PAGER": shlex.join([sys.executable, str(pager)])}
    code, screen = on_terminal(full, command, (24, 80), env, ask=b"ASKING")
    assert code == 0
    assert "RESIZED" in screen
    plain = [sys.executable, "-m", "bbcs", *words, "--no-pager"]
    whole = on_terminal(full, plain, (24, 80), {})[1]
    assert screen.partition("RESIZED\n")[2].splitlines() == whole.splitlines()
