"""The tables as the SQL of a fresh ledger: schema.sql."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from bbcs.store.partial_indexes import PARTIAL_INDEXES
from bbcs.store.sqlite.dialect import APPLICATION_ID, FULL_TEXT, SCHEMA, SEARCHES
from bbcs.store.sqlite.guards import TRIGGERS, WITHOUT_ROWID


def written(metadata: sa.MetaData) -> str:
    """The text of schema.sql for these tables."""
    head = "-- Generated from the classes in store/tables.py: python -m bbcs.store.tables > src/bbcs/data/schema.sql\n\n"
    text = "".join(f"{statement};\n\n" for statement in _statements(metadata))
    return head + text.replace("\t", "    ")


def _statements(metadata: sa.MetaData) -> Iterator[str]:
    engine = sqlite.dialect()
    for table in metadata.sorted_tables:
        table.dialect_options["sqlite"]["strict"] = True
        table.dialect_options["sqlite"]["with_rowid"] = table.name not in WITHOUT_ROWID
        yield str(CreateTable(table).compile(dialect=engine)).strip()
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index).compile(dialect=engine)).strip()
    yield from (index.sql() for index in PARTIAL_INDEXES)
    yield from (trigger.sql() for trigger in TRIGGERS)
    yield from (FULL_TEXT.format(index=index) for index in SEARCHES)
    yield f"PRAGMA application_id = {APPLICATION_ID}"
    yield f"PRAGMA user_version = {SCHEMA}"
