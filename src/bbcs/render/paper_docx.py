"""A paper of a case as a Word document, from the shipped template or one of the office."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bbcs.papers.paper import Paper, day
from bbcs.render import docx_template
from bbcs.render.docx_template import text
from bbcs.render.files import whole

SHIPPED = "paper.docx"
"""The template of all kinds; one for a kind is called like it: `order.docx`."""


def write(path: Path, paper: Paper, home: Path, *, mode: int | None = None) -> None:
    """Write the document, whole or not at all.

    Raises ExtraMissing without the extra docx, BadValue for a template that cannot be filled,
    OutputNotWritable, DiskFull.
    """
    word = document(paper, home)
    with whole(path, mode=mode) as draft:
        draft.write_bytes(word)


def document(paper: Paper, home: Path) -> bytes:
    """The document of a paper."""
    return docx_template.fill(home, (f"{paper.kind}.docx", SHIPPED), fields(paper))


def fields(paper: Paper) -> dict[str, Any]:
    """What a template may name."""
    rows = [
        {"key": one.key, "label": text(one.label), "text": text(one.text)} for one in paper.facts
    ]
    return {
        "kind": paper.kind,
        "title": paper.title,
        "case_no": paper.case_no,
        "number": text(paper.number),
        "to": text(paper.to),
        "signature": text(paper.signature),
        "day": day(paper.day),
        "facts": rows,
        "fields": {one["key"]: one["text"] for one in rows},
        **{
            name: [text(line) for line in getattr(paper, name)]
            for name in ("opening", "points", "closing", "receipts", "remarks")
        },
    }
