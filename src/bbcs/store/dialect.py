"""What differs between the engines: identity, pragmas and journal modes of SQLite (triggers and indexes: `guards`)."""

from __future__ import annotations

from typing import Any

APPLICATION_ID = 0x62626373
"""“bbcs” in the header of the file: a foreign or emptied file is told apart before anything is read."""

SCHEMA = 3
"""Kept in `user_version`; any other number is refused: greater ones are newer, 1 was never released."""

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

FULL_TEXT = "CREATE VIRTUAL TABLE case_search USING fts5(text, content='', tokenize='ascii')"
"""The index of `case_text` (`searching`). To this tokenizer every character beyond ASCII is a letter, whatever SQLite's tables say."""

SEARCHABLE = "SELECT rowid FROM case_search LIMIT 0"
INDEXED = "SELECT 1 FROM sqlite_schema WHERE name = 'case_search'"
INDEX = "INSERT INTO case_search (rowid, text) VALUES (?, ?)"
UNINDEX = "INSERT INTO case_search (case_search, rowid, text) VALUES ('delete', ?, ?)"
UNINDEX_ALL = "INSERT INTO case_search (case_search) VALUES ('delete-all')"
STALE = "SELECT 1 FROM case_search_config WHERE k = 'stale'"
MARK_STALE = "INSERT OR REPLACE INTO case_search_config (k, v) VALUES ('stale', 1)"
UNMARK_STALE = "DELETE FROM case_search_config WHERE k = 'stale'"
MATCHING = " JOIN case_search s ON s.rowid = t.id WHERE case_search MATCH :words AND s.rowid < :before ORDER BY s.rowid DESC LIMIT :limit"
WORDS = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.case_words USING fts5vocab('main', 'case_search', 'instance')"
PLACES = "SELECT term, count(*), sum(doc % 2147483647), sum((doc % 65521) * (offset + 1)) FROM temp.case_words GROUP BY term"
"""Per character of the index: how often, and two sums over where it stands, for `verify`."""

GENESIS = "0" * 64
"""`prev` of a station's first entry."""


def has_full_text(connection: Any) -> bool:
    """Whether this SQLite was built with FTS5."""
    return bool(
        connection.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").fetchone()
    )


def journal_mode(version: tuple[int, ...]) -> str:
    """The journal mode that is safe with this SQLite; with both, synchronous = FULL."""
    return "wal" if version >= WAL_SAFE else "truncate"
