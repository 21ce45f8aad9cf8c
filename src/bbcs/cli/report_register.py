"""`bbcs report register`: one register on the screen or in a file, masked unless revealed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bbcs.cli import context, output, report_output
from bbcs.cli.options import Values
from bbcs.cli.report_period import moment, period_of
from bbcs.cli.settings import Settings
from bbcs.errors import UsageError
from bbcs.registers.table import Table
from bbcs.render import pdf
from bbcs.render.files import write_bytes
from bbcs.render.formats import encode, render
from bbcs.render.table_files import OWN, write_register
from bbcs.render.terminal import is_tty
from bbcs.store.head_writer import anchor
from bbcs.usecases import reports, unmasked
from bbcs.usecases.office import Office

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


def show(settings: Settings, values: Values, fmt: str) -> None:
    """Print the register in this format, or write it into `--out`."""
    office = context.office(settings)
    snapshot, table = _read(office, values)
    out = values["out"]
    if fmt in ("xlsx", "pdf"):
        _workbook(snapshot, table, Path(out), fmt, revealed=values["reveal"])
        output.files(settings, [out])
    elif out:
        _text_file(settings, table, fmt, Path(out), revealed=values["reveal"])
        output.files(settings, [out])
    else:
        on_screen = fmt == "table" and is_tty()  # in a pipe a row is a line, however long
        if on_screen:
            table = table._replace(notes=[*table.notes, WHOLE])
        output.page_text(settings, output.table_text(settings, table, fmt, whole=on_screen))


WHOLE = "全部栏目：加 --out 文件名.xlsx，或 --format csv。"
"""What a terminal says below a register: no terminal has room for all of its columns."""


def _read(office: Office, values: Values) -> tuple[reports.Month, Table]:
    """The snapshot and its register. A look at people is logged in the same transaction: no
    unlogged look, no logged look that showed nothing.
    """
    if values["reason"] and not values["reveal"]:
        raise UsageError("--reason 只和 --reveal（不遮盖）同用")
    period, then = period_of(values, office), moment(values, office)
    name, form = values["name"], values["form"] or ""

    def masked(ledger: Ledger) -> tuple[reports.Month, Table]:
        as_of = reports.as_of(ledger, office, then)
        month = reports.snapshot(ledger, as_of, period, later=True)
        return month, reports.register(name, month, month.office, form=form)

    def revealed(ledger: Ledger) -> tuple[reports.Month, Table]:
        as_of = reports.as_of(ledger, office, then)
        month = reports.revealed(reports.snapshot(ledger, as_of, period, later=True))
        table = reports.register(name, month, month.office, form=form)
        unmasked.reveal_register(ledger, office, len(table.rows), values["reason"])
        return month, table

    if values["reveal"]:
        unmasked.may_reveal(office, values["reason"] or "")  # before the clock is asked about
        return context.write(office, revealed)
    return report_output.read(office, [period], masked, whole=True)


def _workbook(
    snapshot: reports.Month, table: Table, path: Path, fmt: str, *, revealed: bool
) -> None:
    mode = _mode(revealed=revealed)

    def workbook(to: Path) -> None:
        write_register(snapshot, table, to, anchor, mode=mode)

    if fmt == "xlsx":
        workbook(path)
    else:
        pdf.write(path, "register.xlsx", workbook, mode=mode)


def _text_file(settings: Settings, table: Table, fmt: str, path: Path, *, revealed: bool) -> None:
    encoded = encode(render(table, fmt), fmt, output.encoding(settings, fmt))
    write_bytes(path, encoded, mode=_mode(revealed=revealed))


def _mode(*, revealed: bool) -> int | None:
    """Who may read the file: people stand in it as they are, or masked."""
    return OWN if revealed else None
