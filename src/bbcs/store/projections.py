"""Writes the stored rows of a folded case, and reads them back in the same shape.

So two projections are equal when their tuples are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bbcs.calendar.layers import ExceptionalDay, Imported
from bbcs.errors import BadValue, BbcsError
from bbcs.record import Record
from bbcs.store import indexes, numbers, statements as sql
from bbcs.store.codec import moment
from bbcs.store.engine import Row, Session
from bbcs.usecases.ledger import Projection


class Rows(Record):
    """The rows of one case, columns as in `statements`; `case` is () when there is none."""

    case: Row
    orders: tuple[Row, ...]
    callbacks: tuple[Row, ...]
    phones: tuple[Row, ...]
    asked: tuple[Row, ...]
    deadlines: tuple[Row, ...]
    papers: tuple[Row, ...]
    movements: tuple[Row, ...]
    waivers: tuple[Row, ...]
    references: tuple[Row, ...]
    texts: tuple[Row, ...]


_EMPTY: Mapping[str, Any] = {
    "provisional": 0,
    "round": 1,
    "paused": 0,
    "supervised": 0,
    "steady": 0,
    "fold": "{}",
}
CASE_NO = sql.CASE.index("case_no")
_ASIS = frozenset({str, int, type(None)})
_KNOWN = {
    "case_row": frozenset(sql.CASE),
    "order_row": frozenset(sql.ORDER),
    "callback_row": frozenset(sql.CALLBACK),
    "phone_row": frozenset(sql.PHONE),
    "person_item": frozenset(sql.PERSON_ITEM),
    "deadline_row": frozenset(sql.DEADLINE),
    "paper_row": frozenset(sql.PAPER),
    "movement": frozenset(sql.MOVEMENT),
    "waiver": frozenset(sql.WAIVER),
    "reference": frozenset(sql.REFERENCE),
}


def rows(
    projection: Projection, station: str, keys: Mapping[str, str | None], phones: Sequence[str] = ()
) -> Rows:
    """A projection as it is stored; `keys`: the keyed look-ups of its people, `phones`: of further
    numbers.
    """
    case_no = projection.case["case_no"]
    its, day, serial = numbers.parts(case_no)
    case = {**_EMPTY, **projection.case, **keys, "station": its, "day": day, "serial": serial}
    if case.get("source_no") and case.get("source") is None:
        case["source"] = ""
    of_case = {"station": its, "case_no": case_no}
    orders = [{"provisional": 0, **one} for one in projection.orders]
    further = [{"number": number, "phone_key": key} for number, key in enumerate(phones, 2)]
    return Rows(
        _row("case_row", sql.CASE, case),
        _sorted("order_row", sql.ORDER, orders, of_case, slice(2, 3)),
        _sorted("callback_row", sql.CALLBACK, projection.callbacks, of_case, slice(2, 3)),
        _sorted("phone_row", sql.PHONE, further, of_case, slice(2, 3)),
        _sorted("person_item", sql.PERSON_ITEM, _asked(case, phones), of_case, slice(1, 3)),
        _sorted("deadline_row", sql.DEADLINE, projection.deadlines, of_case, slice(2, 3)),
        _sorted("paper_row", sql.PAPER, projection.papers, of_case, slice(1, 6)),
        counted(projection.movements, station, case_no),
        waived(projection.waivers, station, case_no),
        referring(projection.references, station, case_no),
        ((its, indexes.order_of(day, serial), case_no, projection.text),)
        if projection.text
        else (),
    )


def _asked(case: Mapping[str, Any], phones: Sequence[str]) -> list[dict[str, Any]]:
    """Who asked for what: by identity number, by each phone, and by name where there is no phone."""
    if case["phase"] == "voided":
        return []
    id_key, phone_key, name_key = (case.get(name) for name in ("id_key", "phone_key", "name_key"))
    people = [id_key, phone_key or name_key, *phones]
    shared = {"identified": int(id_key is not None), "received_at": case["received_at"]}
    return [
        {"person": person, "item": item, **shared}
        for person in filter(None, people)
        for item in dict.fromkeys(filter(None, (case.get("items") or "").split(",")))
    ]


def counted(
    movements: Iterable[Mapping[str, Any]], station: str, case_no: str | None
) -> tuple[Row, ...]:
    """Returns movement rows; the month follows from the day.

    A row without `since` holds from its own entry on.
    """
    its = {"station": station, "case_no": case_no}
    rows = [
        {"delta": 0, "since": it["station_seq"], **it, "month": str(it["day"])[:7], **its}
        for it in movements
    ]
    return _sorted("movement", sql.MOVEMENT, rows, {}, slice(1, 3))


def waived(
    waivers: Iterable[Mapping[str, Any]], station: str, case_no: str | None
) -> tuple[Row, ...]:
    """Waiver rows."""
    return _sorted(
        "waiver", sql.WAIVER, list(waivers), {"station": station, "case_no": case_no}, slice(1, 3)
    )


def referring(
    references: Iterable[Mapping[str, Any]], station: str, case_no: str | None
) -> tuple[Row, ...]:
    """Rows that say which other cases an entry names."""
    fixed = {"station": station, "case_no": case_no}
    return _sorted("reference", sql.REFERENCE, list(references), fixed, slice(1, 3))


_TABLES = (
    (sql.DROP_ORDERS, sql.PUT_ORDER, sql.ORDER),
    (sql.DROP_CALLBACKS, sql.PUT_CALLBACK, sql.CALLBACK),
    (sql.DROP_PHONES, sql.PUT_PHONE, sql.PHONE),
    (sql.DROP_PERSON_ITEMS, sql.PUT_PERSON_ITEM, sql.PERSON_ITEM),
    (sql.DROP_DEADLINES, sql.PUT_DEADLINE, sql.DEADLINE),
    (sql.DROP_PAPERS, sql.PUT_PAPER, sql.PAPER),
    (sql.DROP_MOVEMENTS, sql.PUT_MOVEMENT, sql.MOVEMENT),
    (sql.DROP_WAIVERS, sql.PUT_WAIVER, sql.WAIVER),
    (sql.DROP_REFERENCES, sql.PUT_REFERENCE, sql.REFERENCE),
)
"""Of the tables beside case_row, in the order of `Rows`: how its rows go, how they come, columns."""


def write(session: Session, rows: Rows, *, fresh: bool = False) -> None:
    """Replaces the stored rows of the case, and its text in the full-text index.

    fresh: nothing is stored of it yet.
    """
    session.put(sql.PUT_CASE, sql.CASE, [rows.case])
    case_no = rows.case[CASE_NO]
    for (drop, put, columns), many in zip(_TABLES, rows[1:-1], strict=True):
        if not fresh:
            session.execute(drop, case_no=case_no)
        if many:
            session.put(put, columns, many)
    indexes.put_text(session, case_no, next(iter(rows.texts), None))


def tables(many: Sequence[Rows]) -> list[list[Row]]:
    """The rows of several cases table by table, in the order of `sql.TABLES_OF_CASES`; those of each
    table in the order of case numbers.
    """
    ordered = sorted(many, key=lambda one: one.case[CASE_NO])
    cases = [one.case for one in ordered]
    sides = range(1, len(Rows._fields))
    return [cases, *([row for one in ordered for row in one[side]] for side in sides)]


def insert(
    session: Session, its: Sequence[Sequence[Row]], terms: Sequence[tuple[int, str]]
) -> None:
    """Stores cases of which nothing is stored yet.

    its: their `tables`; terms: of their texts (`indexes.terms_of`).
    """
    cases, *others, texts = its
    session.put(sql.INSERT_CASE, sql.CASE, cases)
    for (_, put, columns), rows in zip(_TABLES, others, strict=True):
        if rows:
            session.put(put, columns, rows)
    indexes.add_texts(session, texts, terms)


def stored(session: Session, case_no: str) -> Rows:
    """Returns the rows of the case as the ledger holds them."""
    one = session.one(sql.ONE_CASE, case_no=case_no)
    many = (tuple(session.all(text, case_no=case_no)) for text in _ITS)
    return Rows(one or (), *many)


def differences(expected: Rows, actual: Rows, *, keyed: bool = True) -> list[str]:
    """Returns the names of what differs: columns of case_row, and tables.

    keyed: whether the key file is there; without it the look-ups are not compared.
    """
    skip = () if keyed else ("id_key", "phone_key", "name_key", "phone_row", "person_item")
    if not actual.case:
        return ["case_row"]
    names = [
        name
        for name, a, b in zip(sql.CASE, expected.case, actual.case, strict=True)
        if a != b and name not in skip
    ]
    tables = zip(sql.TABLES_OF_CASES[1:], expected[1:], actual[1:], strict=True)
    return names + [name for name, a, b in tables if a != b and name not in skip]


_ITS = (
    sql.ITS_ORDERS,
    sql.ITS_CALLBACKS,
    sql.ITS_PHONES,
    sql.ITS_PERSON_ITEMS,
    sql.ITS_DEADLINES,
    sql.ITS_PAPERS,
    sql.ITS_MOVEMENTS,
    sql.ITS_WAIVERS,
    sql.ITS_REFERENCES,
    sql.ITS_TEXT,
)


def notice(one: Imported, station: str) -> tuple[Row, list[Row]]:
    """An imported notice and its days as they are stored."""
    head = (
        station,
        one.seq,
        one.id,
        one.layer,
        one.region,
        one.title,
        one.number,
        one.issued,
        one.address,
        one.sha256,
        one.operator,
    )
    days = [
        (station, one.seq, row.day.isoformat(), int(row.is_working_day), row.kind, row.name)
        for row in one.rows
    ]
    return head, days


def notices(heads: Iterable[Row], days: Iterable[Row]) -> list[Imported]:
    """The same, read back; days in the order of the calendar."""
    rows: dict[int, list[ExceptionalDay]] = {}
    for _, seq, day, works, kind, name in days:
        rows.setdefault(seq, []).append(
            ExceptionalDay(date.fromisoformat(day), bool(works), kind, name, "")
        )
    return [
        Imported(
            id_,
            layer,
            region,
            title,
            number,
            issued,
            address,
            digest,
            operator,
            seq,
            tuple(rows.get(seq, ())),
        )
        for _, seq, id_, layer, region, title, number, issued, address, digest, operator in heads
    ]


def _sorted(
    table: str,
    columns: tuple[str, ...],
    many: Sequence[Mapping[str, Any]],
    fixed: Mapping[str, Any],
    key: slice,
) -> tuple[Row, ...]:
    if not many:
        return ()
    rows = [_row(table, columns, {**one, **fixed} if fixed else one) for one in many]
    return tuple(sorted(rows, key=lambda row: row[key]) if len(rows) > 1 else rows)


def _row(table: str, columns: tuple[str, ...], values: Mapping[str, Any]) -> Row:
    row = tuple(map(values.get, columns))
    if not _KNOWN[table].issuperset(values):
        raise BbcsError(f"{table} 没有这些列：{'、'.join(sorted(values.keys() - _KNOWN[table]))}")
    if _ASIS.issuperset(map(type, row)):
        return row
    return tuple(
        [
            value if type(value) in _ASIS else _plain(column, value)
            for column, value in zip(columns, row, strict=True)
        ]
    )


def _plain(column: str, value: Any) -> str | int:
    if isinstance(value, datetime):
        return moment(value, column)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bool, int)):
        return int(value)
    if isinstance(value, str):
        return str(value)
    raise BadValue(f"{column}：应为文字、整数、日期或时间")
