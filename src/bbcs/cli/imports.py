"""`bbcs import` and `bbcs import-undo`: a foreign ledger in, and a batch of it out again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import typer

from bbcs.cli import context, full_export, options, output
from bbcs.cli.click import Command
from bbcs.cli.input_files import decode, unreadable
from bbcs.cli.options import Argument, CommandDefinition, Values, flag
from bbcs.cli.prompts import confirm
from bbcs.cli.prompts.question import Question, Reply
from bbcs.cli.prompts.terminal import asker
from bbcs.cli.settings import Settings, at_terminal
from bbcs.domain.acts import TEXT, Field
from bbcs.domain.numbers import integer
from bbcs.errors import BadValue, Declined, ImportRejected
from bbcs.ingest.vocabulary import FIELDS, NO_MAP, Map, field_named, plain, read_map
from bbcs.render import rejected
from bbcs.render.terminal import echo
from bbcs.store.transfer.lines import is_full_export
from bbcs.usecases import import_files, import_undo
from bbcs.usecases.import_files import ImportDone, ImportWanted
from bbcs.usecases.office import Office
from bbcs.views import imports as views

FILE = Argument("file", "文件", "xlsx、xls、ods、csv、tsv、json 或 ndjson；- 是标准输入")
YEARS = range(1949, 2200)
SHOWN = 20


def _run(settings: Settings, values: Values) -> None:
    if _is_full_export(values["file"]):
        full_export.load(settings, values)
        return
    office = context.office(settings)
    wanted = _wanted(values)
    if values["dry_run"]:
        done = _imported(settings, office, wanted, real=False)
        _answer(settings, values, done, dry_run=True)
        return
    if at_terminal() and not (values["yes"] or settings.as_json or settings.quiet):
        wanted = _agreed(settings, office, wanted)
    done = _imported(settings, office, wanted, real=True)
    if done.stored:
        import_files.remember(office.home, wanted.map)
    _answer(settings, values, done, dry_run=False)


def _is_full_export(path: str) -> bool:
    """Whether the file is a whole ledger; one that cannot be opened is refused later."""
    try:
        return path != "-" and is_full_export(Path(path))
    except OSError:
        return False


def _wanted(values: Values) -> ImportWanted:
    year, show = _number(values, "year", 0), _number(values, "show", SHOWN)
    if year and year not in YEARS:
        raise BadValue("--year 应是四位年份，如 2024")
    return ImportWanted(
        values["file"], values["source"] or "", values["encoding"] or "", year,
        _map(values["map"]), values["hidden"], values["skip_bad"], show,
    )  # fmt: skip


def _number(values: Values, name: str, default: int) -> int:
    if values[name] in (None, ""):
        return default
    number = integer(values[name])
    if number is None:
        raise BadValue(f"--{name} 应是一个数")
    return number


def _map(path: str | None) -> Map:
    if not path:
        return NO_MAP

    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    return read_map(decode(raw, path), Path(path).name)


def _imported(
    settings: Settings, office: Office, wanted: ImportWanted, *, real: bool
) -> ImportDone:
    """The import, or its rehearsal; see `import_files.import_file`."""
    view, write = partial(context.read_long, office), partial(context.write, office)
    label = "导入" if real else "试导入"
    with output.progress(settings, label, lambda: None) as report:
        return import_files.import_file(office, wanted, view, write if real else None, step=report)


def _answer(settings: Settings, values: Values, done: ImportDone, *, dry_run: bool) -> None:
    """Says what was found and done; exit code 40 when a row was kept out."""
    rejected = _rejected_file(values, done)
    document = views.document(done, dry_run=dry_run, rejected_file=rejected)
    lines = [
        *views.mapping_lines(done.reports),
        *views.lines(done, dry_run=dry_run, rejected_file=rejected),
    ]
    batch = done.result.batch if done.stored else ""
    output.answer(settings, document, "\n".join(lines), batch, _next(done, dry_run))
    if done.result.rejected:
        raise typer.Exit(ImportRejected.exit_code)


def _next(done: ImportDone, dry_run: bool) -> str:
    if dry_run and not done.result.rejected:
        return "下一步：去掉 --dry-run 就导入"
    if done.stored and not dry_run:
        return f"下一步：bbcs check 体检；导错了用 bbcs import-undo {done.result.batch}"
    return ""


def _rejected_file(values: Values, done: ImportDone) -> str:
    """Writes the rows that were kept out beside the source file; "" without any."""
    tables = views.rejected_tables(done)
    if not tables:
        return ""

    named = values["rejected"] or ""
    if named:
        output.agree(Path(named), yes=values["yes"])
    return rejected.keep(tables, values["file"], named)


# -- on a terminal ---------------------------------------------------------------------------------


def _agreed(settings: Settings, office: Office, wanted: ImportWanted) -> ImportWanted:
    """Shows what would come of it, lets columns be mapped otherwise, and asks; Declined when nobody
    agrees.
    """
    while True:
        done = _imported(settings, office, wanted, real=False)
        echo("\n".join([*views.mapping_lines(done.reports), *views.lines(done, dry_run=True)]))
        mapped = _mapped([column.header for one in done.reports for column in one.columns])
        if mapped == NO_MAP:
            break
        wanted = wanted._replace(map=wanted.map.with_(mapped))
    if not confirm("这样导入吗"):
        raise Declined("没有导入")
    return wanted


def _mapped(headers: Sequence[str]) -> Map:
    """One header that the user maps otherwise; no map when Enter alone was typed."""
    shown = {name.replace("|", "／"): name for name in headers if name}
    typed = {plain(name.replace("|", "/")): name for name in headers}  # either slash is one

    def read(text: str) -> Reply:
        header, _, field = (part.strip() for part in text.replace("＝", "=").partition("="))
        if not header or plain(header) not in typed:
            raise BadValue(f"没有这个表头；有：{'、'.join(shown)}", list(shown))
        if not field_named(field):
            columns = "、".join(views.column_name(one) for one in FIELDS)
            raise BadValue(f"没有这一栏；写“不用”就只保留；可用：{columns}", list(FIELDS))
        return Reply(Map({typed[plain(header)]: field_named(field)}), text)

    with asker() as asking:
        question = Question(
            "改对照（表头=栏名，如 网格员=备注；回车不改）", read, required=False, bare=True
        )
        answer = asking.ask(question)
    return answer.value or NO_MAP


# -- import-undo -----------------------------------------------------------------------------------


def _undo(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    view, write = partial(context.read_long, office), partial(context.write, office)
    with output.progress(settings, "撤销导入", lambda: None) as report:
        done = import_undo.undo_batch(
            office, values["batch"], view, None if values["dry_run"] else write,
            reason=values["reason"] or "", yes=values["yes"], step=report,
        )  # fmt: skip
    line = views.undone_line(done)
    if values["dry_run"]:
        line = f"试撤销（没有写入）：{line}"
    output.answer(settings, views.undone_document(done), line, done.batch)


IMPORT = CommandDefinition(
    "把别处的台账导进来：先试，再导；已有的行不重复，有进展的补上",
    _run,
    (
        flag("dry_run", "只试：和真的一样做一遍，什么都不写"),
        flag("skip_bad", "有不能导入的行时，好的照样导入"),
        Field("year", "没有年份的日期按哪一年（默认看标题）", "int"),
        Field(
            "map",
            '对照文件（TOML）：[columns] 下写 "原表头" = "栏名"，[words.state] 下写 "搞定了" = "已办结"，[units] 下写 "人社局" = "名册里的名称"；导入后记住',
            "file",
        ),
        Field("source", "来源名称：几本台账的编号会相同时，用它分开", long_numbers=True),
        Field("encoding", "文本文件的编码（默认自己认）"),
        flag("hidden", "隐藏的工作表也读"),
        Field("show", "--json 里给出几条整理好的记录（默认 20）", "int"),
        Field("rejected", "不能导入的行写到哪里（默认源文件旁的 rejected.xlsx）", "output"),
        flag("yes", "不再问"),
    ),
    (FILE,),
    (
        "bbcs import 台账.xlsx --dry-run",
        "bbcs import 台账.xlsx --map 对照.toml",
        "bbcs import 2023.csv --source 2023年台账 --year 2023 --skip-bad",
        "bbcs import - --json < 导出.ndjson",
        "bbcs --home 新的数据目录 import 整本台账.ndjson",
    ),
)

UNDO = CommandDefinition(
    "整批撤销一次导入：导入的件作废，补的进展撤销，可重新导入",
    _undo,
    (
        Field("reason", "为什么撤销", limit=TEXT),
        flag("dry_run", "只看会撤销什么，不写"),
        flag("yes", "导入后又办过的件也一起作废，不再问"),
    ),
    (Argument("batch", "批次", "导入时给的批次，如 20260930-1"),),
    ("bbcs import-undo 20260930-1 --reason 导错了文件",),
)


def command(word: str) -> Command:
    """The command."""
    return options.command(word, IMPORT if word == "import" else UNDO)
