"""The guards of the PostgreSQL schema against everybody, and whether a change of them is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from county_store import PARTS, SERVERS, STATIONS, County, insert

from bbcs.store.postgres import install, schema_check
from bbcs.store.postgres.codes import APPEND_ONLY, OFF_CHAIN
from bbcs.store.postgres.table_groups import KEPT, PROJECTIONS
from postgres_server import OWNER

STATION, OTHER = STATIONS


@pytest.fixture(scope="module", params=SERVERS)
def filled(request: pytest.FixtureRequest) -> Iterator[County]:
    server = SERVERS[request.param]()
    if server is None:
        pytest.skip(f"PostgreSQL ({request.param}) is not installed")
    made = County(server, "guards")
    made.fill()
    yield made
    made.remove()


@pytest.fixture
def county(filled: County) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the superuser in a transaction that is undone in the end."""
    with filled.as_role() as connection:
        connection.execute("BEGIN")
        yield connection
        connection.rollback()


def refused(connection: psycopg.Connection[Any], text: Any, *values: Any) -> str:
    """The SQLSTATE with which a statement is refused; "" when it is not."""
    try:
        with connection.transaction():
            connection.execute(text, values or None)
    except psycopg.Error as error:
        return error.sqlstate or "?"
    return ""


# -- append-only -----------------------------------------------------------------------------------

NEVER = {
    "entry": ("UPDATE", "DELETE", "TRUNCATE"),
    "document": ("UPDATE", "DELETE", "TRUNCATE"),
    "personal": ("UPDATE", "TRUNCATE"),
    "attachment": ("UPDATE", "TRUNCATE"),
}
TEXTS = {
    "UPDATE": "UPDATE {} SET station = station",
    "DELETE": "DELETE FROM {}",
    "TRUNCATE": "TRUNCATE {} CASCADE",
}


@pytest.mark.parametrize("table", NEVER)
def test_not_even_a_superuser_changes_what_is_kept(
    filled: County, county: psycopg.Connection[Any], table: str
) -> None:
    parts = [part for of, part in filled.partitions() if of == table]
    assert len(parts) == PARTS
    for act in NEVER[table]:
        assert refused(county, TEXTS[act].format(table)) == APPEND_ONLY
        states = {refused(county, TEXTS[act].format(part)) for part in parts}
        # a partition without a row has nothing to change
        assert states == {APPEND_ONLY} if act == "TRUNCATE" else APPEND_ONLY in states
    moved = f"UPDATE {table} SET station = 'QQ99' WHERE station = %s"
    assert refused(county, moved, STATION) == APPEND_ONLY


def test_a_body_is_erased_and_an_entry_with_a_body_is_not(county: psycopg.Connection[Any]) -> None:
    assert refused(county, "DELETE FROM personal WHERE station = %s", STATION) == ""
    assert refused(county, "DELETE FROM entry WHERE station = %s", STATION) == APPEND_ONLY


def test_a_body_without_its_entry_is_refused(
    filled: County, county: psycopg.Connection[Any]
) -> None:
    row = filled.row("personal", STATION) | {"station_seq": 9}
    assert refused(county, insert("personal", row), *row.values()) == "23503"


# -- the chain -------------------------------------------------------------------------------------


def _entry(county: County, **changed: Any) -> dict[str, Any]:
    row = county.row("entry", STATION)
    return row | {"station_seq": 2, "prev": "a" * 64, "digest": "c" * 64} | changed


WRONG: tuple[dict[str, Any], ...] = (
    {"station_seq": 1},
    {"station_seq": 3},
    {"prev": "0" * 64},
    {"prev": "c" * 64},
    {"case_no": "ZY01-20260302-0001", "version": 2},
    {"case_no": "ZY01-20260302-0001", "version": 0},
    {"station": "NEW1", "station_seq": 2},
    {"station": "NEW1", "station_seq": 1},
)


@pytest.mark.parametrize("changed", WRONG, ids=str)
def test_an_entry_off_the_chain_is_refused(
    filled: County, county: psycopg.Connection[Any], changed: dict[str, Any]
) -> None:
    row = _entry(filled, **changed)
    assert refused(county, insert("entry", row), *row.values()) == OFF_CHAIN


def test_entries_that_follow_are_taken_also_many_at_once(
    filled: County, county: psycopg.Connection[Any]
) -> None:
    first = _entry(filled, case_no="ZY01-20260302-0001", version=1)
    second = first | {"station_seq": 3, "prev": "c" * 64, "digest": "d" * 64, "version": 2}
    third = _entry(filled, station_seq=4, prev="d" * 64, digest="e" * 64)
    begun = _entry(filled, station="NEW1", station_seq=1, prev="0" * 64)
    text = insert("entry", first)
    marks = text.partition("VALUES ")[2]
    many = f"{text}, {marks}, {marks}, {marks}"
    values = [value for row in (first, second, third, begun) for value in row.values()]
    assert refused(county, many, *values) == ""
    again = _entry(filled, station_seq=5, prev="e" * 64, case_no=first["case_no"], version=2)
    assert refused(county, text, *again.values()) == OFF_CHAIN


def test_a_table_of_the_caller_does_not_stand_in_for_the_chain(filled: County) -> None:
    with filled.as_role(STATION) as connection:
        connection.execute("BEGIN")
        connection.execute("CREATE TEMPORARY TABLE entry (LIKE bbcs.entry)")
        connection.execute("SET search_path = pg_temp, bbcs")
        row = _entry(filled, prev="0" * 64, station_seq=1)
        assert refused(connection, insert("bbcs.entry", row), *row.values()) == OFF_CHAIN
        connection.rollback()


# -- is the schema as shipped? ---------------------------------------------------------------------


def changed_names(connection: psycopg.Connection[Any]) -> list[str]:
    return [finding.where for finding in schema_check.differences(connection)]


def test_a_fresh_database_is_as_shipped_for_every_role(filled: County) -> None:
    """tests/store/generate_postgres_shape.py writes the file after a change of the schema."""
    for role in (OWNER, STATION, "bbcs_county", "bbcs_auditor"):
        with filled.as_role(role) as connection:
            assert changed_names(connection) == []
    with filled.as_role() as connection:
        connection.execute("SET search_path = public")
        assert changed_names(connection) == []


CHANGES = {
    "ALTER TABLE entry DISABLE TRIGGER tr_entry_update": "entry.tr_entry_update",
    "ALTER TABLE entry_p01 DISABLE TRIGGER tr_entry_update": "entry_p01",
    "ALTER TABLE entry_p01 ENABLE REPLICA TRIGGER tr_entry_truncate": "entry_p01",
    "ALTER TABLE personal DISABLE TRIGGER ALL": "personal.tr_personal_update",
    "DROP TRIGGER tr_entry_truncate ON entry_p00": "entry_p00",
    "ALTER TABLE personal_p00 DROP CONSTRAINT fk_personal_entry": "personal_p00",
    "DROP TRIGGER tr_entry_insert ON entry": "entry.tr_entry_insert",
    "CREATE RULE more AS ON DELETE TO entry DO INSTEAD NOTHING": "entry.more",
    "ALTER TABLE entry NO FORCE ROW LEVEL SECURITY": "entry",
    "ALTER TABLE case_row DISABLE ROW LEVEL SECURITY": "case_row",
    "ALTER TABLE case_row_p01 DISABLE ROW LEVEL SECURITY": "case_row_p01",
    "DROP POLICY own_station ON meta": "meta.own_station",
    "ALTER POLICY own_station ON meta USING (true)": "meta.own_station",
    "CREATE POLICY more ON meta TO bbcs_station USING (true)": "meta.more",
    "GRANT UPDATE ON entry TO bbcs_station": "entry bbcs_station",
    "GRANT UPDATE (data) ON entry TO bbcs_station": "entry.data",
    "GRANT SELECT ON personal TO PUBLIC": "personal PUBLIC",
    "GRANT SELECT ON entry_p00 TO bbcs_station": "entry_p00",
    "ALTER TABLE entry OWNER TO bbcs_county": "entry",
    "DROP INDEX ix_movement_promised": "ix_movement_promised",
    "CREATE INDEX more ON movement (station)": "more",
    "ALTER TABLE entry DROP CONSTRAINT ck_entry_clock": "entry.ck_entry_clock",
    "ALTER TABLE entry DROP CONSTRAINT ck_entry_clock,"
    " ADD CONSTRAINT ck_entry_clock CHECK (clock <> '')": "entry.ck_entry_clock",
    "ALTER TABLE waiver ALTER COLUMN paper DROP NOT NULL": "waiver.paper",
    "ALTER TABLE waiver ADD COLUMN more text": "waiver.more",
    "ALTER TABLE order_row ALTER COLUMN role TYPE varchar(9)": "order_row.role",
    "DROP TABLE parsed": "parsed",
    "DROP TABLE parsed_p00": "parsed_p01",
    "CREATE TABLE more ()": "more",
    "CREATE VIEW more AS SELECT * FROM personal": "more",
    "ALTER FUNCTION may_read(text) RESET ALL": "may_read(text)",
    "ALTER FUNCTION case_search_numbers(text, text[], bigint, integer) OWNER TO CURRENT_USER": (
        "case_search_numbers(text,text[],bigint,integer)"
    ),
    "CREATE OR REPLACE FUNCTION follow_chain() RETURNS trigger LANGUAGE plpgsql"
    " SET search_path = bbcs, pg_temp AS 'BEGIN RETURN NEW; END'": "follow_chain()",
    "CREATE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1'": "more()",
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_named(county: psycopg.Connection[Any], change: str) -> None:
    county.execute(change)
    assert CHANGES[change] in changed_names(county)


MENDED = [
    change
    for change in CHANGES
    if change.startswith(("DROP ", "CREATE OR", "GRANT UPDATE ON"))
    or "TRIGGER tr" in change
    or " POLICY " in change
    or "ROW LEVEL" in change
]


@pytest.mark.parametrize("change", MENDED)
def test_county_init_mends_what_can_be_mended(county: psycopg.Connection[Any], change: str) -> None:
    county.execute(change)
    install.apply(county, STATIONS, PARTS)
    assert changed_names(county) == []


# -- making it again -------------------------------------------------------------------------------


def _counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    tables = (*KEPT, *PROJECTIONS)
    asked = {table: f"SELECT count(*) FROM {table}" for table in tables}
    return {table: connection.execute(text).fetchone()[0] for table, text in asked.items()}  # type: ignore[index]


def test_making_it_again_changes_nothing_and_adds_stations(
    county: psycopg.Connection[Any],
) -> None:
    before = _counts(county)
    install.apply(county, ["ZZ99", STATION], PARTS)
    assert _counts(county) == before
    assert changed_names(county) == []
    assert county.execute(
        "SELECT pg_has_role('bbcs_zz99', 'bbcs_station', 'USAGE')"
    ).fetchone() == (True,)


def test_projections_of_an_older_schema_are_made_anew_and_records_kept(
    county: psycopg.Connection[Any],
) -> None:
    county.execute("UPDATE version SET schema = schema - 1")
    county.execute("ALTER TABLE case_row DROP COLUMN fold")
    county.execute("CREATE TABLE former (station text) PARTITION BY HASH (station)")
    install.apply(county, STATIONS, PARTS)
    counts = _counts(county)
    assert {table for table, count in counts.items() if count} == set(KEPT)
    assert set(counts.values()) == {0, len(STATIONS)}
    assert changed_names(county) == []


def test_a_newer_schema_is_left_as_it_is(county: psycopg.Connection[Any]) -> None:
    county.execute("UPDATE version SET schema = schema + 1")
    before = _counts(county)
    with pytest.raises(psycopg.Error) as caught:
        install.apply(county, STATIONS, PARTS)
    assert caught.value.sqlstate == "BB003"
    county.execute("SET search_path = bbcs")
    assert _counts(county) == before
