"""Prints the answers of commands: JSON, tables, pages, progress and refusals.

The JSON document, the number alone, or words for people with the next step on stderr.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer import Exit

from bbcs.cli.settings import Settings, at_terminal
from bbcs.domain.masking import free_text
from bbcs.errors import BadValue, BatchRefused, BbcsError, Declined
from bbcs.record import as_document
from bbcs.render.safe import safe_line
from bbcs.render.terminal import colour_allowed, echo, emit, is_tty, talk, width

if TYPE_CHECKING:
    from bbcs.findings import Finding
    from bbcs.registers.table import Table


def answer(
    settings: Settings, document: Mapping[str, Any], text: str, short: str, hint: str = ""
) -> None:
    """Print one answer.

    The document (--json), `short` (--quiet), or the text with a hint on stderr.
    """
    if settings.as_json:
        echo_json(document)
    elif settings.quiet:
        echo(short)
    else:
        echo(text)
        if hint:
            talk(hint)


def echo_json(document: Mapping[str, Any]) -> None:
    """One JSON document on stdout, its text unchanged; controls stay escaped."""
    from bbcs.render.formats import dumps

    emit(dumps(document) + "\n")


def finding_lines(findings: Iterable[Finding]) -> list[str]:
    """Findings as people read them: where, what, and what would help."""
    return [
        "；".join(part for part in (f"{one.where}：{one.what}", one.hint) if part)
        for one in findings
    ]


def findings(settings: Settings, findings: Sequence[Finding], text: str) -> None:
    """Answer with the findings of a check; the exit code is 1 when there are any."""
    document = {
        "schema": "bbcs.findings/1",
        "ok": not findings,
        "findings": [as_document(one) for one in findings],
    }
    answer(settings, document, "\n".join(finding_lines(findings)) or text, str(len(findings)))
    if findings:
        raise Exit(1)


def files(settings: Settings, written: Iterable[object]) -> None:
    """The files that were written: their names, or one document."""
    names = [str(one) for one in written]
    if settings.as_json:
        echo_json({"schema": "bbcs.files/1", "files": names})
    elif names:
        echo("\n".join(names))


def json_format(named: str) -> str:
    """The format of an answer under --json: a line of JSON for each row where that was named."""
    return "ndjson" if named == "ndjson" else "json"


def agree(*paths: Path, yes: bool) -> None:
    """Declined when one of the files is there and nobody agreed that it is written over: by --yes,
    or when asked at a terminal.
    """
    there = [] if yes else [path for path in paths if path.exists()]
    if not there:
        return
    what = str(there[0])
    if len(there) > 1:
        what += f" 等 {len(there)} 个文件"
    if not at_terminal():
        raise Declined(f"{what} 已有，没有覆盖；要覆盖请加 --yes，或换一个文件名")
    from bbcs.cli.prompts import confirm  # only where somebody is asked

    if not confirm(f"{what} 已有，覆盖吗"):
        raise Declined("没有覆盖")


NEVER = "never"
"""The colour that is none."""

BOM = "\ufeff"
"""What Excel and WPS look for in a csv file; a redirected list is one."""


def echo_table(settings: Settings, table: Table, fmt: str, *, counted: bool = True) -> None:
    """A table on stdout: fitted and coloured only on a terminal, never cut in a pipe."""
    emit(table_text(settings, table, fmt, counted=counted))


def page_table(settings: Settings, table: Table, fmt: str, *, counted: bool = True) -> None:
    """The same, through a pager where it is longer than the screen."""
    page_text(settings, table_text(settings, table, fmt, counted=counted))


def page_text(settings: Settings, text: str) -> None:
    """A text that is harmless already, through a pager where it is longer than the screen."""
    from bbcs.render.pager import page

    page(text, wanted=not settings.no_pager, usual=partial(_pager, settings))


def _pager(settings: Settings) -> str:
    """The pager of the home; a file with defects is refused by the commands that need it."""
    try:
        return settings.preferred("pager")
    except BbcsError:
        return ""


def table_text(
    settings: Settings, table: Table, fmt: str, *, counted: bool = True, whole: bool = False
) -> str:
    """What `echo_table` writes. whole: texts go on below themselves (see `draw`)."""
    from bbcs.render.formats import render

    if fmt == "table" and is_tty():
        colour = _coloured(settings)
        return render(table, fmt, width=width(), colour=colour, counted=counted, whole=whole)
    text = render(table, fmt, counted=counted, whole=whole)
    return byte_order_mark(fmt) + text


def left_out(table: Table) -> list[str]:
    """The columns for which this terminal has no room."""
    room = width()
    if room is None:
        return []
    from bbcs.render.text_table import left_out as narrow

    return narrow(table, room)


def page_blocks(settings: Settings, table: Table, summary: str) -> None:
    """Rows with long texts, none of them shortened, and a line that sums them up."""
    room = width()
    if room is None:
        text = table_text(settings, table, "table", counted=False)
    else:
        from bbcs.render.text_table import blocks

        text = blocks(table, room, colour=_coloured(settings))
    page_text(settings, f"{text}{safe_line(summary)}\n")


def _coloured(settings: Settings) -> bool:
    """Whether a table on this terminal has colours."""
    return not settings.plain and colour_allowed() and settings.preferred("colour") != NEVER


def byte_order_mark(fmt: str) -> str:
    """What stands before a text on stdout: the mark of a csv that is redirected into a file."""
    if fmt != "csv" or is_tty():
        return ""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return BOM if utf8 else ""


FILE_FORMATS = frozenset({"json", "ndjson", "csv", "tsv", "md", "xlsx", "docx", "pdf"})
"""Formats that a file's name may end with."""


def refuse_other_name(fmt: str, path: Path) -> None:
    """BadValue for a file whose name says another format: who opens it would be misled."""
    named = path.suffix.lstrip(".").lower()
    if named in FILE_FORMATS and named != fmt:
        raise BadValue(f"--format {fmt} 与文件名 .{named} 不一致；请改成一样的")


def encoding(settings: Settings, fmt: str) -> str:
    """The encoding of a file of this format where the home has one of its own, else ""."""
    return settings.preferred("encoding") if fmt == "csv" else ""


def stream(lines: Iterable[str]) -> bool:
    """Print many lines on stdout without keeping them all in memory; see `stream_text`."""
    return stream_text(f"{line}\n" for line in lines)


BLOCK = 65_536
"""Characters that are printed at once."""


def stream_text(parts: Iterable[str]) -> bool:
    """Print parts of a text on stdout, a block at a time; as soon as the reader has closed the
    pipe, no more of them are made. Returns whether somebody read to the end.
    """
    waiting, size = list[str](), 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= BLOCK:
            if not emit("".join(waiting)):
                return False
            waiting, size = [], 0
    return emit("".join(waiting))


def progress(
    settings: Settings, label: str, total: Callable[[], int | None], *, streamed: bool = False
) -> AbstractContextManager[Callable[[int], None]]:
    """A report function for long work: draws on a terminal, unless --quiet or --json was given.

    streamed: the answers come while the work goes on; on a terminal they would run into the bar.
    """
    from bbcs.render.progress import progress as drawn

    wanted = not settings.quiet and not settings.as_json and not (streamed and is_tty())
    return drawn(label, total, wanted=wanted)


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    field = one.get("field") and _harmless(one["field"])
    return {**one, "field": field, "message": _harmless(one["message"])}


def _harmless(text: str) -> str:
    """What was typed in the wrong place may be somebody's number: masked, on one line."""
    return safe_line(free_text(text))


def refuse(refused: BbcsError, *, as_json: bool) -> int:
    """One line (or one JSON object) on stderr, and the exit code."""
    message = _harmless(refused.message)
    if as_json:
        document: dict[str, Any] = {
            "schema": "bbcs.error/1",
            "code": refused.code,
            "exit": refused.exit_code,
            "message": message,
        }
        if refused.field:
            document["field"] = _harmless(refused.field)
        document["allowed"] = refused.allowed
        if isinstance(refused, BatchRefused):
            document["errors"] = [_row(one) for one in refused.errors]
        talk(json.dumps(document, ensure_ascii=False))
    else:
        talk(f"bbcs: {message}")
    return refused.exit_code
