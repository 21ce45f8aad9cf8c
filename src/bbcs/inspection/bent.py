"""Check of bent time: moments that cannot be trusted (`bbcs.domain.bent`)."""

from __future__ import annotations

from collections.abc import Iterator

from bbcs.domain.bent_text import bent_lines
from bbcs.inspection.case_view import CaseView, Problem


def bent(one: CaseView) -> Iterator[Problem]:
    """C26: an entry by whose moment, or a correction by whose value, a figure looks better or
    other.
    """
    hint = f"查原件：bbcs show {one.no} --history；报表在比率旁另计"
    for what in bent_lines(one.bending):
        yield what, hint
