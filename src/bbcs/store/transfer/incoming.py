"""Makes a home of a full export: every entry is proven before it is written, and the whole after."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from bbcs.config.home_files import ATTACHMENTS, STATION
from bbcs.domain.station import is_code
from bbcs.errors import LedgerBroken, StoreUnreachable
from bbcs.record import Record
from bbcs.store import proof, rule_texts, statements as sql, verify
from bbcs.store.backup.restore import REMINDERS
from bbcs.store.engine import GENESIS, ShowProgress, no_progress
from bbcs.store.fresh_home import Discarded, fresh_home
from bbcs.store.kept_files import is_kept
from bbcs.store.opening import engine_of, open_ledger
from bbcs.store.provable import ProvableLedger
from bbcs.store.transfer.facts import OWN as OWN_FACTS, set_facts
from bbcs.store.transfer.lines import LineReader, damaged, piece
from bbcs.store.upgrade import office_of_home
from bbcs.usecases.ledger import Head, Stamp
from bbcs.usecases.projection import refold

_BLOCK = 1000
"""Entries that are written at a time."""


class FullImport(Record):
    """The home that was made: where, and what its ledger holds. kept: False after a rehearsal."""

    home: Path
    head: Head
    entries: int
    cases: int
    attachments: int
    kept: bool = True

    def document(self) -> dict[str, Any]:
        """Returns the JSON document `bbcs.full_import/1`."""
        return {
            "schema": "bbcs.full_import/1",
            "home": str(self.home),
            "station": self.head.station,
            "entries": self.entries,
            "head": self.head.document(),
            "cases": self.cases,
            "attachments": self.attachments,
            "verified": True,
            "dry_run": not self.kept,
        }


def load(
    file: Path,
    home: Path,
    *,
    dry_run: bool = False,
    show_progress: ShowProgress = no_progress,
    step: Callable[[int], None] = lambda done: None,
) -> FullImport:
    """Makes a home of a full export, in a folder that does not exist yet, or is empty.

    dry_run: does all of it and leaves nothing. step: called with the number of entries read;
    show_progress: of the cases that are then folded.
    Raises UsageError where there is a home or anything else, LedgerBroken for a file that is cut,
    changed or does not verify, StoreUnreachable for one that cannot be read, ForbiddenPlace,
    DiskFull, OutputNotWritable.
    """
    try:
        source = file.open("rb")
    except FileNotFoundError:
        raise StoreUnreachable(f"没有文件 {file}；请检查路径") from None
    except OSError:
        raise StoreUnreachable(f"读不了 {file}；请检查权限") from None
    with source, fresh_home(home, "导入", "--home") as fresh:
        made = _Incoming(LineReader(source), fresh, step).made(show_progress)
        if dry_run:
            raise Discarded
        return made._replace(home=home)
    return made._replace(home=home, kept=False)


class _Incoming:
    """One file on its way into a fresh folder."""

    def __init__(self, reader: LineReader, folder: Path, step: Callable[[int], None]) -> None:
        self._reader, self._folder, self._step = reader, folder, step
        self._lines = iter(reader)
        self._line: dict[str, Any] = next(self._lines)
        self._attachments: list[str] = []

    def made(self, show_progress: ShowProgress) -> FullImport:
        """The home, proven."""
        station, facts = self._head_line()
        self._files()
        if not (self._folder / STATION).is_file():
            raise self._damaged()
        office = office_of_home(self._folder)
        if office.station.code != station:
            raise self._damaged()
        engine = engine_of(office.station.store)
        engine.create(self._folder, station, Stamp("", office.stamp.now), [])
        with open_ledger(self._folder, write=True, engine=engine) as ledger:
            set_facts(ledger, facts)
            self._documents(ledger)
            entries = self._entries(ledger)
            self._attached(ledger)
            self._end(ledger, entries)
            cases = ledger.rebuild(refold(office, ledger), show_progress)
        with open_ledger(self._folder, engine=engine) as ledger:
            _verify(ledger)
            return FullImport(self._folder, ledger.head(), entries, cases, len(self._attachments))

    def _damaged(self) -> LedgerBroken:
        return damaged(self._reader.number)

    def _advance(self) -> None:
        self._line = next(self._lines)

    def _text(self, name: str) -> str:
        value = self._line.get(name)
        if not isinstance(value, str):
            raise self._damaged()
        return value

    def _head_line(self) -> tuple[str, Mapping[str, str]]:
        facts = self._line.get("facts")
        if self._line["record"] != "ledger" or not isinstance(facts, dict):
            raise self._damaged()
        if not all(isinstance(one, str) for one in facts.values()) or facts.keys() & set(OWN_FACTS):
            raise self._damaged()
        station = self._text("station")
        if not is_code(station):
            raise self._damaged()
        self._advance()
        return station, facts

    def _pieces(self, record: str, key: str) -> Iterator[bytes]:
        """The pieces of one file or document; all its lines bear the same name."""
        name = self._text(key)
        while True:
            if self._line["record"] != record or self._line.get(key) != name:
                raise self._damaged()
            last = self._line.get("last")
            yield piece(self._line, self._reader.number)
            self._advance()
            if last is True:
                return

    def _files(self) -> None:
        """Writes the files of the home that come next."""
        while self._line["record"] == "file":
            name = self._text("name")
            if not is_kept(name) or name.startswith(f"{ATTACHMENTS}/"):
                raise self._damaged()
            if (self._folder / name).exists():
                raise self._damaged()
            _write(self._folder / name, self._pieces("file", "name"))

    def _attached(self, ledger: ProvableLedger) -> None:
        """Stores the attachments that come next; each bears its digest as name."""
        files = ledger.session.files
        while self._line["record"] == "file":
            name = self._text("name")
            wanted = name.rpartition("/")[2]
            if name != f"{ATTACHMENTS}/{wanted[:2]}/{wanted}" or not is_kept(name):
                raise self._damaged()
            if files.holds(wanted):
                raise self._damaged()
            digest = sha256()
            files.put(wanted, _counted(digest, self._pieces("file", "name")))
            if digest.hexdigest() != wanted:
                raise self._damaged()
            self._attachments.append(wanted)

    def _documents(self, ledger: ProvableLedger) -> None:
        while self._line["record"] == "document":
            named, number = self._text("sha256"), self._reader.number
            raw = b"".join(self._pieces("document", "sha256"))
            if rule_texts.keep(ledger.session, raw) != named:
                raise damaged(number)

    def _entries(self, ledger: ProvableLedger) -> int:
        """Writes the entries that come next; returns their number."""
        seq, prev = 0, GENESIS.encode()
        entries: list[list[Any]] = []
        bodies: list[tuple[Any, ...]] = []
        while self._line["record"] == "entry":
            seq += 1
            line = self._line
            prev = self._proven(line, ledger.station, seq, prev)
            entries.append([line[name] for name in sql.ENTRY])
            if line["body"] is not None:
                bodies.append((ledger.station, seq, bytes.fromhex(line["salt"]), line["body"]))
            if len(entries) == _BLOCK:
                _put(ledger, entries, bodies)
            self._step(seq)
            self._advance()
        _put(ledger, entries, bodies)
        return seq

    def _proven(self, line: Mapping[str, Any], station: str, seq: int, prev: bytes) -> bytes:
        """The digest of an entry that follows the one before it."""
        try:
            row = [_stored(line[name]) for name in sql.PROOF]
            body = line["body"]
            salt = None
            if body is not None:
                salt, body = bytes.fromhex(line["salt"]), body.encode()
            if (line["station"], line["station_seq"]) != (station, seq):
                raise self._damaged()
            fault = proof.fault([*row, salt, body], prev, sha256)
            if fault and (fault, line["salt"]) != ("body", None):  # erased: proven at the end
                raise self._damaged()
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._damaged() from None
        return line["digest"].encode()  # type: ignore[no-any-return]

    def _end(self, ledger: ProvableLedger, entries: int) -> None:
        """Proves that everything was there: the head, and every attachment that an entry names."""
        wanted = {
            "entries": entries,
            "head": ledger.head().document(),
            "attachments": len(self._attachments),
        }
        if self._line["record"] != "end" or any(
            self._line.get(name) != value for name, value in wanted.items()
        ):
            raise self._damaged()
        if verify.named_digests(ledger) != self._attachments:
            raise damaged()


def _stored(value: Any) -> Any:
    """A value as the verifier reads it."""
    return value.encode() if isinstance(value, str) else value


def _put(ledger: ProvableLedger, entries: list[list[Any]], bodies: list[tuple[Any, ...]]) -> None:
    """Writes what was collected and empties both lists."""
    ledger.session.put(sql.INSERT_ENTRY, sql.ENTRY, entries)
    ledger.session.put(sql.INSERT_PERSONAL, sql.PERSONAL, bodies)
    entries.clear()
    bodies.clear()


def _verify(ledger: ProvableLedger) -> None:
    """Raises LedgerBroken where the new ledger has a defect that a backup may not have either."""
    findings = [one for one in ledger.verify() if one.code not in REMINDERS]
    if findings:
        raise LedgerBroken(
            f"导入后的台账核验不通过（{len(findings)} 处，如 {findings[0].where}：{findings[0].what}）；"
            "没有导入任何内容，请在原来的台账 bbcs ledger verify --full"
        )


def _counted(digest: Any, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, which the digest has taken in."""
    for one in pieces:
        digest.update(one)
        yield one


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    """Writes a new file for its owner only, flushed to the disk."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        for raw in pieces:
            target.write(raw)
        target.flush()
        with suppress(OSError):  # not every file system can
            os.fsync(target.fileno())
