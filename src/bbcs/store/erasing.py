"""Erasing the personal part of cases: bodies, salts, look-ups, what indexes hold, attachments.

Commitments and digests stay, so the chain holds; which bodies may be missing, the entries `Erased`
say (`store.erased`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bbcs.config.home_files import BACKUPS
from bbcs.record import Record
from bbcs.store import home_log, indexes, transactions
from bbcs.store.engine import QUIET, WAIT, Notify
from bbcs.store.erased import named_files
from bbcs.store.leftovers import sweep_copies
from bbcs.store.opening import engine_of, open_ledger, retry
from bbcs.store.provable import ProvableLedger
from bbcs.usecases import erasure
from bbcs.usecases.ledger import Head
from bbcs.usecases.office import Office


class ErasureDone(Record):
    """What was done. files: how many attachments were removed. left: why bytes of it
    may still be in the ledger's storage, "" where none is. backups: files made before
    that still hold it.
    """

    result: erasure.Erasure
    head: Head
    files: int
    left: str
    backups: tuple[Path, ...]

    def document(self) -> dict[str, Any]:
        """Returns the JSON document `bbcs.erased/1`."""
        return {
            "schema": "bbcs.erased/1",
            "case_nos": list(self.result.case_nos),
            "entries": self.result.entries,
            "seq": self.result.seq or None,
            "attachments": self.files,
            "remnants": [one._asdict() for one in self.result.remnants],
            "settled": not self.left,
            "backups": [str(one) for one in self.backups],
            "head": self.head.document(),
        }


def planned(
    office: Office, cases: Sequence[str], reason: str, basis: str, notify: Notify = QUIET
) -> list[str]:
    """The numbers of the cases, where all of them may be erased; see `usecases.erasure.planned`."""
    return transactions.read(
        office, lambda ledger: erasure.planned(ledger, office, cases, reason, basis), notify=notify
    )


def erase(
    office: Office, cases: Sequence[str], reason: str, basis: str, notify: Notify = QUIET
) -> ErasureDone:
    """Erases the personal part of these cases, all or none, and removes their attachments.

    A second time it removes what an ended program had left. Raises what `usecases.erasure.erase`
    raises, StoreUnreachable where the indexes cannot be written here.
    """

    def work(ledger: ProvableLedger) -> tuple[erasure.Erasure, Head]:
        done = erasure.erase(ledger, office, cases, reason, basis)
        indexes.purge(ledger.session)
        return done, ledger.head()

    done, head = transactions.write(office, work, notify=notify)
    files = retry(lambda: _drop_files(office, notify))
    sweep_copies(office.home)
    left = engine_of(office.station.store).settle(office.home, WAIT)
    return ErasureDone(done, head, files, left, tuple(_backups(office.home)))


def _drop_files(office: Office, notify: Notify) -> int:
    """Removes the attachments that no entry names which was not erased; returns how many. A program
    that ended just before its COMMIT leaves one that no entry names at all.

    After the erasure is kept, for a file cannot be brought back; under the lock, so that nobody
    attaches the same file meanwhile.
    """
    store = office.station.store
    with open_ledger(office.home, write=True, store=store, notify=notify) as ledger:
        kept = {digest for _, digest in named_files(ledger)}
        files = [digest for digest in ledger.session.files.digests() if digest not in kept]
        ledger.session.drop_files(files)
    return len(files)


def _backups(home: Path) -> Iterator[Path]:
    """Copies of the ledger and of its attachments that are known and still there."""
    logged = []
    with suppress(OSError):
        logged = [str(line.get("file") or "") for line in home_log.read(home, home_log.BACKUPS)]
    beside = sorted(home.joinpath(BACKUPS).glob("[!.]*"))
    known = dict.fromkeys([*(Path(one) for one in logged if one), *map(Path.absolute, beside)])
    return (path for path in known if path.exists())
