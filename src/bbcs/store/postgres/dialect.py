"""PostgreSQL's own text: parameters as psycopg writes them, and the statements only it needs."""

from __future__ import annotations

import re
from functools import cache

NAMESPACE = "bbcs"
"""The schema of the database that holds every table, index and function."""

_PARAMETER = re.compile(r":([a-z_][a-z_0-9]*)")

BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
"""One view for all statements, which keeps nobody from writing."""

BEGIN_WRITING = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
"""Each statement sees what was committed before it: the station's lock is taken first, and nobody
else writes rows of this station until the end."""

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('bbcs:' || :station, 0))"
"""One writer per station, until the transaction ends; other stations do not wait for it."""

LOCK_TIMEOUT = "SELECT set_config('lock_timeout', :wait, true)"

FACTS = "SELECT v.schema, m.key, m.value FROM version v LEFT JOIN meta m ON m.station = :station"
"""The number of the schema, and the facts beside the station's chain."""

UNBOUND = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
VERSION = "SELECT schema FROM version"
ANY_ENTRY = "SELECT 1 FROM entry WHERE station = :station LIMIT 1"
PLACE = (
    "SELECT concat(pg_postmaster_start_time(), ' ', oid) FROM pg_database"
    " WHERE datname = current_database()"
)
"""A server and a database of it: no two servers start in the same microsecond."""

DROP_FACTS = "DELETE FROM meta WHERE station = :station"
SIZE = "SELECT pg_database_size(current_database()), current_setting('server_version')"
CHECKSUM_FAILURES = (
    "SELECT coalesce(checksum_failures, 0) FROM pg_stat_database WHERE datname = current_database()"
)

# Of either table of search terms; `{index}` is its name.
PUT_TERMS = (
    "INSERT INTO {index} (station, number, terms) VALUES (:station, :number, :terms)"
    " ON CONFLICT (station, number) DO UPDATE SET terms = excluded.terms"
)
DROP_TERMS = "DELETE FROM {index} WHERE station = :station AND number = :number"
DROP_ALL_TERMS = "DELETE FROM {index} WHERE station = :station"
MARK = "SELECT mark FROM search_state WHERE station = :station AND name = :name"
PUT_MARK = (
    "INSERT INTO search_state (station, name, mark) VALUES (:station, :name, :mark)"
    " ON CONFLICT (station, name) DO NOTHING"
)
DROP_MARK = "DELETE FROM search_state WHERE station = :station AND name = :name"
NUMBERS = (
    "SELECT number FROM {index} WHERE station = :station{terms} ORDER BY number DESC LIMIT :limit"
)
MATCHING = (
    " JOIN case_search_numbers(:station, :patterns, 9223372036854775807, :limit) AS n(number)"
    " ON n.number = t.id WHERE t.station = :station ORDER BY t.id DESC LIMIT :limit"
)
"""Ends `statements.FOUND`. The function could begin below any number: here, at the newest."""

READING_TEXTS = " WHERE t.station = :station ORDER BY t.id DESC"
"""Ends `statements.FOUND` where the terms cannot be used: every text is read."""

TERMS = (
    "SELECT w.term, count(*)::bigint, sum(s.number % 2147483647)::bigint,"
    " sum((s.number % 65521) * w.position)::bigint"
    " FROM {index} s, string_to_table(btrim(s.terms), ' ') WITH ORDINALITY AS w(term, position)"
    " WHERE s.station = :station GROUP BY w.term"
)
"""Per term: how often, and two sums over its positions (`comparison`)."""

PUT_PIECE = (
    "INSERT INTO attachment (station, sha256, number, data)"
    " VALUES (:station, :sha256, :number, :data)"
)
HOLDS_FILE = "SELECT 1 FROM attachment WHERE station = :station AND sha256 = :sha256 LIMIT 1"
ALL_FILES = "SELECT DISTINCT sha256 FROM attachment WHERE station = :station ORDER BY sha256"
DROP_FILE = "DELETE FROM attachment WHERE station = :station AND sha256 = :sha256"
PIECES = "SELECT data FROM attachment WHERE station = :station AND sha256 = :sha256 ORDER BY number"


@cache
def named(text: str) -> str:
    """A statement with `:name` parameters as psycopg takes it; quoted text stays as it is."""
    return _outside_quotes(text, r"%(\1)s")


@cache
def by_place(text: str) -> str:
    """The same with a mark for each value, in the order of the statement."""
    return _outside_quotes(text, "%s")


def _outside_quotes(text: str, mark: str) -> str:
    parts = text.replace("%", "%%").split("'")
    parts[::2] = [_PARAMETER.sub(mark, part.replace("::", "\0")) for part in parts[::2]]
    return "'".join(parts).replace("\0", "::")
