"""What differs between the engines: identity, pragmas and journal modes of SQLite (triggers and indexes: `guards`)."""

from __future__ import annotations

APPLICATION_ID = 0x62626373
"""“bbcs” in the header of the file: a foreign or emptied file is told apart before anything is read."""

SCHEMA = 2
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

GENESIS = "0" * 64
"""`prev` of a station's first entry."""


def journal_mode(version: tuple[int, ...]) -> str:
    """The journal mode that is safe with this SQLite; with both, synchronous = FULL."""
    return "wal" if version >= WAL_SAFE else "truncate"
