"""Asking at a terminal: one table of fields, one interface, an editor and a plain way of asking.

Never called without a terminal; the end of input is no consent.
"""

from __future__ import annotations

from bbcs.cli.prompts.question import Question, no_unless_agreed
from bbcs.cli.prompts.terminal import asker

__all__ = ["Question", "asker", "confirm"]


def confirm(question: str) -> bool:
    """是 or 否; Enter alone is a no, anything unclear is asked again.

    Raises Declined at the end of input.
    """
    with asker() as asking:
        answer = asking.ask(no_unless_agreed(question))
    return answer.value is True
