"""Asking at a terminal for what is missing. Never called without one; EOF is no consent."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from bbcs.domain.acts import Field
from bbcs.domain.reading import CHOICES, short_help
from bbcs.errors import Declined
from bbcs.render.terminal import talk
from bbcs.usecases.office import Office


def ask_for(fields: Iterable[Field], where: Office, *, optional: Iterable[Field] = ()) -> dict[str, Any]:
    """Answers by field name: required ones until given, optional ones once (Enter skips)."""
    said: dict[str, Any] = {}
    skip = list(optional)
    for field in [*fields, *skip]:
        answer = _ask(field, where, required=field not in skip)
        if answer:
            said[field.name] = answer
    return said


def _ask(field: Field, where: Office, *, required: bool) -> Any:
    words = _words(field, where)
    if words:
        talk("  " + "  ".join(f"{number} {word}" for number, word in enumerate(words, 1)))
    while True:
        text = line(f"{short_help(field)}{'' if required else '（可回车跳过）'}：").strip()
        if words and text.isdigit() and 1 <= int(text) <= len(words):
            text = words[int(text) - 1]
        if text or not required:
            return [text] if field.many and text else text


def _words(field: Field, where: Office) -> list[str]:
    if field.choices:
        return [CHOICES.get(choice, choice) for choice in field.choices]
    return [word.label for word in where.pack.words.get(field.axis, {}).values()]


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
