"""Reads and restores the modes of a terminal. A terminal that is gone, or a console without such
modes, is no error.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

try:
    import termios
except ImportError:  # Windows
    _NONE: tuple[type[Exception], ...] = (OSError, ValueError)
else:
    _NONE = (OSError, ValueError, termios.error)

IUTF8 = 0o40000
"""Input flag of Linux and macOS: Backspace takes a whole character (no name in `termios`)."""

Modes = list[Any]


def modes() -> Modes | None:
    """The modes as they are; None where there are none."""
    if sys.platform == "win32":
        return None
    with suppress(*_NONE):
        return termios.tcgetattr(sys.stdin)
    return None


def set_modes(wanted: Modes | None) -> None:
    """Give the terminal these modes; nothing happens without any, or where it is gone."""
    if wanted is None or sys.platform == "win32":
        return
    with suppress(*_NONE):
        termios.tcsetattr(sys.stdin, termios.TCSANOW, wanted)


def key_by_key(before: Modes | None) -> Modes | None:
    """Modes in which what is typed is neither shown nor gathered into lines; Ctrl-C still
    interrupts.
    """
    if before is None or sys.platform == "win32":
        return None
    wanted = list(before)
    wanted[3] &= ~(termios.ECHO | termios.ICANON)
    wanted[0] &= ~termios.ICRNL
    return wanted


def by_characters(before: Modes | None) -> Modes | None:
    """Modes in which Backspace takes back a whole Chinese character, not one of its bytes (UTF-8
    only).
    """
    if before is None or (sys.stdin.encoding or "").lower() not in ("utf-8", "utf8"):
        return None
    return [before[0] | IUTF8, *before[1:]]
