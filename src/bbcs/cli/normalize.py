"""Turns full-width characters of an input method into what the keyboard would have given.

That is full-width digits, letters, signs and blanks, and long dashes.
"""

from __future__ import annotations

DASHES = "－—–−‐‑‒―─ー"
"""Dashes that people type in place of a hyphen."""

_HALF = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | {0x3000: 0x20}
    | {ord(dash): ord("-") for dash in DASHES}
)

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
