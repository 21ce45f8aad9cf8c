"""A required value that was left out: asked for at a terminal, refused with one line off it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_desk import Desk, case
from cli_terminal import EOF, at_terminal
from typer.core import TyperArgument

from bbcs.cli.app import app
from bbcs.cli.click import Context
from bbcs.cli.options import LazyGroup
from bbcs.papers import PAPERS


def lacking() -> Iterator[tuple[str, ...]]:
    """Every command that needs an argument."""
    root = Context(app)
    for word in app.list_commands(root):
        yield from _below((word,), app.get_command(root, word))


def _below(words: tuple[str, ...], command: object) -> Iterator[tuple[str, ...]]:
    if isinstance(command, LazyGroup):
        for word in command.words:
            yield from _below((*words, word), command.get_command(Context(command), word))
    elif any(isinstance(one, TyperArgument) and one.required for one in command.params):  # type: ignore[attr-defined]
        yield words


@pytest.mark.parametrize("words", sorted(lacking()), ids=" ".join)
def test_a_missing_argument_is_asked_for_at_a_terminal_only(desk: Desk, words: tuple[str, ...]):
    refused = desk.fails(2, *words)
    assert refused.err.startswith("bbcs: 缺少 ")
    assert refused.err.count("\n") == 1
    desk.take()
    seen = at_terminal(desk, *words, typed=EOF)
    assert "缺少" not in seen.screen, seen.screen
    assert "：" in seen.screen or "现在没有可以" in seen.screen, seen.screen
    assert seen.code == 15, seen.screen


OPTIONS = (
    # what is typed, the option that is missing
    ("station operator grant demo", "--role"),
    ("list --format xlsx", "--out"),
    ("report kpi --format xlsx", "--out"),
    ("report register work --format xlsx", "--out"),
    ("report kpi --from 2026-03-01", "--to"),
    ("list --by-unit", "--out"),
    ("export --format xlsx", "--out"),
    ("export --full --reason 核对", "--out"),
    ("export --full --out e.ndjson", "--reason"),
    ("doc --all", "--out"),
    ("act", "--from"),
    ("attach 1 --get 单", "--out"),
    ("ledger move", "--to"),
    ("pack export default@1", "--out"),
    ("ledger restore x.backup", "--to"),
    ("show 1 --reveal", "--reason"),
    ("report register work --reveal", "--reason"),
)


@pytest.mark.parametrize(("line", "option"), OPTIONS, ids=str)
def test_a_missing_option_is_asked_for_at_a_terminal_only(desk: Desk, line: str, option: str):
    desk.take()
    refused = desk(*line.split())
    assert refused.code in (2, 13), refused
    assert option in refused.err
    assert refused.err.count("\n") == 1
    seen = at_terminal(desk, *line.split(), typed=EOF)
    assert "缺少" not in seen.screen, seen.screen
    assert "：" in seen.screen, seen.screen
    assert seen.code == 15, seen.screen


def test_what_is_typed_then_is_what_the_command_gets(desk: Desk):
    assert at_terminal(desk, "station", "unit", "add", typed="区民政局\n").code == 0
    assert at_terminal(desk, "station", "unit", "rename", typed="区民政局\n区 民政局\n").code == 0
    assert [one["name"] for one in desk.json("station", "unit", "list")["units"]] == ["区 民政局"]
    seen = at_terminal(desk, "calendar", "add", "2026-03-05", typed="-1\n")
    assert "2026-03-04" in seen.screen
    desk.ok("station", "operator", "add", "li")
    assert at_terminal(desk, "station", "operator", "grant", "li", typed="领导\n").code == 0
    assert desk.json("station", "operator", "list")["operators"][-1]["roles"] == ["leader"]


def test_a_missing_value_that_was_asked_for_in_vain_is_refused(desk: Desk):
    desk.take(**case(1))
    seen = at_terminal(desk, "station", "operator", "grant", "demo", typed="乱写\n")
    assert seen.code == 13
    assert "--role" in seen.screen


def test_consent_is_asked_once_and_after_what_is_missing(desk: Desk, tmp_path: Path):
    """What is missing is asked for first: one yes is enough, a second question would wait for ever."""
    desk.take(difficulty="simple")
    desk.ok("resolve", "1", "--outcome", "已解决", "--measures", "办了")
    desk.ok("callback", "1", "--reached", "--solved", "yes", "--grade", "5", "--close")
    there = tmp_path / "有.txt"
    there.write_text("旧的", encoding="utf-8")
    for line, answers, question in (
        (("export", "--full", "--out", there), "核对\ny\n", "覆盖吗"),
        (("doc", "1", "受理单", "--reveal", "--out", there), "核对\ny\n", "覆盖吗"),
        (("ledger", "erase", "1"), "本人申请\n有关规定\ny\n", "确要清除吗"),
    ):
        seen = at_terminal(desk, *line, typed=answers, columns=200)
        assert seen.code == 0, seen.screen
        assert 0 < seen.screen.index("理由") < seen.screen.index(question), seen.screen


def test_what_doc_lacks_is_named_by_its_key(desk: Desk):
    """The kinds of papers are what may be written for it, and no keys themselves."""
    desk.take()
    kind = json.loads(desk.fails(2, "doc", "1", "--json").err)
    assert (kind["field"], kind["allowed"]) == ("kind", list(PAPERS))
    both = json.loads(desk.fails(2, "doc", "--json").err)
    assert (both["field"], both["allowed"]) == ("number", ["number", "kind"])


BEYOND = (
    ("ledger backup", "key"),
    ("ledger restore x.backup", "to"),
    ("init", "station"),
    ("report kpi --to 2026-03-01", "from"),
)
"""Options that are asked for in another way, or not at all."""


@pytest.mark.parametrize(
    ("line", "field"),
    [
        *((line, option[2:]) for line, option in OPTIONS if "xlsx" not in line),  # --json wins
        *BEYOND,
    ],
    ids=str,
)
def test_a_missing_option_is_named_by_its_key(desk: Desk, line: str, field: str):
    desk.take()
    document = json.loads(desk(*line.split(), "--json").err)
    assert document["field"] == field
    assert document["allowed"][0] == field


ARGUMENTS = sorted(words for words in lacking() if words[0] in ("search", "import", "calendar"))


@pytest.mark.parametrize("words", ARGUMENTS, ids=" ".join)
def test_a_question_tells_nothing_of_standard_input(desk: Desk, words: tuple[str, ...]):
    """Somebody at the terminal types the value itself."""
    assert "标准输入" not in at_terminal(desk, *words, typed=EOF, columns=200).screen
