"""`bbcs list --unit`, `--by-unit`: the pages handed to units, on the screen or as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bbcs.cli import context, output
from bbcs.cli.settings import Settings
from bbcs.errors import MissingInput
from bbcs.registers.table import Table
from bbcs.render.formats import render
from bbcs.render.table_files import OWN, make_folder, write_table, write_unit_pages
from bbcs.render.terminal import emit, talk
from bbcs.usecases import unit_orders
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office
from bbcs.views import unit_page


def write(
    settings: Settings, office: Office, wanted: Filter, fmt: str, out: str, *, every: bool
) -> None:
    """The page of one unit to the screen or into `out`.

    Or one file for each unit into the folder `out`.
    """
    if every:
        _write_each(settings, office, wanted, fmt, out)
        return
    orders = context.read_long(office, lambda ledger: unit_orders.find(ledger, office, wanted))
    table = unit_page.page(orders, office)
    if out:
        save(settings, office, table, fmt, Path(out), mode=OWN)
    else:
        emit(render(table, fmt))


def _write_each(settings: Settings, office: Office, wanted: Filter, fmt: str, out: str) -> None:
    if not out:
        raise MissingInput(["--out（写到哪个目录）"])
    make_folder(Path(out))
    orders = context.read_long(office, lambda ledger: unit_orders.find(ledger, office, wanted))

    def agree(paths: Sequence[Path]) -> None:
        output.agree(*paths, yes=settings.yes)

    written = write_unit_pages(unit_page.pages(orders, office), fmt, Path(out), office, agree)
    output.files(settings, written)
    if not written:
        talk("bbcs: 没有要交给单位的件")


def save(
    settings: Settings,
    office: Office,
    table: Table,
    fmt: str,
    path: Path,
    *,
    mode: int | None = None,
) -> None:
    """Write a table as a file of this format and say where it is; mode: who may read it."""
    write_table(table, fmt, path, office, mode=mode, encoding=output.encoding(settings, fmt))
    output.files(settings, [path])
