"""The tables as the SQL of an empty county store: postgres.sql, without partitions and rights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect, PGTypeCompiler
from sqlalchemy.schema import CreateIndex, CreateTable

from bbcs.store.partial_indexes import PARTIAL_INDEXES
from bbcs.store.postgres.guards import FUNCTIONS, TRIGGERS

_HEAD = (
    "-- Generated from the classes in store/tables.py and the guards in store/postgres/guards.py:\n"
    "-- python -m bbcs.store.tables postgresql > src/bbcs/data/postgres.sql\n"
    "-- `bbcs county init` runs it with search_path = bbcs, and adds partitions, roles and rights.\n\n"
)


def written(metadata: sa.MetaData) -> str:
    """The text of postgres.sql for these tables."""
    text = "".join(f"{statement};\n\n" for statement in _statements(metadata))
    return _HEAD + text.replace("\t", "    ").replace(" \n", "\n")


class _Types(PGTypeCompiler):
    """Every text is compared by its bytes, as SQLite does: in lists, in indexes, and with the name
    of the role, which PostgreSQL compares so.
    """

    def visit_TEXT(self, type_: Any, **options: Any) -> str:  # noqa: N802 - a hook of SQLAlchemy
        return 'TEXT COLLATE "C"'


class _Dialect(PGDialect):
    type_compiler_cls = _Types


def _statements(metadata: sa.MetaData) -> Iterator[str]:
    yield "CREATE TABLE IF NOT EXISTS version (\n\tschema INTEGER NOT NULL\n)"
    dialect = _Dialect()  # type: ignore[no-untyped-call]
    for table in (*metadata.sorted_tables, *_own(metadata).sorted_tables):
        table.dialect_options["postgresql"]["partition_by"] = "HASH (station)"
        yield str(_create(table).compile(dialect=dialect)).strip()
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index, if_not_exists=True).compile(dialect=dialect)).strip()
    for partial in PARTIAL_INDEXES:
        yield partial.sql().replace(" INDEX ", " INDEX IF NOT EXISTS ", 1)
    yield from (function.sql() for function in FUNCTIONS)
    yield from (trigger.sql() for trigger in TRIGGERS)


def _create(table: sa.Table) -> CreateTable:
    """Foreign keys are not here: each partition has its own (`partitions`)."""
    return CreateTable(table, include_foreign_key_constraints=[], if_not_exists=True)


def _own(metadata: sa.MetaData) -> sa.MetaData:
    """Tables that only this engine has: search terms, and attachments in pieces."""
    made = sa.MetaData(naming_convention=metadata.naming_convention)
    for index in ("case_search", "person_search"):
        sa.Table(index, made, _key("station"), _key("number", sa.BigInteger()), _value("terms"))
    mark = _value("mark", sa.BigInteger())
    sa.Table("search_state", made, _key("station"), _key("name"), mark)
    sa.Table(
        "attachment",
        made,
        _key("station"),
        _key("sha256"),
        _key("number", sa.Integer()),
        _value("data", sa.LargeBinary()),
        sa.CheckConstraint("length(sha256) = 64", name="sha256"),
        sa.CheckConstraint("number >= 0", name="number"),
    )
    return made


def _key(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _value(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)
