"""Takes the global options out of the arguments (before or after the word), reads the environment and
the present time, and turns what an input method typed into what the keyboard would have given.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

from bbcs.calendar.dates import CST
from bbcs.config import environment
from bbcs.domain.long_numbers import looks_like_id
from bbcs.domain.repeated import HALF
from bbcs.errors import SecretOnCommandLine, UsageError
from bbcs.record import Record

DASHES = "－—–−‐‑‒―─ー"
"""Dashes that people type in place of a hyphen."""

_HALF = HALF | {0x3000: 0x20} | {ord(dash): ord("-") for dash in DASHES}

_NAME = frozenset("abcdefghijklmnopqrstuvwxyz-")


def half_width(text: str) -> str:
    """`text` in half-width signs, every dash a hyphen."""
    if text.isascii():
        return text
    return text.translate(_HALF)


def half_words(text: str) -> str:
    """The same without blanks: a number or a month."""
    return half_width(text).strip().replace(" ", "")


def typed(argv: list[str]) -> list[str]:
    """The arguments with the options in their usual form.

    `——text`, `－－matter`, and a full-width blank behind the name.
    """
    words: list[str] = []
    for number, word in enumerate(argv):
        if word == "--":
            return [*words, *argv[number:]]
        bare = word.strip("　")
        words += _option(bare)
    return words


def _option(word: str) -> list[str]:
    """An option with its value, where it is one; any other text as it is."""
    if word.isascii():
        return [word]
    dashes = len(word) - len(word.lstrip(DASHES + "-"))
    end = next(
        (
            place
            for place, char in enumerate(word)
            if place >= dashes and half_width(char) not in _NAME
        ),
        len(word),
    )
    name, rest = half_width(word[dashes:end]), word[end:]
    if not dashes or not name.strip("-") or rest[:1] not in ("", "=", "＝", "　"):
        return [word]
    option = f"--{name}"
    if len(name) == 1:
        option = f"-{name}"
    if rest[:1] in ("=", "＝"):
        return [f"{option}={rest[1:]}"]
    value = rest.strip("　")
    if not value:
        return [option]
    return [option, value]


FLAGS = {
    "--json": "as_json",
    "--quiet": "quiet",
    "-q": "quiet",
    "--debug": "debug",
    "--no-color": "plain",
    "--no-pager": "no_pager",
    "--yes": "yes",
}
ALL = "all"
"""What `--station` says for every station of the county."""

VALUES = {"--home": "home", "--as": "actor"}

GLOBAL_HELP = (
    ("--home 目录", "数据目录（默认看 BBCS_HOME，再默认用户数据目录）"),
    ("--as 操作员", "谁在操作（默认看 BBCS_AS；只是自报，不验密码）"),
    ("--json", "输出一份 JSON"),
    ("-q, --quiet", "只输出编号"),
    ("--yes", "要问的都同意（没有终端时，要问的命令须加它）"),
    ("--no-color", "不用颜色"),
    ("--no-pager", "长清单直接写出，不用分页器"),
    ("--debug", "出错时给出程序细节"),
    ("--version", "版本"),
    ("--help", "这份说明"),
)


class Settings(Record):
    """The global options as given.

    yes: `--yes`, which consents to what would be asked. station: `--station` of the command, the
    code of the station that is looked into or `ALL`, "" for the own one.
    """

    home: str = ""
    actor: str = ""
    as_json: bool = False
    quiet: bool = False
    debug: bool = False
    plain: bool = False
    no_pager: bool = False
    yes: bool = False
    station: str = ""

    @property
    def folder(self) -> Path:
        """The home: option, else BBCS_HOME, else the user data folder."""
        named = self.home or os.environ.get("BBCS_HOME", "")
        if named:
            return Path(named).expanduser()
        from platformdirs import user_data_path

        return user_data_path("bbcs", appauthor=False)

    def preferred(self, name: str) -> str:
        """What config.toml of the home says of a matter of taste, "" where it says nothing.

        Raises PackInvalid for a file with defects.
        """
        if not (self.folder / "config.toml").is_file():
            return ""
        from bbcs.config import preferences  # only where there is such a file

        return preferences.read(self.folder).get(name, "")

    @property
    def named_operator(self) -> str:
        """Who claims to act, "" when nobody was named."""
        return self.actor or environment.named_operator()


def readable(word: str) -> str:
    """An argument whose bytes were not those of UTF-8, read as the console of a Chinese system
    writes it (GBK).

    Raises UsageError for one that cannot be read either way.
    """
    if not any("\ud800" <= char <= "\udfff" for char in word):
        return word
    try:
        return word.encode("utf-8", "surrogateescape").decode("gb18030")
    except UnicodeError:
        raise UsageError("有一个参数的文字读不出来；请用 UTF-8 或 GBK 的终端重新输入") from None


def split(argv: list[str]) -> tuple[Settings, list[str]]:
    """Global options taken out of the arguments, wherever they stand before `--`.

    The rest in order.

    Raises SecretOnCommandLine before anything else happens when an argument holds an identity
    number.
    """
    argv = [readable(word) for word in argv]
    year = datetime.now(CST).year
    if any(
        looks_like_id(part, year)
        for word in map(half_width, argv)
        for part in (word, word.partition("=")[2])
    ):
        raise SecretOnCommandLine
    options: dict[str, str | bool] = {}
    rest: list[str] = []
    words = iter(typed(argv))
    for word in words:
        name, sign, value = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif name in FLAGS:
            if sign:
                raise UsageError(f"{name} 后面不写值")
            options[FLAGS[name]] = True
        elif name in VALUES:
            if not sign:
                value = next(words, "")
            if not value or (value.startswith("--") and not sign):
                raise UsageError(f"{name} 后面要写值")
            options[VALUES[name]] = value
        else:
            rest.append(word)
    return Settings(**options), rest  # type: ignore[arg-type]


class RunState:
    """What a run has come to.

    begun: something was begun to be written. at_question: it was interrupted at a question, before
    anything else was done.
    """

    begun = False
    at_question = False


RUN = RunState()


def at_terminal() -> bool:
    """Whether somebody can be asked: both ends are a terminal."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
