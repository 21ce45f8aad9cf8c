"""What an insider with the superuser's rights changes in a database is found by `verify`, as in a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql as text
from store_drive import POSTGRES, Driver, history, refold

import county
from bbcs.errors import BbcsError
from bbcs.store.postgres.table_groups import TABLES

pytestmark = pytest.mark.parametrize("driver", [POSTGRES], indirect=True)

NOT_COMPARED = ("search_state", "attachment")
"""Empty in this ledger: marks of a rebuild at work, and files."""


@pytest.fixture
def full(driver: Driver, home: Path) -> Path:
    with driver.open(home, write=True) as ledger:
        history(ledger)
    return home


@pytest.fixture
def insider(full: Path) -> Iterator[psycopg.Connection[Any]]:
    with county.superuser() as connection:
        county.without_triggers(connection)
        yield connection


def codes(driver: Driver, home: Path) -> list[str]:
    """The codes of the findings; that of the refusal where the ledger is not even opened."""
    try:
        with driver.open(home) as ledger:
            return [finding.code for finding in ledger.verify(refold)]
    except BbcsError as refused:
        return [refused.code]


def keys_of(connection: psycopg.Connection[Any], table: str) -> list[str]:
    rows = connection.execute(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a"
        " ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
        " WHERE i.indisprimary AND i.indrelid = %s::regclass",
        (table,),
    )
    return [row[0] for row in rows]


def _other(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if not value:
        return "x"
    return value[:-1] + ("1" if value[-1] != "1" else "2")


def changes(
    connection: psycopg.Connection[Any], table: str
) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Column, row and another value, for each column of the last row of a table."""
    keys = keys_of(connection, table)
    order = text.SQL(", ").join(map(text.Identifier, keys))
    question = text.SQL("SELECT * FROM {} ORDER BY {} DESC LIMIT 1")
    cursor = connection.execute(question.format(text.Identifier(table), order))
    names = [column.name for column in cursor.description or ()]
    for row in cursor.fetchall():
        for name, value in zip(names, row, strict=True):
            yield name, dict(zip(names, row, strict=True)), _other(value)


def update(
    connection: psycopg.Connection[Any], table: str, row: dict[str, Any], name: str, value: Any
) -> bool:
    """Whether the change was taken: a check, a type or the partition may refuse it."""
    keys = keys_of(connection, table)
    where = text.SQL(" AND ").join(text.SQL("{} = %s").format(text.Identifier(key)) for key in keys)
    change = text.SQL("UPDATE {} SET {} = %s WHERE {}")
    try:
        done = connection.execute(
            change.format(text.Identifier(table), text.Identifier(name), where),
            [value, *(row[key] for key in keys)],
        )
    except psycopg.Error:
        return False
    return done.rowcount == 1


@pytest.mark.parametrize("table", sorted(set(TABLES) - set(NOT_COMPARED)))
def test_any_changed_value_is_found(
    driver: Driver, full: Path, insider: psycopg.Connection[Any], table: str
) -> None:
    tried = 0
    for name, row, value in changes(insider, table):
        if not update(insider, table, row, name, value):
            continue
        tried += 1
        assert codes(driver, full), f"{table}.{name}: {row[name]!r} -> {value!r}"
        changed = {**row, name: value}
        assert update(insider, table, changed, name, row[name])
    assert codes(driver, full) == []
    rows = insider.execute(text.SQL("SELECT count(*) FROM {}").format(text.Identifier(table)))
    assert bool(tried) == bool(rows.fetchone()[0])  # type: ignore[index]


TAMPERED = {
    "DELETE FROM entry WHERE station_seq = 5": {"gap", "chain"},
    "DELETE FROM personal WHERE station_seq = 5": {"body"},
    "DELETE FROM case_row WHERE serial = 2": {"projection"},
    "DELETE FROM case_search": {"search"},
    "DELETE FROM person_search WHERE number = 1": {"search"},
    "UPDATE entry SET data = replace(data, 'counter', 'coUnter') WHERE station_seq = 1": {"chain"},
    "UPDATE personal SET body = replace(body, '陈', '程') WHERE station_seq = 3": {"commitment"},
    "DELETE FROM meta WHERE key = 'created_at'": {"meta"},
    "ALTER TABLE entry DISABLE TRIGGER tr_entry_update": {"schema"},
    "ALTER TABLE personal DISABLE ROW LEVEL SECURITY": {"schema"},
}


@pytest.mark.parametrize("change", TAMPERED)
def test_tampering_is_found(
    driver: Driver, full: Path, insider: psycopg.Connection[Any], change: str
) -> None:
    insider.execute(change)
    try:
        assert TAMPERED[change] <= set(codes(driver, full))
    finally:
        insider.execute("ALTER TABLE entry ENABLE TRIGGER tr_entry_update")
        insider.execute("ALTER TABLE personal ENABLE ROW LEVEL SECURITY")


def test_another_station_beside_it_is_no_finding(
    driver: Driver, full: Path, tmp_path: Path
) -> None:
    county.with_role("CY02")
    other = county.home(tmp_path / "other", "CY02", "城阳站")
    with driver.open(other, write=True) as ledger:
        history(ledger)
    assert codes(driver, full) == []
    assert codes(driver, other) == []
