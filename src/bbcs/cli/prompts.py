"""Asking at a terminal for what is missing. Never called without one; EOF is no consent."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from bbcs.cli import dates
from bbcs.cli.settings import at_terminal
from bbcs.domain.acts.fields import Act, Field
from bbcs.domain.inputs import all_fields, read_one, short_help
from bbcs.domain.masking import free_text
from bbcs.errors import BbcsError, Declined, MissingInput, ReasonMissing
from bbcs.render.terminal import talk
from bbcs.usecases.office import Office


def ask_for(
    fields: Iterable[Field], where: Office, *, optional: Iterable[Field] = ()
) -> dict[str, Any]:
    """Answers by field name: required ones until given, optional ones once (Enter skips)."""
    inputs: dict[str, Any] = {}
    skip = list(optional)
    for field in [*fields, *skip]:
        answer = _ask(field, where, required=field not in skip)
        if answer != "":
            inputs[field.name] = answer
    return inputs


YES_NO = {"是": True, "否": False, "y": True, "n": False}

OFFERED = {"assign": ("assist", "handler")}
"""Verb -> fields that a prompt offers beside those it needs."""


def _ask(field: Field, where: Office, *, required: bool) -> Any:
    """One answer, asked again until it can be taken; "" when an optional one is skipped."""
    words, label = _words(field, where), _label(field)
    if not required:
        label += "（可回车跳过）"
    if words:
        talk("  " + "  ".join(f"{number} {word}" for number, word in words.items()))
    while True:
        text = line(f"{label}：").strip()
        text = words.get(text, text)
        if not text and not required:
            return ""
        if not text:
            talk("  这一项必填")
            continue
        if field.type == "bool":
            if text in YES_NO:
                return YES_NO[text]
            continue
        try:
            typed: Any = text
            if field.many:
                typed = [text]
            answer = dates.resolve_option(field, typed, where)
            read_one(field, answer, where.reader)
        except BbcsError as refused:
            talk(f"  {free_text(refused.message)}")
        else:
            return answer


def _label(field: Field) -> str:
    """What a prompt calls a field: its short name, of the matter also what is meant by it."""
    if field.name == "matter" and "：" in field.help:
        return field.help.replace("：", "（", 1) + "）"
    return short_help(field)


def _words(field: Field, where: Office) -> dict[str, str]:
    """The number to type -> the word; a grade goes by its own number."""
    if field.type == "bool":
        return {"1": "是", "2": "否"}
    if field.choices:
        return {
            str(number): field.choice_text(choice) for number, choice in enumerate(field.choices, 1)
        }
    words = where.pack.words.get(field.axis, {}).values()
    if field.axis == "grade":
        return {str(word.value): word.label for word in words}
    return {str(number): word.label for number, word in enumerate(words, 1)}


T = TypeVar("T")


def asking(
    act: Act, inputs: dict[str, Any], where: Office, run: Callable[[dict[str, Any]], T]
) -> T:
    """Run with what was said; at a terminal ask for what turns out to be missing and run again.

    Nothing was written by then.
    """
    while True:
        try:
            return run(inputs)
        except (MissingInput, ReasonMissing) as lacking:
            fields = [field for field in all_fields(act) if field.name in lacking.asked]
            if not fields or not at_terminal():
                raise
            talk(f"bbcs: {lacking.message}")
            offered = [
                field
                for field in all_fields(act)
                if field.name in OFFERED.get(act.verb, ()) and field.name not in inputs
            ]
            inputs |= ask_for(fields, where, optional=offered)


def line(prompt: str) -> str:
    """One line typed by a person; Declined at the end of input."""
    sys.stderr.write(prompt)
    sys.stderr.flush()
    typed = sys.stdin.readline()
    if not typed:
        sys.stderr.write("\n")
        raise Declined("输入结束，没有改动")
    return typed.rstrip("\n")


def confirm(question: str) -> bool:
    """是 or 否; anything but a clear yes is a no."""
    return line(f"{question}（是/否，默认否）：").strip().lower() in ("是", "y", "yes")
