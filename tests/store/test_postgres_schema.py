"""The schema of a county's store: generated from the same classes, partitioned, every table in a group."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from sqlalchemy import ForeignKeyConstraint

from bbcs.store import tables
from bbcs.store.postgres import install, partitions, rights, table_groups
from bbcs.store.postgres.guards import TRIGGERS
from bbcs.store.sqlite import dialect

TEXT = install.schema()
MADE = dict(re.findall(r"CREATE TABLE IF NOT EXISTS (\w+) \((.*?)\n\)", TEXT, re.DOTALL))


def test_postgres_sql_is_generated() -> None:
    assert tables.schema("postgresql") == TEXT, (
        "python -m bbcs.store.tables postgresql > src/bbcs/data/postgres.sql"
    )


NUMBERED = (19, "cd324ded197c297f")
"""The number of the schema, and the first digits of postgres.sql's digest."""


def test_a_changed_schema_has_a_new_number() -> None:
    """Raise `dialect.SCHEMA` with every change: `county init` makes the projections anew then."""
    assert (dialect.SCHEMA, sha256(TEXT.encode()).hexdigest()[:16]) == NUMBERED


def test_every_table_is_in_one_group() -> None:
    groups = table_groups.TABLES
    assert len(groups) == len(set(groups))
    assert set(groups) == set(tables.metadata.tables) | set(table_groups.OWN)
    assert set(MADE) == {*groups, "version"}
    assert set(table_groups.HIDDEN) <= set(groups)


@pytest.mark.parametrize("table", tables.metadata.tables)
def test_tables_have_the_columns_and_rules_of_the_classes(table: str) -> None:
    of = tables.metadata.tables[table]
    columns = re.findall(r"^    (\"?\w+\"?) [A-Z]+", MADE[table], re.MULTILINE)
    assert [name.strip('"') for name in columns if name != "CONSTRAINT"] == of.columns.keys()
    named = {str(one.name) for one in of.constraints if not isinstance(one, ForeignKeyConstraint)}
    assert set(re.findall(r"CONSTRAINT (\w+)", MADE[table])) == named


def test_texts_are_compared_by_their_bytes() -> None:
    for table, text in MADE.items():
        for line in text.splitlines():
            assert " TEXT" not in line or ' TEXT COLLATE "C"' in line, (table, line)


def test_every_table_is_partitioned_by_the_station() -> None:
    assert TEXT.count("PARTITION BY HASH (station)") == len(table_groups.TABLES)
    made = list(partitions.statements(3))
    for table in table_groups.TABLES:
        names = [partitions.name_of(table, part) for part in range(3)]
        for part, name in enumerate(names):
            values = f"WITH (MODULUS 3, REMAINDER {part})"
            begun = f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {table} "
            (wanted,) = [one for one in made if one.startswith(begun)]
            assert wanted.endswith(f" FOR VALUES {values}")
            assert f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY" in made


def test_foreign_keys_are_those_of_the_classes() -> None:
    wanted = {
        (str(key.name), table.name, ", ".join(key.column_keys), key.referred_table.name)
        for table in tables.metadata.tables.values()
        for key in table.foreign_key_constraints
    }
    assert set(map(tuple, partitions.FOREIGN_KEYS)) == wanted
    (made,) = [one for one in partitions.statements(2) if " personal_p01 " in one and "KEY" in one]
    assert "REFERENCES entry_p01 (station, station_seq)" in made


def test_what_is_shipped_is_read_statement_by_statement() -> None:
    statements = install.tables()
    assert all(one.startswith("CREATE ") and not one.endswith(";") for one in statements)
    assert sum(one.startswith("CREATE OR REPLACE TRIGGER") for one in statements) == len(TRIGGERS)
    assert sum(one.count("$$") for one in statements) == TEXT.count("$$")
    assert all(one.count("$$") in (0, 2) for one in statements)


def test_names_fit_into_what_postgresql_keeps() -> None:
    """It cuts names after 63 bytes, without a word."""
    names = re.findall(r"\b(?:ix|uq|pk|ck|fk|tr)_\w+", TEXT)
    assert max(map(len, names)) <= 63
    assert len(rights.role_of("A" * 12)) <= 63


def test_roles_that_a_county_needs_are_no_stations() -> None:
    assert {"STATION", "COUNTY", "AUDITOR", "OWNER"} == set(rights.RESERVED)
