"""Rows of a foreign ledger into the ledger, and what came of them.

A row is known again by its foreign number, without one by its content; so a second import of the
same rows adds nothing. What is to be written is made ready in a batch, which is put into the ledger
later; a rehearsal decides each row in the same way, without one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from bbcs.domain.event import Draft
from bbcs.domain.pack import AXES, RulePack
from bbcs.errors import ImportRejected
from bbcs.ingest.codes import Problem
from bbcs.ingest.records import SourceRow
from bbcs.ingest.sheets import Cell
from bbcs.record import Record
from bbcs.usecases.import_rows import CHANGED, NEW, UNCHANGED, ImportAsk, RowImport, RowResult
from bbcs.usecases.office import Office, need

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Batch, Ledger

ROLE = "admin"

SOME = 200
"""Rows that are decided together."""

MOST_REJECTED = 50_000
"""Rejected rows after which nobody reads on: the file is not what it was taken for."""


class BadRow(Record):
    """A row with problems. raw: the cells of a rejected one as they stood."""

    sheet: str
    number: int
    source_no: str
    problems: tuple[Problem, ...]
    raw: Sequence[Cell] = ()


class ImportOutcome:
    """What an import did, counted row by row: the rows that were rejected or warned, and the first
    good ones.
    """

    def __init__(self, kept: int) -> None:
        """kept: how many good rows are kept here at most, to be shown.

        `ready`: whether a batch holds all that is to be written.
        """
        self._most = kept
        self._problems: dict[Problem, Problem] = {}
        self.batch, self.ready = "", False
        self.total = self.consultations = 0
        self.counts = {NEW: 0, CHANGED: 0, UNCHANGED: 0}
        self.created = self.extended = self.counted = 0
        self.shown: list[RowResult] = []
        self.rejected: list[BadRow] = []
        self.warned: list[BadRow] = []

    @property
    def size(self) -> int:
        """How many rows it read."""
        return self.total

    @property
    def stores(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.created or self.extended or self.counted)

    def add(self, result: RowResult) -> None:
        """Counts one row."""
        row = result.row
        self.total += 1
        if not result.did:
            self.rejected.append(self._bad(row)._replace(raw=row.raw))
            return
        self.counts[result.did] += 1
        self.consultations += row.consultation
        if row.problems:
            self.warned.append(self._bad(row))
        if len(self.shown) < self._most:
            self.shown.append(result._replace(row=row._replace(raw=())))

    def _bad(self, row: SourceRow) -> BadRow:
        """The row without its fields; problems that are the same are kept once."""
        problems = tuple(self._problems.setdefault(one, one) for one in row.problems)
        return BadRow(row.sheet, row.number, row.fields.get("source_no") or "", problems)


def spelt(pack: RulePack) -> dict[str, dict[str, str]]:
    """Axis -> word of the pack -> its key, as far as columns of foreign ledgers are words of an
    axis.
    """
    axes = {
        axis: axis for axis in ("channel", "difficulty", "demand_kind", "outcome") if axis in AXES
    }
    return {
        name: {
            text: word.key
            for word in pack.words.get(axis, {}).values()
            for text in (word.key, word.label, *word.aliases)
        }
        for name, axis in axes.items()
    }


def printed(pack: RulePack) -> dict[str, str]:
    """Header of the place's own work register -> column: what is printed here comes back."""
    register = pack.registers.get("work")
    columns = register.columns if register else ()
    return {header: "source_no" if name == "case_no" else name for name, header in columns}


def run(
    ledger: Ledger,
    office: Office,
    rows: Iterable[SourceRow],
    ask: ImportAsk,
    batch: Batch | None,
    *,
    keep: int = 20,
    step: Callable[[int], None] = lambda done: None,
) -> ImportOutcome:
    """Decides what becomes of each row, and makes ready what they prove and one entry that tells of
    the batch.

    batch: None for a rehearsal, which decides in the same way. Once a row was rejected, and
    `skip_bad` was not asked for, nothing is made ready any more. step: called with the number of
    rows that are done. Raises NotPermitted; ImportRejected after `MOST_REJECTED` rejected rows.
    """
    need(office, "导入台账", ROLE)
    name = _next_batch(ledger, office.stamp.now.date())
    importing, result = RowImport(ledger, office, ask, name), ImportOutcome(keep)
    coming = iter(rows)
    while some := list(islice(coming, SOME)):
        decided = importing.decide(some)
        for one in decided:
            result.add(one.result)
            if len(result.rejected) > MOST_REJECTED:
                raise _rubbish(ask, one.result.row)
        if batch and (ask.skip_bad or not result.rejected):
            importing.write(decided, batch)
        step(result.total)
    result.created, result.extended = importing.created, importing.extended
    result.counted, result.batch = importing.counted, name
    if batch and result.stores and (ask.skip_bad or not result.rejected):
        result.ready = True
        _tell(ledger, batch, office, ask, result)
    return result


def _rubbish(ask: ImportAsk, row: SourceRow) -> ImportRejected:
    return ImportRejected(
        f"{ask.file} 到 {row.sheet} 第 {row.number} 行为止，不能导入的已超过 {MOST_REJECTED} 行，没有再读，"
        "也没有写入；多半是表头或日期不是这里认的样子，请先取前几十行试（--dry-run）"
    )


def _tell(
    ledger: Ledger, batch: Batch, office: Office, ask: ImportAsk, result: ImportOutcome
) -> None:
    """The entry that tells of the batch, after those of its rows."""
    facts = {
        "batch": result.batch,
        "file": ask.file,
        "sha256": ask.sha256,
        "source": ask.source,
        "rows": result.total,
        "created": result.created,
        "extended": result.extended,
        "consultations": result.counted,
        "rejected": len(result.rejected),
        "entries": batch.entries,
    }
    drafts = ledger.check([Draft("Imported", office.stamp.now, facts)])
    batch.append("", 0, drafts, office.stamp)


def _next_batch(ledger: Ledger, day: date) -> str:
    """The name of the next batch of a day: `20261129-1`."""
    used = [event.data["batch"] for event in ledger.office_wide(("Imported",))]
    today = [name for name in used if name.startswith(f"{day:%Y%m%d}-")]
    return f"{day:%Y%m%d}-{len(today) + 1}"
