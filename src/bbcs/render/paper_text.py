"""A paper of a case as plain text, for the terminal and for programs."""

from __future__ import annotations

from collections.abc import Iterator

from bbcs.papers.paper import Paper, day
from bbcs.render.safe import safe_text
from bbcs.render.width import columns, wrapped

WIDTH = 78
UNNUMBERED = "（写成文件时编号）"
"""Where the number stands on a paper that has none yet."""

_LABEL = 18
"""Columns that the names of the facts take."""


def text(paper: Paper) -> str:
    """The paper, line by line."""
    return "\n".join(line.rstrip() for line in _lines(paper))


def _lines(paper: Paper) -> Iterator[str]:
    yield _centred(paper.title)
    yield _centred(paper.number or UNNUMBERED)
    yield ""
    if paper.to:
        yield f"{safe_text(paper.to)}："
    for line in paper.opening:
        yield from _paragraph(line)
    for at, line in enumerate(paper.points, 1):
        yield from _paragraph(f"{at}. {line}")
    if paper.opening or paper.points:
        yield ""
    for fact in paper.facts:
        yield from _fact(fact.label, fact.text)
    if paper.facts:
        yield ""
    for line in paper.closing:
        yield from _paragraph(line)
    yield _right(paper.signature)
    yield _right(day(paper.day))
    yield ""
    yield from paper.receipts
    yield from (safe_text(line) for line in paper.remarks)


def _paragraph(text: str) -> Iterator[str]:
    for line in safe_text(text).split("\n"):
        yield from wrapped(f"　　{line}", WIDTH)


def _fact(label: str, text: str) -> Iterator[str]:
    """A label, and the text beside it, wrapped below itself."""
    head = label + " " * max(1, _LABEL - columns(label))
    for line in safe_text(text).split("\n"):
        for part in wrapped(line, WIDTH - _LABEL):
            yield head + part
            head = " " * _LABEL


def _centred(text: str) -> str:
    return " " * ((WIDTH - columns(text)) // 2) + text


def _right(text: str) -> str:
    return " " * max(0, WIDTH - 8 - columns(text)) + text
