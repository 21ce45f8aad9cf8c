"""Writes the tables of an office to files.

The files of a month, the pages handed to units, one table in any format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bbcs.domain.bent import PRACTICE
from bbcs.errors import OutputNotWritable
from bbcs.registers.table import Table
from bbcs.render import xlsx
from bbcs.render.files import write_bytes
from bbcs.render.formats import encode, render
from bbcs.render.safe import safe_line
from bbcs.usecases import reports
from bbcs.usecases.ledger import Head
from bbcs.usecases.office import Office

Anchor = Callable[[Path, Head], None]
"""Keeps the head of a printed register in the home (`store.anchors.anchor`)."""

OWN = 0o600
"""Mode of a page that is handed to a unit: it bears what was asked for, so nobody else reads it on
this machine.
"""

FORBIDDEN = '\\/:*?"<>|'
"""Characters that some file system does not take in a name."""


def write_table(
    table: Table,
    fmt: str,
    path: Path,
    office: Office,
    *,
    mode: int | None = None,
    encoding: str = "",
) -> None:
    """Write one table as a file of this format (xlsx, csv, json, md …).

    mode: who may read it; by default those who may read its folder. encoding: of a csv file, ""
    for the usual one.
    Raises OutputNotWritable, DiskFull.
    """
    if fmt == "xlsx":
        footer = f"{office.station.name}  打印 {office.stamp.now:%Y-%m-%d %H:%M}"
        if office.practice:
            footer += f"  {PRACTICE}"
        write_workbook(path, [table], office, footer, mode=mode)
    else:
        write_bytes(path, encode(render(table, fmt), fmt, encoding), mode=mode)


def write_workbook(
    path: Path, tables: Sequence[Table], office: Office, footer: str, *, mode: int | None = None
) -> None:
    """Write tables as sheets of one workbook, dated with the office's present time."""
    created = office.stamp.now.replace(tzinfo=None)
    xlsx.write(path, tables, created=created, footer=footer, mode=mode)


def write_register(
    month: reports.Month, table: Table, path: Path, anchor: Anchor, *, mode: int | None = None
) -> None:
    """Write one register as a workbook, with the sheet 更正 where there is anything for it.

    Its head goes into heads.txt, as it stands on the printed page.
    """
    office = month.office
    tables = [table, *reports.corrections(month)]
    write_workbook(path, tables, office, reports.footer(month.head, office), mode=mode)
    anchor(office.home, month.head)


def write_unit_pages(
    pages: Iterable[tuple[str, Table]],
    fmt: str,
    folder: Path,
    office: Office,
    agree: Callable[[Sequence[Path]], None] = lambda paths: None,
) -> list[str]:
    """Write the page of each unit that has rows into a folder; the names of the files.

    agree: called with all of them before the first is written. Raises OutputNotWritable, DiskFull.
    """
    written = [
        (folder / f"{file_name(unit)}_{office.stamp.now:%Y-%m-%d}.{fmt}", table)
        for unit, table in pages
        if table.rows
    ]
    agree([path for path, _ in written])
    for path, table in written:
        write_table(table, fmt, path, office, mode=OWN)
    return [str(path) for path, _ in written]


def make_folder(folder: Path) -> None:
    """Make a folder for output, readable by its owner only. Raises OutputNotWritable."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise OutputNotWritable(
            f"建不了目录 {folder}（上一级不能写，或有一段不是文件夹）；请换一个可写的 --out 目录"
        ) from error


def file_name(unit: str) -> str:
    """The name of a unit as a file name that every file system takes, at most 60 characters."""
    name = "".join("_" if char in FORBIDDEN else char for char in safe_line(unit))
    return name.strip(" .")[:60] or "_"
