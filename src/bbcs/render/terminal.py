"""Writes to stdout and stderr, and measures the terminal.

Encodings that never crash, a closed pipe that ends quietly, colour only where it is wanted.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from shutil import get_terminal_size
from typing import TextIO

from bbcs.errors import OutputNotWritable
from bbcs.render.safe import error_handler, safe_line, safe_text

_GONE = (errno.EPIPE, errno.EINVAL)  # the second is how Windows reports a closed pipe


def configure_streams() -> None:
    """Let stdout and stderr take any text; may be called again.

    A stream that is ASCII only because no locale is set gets UTF-8; one that asks for GBK keeps it.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None or stream.errors == "bbcs":
            continue
        unset = (
            stream.encoding.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968")
            and "PYTHONIOENCODING" not in os.environ
        )
        reconfigure(encoding="utf-8" if unset else stream.encoding, errors=error_handler())


def is_tty(stream: TextIO | None = None) -> bool:
    """Whether the stream (default stdout) is a terminal."""
    stream = stream or sys.stdout
    return bool(stream and not stream.closed and stream.isatty())


def width(stream: TextIO | None = None) -> int | None:
    """Columns of the terminal, None in a pipe or file, where nothing is ever cut."""
    if not is_tty(stream):
        return None

    return get_terminal_size((80, 24)).columns


def fitted(*texts: str) -> str:
    """Texts side by side for the screen, harmless, broken between them at the terminal's width.

    A text that is wider than the terminal is broken itself. In a pipe or file nothing is.
    """
    room = width()
    if room is None:
        return "  ".join(map(safe_line, texts))
    from bbcs.render.width import columns, wrapped

    lines = [""]
    for text in map(safe_line, texts):
        longer = f"{lines[-1]}  {text}".lstrip()
        if columns(longer) <= room:
            lines[-1] = longer
        else:
            lines += wrapped(text, room)
    return "\n".join(line for line in lines if line)


def flowing(text: str, stream: TextIO | None = None) -> str:
    """Lines of people's text, harmless: each is broken at the terminal's width and goes on indented
    below itself. In a pipe or file nothing is.
    """
    room = width(stream)
    if room is None or 2 * len(text) <= room:
        return safe_text(text)
    from bbcs.render.width import columns, wrapped

    lines = list[str]()
    for line in safe_text(text).split("\n"):
        words = line.lstrip(" ")
        lead = min(len(line) - len(words), room // 2)
        parts = [words]
        if columns(line) > room and not words.startswith("bbcs "):  # to be copied whole
            parts = wrapped(words, room - lead - 2)
        lines += [" " * (lead + 2 * (number > 0)) + part for number, part in enumerate(parts)]
    return "\n".join(lines)


def colour_allowed(env: Mapping[str, str] | None = None) -> bool:
    """Whether stdout is a terminal that shows colours and the environment allows them."""
    env = os.environ if env is None else env
    if env.get("NO_COLOR") or env.get("TERM") == "dumb" or not is_tty():
        return False
    return os.name != "nt" or any(env.get(name) for name in ("WT_SESSION", "ANSICON", "TERM"))


def echo(text: str = "") -> None:
    """One message or answer to stdout, made harmless, with a line feed."""
    _write(sys.stdout, f"{safe_text(text)}\n")


def talk(text: str) -> None:
    """A hint, question or refusal to stderr, made harmless, broken at the terminal's width."""
    _write(sys.stderr, f"{flowing(text, sys.stderr)}\n")


def emit(rendered: str) -> bool:
    """Prints what `render` or `dumps` returned, unchanged; False once nobody reads it any more.

    It is harmless already and may hold colours and tabs.
    """
    return _write(sys.stdout, rendered)


FULL = "输出写不出去（磁盘满了，或设备不可写）；这一步记上没有，请 bbcs list 看"
"""Printed on standard error when standard output takes no more."""


def finish() -> None:
    """Write out what is buffered.

    The command line calls it last, so that the interpreter's own flush cannot fail.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream and not stream.closed:
            _write(stream, "", flush=True)


def _write(stream: TextIO | None, text: str, *, flush: bool = False) -> bool:
    """Write a text; False where the reader has closed the pipe."""
    if stream is None:  # a Windows program without a console
        return False
    try:
        if text:  # a full device refuses even nothing
            stream.write(text)
        if flush:
            stream.flush()
    except OSError as failed:
        _silence(stream)
        if (
            failed.errno not in _GONE and stream is not sys.stderr
        ):  # nobody could read a message about that
            raise OutputNotWritable(FULL) from failed
        return False
    return True


def _silence(stream: TextIO) -> None:
    """Discards all further output after the reader has closed the pipe.

    The work goes on and sets the exit code.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
