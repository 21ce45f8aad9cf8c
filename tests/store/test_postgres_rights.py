"""Who may see and do what in a county's store, tried with plain SQL as each role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from county_store import SERVERS, STATIONS, County

from bbcs.store.postgres.table_groups import ERASABLE, HIDDEN, RECORDS, TABLES

NO_RIGHT, NO_TABLE_TO_COPY_INTO = "42501", "0A000"
MINE, OTHERS = STATIONS
READERS = ("bbcs_county", "bbcs_auditor")


@pytest.fixture(scope="module", params=SERVERS)
def county(request: pytest.FixtureRequest) -> Iterator[County]:
    server = SERVERS[request.param]()
    if server is None:
        pytest.skip(f"PostgreSQL ({request.param}) is not installed")
    made = County(server, "rights")
    made.fill()
    server.sql(
        "DO $$ BEGIN CREATE ROLE stranger LOGIN; EXCEPTION WHEN duplicate_object THEN END $$"
    )
    yield made
    made.remove()


# -- a station and the rows of another -------------------------------------------------------------


def _copied(county: County, role: str, what: str) -> list[str]:
    with (
        county.as_role(role) as connection,
        connection.cursor().copy(f"COPY {what} TO STDOUT") as lines,
    ):
        return [bytes(line).decode() for line in lines]


@pytest.mark.parametrize("station", STATIONS)
def test_a_station_reads_its_own_rows_alone(county: County, station: str) -> None:
    other = next(one for one in STATIONS if one != station)
    for table in TABLES:
        assert county.ask(station, f"SELECT station FROM {table}") == [(station,)]
        assert county.ask(station, f"SELECT 1 FROM {table} WHERE station = %s", other) == []
    assert [line[:4] for line in _copied(county, station, "(SELECT * FROM entry)")] == [station]
    assert _copied(county, station, "entry") == []  # PostgreSQL leaves partitions out here


@pytest.mark.parametrize("table", TABLES)
def test_a_station_writes_no_row_of_another(county: County, table: str) -> None:
    before = county.ask("bbcs_county", f"SELECT * FROM {table} ORDER BY station")
    assert county.insert(MINE, table, county.row(table, OTHERS)) == NO_RIGHT
    assert county.insert(MINE, table, county.row(table, "NEW1")) == NO_RIGHT
    anything = f"UPDATE {table} SET station = %s WHERE station = %s"
    assert county.refused(MINE, anything, OTHERS, MINE) == NO_RIGHT
    for text in (
        f"UPDATE {table} SET station = station WHERE station = '{OTHERS}'",
        f"DELETE FROM {table} WHERE station = '{OTHERS}'",
    ):
        assert county.refused(MINE, text) == NO_RIGHT or county.ask(MINE, text) == [0]
    assert county.refused(MINE, f"TRUNCATE {table} CASCADE") == NO_RIGHT
    assert county.refused(MINE, f"COPY {table} FROM STDIN") == NO_TABLE_TO_COPY_INTO
    assert county.ask("bbcs_county", f"SELECT * FROM {table} ORDER BY station") == before


@pytest.mark.parametrize("role", [MINE, *READERS])
def test_partitions_are_closed_to_everybody(county: County, role: str) -> None:
    parts = county.partitions()
    assert {table for table, _ in parts} == set(TABLES)
    for _, part in parts:
        for text in (
            f"SELECT 1 FROM {part}",
            f"DELETE FROM {part}",
            f"UPDATE {part} SET station = 'X'",
            f"INSERT INTO {part} (station) VALUES ('{MINE}')",
            f"TRUNCATE {part}",
            f"COPY {part} TO STDOUT",
        ):
            assert county.refused(role, text) == NO_RIGHT, text


def test_a_right_given_on_partitions_by_mistake_shows_no_row(county: County) -> None:
    with county.as_role() as connection:
        connection.execute("BEGIN")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA bbcs TO bbcs_{MINE.lower()}")
        connection.execute(f"SET LOCAL ROLE bbcs_{MINE.lower()}")
        for table, part in county.partitions():
            assert connection.execute(f"SELECT 1 FROM {part}").fetchall() == [], part
            rows = connection.execute(f"SELECT station FROM {table}").fetchall()
            assert rows == [(MINE,)]
        connection.execute("ROLLBACK")


SEARCH = "SELECT * FROM case_search_numbers(%s, %s, 9, 9)"


def test_search_gives_nothing_of_another_station(county: County) -> None:
    assert county.ask(MINE, SEARCH, MINE, ["%word%"]) == [(1,)]
    assert county.ask(MINE, SEARCH, OTHERS, ["%word%"]) == []
    assert county.ask(MINE, SEARCH, OTHERS.lower(), ["%word%"]) == []
    for role in READERS:
        assert county.ask(role, SEARCH, OTHERS, ["%word%"]) == [(1,)]
    assert (
        county.refused("stranger", SEARCH.replace("case_", "bbcs.case_"), MINE, ["%"]) == NO_RIGHT
    )


def test_patterns_of_a_search_are_no_sql(county: County) -> None:
    with county.as_role() as connection:
        connection.execute("INSERT INTO case_search VALUES (%s, 2, %s)", (MINE, "it's 100%"))
    for pattern, found in (
        ("%' OR true --%", []),
        ("%it's%", [(2,)]),
        ("%\\%%", [(2,)]),
        ("%\\\\%", []),
        ("%", [(2,), (1,)]),
    ):
        assert county.ask(MINE, SEARCH, MINE, [pattern]) == found, pattern
    assert county.ask(MINE, SEARCH, MINE, ["%it's%", "%word%"]) == []
    assert county.ask(MINE, SEARCH, MINE, []) == [(2,), (1,)]
    most = "SELECT * FROM case_search_numbers(%s, %s, 9, 1)"
    assert county.ask(MINE, most, MINE, ["%"]) == [(2,)]
    below = "SELECT * FROM case_search_numbers(%s, %s, 2, 9)"
    assert county.ask(MINE, below, MINE, ["%"]) == [(1,)]
    county.ask(MINE, "DELETE FROM case_search WHERE number = 2")


# -- a station and its own rows --------------------------------------------------------------------


def _overwriting(table: str) -> str:
    key = {"entry": "station_seq", "personal": "station_seq", "attachment": "sha256, number"}
    target = f"(station, {key.get(table, 'sha256')})"
    copied = f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT {target}"
    return f"{copied} DO UPDATE SET station = excluded.station"


@pytest.mark.parametrize("table", RECORDS)
def test_a_station_neither_changes_nor_deletes_its_own_records(county: County, table: str) -> None:
    for text in (
        f"UPDATE {table} SET station = station",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        _overwriting(table),
    ):
        assert county.refused(MINE, text) == NO_RIGHT, text


@pytest.mark.parametrize("table", ERASABLE)
def test_a_station_erases_what_names_people_but_never_changes_it(
    county: County, table: str
) -> None:
    row = county.row(table, MINE)
    for text in (
        f"UPDATE {table} SET station = station",
        f"TRUNCATE {table}",
        _overwriting(table),
    ):
        assert county.refused(MINE, text) == NO_RIGHT, text
    assert county.insert(MINE, table, row) == "23505"
    assert county.ask(MINE, f"DELETE FROM {table}") == [1]
    assert county.insert(MINE, table, row) == ""


FORBIDDEN = (
    "ALTER TABLE entry DISABLE TRIGGER ALL",
    "ALTER TABLE entry_p00 DISABLE TRIGGER ALL",
    "ALTER TABLE entry DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE entry NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE entry ADD COLUMN more text",
    "ALTER TABLE entry DETACH PARTITION entry_p00",
    "DROP TABLE entry CASCADE",
    "DROP SCHEMA bbcs CASCADE",
    "DROP TRIGGER tr_entry_update ON entry",
    "DROP POLICY own_station ON entry",
    "CREATE POLICY more ON entry USING (true)",
    "CREATE TRIGGER more BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE INDEX more ON entry (data)",
    "CREATE TABLE bbcs.more ()",
    "CREATE FUNCTION bbcs.more() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION may_read(whose text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    "ALTER FUNCTION follow_chain() RESET ALL",
    "CREATE SCHEMA more",
    "SET ROLE bbcs_owner",
    "SET ROLE bbcs_county",
    f"SET ROLE bbcs_{OTHERS.lower()}",
    "SET ROLE postgres",
    f"SET SESSION AUTHORIZATION bbcs_{OTHERS.lower()}",
    "SET session_replication_role = replica",
    f"ALTER ROLE bbcs_{MINE.lower()} BYPASSRLS",
    f"ALTER ROLE bbcs_{MINE.lower()} RENAME TO bbcs_{OTHERS.lower()}x",
    f"GRANT bbcs_county TO bbcs_{MINE.lower()}",
    f"GRANT bbcs_{OTHERS.lower()} TO bbcs_{MINE.lower()}",
    "CREATE ROLE bbcs_more",
    "SET row_security = off; SELECT * FROM entry",
    "SELECT may_read('CY02')",
    "UPDATE version SET schema = 99",
    "DELETE FROM version",
    "REFRESH MATERIALIZED VIEW entry",
    "SELECT * FROM entry FOR UPDATE",
    "BEGIN; LOCK TABLE entry IN EXCLUSIVE MODE",
    "COMMENT ON TABLE entry IS ''",
    "SELECT pg_read_file('pg_hba.conf')",
    "COPY (SELECT 1) TO PROGRAM 'true'",
)


REFUSALS = (NO_RIGHT, "0LP01", "0A000", "42809")
"""No right; no right to give a role; not to be done in this session; no such kind of relation."""


@pytest.mark.parametrize("role", [MINE, *READERS])
def test_no_role_gets_around_the_guards(county: County, role: str) -> None:
    for text in FORBIDDEN:
        if text != f"SET ROLE {role}":
            assert county.refused(role, text) in REFUSALS, text


def test_rights_are_not_handed_on(county: County) -> None:
    for role in (MINE, *READERS):
        county.refused(role, "GRANT SELECT ON entry TO stranger")  # a warning, no refusal
        assert county.refused("stranger", "SELECT 1 FROM bbcs.entry") == NO_RIGHT


def test_the_group_of_stations_sees_no_row_of_any(county: County) -> None:
    with county.as_role(MINE) as connection:
        connection.execute("SET ROLE bbcs_station")
        for table in TABLES:
            assert connection.execute(f"SELECT 1 FROM {table}").fetchall() == [], table
        assert connection.execute(SEARCH, (MINE, ["%"])).fetchall() == []


def test_who_belongs_to_no_group_reads_nothing(county: County) -> None:
    for table in ("version", *TABLES):
        assert county.refused("stranger", f"SELECT 1 FROM bbcs.{table}") == NO_RIGHT


# -- the county and the auditor --------------------------------------------------------------------


def test_the_county_reads_all_and_writes_nothing(county: County) -> None:
    for table in TABLES:
        assert len(county.ask("bbcs_county", f"SELECT 1 FROM {table}")) == len(STATIONS)
        _writes_nothing(county, "bbcs_county", table)


def test_the_auditor_reads_all_but_what_names_people(county: County) -> None:
    for table in TABLES:
        asked = f"SELECT 1 FROM {table}"
        if table in HIDDEN:
            assert county.refused("bbcs_auditor", asked) == NO_RIGHT
        else:
            assert len(county.ask("bbcs_auditor", asked)) == len(STATIONS)
        _writes_nothing(county, "bbcs_auditor", table)


def _writes_nothing(county: County, role: str, table: str) -> None:
    assert county.insert(role, table, county.row(table, MINE)) == NO_RIGHT
    for text in (
        f"UPDATE {table} SET station = station",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
    ):
        assert county.refused(role, text) == NO_RIGHT


def test_what_names_people_is_hidden_from_the_auditor() -> None:
    assert set(HIDDEN) == {"personal", "person_search", "attachment"}


def test_people_may_have_logins_of_their_own_in_the_county(county: County) -> None:
    """A member of a reading role reads as it does, also in the search."""
    county.server.sql(
        "DROP ROLE IF EXISTS wang; CREATE ROLE wang LOGIN; GRANT bbcs_auditor TO wang"
    )
    assert len(county.ask("wang", "SELECT 1 FROM bbcs.entry")) == len(STATIONS)
    assert county.refused("wang", "SELECT 1 FROM personal") == NO_RIGHT
    assert county.ask("wang", SEARCH, OTHERS, ["%word%"]) == [(1,)]
    county.server.sql("REVOKE bbcs_auditor FROM wang")
    assert county.refused("wang", "SELECT 1 FROM bbcs.entry") == NO_RIGHT


def test_a_role_that_is_taken_counts_in_the_search_not_the_login(county: County) -> None:
    with county.as_role() as connection:
        connection.execute(f"SET ROLE bbcs_{MINE.lower()}")
        assert connection.execute(SEARCH, (MINE, ["%word%"])).fetchall() == [(1,)]
        assert connection.execute(SEARCH, (OTHERS, ["%word%"])).fetchall() == []


def test_everybody_reads_the_number_of_the_schema(county: County) -> None:
    for role in (MINE, *READERS):
        assert len(county.ask(role, "SELECT schema FROM version")) == 1
