"""Moves a ledger from one engine to another: from the home's file into a county's database, and back.

The old ledger is locked, copied, and both are written out whole: only when the bytes agree does the
new one stay, is the old one marked, and does the station file name the new place. Until the old one
is marked, the new one says that it is not used yet, and a county leaves it out. Whoever waited for
the old one meanwhile is refused. After an end of the program at any time a second `move` goes on
where the first one ended, and nothing is lost.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from platform import node
from typing import TYPE_CHECKING, Any

from bbcs.config import station_file
from bbcs.config.home_files import ATTACHMENTS, BACKUPS, LEDGER
from bbcs.domain.station import is_database
from bbcs.errors import BbcsError, LedgerBroken, UsageError
from bbcs.record import Record
from bbcs.store import indexes, statements as sql
from bbcs.store.backup.restore import REMINDERS
from bbcs.store.engine import ARRIVING, MOVED, QUIET, Notify, ShowProgress, no_progress
from bbcs.store.kept_files import small_files
from bbcs.store.opening import engine_of, open_ledger
from bbcs.store.provable import ProvableLedger
from bbcs.store.transfer.copying import put_rows
from bbcs.store.transfer.facts import MOVING, ORIGIN
from bbcs.store.transfer.lines import LineWriter
from bbcs.store.transfer.outgoing import put_whole
from bbcs.store.transfer.statements import DROP_BODIES
from bbcs.store.verify import named_digests
from bbcs.usecases.ledger import Head
from bbcs.usecases.office import Office, need
from bbcs.usecases.projection import refold

if TYPE_CHECKING:
    from bbcs.store.engine_protocol import Engine

FILE = "file"
"""The name of the home's own file, as a place to move to."""


class Moved(Record):
    """A ledger that was moved. sha256: of the full export, the same of both. old: where the old file
    lies now, where it was a file."""

    station: str
    before: str
    after: str
    head: Head
    cases: int
    sha256: str
    old: Path | None = None

    def document(self) -> dict[str, Any]:
        """Returns the JSON document `bbcs.moved/1`."""
        return {
            "schema": "bbcs.moved/1",
            "station": self.station,
            "from": self.before,
            "to": self.after,
            "entries": self.head.seq,
            "head": self.head.document(),
            "cases": self.cases,
            "sha256": self.sha256,
            "verified": True,
            "old": str(self.old) if self.old else None,
        }


def move(
    office: Office,
    store: str,
    *,
    show_progress: ShowProgress = no_progress,
    notify: Notify = QUIET,
) -> Moved:
    """Moves the ledger of a home. store: `postgresql://…`, or `FILE` for the home's own file.

    Nobody writes meanwhile. Raises NotPermitted; UsageError where it lies there already, or another
    ledger does; LedgerBroken for a ledger that does not verify; StoreUnreachable, DiskFull.
    """
    need(office, "搬台账", "admin")
    home, before = office.home, office.station.store
    after = "" if store == FILE else store
    check_target(before, store)
    target, mark = engine_of(after), after or _mark_of(home)
    _refuse_same(home, before, after)
    arrived = _begin(home, before, store, mark, notify)
    try:
        with open_ledger(home, write=True, store=before, moved=True, notify=notify) as old:
            _refuse_unproven(old, "原来的台账")
            kept = _make_room(target, home, office, old)
            with open_ledger(home, write=True, engine=target, moved=True, notify=notify) as new:
                _refuse_other(old, new, _mark_of(home))
                put_rows(old, new)
                new.remember(ORIGIN, _mark_of(home))
                new.remember(MOVED, f"{ARRIVING}{_mark_of(home)}")
                cases = new.rebuild(refold(office, new), show_progress)
                digest = _compare_exports(old, new, home)
                _refuse_unproven(new, "搬过去的台账")
                head, arrived = new.head(), True
            old.remember(MOVED, mark)
            old.forget(MOVING)
    except BbcsError as refused:
        if not arrived or isinstance(refused, UsageError):  # no copy is left to finish with
            _forget(home, engine_of(before), MOVING, notify)
        raise
    _forget(home, target, MOVED, notify)
    station_file.write(home, station_file.read(home)._replace(store=after))
    if before:
        _clear(home, before, notify)
    else:
        kept = _put_aside(home, head)
    return Moved(office.station.code, before or FILE, after or FILE, head, cases, digest, kept)


def check_target(before: str, store: str) -> None:
    """Raises UsageError where a ledger cannot be moved to, or is already. before: where it is."""
    if store != FILE and not is_database(store):
        raise UsageError("--to 应是 postgresql://主机/数据库，或 file（搬回数据目录）")
    if (store == FILE and not before) or store == before:
        raise UsageError(f"台账本来就在那里（{before or FILE}）；没有搬动")
    engine_of("" if store == FILE else store)


def _refuse_same(home: Path, before: str, after: str) -> None:
    """Raises UsageError where two addresses are of one database: its lock would be waited for."""
    if before and after and engine_of(before).place(str(home)) == engine_of(after).place(str(home)):
        raise UsageError(
            f"台账本来就在那里：{after} 和 {before} 是同一个数据库；没有搬动，"
            "只换地址的写法请改 station.toml 的 store"
        )


def _begin(home: Path, before: str, store: str, mark: str, notify: Notify) -> bool:
    """Keeps in the ledger where it is being moved to, so that an unfinished move is known; whether
    one to there is. Raises UsageError for one that was moved elsewhere.
    """
    with open_ledger(home, write=True, store=before, moved=True, notify=notify) as old:
        if old.session.meta.get(MOVED, mark) != mark:
            raise UsageError(
                f"这本台账已搬到 {old.session.meta[MOVED]}；没有搬动，请用那里的数据目录"
            )
        unfinished = old.session.meta.get(MOVING) == store
        old.remember(MOVING, store)
        return unfinished


def _forget(home: Path, engine: Engine, name: str, notify: Notify) -> None:
    with open_ledger(home, write=True, engine=engine, moved=True, notify=notify) as ledger:
        ledger.forget(name)


def _mark_of(home: Path) -> str:
    """What a ledger that went into the file of a home says of it: a copy of the home is another."""
    return f"{FILE} {node()}:{home.resolve()}"[:_LONGEST]


_LONGEST = 200
"""Characters of a fact beside the chain."""


def _clear(home: Path, store: str, notify: Notify) -> None:
    """Takes out of a database what names people and what can be made again; entries stay.

    The ledger is marked as moved before: nobody reads it any more.
    """
    with open_ledger(home, write=True, store=store, moved=True, notify=notify) as old:
        old.session.drop_files(list(filter(old.session.files.holds, named_digests(old))))
        for text in (DROP_BODIES, *sql.CLEAR):
            old.session.execute(text)
        for index in indexes.INDEXES:
            index.of(old.session).clear()


def _make_room(target: Engine, home: Path, office: Office, old: ProvableLedger) -> Path | None:
    """Sees that there is an empty ledger, or the beginning of this one; a file that was moved away
    once is put aside.
    """
    kept = None
    if target.name == "sqlite" and (home / LEDGER).exists():
        kept = _put_aside(home, old.head())
    if not target.holds_entries(home):
        target.create(home, office.station.code, office.stamp, [])
    return kept


def _put_aside(home: Path, head: Head) -> Path:
    """Gives the file that is not used any more a name in the folder of backups, with its
    attachments: none of them is read from the home again.
    """
    folder = home / BACKUPS
    folder.mkdir(mode=0o700, exist_ok=True)
    number, target = 0, folder / f"ledger-moved-{head.seq}.db"
    while target.exists():
        number += 1
        target = folder / f"ledger-moved-{head.seq}-{number}.db"
    (home / LEDGER).rename(target)
    files = home / ATTACHMENTS
    if files.is_dir() and any(files.iterdir()):
        files.rename(target.with_suffix(f".{ATTACHMENTS}"))
        files.mkdir(mode=0o700)
    return target


def _refuse_other(old: ProvableLedger, new: ProvableLedger, own: str) -> None:
    """The target is empty, or how this ledger begins, as an earlier move of this home left it: a
    restored copy of a ledger that is in use has no business there.
    """
    last = new.session.one(sql.HEAD)
    if last and own not in (new.session.meta.get(ORIGIN), new.session.meta.get(MOVED)):
        raise UsageError(
            f"那里已有 {new.station} 站的台账（{last[0]} 条），是别的数据目录在用；没有搬动"
        )
    if last and old.digest_at(last[0]) != last[1]:
        raise UsageError(
            f"那里已有 {new.station} 站另一本台账（{last[0]} 条）；没有搬动，请核对站码和地址"
        )


def _compare_exports(old: ProvableLedger, new: ProvableLedger, home: Path) -> str:
    """The SHA-256 of the full export, which must be that of both."""
    files = small_files(home)
    before, after = (_digest(one, files) for one in (old, new))
    if before != after:
        raise LedgerBroken("搬过去的台账与原来的不一致，没有搬动；请再试一次")
    return before


class _Sink:
    """Takes the bytes of a full export, and keeps their digest only."""

    def __init__(self) -> None:
        self.digest = sha256()

    def write(self, raw: bytes) -> int:
        self.digest.update(raw)
        return len(raw)


def _digest(ledger: ProvableLedger, files: dict[str, bytes]) -> str:
    sink: Any = _Sink()
    put_whole(ledger, files, LineWriter(sink), lambda done: None)
    return str(sink.digest.hexdigest())


def _refuse_unproven(ledger: ProvableLedger, what: str) -> None:
    findings = [one for one in ledger.verify() if one.code not in REMINDERS]
    if findings:
        raise LedgerBroken(
            f"{what}核验不通过（{len(findings)} 处，如 {findings[0].where}：{findings[0].what}）；没有搬动"
        )
