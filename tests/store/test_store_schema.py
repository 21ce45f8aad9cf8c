"""One definition: schema.sql equals the classes, the statements name only what they define, no hot path loads them."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from store_drive import NOW

from bbcs.domain.case import CLOSES, OPENS
from bbcs.domain.unit import UnitRef
from bbcs.store import create, filters, home as making, statements as sql, tables
from bbcs.store.guards import PARTIAL_INDEXES, TRIGGERS
from bbcs.usecases.ledger import Filter, Stamp

FORBIDDEN = "sqlmodel sqlalchemy pydantic alembic rich dataclasses logging importlib.resources bbcs.store.tables bbcs.store.verify"
COLUMNS = {
    "entry": sql.ENTRY,
    "case_row": sql.CASE,
    "order_row": sql.ORDER,
    "callback_row": sql.CALLBACK,
    "movement": sql.MOVEMENT,
}
COLUMNS |= {"waiver": sql.WAIVER, "case_text": sql.TEXT}
WORDS = "select insert into values update set delete from where and or not null is in order by desc limit group having on conflict do as"
WORDS += " left join union distinct exists between max min sum count coalesce excluded like escape case when then else end c e p t"


LISTS = (
    "ENTRY",
    "CASE",
    "ORDER",
    "CALLBACK",
    "MOVEMENT",
    "WAIVER",
    "TEXT",
    "NOTICE",
    "DAY",
    "PROOF",
)


def _texts() -> Iterator[str]:
    for name, value in vars(sql).items():
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
    assert making.schema() == tables.schema(), (
        "python -m bbcs.store.tables > src/bbcs/data/schema.sql"
    )


def test_statements_name_only_tables_and_columns() -> None:
    known = set(tables.metadata.tables) | {
        column.name for table in tables.metadata.tables.values() for column in table.columns
    }
    for text in set(_texts()) - {sql.SCHEMA}:
        bare = re.sub(r"'[^']*'|:\w+|\b\d+\b", " ", text)
        assert set(re.findall(r"\w+", bare.lower())) - set(WORDS.split()) <= known, text


@pytest.mark.parametrize("table", COLUMNS)
def test_column_lists_equal_the_tables(table: str) -> None:
    assert tuple(column.name for column in tables.metadata.tables[table].columns) == COLUMNS[table]


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
    listed = {name: strict for name, strict in listed.items() if not name.startswith("case_search")}
    assert set(listed) == set(tables.metadata.tables)
    assert all(listed.values())
    kinds = {
        row[2] for table in listed for row in connection.execute(f"PRAGMA table_info({table})")
    }
    assert kinds <= {"TEXT", "INTEGER", "REAL", "BLOB"}


@pytest.fixture(scope="module")
def connection() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:")
    made.executescript(making.schema())
    return made


def _plan(connection: sqlite3.Connection, text: str) -> str:
    named = dict.fromkeys(re.findall(r":(\w+)", text))
    values = [None] * text.count("?") if "?" in text else named
    return "; ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", values))


def test_every_statement_is_understood(connection: sqlite3.Connection) -> None:
    for text in _texts():
        _plan(connection, text)


def test_what_is_counted_for_the_monthly_identity_is_what_its_sides_are() -> None:
    assert set(re.findall(r"'(\w+)'", sql.COUNTED)) == OPENS | CLOSES


HOT = "HEAD VERSION LAST DIGEST_AT EVENTS EVENTS_AS_OF DROP_ORDERS DROP_CALLBACKS DROP_MOVEMENTS ONE_CASE ITS_ORDERS ITS_CALLBACKS"
HOT += " ITS_MOVEMENTS ITS_WAIVERS"
HOT += " DROP_WAIVERS WIDE_WAIVER WAIVERS"
HOT += " ITS_TEXT PUT_TEXT DROP_TEXT FOUND_CASE"
HOT += " BY_SOURCE_NO BY_ID BY_PHONE BY_NAME ONE_MOVEMENT TOP_SERIAL"
HOT += " EXACT BY_SERIAL BY_SERIAL_TODAY BY_DAY SAME_PERSON BY_SOURCE MOVEMENTS PROVE_NEW"


@pytest.mark.parametrize("name", HOT.split())
def test_hot_statements_never_scan(connection: sqlite3.Connection, name: str) -> None:
    plan = _plan(connection, getattr(sql, name))
    assert "SCAN" not in re.sub(r"SCAN (e|p|\(subquery-\d+\))\b", "", plan), plan


def test_index_only(connection: sqlite3.Connection) -> None:
    assert "COVERING INDEX ix_movement_case_no_station_seq_since_until_day_delta" in _plan(
        connection, sql.OPEN_BEFORE
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
    terms, named = filters.conditions(Filter(NOW, **asked))  # type: ignore[arg-type]
    plan = "; ".join(
        row[3]
        for row in connection.execute(
            f"EXPLAIN QUERY PLAN {sql.COUNT_CASES}{filters._where(terms)}", named
        )
    )
    assert "COVERING INDEX" in plan, plan


@pytest.mark.parametrize("name", ASKED)
def test_lists_go_by_index(connection: sqlite3.Connection, name: str) -> None:
    wanted = Filter(NOW, **ASKED[name])  # type: ignore[arg-type]
    for where, order, named in filters._pages(connection, wanted):
        text = f"{sql.SELECT_CASES}{where} ORDER BY {order} LIMIT 50"
        plan = "; ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", named))
        assert "USING" in plan, plan
        assert "SCAN case_row;" not in f"{plan};", plan
        if name in ("list", "received", "overdue", "day", "due", "gaps", "paused"):
            assert "TEMP B-TREE" not in plan, plan


def test_no_word_of_a_user_reaches_the_sql() -> None:
    evil = "x'; DROP TABLE entry; --"
    many = dict.fromkeys(
        ("channel", "demand_kind", "difficulty", "cause", "handler", "source_no"), evil
    )
    unit = UnitRef(evil, evil)
    terms, named = filters.conditions(Filter(NOW, phases=[evil], flags=[evil], unit=unit, **many))
    assert "DROP" not in " ".join(terms)
    assert len(named) == 10


PROBE = """
import sys, pathlib
from datetime import datetime
from bbcs.store.sqlite import open_ledger
from bbcs.calendar.dates import CST
from bbcs.domain.event import Draft
from bbcs.usecases.ledger import Filter, Projection, Stamp
now = datetime(2026, 3, 2, 9, tzinfo=CST)
with open_ledger(pathlib.Path(sys.argv[1]), write=True) as ledger:
    no = ledger.next_number(now.date())
    ledger.append(no, 0, [Draft("Registered", now, {"matter": "x", "phone": "1"})], Stamp("zs", now))
    case = {"case_no": no, "version": 1, "phase": "registered", "active": 1, "in_hand": 1, "received_at": now}
    ledger.project(Projection(case, people={"phone": "1"}))
    ledger.find(Filter(now)), ledger.same_person({"phone": "1"}, now), ledger.case_no("1", now.date())
print(*(name for name in sys.argv[2:] if name in sys.modules))
"""


def test_the_counter_loads_nothing_heavy(tmp_path: Path) -> None:
    create(tmp_path / "home", "ZY01", Stamp("zs", NOW))
    command = [sys.executable, "-c", PROBE, str(tmp_path / "home"), *FORBIDDEN.split()]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == ""
