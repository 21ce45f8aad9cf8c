"""`bbcs report circular`: the circular of a period."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bbcs.cli import context, output, report_output
from bbcs.cli.options import Values
from bbcs.cli.report_period import moment, period_of
from bbcs.cli.settings import Settings
from bbcs.errors import BadValue
from bbcs.render import circular_docx, pdf
from bbcs.render.circular_docx import NAME
from bbcs.render.month_files import label
from bbcs.store.head_writer import anchor
from bbcs.usecases import circular, reports

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

DOCUMENTS = ("docx", "pdf")
"""Formats that are laid out as a paper of the office."""


def show(settings: Settings, values: Values, fmt: str) -> None:
    """Print the circular in this format, or write it into `--out`."""
    office = context.office(settings)
    period, then = period_of(values, office), moment(values, office)
    periods = circular.periods(office, period)

    def build(ledger: Ledger) -> circular.Circular:
        return circular.build(ledger, reports.as_of(ledger, office, then), period)

    if fmt not in DOCUMENTS:
        if values["out"]:
            output.agree(Path(values["out"]), yes=settings.yes)
        report_output.show(settings, office, values, fmt, periods, build)
        return

    path = Path(values["out"] or f"{NAME}_{label(period)}.{fmt}")
    if path.suffix.lower() != f".{fmt}":
        raise BadValue(f"--out 的文件名应以 .{fmt} 结尾")
    output.agree(path, yes=settings.yes)  # somebody may have edited it
    _document(report_output.read(office, periods, build), path, fmt)
    output.files(settings, [path])


def _document(made: circular.Circular, path: Path, fmt: str) -> None:
    def word(to: Path) -> None:
        circular_docx.write(to, made)

    if fmt == "docx":
        word(path)
    else:
        pdf.write(path, "circular.docx", word)
    anchor(made.office.home, made.head)
