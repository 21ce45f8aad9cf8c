"""What an insider with sqlite3, a text editor and the source of bbcs may do to a home."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bbcs.store import chain, codec, statements as sql

Statements = Callable[[sqlite3.Connection], object]


def ledger(home: Path, work: Statements | str) -> None:
    """Changes rows; the triggers are taken away for it and put back, in one transaction each."""
    with closing(sqlite3.connect(home / "ledger.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall()
        connection.execute("BEGIN")
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("COMMIT")
        if isinstance(work, str):
            for statement in work.split(";"):
                connection.execute(statement)
        else:
            work(connection)
        connection.execute("BEGIN")
        for _, text in triggers:
            connection.execute(text)
        connection.execute("COMMIT")


def rehash(connection: sqlite3.Connection, first: int) -> None:
    """Makes the chain right again from an entry on."""
    connection.row_factory = sqlite3.Row
    rows = connection.execute(
        "SELECT * FROM entry WHERE station_seq >= ? ORDER BY station_seq", (first,)
    ).fetchall()
    found = connection.execute("SELECT digest FROM entry WHERE station_seq = ?", (first - 1,))
    before = found.fetchone()
    prev = before["digest"] if before else "0" * 64
    for row in rows:
        entry = {**dict(row), "prev": prev}
        signed = {**entry, "data": codec.canonical(json.loads(entry["data"]))}
        digest = chain.digest([signed[name] for name in sql.ENTRY[:-1]])
        connection.execute(
            "UPDATE entry SET prev = ?, digest = ? WHERE station_seq = ?",
            (prev, digest, entry["station_seq"]),
        )
        prev = digest
    connection.row_factory = None


def insert_foreign_chain(home: Path, other: Path) -> None:
    """Puts every row of another station's ledger into the tables."""

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("ATTACH ? AS other", (str(other / "ledger.db"),))
        for table in ("entry", "personal"):
            connection.execute(f"INSERT INTO {table} SELECT * FROM other.{table}")

    ledger(home, work)


def edit(path: Path, old: str, new: str) -> None:
    """What a text editor does."""
    text = path.read_text(encoding="utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
