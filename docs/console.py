"""```console blocks of the docs: parts of a recorded session, or, in a page that plays its own, run in a fresh home.

A page that says <!-- played --> plays its own blocks. A fence such as ```csv 期限.csv is a file those commands may read.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bbcs.cli import recorded_sessions
from bbcs.cli.recorded_sessions import RecordedSession, SessionStep

PLAYED = "<!-- played -->"
BLOCK = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", flags=re.MULTILINE | re.DOTALL)
GIVEN = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
WIDTH = 116


def blocks(text: str) -> list[str]:
    """The console blocks of a page that call bbcs."""
    return [block for block in BLOCK.findall(text) if re.match(r"\$ (?:\w+=\S+ )*bbcs\b", block)]


def refreshed(text: str) -> str:
    """The page with every block as its commands answer now; a block that no session holds stays as it is."""
    if PLAYED in text:
        answer = _played(text, blocks(text))
        return BLOCK.sub(lambda match: answer.get(match[0]) or match[0], text)
    calls = blocks(text)
    return BLOCK.sub(
        lambda match: (
            (match[0] in calls and recorded(match[0], told(text[: match.start()]))) or match[0]
        ),
        text,
    )


def told(before: str) -> str:
    """The session a page named last: several stories have the same short commands, and a block belongs to its own."""
    return next(reversed(re.findall(r"examples/sessions/([\w-]+)\.txt\)", before)), "")


def recorded(block: str, story: str = "") -> str:
    """The same commands in a row as a session in examples/sessions has them, with its answers, `story` first; "" when none does."""
    wanted = [step.line for step in steps(block)]
    for session in sorted(recorded_sessions.load(), key=lambda one: one.name != story):
        lines = [step.line for step in session.steps]
        for start in range(len(lines) - len(wanted) + 1):
            if lines[start : start + len(wanted)] == wanted:
                return _text(session.steps[start : start + len(wanted)], lambda answer: answer)
    return ""


def _played(text: str, found: Sequence[str]) -> dict[str, str]:
    """Block -> the same with the answers of a run of all of them, one after the other."""
    asked = {block: steps(block) for block in found}
    session = RecordedSession("docs", "", tuple(step for block in found for step in asked[block]))
    with TemporaryDirectory() as folder:
        work = Path(folder) / "files"
        shutil.copytree(recorded_sessions.folder() / "files", work)
        for name, content in GIVEN.findall(text):
            (work / name).write_text(content, encoding="utf-8")
        run = iter(
            [
                step._replace(answer=answer, code=code)
                for step, answer, code in recorded_sessions.play(
                    session, Path(folder) / "home", work
                )
            ]
        )
        return {block: _text([next(run) for _ in asked[block]], folded) for block in found}


def steps(block: str) -> tuple[SessionStep, ...]:
    """The commands of a block with their answers."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "block.txt"
        path.write_text(block, encoding="utf-8")
        return recorded_sessions.parse(path).steps


def _text(steps: Sequence[SessionStep], shape: Callable[[str], str]) -> str:
    return recorded_sessions.recorded(
        RecordedSession("", "", tuple(steps)), [(shape(step.answer), step.code) for step in steps]
    )


def folded(answer: str) -> str:
    """A JSON answer broken into lines that fit a page; between values only, so that it still is the same JSON."""
    if not answer.startswith("{"):
        return answer
    json.loads(answer.splitlines()[0])
    lines = [""]
    for part in re.split(r'(?<=,) (?=["{\[])', answer.splitlines()[0]):
        lines = [*lines, ""] if lines[-1] and len(lines[-1]) + len(part) > WIDTH else lines
        lines[-1] += (" " if lines[-1] else "") + part
    return "\n".join([lines[0], *(" " + line for line in lines[1:]), *answer.splitlines()[1:]])
