"""The recorded sessions in examples/sessions: each is played in a fresh home and must print what was recorded."""

from __future__ import annotations

import pytest

from bbcs.cli import sessions

FILES = sorted((sessions.folder() / "sessions").glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_session(path, tmp_path, request):
    session = sessions.parse(path)
    played = [(answer, code) for _, answer, code in sessions.play(session, tmp_path / "home", tmp_path / "files")]
    text = sessions.recorded(session, played)
    if request.config.getoption("--record"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
