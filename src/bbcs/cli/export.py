"""`bbcs export`: masked cases or entries with everything computed of them, for analysts and
programs.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from bbcs.cli import context, full_export, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import CommandDefinition, Values, flag
from bbcs.cli.settings import Settings
from bbcs.domain.acts import TEXT, Field
from bbcs.domain.numbers import integer
from bbcs.errors import BadValue, MissingInput
from bbcs.registers.table import Table
from bbcs.render.files import whole
from bbcs.render.formats import dumps
from bbcs.render.safe import error_handler, safe_cell
from bbcs.render.table_files import OWN, write_table
from bbcs.render.text_table import plain
from bbcs.store.provable import ProvableLedger
from bbcs.usecases import changes
from bbcs.usecases.filters import one_of
from bbcs.usecases.office import READERS, Office, need
from bbcs.views import export

FORMATS = ("ndjson", "csv", "xlsx")
ENCODINGS = ("utf-8-sig", "utf-8", "gb18030")


def _run(settings: Settings, values: Values) -> None:
    if values["full"]:
        full_export.save(settings, values)
        return
    if values["reason"]:
        raise BadValue("--reason 与 --full 一起用：遮盖的导出不用写理由")
    out = Path(values["out"]) if values["out"] else None
    fmt = _format(values["format"], out)
    if out:
        output.agree(out, yes=values["yes"])
    usual = values["encoding"] or settings.preferred("encoding") or ENCODINGS[0]
    encoding = one_of("--encoding", usual, ENCODINGS)
    since = integer(values["since"] or "0")
    if since is None:
        raise BadValue("--since 应为整数：最后处理过的那一条的序号")
    office = context.office(settings)
    need(office, "导出", *READERS)

    def write(ledger: ProvableLedger) -> None:
        changes.refuse_beyond(ledger, since)
        rows = _rows(ledger, office, since, entries=values["entries"])
        if out:
            _save(rows, fmt, out, encoding, office, entries=values["entries"])
        else:
            output.stream(_lines(rows, fmt, entries=values["entries"]))

    context.read_long(office, write)
    if out:
        output.files(settings, [out])


def _format(named: str | None, out: Path | None) -> str:
    """The format that was named, else that of the file's name, else ndjson; both must agree."""
    of_file = out.suffix.lstrip(".").lower() if out else ""
    fmt = one_of("--format", named or (of_file if of_file in FORMATS else FORMATS[0]), FORMATS)
    if out:
        output.refuse_other_name(fmt, out)
    if fmt == "xlsx" and not out:
        raise MissingInput(["--out（写到哪个 xlsx 文件）"])
    return fmt


def _rows(
    ledger: ProvableLedger, office: Office, since: int, *, entries: bool
) -> Iterator[dict[str, Any]]:
    if entries:
        return export.event_rows(ledger.cases(), ledger.office_wide(), since)
    return export.case_rows(ledger.cases(), office, since)


def _lines(rows: Iterable[Mapping[str, Any]], fmt: str, *, entries: bool) -> Iterator[str]:
    """The rows as lines of text; a csv begins with its Chinese headers."""
    if fmt == "ndjson":
        schema = "bbcs.entry/1" if entries else "bbcs.caserow/1"
        return (dumps({"schema": schema, **row}) for row in rows)
    return _csv(rows, entries=entries)


def _csv(rows: Iterable[Mapping[str, Any]], *, entries: bool) -> Iterator[str]:
    columns = export.EVENT_COLUMNS if entries else export.CASE_COLUMNS

    def line(cells: Iterable[Any]) -> str:
        text = StringIO()
        # the writer quotes a line feed only where it ends its lines with one
        csv.writer(text, lineterminator="\n").writerow(cells)
        return text.getvalue().removesuffix("\n")

    yield line(column.label for column in columns)
    for row in rows:
        cells = (row[column.name] for column in columns)
        yield line(one if type(one) is int else safe_cell(plain(_said(one))) for one in cells)


def _said(value: Any) -> Any:
    """True and false as people read them."""
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else value


def _save(
    rows: Iterable[Mapping[str, Any]],
    fmt: str,
    path: Path,
    encoding: str,
    office: Office,
    *,
    entries: bool,
) -> None:
    """Write a file, whole or not at all, that only its owner may read."""
    if fmt == "xlsx":
        columns = export.EVENT_COLUMNS if entries else export.CASE_COLUMNS
        title = f"{office.station.name}{'记录' if entries else '件'}导出"
        shown = [{name: _said(value) for name, value in row.items()} for row in rows]
        write_table(Table("export", title, columns, shown), fmt, path, office, mode=OWN)
        return
    if fmt == "ndjson":
        encoding = "utf-8"

    with (
        whole(path, mode=OWN) as draft,
        draft.open("w", encoding=encoding, errors=error_handler(), newline="") as stream,
    ):
        ends = "\r\n" if fmt == "csv" else "\n"
        for text in _lines(rows, fmt, entries=entries):
            stream.write(text + ends)


FIELDS = (
    flag("entries", "导出每一条记录，而不是每一件"),
    flag("full", "整本台账：记录、个人信息、规则、名册、附件，可用 bbcs import 原样导回"),
    Field("reason", "为什么完整导出（--full 必写，会记入台账）", limit=TEXT),
    Field("since", "只要这一条之后有变化的（序号）", "int"),
    Field("format", f"格式：{' '.join(FORMATS)}（默认看文件名，再默认 ndjson）"),
    Field("encoding", f"csv 的编码：{' '.join(ENCODINGS)}（默认 {ENCODINGS[0]}）"),
    Field("out", "写到这个文件（只有自己能读；默认标准输出）", "output"),
    flag("yes", "文件已有也覆盖，不再问"),
)


def command(word: str) -> Command:
    """The command."""
    examples = (
        "bbcs export --out 全部件.xlsx",
        "bbcs export --format csv --encoding gb18030 --out 全部件.csv",
        "bbcs export --entries --since 118 > 记录.ndjson",
        "bbcs export --full --reason 换电脑 --out 整本台账.ndjson",
    )
    help = "导出：一件一行，带每个算出的日期、时限、超期天数和各方用去的天数；个人信息已遮盖"
    return options.command(word, CommandDefinition(help, _run, FIELDS, (), examples))
