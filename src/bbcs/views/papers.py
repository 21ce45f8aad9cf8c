"""The JSON document of papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bbcs.papers.paper import Paper
from bbcs.record import as_document

_LINES = ("opening", "points", "closing", "receipts", "remarks")
"""Fields of a paper that are lines of text."""


def document(papers: Sequence[Paper]) -> dict[str, Any]:
    """`doc --json` and the API: each paper with its facts by name."""
    return {
        "schema": "bbcs.papers/1",
        "papers": [
            {
                **as_document(one),
                **{name: list(getattr(one, name)) for name in _LINES},
                "day": one.day.isoformat(),
                "facts": [as_document(fact) for fact in one.facts],
            }
            for one in papers
        ],
    }
