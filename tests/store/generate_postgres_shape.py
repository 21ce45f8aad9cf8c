"""Writes src/bbcs/data/postgres_shape.txt: what a database holds that `county init` has just made."""

from __future__ import annotations

import sys
from pathlib import Path

import psycopg

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))


def generate() -> None:
    import postgres_server
    from bbcs.store.postgres import install, schema_check

    server = postgres_server.shared() or postgres_server.with_extensions()
    assert server, "no PostgreSQL is installed"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        install.apply(connection, [], 1)
        lines = sorted(schema_check.shape(connection))
    text = "".join(f"{line}\n" for line in lines)
    (ROOT / "src/bbcs/data/postgres_shape.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    generate()
