"""Recorded terminal sessions: parsed, played in a fresh home, compared or recorded.

Tests, docs and `bbcs demo` share them.

A session is plain text: `$ [NAME=value …] bbcs …`, then what was printed, then `[exit N]` when it
was refused. Lines before the first `$` tell the story.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from bbcs.cli import run
from bbcs.config.examples import folder
from bbcs.record import Record

__all__ = [
    "RecordedSession",
    "SessionStep",
    "folder",
    "load",
    "parse",
    "play",
    "recorded",
    "settle",
]


class SessionStep(Record):
    """One command of a session with the answer it was recorded with."""

    line: str
    env: tuple[tuple[str, str], ...]
    argv: tuple[str, ...]
    answer: str
    code: int


class RecordedSession(Record):
    """A recorded session: its name, its story, its steps."""

    name: str
    story: str
    steps: tuple[SessionStep, ...]


def load() -> list[RecordedSession]:
    """Every session, by name."""
    return [parse(path) for path in sorted((folder() / "sessions").glob("*.txt"))]


def parse(path: Path) -> RecordedSession:
    """A session file."""
    story, *blocks = re.split(r"^\$ ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return RecordedSession(path.stem, story.strip(), tuple(_step(block) for block in blocks))


def _step(block: str) -> SessionStep:
    line, _, answer = block.partition("\n")
    code = 0
    refused = re.search(r"^\[exit (\d+)\]$", answer, flags=re.MULTILINE)
    if refused:
        code, answer = int(refused[1]), answer[: refused.start()]
    words = shlex.split(line)
    start = words.index("bbcs")
    env = tuple((name, value) for name, _, value in (word.partition("=") for word in words[:start]))
    return SessionStep(line, env, tuple(words[start + 1 :]), answer.rstrip("\n"), code)


def play(
    session: RecordedSession, home: Path, work: Path
) -> Iterator[tuple[SessionStep, str, int]]:
    """Run each step in `work` on the ledger in `home`.

    The step with what it printed and its exit code.

    The example files lie in `work`; BBCS_NOW stays until the next one, as it would in a shell that
    exports it.
    """
    if not work.exists():
        shutil.copytree(folder() / "files", work)
    now = ""
    for step in session.steps:
        env = dict(step.env)
        now = env.get("BBCS_NOW", now)
        with _shell(
            {"BBCS_HOME": str(home), "BBCS_NOW": now, "USER": "demo", "NO_COLOR": "1", **env}, work
        ):
            printed, code = _run(step.argv)
        yield step, settle(printed, home), code


def _run(argv: Sequence[str]) -> tuple[str, int]:
    screen = io.StringIO()
    stdin, sys.stdin = sys.stdin, io.StringIO("")
    try:
        with redirect_stdout(screen), redirect_stderr(screen):
            code = run(list(argv))
    finally:
        sys.stdin = stdin
    return screen.getvalue(), code


@contextmanager
def _shell(env: dict[str, str], work: Path) -> Iterator[None]:
    before, here = dict(os.environ), Path.cwd()
    os.environ.update({name: value for name, value in env.items() if value})
    for name in ("BBCS_AS", *(name for name, value in env.items() if not value)):
        if name not in env or not env[name]:
            os.environ.pop(name, None)
    os.chdir(work)
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)


def settle(printed: str, home: Path) -> str:
    """What was printed without what differs from run to run.

    Digests (salts are random) and the home's path.
    """
    text = printed.replace(str(home), "<home>")
    text = re.sub(
        r"\b[0-9a-f]{64}\b|(?<=  )[0-9a-f]{16}\b|(?<= )[0-9a-f]{16}(?=$|  )",
        "<head>",
        text,
        flags=re.MULTILINE,
    )
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n")


def recorded(session: RecordedSession, answers: Sequence[tuple[str, int]]) -> str:
    """The text of a session with fresh answers."""
    parts = []
    if session.story:
        parts = [session.story, ""]
    for step, (answer, code) in zip(session.steps, answers, strict=True):
        parts.append(f"$ {step.line}")
        if answer:
            parts.append(answer)
        if code:
            parts.append(f"[exit {code}]")
        parts.append("")
    return "\n".join(parts).rstrip("\n") + "\n"
