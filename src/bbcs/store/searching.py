"""Search: exact look-ups first (number, phone, name …), then cases whose text holds every word.

`case_text` holds the masked text of each case; the engine's full-text index stands over it. A text
is taken out of the index by giving back the very text that was put in, so `case_text` is changed
last. A text written by a program without full text marks the index stale; then the texts
themselves are read until `rebuild`.

Erasing: projecting a case anew takes its old text out of both, but SQLite's index keeps what was
deleted in its pages until `INSERT INTO case_search(case_search) VALUES('optimize')`, and a WAL
until its checkpoint: `erase` has to do both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bbcs.domain.repeated import half_width
from bbcs.errors import UnknownCase
from bbcs.store import keys, numbers, statements as sql
from bbcs.store.engine import Row, Session
from bbcs.store.waiting import with_deadlines
from bbcs.usecases import fulltext

FOUND = (*sql.CASE, "text")
_CASE_NO = FOUND.index("case_no")
_TOP = 2**63 - 1
_NUMBER = frozenset("0123456789-+() ")


def order(case_no: str) -> int:
    """Returns `case_text.id`: it grows with day and serial, so the newest is found first."""
    _, day, serial = numbers.parts(case_no)
    return int(day.replace("-", "")) << 24 | serial


def put(session: Session, case_no: str, text: Row | None) -> None:
    """Replaces the text of a case; an unchanged one is not touched. text: a row of `sql.TEXT`."""
    old = session.one(sql.ITS_TEXT, case_no=case_no)
    if old == text:
        return
    if session.full_text.usable():
        before = old[3] if old else None
        after = text[3] if text else None
        session.full_text.replace(order(case_no), before, after)
    else:
        session.full_text.mark_stale()
    if text:
        session.put(sql.PUT_TEXT, sql.TEXT, [text])
    else:
        session.execute(sql.DROP_TEXT, case_no=case_no)


def find(
    session: Session, secret: bytes, text: str, limit: int, after: str = ""
) -> list[Mapping[str, Any]]:
    """Returns rows of `FOUND`: exact hits, then cases that hold every word, the newest first.

    after: the last case of the page before. Raises UnknownCase for an unknown one, BadValue when
    the text holds nothing to look for.
    """
    wanted = fulltext.words(text)
    exact = _exact(session, secret, text.strip())
    first, before = exact, _TOP
    if after in exact:
        first = exact[exact.index(after) + 1 :]
    elif after:
        if not session.one(sql.EXACT, case_no=after):
            raise UnknownCase(after)
        first, before = [], order(after)
    rows = [
        row for case_no in first[:limit] for row in session.all(sql.FOUND_CASE, case_no=case_no)
    ]
    if len(rows) < limit and not _unwritten(text):
        more = session.full_text.matching(wanted, before, limit - len(rows) + len(exact))
        rows += [row for row in more if row[_CASE_NO] not in exact]
    found = [dict(zip(FOUND, row, strict=True)) for row in rows[:limit]]
    return with_deadlines(session, found)


def _exact(session: Session, secret: bytes, text: str) -> list[str]:
    """Returns the cases that the whole text names, the newest first for each way of naming."""
    found = [*numbers.like(session, text), *_listed(session, sql.BY_SOURCE_NO, text)]
    for name, statement in (
        ("id_number", sql.BY_ID),
        ("phone", sql.BY_PHONE),
        ("reporter", sql.BY_NAME),
    ):
        if secret and _looks(name, text):
            key = keys.keys(secret, {name: text})[keys.COLUMNS[name]]
            found += _listed(session, statement, key)
    return list(dict.fromkeys(found))


def _listed(session: Session, statement: str, value: str | None) -> list[str]:
    return [row[0] for row in session.all(statement, value=value)]


def _unwritten(text: str) -> bool:
    """Whether this is a number that no readable text holds: a mobile phone or an identity number."""
    plain = keys.plain("phone", text)
    return _looks("id_number", text) or (
        _looks("phone", text) and len(plain) == 11 and plain[0] == "1" and plain[1] > "2"
    )


def _looks(name: str, text: str) -> bool:
    """Whether a text can be an identity number, a phone, a name."""
    plain = keys.plain(name, text)
    if name == "id_number":
        return len(plain) in (15, 18) and plain[:-1].isdecimal()
    if name == "phone":
        return 7 <= len(plain) <= 15 and _NUMBER.issuperset(half_width(text))
    return 2 <= len(plain) <= 60 and not any(map(str.isdecimal, plain))
