"""The recorded sessions in examples/sessions: each is played in a fresh home and must print what was recorded."""

from __future__ import annotations

from importlib import import_module

import pytest

from bbcs.cli import sessions
from bbcs.cli.chinese import Noun
from bbcs.cli.registry import ALIASES, COMMANDS
from bbcs.domain.acts import ACTS

FILES = sorted((sessions.folder() / "sessions").glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_session(path, tmp_path, request):
    session = sessions.parse(path)
    played = [(answer, code) for _, answer, code in sessions.play(session, tmp_path / "home", tmp_path / "files")]
    text = sessions.recorded(session, played)
    if request.config.getoption("--record"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


NOT_PLAYED = {"demo", "help", "doctor"}
"""Words no session types: the one that replays them, explanations, and what speaks of the machine it runs on."""


def typed():
    """Every command of the sessions that was carried out: its words without options; `bbcs` alone is todo."""
    for path in FILES:
        for step in sessions.parse(path).steps:
            words = [word for word in step.argv if not word.startswith("-")] or ["todo"]
            if step.code == 0:
                yield [ALIASES.get(words[0], words[0]), *words[1:]]


def test_the_sessions_cover_every_act_and_command():
    known = {act.verb for act in ACTS} | set(COMMANDS)
    assert known - {words[0] for words in typed()} == NOT_PLAYED


@pytest.mark.parametrize("noun", ["report", "station", "pack"])
def test_the_sessions_cover_every_word_below(noun):
    command = import_module(f"bbcs.cli.{COMMANDS[noun].module}").command(noun)
    assert isinstance(command, Noun)
    assert set(command.list_commands(None)) <= {words[1] for words in typed() if words[0] == noun and len(words) > 1}


def test_the_sessions_show_every_common_refusal():
    assert {step.code for path in FILES for step in sessions.parse(path).steps} >= {2, 10, 11, 13, 14, 15, 20, 22, 30}


def test_nobody_real_is_named():
    """Names say that they are examples, phone numbers are of the range no one has."""
    for path in FILES:
        for step in sessions.parse(path).steps:
            options = dict(zip(step.argv, step.argv[1:], strict=False))
            for name in ("--phone", "--contact-phone"):
                assert options.get(name, "13800000").startswith("13800000"), step.line
            for name in ("--reporter", "--contact-person"):
                said = options.get(name, "示例")
                assert any(word in said for word in ("示例", "样例", "试验")), step.line
