"""`bbcs todo` and `list`: many cases at once, by index, masked."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from typer import _click

from bbcs.cli import options, speech, work
from bbcs.cli.options import Given, Word, flag
from bbcs.cli.settings import Settings
from bbcs.domain.acts import Field
from bbcs.errors import BadValue, UnknownWord
from bbcs.registers.table import Table
from bbcs.render.terminal import colour_allowed, echo, emit, is_tty, talk, width
from bbcs.usecases import listing
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office

BOM = "\ufeff"
"""What Excel and WPS look for in a csv file; a redirected list is one."""

FORMATS = ("table", "json", "ndjson", "csv", "tsv", "md")
SORTS = ("due", "received", "number")


def echo_table(settings: Settings, table: Table, fmt: str, *, counted: bool = True) -> None:
    """A table on stdout: fitted and coloured only on a terminal, never cut in a pipe."""
    from bbcs.render.formats import render

    fitted = fmt == "table" and is_tty()
    colour = fitted and not settings.plain and colour_allowed()
    mark = BOM if fmt == "csv" and not is_tty() and (sys.stdout.encoding or "").lower().replace("-", "") == "utf8" else ""
    emit(mark + render(table, fmt, width=width() if fitted else None, colour=colour, counted=counted))


def _todo(settings: Settings, given: Given) -> None:
    where = work.office(settings)
    groups = work.read(where, lambda ledger: listing.desk(ledger, where))
    if settings.as_json:
        day = where.stamp.now.date().isoformat()
        shown = [{"name": group.name, "count": group.total, "cases": list(group.rows)} for group in groups]
        speech.echo_json({"schema": "bbcs.todo/1", "day": day, "duty": _sitting(where), "groups": shown})
    else:
        _desk(settings, where, [group for group in groups if group.total])


def _sitting(where: Office) -> str:
    """Who is on duty today; the roster is looked into only where there is one."""
    if not where.station.duty:
        return ""
    from bbcs.usecases.rosters import sitting

    return sitting(where)


def _desk(settings: Settings, where: Office, groups: list[listing.Group]) -> None:
    info = where.calendar.info(where.stamp.now.date())
    kind = "工作日" if info.is_working_day else "休息日"
    echo(f"{where.station.name}  {where.stamp.now:%Y-%m-%d}（{kind}{'，' + info.name if info.name else ''}）")
    if who := _sitting(where):
        echo(f"今天坐诊：{who}")
    if not groups:
        echo("今天没有要催的件。登记新件：bbcs intake")
    for group in groups:
        echo(f"\n{group.label} {group.total} 件" + (f"（列出前 {len(group.rows)} 件）" if len(group.rows) < group.total else ""))
        echo_table(settings, listing.table(group.rows, where), "table", counted=False)


def _day(name: str, text: str, where: Office) -> Any:
    from bbcs.calendar.terms import parse_day
    from bbcs.cli.dates import spoken

    return parse_day(spoken(text, where))


def one_of(flag_: str, text: str, known: tuple[str, ...]) -> str:
    """`text`, when it is one of the known words."""
    if text not in known:
        raise UnknownWord(flag_, text, list(known))
    return text


def positive(text: str) -> int:
    """The value of --limit."""
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) < 10**9:
        raise BadValue("--limit 应为正整数")
    return int(text)


def _phases(name: str, texts: list[str], where: Office) -> list[str]:
    from bbcs.domain.case import PHASES

    by_label = {shown: key for key, shown in PHASES.items()}
    for text in texts:
        if text not in PHASES and text not in by_label:
            raise UnknownWord("环节", text, [f"{key}（{shown}）" for key, shown in PHASES.items()])
    return [by_label.get(text, text) for text in texts]


def _flags(name: str, texts: list[str], where: Office) -> list[str]:
    for text in texts:
        one_of("--flag", text, ("fast_lane", "conduct"))
    return texts


def _key(axis: str) -> Callable[[str, str, Office], str]:
    return lambda name, text, where: where.pack.word(axis, text).key


def _same(name: str, value: Any, where: Office) -> Any:
    return value


FILTERS: tuple[tuple[Field, Callable[[str, Any, Office], Any]], ...] = (
    (Field("phases", "环节，可多次", "words", option="--phase"), _phases),
    (flag("overdue", "只列超期的"), _same),
    (Field("due_before", "到期早于这天", "date"), _day),
    (Field("due", "这天到期（可写 今天、下周三、+5工作日）", "date"), _day),
    (Field("unit", "主办或协办单位", "unit"), lambda name, text, where: where.station.unit(text, allow_new=True).name),
    (Field("channel", "反映渠道", "word"), _key("channel")),
    (Field("demand_kind", "诉求类型", "word", option="--kind"), _key("demand_kind")),
    (Field("difficulty", "难易程度", "word"), _key("difficulty")),
    (Field("cause", "办不成原因", "word"), _key("cause")),
    (Field("received_from", "受理日不早于", "date"), _day),
    (Field("received_to", "受理日不晚于", "date"), _day),
    (Field("resolved_from", "办结日不早于", "date"), _day),
    (Field("resolved_to", "办结日不晚于", "date"), _day),
    (Field("handler", "承办人"), _same),
    (Field("flags", "标记，可多次：fast_lane conduct", "words", option="--flag"), _flags),
    (flag("provisional", "只列到期日是暂定的"), _same),
    (flag("callback_due", "只列待回访的"), _same),
    (Field("source_no", "原编号"), _same),
    (Field("limit", "最多几件（终端上默认 50）", "int"), lambda name, text, where: positive(text)),
    (Field("after", "接着这一件往下列"), _same),
    (Field("sort", "排序：due received number"), lambda name, text, where: one_of("--sort", text, SORTS)),
)
"""Each filter: its option, and how its value becomes a field of Filter."""

SHAPE = (
    flag("open", "只列没了结的（默认）"),
    flag("all", "连已了结的也列出"),
    Field("columns", "列名，用逗号分开（见 bbcs help fields）"),
    Field("format", "格式：table json ndjson csv tsv md"),
)


def _list(settings: Settings, given: Given) -> None:
    where = work.office(settings)
    conditions = {field.name: read(field.name, given[field.name], where) for field, read in FILTERS if given[field.name]}
    active = not (given["all"] or conditions.get("phases") or "resolved_from" in conditions or "resolved_to" in conditions)
    wanted = Filter(where.stamp.now, **{"active": active, "limit": 50 if is_tty() else None, **conditions})
    fmt = "json" if settings.as_json else one_of("--format", given["format"] or "table", FORMATS)
    columns = tuple(name.strip() for name in (given["columns"] or "").split(",") if name.strip()) or listing.DEFAULT
    for name in columns:
        one_of("--columns", name, tuple(listing.COLUMNS))
    _show(settings, where, work.read(where, lambda ledger: listing.cases(ledger, where, wanted)), fmt, columns)


def _show(settings: Settings, where: Office, found: listing.Listing, fmt: str, columns: tuple[str, ...]) -> None:
    if fmt == "json":
        speech.echo_json(found.document())
    elif fmt == "ndjson":
        from bbcs.render.formats import dumps

        speech.stream(dumps(row) for row in found.rows)
    elif settings.quiet:
        speech.stream(row["case_no"] for row in found.rows)
    else:
        echo_table(settings, listing.table(found.rows, where, columns), fmt, counted=not found.next)
        if found.next:
            talk(f"共 {found.total} 件，列出 {len(found.rows)} 件，接着看：--after {found.next}")


WORDS: Mapping[str, Word] = {
    "todo": Word("今天该办的：超期、今天到期、临期、待研判、未签收、待回访", _todo, examples=("bbcs", "bbcs todo --json")),
    "list": Word(
        "列出各件，可按条件筛选",
        _list,
        (*(field for field, _ in FILTERS), *SHAPE),
        examples=(
            "bbcs list --overdue",
            "bbcs list --unit 区市场监管局 --due +5工作日",
            "bbcs list --all --received-from 2026-10-01 --received-to 2026-10-31 --format csv",
        ),
    ),
}


def command(word: str) -> _click.Command:
    """The command of one word."""
    return options.command(word, WORDS[word])
