"""Prints for `--debug` where a refusal or a bug happened, without any value that somebody typed."""

from __future__ import annotations

import re
import traceback

from bbcs.domain.masking import free_text
from bbcs.errors import BbcsError
from bbcs.render.safe import safe_line
from bbcs.render.terminal import talk

_VALUES = re.compile(r"""'[^']*'|"[^"]*"|[^\x00-\x7f]+|\d{5,}""")
"""Where the message of another program may repeat a value: quoted, Chinese, a long number."""


def print_error(error: BaseException) -> None:
    """Print the traceback on standard error, causes first.

    Of messages that are not our own, whatever may be a value is left out.
    """
    for line in _lines(error):
        talk(safe_line(line))


def _lines(error: BaseException) -> list[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [*_lines(cause), "", "其后："] if cause else []
    lines.append("Traceback (most recent call last):")
    for frame in traceback.extract_tb(error.__traceback__):
        lines.append(f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}')
        if frame.line:
            lines.append(f"    {frame.line}")
    message = _VALUES.sub("…", str(error))
    if isinstance(error, BbcsError):
        message = free_text(error.message)
    return [*lines, f"{type(error).__name__}: {message}"]
