"""One file into the ledger: its words and maps, the rehearsal or the real run, what was found in
it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

import bbcs.ingest.source as sources
from bbcs.config import toml
from bbcs.config.files import write_whole
from bbcs.errors import UnknownWord
from bbcs.ingest import encodings
from bbcs.ingest.source import SheetReport
from bbcs.ingest.vocabulary import NO_MAP, Map, read_map, vocabulary
from bbcs.record import Record
from bbcs.usecases import batches, imports
from bbcs.usecases.batches import Access
from bbcs.usecases.import_rows import ImportAsk
from bbcs.usecases.imports import ImportOutcome
from bbcs.usecases.office import Office

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Batch, Ledger

MAP_FILE = Path("maps") / "columns.toml"
"""Where a home remembers what its headers mean."""


class ImportWanted(Record):
    """What is asked for. path: a file, `-` for standard input.

    year: of days without one, 0 = as titles tell.

    map: what the user adds to what the home remembers. hidden: hidden sheets are read too. show:
    how many good rows are shown. skip_bad: see `imports.run`.
    """

    path: str
    source: str = ""
    encoding: str = ""
    year: int = 0
    map: Map = NO_MAP
    hidden: bool = False
    skip_bad: bool = False
    show: int = 20


class ImportDone(Record):
    """What came of it. result: the rows; stored: whether anything was written; file: its name; source:
    as it was asked for.
    """

    file: str
    encoding: str
    reports: tuple[SheetReport, ...]
    result: ImportOutcome
    stored: bool
    source: str = ""


def import_file(
    office: Office,
    wanted: ImportWanted,
    view: Access,
    write: Access | None,
    *,
    step: Callable[[int], None] = lambda done: None,
    stdin: Callable[[], IO[bytes]] | None = None,
) -> ImportDone:
    """Reads a file, and writes what its rows prove.

    Every row is decided on a view of the ledger that holds no lock; what is to be written is made
    ready there, and put in at once. write: None for a rehearsal, which decides in the same way.
    Raises ImportRejected for a file that cannot be read, StoreUnreachable for one that cannot be
    opened, LedgerConflict where others write all the time, NotPermitted, UnknownWord.
    """
    if wanted.encoding and wanted.encoding not in encodings.NAMES:
        raise UnknownWord("--encoding", wanted.encoding, list(encodings.NAMES))
    own = _home_map(office.home).with_(wanted.map)
    words = vocabulary(own, imports.spelt(office.pack), imports.printed(office.pack))
    today = office.stamp.now.date()
    with sources.opened(wanted.path, wanted.encoding, stdin) as source:
        ask = ImportAsk(source.name, source.sha256, wanted.source, own.units, wanted.skip_bad)

        def decide(ledger: Ledger, batch: Batch | None) -> ImportOutcome:
            rows = source.rows(words, today, wanted.year, wanted.hidden)
            return imports.run(ledger, office, rows, ask, batch, keep=wanted.show, step=step)

        if write is None:
            result, stored = view(lambda ledger: decide(ledger, None)), False
        else:
            result, stored = batches.written(decide, view, write)
        return ImportDone(
            source.name, source.encoding, tuple(source.reports), result, stored, wanted.source
        )


def _home_map(home: Path) -> Map:
    """What the home remembers of headers and words."""
    path = home / MAP_FILE
    if not path.is_file():
        return NO_MAP
    return read_map(path.read_text(encoding="utf-8"), str(MAP_FILE))


def remember(home: Path, added: Map) -> None:
    """Keeps what the user added for the next import. Raises OutputNotWritable, DiskFull."""
    if added == NO_MAP:
        return
    whole = _home_map(home).with_(added)
    (home / MAP_FILE).parent.mkdir(mode=0o700, exist_ok=True)
    write_whole(home / MAP_FILE, toml.dumps(whole.data).encode())
