"""`bbcs list --unit`, `--by-unit`: the pages handed to units, on the screen or as files."""

from __future__ import annotations

from pathlib import Path

from bbcs.cli import context, output
from bbcs.cli.settings import Settings
from bbcs.errors import MissingInput, OutputNotWritable
from bbcs.registers.table import Table
from bbcs.render.safe import safe_line
from bbcs.render.terminal import emit, talk
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office
from bbcs.views import unit_page


def write(
    settings: Settings, where: Office, ask: Filter, fmt: str, out: str, *, every: bool
) -> None:
    """The page of one unit to the screen or into `out`; or one file for each unit into the folder `out`."""
    if every:
        _each(settings, where, ask, fmt, out)
        return
    table = context.read(where, lambda ledger: unit_page.page(ledger, where, ask))
    if out:
        save(settings, where, table, fmt, Path(out))
    else:
        from bbcs.render.formats import render

        emit(render(table, fmt))


def _each(settings: Settings, where: Office, ask: Filter, fmt: str, out: str) -> None:
    if not out:
        raise MissingInput(["--out（写到哪个目录）"])
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise OutputNotWritable(
            f"建不了目录 {folder}（上一级不能写，或有一段不是文件夹）；请换一个可写的 --out 目录"
        ) from error
    pages = context.read(where, lambda ledger: unit_page.pages(ledger, where, ask))
    filled = [
        (folder / f"{_file_name(name)}_{where.stamp.now:%Y-%m-%d}.{fmt}", table)
        for name, table in pages
    ]
    for path, table in filled:
        _write(where, table, fmt, path)
    output.files(settings, [path for path, _ in filled])
    if not filled:
        talk("bbcs: 没有要交给单位的件")


def _file_name(unit: str) -> str:
    """A unit's name as a file may be called everywhere."""
    return (
        "".join("_" if char in '\\/:*?"<>|' else char for char in safe_line(unit)).strip(" .")[:60]
        or "_"
    )


def save(settings: Settings, where: Office, table: Table, fmt: str, path: Path) -> None:
    """Write a table as a file of this format and say where it is."""
    _write(where, table, fmt, path)
    output.files(settings, [path])


def _write(where: Office, table: Table, fmt: str, path: Path) -> None:
    if fmt == "xlsx":
        from bbcs.render import xlsx

        footer = f"{where.station.name}  打印 {where.stamp.now:%Y-%m-%d %H:%M}"
        xlsx.write(path, [table], created=where.stamp.now.replace(tzinfo=None), footer=footer)
    else:
        from bbcs.render.files import write_bytes
        from bbcs.render.formats import encode, render

        write_bytes(path, encode(render(table, fmt), fmt))
