"""The partitions of every table, by hash of the station."""

from __future__ import annotations

from collections.abc import Iterator

from bbcs.store.postgres.guards import TRIGGERS
from bbcs.store.postgres.table_groups import TABLES

PARTS = 16
"""Partitions of a table, unless `county init` is told another number."""

MOST = 64
"""More cost shared memory and planning time, and spread nothing better."""


def name_of(table: str, part: int) -> str:
    """The name of one partition."""
    return f"{table}_p{part:02d}"


def statements(parts: int) -> Iterator[str]:
    """What makes the partitions that are not there yet.

    A partition has no policy of its own and no rights are given on it: it is read through its table
    alone. Its row security is on all the same, so that a right given by mistake shows no row.
    """
    for table in TABLES:
        for part in range(parts):
            name = name_of(table, part)
            values = f"WITH (MODULUS {parts}, REMAINDER {part})"
            yield f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {table} FOR VALUES {values}"
            yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
            for trigger in TRIGGERS:
                if trigger.table == table and not trigger.each:
                    yield trigger.sql(name)
