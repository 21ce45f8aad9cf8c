"""The progress of long work: a bar on stderr for a person who has waited a second.

Never in pipes and files.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from bbcs.render.terminal import is_tty

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

T = TypeVar("T")

AFTER = 1.0
"""Seconds before anything is shown."""

EVERY = 0.1
"""Seconds between two drawings."""

Report = Callable[[int], None]
"""Called with the number of items that are done."""

Total = Callable[[], int | None]
"""Tells how many items there are; None when nobody knows.

Asked once, when the bar is first drawn.
"""


class ProgressBar:
    """A bar that is drawn from the second second on.

    Call it with the number of items that are done.
    """

    def __init__(self, label: str, total: Total, clock: Callable[[], float]) -> None:
        self._label, self._total, self._clock = label, total, clock
        self._due = clock() + AFTER
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __call__(self, done: int) -> None:
        """Draw, when the last drawing is long enough ago."""
        now = self._clock()
        if now < self._due:
            return
        self._due = now + EVERY
        if self._bar is None or self._task is None:
            self._bar = _rich_bar()
            self._task = self._bar.add_task(self._label, total=self._total())
            self._bar.start()
        self._bar.update(self._task, completed=done)
        self._bar.refresh()

    def close(self) -> None:
        """Take the bar off the screen."""
        if self._bar is not None:
            self._bar.stop()


def _rich_bar() -> Progress:
    # 150 ms, paid only by work that has already taken a second
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    # answers and refusals go straight to their streams, so rich may not catch them
    return Progress(
        *columns,
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
    )


@contextmanager
def progress(
    label: str, total: Total, *, wanted: bool = True, clock: Callable[[], float] = monotonic
) -> Iterator[Report]:
    """A report function for the block.

    It draws only where `wanted` and where stderr is a terminal.
    """
    if not wanted or not is_tty(sys.stderr) or os.environ.get("TERM") == "dumb":
        yield _nothing
        return
    bar = ProgressBar(label, total, clock)
    try:
        yield bar
    finally:
        bar.close()


def counted(items: Iterable[T], report: Report) -> Iterator[T]:
    """The same items; each is reported when the next one is asked for."""
    for number, item in enumerate(items, 1):
        yield item
        report(number)


def _nothing(done: int) -> None:
    """Reports to nobody."""
