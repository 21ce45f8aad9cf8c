"""Asks for what a command needs and was typed without: an argument, or the value of an option."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bbcs.cli.click import MissingParameter
from bbcs.cli.prompts import cases
from bbcs.cli.prompts.question import Question, Reply
from bbcs.cli.prompts.terminal import asker
from bbcs.cli.registry import find
from bbcs.cli.settings import Settings
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.inputs import all_fields
from bbcs.errors import MissingInput, ReasonMissing

_LABEL = r"(--[a-z-]+)（([^（）]+)）"
"""An option of which a refusal says that it is missing, and what it is."""

_STANDARD_INPUT = re.compile(r"[；，][^；，]*- [^；，]*标准输入[^；，]*")
"""The part of a help that tells what - stands for: nobody types that at a prompt."""


def completed(
    args: Sequence[str],
    lacking: MissingParameter | MissingInput | ReasonMissing,
    settings: Settings,
) -> list[str]:
    """The words of a command with what it lacks. Raises Declined, and `lacking` where nobody is
    asked for that.
    """
    if isinstance(lacking, MissingParameter):
        return _with_argument(args, lacking, settings)
    return _with_options(args, lacking)


def _with_argument(args: Sequence[str], lacking: MissingParameter, settings: Settings) -> list[str]:
    if lacking.param is None or lacking.ctx is None:
        raise lacking
    verb, name = lacking.ctx.command.name or "", lacking.param.name
    behind = list(args) if "--" in args else [*args, "--"]
    if name in ("number", "numbers"):
        return [*behind, cases.case_number(settings, verb)]
    metavar = str(lacking.param.metavar or name)
    help = _STANDARD_INPUT.sub("", str(getattr(lacking.param, "help", "")))
    return [*behind, _asked(help if metavar in help else f"{metavar}（{help}）")]


def _with_options(args: Sequence[str], lacking: MissingInput | ReasonMissing) -> list[str]:
    """What an act records is asked for by the act, and not once more here."""
    labels = [re.fullmatch(_LABEL, label) for label in lacking.labels]
    options = [(label[1], label[2]) for label in labels if label]
    names = [name for name, _ in options]
    again = any(name in args for name in names)
    if not options or len(options) < len(labels) or again or _of_an_act(args, names):
        raise lacking
    words = [word for one, meaning in options for word in (one, _asked(meaning))]
    at = args.index("--") if "--" in args else len(args)
    return [*args[:at], *words, *args[at:]]


def _of_an_act(args: Sequence[str], options: Sequence[str]) -> bool:
    """Whether one of the options is a field of the act that was typed."""
    found = find(args[0]) if args else None
    act = BY_VERB.get(found[0]) if found else None
    return act is not None and any(field.flag in options for field in all_fields(act))


def _asked(label: str) -> str:
    with asker() as asking:
        return str(asking.ask(Question(label, lambda text: Reply(text, text))).value)
