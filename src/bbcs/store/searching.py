"""Search: the index of the readable texts, and the exact look-ups that stand before it.

`case_text` holds the masked text of each case; the full-text table over it keeps only where each character stands, spaced out, so
that a phrase of any length from one character on is found (SQLite's own tokenizers find no word inside a Chinese sentence, the
trigram one none shorter than three). Contentless: to take a text out of it, the very text that was put in is given back, so
`case_text` is changed last. Measured on 100,000 texts of 139 characters with SQLite 3.40: 35 MB, 72 µs each to build, against
93 MB and 83 µs in all for an index with its content spaced out beside it, which could show no readable snippet either.

Erasing: projecting a case anew takes its old text out of both, but the index keeps what was deleted in its pages until
`INSERT INTO case_search(case_search) VALUES('optimize')`, and a WAL until its checkpoint: `erase` has to do both.

Without FTS5 the same question is asked of `case_text`, row by row. A text written by a program without FTS5 marks the index stale;
it is then left alone until `rebuild`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.errors import UnknownCase
from bbcs.store import dialect, keys, numbers, statements as sql
from bbcs.usecases import fulltext

Row = tuple[Any, ...]
FOUND = (*sql.CASE, "text")
_TOP = 2**63 - 1
_NUMBER = frozenset("0123456789-+() ")


def order(case_no: str) -> int:
    """Where a case stands among all: by its day and serial, so that the newest is found first without sorting."""
    _, day, serial = numbers.parts(case_no)
    return int(day.replace("-", "")) << 24 | serial


def usable(connection: Any) -> bool:
    """Whether the index can be used: FTS5 is there, the table too, and nothing was written past it."""
    try:
        connection.execute(dialect.SEARCHABLE)
        return not connection.execute(dialect.STALE).fetchone()
    except sqlite3.OperationalError:
        return False


def put(connection: Any, case_no: str, text: Row | None, *, index: bool) -> None:
    """Replace the text of a case; what is the same already is not touched."""
    old = connection.execute(sql.ITS_TEXT, {"case_no": case_no}).fetchone()
    if old == text:
        return
    if index:
        if old:
            connection.execute(dialect.UNINDEX, (old[0], fulltext.spaced(old[2])))
        if text:
            connection.execute(dialect.INDEX, (text[0], fulltext.spaced(text[2])))
    elif connection.execute(dialect.INDEXED).fetchone():
        connection.execute(dialect.MARK_STALE)
    if text:
        connection.execute(sql.PUT_TEXT, text)
    else:
        connection.execute(sql.DROP_TEXT, {"case_no": case_no})


def clear(connection: Any) -> None:
    """An empty index, made where FTS5 has come since."""
    if not dialect.has_full_text(connection):
        if connection.execute(dialect.INDEXED).fetchone():
            connection.execute(dialect.MARK_STALE)
        return
    if connection.execute(dialect.INDEXED).fetchone():
        connection.execute(dialect.UNINDEX_ALL)
        connection.execute(dialect.UNMARK_STALE)
    else:
        connection.execute(dialect.FULL_TEXT)


def find(
    connection: Any, secret: bytes, text: str, limit: int, after: str = ""
) -> list[Mapping[str, Any]]:
    """Rows of `FOUND`: cases this is the number, foreign number, phone, identity number or name of, then those that hold every word."""
    wanted = fulltext.words(text)
    exact = _exact(connection, secret, text.strip())
    first, before = exact, _TOP
    if after in exact:
        first = exact[exact.index(after) + 1 :]
    elif after:
        if not connection.execute(sql.EXACT, {"case_no": after}).fetchone():
            raise UnknownCase(after)
        first, before = [], order(after)
    rows = [
        row
        for case_no in first[:limit]
        for row in connection.execute(sql.FOUND_CASE, {"case_no": case_no}).fetchall()
    ]
    if len(rows) < limit and not _unwritten(text):
        more = _holding(connection, wanted, before, limit - len(rows) + len(exact))
        rows += [row for row in more if row[0] not in exact]
    return [dict(zip(FOUND, row, strict=True)) for row in rows[:limit]]


def _holding(connection: Any, wanted: Sequence[str], before: int, limit: int) -> list[Row]:
    phrases = [" ".join(word) for word in wanted]
    if usable(connection):
        named = {
            "words": " ".join(f'"{phrase}"' for phrase in phrases),
            "before": before,
            "limit": limit,
        }
        return list(connection.execute(sql.FOUND + dialect.MATCHING, named).fetchall())
    connection.create_function("spaced", 1, fulltext.spaced, deterministic=True)
    terms = "".join(f" AND spaced(t.text) LIKE :word{number}" for number in range(len(phrases)))
    named = {
        "before": before,
        "limit": limit,
        **{f"word{number}": f"%{phrase}%" for number, phrase in enumerate(phrases)},
    }
    return list(
        connection.execute(
            f"{sql.FOUND} WHERE t.id < :before{terms} ORDER BY t.id DESC LIMIT :limit", named
        ).fetchall()
    )


def _exact(connection: Any, secret: bytes, text: str) -> list[str]:
    """Numbers of the cases that this text names as a whole, the newest first within each way of naming."""
    found = [*numbers.like(connection, text), *_listed(connection, sql.BY_SOURCE_NO, text)]
    for name, statement in (
        ("id_number", sql.BY_ID),
        ("phone", sql.BY_PHONE),
        ("reporter", sql.BY_NAME),
    ):
        if secret and _looks(name, text):
            found += _listed(
                connection, statement, keys.keys(secret, {name: text})[keys.COLUMNS[name]]
            )
    return list(dict.fromkeys(found))


def _listed(connection: Any, statement: str, value: str | None) -> list[str]:
    return [row[0] for row in connection.execute(statement, {"value": value}).fetchall()]


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
        return 7 <= len(plain) <= 15 and _NUMBER.issuperset(fulltext.half(text))
    return 2 <= len(plain) <= 60 and not any(map(str.isdecimal, plain))
