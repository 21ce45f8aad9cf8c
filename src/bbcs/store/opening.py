"""`open_ledger`: the only way to a ledger.

The station file's `store` says which engine holds it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from bbcs.config import station_file
from bbcs.config.home_files import STATION
from bbcs.domain.event import Unreadable
from bbcs.domain.station import is_database
from bbcs.errors import LedgerLocked, StoreUnreachable, UsageError
from bbcs.store.engine import ARRIVING, MOVED, QUIET, WAIT, NeedsUpgrade, Notify, Session
from bbcs.store.location import unreadable
from bbcs.store.provable import ProvableLedger
from bbcs.store.sqlite import ENGINE

if TYPE_CHECKING:
    from bbcs.store.engine_protocol import Engine

_T = TypeVar("_T")


def open_ledger(
    home: Path | str,
    *,
    write: bool = False,
    snapshot: bool = False,
    wait: float = WAIT,
    notify: Notify = QUIET,
    store: str | None = None,
    engine: Engine | None = None,
    kept: Connection | None = None,
    moved: bool = False,
) -> Opened:
    """`with open_ledger(home, write=True) as ledger:` is one transaction.

    Leaving the block commits; an exception undoes everything; both close. A ledger of an older
    schema is brought up to date first.
    snapshot: reads the ledger as it stands now, and keeps nobody from writing however long the
    block lasts; for everything that may take longer than a moment.
    store: what the station file says, where the caller has read it. engine: this one instead.
    kept: keeps the connection for the next transaction of the caller, or has kept it for this one.
    moved: also a ledger that was moved away.
    Raises StoreUnreachable, NotALedger, NewerSchema, OlderSchema, ForbiddenPlace, DiskFull,
    LedgerLocked.
    """
    home = os.fspath(home)
    if engine is None:
        engine = engine_of(store_of(home) if store is None else store)
    if snapshot and write:
        raise UsageError("snapshot 只供查看：不能与 write 一起用")
    begin = engine.snapshot if snapshot else partial(engine.open, write=write)
    return Opened(engine, home, write, wait, notify, begin, kept, moved=moved)


class Connection:
    """Keeps the connection of a home open between the transactions of one command: to connect
    costs more than to begin. Nothing is locked meanwhile.
    """

    def __init__(self) -> None:
        self.session: Session | None = None

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        if self.session is not None:
            self.session.close()
            self.session = None


def engine_of(store: str) -> Engine:
    """Returns the engine that `store` of a station file names. Raises StoreUnreachable."""
    scheme = store.partition(":")[0]
    if scheme in ("", "sqlite"):
        return ENGINE
    if scheme in ("postgresql", "postgres"):
        return _postgres(store)
    raise StoreUnreachable(
        f"station.toml 的 store 指定用 {scheme}，这个版本没有装这种台账；"
        "请装带它的版本，或把 store 一行删去（台账放在本机数据目录里）"
    )


def _postgres(address: str) -> Engine:
    """The engine of a database. Raises StoreUnreachable without its driver or for a wrong address."""
    from bbcs.store.postgres import connection

    connection.driver()
    from bbcs.store.postgres.engine import PostgresEngine

    try:
        return PostgresEngine(address)
    except UsageError as error:
        raise StoreUnreachable(f"station.toml 的 store 不能用：{error.message}") from error


def store_of(home: str) -> str:
    """Returns what the station file of a home says about its store; "" where there is no file."""
    if not Path(home, STATION).is_file():
        return ""
    return station_file.read(Path(home)).store


def retry(run: Callable[[], _T], attempts: int = 3) -> _T:
    """Runs a whole unit (open, read, decide, append) again while the lock is not free.

    Gives up after `attempts` runs, or `WAIT` seconds, with LedgerLocked.
    """
    begun = time.monotonic()
    for left in range(attempts - 1, 0, -1):
        try:
            return run()
        except LedgerLocked:
            if time.monotonic() - begun >= WAIT:
                raise
            jitter = os.urandom(1)[0] / 1000  # two losers must not meet again
            time.sleep((attempts - left) * 0.05 + jitter)
    return run()


def _elsewhere(where: str) -> StoreUnreachable:
    """What is said of a ledger that is not used here. where: its fact `MOVED`."""
    if where.startswith(ARRIVING):
        return StoreUnreachable(
            f"这里是从 {where.removeprefix(ARRIVING)} 搬来的台账，还没有搬完；什么都没有写，"
            "请在那里再执行一次 bbcs ledger move，把没有搬完的搬完"
        )
    to = where if is_database(where) else "file"
    return StoreUnreachable(
        f"这本台账已搬到 {where}，这里的不再用；什么都没有写，请再试一次；"
        f"仍是这样，请再执行一次 bbcs ledger move --to {to}，把没有搬完的搬完"
    )


class Opened:
    """The block of one transaction."""

    def __init__(
        self,
        engine: Engine,
        home: str,
        write: bool,
        wait: float,
        notify: Notify,
        begin: Callable[..., Session],
        kept: Connection | None = None,
        *,
        moved: bool = False,
    ) -> None:
        self._engine, self._home, self._open, self._moved = engine, home, begin, moved
        self._write, self._wait, self._notify = write, wait, notify
        self._kept = kept
        self._session: Session | None = None
        self._ledger: ProvableLedger | None = None

    def __enter__(self) -> ProvableLedger:
        """Opens and begins; brings an older ledger up to date before."""
        try:
            self._session = self._begin()
        except NeedsUpgrade:
            from bbcs.store.upgrade import upgrade

            upgrade(self._engine, self._home, self._wait, self._notify)
            self._session = self._begin()
        if MOVED in self._session.meta and not self._moved:
            self._session.close()
            raise _elsewhere(self._session.meta[MOVED])
        self._ledger = ProvableLedger(self._session, self._home, write=self._write)
        return self._ledger

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commits or undoes, closes, and translates what the engine raised."""
        session, ledger = self._session, self._ledger
        self._session = self._ledger = None
        if session is None or ledger is None:
            return
        kept = None
        try:
            if error is None:
                ledger.finish()
                kept = self._kept
        except session.errors as failed:
            raise session.refusal(failed) from failed
        finally:
            if kept is None:
                session.close()
            else:
                session.end()
                kept.session = session
        if isinstance(error, Unreadable):
            raise unreadable(error) from error
        if isinstance(error, session.errors):
            raise session.refusal(error) from error

    def _begin(self) -> Session:
        if self._kept is None or self._kept.session is None:
            return self._open(self._home, wait=self._wait, notify=self._notify)
        after, self._kept.session = self._kept.session, None
        return self._open(self._home, wait=self._wait, notify=self._notify, after=after)
