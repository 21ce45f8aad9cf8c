"""What the checks of a pack ask of texts and lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from bbcs.findings import Finding

LONGEST = 60
"""Characters of a key, an edition, or an id of a source."""

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*", flags=re.ASCII)


def repeated(values: Iterable[Any]) -> list[tuple[Any, int]]:
    """Every value that occurs more than once, with the number of times."""
    return [(value, n) for value, n in Counter(values).items() if n > 1]


def is_time(text: str) -> bool:
    """Whether the text is a time of day, HH:MM."""
    hour, colon, minute = text.partition(":")
    digits = len(text) == 5 and colon and hour.isdecimal() and minute.isdecimal()
    return bool(digits) and int(hour) < 24 and int(minute) < 60


def unusable_key(where: str, what: str, key: str) -> Iterator[Finding]:
    """A finding for a key that could not be typed, stored or used in a file name."""
    if key and not (_KEY.fullmatch(key) and len(key) <= LONGEST):
        hint = f"小写字母、数字、下划线、短横线，不超过 {LONGEST} 个字，例如 my_county"
        yield Finding("bad_key", where, f"{what}“{key}”不能用", hint)
