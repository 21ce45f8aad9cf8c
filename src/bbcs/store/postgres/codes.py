"""SQLSTATEs that the guards of the PostgreSQL schema raise, of a class that PostgreSQL does not
use.

A second personal body of an entry, or a second text with one digest, is refused by the primary key
(23505); a row of another station by row security (42501).
"""

from __future__ import annotations

APPEND_ONLY = "BB001"
"""A row of `entry`, `document`, `personal` or `attachment` was to be changed, deleted or truncated."""

OFF_CHAIN = "BB002"
"""An entry was to be written that does not follow the last one of its station or case."""

NEWER_SCHEMA = "BB003"
"""`county init` found a schema that is newer than its own."""

UNFIT = "BB004"
"""`county init` found a server or database on which a ledger cannot stand."""
