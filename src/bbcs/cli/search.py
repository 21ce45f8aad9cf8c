"""`bbcs search`: find cases by any words in them, or by what names them."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import Argument, CommandDefinition, Values
from bbcs.cli.settings import ALL, Settings
from bbcs.domain.acts import Field
from bbcs.render.formats import FORMATS, dumps
from bbcs.render.terminal import fitted, is_tty, talk
from bbcs.usecases.filters import one_of, positive
from bbcs.usecases.office import Office
from bbcs.usecases.search import Search, search
from bbcs.views import search as found_view

LIMIT = 50
"""Cases shown when nobody says how many."""


def _search(settings: Settings, values: Values) -> None:
    limit = LIMIT
    if values["limit"]:
        limit = positive("--limit", values["limit"])
    usual = values["format"] or settings.preferred("format") or "table"
    fmt = one_of("--format", usual, FORMATS)
    if settings.as_json:
        fmt = output.json_format(values["format"] or "")
    text = _typed(values["text"])
    if settings.station == ALL:
        from bbcs.cli import county_lists

        county_lists.search(settings, text, limit, fmt)
        return
    office, result = context.look(
        settings, lambda ledger, office: search(ledger, office, text, limit)
    )
    if not result.stored and not settings.as_json:
        talk(fitted(found_view.NOTHING))
        if fmt == "table" and is_tty():
            return
    _show(settings, office, result, fmt)
    if result.more and fmt == "table":
        talk(fitted(f"只列出前 {limit} 件，还有别的；请多写几个字，或加 --limit"))


def _show(settings: Settings, office: Office, result: Search, fmt: str) -> None:
    if fmt == "json":
        output.echo_json(found_view.document(result, office))
    elif fmt == "ndjson":
        rows = found_view.masked_rows(result, office)
        output.stream(dumps({"schema": "bbcs.found/1", **row}) for row in rows)
    elif settings.quiet:
        output.stream(row["case_no"] for row in result.stored)
    else:
        table = found_view.table(result, office)
        output.page_table(settings, table, fmt, counted=not result.more)


def _typed(text: str) -> str:
    """What to look for; `-` reads it from standard input, the only way for an identity number."""
    if text != "-":
        return text
    from bbcs.cli.input_files import typed

    return typed(text)


WORDS: Mapping[str, CommandDefinition] = {
    "search": CommandDefinition(
        "按文字找件：内容、事项、单位、编号、原编号、电话；几个词用引号括起，都要有",
        _search,
        (
            Field("limit", f"最多几件（默认 {LIMIT}）", "int"),
            Field("format", "格式：table json ndjson csv tsv md"),
            options.STATION,
        ),
        (
            Argument(
                "text", "文字", "要找的文字，一个字也行；写 - 就从标准输入读（身份证号只能这样给）"
            ),
        ),
        (
            "bbcs search 低保",
            'bbcs search "户籍 迁移"',
            "bbcs search 13800000001",
            "bbcs search - < 身份证号.txt",
            "bbcs search 低保 --station all",
        ),
    ),
}


def command(word: str) -> Command:
    """The command of one word."""
    return options.command(word, WORDS[word])
