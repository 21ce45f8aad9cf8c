"""One foreign ledger: opened, checked, and read as tables and records."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import chain
from pathlib import Path
from typing import IO, Any, BinaryIO

from bbcs.domain.masking import free_text
from bbcs.errors import DiskFull, ImportRejected, UsageError, is_full, unreadable
from bbcs.ingest import child, guard, records, sheets, tables, text_files
from bbcs.ingest.columns import NearHeader, SourceColumn
from bbcs.ingest.records import Cleaner, SourceRow
from bbcs.ingest.side_tables import SideTable
from bbcs.ingest.table_lines import Line, Skipped, SourceTable
from bbcs.ingest.vocabulary import Vocabulary
from bbcs.record import Record

STDIN = "-"


class SheetReport(Record):
    """What was found in one sheet or one of its tables.

    role: data, without columns for an empty list; notes where no table of cases is; hidden for a
    hidden sheet with a table, which is not read, dictionary for one without; side for a small table
    beside a ledger, which is left out. header_rows: 0 where the header is that of the sheet before.
    last: the last data row. year: that its titles tell. hidden_rows: data rows that are hidden in
    the sheet; they are read like the others. left: the first column of a small table, 0 where it
    stands below the ledger. uncounted: columns with formulas that have no value.
    """

    name: str
    role: str
    hidden: bool
    header_row: int = 0
    header_rows: int = 0
    first: int = 0
    last: int = 0
    rows: int = 0
    columns: tuple[SourceColumn, ...] = ()
    titles: tuple[str, ...] = ()
    year: int = 0
    skipped: tuple[tuple[str, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    left: int = 0
    uncounted: tuple[str, ...] = ()

    @property
    def lacks(self) -> tuple[str, ...]:
        """Columns that a ledger of cases has and none of the header was taken for."""
        if self.role != "data" or not self.columns:
            return ()
        fields = {column.field for column in self.columns}
        return tuple(
            names[0]
            for names in (("received_at",), ("matter", "demand"), ("reporter",))
            if fields.isdisjoint(names)
        )


class Source:
    """A file that is being read.

    `reports` and `encoding` are whole when `rows` has come to its end.
    """

    def __init__(
        self, stream: BinaryIO, name: str, kind: guard.FileKind, encoding: str, sha256: str
    ) -> None:
        self._stream, self._named = stream, encoding
        self.name, self.kind, self.sha256 = name, kind, sha256
        self.encoding = encoding or kind.name
        self.reports: list[SheetReport] = []
        self._near = ""  # what is nearest to a header, for a file without one

    def rows(
        self, words: Vocabulary, today: date, year: int = 0, hidden: bool = False
    ) -> Iterator[SourceRow]:
        """The cleaned data rows of all sheets, in order.

        Hidden sheets are reported and not read.

        year: of days without one, 0 = as titles tell. hidden: hidden sheets are read too. Raises
        ImportRejected when the file cannot be read, or holds no table.
        """
        self.reports.clear()
        self._near = ""
        self._stream.seek(0)  # the rows may be asked for again
        return records.numbers(self._rows(words, today, year, hidden))

    def read_sheets(self, signs: str = text_files.SIGNS) -> Iterator[sheets.Sheet]:
        """The sheets as they stand. signs: what may stand between the cells of a CSV file.

        Raises ImportRejected when the file cannot be read.
        """
        if self.kind.name in ("xlsx", "xls", "ods"):
            return child.workbook(self._stream, self.name, self.kind)
        self.encoding, sheet = text_files.read(
            self._stream, self.name, self.kind.name, self._named, signs
        )
        if self.kind.name == "json":
            rows = iter(sheet.rows)
            first = next(rows, None)
            if first is None:  # an empty list: another system had nothing to tell
                self.reports.append(SheetReport(sheet.name, "data", hidden=False))
                return iter(())
            sheet = sheet._replace(rows=chain([first], rows))
        return iter([sheet])

    def _rows(self, words: Vocabulary, today: date, year: int, hidden: bool) -> Iterator[SourceRow]:
        before: list[SourceTable] = []
        for sheet in self.read_sheets():
            if sheet.hidden and not hidden:
                first = next(tables.items(sheet, words), None)
                role = "hidden" if isinstance(first, SourceTable) else "dictionary"
                self.reports.append(SheetReport(sheet.name, role, hidden=True))
                continue
            yield from self._of_sheet(sheet, words, today, year, before)
        if not any(report.role == "data" for report in self.reports):
            raise ImportRejected(
                f"{self.name} 里没有找到台账的表头；表头至少要有三栏认得出（如 受理时间、反映人、反映内容），"
                f"别的叫法请用 --map 对照；{self._near}见 bbcs help import"
            )

    def _of_sheet(
        self,
        sheet: sheets.Sheet,
        words: Vocabulary,
        today: date,
        year: int,
        before: list[SourceTable],
    ) -> Iterator[SourceRow]:
        """The rows of one sheet. before: the last table of the sheets before, none or one; it becomes
        that of this sheet.
        """
        report = SheetReport(sheet.name, "notes", sheet.hidden)
        cleaner: Cleaner | None = None
        skipped: dict[str, int] = {}
        beside: list[SheetReport] = []
        first = last = rows = 0
        hidden, hidden_numbers = self.kind.hidden_rows.get(sheet.name, ()), list[int]()
        for item in tables.items(sheet, words, before[-1] if before else None):
            if isinstance(item, SourceTable):
                self._tell(report, (first, last, rows), hidden_numbers, skipped)
                skipped, hidden_numbers, first, last, rows = {}, [], 0, 0, 0
                report = SheetReport(
                    sheet.name, "data", sheet.hidden, item.header_row, item.header_rows,
                    columns=item.columns, titles=item.titles, year=year or item.year,
                    uncounted=tuple(sorted(self.kind.uncounted.get(sheet.name, ()))),
                )  # fmt: skip
                before[:] = [item]
                cleaner = Cleaner(item, words, year, self.kind.from_1904, today)
            elif isinstance(item, SideTable):
                beside.append(_side_report(sheet, item))
            elif isinstance(item, NearHeader):
                self._near = self._near or _near_line(sheet.name, item)
            elif isinstance(item, Skipped):
                skipped[item.why] = skipped.get(item.why, 0) + 1
                if cleaner and item.year:
                    cleaner.entitled(item.year)
            elif isinstance(item, Line) and cleaner:
                first, last, rows = first or item.number, item.number, rows + 1
                if hidden and item.number in hidden:
                    hidden_numbers.append(item.number)
                yield cleaner.record(item)
        self._tell(report, (first, last, rows), hidden_numbers, skipped, end=True)
        self.reports += beside

    def _tell(
        self,
        report: SheetReport,
        span: tuple[int, int, int],
        hidden: list[int],
        skipped: dict[str, int],
        *,
        end: bool = False,
    ) -> None:
        """Adds the report of one table. span: its first and last row, and how many it has."""
        if report.role == "data" or end:
            first, last, rows = span
            counted = tuple(sorted(skipped.items()))
            whole = report._replace(first=first, last=last, rows=rows, skipped=counted)
            self.reports.append(whole._replace(hidden_rows=tuple(hidden)))


def _side_report(sheet: sheets.Sheet, side: SideTable) -> SheetReport:
    return SheetReport(
        sheet.name,
        "side",
        sheet.hidden,
        side.first,
        first=side.first,
        last=side.last,
        left=side.left,
    )


def _near_line(sheet: str, row: NearHeader) -> str:
    known, others = "、".join(row.known), "、".join(map(sheets.letters, row.others[:_NAMED]))
    more = " …" if len(row.others) > _NAMED else ""
    asked = f"，另有 {len(row.others)} 栏不认得：{others}{more}" if others else ""
    return f"工作表 {sheet} 第 {row.number} 行最像表头，认得 {known}{asked}；"


_NAMED = 12
"""Most columns without a known header that a refusal names."""


@contextmanager
def opened(
    path: str, encoding: str = "", stdin: Callable[[], IO[bytes]] | None = None
) -> Iterator[Source]:
    """A checked file, or standard input (`-`), ready to be read.

    What is read is a private copy: a file that somebody changes meanwhile is read as it was.
    Raises ImportRejected, DiskFull, and StoreUnreachable where the file cannot be opened.
    """
    with tempfile.TemporaryFile(prefix="bbcs-import-") as copy:
        name = "标准输入" if path == STDIN else Path(path).name
        try:
            if path == STDIN:
                shutil.copyfileobj(_standard_input(stdin), copy)
            else:
                _copied(Path(path), copy, name)
            copy.seek(0)
        except OSError as error:
            if not is_full(error):
                raise unreadable(free_text(name or path), error) from error
            raise DiskFull(f"临时文件夹放不下 {name}，没有读；请先腾出空间") from error
        digest = hashlib.file_digest(copy, "sha256").hexdigest()
        copy.seek(0)
        kind = guard.checked(copy, name)
        yield Source(copy, name, kind, encoding, digest)


def _standard_input(stdin: Callable[[], IO[bytes]] | None) -> IO[bytes]:
    if stdin is not None:
        return stdin()
    if sys.stdin is None:
        raise UsageError("标准输入是关着的，读不到内容；请用文件，或把内容用管道送进来")
    return sys.stdin.buffer


def _copied(path: Path, copy: Any, name: str) -> None:
    """Copies the file; ImportRejected when it changes meanwhile."""
    with path.open("rb") as source:
        was = os.fstat(source.fileno())
        shutil.copyfileobj(source, copy, 1 << 20)
        now = path.stat()
    if (was.st_size, was.st_mtime_ns) != (
        now.st_size,
        now.st_mtime_ns,
    ) or copy.tell() != was.st_size:
        raise ImportRejected(f"{name} 正在被别的程序改动；请保存并关闭后再导入")
