"""Shows what is longer than the screen in a pager: only to a person, and an answer is never lost by
it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from shutil import get_terminal_size, which

from bbcs.render.terminal import emit, is_tty

VARIABLES = ("BBCS_PAGER", "PAGER")
"""The first that is set counts; an empty one means: no pager."""

USUAL = "less -FRX"
"""Where it is installed and no variable names another."""


NONE = "none"
"""The name of no pager."""


def page(rendered: str, *, wanted: bool = True, usual: Callable[[], str] | None = None) -> None:
    """Write `rendered` (harmless already) to stdout, through a pager where it is longer than the
    screen.

    In a pipe, where no pager is wanted, and where it cannot be started, the text is written as it
    is. usual: the pager of this home where no variable names one, "" where it has none of its own.
    """
    if not (wanted and is_tty() and _longer_than_screen(rendered)):
        emit(rendered)
        return
    own = usual() if usual else ""
    if not _paged(command(os.environ, own), rendered):
        emit(rendered)


def command(env: Mapping[str, str], own: str = "") -> list[str]:
    """The pager and its arguments, [] for none; own: that of the home."""
    named = next((env[name] for name in VARIABLES if name in env), own or None)
    if named == NONE:
        return []
    if named is not None:
        return _words(named)
    words = _words(USUAL)
    return words if which(words[0]) else []


def _words(text: str) -> list[str]:
    """A command line as words; [] for an empty one, or one with an open quotation mark."""
    import shlex

    try:
        return shlex.split(text, posix=os.name != "nt")
    except ValueError:
        return []


def _longer_than_screen(rendered: str) -> bool:
    """Whether the prompt of the shell would push the first line away."""
    return rendered.count("\n") >= get_terminal_size((80, 24)).lines


def _paged(words: list[str], rendered: str) -> bool:
    """Whether the pager was started and took the text; it may be left before the end."""
    if not words:
        return False

    sys.stdout.flush()
    encoding = sys.stdout.encoding or "utf-8"
    try:
        pager = subprocess.Popen(words, stdin=subprocess.PIPE, env=_environment(encoding))
    except OSError:
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the pager
    try:
        pager.communicate(rendered.encode(encoding, sys.stdout.errors or "strict"))
    finally:
        signal.signal(signal.SIGINT, before)
    return True


def _environment(encoding: str) -> dict[str, str]:
    """The environment of the pager: `less` shows colours, leaves a short text on the screen and
    takes Chinese for text.
    """
    usual = {"LESS": "FRX"}
    if encoding.lower().replace("-", "") == "utf8":
        usual["LESSCHARSET"] = "utf-8"
    return {**usual, **os.environ}
