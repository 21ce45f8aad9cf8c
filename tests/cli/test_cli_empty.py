"""An empty text is given and empty: every option of every command refuses it, and nothing happens."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from cli_desk import Desk
from typer import core

from bbcs.cli import app
from bbcs.cli.click import Command, Context
from bbcs.cli.registry import commands as words_of_the_help


@cache
def commands() -> tuple[tuple[tuple[str, ...], Command], ...]:
    """Every command that takes options, with the words that call it; built once, for all tests."""
    root = app
    ctx = Context(root)
    return tuple(
        found
        for name in words_of_the_help()
        for found in below((name,), root.get_command(ctx, name))
    )


def below(words: tuple[str, ...], found: Command) -> Iterator[tuple[tuple[str, ...], Command]]:
    if not isinstance(found, core.TyperGroup):
        yield words, found
        return
    ctx = Context(found)
    for name in found.list_commands(ctx):
        yield from below((*words, name), found.get_command(ctx, name))


def options() -> list[tuple[tuple[str, ...], str]]:
    """Every option that takes a text, with its command."""
    return [
        (words, parameter.opts[-1])
        for words, command in commands()
        for parameter in command.params
        if parameter.param_type_name == "option"
        and not parameter.is_flag
        and parameter.name != "help"
    ]


def arguments(words: tuple[str, ...]) -> list[str]:
    """Something for every required argument."""
    command = dict(commands())[words]
    return ["1" for one in command.params if one.param_type_name == "argument" and one.required]


def test_the_walk_finds_the_options():
    found = options()
    assert len(found) > 200
    assert (("list",), "--unit") in found
    assert (("report", "monthly"), "--out") in found


def test_an_empty_option_is_refused_everywhere(desk: Desk):
    wrong = []
    for words, option in options():
        done = desk(*words, *arguments(words), option, "")
        if (done.code, done.out) != (2, "") or option not in done.err:
            wrong.append((words, option, done))
    assert not wrong, wrong[:5]
    assert desk.entries() == 0


@pytest.mark.parametrize(
    "words",
    [
        ("show", ""),
        ("search", ""),
        ("pack", "adopt", ""),
        ("improve", "", "--what", "x"),
        ("help", ""),
    ],
)
def test_an_empty_argument_is_refused(desk: Desk, words: tuple[str, ...]):
    done = desk(*words)
    assert done.code == 2
    assert "空的" in done.err
