"""Finding: a defect in data, as a value. Refusals are exceptions: `bbcs.errors`."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bbcs.errors import nearest
from bbcs.record import Record


class Finding(Record):
    """One defect: a stable code, the place it was found (case number, file or key), what, and what
    helps.
    """

    code: str
    where: str
    what: str
    hint: str = ""


def strangers(where: str, what: str, words: Iterable[str], known: Collection[str]) -> list[Finding]:
    """A finding for each given word that is not known, with the nearest one."""
    return [
        Finding("unknown_word", where, f"{what}“{word}”不认识", _near(word, known))
        for word in words
        if word not in known
    ]


def _near(word: str, known: Iterable[str]) -> str:
    known = list(known)
    near = nearest(word, known)
    return f"是不是“{near}”" if near else f"可用：{'、'.join(item for item in known if item)}"
