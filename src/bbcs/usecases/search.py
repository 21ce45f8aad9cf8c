"""Search over everything readable: rows of cases, each with the text around the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bbcs.record import Record
from bbcs.usecases import fulltext, person_search
from bbcs.usecases.office import READERS, Office, need

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class Search(Record):
    """What was found, the best first; `views.search` makes lines of it.

    stored: rows of case_row. snippets: for each row the fields that hold a personal value, and the
    pieces of its text that hold the words. more: there are others beyond the limit.
    """

    stored: Sequence[Mapping[str, Any]]
    snippets: Sequence[Sequence[str]]
    more: bool


def search(ledger: Ledger, office: Office, text: str, limit: int) -> Search:
    """The cases that this text names, those that a part of a personal value names, then those with
    all its words.

    A text names a case by number, foreign number, phone, identity number or name; by part by a
    surname, two characters of a name, four digits of a phone, six of an identity number. A search
    that finds by part is counted in the log of the home.

    Raises NotPermitted, BadValue when there is nothing to look for.
    """
    need(office, "查看", *READERS)
    words = fulltext.words(text)
    stored = ledger.search(text, limit + 1, person_search.MOST + 1)
    parts = [row["case_no"] for row in stored if row["by_part"]]
    beyond = set(parts[person_search.MOST :])
    page = [row for row in stored if row["case_no"] not in beyond][:limit]
    if parts:
        ledger.count_search(office.stamp, len(parts) - len(beyond))
    snippets = [[*row["where"], *fulltext.snippets(row["text"], words)] for row in page]
    return Search(page, snippets, len(stored) > limit or bool(beyond))
