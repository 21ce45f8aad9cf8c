"""Defines how a command is made: its options, arguments, help and groups.

Arguments and options from rows of fields, built only when its word was typed.

One way for acts and for everything else. Only one command is built per run, of Typer's own
classes: 25 options written as a function's annotations cost 10 ms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from typer.core import TyperArgument, TyperOption

from bbcs.cli.chinese import ChineseCommand, ChineseGroup
from bbcs.cli.click import Command, Context, Parameter, get_current_context
from bbcs.cli.settings import ALL, Settings, half_width
from bbcs.config.home_files import check_output
from bbcs.domain.acts import Field
from bbcs.errors import UsageError
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
    "choices": "词",
    "int": "数",
    "date": "日期",
    "when": "日期[T时:分]",
    "day_or_time": "日期[T时:分]",
    "unit": "单位",
    "units": "单位",
    "pairs": "甲=乙",
    "case": "编号",
    "cases": "编号",
    "points": "内容|单位|日期",
    "any": "新值",
    "file": "文件",
    "output": "文件",
    "folder": "目录",
    "new_home": "目录",
    "month": "年-月",
}
"""Field type -> what help shows for its value."""


OUTPUTS = ("output", "folder")
"""Types of fields that name a file or folder to be written: never one of the home's own."""


class Argument(Record):
    """A positional argument; required unless it has a default.

    many: the last one, any number of times, as a list. required: at least once, where it is many.
    """

    name: str
    metavar: str
    help: str
    default: str | None = None
    many: bool = False
    required: bool = False


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


def flag(name: str, help: str) -> Field:
    """A yes-or-no option."""
    return Field(name, help, "bool")


YES = flag("yes", "电脑时间存疑也照记，不再问")
"""A global option; what a command asks for besides stands in its own help."""


STATION = Field("station", "看本县别的站：站码，或 all 看全县（各站台账在同一个数据库里时才有）")
"""Commands that can look into the other stations of a county take it; see `Settings.station`."""

_EVERY = (ALL, "全县", "全部")


def _station_of(typed: str | None) -> str:
    """The code, or ALL, that was typed for `STATION`."""
    text = half_width(typed or "")
    return ALL if text.lower() in _EVERY else text.upper()


def command(name: str, word: CommandDefinition) -> Command:
    """The command that Typer runs for a word."""
    own_yes = any(field.name == YES.name for field in word.fields)
    types = {field.name: field.type for field in word.fields}
    labels = {field.name: field.flag for field in word.fields}
    labels |= {argument.name: argument.metavar for argument in word.arguments}
    defaults = {argument.name: argument.default for argument in word.arguments}

    def body(**typed: Any) -> None:
        """Runs the word with what was typed: checked, defaults filled in, digits in half width."""
        settings: Settings = get_current_context().obj
        values = {}
        for name, value in typed.items():
            if isinstance(value, tuple):
                value = list(value) or None
            _refuse_empty(labels[name], value)
            if value and types.get(name) in OUTPUTS:
                check_output(Path(value), settings.folder)
            if value and types.get(name) == "new_home":  # it may be one, which is refused later
                check_output(Path(value).absolute().parent, settings.folder)
            if value is None:
                value = defaults.get(name)
            values[name] = _half_width(name, value, types)
        if own_yes:
            values["yes"] = settings.yes
        if STATION in word.fields:
            settings = settings._replace(station=_station_of(values.pop("station")))
        word.run(settings, values)

    parameters: list[Parameter] = [_argument(argument) for argument in word.arguments]
    parameters += [_option(field) for field in word.fields if field.flag]
    built = ChineseCommand(
        name,
        callback=body,
        params=parameters,
        help=word.help,
        context_settings={"ignore_unknown_options": word.negative},
        rich_markup_mode=None,
    )
    built.examples = word.examples
    built.definition = word  # type: ignore[attr-defined]
    return built


def _refuse_empty(label: str, value: Any) -> None:
    """An empty text is given and empty, not left out: a script whose variable is empty learns of
    it.
    """
    texts = value if isinstance(value, list) else [value]
    if not any(isinstance(text, str) and not text.strip() for text in texts):
        return
    if label.startswith("-"):
        raise UsageError(f"{label} 后面是空的；请写上值，不需要就不要写 {label}")
    raise UsageError(f"“{label}”是空的；请写上{label}")


NUMERIC = ("int", "case", "cases", "month")
"""Types of fields that hold numbers or case numbers."""


def _half_width(name: str, value: Any, types: Mapping[str, str]) -> Any:
    """A number, of a case too, in half-width figures; any other value as it is."""
    numeric = name in ("number", "after") or types.get(name) in NUMERIC
    if value is None or not numeric:
        return value
    if isinstance(value, list):
        return [half_width(one) for one in value]
    return half_width(value)


def _argument(argument: Argument) -> TyperArgument:
    """One that is left out is None; `command` puts its default in."""
    required = argument.required if argument.many else argument.default is None
    return TyperArgument(
        param_decls=[argument.name],
        type=str,
        required=required,
        nargs=-1 if argument.many else 1,
        metavar=argument.metavar,
        help=argument.help,
        show_default=False,
    )


def _option(field: Field) -> TyperOption:
    names = [field.name, field.flag]
    if field.type != "bool":
        metavar = METAVARS[field.type]
        option = TyperOption(param_decls=names, type=str, multiple=field.many, metavar=metavar)
    else:
        # --reached/--not-reached: None when neither was typed
        default = None if "/" in field.flag else False
        option = TyperOption(param_decls=names, is_flag=True, default=default)
    option.help = _help(field)  # given to the class, it would be searched for line ends and blanks
    return option


def _help(field: Field) -> str:
    """The help of an option: what it is, whether it is required, its default, its words."""
    text = field.help
    if field.required:
        text += "（必填）"
    if field.default and "默认" not in field.help:
        text += f"（默认 {field.choice_text(field.default)}）"
    if field.choices:
        text += "：" + "、".join(f"{label} {key}".strip() for key, label in field.choices.items())
    return text


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
        if isinstance(word, CommandDefinition):
            return command(cmd_name, word)
        return group(cmd_name, self.summary(cmd_name), word)

    def summary(self, name: str) -> str:
        """One line on a word below; for a group, what its words do, without the rest of a line."""
        word = self.words[name]
        if isinstance(word, CommandDefinition):
            return word.help
        return "、".join(re.split(_HEAD, below.help, maxsplit=1)[0] for below in word.values())

    def examples(self) -> list[str]:
        """The first example of each word below, of a group those of its words."""
        return [line for word in self.words.values() for line in _first_examples(word)]


_HEAD = "[；：，（]"
"""Ends the part of a help line that says what the word does; compiled by none but `--help`."""


def _first_examples(word: CommandDefinition | Mapping[str, CommandDefinition]) -> list[str]:
    if isinstance(word, CommandDefinition):
        return list(word.examples[:1])
    return [line for one in word.values() for line in one.examples[:1]]
