"""`bbcs list`: many cases at once, by index, masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.list_options import (
    FILTERS,
    ON_SCREEN,
    SHAPE,
    columns_of,
    format_of,
    wanted_of,
)
from bbcs.cli.options import CommandDefinition, Values
from bbcs.cli.settings import ALL, Settings
from bbcs.render.formats import PAGES, TABLES, dumps
from bbcs.render.terminal import fitted, is_tty, talk, width
from bbcs.usecases import listing
from bbcs.usecases.filters import one_of
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office
from bbcs.views import rows


def _usual() -> tuple[str, ...]:
    """The usual columns.

    A narrow terminal has no room for the name of the colour that the row has there.
    """
    room = width()
    return tuple(
        name for name in rows.DEFAULT if name != "colour" or room is None or room >= _ROOMY
    )


_ROOMY = 100
"""Columns of a terminal that takes all the usual ones."""


def _list(settings: Settings, values: Values) -> None:
    if settings.station == ALL:
        from bbcs.cli import county_lists

        county_lists.cases(settings, values)
        return
    office = context.office(settings)
    to_file = values["out"] or values["by_unit"]
    fmt, limit = "json", None
    if to_file or not settings.as_json:
        fmt = format_of(settings, values)
    elif values["format"]:
        fmt = output.json_format(one_of("--format", values["format"], TABLES))
    if values["out"] and not values["by_unit"]:
        output.agree(Path(values["out"]), yes=values["yes"])
    if is_tty() and not to_file:
        limit = ON_SCREEN
    ask = wanted_of(values, office, limit)
    if values["by_unit"] or (ask.unit and fmt in PAGES and not values["columns"]):
        from bbcs.cli import unit_pages

        unit_pages.write(settings, office, ask, fmt, values["out"] or "", every=values["by_unit"])
    else:
        _listed(settings, office, ask, fmt, values)


def _listed(settings: Settings, office: Office, ask: Filter, fmt: str, values: Values) -> None:
    columns = columns_of(values, fmt)
    to_pipe = ask.limit is None and not values["out"]
    at_once = ask._replace(limit=listing.AT_ONCE) if to_pipe else ask
    listed = context.read(office, lambda ledger: listing.cases(ledger, office, at_once))
    if to_pipe and listed.next:
        from bbcs.cli import long_lists  # only where one is

        long_lists.cases(settings, office, ask, fmt, columns)
        return
    if not listed.stored and fmt == "table":
        narrowed = ask.active and ask._replace(limit=None, sort="due") != Filter(office.stamp.now)
        alone = is_tty() and not values["out"]
        if narrowed:
            talk(fitted("没了结的里没有；连已了结的一起找请加 --all"))
        elif alone:
            talk(rows.NOTHING)
        if alone:
            return
    if values["out"]:
        from bbcs.cli.unit_pages import save

        save(
            settings,
            office,
            rows.table(
                rows.lines(listed.stored, office, listed.window),
                office,
                columns or rows.DEFAULT,
                f"{office.station.name}件清单",
            ),
            fmt,
            Path(values["out"]),
        )
    else:
        _show(settings, office, listed, fmt, columns, settled=not ask.active)


def _show(
    settings: Settings,
    office: Office,
    listed: listing.Listing,
    fmt: str,
    columns: Sequence[str],
    *,
    settled: bool,
) -> None:
    if fmt == "json":
        output.echo_json(rows.document(listed, office, columns))
    elif fmt == "ndjson":
        shown = rows.lines(listed.stored, office, listed.window)
        output.stream(map(dumps, rows.documents(shown, columns)))
    elif settings.quiet:
        output.stream(row["case_no"] for row in listed.stored)
    else:
        columns = columns or _usual()  # as wide as the terminal is when the list is written
        shown = rows.lines(listed.stored, office, listed.window)
        table = rows.table(shown, office, columns, settled=settled)
        output.page_table(settings, table, fmt, counted=not listed.next)
        if listed.next:
            more = (
                f"共 {listed.total} 件，列出 {len(listed.stored)} 件，接着看：--after {listed.next}"
            )
            talk(fitted(more))


WORDS: Mapping[str, CommandDefinition] = {
    "list": CommandDefinition(
        "列出各件，可按条件筛选；也出交给各单位的清单",
        _list,
        (*FILTERS, *SHAPE),
        examples=(
            "bbcs list --overdue",
            "bbcs list --unit 区市场监管局 --due +5工作日",
            "bbcs list --all --received-from 2026-10-01 --received-to 2026-10-31 --format csv",
            "bbcs list --unit 区市场监管局 --out 市场监管局.xlsx",
            "bbcs list --by-unit --out 交办清单",
            "bbcs list --overdue --station all",
        ),
    ),
}


def command(word: str) -> Command:
    """The command of one word."""
    return options.command(word, WORDS[word])
