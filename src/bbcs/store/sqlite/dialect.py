"""SQLite's own text: identity, pragmas, and the statements of its full-text index."""

from __future__ import annotations

from typing import Any

from bbcs.store.engine import SCHEMA as SCHEMA

APPLICATION_ID = 0x62626373
"""“bbcs” in the header of the file: a foreign or emptied file is recognised before anything is
read.
"""

OLDEST = 2
"""The oldest schema that can be brought up to date; 1 was never released."""

WAL_SAFE = (3, 51, 3)
"""First SQLite whose WAL cannot be damaged by two checkpoints racing a commit (trust.md §3)."""

PRAGMAS = """
PRAGMA foreign_keys=ON;
PRAGMA recursive_triggers=ON;
PRAGMA secure_delete=ON;
PRAGMA trusted_schema=OFF;
PRAGMA cell_size_check=ON;
PRAGMA synchronous=FULL;
PRAGMA cache_size=-65536;
"""

BATCH_PRAGMAS = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
"""For a file that nobody reads again when the program was killed."""

ATTACH_BATCH = "ATTACH DATABASE :path AS batch"
TAKE = (
    "INSERT INTO main.{table} ({columns}) SELECT {columns} FROM batch.{table}"
    " WHERE rowid >= :first AND rowid < :after ORDER BY rowid"
)
"""Takes rows of a batch (`batch_file`) into the table of the same name."""

HELD = (
    "SELECT count(*) FROM batch.{table} b JOIN main.{table} m ON m.station = :station AND {same}"
    " WHERE b.rowid >= :first AND b.rowid < :after"
)
"""How many of these rows the ledger holds as they are."""

THEIRS = (
    "SELECT count(*) FROM main.{table} WHERE station = :station AND case_no IN"
    " (SELECT case_no FROM batch.case_row WHERE rowid >= :first AND rowid < :after)"
)
"""How many rows of a table the ledger holds of these cases."""

SHAPE = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"
"""Tables, indexes and triggers of a file."""

CASE_SEARCH = "case_search"
"""The index of `case_text`; its rowid is `case_text.id`."""

PERSON_SEARCH = "person_search"
"""The index of the personal bodies that name people (`usecases.person_search`); its rowid is the
number of the entry. Never read by `bbcs.query`."""

SEARCHES = (CASE_SEARCH, PERSON_SEARCH)

# Of either index; `{index}` is its name. To this tokenizer every character beyond ASCII is a letter,
# whatever SQLite's tables say.
FULL_TEXT = "CREATE VIRTUAL TABLE {index} USING fts5(station, text, content='', tokenize='ascii')"
SEARCHABLE = "SELECT rowid FROM {index} LIMIT 0"
INDEXED = "SELECT 1 FROM sqlite_schema WHERE name = '{index}'"
INDEX = "INSERT INTO {index} (rowid, station, text) VALUES (:number, :station, :text)"
UNINDEX = (
    "INSERT INTO {index} ({index}, rowid, station, text)"
    " VALUES ('delete', :number, :station, :text)"
)
UNINDEX_ALL = "INSERT INTO {index} ({index}) VALUES ('delete-all')"
OPTIMIZE = "INSERT INTO {index} ({index}) VALUES ('optimize')"
STALE = "SELECT v FROM {index}_config WHERE k = 'stale'"
MARK_STALE = "INSERT OR IGNORE INTO {index}_config (k, v) VALUES ('stale', :mark)"
NOT_STALE = "DELETE FROM {index}_config WHERE k = 'stale'"
SETTINGS = "SELECT k, v FROM {index}_config WHERE k <> 'stale'"
NO_SETTINGS = "DELETE FROM {index}_config"
PUT_SETTING = "INSERT INTO {index}_config (k, v) VALUES (:name, :value)"
NUMBERS = "SELECT rowid FROM {index} WHERE {index} MATCH :words ORDER BY rowid DESC LIMIT :limit"
MATCHING = (
    " JOIN case_search s ON s.rowid = t.id"
    " WHERE case_search MATCH :words AND t.station = :station"
    " ORDER BY s.rowid DESC LIMIT :limit"
)
"""Ends `statements.FOUND`; `words` names the station too."""

WORDS = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.{index}_words"
    " USING fts5vocab('main', '{index}', 'instance')"
)
TERMS = (
    "SELECT term, count(*), sum(doc % 2147483647), sum((doc % 65521) * (offset + 1))"
    " FROM temp.{index}_words WHERE col = 'text' GROUP BY term"
)
"""Per term of the index: how often, and two sums over its positions (`comparison`)."""


def has_full_text(connection: Any) -> bool:
    """Whether this SQLite was built with FTS5."""
    return bool(
        connection.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").fetchone()
    )


def journal_mode(version: tuple[int, ...]) -> str:
    """The journal mode that is safe with this SQLite; with both, synchronous = FULL."""
    if version >= WAL_SAFE:
        return "wal"
    return "truncate"
