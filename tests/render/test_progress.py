"""The bar of long work: after one second, on stderr, for people only."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bbcs.render import progress as module
from bbcs.render.progress import AFTER, EVERY, ProgressBar, counted, progress


class Clock:
    """A clock that stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


class Bar:
    """What ProgressBar asks of rich, written down."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def add_task(self, label, total):
        self.calls.append(("task", label, total))
        return 7

    def start(self):
        self.calls.append(("start",))

    def update(self, task, completed):
        self.calls.append(("at", task, completed))

    def refresh(self):
        self.calls.append(("draw",))

    def stop(self):
        self.calls.append(("stop",))


@pytest.fixture
def bar(monkeypatch):
    made = Bar()
    monkeypatch.setattr(module, "_rich_bar", lambda: made)
    monkeypatch.setattr(module, "is_tty", lambda stream: stream is sys.stderr)
    monkeypatch.setenv("TERM", "xterm")
    return made


def test_nothing_is_drawn_in_the_first_second(bar):
    clock, asked = Clock(), []
    with progress("核验", lambda: asked.append(1) or 9, clock=clock) as report:
        report(1)
        clock.now += AFTER - 0.01
        report(2)
        assert (bar.calls, asked) == ([], [])
        clock.now += 0.02
        report(3)
        assert bar.calls == [("task", "核验", 9), ("start",), ("at", 7, 3), ("draw",)]
    assert bar.calls[-1] == ("stop",)


def test_it_is_drawn_ten_times_a_second_at_most(bar):
    clock = Clock()
    drawing = ProgressBar("核验", lambda: 1000, clock)
    clock.now += AFTER
    for number in range(1000):
        clock.now += EVERY / 100
        drawing(number)
    assert 8 <= bar.calls.count(("draw",)) <= 11


def test_the_bar_is_taken_away_when_the_work_fails(bar):
    clock = Clock()

    def fail() -> None:
        with progress("核验", lambda: 9, clock=clock) as report:
            clock.now += AFTER
            report(1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert bar.calls[-1] == ("stop",)


@pytest.mark.parametrize("case", ["pipe", "dumb", "not wanted"])
def test_nobody_who_looks_nothing_drawn(bar, monkeypatch, case):
    clock = Clock()
    if case == "pipe":
        monkeypatch.setattr(module, "is_tty", lambda stream: False)
    if case == "dumb":
        monkeypatch.setenv("TERM", "dumb")
    with progress("核验", lambda: 9, wanted=case != "not wanted", clock=clock) as report:
        clock.now += 10
        report(1)
    assert bar.calls == []


def test_items_are_reported_when_the_next_is_asked_for():
    seen: list[int] = []
    items = counted("abc", seen.append)
    assert next(items) == "a"
    assert seen == []
    assert list(items) == ["b", "c"]
    assert seen == [1, 2, 3]


def test_rich_is_not_loaded_before_the_second_has_passed():
    script = """
import sys
from bbcs.render import progress as module
class Terminal:
    closed = False
    def isatty(self): return True
    def write(self, text): pass
    def flush(self): pass
kept, sys.stderr = sys.stderr, Terminal()
with module.progress("x", lambda: 5) as report:
    report(1)
sys.stderr = kept
print([name for name in sys.modules if name.startswith("rich")])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
