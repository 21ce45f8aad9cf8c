"""Shows a report of figures in the format that was asked for: KPIs, the circular, the daily report."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from bbcs.cli import context, output
from bbcs.cli.options import Values
from bbcs.cli.settings import Settings
from bbcs.registers.table import Table
from bbcs.render.formats import dumps, encode, render
from bbcs.render.terminal import emit
from bbcs.usecases import reports
from bbcs.usecases.ledger import Head, Ledger
from bbcs.usecases.office import Office


class Report(Protocol):
    """A report: of which office, taken at which end of the chain, and what it says."""

    @property
    def office(self) -> Office:
        """The office as it was counted with."""
        ...

    @property
    def head(self) -> Head:
        """The entry until which it holds."""
        ...

    @property
    def title(self) -> str:
        """What stands above it, "" where its tables say it."""
        ...

    def document(self) -> dict[str, Any]:
        """For programs."""
        ...

    def lines(self) -> list[str]:
        """What stands before the tables."""
        ...

    def tables(self, footer: str) -> list[Table]:
        """For people. footer: stands below the first of them."""
        ...

    def flat(self) -> Table:
        """Every number in one table, for csv and the like."""
        ...


def show(
    settings: Settings,
    where: Office,
    values: Values,
    fmt: str,
    build: Callable[[Ledger], Report],
) -> None:
    """Print what `build` makes of the ledger, or write it into `--out`."""
    report = context.read_long(where, build)
    if fmt == "json" and not values["out"]:
        output.echo_json(report.document())
    elif fmt == "xlsx":
        _workbook(report, Path(values["out"]))
        output.files(settings, [values["out"]])
    elif values["out"]:
        from bbcs.render.files import write_bytes

        raw = encode(
            _text(report, fmt, partial(render, counted=False)), fmt, output.encoding(settings, fmt)
        )
        write_bytes(Path(values["out"]), raw)
        output.files(settings, [values["out"]])
    else:
        from bbcs.cli.listing import table_text

        emit(
            _text(report, fmt, lambda table, form: table_text(settings, table, form, counted=False))
        )


Draw = Callable[[Table, str], str]
"""Makes text of a table in a format."""


def _text(report: Report, fmt: str, draw: Draw) -> str:
    if fmt == "json":
        return dumps(report.document()) + "\n"
    if fmt in ("table", "md"):
        head = "".join(f"{line}\n" for line in report.lines() if line)
        shown = [draw(table, fmt) for table in _filled(report)]
        return "\n".join([*([head] if head else []), *shown])
    return draw(report.flat(), fmt)


def _filled(report: Report) -> list[Table]:
    """The tables that have something to say."""
    footer = reports.footer(report.head, report.office)
    return [one for one in report.tables(footer) if one.rows]


def _workbook(report: Report, path: Path) -> None:
    from bbcs.render.table_files import write_workbook
    from bbcs.store.head_writer import anchor

    footer = reports.footer(report.head, report.office)
    first, *others = _filled(report)
    lines = [line for line in report.lines() if line not in ("", report.title)]
    title = report.title or first.title
    tables = [first._replace(title=title, notes=[*lines, *first.notes]), *others]
    write_workbook(path, tables, report.office, footer)
    anchor(report.office.home, report.head)
