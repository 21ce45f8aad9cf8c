"""How every command is made: arguments and options from rows of fields, built only when its word was typed.

One way for acts and for everything else: Typer reads the signature that is put together here. Nothing is evaluated from
text and only one command is built per run; 25 options written as a function's annotations cost 10 ms.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from keyword import iskeyword
from typing import Annotated, Any

import typer

from bbcs.cli.chinese import ChineseCommand, ChineseGroup
from bbcs.cli.click import Command, Context
from bbcs.cli.normalize import half
from bbcs.cli.settings import Settings
from bbcs.domain.acts.fields import Field
from bbcs.record import Record

Values = dict[str, Any]
"""What was given, by field name: text, lists of text, True/False, or None."""

Run = Callable[[Settings, Values], None]

METAVARS: Mapping[str, str] = {
    "text": "文字",
    "texts": "文字",
    "word": "词",
    "words": "词",
    "choice": "词",
    "int": "数",
    "date": "日期",
    "when": "日期[T时:分]",
    "unit": "单位",
    "units": "单位",
    "pairs": "甲=乙",
    "case": "编号",
    "cases": "编号",
    "points": "内容|单位|日期",
    "any": "新值",
    "file": "文件",
    "folder": "目录",
    "month": "年-月",
}
"""Field type -> what help shows for its value."""


class Argument(Record):
    """A positional argument; required unless it has a default. many: the last one, any number of times, as a list."""

    name: str
    metavar: str
    help: str
    default: str | None = None
    many: bool = False


class CommandDefinition(Record):
    """One command: what it is for, what it takes, what it does, how it is called."""

    help: str
    run: Run
    fields: tuple[Field, ...] = ()
    arguments: tuple[Argument, ...] = ()
    examples: tuple[str, ...] = ()
    negative: bool = False


NUMBER = Argument("number", "编号", "件的编号，可写简号，如 0007 或 20260305-0007")
"""The argument of every command on one case."""


def flag(name: str, help: str, option: str = "") -> Field:
    """A yes-or-no option."""
    return Field(name, help, "bool", option=option)


def command(name: str, word: CommandDefinition) -> Command:
    """The command that Typer makes of a word."""

    types = {field.name: field.type for field in word.fields}

    def body(ctx: typer.Context, **values: Any) -> None:
        word.run(
            ctx.obj,
            {
                key: _meant(key, value, types)
                for key, value in ((name.rstrip("_"), value) for name, value in values.items())
            },
        )

    parameters = [
        inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    ]
    parameters += [_argument(argument) for argument in word.arguments]
    parameters += [_option(field) for field in word.fields if field.flag]
    body.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    body.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    settings = {"ignore_unknown_options": True} if word.negative else None
    app.command(name, cls=ChineseCommand, help=word.help, context_settings=settings)(body)
    built = typer.main.get_command(app)
    built.examples = word.examples  # type: ignore[attr-defined]
    return built


def _meant(name: str, value: Any, types: Mapping[str, str]) -> Any:
    """Numbers, of cases too, in half-width figures."""
    if value is None or (
        name not in ("number", "after") and types.get(name) not in ("int", "case", "cases", "month")
    ):
        return value
    return [half(one) for one in value] if isinstance(value, list) else half(value)


def _parameter(name: str, default: Any, kind: Any, info: Any) -> inspect.Parameter:
    safe = f"{name}_" if name == "ctx" or iskeyword(name) else name
    return inspect.Parameter(
        safe, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, info]
    )


def _argument(argument: Argument) -> inspect.Parameter:
    default = inspect.Parameter.empty if argument.default is None else argument.default
    info = typer.Argument(metavar=argument.metavar, help=argument.help, show_default=False)
    return (
        _parameter(argument.name, default, str, info)
        if not argument.many
        else _parameter(argument.name, None, list[str] | None, info)
    )


def _option(field: Field) -> inspect.Parameter:
    listed = "、".join(f"{text} {key}".strip() for key, text in field.choices.items())
    choices = f"：{listed}" if listed else ""
    usual = ""
    if field.default and "默认" not in field.help:
        usual = f"（默认 {field.choice_text(field.default)}）"
    help_ = f"{field.help}{'（必填）' if field.required else ''}{usual}{choices}"
    if field.type == "bool":
        two = "/" in field.flag
        info = typer.Option(field.flag, help=help_, show_default=False)
        return _parameter(field.name, None if two else False, bool | None if two else bool, info)
    info = typer.Option(field.flag, help=help_, metavar=METAVARS[field.type], show_default=False)
    return _parameter(field.name, None, list[str] | None if field.many else str | None, info)


def group(
    name: str, help: str, words: Mapping[str, CommandDefinition | Mapping[str, CommandDefinition]]
) -> Command:
    """A word with words of its own; the one typed is built when it is asked for."""
    return LazyGroup(name, help, words)


class LazyGroup(ChineseGroup):
    """A group that knows the words below it and builds none before it is needed."""

    def __init__(
        self,
        name: str,
        help: str,
        words: Mapping[str, CommandDefinition | Mapping[str, CommandDefinition]],
    ) -> None:
        super().__init__(name=name, help=help, rich_markup_mode=None)
        self.words = words

    def list_commands(self, ctx: Context) -> list[str]:
        """The words below."""
        return list(self.words)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command or group of one word below."""
        word = self.words.get(cmd_name)
        if word is None:
            return None
        return (
            command(cmd_name, word)
            if isinstance(word, CommandDefinition)
            else group(cmd_name, self.said(cmd_name), word)
        )

    def said(self, name: str) -> str:
        """One line on a word below; of a group, what its words are."""
        word = self.words[name]
        return (
            word.help
            if isinstance(word, CommandDefinition)
            else "、".join(below.help for below in word.values())
        )

    def examples(self) -> list[str]:
        """The first example of each word below, of a group those of its words."""
        return [line for word in self.words.values() for line in _examples(word)]


def _examples(word: CommandDefinition | Mapping[str, CommandDefinition]) -> tuple[str, ...]:
    return (
        word.examples[:1]
        if isinstance(word, CommandDefinition)
        else tuple(line for one in word.values() for line in one.examples[:1])
    )
