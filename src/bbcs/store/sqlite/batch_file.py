"""A file in which the rows of a batch wait until the ledger takes them.

It is a database of SQLite, whatever holds the ledger: plain tables without keys or indexes. A
ledger file takes rows out of it inside SQLite, in half the time of putting them in one by one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from bbcs.store import batch_tables, statements as sql
from bbcs.store.engine import Row
from bbcs.store.leftovers import BATCH
from bbcs.store.sqlite import dialect, faults
from bbcs.store.sqlite.snapshot import private_file

MORE = "more"
"""The table of what is no row of the ledger, one value each."""

_T = TypeVar("_T")


class BatchFile:
    """Rows of `batch_tables`, in the order in which they came, in a file of the home.

    It is removed by `close`. Raises what `faults.refusal` gives.
    """

    def __init__(self, home: str) -> None:
        self._home, self.path = home, private_file(Path(home), BATCH)
        self._counts = dict.fromkeys((*batch_tables.TABLES, MORE), 0)
        self._connection = sqlite3.connect(self.path, isolation_level=None)
        try:
            self._refusing(self._make_tables)
        except BaseException:
            self.close()
            raise

    def _make_tables(self) -> None:
        self._connection.executescript(dialect.BATCH_PRAGMAS)
        self._connection.execute("BEGIN")
        for table, (_, columns) in batch_tables.TABLES.items():
            self._connection.execute(f"CREATE TABLE {table} ({sql.listed(columns)})")
        self._connection.execute(f"CREATE TABLE {MORE} (value)")

    def put(self, table: str, rows: Sequence[Row]) -> range:
        """Keeps rows of a table; returns their numbers."""
        first, count = self._counts[table] + 1, len(rows)
        self._counts[table] += count
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            text = f"INSERT INTO {table} VALUES ({marks})"
            self._refusing(lambda: self._connection.executemany(text, rows))
        return range(first, first + count)

    def rows(self, table: str, numbers: range) -> list[Row]:
        """The rows of these numbers."""
        text = f"SELECT * FROM {table} WHERE rowid >= ? AND rowid < ? ORDER BY rowid"
        bounds = numbers.start, numbers.stop
        return self._refusing(lambda: self._connection.execute(text, bounds).fetchall())

    def settle(self) -> None:
        """Lets other connections read what was put; nothing can be put any more."""
        if self._connection.in_transaction:
            self._refusing(lambda: self._connection.execute("COMMIT"))

    def close(self) -> None:
        """Removes the file."""
        with suppress(sqlite3.Error):  # a full disk may keep the rest from being written
            self._connection.close()
        self.path.unlink(missing_ok=True)

    def _refusing(self, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except sqlite3.Error as error:
            raise faults.refusal(error, self._home) from error
