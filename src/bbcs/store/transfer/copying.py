"""Copies the ledger of one engine into one of another, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bbcs.config.home_files import KEY
from bbcs.store import rule_texts, statements as sql
from bbcs.store.engine import QUIET, WAIT
from bbcs.store.erased import unnamed_files
from bbcs.store.provable import ProvableLedger
from bbcs.store.sqlite import ENGINE
from bbcs.store.sqlite.session import SqliteSession
from bbcs.store.transfer import statements
from bbcs.store.transfer.facts import set_facts
from bbcs.store.upgrade import office_of_home
from bbcs.store.verify import named_digests
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.projection import refold

if TYPE_CHECKING:
    from bbcs.store.engine_protocol import Engine

_BLOCK = 1000
"""Rows that are written at a time."""


def into_file(engine: Engine, home: Path, target: Path) -> None:
    """Writes the ledger of a home, and its attachments beside it, as they stand now.

    target: `ledger.db` in a folder that becomes a home. Raises the refusals of opening and writing.
    """
    office = office_of_home(home)
    session = engine.snapshot(str(home), wait=WAIT, notify=QUIET)
    made = None
    try:
        source = ProvableLedger(session, str(home), write=False)
        _copy_key(home, target.parent)
        ENGINE.create(target.parent, source.station, Stamp("", office.stamp.now), [])
        made = ENGINE.open(str(target.parent), write=True, wait=WAIT, notify=QUIET)
        copied = ProvableLedger(made, str(target.parent), write=True)
        put_rows(source, copied)
        copied.rebuild(refold(office, copied))
        copied.finish()
    except session.errors as error:
        raise session.refusal(error) from error
    except SqliteSession.errors as error:
        raise (made or session).refusal(error) from error
    finally:
        if made is not None:
            made.close()
        session.close()


def _copy_key(home: Path, folder: Path) -> None:
    """The key of the look-ups, which the projections of people are made with."""
    if (home / KEY).is_file() and not (folder / KEY).exists():
        (folder / KEY).write_bytes((home / KEY).read_bytes())


def put_rows(source: ProvableLedger, target: ProvableLedger) -> None:
    """Facts, texts of rules, entries, personal bodies and attachments, as they are stored.

    What the target holds already, which must be how the source begins, is not written again; bodies
    and files that the source has erased since are taken out of it.
    """
    set_facts(target, source.session.meta)
    for digest, raw in source.session.all(sql.DOCUMENTS):
        if rule_texts.text(target.session, digest) is None:
            target.session.execute(sql.PUT_DOCUMENT, sha256=digest, raw=raw)
    last = target.session.one(sql.HEAD)  # not `head`, which is kept: rows are put in behind it
    after = last[0] if last else 0
    for rows in _blocks(source.session.stream(statements.ENTRIES_AFTER, after=after)):
        target.session.put(sql.INSERT_ENTRY, sql.ENTRY, rows)
    _put_bodies(source, target)
    _put_files(source, target)


def _put_bodies(source: ProvableLedger, target: ProvableLedger) -> None:
    """Makes the personal bodies those of the source."""
    there = {seq for (seq,) in target.session.stream(statements.BODY_NUMBERS)}
    wanted = {seq for (seq,) in source.session.stream(statements.BODY_NUMBERS)}
    for seq in sorted(there - wanted):
        target.session.execute(sql.DROP_BODY, seq=seq)
    bodies = source.session.stream(statements.BODIES)
    place = sql.PERSONAL.index("station_seq")
    missing = (row for row in bodies if row[place] not in there)
    for rows in _blocks(missing):
        target.session.put(sql.INSERT_PERSONAL, sql.PERSONAL, rows)


def _put_files(source: ProvableLedger, target: ProvableLedger) -> None:
    """Makes the attachments those of the source."""
    files = target.session.files
    target.session.drop_files(list(filter(files.holds, unnamed_files(source))))
    for digest in named_digests(source):
        files.put(digest, source.session.files.pieces(digest))


def _blocks(rows: Iterable[Any]) -> Iterator[Sequence[Any]]:
    left = iter(rows)
    while block := list(islice(left, _BLOCK)):
        yield block
