"""Shows a report of figures in the format that was asked for: KPIs, the circular, the daily report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from bbcs.cli import context, output
from bbcs.cli.options import Values
from bbcs.cli.settings import Settings
from bbcs.registers.entry import Period
from bbcs.registers.table import Table
from bbcs.render.files import write_bytes
from bbcs.render.formats import dumps, encode, render
from bbcs.render.table_files import write_workbook
from bbcs.render.terminal import width
from bbcs.render.text_table import broken
from bbcs.render.width import USUAL
from bbcs.store.head_writer import anchor
from bbcs.usecases import reports
from bbcs.usecases.ledger import Head
from bbcs.usecases.office import Office

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


T = TypeVar("T")


class Figures(Protocol):
    """A report: of which office, and what it says."""

    @property
    def office(self) -> Office:
        """The office as it was counted with."""
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


class Report(Figures, Protocol):
    """A report that was taken at an end of the chain."""

    @property
    def head(self) -> Head:
        """The entry until which it holds."""
        ...


def read(
    office: Office,
    periods: Sequence[Period],
    build: Callable[[Ledger], T],
    *,
    whole: bool = False,
) -> T:
    """What `build` makes of the figures of these periods: of the ledger itself where they take a
    moment, else of a copy, so that nobody is kept from writing. whole: of their registers.
    """
    short = context.read(office, lambda ledger: reports.is_short(ledger, periods, whole=whole))
    return (context.read if short else context.read_long)(office, build)


def show(
    settings: Settings,
    office: Office,
    values: Values,
    fmt: str,
    periods: Sequence[Period],
    build: Callable[[Ledger], Report],
) -> None:
    """Print what `build` makes of these periods of the ledger, or write it into `--out`."""
    report = read(office, periods, build)

    def keep() -> None:
        anchor(report.office.home, report.head)

    printed(settings, values, fmt, report, reports.footer(report.head, report.office), keep)


def printed(
    settings: Settings,
    values: Values,
    fmt: str,
    report: Figures,
    footer: str,
    keep: Callable[[], None] = lambda: None,
) -> None:
    """Print a report, or write it into `--out`. keep: called when a workbook was written, before
    that is said.
    """
    if fmt == "json" and not values["out"]:
        output.echo_json(report.document())
    elif fmt == "xlsx":
        _workbook(report, Path(values["out"]), footer)
        keep()
        output.files(settings, [values["out"]])
    elif values["out"]:
        text = _text(report, fmt, footer, partial(render, counted=False, whole=True), USUAL)
        write_bytes(Path(values["out"]), encode(text, fmt, output.encoding(settings, fmt)))
        output.files(settings, [values["out"]])
    else:

        def draw(table: Table, form: str) -> str:
            return output.table_text(settings, table, form, counted=False, whole=True)

        output.page_text(settings, _text(report, fmt, footer, draw, width() or USUAL))


Draw = Callable[[Table, str], str]
"""Makes text of a table in a format."""


def _text(report: Figures, fmt: str, footer: str, draw: Draw, room: int) -> str:
    """The text of a report. room: where the lines before its tables end, if people read them."""
    if fmt == "json":
        return dumps(report.document()) + "\n"
    if fmt in ("table", "md"):
        lines = broken(filter(None, report.lines()), room if fmt == "table" else None)
        head = "".join(f"{line}\n" for line in lines)
        shown = [draw(table, fmt) for table in report.tables(footer) if table.rows]
        return "\n".join([*([head] if head else []), *shown])
    return draw(report.flat(), fmt)


def _workbook(report: Figures, path: Path, footer: str) -> None:
    first, *others = [one for one in report.tables(footer) if one.rows]
    lines = [line for line in report.lines() if line not in ("", report.title)]
    title = report.title or first.title
    tables = [first._replace(title=title, notes=[*lines, *first.notes]), *others]
    write_workbook(path, tables, report.office, footer)
