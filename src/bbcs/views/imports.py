"""What an import found and did: the JSON document, lines for people, the workbook of rejected rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bbcs.config import toml
from bbcs.domain import masking
from bbcs.domain.pack import COLUMNS
from bbcs.ingest import text
from bbcs.ingest.codes import Problem
from bbcs.ingest.columns import PARTS
from bbcs.ingest.sheets import letters
from bbcs.ingest.source import SheetReport
from bbcs.registers.table import Column, Table
from bbcs.usecases.import_files import ImportDone
from bbcs.usecases.import_rows import CHANGED, NEW, UNCHANGED, RowResult
from bbcs.usecases.import_undo import BatchUndone
from bbcs.usecases.imports import BadRow

REASON, ROW = "未导入的原因", "原文件行号"
"""Headers that bbcs adds to rejected.xlsx; an import leaves these columns out."""

_REASON_WIDTH = 28
"""Wide enough that the longest reason takes three lines, and a page still holds a common ledger."""
_ROWS = 20
"""Most rows of a kind that are printed."""
_NUMBERS = 8
"""Most rows that a message names."""
_HIDDEN = 10
"""Most hidden rows that are named."""

_SKIPPED = {
    "total": "合计",
    "signature": "落款",
    "note": "说明",
    "title": "标题",
    "header": "重复的表头",
}
_ROLES = {
    "notes": "没有台账，没有读",
    "dictionary": "隐藏的选项表，没有读",
    "hidden": "隐藏的工作表，没有读；要读请加 --hidden",
}
_STATUS = "办理状态"
_INNER = frozenset({"channel_text", "demand_kind_text", "satisfaction_text"})


def document(done: ImportDone, *, dry_run: bool, rejected_file: str = "") -> dict[str, Any]:
    """`import --json`; masked."""
    result, data = done.result, [one for one in done.reports if one.role == "data"]
    return {
        "schema": "bbcs.import/1",
        "file": masking.free_text(done.file),
        "encoding": done.encoding,
        "sheets": [_sheet(one) for one in done.reports],
        "header_row": data[0].header_row if data else None,
        "columns": _columns(data),
        "rows_total": result.total,
        "rows_ok": result.total - len(result.rejected),
        "rows_new": result.counts[NEW],
        "rows_changed": result.counts[CHANGED],
        "rows_unchanged": result.counts[UNCHANGED],
        "consultations": result.consultations,
        "rows_rejected": [_rejected(row) for row in result.rejected],
        "rows_warned": [
            _row_document(row, problem) for row in result.warned for problem in row.problems
        ],
        "records": [_record(one) for one in result.shown],
        "batch": result.batch if done.stored and not dry_run else None,
        "dry_run": dry_run,
        "stored": done.stored and not dry_run,
        "rejected_file": rejected_file or None,
    }


def _sheet(report: SheetReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "role": report.role,
        "hidden": report.hidden,
        "header_row": report.header_row or None,
        "header_rows": report.header_rows,
        "first_data_row": report.first or None,
        "last_data_row": report.last or None,
        "rows_total": report.rows,
        "year": report.year or None,
        "skipped": dict(report.skipped),
        "hidden_rows": list(report.hidden_rows),
        "uncounted": list(report.uncounted),
        "lacks": list(report.lacks),
        "twice": [column.header for column in report.columns if column.twice],
    }


def _columns(reports: Sequence[SheetReport]) -> dict[str, str | None]:
    """Header -> canonical column, None for one that is only kept; of all tables."""
    columns: dict[str, str | None] = {}
    for report in reports:
        for column in report.columns:
            if column.header:
                columns.setdefault(column.header, column.field or None)
    return columns


def _rejected(row: BadRow) -> dict[str, Any]:
    """A rejected row by the first code that keeps it out; its message names all."""
    problems = [problem for problem in row.problems if problem.rejects]
    document = _row_document(row, problems[0])
    return {**document, "message": "；".join(problem.message for problem in problems)}


def _row_document(row: BadRow, problem: Problem) -> dict[str, Any]:
    return {
        "sheet": row.sheet,
        "row": row.number,
        "field": problem.field or None,
        "source_no": row.source_no or None,
        "code": problem.code,
        "message": problem.message,
    }


def _record(one: RowResult) -> dict[str, Any]:
    """A cleaned row, masked."""
    row = one.row
    fields = {name: _plain(value) for name, value in row.fields.items() if name not in _INNER}
    for name in ("channel", "demand_kind"):  # as the file says it, the key beside it
        if f"{name}_text" in row.fields:
            fields |= {name: row.fields[f"{name}_text"], f"{name}_key": row.fields[name]}
    people = masking.known({**row.fields, "extra": row.extra})
    masked = {
        name: masking.field_value(name, value, row.fields, people) for name, value in fields.items()
    }
    return {
        "sheet": row.sheet,
        "row": row.number,
        **masked,
        "extra": masking.field_value("extra", dict(row.extra), row.fields, people),
        "state": row.state or None,
        "consultation": row.consultation,
        "did": one.did,
        "case_no": one.case_no or None,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return value


# -- lines -----------------------------------------------------------------------------------------


def mapping_lines(reports: Sequence[SheetReport]) -> Iterator[str]:
    """The sheets, and what their columns are taken for; the same columns are listed once."""
    shown: tuple[Any, ...] = ()
    for report in reports:
        yield f"工作表 {report.name}：{_place(report)}"
        columns = tuple((column.header, column.field, column.twice) for column in report.columns)
        if report.role == "data" and columns != shown:
            shown = columns
            yield from _column_lines(report)
            yield from _lacking_lines(report)


def _place(report: SheetReport) -> str:
    if report.role == "side":
        where = f"{letters(report.left)} 列起" if report.left else ""
        return f"{where}第 {report.first}–{report.last} 行另有一张小表，不是台账，没有读"
    if report.role != "data":
        return _ROLES[report.role]
    if not report.columns:
        return "没有行"
    head = f"表头第 {report.header_row} 行"
    if not report.header_row:
        head = "表头是各条的键" if report.header_rows else "没有表头，接上一张表"
    if report.header_rows == 2:
        head += "起两行"
    parts = [head, f"数据 {report.rows} 行"]
    if report.rows:
        parts[1] += f"（第 {report.first}–{report.last} 行）"
    if report.year:
        parts.append(f"没写年份的按 {report.year} 年")
    skipped = [f"{_SKIPPED[why]} {number} 行" for why, number in report.skipped if why != "header"]
    if skipped:
        parts.append(f"略过{'、'.join(skipped)}")
    return "，".join(parts)


def _column_lines(report: SheetReport) -> Iterator[str]:
    for column in report.columns:
        if not column.header:
            continue
        meaning = column_name(column.field) if column.field else "原样保留"
        if column.word and column.word not in PARTS:
            meaning += "（打勾的）"
        if column.twice:
            meaning = "与别的栏同义，原样保留"
        yield f"  {column.header.replace('|', '／')} → {meaning}"


_LACKING = {
    "received_at": "各行都不能导入",
    "matter": "各行都不能导入",
    "reporter": "各件按匿名存",
}
"""What becomes of the rows of a table without this column."""


def _lacking_lines(report: SheetReport) -> Iterator[str]:
    """What no column was taken for, and how to say which one it is."""
    for field in report.lacks:
        yield (
            f"  没有一栏认作“{column_name(field)}”，{_LACKING[field]}；上面哪一栏是，写进对照文件，再加 --map："
            f'columns."那一栏的表头" = "{column_name(field)}"'
        )


_ANEW = 3
"""Rows with a number that stands elsewhere, from which on it is no slip of the pen."""

_OF_WORDS = frozenset({"state_unknown", "satisfaction_unknown"})
"""Warnings that a map of words answers."""


def column_name(field: str) -> str:
    """The usual header of a canonical column."""
    return COLUMNS.get(field, _STATUS)


def lines(done: ImportDone, *, dry_run: bool, rejected_file: str = "") -> list[str]:
    """What people read: counts, every row that was kept out, warnings, what to do next."""
    result = done.result
    lines = [_summary(done, dry_run=dry_run)]
    if result.rejected:
        lines.append(f"没有导入的 {len(result.rejected)} 行：")
        lines += _row_lines(list(_firsts(result.rejected)))
        lines += _numbering_lines(done)
    lines += [_hidden_line(one) for one in done.reports if one.hidden_rows]
    lines += [_uncounted_line(one) for one in done.reports if one.uncounted]
    warned = [(row, problem) for row in result.warned for problem in row.problems]
    if warned:
        lines.append(f"要留意的 {len(warned)} 处：")
        lines += _row_lines(warned)
        if any(problem.code in _OF_WORDS for _, problem in warned):
            lines.append(
                '看不懂的词写进对照文件，再加 --map：words.state."那个词" = "已办结"（满意度是 words.satisfaction）'
            )
    if rejected_file:
        again = done.source and f'，照样加 --source "{done.source}"'
        lines.append(f"没有导入的行连同原因在 {rejected_file}；改好后再 bbcs import 它{again}")
    return lines


def _numbering_lines(done: ImportDone) -> Iterator[str]:
    """What to do about numbers that begin anew with each sheet or each file."""
    codes = [problem.code for row in done.result.rejected for problem in row.problems]
    headers = [
        one.header for report in done.reports for one in report.columns if one.field == "source_no"
    ]
    if headers and codes.count("duplicate_no") >= _ANEW:
        line = toml.dumps({"columns": {headers[0].replace("|", "／"): "不用"}})
        header = line.splitlines()[-1].rpartition(" = ")[0]
        yield f'编号每张表从头起、不是一件一个的，写进对照文件，再加 --map：columns.{header} = "不用"'
    if codes.count("contradicts_ledger") >= _ANEW:
        yield "编号每本从头起的，这一本加 --source 名称，和以前导入的分开"


def _hidden_line(report: SheetReport) -> str:
    rows = report.hidden_rows
    listed = "、".join(map(str, rows[:_HIDDEN])) + "……" * (len(rows) > _HIDDEN)
    return f"工作表 {report.name} 里有 {len(rows)} 行是隐藏的（第 {listed} 行），一起读了；不该导的请先在文件里删去"


def _uncounted_line(report: SheetReport) -> str:
    columns = "、".join(report.uncounted[:_HIDDEN])
    return (
        f"工作表 {report.name} 的 {columns} 列有没算出结果的公式，当作空的；"
        "请先用 WPS 或 Excel 打开，保存后再导入"
    )


def _firsts(rows: Sequence[BadRow]) -> Iterator[tuple[BadRow, Problem]]:
    for row in rows:
        for problem in row.problems:
            if problem.rejects:
                yield row, problem


def _row_lines(found: Sequence[tuple[BadRow, Problem]]) -> list[str]:
    """A line for each message of a sheet, with its rows; the first of many."""
    rows: dict[tuple[str, str], list[int]] = {}
    for row, problem in found:
        rows.setdefault((row.sheet, problem.message), []).append(row.number)
    lines = [
        f"  {sheet} 第 {_numbers(list(dict.fromkeys(numbers)))} 行  {message}"
        for (sheet, message), numbers in rows.items()
    ]
    more = [f"  ……共 {len(found)} 处，全部见 --json"] if len(lines) > _ROWS else []
    return [*lines[:_ROWS], *more]


def _numbers(rows: Sequence[int]) -> str:
    if len(rows) <= _NUMBERS:
        return "、".join(map(str, rows))
    return f"{'、'.join(map(str, rows[:_NUMBERS]))} 等 {len(rows)}"


def _summary(done: ImportDone, *, dry_run: bool) -> str:
    result = done.result
    counts = [
        f"新登记 {result.created} 件",
        f"补进展 {result.extended} 件",
        f"咨询 {result.counted} 条",
        f"早已有的 {result.counts[UNCHANGED]} 行",
    ]
    if dry_run:
        head = "试导入（没有写入）"
    elif done.stored:
        head = f"已导入，批次 {result.batch}"
    elif result.rejected and result.stores:
        head = "没有写入（有不能导入的行；先改好，或加 --skip-bad 只导入好的）"
        counts[0] = counts[0].replace("新登记", "可登记")
    else:
        head = "没有新的内容，没有写入"
    return f"{head}：共 {result.total} 行，{'，'.join(counts)}，不能导入 {len(result.rejected)} 行"


# -- rejected.xlsx ---------------------------------------------------------------------------------


def rejected_tables(done: ImportDone) -> list[Table]:
    """The user's own rows that were kept out, unmasked, with the reason beside each; a sheet for
    each table.
    """
    tables = []
    for report in done.reports:
        rows = [
            row
            for row in done.result.rejected
            if row.sheet == report.name and report.first <= row.number <= report.last
        ]
        if report.role == "data" and rows:
            tables.append(_rejected_table(report, rows))
    return tables


def _rejected_table(report: SheetReport, rows: Sequence[BadRow]) -> Table:
    columns = [Column("reason", REASON, width=_REASON_WIDTH), Column("row", ROW)]
    columns += [
        Column(f"c{column.at}", column.header) for column in report.columns if column.header
    ]
    cells = [
        {
            "reason": "；".join(problem.message for problem in row.problems if problem.rejects),
            "row": str(row.number),
            **{f"c{at}": text.clean(cell) for at, cell in enumerate(row.raw)},
        }
        for row in rows
    ]
    title = " ".join(report.titles[:2])
    if report.year and str(report.year) not in title:
        title = f"{title}（{report.year}年）"
    return Table(report.name, title or report.name, columns, cells, sheet=report.name)


# -- import-undo -----------------------------------------------------------------------------------


def undone_document(done: BatchUndone) -> Mapping[str, Any]:
    """`import-undo --json`."""
    return {
        "schema": "bbcs.import_undone/1",
        "batch": done.batch,
        "voided": done.voided,
        "undone": done.undone,
        "consultations": done.consultations,
        "built_on": [{"case_no": one.case_no, "acts": list(one.acts)} for one in done.built],
    }


def undone_line(done: BatchUndone) -> str:
    """What people read."""
    line = (
        f"已撤销批次 {done.batch}：作废 {done.voided} 件，撤销记录 {done.undone} 条，"
        f"撤销咨询 {done.consultations} 条"
    )
    if done.built:
        numbers = "、".join(f"{one.case_no}（{'、'.join(one.acts)}）" for one in done.built[:8])
        line += f"；其中导入后又办过的 {len(done.built)} 件一并作废：{numbers}"
    return line
