"""The recorded sessions once more, with the ledger in PostgreSQL: the same answers, the same codes."""

from __future__ import annotations

from pathlib import Path

import pytest

import county
from bbcs.cli import recorded_sessions
from bbcs.cli.recorded_sessions import SessionStep
from bbcs.store.postgres.engine import LEFT_IN_PAGES

pytestmark = [county.MISSING, county.IN_CI]

FILES = sorted((recorded_sessions.folder() / "sessions").glob("*.txt"))


def in_database(step: SessionStep) -> SessionStep:
    """The same step; a home is made in the database."""
    if step.argv[:1] != ("init",) or "--station" not in step.argv:
        return step
    code = step.argv[step.argv.index("--station") + 1]
    return step._replace(argv=(*step.argv, "--store", county.empty(code)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_session(path: Path, tmp_path: Path) -> None:
    session = recorded_sessions.parse(path)
    session = session._replace(steps=tuple(map(in_database, session.steps)))
    played = recorded_sessions.play(session, tmp_path / "home", tmp_path / "files")
    answers = [(answer, code) for _, answer, code in played]
    text = recorded_sessions.recorded(session, answers).replace(f"{LEFT_IN_PAGES}\n", "")
    assert text == path.read_text(encoding="utf-8")
