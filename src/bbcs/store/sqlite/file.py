"""The file of a SQLite ledger: the schema as shipped, making an empty file, checking an old one."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from time import time

from bbcs.config.files import sync_folder
from bbcs.config.home_files import LEDGER
from bbcs.findings import Finding
from bbcs.store import chain, codec, keys, statements as sql
from bbcs.store.sqlite import copying, dialect
from bbcs.usecases.ledger import Stamp


def schema(*, full_text: bool = True) -> str:
    """Returns the shipped schema.sql; without the full-text index for an SQLite that has none."""
    text = (Path(__file__).parents[2] / "data" / "schema.sql").read_text(encoding="utf-8")
    if full_text:
        return text
    for index in dialect.SEARCHES:
        text = text.replace(f"{dialect.FULL_TEXT.format(index=index)};", "")
    return text


def create(
    home: Path, station: str, stamp: Stamp, created: list[Path], *, journal: str = ""
) -> None:
    """Makes an empty ledger under another name and links it into place when it is whole.

    Of two programs that do so at once, one gets FileExistsError. Appends each file to `created`
    before making it. journal: "wal" or "truncate" instead of what this SQLite can safely do.
    """
    for old in home.glob(f"{LEDGER}.*.new*"):
        if time() - old.stat().st_mtime > 60:  # left by a crash; a younger one belongs to a rival
            old.unlink()
    path = home / f"{LEDGER}.{os.getpid()}.new"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    created += [path, path.with_name(path.name + "-journal")]
    journal = journal or dialect.journal_mode(sqlite3.sqlite_version_info)
    meta = meta_of(station, codec.moment(stamp.now), keys.known(str(home)))
    _fill(path, meta, journal)
    _put(path, home / LEDGER, created)
    for leftover in home.glob(f"{path.name}-*"):
        leftover.unlink()
    sync_folder(home)


def meta_of(
    station: str, created_at: str, others: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Returns the facts that stand beside the chain, with their fingerprint."""
    meta = {
        **(others or {}),
        "schema": str(dialect.SCHEMA),
        "station": station,
        "created_at": created_at,
    }
    return {**meta, "check": chain.fingerprint(meta)}


def put_meta(connection: sqlite3.Connection, meta: dict[str, str]) -> None:
    """Writes the facts into an empty table `meta`."""
    rows = [{"station": meta["station"], "key": key, "value": meta[key]} for key in meta]
    connection.executemany(sql.PUT_META, rows)


def copy(source: Path, target: Path) -> None:
    """Copies a ledger file as it stands between two transactions of others.

    The new file is readable by its owner only and flushed to the disk.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    copying.copy(source, target)
    with target.open("rb+") as written:
        os.fsync(written.fileno())


def _fill(path: Path, meta: dict[str, str], journal: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        text = schema(full_text=dialect.has_full_text(connection))
        connection.executescript(f"{dialect.PRAGMAS}BEGIN;\n{text}")
        put_meta(connection, meta)
        connection.execute("COMMIT")
        connection.execute(f"PRAGMA journal_mode={journal.upper()}")
    finally:
        connection.close()


def _put(path: Path, target: Path, created: list[Path]) -> None:
    """Renames without ever replacing."""
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if target.exists():
            raise FileExistsError(target) from None
        path.rename(target)
        created.append(target)
    else:
        created.append(target)
        path.unlink()


def check_schema(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Compares tables, indexes and triggers with the shipped ones."""
    with closing(sqlite3.connect(":memory:")) as fresh:
        full_text = dialect.has_full_text(fresh)
        fresh.executescript(schema(full_text=full_text))
        shipped = set(fresh.execute(dialect.SHAPE).fetchall())
    present = {
        row
        for row in connection.execute(dialect.SHAPE)
        if full_text or not str(row[1]).startswith(dialect.SEARCHES)
    }
    for _, name, _ in sorted(present ^ shipped, key=str):
        what = "表、索引或触发器与本版不同：被改动或删去"
        yield Finding("schema", str(name), what, "用最近的备份恢复，并查明原因")


def altered(station: str, what: str) -> Finding:
    """The finding for rows of another station in the file."""
    return Finding("station", station, what, "台账被改动；用备份对照")


def check(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Lets SQLite check the file."""
    for (answer,) in connection.execute("PRAGMA integrity_check(20)"):
        if answer != "ok":
            yield Finding("file", LEDGER, "数据库文件结构损坏", "用最近的备份恢复")
            return
