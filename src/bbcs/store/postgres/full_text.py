"""The search of a PostgreSQL ledger: the terms of each text between blanks, found by LIKE.

`case_search` and `person_search` hold what SQLite's indexes hold: each term with a blank on both
sides, so that a phrase of any length is found. Where the extension pg_trgm is there, `county init`
lays an index over the terms of cases; without it the terms of the station are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bbcs.store import statements as sql
from bbcs.store.engine import Row
from bbcs.store.postgres import dialect
from bbcs.usecases import fulltext

if TYPE_CHECKING:
    from bbcs.store.postgres.session import PostgresSession

CASE_SEARCH, PERSON_SEARCH = "case_search", "person_search"


class PostgresFullText:
    """One table of terms of one station; implements `engine.FullText`."""

    def __init__(self, session: PostgresSession, index: str, terms: Callable[[str], str]) -> None:
        """index: its name. terms: what it holds of a text, between blanks."""
        self._session, self._index, self._terms = session, index, terms
        self._usable: bool | None = None

    def _run(self, statement: str, **values: Any) -> Any:
        return self._session.execute(statement.format(index=self._index), **values)

    def usable(self) -> bool:
        """Whether no text was written without the terms; only a rebuild at work makes it False."""
        if self._usable is None:
            self._usable = not self.stale_mark()
        return self._usable

    def replace(self, number: int, old: str | None, new: str | None) -> None:
        """Replaces the terms of one row."""
        if new is not None:
            self._run(dialect.PUT_TERMS, number=number, terms=_bounded(self._terms(new)))
        elif old is not None:
            self._run(dialect.DROP_TERMS, number=number)

    def add(self, terms: Iterable[tuple[int, str]]) -> None:
        """Puts in the terms of rows of which it holds none yet."""
        station = self._session.station
        rows = [(station, number, _bounded(text)) for number, text in terms]
        columns = ("station", "number", "terms")
        self._session.put(dialect.PUT_TERMS.format(index=self._index), columns, rows)

    def misconfigured(self) -> bool:
        """Never: a table of terms has no settings."""
        return False

    def mark_stale(self, mark: int = 1) -> None:
        """Notes that terms are missing; an earlier mark stays."""
        self._usable = None
        self._run(dialect.PUT_MARK, name=self._index, mark=mark)

    def stale_mark(self) -> int:
        """Returns the mark that `mark_stale` left, 0 for none."""
        row = self._run(dialect.MARK, name=self._index).fetchone()
        return int(row[0]) if row else 0

    def mark_usable(self) -> None:
        """Notes that the terms of every text are there again."""
        self._usable = None
        self._run(dialect.DROP_MARK, name=self._index)

    def clear(self) -> None:
        """Makes it empty and usable."""
        self._run(dialect.DROP_ALL_TERMS)
        self.mark_usable()

    def purge(self) -> bool:
        """Nothing: what was deleted is gone for every statement, and the pages with VACUUM."""
        return True

    def numbers(self, words: Sequence[Sequence[str]], limit: int) -> list[int]:
        """Returns the rows that hold of every word one of its phrases, the newest first; [] while
        terms are missing.
        """
        if not self.usable():
            return []
        terms, values = "", {}
        for number, phrases in enumerate(words):
            terms += f" AND terms LIKE ANY (:word{number})"
            values[f"word{number}"] = [_pattern(phrase) for phrase in phrases]
        text = dialect.NUMBERS.format(index=self._index, terms=terms)
        return [row[0] for row in self._session.all(text, limit=limit, **values)]

    def matching(self, words: Sequence[str], limit: int) -> list[Row]:
        """Returns rows of `statements.FOUND` that hold every word; where terms are missing by
        reading all texts.
        """
        phrases = [" ".join(word) for word in words]
        if self.usable():
            return self._session.all(
                sql.FOUND + dialect.MATCHING,
                patterns=[_pattern(phrase) for phrase in phrases],
                limit=limit,
            )
        rows: list[Row] = []
        for row in self._session.stream(sql.FOUND + dialect.READING_TEXTS):
            text = _bounded(fulltext.spaced(row[-1]))
            if all(f" {phrase} " in text for phrase in phrases):
                rows.append(row)
            if len(rows) == limit:
                break
        return rows

    def terms(self) -> Iterable[tuple[str, int, int, int]]:
        """Gives what it holds."""
        return self._session.all(dialect.TERMS.format(index=self._index))

    def finds(self, newest: Mapping[str, int]) -> bool:
        """Always: a search reads the terms themselves, or an index that the server keeps."""
        return True


def _bounded(terms: str) -> str:
    return f" {' '.join(terms.split())} "


def _pattern(phrase: str) -> str:
    plain = phrase.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"% {plain} %"
