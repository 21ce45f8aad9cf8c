"""The SQLite engine: one file in the home. Nothing outside this folder imports sqlite3."""

from __future__ import annotations

from bbcs.store.sqlite.session import SqliteEngine

ENGINE = SqliteEngine()
"""The engine as a home uses it; tests make their own with another class of connection."""
