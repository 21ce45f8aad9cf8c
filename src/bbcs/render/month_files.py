"""The files of a month: a workbook, a circular, a web page, a csv of each register, the figures as
JSON, and a manifest.

They appear together or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from shutil import rmtree
from time import time
from typing import Any

from bbcs.config.home_files import check_output
from bbcs.errors import (
    BbcsError,
    ExtraMissing,
    LedgerLocked,
    OutputNotWritable,
    TemplateBroken,
    UsageError,
)
from bbcs.record import Record
from bbcs.registers import REGISTERS
from bbcs.registers.entry import Period
from bbcs.render import circular_docx, files, web_page
from bbcs.render.table_files import Anchor, make_folder, write_workbook
from bbcs.usecases import month_papers, reports
from bbcs.usecases.ledger_protocol import Ledger
from bbcs.usecases.month_papers import MonthPapers
from bbcs.usecases.office import Office
from bbcs.usecases.period_cases import Step, silent

STAGING = ".bbcs-monthly"
"""Folder in the output folder in which the files are made; while it is there, nobody else writes."""

_LEFT_OVER = 3600.0
"""Seconds without a change after which it was left by a run that was killed."""

Read = Callable[[Callable[[Ledger], MonthPapers]], MonthPapers]
"""Runs a question on the ledger as it stands."""

Log = Callable[[Mapping[str, Any]], None]
"""Keeps one line about a run. May raise OSError."""

Writer = Callable[[MonthPapers, str, Path], list[Path]]
"""Papers, what the names end with, folder -> the files that were written. Raises ExtraMissing, and
TemplateBroken for a template of the office."""


class MonthAsk(Record):
    """Which papers: of a period, as of a moment (None = now), in a form of the registers."""

    period: Period
    as_of: datetime | None = None
    form: str = ""


class WrittenMonth(Record):
    """The papers of a month and their files; skipped: what was not written, and why. warnings: of
    these what somebody has to act on: a template of the office that cannot be filled, a circular
    that was edited since.
    """

    papers: MonthPapers
    files: list[str]
    skipped: list[str]
    warnings: list[str]

    def document(self) -> dict[str, Any]:
        """`report monthly --out --json`."""
        return self.papers.month.document(self.files, self.skipped)


def write_month(
    office: Office,
    ask: MonthAsk,
    folder: Path,
    read: Read,
    anchor: Anchor,
    log: Log,
    step: Step = silent,
) -> WrittenMonth:
    """Write the files of a month into a folder and keep the head of the chain that they print.

    The same snapshot gives the same bytes, whatever the folder is called. Every run leaves one line
    in the log, a refused one too. step: called with the number of cases that were read. Raises
    IdentityBroken, OutputNotWritable, DiskFull, LedgerLocked when somebody else is writing there,
    UsageError for a folder of the home.
    """
    line = {
        "at": office.stamp.now.isoformat(timespec="seconds"),
        "actor": office.stamp.actor,
        "report": "monthly",
        "period": [ask.period.first.isoformat(), ask.period.last.isoformat()],
        "folder": str(folder.absolute()),
    }
    try:
        written = _written(office, folder, partial(read, _question(office, ask, step)), anchor)
    except BbcsError as refused:
        _keep(log, {**line, "exit": refused.exit_code, "code": refused.code})
        raise
    head = written.papers.month.head
    _keep(log, {**line, "exit": 0, "files": len(written.files), "head": head.seq})
    return written


def _keep(log: Log, line: Mapping[str, Any]) -> None:
    with suppress(OSError):  # a full disk has been named already
        log(line)


def _question(office: Office, ask: MonthAsk, step: Step) -> Callable[[Ledger], MonthPapers]:
    def question(ledger: Ledger) -> MonthPapers:
        """The papers, as the ledger stands or stood."""
        then = reports.as_of(ledger, office, ask.as_of)
        return month_papers.read(ledger, then, ask.period, form=ask.form, step=step)

    return question


def _written(
    office: Office, folder: Path, papers_of: Callable[[], MonthPapers], anchor: Anchor
) -> WrittenMonth:
    with _staging(folder, office.home) as staging:
        papers = papers_of()
        names, skipped, warnings = _made(papers, staging)
        anchor(office.home, papers.month.head)
        for name in names:
            files.settle(staging / name, folder / name)
    return WrittenMonth(papers, [str(folder / name) for name in names], skipped, warnings)


def _made(papers: MonthPapers, staging: Path) -> tuple[list[str], list[str], list[str]]:
    """The names of the files that were made in the staging folder, the manifest last; what was
    skipped; what of this somebody has to act on.
    """
    ending, names, skipped, warnings = label(papers.month.period), [], [], []
    for kind, writer in WRITERS.items():
        try:
            names += [path.name for path in writer(papers, ending, staging)]
        except ExtraMissing as missing:
            skipped.append(f"{kind}：{missing.message}")
        except TemplateBroken as wrong:  # the registers do not wait for it
            skipped.append(f"{kind}：{wrong.message}")
            warnings.append(wrong.message)
    data, manifest = f"月报_{ending}.json", f"清单_{ending}.json"
    circular = f"{circular_docx.NAME}_{ending}.docx"
    if circular in names and _edited(staging, circular, manifest):
        names.remove(circular)
        kept = f"{circular} 不是上次写的那一份（多半有人改过），留着没有重写；要新的一份，先把它改名或删去"
        skipped.append(f"docx：{kept}")
        warnings.append(kept)
    document = papers.month.document([*names, data, manifest], skipped)
    _write_json(staging / data, document)
    names.append(data)
    _write_json(staging / manifest, _manifest(papers, names, staging))
    return [*names, manifest], skipped, warnings


def _edited(staging: Path, name: str, manifest: str) -> bool:
    """Whether the file that stands in the output folder is neither the one of the last run, by the
    manifest of that run, nor the one that was made now.
    """
    there = staging.parent / name
    if not there.exists():
        return False
    known = {_sha256(staging / name)}
    with suppress(OSError, ValueError, LookupError, TypeError):  # no manifest, or not one of ours
        last = json.loads((staging.parent / manifest).read_text(encoding="utf-8"))
        known |= {one["sha256"] for one in last["files"] if one["name"] == name}
    return _sha256(there) not in known


def label(period: Period) -> str:
    """What the names of the files of a period end with: `2026-10`, or both days."""
    if reports.is_month(period):
        return f"{period.first:%Y-%m}"
    return f"{period.first}至{period.last}"


def _workbook(papers: MonthPapers, ending: str, folder: Path) -> list[Path]:
    path, month = folder / f"月报_{ending}.xlsx", papers.month
    write_workbook(path, papers.tables, month.office, reports.footer(month.head, month.office))
    return [path]


def _page(papers: MonthPapers, ending: str, folder: Path) -> list[Path]:
    """All tables as one page: for who reads on a screen, and follows a figure to its cases."""
    path, month = folder / f"月报_{ending}.html", papers.month
    footer = reports.footer(month.head, month.office)
    web_page.write(path, papers.tables[0].title, papers.tables, footer)
    return [path]


def _registers(papers: MonthPapers, ending: str, folder: Path) -> list[Path]:
    """A csv of each register: for programs, and for who wants to count again."""
    written = []
    for table in papers.registers:
        path = folder / f"{REGISTERS[table.name]}_{ending}.csv"
        files.write_csv(path, table)
        written.append(path)
    return written


def _circular(papers: MonthPapers, ending: str, folder: Path) -> list[Path]:
    """The circular in Word, to be edited and issued."""
    path = folder / f"{circular_docx.NAME}_{ending}.docx"
    circular_docx.write(path, papers.circular)
    return [path]


WRITERS: Mapping[str, Writer] = {
    "xlsx": _workbook,
    "docx": _circular,
    "html": _page,
    "csv": _registers,
}
"""Kind of file -> what writes it; in this order they stand in the manifest."""


def _manifest(papers: MonthPapers, names: Sequence[str], folder: Path) -> dict[str, Any]:
    """What was printed from which entry, and the SHA-256 of each file."""
    month = papers.month
    return {
        "schema": "bbcs.manifest/1",
        "station": month.head.station,
        "period": {"from": month.period.first.isoformat(), "to": month.period.last.isoformat()},
        "as_of": {"seq": month.head.seq, "digest": month.head.digest},
        "printed_at": month.office.stamp.now.isoformat(timespec="seconds"),
        "files": [
            {
                "name": name,
                "bytes": (folder / name).stat().st_size,
                "sha256": _sha256(folder / name),
            }
            for name in names
        ],
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Piece by piece: the case numbers behind the rates of a large office are many."""
    pieces = json.JSONEncoder(ensure_ascii=False, indent=1).iterencode(document)
    files.write_pieces(path, chain(pieces, "\n"))


# -- the folder ------------------------------------------------------------------------------------


@contextmanager
def _staging(folder: Path, home: Path) -> Iterator[Path]:
    """A folder in the output folder that nobody else has; it is gone after the block, and so is an
    output folder that was made for nothing.
    """
    _check_folder(folder, home)
    fresh = not folder.exists()
    make_folder(folder)
    staging = folder / STAGING
    try:
        _enter(staging)
        try:
            yield staging
        finally:
            rmtree(staging, ignore_errors=True)
    except OSError as failed:
        raise files.refusal(folder / "月报", failed) from failed
    finally:
        if fresh:
            with suppress(OSError):  # not empty: the files are there
                folder.rmdir()


def _check_folder(folder: Path, home: Path) -> None:
    """Raises UsageError for the home or a folder in it (but `out`), OutputNotWritable for what is
    no folder.
    """
    if home.exists() and folder.exists() and folder.samefile(home):
        raise UsageError(
            f"{folder} 是数据目录本身，那里只放台账自己的文件；请写到别处，或写到 {home / 'out'} 里"
        )
    check_output(folder / "月报", home)
    if folder.exists() and not folder.is_dir():
        raise OutputNotWritable(f"{folder} 不是文件夹；--out 请写一个文件夹")


def _enter(staging: Path) -> None:
    """Make the staging folder: who can make it may write. Raises LedgerLocked, OSError."""
    try:
        with suppress(FileNotFoundError):
            if time() - staging.lstat().st_mtime > _LEFT_OVER:
                rmtree(staging, ignore_errors=True)
        staging.mkdir(mode=0o700)
    except FileExistsError as there:
        raise LedgerLocked(
            f"另一个 bbcs 正往 {staging.parent} 写报表，等它写完再试；"
            f"没有别的在写（上次被中断）的，删去 {staging} 再试"
        ) from there
