"""One definition: schema.sql equals the classes, the statements name only what they define, no hot path loads them."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import UniqueConstraint
from store_drive import NOW

from bbcs.domain.case import CLOSES, OPENS
from bbcs.domain.order import UnitRef
from bbcs.store import figure_statements, filters, statements as sql, tables
from bbcs.store.home import create
from bbcs.store.partial_indexes import PARTIAL_INDEXES
from bbcs.store.sqlite import dialect, file
from bbcs.store.sqlite.guards import TRIGGERS
from bbcs.store.transfer import statements as transfer
from bbcs.usecases.ledger import Filter, Stamp

FORBIDDEN = "sqlmodel sqlalchemy pydantic alembic rich dataclasses logging importlib.resources bbcs.store.tables bbcs.store.verify"
COLUMNS = {
    "entry": sql.ENTRY,
    "case_row": sql.CASE,
    "order_row": sql.ORDER,
    "callback_row": sql.CALLBACK,
    "phone_row": sql.PHONE,
    "person_item": sql.PERSON_ITEM,
    "deadline_row": sql.DEADLINE,
    "paper_row": sql.PAPER,
    "personal": sql.PERSONAL,
    "movement": sql.MOVEMENT,
}
COLUMNS |= {"waiver": sql.WAIVER, "reference": sql.REFERENCE, "case_text": sql.TEXT}
COLUMNS |= {"document": sql.DOCUMENT, "adopted": sql.ADOPTED, "parsed": sql.PARSED}
WORDS = "select insert into values update set delete from where and or not null is in order by desc limit group having on conflict do as"
WORDS += " left join union distinct exists between max min sum count coalesce excluded like escape case when then else end a c e p t"
WORDS += " with placed date all recursive days cross m"


STATEMENTS = {**vars(sql), **vars(figure_statements), **vars(transfer)}

LISTS = (
    "KEYS",
    "TABLES_OF_CASES",
    "PHONE",
    "PERSON_ITEM",
    "ENTRY",
    "CASE",
    "ORDER",
    "CALLBACK",
    "DEADLINE",
    "PAPER",
    "PERSONAL",
    "MOVEMENT",
    "WAIVER",
    "REFERENCE",
    "TEXT",
    "NOTICE",
    "DAY",
    "PROOF",
    "TABLES_OF_CASES",
    "DOCUMENT",
    "ADOPTED",
    "PARSED",
    "MOVEMENT_COLUMNS",
    "STANDING_COLUMNS",
    "RECEIPTS_AT_ONCE",
)


def _texts() -> Iterator[str]:
    for name, value in STATEMENTS.items():
        if name.isupper() and name[0] != "_" and name not in LISTS:
            many = (
                [value]
                if isinstance(value, str)
                else value.values()
                if isinstance(value, dict)
                else value
            )
            yield from (text if isinstance(text, str) else text[0] for text in many)


def test_schema_is_generated() -> None:
    assert file.schema() == tables.schema(), (
        "python -m bbcs.store.tables > src/bbcs/data/schema.sql"
    )


NUMBERED = (19, "544d834c73a8251f")
"""The number of the schema, and the first digits of schema.sql's digest."""


def test_a_changed_schema_has_a_new_number() -> None:
    """Raise `dialect.SCHEMA` with every change, so that homes made before it are refolded."""
    assert (dialect.SCHEMA, sha256(file.schema().encode()).hexdigest()[:16]) == NUMBERED


def test_statements_name_only_tables_and_columns() -> None:
    known = set(tables.metadata.tables) | {
        column.name for table in tables.metadata.tables.values() for column in table.columns
    }
    for text in set(_texts()):
        bare = re.sub(r"'[^']*'|:\w+|\b\d+\b", " ", text)
        assert set(re.findall(r"\w+", bare.lower())) - set(WORDS.split()) <= known, text


@pytest.mark.parametrize("table", COLUMNS)
def test_column_lists_equal_the_tables(table: str) -> None:
    assert tuple(column.name for column in tables.metadata.tables[table].columns) == COLUMNS[table]


# -- the station in every key and statement ------------------------------------------------------------------------


def _station_comes_first(columns: list[str]) -> bool:
    return columns[:1] == ["station"]


def test_every_key_and_index_begins_with_the_station() -> None:
    for table in tables.metadata.tables.values():
        assert _station_comes_first([column.name for column in table.primary_key]), table.name
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint):
                assert _station_comes_first([column.name for column in constraint.columns])
        for index in table.indexes:
            assert _station_comes_first([column.name for column in index.columns]), index.name
    for partial in PARTIAL_INDEXES:
        assert partial.columns.startswith("station, "), partial.name
    assert "fts5(station, text" in dialect.FULL_TEXT


def test_every_key_of_a_real_file_begins_with_the_station(connection: sqlite3.Connection) -> None:
    names = connection.execute(
        "SELECT t.name, i.name FROM sqlite_schema t, pragma_index_list(t.name) i"
        " WHERE t.type = 'table' AND t.name NOT LIKE '%_search%'"
    ).fetchall()
    assert {table for table, _ in names} == set(tables.metadata.tables)
    for _, index in names:
        columns = connection.execute(f"PRAGMA index_info({index})").fetchall()
        assert columns[0][2] == "station", index


def _unbound(text: str) -> list[str]:
    """Tables of a statement whose rows are not bound to one station."""
    if text.startswith("INSERT"):
        return [] if re.search(r"\(([^)]*\b)?station, ", text) and ":station" in text else [text]
    bound = set(re.findall(r"(\w+\.)?station (?:=|<>) :station", text))
    for left, right in re.findall(r"(\w+\.)station = (\w+\.)station", text):
        bound |= {left, right} if bound & {left, right} else set()
    parts = set(re.findall(r"(\w+)(?: \(\w+\))? AS \(", text))  # made by the statement itself
    names = re.findall(r"(?:FROM|JOIN) (\w+)(?: ([a-z])\b)?", text)
    names = [(name, alias) for name, alias in names if name not in parts]
    plain = sum(not alias for _, alias in names)
    aliases = {f"{alias}." for _, alias in names if alias}
    unbound = [alias for alias in sorted(aliases) if alias not in bound]
    if plain > len(re.findall(r"(?<![.\w])station (?:=|<>) :station", text)):
        unbound.append(text)
    return unbound


ASK_WHOSE = {sql.META, sql.STATIONS, sql.ANY_ENTRY}
"""Asked before the station is known, or to compare it: they give the station of every row."""


def test_every_statement_is_bound_to_the_station() -> None:
    texts = {
        text for text in _texts() if text not in (sql.SELECT_CASES, sql.COUNT_CASES, sql.FOUND)
    }
    for text in texts - ASK_WHOSE:
        assert _unbound(text) == [], text
    for text in ASK_WHOSE:
        assert re.match(r"SELECT (DISTINCT )?station\b", text)


def test_every_search_and_list_is_bound_to_the_station() -> None:
    class Asked:
        def one(self, text: str, **_: object) -> tuple[str]:
            assert _unbound(text) == []
            return (1, 1, 1, "2026-03-02", "2026-03-02")

    for asked in ({}, *ASKED.values()):
        for after in ("", "ZY01-20260302-0001"):
            wanted = Filter(NOW, after=after, **asked)  # type: ignore[arg-type]
            for page in filters._pages(Asked(), wanted):  # type: ignore[arg-type]
                assert _unbound(f"{sql.SELECT_CASES}{filters._where(page.terms)}") == []
    assert _unbound(sql.FOUND + dialect.MATCHING.replace(" JOIN case_search s", "")) == []
    for statement in (dialect.INDEX, dialect.UNINDEX):
        assert "station" in statement
        assert ":station" in statement


def test_the_test_of_the_station_finds_what_it_is_for() -> None:
    for text in (
        "SELECT case_no FROM case_row WHERE case_no = :case_no",
        "SELECT e.kind FROM entry e JOIN personal p ON p.station_seq = e.station_seq"
        " WHERE e.station = :station",
        "DELETE FROM waiver",
        "INSERT INTO waiver (item) VALUES (:item)",
        "SELECT case_no FROM case_row WHERE station = :station AND case_no IN"
        " (SELECT case_no FROM order_row)",
    ):
        assert _unbound(text), text


def test_guards_name_only_tables_and_columns() -> None:
    for index in PARTIAL_INDEXES:
        columns = set(tables.metadata.tables[index.table].columns.keys())
        assert set(re.findall(r"\w+", index.columns)) <= columns
    assert {trigger.table for trigger in TRIGGERS} <= set(tables.metadata.tables)


def test_every_table_is_strict_and_plain(tmp_path: Path) -> None:
    create(tmp_path / "home", "ZY01", Stamp("zs", NOW))
    connection = sqlite3.connect(tmp_path / "home" / "ledger.db")
    listed = {
        row[1]: row[5]
        for row in connection.execute("PRAGMA table_list")
        if not row[1].startswith("sqlite_")
    }
    listed = {
        name: strict for name, strict in listed.items() if not name.startswith(dialect.SEARCHES)
    }
    assert set(listed) == set(tables.metadata.tables)
    assert all(listed.values())
    kinds = {
        row[2] for table in listed for row in connection.execute(f"PRAGMA table_info({table})")
    }
    assert kinds <= {"TEXT", "INTEGER", "REAL", "BLOB"}


@pytest.fixture(scope="module")
def connection() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:")
    made.executescript(file.schema())
    return made


def _plan(connection: sqlite3.Connection, text: str) -> str:
    named = dict.fromkeys(re.findall(r":(\w+)", text))
    return "; ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", named))


def test_every_statement_is_understood(connection: sqlite3.Connection) -> None:
    for text in _texts():
        _plan(connection, text)


def test_what_is_counted_for_the_monthly_identity_is_what_its_sides_are() -> None:
    for text in (figure_statements.COUNTED, figure_statements.OPEN_BEFORE):
        assert set(re.findall(r"'(\w+)'", text)) == OPENS | CLOSES


HOT = "HEAD VERSION LAST DIGEST_AT EVENTS EVENTS_AS_OF DROP_ORDERS DROP_CALLBACKS DROP_DEADLINES DROP_MOVEMENTS ITS_DEADLINES ONE_CASE ITS_ORDERS ITS_CALLBACKS"
HOT += " ITS_MOVEMENTS ITS_WAIVERS DROP_PAPERS ITS_PAPERS TOP_NUMBER"
HOT += " DROP_WAIVERS WIDE_WAIVER WAIVERS"
HOT += " TEXT_OF_RULES NAMED_DOCUMENT ITS_TEXT PUT_TEXT DROP_TEXT FOUND_CASE"
HOT += " BY_SOURCE_NO BY_ID BY_PHONE BY_NAME ONE_MOVEMENT TOP_SERIAL"
HOT += " ITS_REFERENCES WIDE_REFERENCE REFERRING ENTRY_AT OPEN_BEFORE PROMISED"
HOT += " DROP_PERSON_ITEMS ITS_PERSON_ITEMS"
HOT += " EXACT BY_SERIAL BY_SERIAL_TODAY BY_DAY SAME_PERSON BY_SOURCE MOVEMENTS PROVE_NEW"


@pytest.mark.parametrize("name", HOT.split())
def test_hot_statements_never_scan(connection: sqlite3.Connection, name: str) -> None:
    plan = _plan(connection, STATEMENTS[name])
    assert "SCAN" not in re.sub(r"SCAN (e|p|\(subquery-\d+\))\b", "", plan), plan
    if name != "HEAD":  # the last entry: found at once from the end of the key
        assert "(station=?)" not in plan, f"reads all that the station has: {plan}"


def test_index_only(connection: sqlite3.Connection) -> None:
    assert "COVERING INDEX ix_movement_station_case_no_station_seq_since_until_day_delta" in _plan(
        connection, figure_statements.OPEN_BEFORE
    )


ASKED = {
    "list": {},
    "received": {"sort": "received"},
    "overdue": {"overdue": True},
    "due": {"due": date(2026, 3, 2)},
    "warning": {"warning": True, "limit": 10},
    "unsigned": {"unsigned": True},
    "callback": {"callback_due": True},
    "unit": {"unit": UnitRef("", "甲"), "active": False, "sort": "number"},
    "coded unit": {"unit": UnitRef("J", "甲"), "active": False, "sort": "number"},
    "source": {"source_no": "A", "active": False},
    "group": {"group": "甲"},
    "gaps": {"gaps": True},
    "paused": {"paused": True},
    "day": {
        "received_from": date(2026, 3, 2),
        "received_to": date(2026, 3, 2),
        "active": False,
        "sort": "received",
    },
    "resolved": {
        "resolved_from": date(2026, 3, 2),
        "resolved_to": date(2026, 3, 2),
        "active": False,
    },
}


@pytest.mark.parametrize(
    "asked", [{}, {"overdue": True}, {"warning": True}, {"paused": True}, {"callback_due": True}]
)
def test_counting_reads_an_index_alone(
    connection: sqlite3.Connection, asked: dict[str, bool]
) -> None:
    wanted = Filter(NOW, **asked)  # type: ignore[arg-type]
    terms, named = filters.conditions(wanted, loose=wanted.overdue or wanted.warning)
    plan = "; ".join(
        row[3]
        for row in connection.execute(
            f"EXPLAIN QUERY PLAN {sql.COUNT_CASES}{filters._where(terms)}",
            {**named, "station": "ZY01"},
        )
    )
    assert "COVERING INDEX" in plan, plan


@pytest.mark.parametrize("name", ASKED)
def test_lists_go_by_index(connection: sqlite3.Connection, name: str) -> None:
    wanted = Filter(NOW, **ASKED[name])  # type: ignore[arg-type]
    for page in filters._pages(connection, wanted):  # type: ignore[arg-type]
        named = {**page.named, "station": "ZY01"}
        where = filters._where(page.terms)
        text = f"{sql.SELECT_CASES}{where} ORDER BY {page.order} LIMIT 50"
        plan = "; ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", named))
        assert "USING" in plan, plan
        assert "SCAN case_row;" not in f"{plan};", plan
        if name in ("list", "received", "overdue", "day", "gaps", "paused"):
            assert "TEMP B-TREE" not in plan, plan


def test_no_word_of_a_user_reaches_the_sql() -> None:
    evil = "x'; DROP TABLE entry; --"
    many = dict.fromkeys(
        ("channel", "demand_kind", "difficulty", "cause", "handler", "source_no"), evil
    )
    unit = UnitRef(evil, evil)
    terms, named = filters.conditions(Filter(NOW, phases=[evil], flags=[evil], unit=unit, **many))
    assert "DROP" not in " ".join(terms)
    assert len(named) == 11


PROBE = """
import sys, pathlib
from datetime import datetime
from bbcs.store.opening import open_ledger
from bbcs.calendar.dates import CST
from bbcs.domain.event import Draft
from bbcs.usecases.ledger import Filter, Projection, Stamp
now = datetime(2026, 3, 2, 9, tzinfo=CST)
with open_ledger(pathlib.Path(sys.argv[1]), write=True) as ledger:
    no = ledger.next_number(now.date())
    ledger.append(no, 0, [Draft("Registered", now, {"matter": "x", "phone": "1"})], Stamp("zs", now))
    case = {"case_no": no, "version": 1, "phase": "registered", "active": 1, "in_hand": 1, "received_at": now}
    ledger.project(Projection(case, people={"phone": "1"}))
    ledger.find(Filter(now)), ledger.same_person({"phone": "1"}, ["x"], (now.date(), now.date()), 9), ledger.case_no("1", now.date())
print(*(name for name in sys.argv[2:] if name in sys.modules))
"""


def test_the_counter_loads_nothing_heavy(tmp_path: Path) -> None:
    create(tmp_path / "home", "ZY01", Stamp("zs", NOW))
    command = [sys.executable, "-c", PROBE, str(tmp_path / "home"), *FORBIDDEN.split()]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == ""
