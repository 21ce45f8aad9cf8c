"""Chooses who asks on this terminal: the editor, or the plain questions line by line.

The first question stands before anything is loaded.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EIO
from typing import Any

from bbcs.cli.prompts.plain import ENDED, PlainAsker
from bbcs.cli.prompts.question import Asker, Question, Reply
from bbcs.cli.prompts.terminal_modes import key_by_key, modes, set_modes
from bbcs.cli.settings import RUN
from bbcs.errors import Declined
from bbcs.render.safe import safe_line
from bbcs.render.terminal import talk, width
from bbcs.render.width import columns


class TerminalAsker:
    """Asks by the way that this terminal allows; the editor is loaded with the first question."""

    def __init__(self) -> None:
        self._asker: Asker | None = None

    def ask(self, question: Question) -> Reply:
        """Ask until an answer can be taken. Raises Declined at the end of input."""
        try:
            return self._of(question).ask(question)
        except KeyboardInterrupt:
            RUN.at_question = True
            raise
        except EOFError as ended:
            raise Declined(ENDED) from ended
        except OSError as lost:
            if lost.errno != EIO:
                raise
            raise Declined(ENDED) from lost  # the terminal went away

    def _of(self, question: Question) -> Asker:
        if self._asker is None:
            self._asker = _opened(question)
        return self._asker


def _opened(question: Question) -> Asker:
    if os.environ.get("TERM", "") in ("dumb", "") and os.name != "nt":
        return PlainAsker()
    set_modes(key_by_key(modes()))  # what is typed while the editor loads is not shown twice
    _print_first(question.prompt)
    try:
        from bbcs.cli.prompts.screen import ScreenAsker  # 0.12 s, while the question can be read

        return ScreenAsker()
    except KeyboardInterrupt:
        talk("")
        raise


def _print_first(prompt: str) -> None:
    """Print the first label, where it fits on a line: the editor writes it again over itself."""
    if columns(prompt) < (width() or 80):
        sys.stderr.write(safe_line(prompt))
        sys.stderr.flush()


@contextmanager
def asker() -> Iterator[TerminalAsker]:
    """An asker for one conversation.

    The terminal is afterwards as it was; a terminal that goes away interrupts.
    """
    with _restored(), _hung_up():
        yield TerminalAsker()


@contextmanager
def _restored() -> Iterator[None]:
    before = modes()
    try:
        yield
    finally:
        set_modes(before)


@contextmanager
def _hung_up() -> Iterator[None]:
    """A closed terminal ends a question as Ctrl-C does."""
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is None:
        yield
        return

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(hangup, interrupt)
    try:
        yield
    finally:
        signal.signal(hangup, before)
