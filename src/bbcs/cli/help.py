"""`bbcs help`: exit codes, fields, checks and words, or the help of one command."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import typer

from bbcs.cli import help_topics as topics, options, output, run, words
from bbcs.cli.chinese import root_help
from bbcs.cli.click import Command
from bbcs.cli.help_topics import FIELDS
from bbcs.cli.options import Argument, CommandDefinition, Values
from bbcs.cli.registry import commands, find
from bbcs.cli.settings import Settings
from bbcs.errors import UnknownWord
from bbcs.render.terminal import flowing
from bbcs.views.schemas import documents


def _help(settings: Settings, values: Values) -> None:
    topic = values["topic"]
    named = find(topic)
    if not topic:
        text = root_help().rstrip("\n")
        _topic(settings, {"schema": "bbcs.help/text", "text": text}, text, text)
    elif topics.ALIASES.get(topic, topic) == "schema":
        _schema(settings, values["name"])
    elif named:
        globally = ["--json"] * settings.as_json
        raise typer.Exit(run([*globally, named[0], "--help"]))
    elif topics.ALIASES.get(topic, topic) == "words":
        _words(settings, values["name"])
    elif topics.ALIASES.get(topic, topic) == "crib":
        text = topics.crib().rstrip("\n")
        _topic(settings, {"schema": "bbcs.help/crib", "text": text}, text, "crib")
    elif (topic := topics.ALIASES.get(topic, topic)) in topics.TOPICS:
        rows = topics.TOPICS[topic]()
        document = {
            "schema": f"bbcs.help/{topic}",
            "rows": [{"name": name, "meaning": meaning} for name, meaning in rows],
        }
        _topic(settings, document, "\n".join(f"{name}  {meaning}" for name, meaning in rows), topic)
    else:
        raise UnknownWord(
            "说明的题目", topic, [*topics.TOPICS, "words", "crib", "schema", *commands()]
        )


def _topic(settings: Settings, document: Mapping[str, Any], text: str, short: str) -> None:
    """Answer with a text of any length: its lines are broken where the screen ends, and it is
    paged.
    """
    if settings.as_json or settings.quiet:
        output.answer(settings, document, text, short)
    else:
        output.page_text(settings, f"{flowing(text)}\n")


def _schema(settings: Settings, name: str) -> None:
    """The JSON Schema of a document; without a name, which there are."""
    if name:
        schema = documents.schema(name, FIELDS)
        text = json.dumps(schema, ensure_ascii=False, indent=1)
        output.answer(settings, schema, text, schema["$id"])
        return
    rows = documents.listed()
    document = {
        "schema": "bbcs.help/schemas",
        "rows": [{"name": short, "meaning": meaning} for short, meaning in rows],
    }
    text = "\n".join(f"{short:<16}{meaning}" for short, meaning in rows)
    output.answer(settings, document, text, "\n".join(short for short, _ in rows))


def _words(settings: Settings, axis: str) -> None:
    """The words of the pack; of one kind where it is named."""
    rows = words.of_axis(words.rows(settings), axis)
    text = "\n".join(words.lines_of(rows))
    _topic(settings, {"schema": "bbcs.help/words", "rows": rows}, text, "words")


HELP = CommandDefinition(
    "退出码、字段、可写的词，或某个命令的说明",
    _help,
    arguments=(
        Argument(
            "topic", "题目", "速查、exit-codes、fields、checks、words（词）、schema，或一个命令", ""
        ),
        Argument(
            "name",
            "名称",
            "schema 之后：哪个文档，或哪个办法的输入；words 之后：哪一类词（不写就列出来）",
            "",
        ),
    ),
    examples=(
        "bbcs help 速查",
        "bbcs help exit-codes",
        "bbcs help fields",
        "bbcs help words",
        "bbcs help schema case",
        "bbcs help 研判",
    ),
)


def command(word: str) -> Command:
    """The command."""
    return options.command(word, HELP)
