"""The SQL that makes or renews a county's store, in the order in which an administrator runs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bbcs.store.engine import SCHEMA
from bbcs.store.postgres import partitions, rights, server_checks
from bbcs.store.postgres.codes import NEWER_SCHEMA
from bbcs.store.postgres.table_groups import KEPT

_SETTINGS = (
    "SET LOCAL client_encoding = 'UTF8'",
    "SET LOCAL standard_conforming_strings = on",
    "SET LOCAL lock_timeout = '30s'",
    "SELECT pg_advisory_xact_lock(hashtextextended('bbcs county init', 0))",
)
"""One at a time; and it waits no longer than a clerk does for who is at work."""

_OWN_THE_OWNER = f"""DO $$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT {rights.OWNER} TO %I', current_user);
    END IF;
END $$"""
"""Who makes tables in the name of the owner must be a member of it; a superuser is."""

_TRIGRAMS = """DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
        CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA bbcs;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'pg_trgm: insufficient privilege';
END $$"""
"""Where it can be had: searches go by an index then, else every text of the station is read."""

_INDEX_BY_TRIGRAMS = """DO $$
DECLARE
    place text := (
        SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        WHERE e.extname = 'pg_trgm'
    );
BEGIN
    IF place IS NOT NULL THEN
        EXECUTE 'CREATE INDEX IF NOT EXISTS ix_case_search_terms ON case_search'
            || ' USING gin (terms ' || place || '.gin_trgm_ops)';
    END IF;
END $$"""

_DROP_OLDER = f"""DO $$
DECLARE
    present integer;
    projection text;
BEGIN
    IF to_regclass('bbcs.version') IS NULL THEN
        RETURN;
    END IF;
    EXECUTE 'SELECT schema FROM bbcs.version' INTO present;
    IF present > {SCHEMA} THEN
        RAISE EXCEPTION 'schema %', present USING ERRCODE = '{NEWER_SCHEMA}';
    END IF;
    IF present < {SCHEMA} THEN
        FOR projection IN
            SELECT relname FROM pg_class
            WHERE relnamespace = 'bbcs'::regnamespace AND relkind = 'p' AND NOT relispartition
                AND relname NOT IN ({", ".join(f"'{table}'" for table in KEPT)})
        LOOP
            EXECUTE format('DROP TABLE bbcs.%I', projection);
        END LOOP;
    END IF;
END $$"""
"""Projections of an older schema go, and come again empty: each station folds its own anew when it
is opened. A newer schema is left as it is."""


def database(codes: Sequence[str], parts: int = partitions.PARTS) -> Iterator[str]:
    """Every statement for one transaction, which fails on a server that will not do. codes: the
    stations that get a role.
    """
    yield from _SETTINGS
    yield server_checks.script()
    yield from rights.groups()
    yield _OWN_THE_OWNER
    yield from rights.stations(codes)
    yield rights.AGAIN
    yield "CREATE SCHEMA IF NOT EXISTS bbcs"
    yield f"ALTER SCHEMA bbcs OWNER TO {rights.OWNER}"
    yield _TRIGRAMS
    yield f"SET LOCAL ROLE {rights.OWNER}"
    yield "SET LOCAL search_path = bbcs, pg_temp"
    yield _DROP_OLDER
    yield from tables()
    yield from partitions.statements(parts)
    yield _INDEX_BY_TRIGRAMS
    yield from rights.rights()
    yield from rights.row_security()
    yield "DELETE FROM version"
    yield f"INSERT INTO version (schema) VALUES ({SCHEMA})"
    yield "RESET ROLE"


def script(codes: Sequence[str], parts: int = partitions.PARTS) -> str:
    """The same as a text for psql."""
    statements = ("BEGIN", *database(codes, parts), "COMMIT")
    return "".join(f"{statement};\n" for statement in statements)


def apply(connection: Any, codes: Sequence[str], parts: int = partitions.PARTS) -> None:
    """Runs all of it in one transaction, on a connection of psycopg in autocommit mode."""
    with connection.transaction():
        for statement in database(codes, parts):
            connection.execute(statement)


@cache
def schema() -> str:
    """The text of the shipped postgres.sql."""
    return (Path(__file__).parents[2] / "data" / "postgres.sql").read_text(encoding="utf-8")


def tables() -> list[str]:
    """The statements of postgres.sql."""
    text = "\n".join(line for line in schema().splitlines() if not line.startswith("--"))
    return [statement for part in text.split(";\n\n") if (statement := part.strip().rstrip(";"))]
