"""`bbcs list`: many cases at once, by index, masked."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import CommandDefinition, Values, flag
from bbcs.cli.settings import ALL, Settings
from bbcs.domain.acts.fields import Field
from bbcs.domain.case import FLAGS
from bbcs.errors import MissingInput, UsageError
from bbcs.registers.table import Table
from bbcs.render.formats import PAGES, dumps, render
from bbcs.render.pager import page
from bbcs.render.terminal import colour_allowed, emit, fitted, is_tty, talk, width
from bbcs.usecases import listing
from bbcs.usecases.filters import SORTS, one_of, wanted
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office
from bbcs.views import rows

NEVER = "never"
"""The colour that is none."""

BOM = "\ufeff"
"""What Excel and WPS look for in a csv file; a redirected list is one."""

FORMATS = ("table", "json", "ndjson", "csv", "tsv", "md", "xlsx")


def echo_table(settings: Settings, table: Table, fmt: str, *, counted: bool = True) -> None:
    """A table on stdout: fitted and coloured only on a terminal, never cut in a pipe."""
    emit(table_text(settings, table, fmt, counted=counted))


def page_table(settings: Settings, table: Table, fmt: str, *, counted: bool = True) -> None:
    """The same, through a pager where it is longer than the screen."""
    text = table_text(settings, table, fmt, counted=counted)
    page(text, wanted=not settings.no_pager, usual=partial(settings.preferred, "pager"))


def table_text(settings: Settings, table: Table, fmt: str, *, counted: bool = True) -> str:
    """What `echo_table` writes."""
    if fmt == "table" and is_tty():
        colour = not settings.plain and colour_allowed() and settings.preferred("colour") != NEVER
        return render(table, fmt, width=width(), colour=colour, counted=counted)
    text = render(table, fmt, counted=counted)
    return byte_order_mark(fmt) + text


def byte_order_mark(fmt: str) -> str:
    """What stands before a text on stdout: the mark of a csv that is redirected into a file."""
    if fmt != "csv" or is_tty():
        return ""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return BOM if utf8 else ""


def _usual() -> tuple[str, ...]:
    """The usual columns.

    A narrow terminal has no room for the name of the colour that the row has there.
    """
    room = width()
    return tuple(
        name for name in rows.DEFAULT if name != "colour" or room is None or room >= _ROOMY
    )


ON_SCREEN = 50
"""Cases listed on a terminal when nobody says how many."""

_ROOMY = 100
"""Columns of a terminal that takes all the usual ones."""


FILTERS: tuple[Field, ...] = (
    Field("phase", "环节，可多次", "words"),
    flag("overdue", "只列超期的"),
    Field("due_before", "到期早于这天", "date"),
    Field("due", "这天到期（可写 今天、下周三、+5工作日）", "date"),
    Field(
        "unit",
        "主办或协办单位，已了结但还欠督办单答复、议定事项的也列；加 --format 文档或表格文件就是交给它的清单",
        "unit",
    ),
    Field("channel", "反映渠道", "word"),
    Field("kind", "诉求类型", "word"),
    Field("difficulty", "难易程度", "word"),
    Field("cause", "办不成原因", "word"),
    Field("received_from", "受理日不早于", "date"),
    Field("received_to", "受理日不晚于", "date"),
    Field("resolved_from", "办结日不早于", "date"),
    Field("resolved_to", "办结日不晚于", "date"),
    Field("handler", "承办人"),
    Field("flag", f"标记，可多次：{'、'.join(FLAGS.values())}", "words"),
    Field("group", "并案组"),
    flag("gaps", "只列容缺还欠材料的"),
    flag("provisional", "只列到期日是暂定的"),
    flag("callback_due", "只列待回访的"),
    Field("source", "来自哪个系统（登记时写的来源）"),
    Field("source_no", "原编号"),
    Field("limit", "最多几件（终端上默认 50）", "int"),
    Field("after", "接着这一件往下列"),
    Field("sort", f"排序：{' '.join(SORTS)}"),
    flag("open", "只列没了结的（默认）"),
    flag("all", "连已了结的也列出"),
)

SHAPE = (
    Field("columns", "列名，用逗号分开（见 bbcs help fields）"),
    Field("format", f"格式：{' '.join(FORMATS)}"),
    Field("out", "写到这个文件（xlsx 必须给）；与 --by-unit 同用时是目录", "output"),
    flag("by_unit", "每个单位一份交办清单，写到 --out 目录"),
    options.STATION,
    flag("yes", "文件已有也覆盖，不再问"),
)


def wanted_of(values: Values, where: Office, limit: int | None) -> Filter:
    """The filter of the options; dates may be said as people say them."""
    inputs = {field.name: values[field.name] for field in FILTERS if values[field.name]}
    dates = [field.name for field in FILTERS if field.type == "date" and field.name in inputs]
    if dates:
        from bbcs.cli.dates import PAST, resolve_for

        inputs |= {
            name: resolve_for(
                inputs[name], where, name if name in PAST else "filter", option=_option(name)
            )
            for name in dates
        }
    return wanted(inputs, where, limit)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _list(settings: Settings, values: Values) -> None:
    if settings.station == ALL:
        from bbcs.cli import county_lists

        county_lists.cases(settings, values)
        return
    where = context.office(settings)
    to_file = values["out"] or values["by_unit"]
    fmt, limit = "json", None
    if to_file or not settings.as_json:
        fmt = format_of(settings, values)
    elif values["format"]:
        fmt = output.json_format(one_of("--format", values["format"], FORMATS))
    if values["out"] and not values["by_unit"]:
        output.agree(Path(values["out"]), yes=values["yes"])
    if is_tty() and not to_file:
        limit = ON_SCREEN
    ask = wanted_of(values, where, limit)
    if values["by_unit"] or (ask.unit and fmt in PAGES and not values["columns"]):
        from bbcs.cli import unit_pages

        unit_pages.write(settings, where, ask, fmt, values["out"] or "", every=values["by_unit"])
    else:
        _listed(settings, where, ask, fmt, values)


def format_of(settings: Settings, values: Values) -> str:
    """The format that was named, else the one that the file's name says, else that of the home."""
    out = values["out"] or ""
    usual = Path(out).suffix.lstrip(".") or settings.preferred("format") or "table"
    if values["by_unit"]:
        usual = "xlsx"
    fmt = one_of("--format", values["format"] or usual, FORMATS)
    if fmt == "xlsx" and not out:
        raise MissingInput(["--out（写到哪个 xlsx 文件）"])
    if out and not values["by_unit"]:
        output.refuse_other_name(fmt, Path(out))
    if values["by_unit"]:
        if values["unit"]:
            raise UsageError("--unit 和 --by-unit 只用一样")
        one_of("--by-unit --format", fmt, PAGES)
    return fmt


def _listed(settings: Settings, where: Office, ask: Filter, fmt: str, values: Values) -> None:
    columns = columns_of(values, fmt)
    to_pipe = ask.limit is None and not values["out"]
    at_once = ask._replace(limit=listing.AT_ONCE) if to_pipe else ask
    found = context.read(where, lambda ledger: listing.cases(ledger, where, at_once))
    if to_pipe and found.next:
        from bbcs.cli import long_lists  # only where one is

        long_lists.cases(settings, where, ask, fmt, columns)
        return
    if (
        not found.stored
        and fmt == "table"
        and ask.active
        and ask._replace(limit=None, sort="due") != Filter(where.stamp.now)
    ):
        talk(fitted("没了结的里没有；连已了结的一起找请加 --all"))
    if values["out"]:
        from bbcs.cli.unit_pages import save

        save(
            settings,
            where,
            rows.table(
                rows.lines(found.stored, where, found.window),
                where,
                columns or rows.DEFAULT,
                f"{where.station.name}件清单",
            ),
            fmt,
            Path(values["out"]),
        )
    else:
        _show(settings, where, found, fmt, columns)


def columns_of(values: Values, fmt: str) -> tuple[str, ...]:
    """The columns, or for programs the keys, that were asked for; () for the usual ones."""
    columns = tuple(name.strip() for name in (values["columns"] or "").split(",") if name.strip())
    known: Iterable[str] = rows.COLUMNS
    if columns and fmt in ("json", "ndjson"):
        from bbcs.views.schemas.cases import ROW  # only where a program asks for keys

        known = ROW
    for name in columns:
        one_of("--columns", name, known)
    return columns


def _show(
    settings: Settings, where: Office, found: listing.Listing, fmt: str, columns: Sequence[str]
) -> None:
    if fmt == "json":
        output.echo_json(rows.document(found, where, columns))
    elif fmt == "ndjson":
        shown = rows.lines(found.stored, where, found.window)
        output.stream(map(dumps, rows.documents(shown, columns)))
    elif settings.quiet:
        output.stream(row["case_no"] for row in found.stored)
    else:
        columns = columns or _usual()  # as wide as the terminal is when the list is written
        shown = rows.lines(found.stored, where, found.window)
        page_table(settings, rows.table(shown, where, columns), fmt, counted=not found.next)
        if found.next:
            more = f"共 {found.total} 件，列出 {len(found.stored)} 件，接着看：--after {found.next}"
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
