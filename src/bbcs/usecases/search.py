"""Search over everything readable: rows of cases, each with the text around the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.record import Record
from bbcs.usecases import fulltext
from bbcs.usecases.ledger import Ledger
from bbcs.usecases.office import READERS, Office, need


class Search(Record):
    """What was found, the best first; `views.search` makes lines of it.

    stored: rows of case_row. snippets: for each row the pieces of its text that hold the words.
    more: there are others beyond the limit.
    """

    stored: Sequence[Mapping[str, Any]]
    snippets: Sequence[Sequence[str]]
    more: bool


def search(ledger: Ledger, office: Office, text: str, limit: int, after: str = "") -> Search:
    """The cases that this text names, then those with all its words.

    A text names a case by number, foreign number, phone, identity number or name.

    Raises NotPermitted, BadValue when there is nothing to look for, UnknownCase for an unknown
    `after`.
    """
    need(office, "查看", *READERS)
    words = fulltext.words(text)
    stored = ledger.search(text, limit + 1, after)
    page = stored[:limit]
    snippets = [fulltext.snippets(row["text"], words) for row in page]
    return Search(page, snippets, len(stored) > limit)
