"""Search: exact look-ups first (number, phone, name …), then people by part, then cases whose text
holds every word.

`case_text` holds the masked text of each case; the engine's full-text index stands over it. A text
is taken out of the index by giving back the very text that was put in, so `case_text` is changed
last. A text written by a program without full text marks the index stale; then the texts themselves
are read until `rebuild`.

Erasing: projecting a case anew takes its old text out of both, and `indexes.forget` what its
entries say of people, but SQLite's indexes keep what was deleted in their pages until `optimize`,
and a WAL until its checkpoint: `erase` has to do both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.domain.fold import fold
from bbcs.domain.repeated import compared, half_width
from bbcs.store import keys, numbers, statements as sql
from bbcs.store.codec import event
from bbcs.store.engine import Row, Session
from bbcs.store.filters import with_deadlines
from bbcs.usecases import fulltext, person_search

FOUND = (*sql.CASE, "text")
_CASE_NO = FOUND.index("case_no")
_NUMBER = frozenset("0123456789-+() ")


def find(
    session: Session, secret: bytes, text: str, limit: int, by_part: int
) -> list[Mapping[str, Any]]:
    """Returns rows of `FOUND`: exact hits, cases found by part, then cases that hold every word,
    the newest first.

    by_part: most cases that are found by part. `where` says what was found: the names of the fields;
    `by_part` whether by part. Raises BadValue when the text holds nothing to look for.
    """
    words = fulltext.words(text)
    named = _exact(session, secret, text.strip())
    parts = _by_part(session, words, by_part)
    known = list(dict.fromkeys([*named, *parts]))
    rows = [
        row for case_no in known[:limit] for row in session.all(sql.FOUND_CASE, case_no=case_no)
    ]
    if len(rows) < limit and not _unwritten(text):
        more = session.full_text.matching(words, limit - len(rows) + len(known))
        rows += [row for row in more if row[_CASE_NO] not in known]
    hits = [_named(row, named, parts) for row in rows[:limit]]
    return with_deadlines(session, hits)


def _named(
    row: Row, exact: Mapping[str, list[str]], parts: Mapping[str, list[str]]
) -> dict[str, Any]:
    case_no = row[_CASE_NO]
    where = list(dict.fromkeys([*exact.get(case_no, ()), *parts.get(case_no, ())]))
    by_part = case_no in parts and case_no not in exact
    return {**dict(zip(FOUND, row, strict=True)), "where": where, "by_part": by_part}


def _exact(session: Session, secret: bytes, text: str) -> dict[str, list[str]]:
    """Returns the cases that the whole text names with the names of the fields, the newest first
    for each way of naming.
    """
    labels: dict[str, list[str]] = {}
    ways = [
        ("编号", numbers.like(session, text)),
        ("原编号", _listed(session, sql.BY_SOURCE_NO, text)),
    ]
    for name, statement in (
        ("id_number", sql.BY_ID),
        ("phone", sql.BY_PHONE),
        ("reporter", sql.BY_NAME),
    ):
        if secret and _looks(name, text):
            key = keys.keys(secret, {name: text})[keys.COLUMNS[name]]
            ways.append((person_search.FIELDS[name], _listed(session, statement, key)))
    for label, case_nos in ways:
        for case_no in case_nos:
            labels.setdefault(case_no, []).append(label)
    return labels


_LOOKED_AT = 3
"""Entries that are looked at for each case wanted: a case may have several, or show the value no
more.
"""


def _by_part(session: Session, words: Sequence[str], most: int) -> dict[str, list[str]]:
    """Returns up to `most` cases whose people are found by every word, with the names of the
    fields.

    A value that was corrected is found no more, nor is a reporter whom no masked view names.
    """
    phrases = person_search.phrases(words) if most else []
    if not phrases:
        return {}

    labels: dict[str, list[str]] = {}
    for seq in session.people.numbers(phrases, most * _LOOKED_AT):
        (case_no,) = session.one(sql.CASE_OF, seq=seq)
        if case_no in labels:
            continue
        case = fold([event(row) for row in session.all(sql.EVENTS, case_no=case_no)])
        if case.hidden:
            continue
        if where := person_search.found_in(words, case.registered):
            labels[case_no] = where
        if len(labels) == most:
            break
    return labels


def _listed(session: Session, statement: str, value: str | None) -> list[str]:
    return [row[0] for row in session.all(statement, value=value)]


def _unwritten(text: str) -> bool:
    """Whether this is a number that no readable text holds: a mobile phone or an identity number."""
    plain = compared("phone", text)
    return _looks("id_number", text) or (
        _looks("phone", text) and len(plain) == 11 and plain[0] == "1" and plain[1] > "2"
    )


def _looks(name: str, text: str) -> bool:
    """Whether a text can be an identity number, a phone, a name."""
    plain = compared(name, text)
    if name == "id_number":
        return len(plain) in (15, 18) and plain[:-1].isdecimal()
    if name == "phone":
        return 7 <= len(plain) <= 15 and _NUMBER.issuperset(half_width(text))
    return 2 <= len(plain) <= 60 and not any(map(str.isdecimal, plain))
