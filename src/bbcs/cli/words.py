"""Prints the words that can be typed: those of the rule pack and the aliases of commands.

Those of the pack by axis (`bbcs help words`), and those of a field for refusals and help lines.
"""

from __future__ import annotations

from typing import Any

from bbcs.cli import context
from bbcs.cli.settings import Settings
from bbcs.config import packs
from bbcs.config.home_files import STATION
from bbcs.domain.acts import Act, Field
from bbcs.domain.inputs import all_fields, short_help
from bbcs.domain.pack import AXES, RulePack
from bbcs.errors import LISTED, MissingInput, ReasonMissing, UnknownWord, chinese_first


def rows(settings: Settings) -> list[dict[str, Any]]:
    """Every word of the rules of the home, of the default ones where there is no home."""
    return [
        {"axis": axis, "name": word.key, "meaning": word.label, "aliases": list(word.aliases)}
        for axis in AXES
        for word in _pack(settings).words.get(axis, {}).values()
    ]


def of_axis(words: list[dict[str, Any]], axis: str) -> list[dict[str, Any]]:
    """The words of one axis, by its key or its Chinese name; all of them without any.

    Raises UnknownWord.
    """
    if not axis:
        return words
    wanted = next((key for key, name in AXES.items() if axis in (key, name)), "")
    if not wanted:
        both = [chinese_first(*pair) for pair in AXES.items()]
        raise UnknownWord(
            "词的类别", axis, both, [*AXES, *AXES.values()], list(AXES), "axis", whole=True
        )
    return [word for word in words if word["axis"] == wanted]


def lines_of(words: list[dict[str, Any]]) -> list[str]:
    """Words as people read them: an axis, its words below it."""
    lines: list[str] = []
    for axis in dict.fromkeys(word["axis"] for word in words):
        lines += ["", f"{AXES[axis]}（{axis}）："]
        for word in (one for one in words if one["axis"] == axis):
            line = f"  {word['meaning']}  {word['name']}"
            if word["aliases"]:
                line += f"  也可写：{'、'.join(word['aliases'])}"
            lines.append(line)
    return lines[1:]


def _pack(settings: Settings) -> RulePack:
    if not (settings.folder / STATION).is_file():
        return packs.pack("default")
    return context.pack(settings)


def possible(field: Field, pack: RulePack) -> str:
    """What can be written for a field of words: `简单、复杂、超出本级`; "" for any other field."""
    words = pack.words.get(field.axis, {})  # no axis has no name, so "" has no words
    labels = [word.label for word in words.values()] or [
        field.choice_text(choice) for choice in field.choices
    ]
    text = "、".join(labels[:LISTED])
    if len(labels) > LISTED:
        text += f"……见 bbcs help words {field.axis}".rstrip()
    return text


def explain(lacking: MissingInput | ReasonMissing, act: Act, pack: RulePack) -> None:
    """Add to a refusal because words are missing which words can be written."""
    fields = [field for field in all_fields(act) if field.name in lacking.asked]
    for field in fields:
        words = possible(field, pack)
        if words and len(lacking.asked) > 1:
            lacking.message += f"；{short_help(field)}可写：{words}"
        elif words:
            lacking.message += f"；可写：{words}"
