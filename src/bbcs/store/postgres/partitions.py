"""The partitions of every table, by hash of the station."""

from __future__ import annotations

from collections.abc import Iterator

from bbcs.record import Record
from bbcs.store.postgres.guards import TRIGGERS
from bbcs.store.postgres.table_groups import TABLES

PARTS = 16
"""Partitions of a table, unless `county init` is given another number."""

MOST = 64
"""More cost shared memory and planning time, and spread nothing better."""


class ForeignKey(Record):
    """That a row belongs to a row of another table: columns of the same names in both."""

    name: str
    table: str
    columns: str
    target: str

    def sql(self, part: int) -> str:
        """The constraint of one partition. Rows of a station lie in the same part of both tables; to
        ask that part alone costs 10 µs a row, to ask the whole table of 16 parts 75.
        """
        target = name_of(self.target, part)
        key = f"FOREIGN KEY ({self.columns}) REFERENCES {target} ({self.columns})"
        return f" (CONSTRAINT {self.name} {key})"


FOREIGN_KEYS = (ForeignKey("fk_personal_entry", "personal", "station, station_seq", "entry"),)


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
            keys = "".join(key.sql(part) for key in FOREIGN_KEYS if key.table == table)
            values = f"FOR VALUES WITH (MODULUS {parts}, REMAINDER {part})"
            yield f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {table}{keys} {values}"
            yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
            for trigger in TRIGGERS:
                if trigger.table == table and not trigger.each:
                    yield trigger.sql(name)
