"""The two full-text indexes of a ledger, and what each holds: for filling, mending and proving
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from bbcs.errors import StoreUnreachable
from bbcs.record import Record
from bbcs.store import numbers, statements as sql
from bbcs.store.codec import event
from bbcs.store.engine import Row, Session
from bbcs.usecases import fulltext

if TYPE_CHECKING:
    from bbcs.store.engine_protocol import FullText


class Index(Record):
    """A full-text index. rows: number and text of every row that belongs in it.

    row: the text of one, None for none.

    terms: what the index holds of a text. what: what people read when it is wrong.
    """

    name: str
    what: str
    of: Callable[[Session], FullText]
    rows: Callable[[Session], Iterable[tuple[int, str]]]
    row: Callable[[Session, int], str | None]
    terms: Callable[[str], list[str]]


def _text(session: Session, number: int) -> str | None:
    row = session.one(sql.TEXT_OF, number=number)
    return row[0] if row else None


def _people(session: Session) -> Iterator[tuple[int, str]]:
    for row in session.stream(sql.NAMING_PEOPLE):
        if terms := _terms(row):
            yield row[0], terms


def _naming(session: Session, number: int) -> str | None:
    row = session.one(sql.ENTRY_AT, seq=number)
    return _terms(row) or None


def _terms(row: tuple[object, ...]) -> str:
    from bbcs.usecases import person_search  # not for entries without people

    one = event(row)
    return person_search.terms(one.kind, one.data)


CASES = Index(
    "case_search",
    "查找用的索引与各件的文字不符",
    lambda session: session.full_text,
    lambda session: session.stream(sql.TEXTS),
    _text,
    lambda text: fulltext.spaced(text).split(),
)
PEOPLE = Index(
    "person_search",
    "按部分姓名、号码查找用的索引与记录不符",
    lambda session: session.people,
    _people,
    _naming,
    str.split,
)
INDEXES = (CASES, PEOPLE)


def _order(case_no: str) -> int:
    """Returns `case_text.id`: it grows with day and serial, so the newest is found first."""
    _, day, serial = numbers.parts(case_no)
    return order_of(day, serial)


def order_of(day: str, serial: int) -> int:
    """The same of the parts of a case number."""
    return int(day.replace("-", "")) << 24 | serial


def put_text(session: Session, case_no: str, text: Row | None) -> None:
    """Replaces the text of a case; an unchanged one is not touched. text: a row of `sql.TEXT`."""
    old = session.one(sql.ITS_TEXT, case_no=case_no)
    if old == text:
        return
    if session.full_text.usable():
        before = old[3] if old else None
        after = text[3] if text else None
        session.full_text.replace(_order(case_no), before, after)
    else:
        session.full_text.mark_stale()
    if text:
        session.put(sql.PUT_TEXT, sql.TEXT, [text])
    else:
        session.execute(sql.DROP_TEXT, case_no=case_no)


def terms_of(texts: Sequence[Row]) -> list[tuple[int, str]]:
    """Number and terms of rows of `sql.TEXT`, as the index takes them."""
    return [(number, fulltext.spaced(text)) for _, number, _, text in texts]


def add_texts(session: Session, texts: Sequence[Row], terms: Sequence[tuple[int, str]]) -> None:
    """Stores the texts of cases that have none yet. texts: rows of `sql.TEXT`; terms: theirs."""
    add_terms(session, terms)
    session.put(sql.INSERT_TEXT, sql.TEXT, texts)


def add_terms(session: Session, terms: Sequence[tuple[int, str]]) -> None:
    """Puts the terms of texts into the index that holds none of them yet."""
    if not terms:
        return
    if session.full_text.usable():
        session.full_text.add(terms)
    else:
        session.full_text.mark_stale()


def put_person(session: Session, seq: int, terms: str) -> None:
    """Puts what an entry says of people into the index."""
    if not terms:
        return
    if session.people.usable():
        session.people.replace(seq, None, terms)
    else:
        session.people.mark_stale()


def put_people(session: Session, named: Sequence[tuple[int, str]]) -> None:
    """The same of many entries: number, and what it says of people."""
    if not named:
        return
    if session.people.usable():
        session.people.add(named)
    else:
        session.people.mark_stale()


def forget(session: Session, seq: int) -> None:
    """Takes an entry out of the index of people, before its personal body is erased.

    `purge` has to follow, and a checkpoint, before it is in no page any more.
    """
    terms = _naming(session, seq)
    if terms and session.people.usable():
        session.people.replace(seq, terms, None)


def purge(session: Session) -> None:
    """Leaves nothing in any page of the indexes of what was taken out of them.

    Raises StoreUnreachable where this machine cannot write an index that the ledger has.
    """
    for index in INDEXES:
        if not index.of(session).purge():
            raise StoreUnreachable(
                "这台电脑的 SQLite 没有全文检索（FTS5），查找用的索引清不干净，什么都没有改；"
                "请换一台装了新版 Python 的电脑清除"
            )
