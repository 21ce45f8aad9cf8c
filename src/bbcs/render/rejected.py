"""Writes the workbook of rejected rows of an import, with the reason beside each, ready to be
corrected and imported again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bbcs.calendar.dates import CST
from bbcs.registers.table import Table
from bbcs.render.files import write_bytes
from bbcs.render.xlsx import write

_CREATED = datetime(2020, 1, 1, tzinfo=CST)
"""The same rows give the same file: what is there already is not written again."""

_MOST = 1000


def keep(tables: Sequence[Table], source: str, named: str = "") -> str:
    """Writes the tables for their owner only; returns the path, "" without any table.

    source: the file they come from, `-` for standard input: `rejected.xlsx` lies beside it. A file
    of that name with other rows stays, because somebody may be mending it; the next name is taken.
    named: this path instead, which is written over. Raises OutputNotWritable, DiskFull.
    """
    if not tables:
        return ""
    with TemporaryDirectory(prefix="bbcs-") as folder:
        draft = Path(folder) / "rejected.xlsx"
        write(draft, tables, created=_CREATED)
        raw = draft.read_bytes()
    path = Path(named) if named else _free(source, raw)
    if not (path.is_file() and path.read_bytes() == raw):
        write_bytes(path, raw, mode=0o600)
    return str(path)


def _free(source: str, raw: bytes) -> Path:
    folder = Path() if source == "-" else Path(source).parent
    names = ["rejected.xlsx", *(f"rejected-{number}.xlsx" for number in range(2, _MOST))]
    paths = (folder / name for name in names)
    return next(path for path in paths if not path.exists() or path.read_bytes() == raw)
