"""Roles, rights and row security: who reads and writes which rows.

A role proves the station: what it may do follows from its name, by no table that could be changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bbcs.store.postgres.guards import FUNCTIONS
from bbcs.store.postgres.table_groups import ERASABLE, FACTS, HIDDEN, PROJECTIONS, RECORDS, TABLES

OWNER = "bbcs_owner"
"""Owns the schema and all that is in it; nobody logs in as it."""

STATIONS = "bbcs_station"
"""The group of all stations."""

COUNTY = "bbcs_county"
"""Reads everything of all stations."""

AUDITOR = "bbcs_auditor"
"""Reads all stations, but nothing in which people are named."""

RESERVED = tuple(name.removeprefix("bbcs_").upper() for name in (OWNER, STATIONS, COUNTY, AUDITOR))
"""Codes that a station in a county's store cannot have: the names of their roles are taken."""

_MINE = "station = upper(substring(current_user from 6))"
"""Whether a row is of the station whose role asks: `bbcs_zy01` is ZY01."""

_DROP_POLICIES = """DO $$
DECLARE
    present record;
BEGIN
    FOR present IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'bbcs' LOOP
        EXECUTE format('DROP POLICY %I ON %I', present.policyname, present.tablename);
    END LOOP;
END $$"""
"""All of them: one that was added by hand could show more."""


def role_of(station: str) -> str:
    """The login role of a station."""
    return f"bbcs_{station.lower()}"


def named(station: str) -> str:
    """The role of a station as messages name it."""
    return f"角色 {role_of(station)} "


def groups() -> Iterator[str]:
    """What makes the roles that every county has."""
    yield _role(OWNER, "NOLOGIN")
    yield _role(STATIONS, "NOLOGIN")
    yield _role(COUNTY, "LOGIN")
    yield _role(AUDITOR, "LOGIN")


def stations(codes: Iterable[str]) -> Iterator[str]:
    """What makes the role of each station. It cannot log in before it has a password, or a line of
    its own in pg_hba.conf.
    """
    for code in codes:
        yield _role(role_of(code), "LOGIN")
        yield f"GRANT {STATIONS} TO {role_of(code)}"


AGAIN = rf"""DO $$
DECLARE
    present record;
BEGIN
    FOR present IN SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname ~ '^bbcs_[a-z0-9]{{2,12}}$'
        AND rolname NOT IN ('{COUNTY}', '{AUDITOR}') AND NOT pg_has_role(oid, '{STATIONS}', 'MEMBER') LOOP
        EXECUTE format('GRANT {STATIONS} TO %I', present.rolname);
    END LOOP;
END $$"""
"""Gives back the rights of a station whose role lost them."""


def _role(name: str, login: str) -> str:
    return (
        f"DO $$ BEGIN IF to_regrole('{name}') IS NULL THEN"
        f" CREATE ROLE {name} {login} NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;"
        " END IF; END $$"
    )


def rights() -> Iterator[str]:
    """What gives each role its rights, and takes away all others."""
    readers = f"{STATIONS}, {COUNTY}, {AUDITOR}"
    yield "REVOKE ALL ON SCHEMA bbcs FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA bbcs TO {readers}"
    tables = ", ".join(("version", *TABLES))
    yield f"REVOKE ALL ON {tables} FROM PUBLIC, {readers}"
    yield f"GRANT SELECT ON version TO {readers}"
    yield f"GRANT SELECT, INSERT ON {', '.join(RECORDS)} TO {STATIONS}"
    yield f"GRANT SELECT, INSERT, DELETE ON {', '.join(ERASABLE)} TO {STATIONS}"
    written = ", ".join((FACTS, *PROJECTIONS))
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {written} TO {STATIONS}"
    yield f"GRANT SELECT ON {', '.join(TABLES)} TO {COUNTY}"
    shown = ", ".join(table for table in TABLES if table not in HIDDEN)
    yield f"GRANT SELECT ON {shown} TO {AUDITOR}"
    for function in FUNCTIONS:
        yield f"REVOKE ALL ON FUNCTION {function.signature()} FROM PUBLIC"
        if function.called:
            yield f"GRANT EXECUTE ON FUNCTION {function.signature()} TO {readers}"


def row_security() -> Iterator[str]:
    """What shows each role its own rows alone. Forced: not even the owner of the tables sees more,
    but for the index that `case_search_numbers` reads for others.
    """
    yield _DROP_POLICIES
    for table in TABLES:
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        own = f"CREATE POLICY own_station ON {table} TO {STATIONS}"
        yield f"{own} USING ({_MINE}) WITH CHECK ({_MINE})"
        readers = COUNTY if table in HIDDEN else f"{COUNTY}, {AUDITOR}"
        yield f"CREATE POLICY all_stations ON {table} FOR SELECT TO {readers} USING (true)"
    yield f"CREATE POLICY searching ON case_search FOR SELECT TO {OWNER} USING (true)"
