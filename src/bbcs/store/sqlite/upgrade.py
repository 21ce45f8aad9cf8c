"""Upgrades a ledger file of an older schema, in one transaction of SQLite.

`entry`, `personal` and `document` are not touched. All other tables are dropped and made anew,
empty. A copy of the file as it was lies in `backups` before that. An end of the program at any time
leaves the file as it was: SQLite undoes the transaction when the file is opened next.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bbcs.config.files import sync_folder
from bbcs.config.home_files import BACKUPS, LEDGER
from bbcs.errors import DiskFull, OutputNotWritable, is_full
from bbcs.store.leftovers import sweep_dead
from bbcs.store.location import damaged
from bbcs.store.sqlite import dialect, faults, file

FROZEN = ("entry", "personal", "document")
"""Tables whose rows and columns no version changes."""


@contextmanager
def upgraded(connection: sqlite3.Connection, home: str) -> Iterator[dict[str, str]]:
    """Locks the file, copies it, replaces its projections by empty ones; the block fills them.

    Gives what `meta` holds now. Commits at the end of the block.
    """
    connection.executescript(dialect.PRAGMAS)
    connection.execute("BEGIN IMMEDIATE")
    schema = connection.execute("PRAGMA user_version").fetchone()[0]
    meta = _meta(connection, home)
    if schema < dialect.SCHEMA:  # else another program was faster
        _copy(Path(home), schema)
        meta = file.meta_of(meta["station"], meta["created_at"], meta)
        _replace_projections(connection, meta)
    yield meta
    connection.execute("COMMIT")


def _meta(connection: sqlite3.Connection, home: str) -> dict[str, str]:
    """Returns the facts of an older ledger, whose table had no column for the station."""
    facts = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    if "station" not in facts:
        raise damaged(home)
    return {"created_at": "", **facts}


def _copy(home: Path, schema: int) -> None:
    """Copies the file as it is to `backups/ledger-schema-N.db`, unless that was done before.

    A second connection reads it: SQLite does not copy through one that holds the write lock.
    """
    target = home / BACKUPS / f"{LEDGER.removesuffix('.db')}-schema-{schema}.db"
    draft = f".{target.name}."
    fresh = target.with_name(f"{draft}{os.getpid()}")
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        sweep_dead(target.parent, draft)
        if target.exists():
            return
        fresh.unlink(missing_ok=True)
        file.copy(home / LEDGER, fresh)
        fresh.replace(target)
        sync_folder(target.parent)
    except sqlite3.Error as error:
        raise faults.refusal(error, str(home)) from error
    except OSError as error:
        refusal = DiskFull if is_full(error) else OutputNotWritable
        raise refusal(
            f"升级前的副本写不进 {target.parent}，台账没有动；请检查权限和空间"
        ) from error
    finally:
        fresh.unlink(missing_ok=True)


def _replace_projections(connection: sqlite3.Connection, meta: dict[str, str]) -> None:
    """Drops every table but the frozen ones, and makes the tables of the present schema."""
    names = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE '%_search_%'"
    ).fetchall()
    for (name,) in names:
        if name not in FROZEN:
            connection.execute(f"DROP TABLE {name}")
    present = {name for _, name, _ in connection.execute(dialect.SHAPE).fetchall()}
    text = file.schema(full_text=dialect.has_full_text(connection))
    for statement in _statements(text):
        if _name_of(statement) not in present:
            connection.execute(statement)
    file.put_meta(connection, meta)


def _statements(text: str) -> Iterator[str]:
    """Gives the statements of a script one by one."""
    pending = ""
    for line in text.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def _name_of(statement: str) -> str:
    """Returns the name that a CREATE statement gives, "" for other statements."""
    words = [word for line in statement.splitlines() if line[:2] != "--" for word in line.split()]
    if words[:1] != ["CREATE"]:
        return ""
    kinds = ("TABLE", "INDEX", "TRIGGER")
    position = next(number for number, word in enumerate(words) if word in kinds)
    return words[position + 1]
