"""Opening the ledger of a station in a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bbcs.config import station_file
from bbcs.config.home_files import STATION, missing
from bbcs.errors import NewerSchema, OlderSchema, StoreUnreachable, UsageError
from bbcs.store import chain, codec, keys, location, statements as sql
from bbcs.store.engine import QUIET, SCHEMA, NeedsUpgrade, Notify, Session
from bbcs.store.postgres import connection as connecting, dialect, faults, rights
from bbcs.store.postgres.county import PostgresCounty
from bbcs.store.postgres.files import DatabaseFiles
from bbcs.store.postgres.session import PostgresSession
from bbcs.store.transfer.copying import into_file
from bbcs.usecases.ledger import Stamp

_NOTE_AFTER = 1.5
"""Seconds of waiting for the lock after which the caller is notified."""


LEFT_IN_PAGES = (
    "数据库的页里可能还有删去的行：请数据库管理员执行 VACUUM（personal、attachment、case_text、"
    "case_search、person_search、case_row），并按规定处置 WAL 归档和数据库自己的备份"
)
"""What an erasure cannot see to in a database."""


class PostgresEngine:
    """The database at one address; implements `engine.Engine`."""

    name = "postgresql"

    def __init__(self, address: str) -> None:
        """address: postgresql://host/database, without a password. Raises UsageError."""
        connecting.check_address(address)
        self._address, self._where = address, connecting.shown(address)

    def open(
        self,
        home: str,
        *,
        write: bool,
        wait: float,
        notify: Notify,
        after: Session | None = None,
    ) -> PostgresSession:
        """Connects as the station's role and begins one transaction; see `engine.Engine.open`."""
        location.check(home)
        with self._connected(home, after=after) as (connection, station):
            _begin(connection, station, write, wait, notify.waiting)
            meta = _facts(connection, station, self._where)
            session = PostgresSession(connection, station, self._where, meta)
            session.address = self._address
            return session

    def snapshot(self, home: str, *, wait: float, notify: Notify) -> PostgresSession:
        """A reading transaction: it keeps nobody from writing anyhow."""
        return self.open(home, write=False, wait=wait, notify=notify)

    @contextmanager
    def upgrade(self, home: str, *, wait: float, notify: Notify) -> Iterator[PostgresSession]:
        """Lets the caller fill the station's projections anew, which `county init` made empty.

        The entries were not touched, so no copy is made.
        """
        with self._connected(home) as (connection, station):
            _begin(connection, station, True, wait, notify.waiting)
            meta = _stored_facts(connection, station, self._where)
            session = PostgresSession(connection, station, self._where, meta)
            try:
                facts = {**meta, "schema": str(SCHEMA)}
                _put_facts(session, {**facts, "check": chain.fingerprint(facts)})
                yield session
                session.commit()
            except psycopg.Error as error:
                raise session.refusal(error) from error
            finally:
                session.close()

    def place(self, home: str) -> str:
        """What is the same at every address of this database, and of no other one."""
        with self._connected(home) as (connection, _), connection:
            return str(connection.execute(dialect.PLACE).fetchone()[0])

    def copy(self, home: Path, target: Path) -> None:
        """Writes the ledger into a SQLite file; see `engine.Engine.copy`."""
        into_file(self, home, target)

    @contextmanager
    def files(self, home: str) -> Iterator[DatabaseFiles]:
        """The attachments in the database; see `engine.Engine.files`."""
        session = self.open(home, write=False, wait=0, notify=QUIET)
        try:
            yield session.files
        except psycopg.Error as error:
            raise session.refusal(error) from error
        finally:
            session.close()

    @contextmanager
    def county(self, home: str) -> Iterator[PostgresCounty]:
        """One reading transaction over all stations, as the county's role."""
        connection = None
        try:
            folder = Path(home)
            connection = connecting.connect(self._address, rights.COUNTY, folder, always=True)
            connection.execute(dialect.BEGIN_READING)
            _check_version(connection, self._where)
            yield PostgresCounty(connection, home, self._where)
        except psycopg.Error as error:
            raise faults.refusal(error, self._where, f"角色 {rights.COUNTY} ") from error
        finally:
            if connection is not None:
                connection.close()

    def settle(self, home: Path, wait: float) -> str:
        """Pages and WAL are the server's: no role of a station may tidy them."""
        return LEFT_IN_PAGES

    def create(self, home: Path, station: str, stamp: Stamp, created: list[Path]) -> None:
        """Begins the ledger of a station, whose tables and role `county init` has made.

        What a killed `init` left without an entry is begun anew.
        Raises UsageError where the station has entries already: two stations with one code.
        """
        with self._connected(str(home), station) as (connection, _):
            _begin(connection, station, True, 30.0, lambda: None)
            _check_version(connection, self._where)
            session = PostgresSession(connection, station, self._where, {})
            try:
                _refuse_powerful(session)
                self._refuse_used(session)
                facts = {
                    **keys.known(str(home)),
                    "schema": str(SCHEMA),
                    "station": station,
                    "created_at": codec.moment(stamp.now),
                }
                _put_facts(session, {**facts, "check": chain.fingerprint(facts)})
                session.commit()
            except psycopg.Error as error:
                raise session.refusal(error) from error
            finally:
                session.close()

    def _refuse_used(self, session: PostgresSession) -> None:
        if session.stations():
            raise UsageError(
                f"数据库 {self._where} 里已有 {session.station} 站的台账；"
                "两个站不能用同一个站码，请换一个（--station），或用原来的数据目录"
            )

    def holds_entries(self, home: Path) -> bool:
        """Whether the station has an entry; True too where the database cannot be asked."""
        try:
            with self._connected(str(home)) as (connection, station), connection:
                return bool(_run(connection, dialect.ANY_ENTRY, station=station).fetchone())
        except Exception:
            return True

    @contextmanager
    def _connected(
        self, home: str, code: str = "", after: Session | None = None
    ) -> Iterator[tuple[Any, str]]:
        """A connection as the role of the home's station, which is left open when the block ends
        well. code: of the station, where its file is not written yet. after: a session that has
        ended; its connection is taken where it is the same role's and still stands.
        """
        folder = Path(home)
        if not code:
            if not (folder / STATION).is_file():
                raise missing(folder, STATION)
            code = station_file.read(folder).code
        connection = None
        try:
            if isinstance(after, PostgresSession) and self._is_ours(after, code):
                connection = after.connection
            else:
                if after is not None:
                    after.close()
                connection = connecting.connect(self._address, rights.role_of(code), folder)
            yield connection, code
        except BaseException as error:
            if connection is not None:
                connection.close()
            if isinstance(error, psycopg.Error):
                raise faults.refusal(error, self._where, rights.named(code)) from error
            raise

    def _is_ours(self, session: PostgresSession, code: str) -> bool:
        """Whether a session that has ended was of the same station at the same address."""
        return (session.address, session.station) == (self._address, code) and session.stands()


def _run(connection: psycopg.Connection[Any], text: str, **values: Any) -> psycopg.Cursor[Any]:
    return connection.execute(dialect.named(text), values)


def _begin(
    connection: psycopg.Connection[Any],
    station: str,
    write: bool,
    wait: float,
    waiting: Callable[[], None],
) -> None:
    """Begins; a writing transaction takes the station's lock.

    When it is not free at once, says so and waits for the rest of the time.
    """
    if not write:
        connection.execute(dialect.BEGIN_READING)
        _run(connection, dialect.LOCK_TIMEOUT, wait=f"{max(int(wait * 1000), 1000)}ms")
        return
    at_once = min(wait, _NOTE_AFTER)
    try:
        _lock(connection, station, at_once)
    except psycopg.errors.LockNotAvailable:
        if at_once >= wait:
            raise
        waiting()
        connection.execute("ROLLBACK")
        _lock(connection, station, wait - at_once)


def _lock(connection: psycopg.Connection[Any], station: str, wait: float) -> None:
    try:
        connection.execute(dialect.BEGIN_WRITING)
    except psycopg.errors.FeatureNotSupported as error:  # what a standby answers to READ WRITE
        raise psycopg.errors.ReadOnlySqlTransaction from error
    _run(connection, dialect.LOCK_TIMEOUT, wait=f"{max(int(wait * 1000), 1)}ms")
    _run(connection, dialect.LOCK, station=station)


def _facts(connection: psycopg.Connection[Any], station: str, where: str) -> Mapping[str, str]:
    """The facts beside the chain of a ledger of this schema. Raises NeedsUpgrade, StoreUnreachable,
    NewerSchema, OlderSchema.
    """
    meta = _stored_facts(connection, station, where)
    if meta.get("schema") != str(SCHEMA):
        raise NeedsUpgrade(meta.get("schema"))
    return meta


def _stored_facts(
    connection: psycopg.Connection[Any], station: str, where: str
) -> Mapping[str, str]:
    _check_version(connection, where)
    rows = _run(connection, dialect.FACTS, station=station).fetchall()
    meta = {key: value for _, key, value in rows if key}
    if "station" not in meta:
        raise StoreUnreachable(
            f"数据库 {where} 里没有 {station} 站的台账（或这个角色看不到）；"
            "请检查 station.toml 的 store 和站码，新站先 bbcs init --store"
        )
    return meta


def _check_version(connection: psycopg.Connection[Any], where: str) -> None:
    rows = connection.execute(dialect.VERSION).fetchall()
    schema = rows[0][0] if rows else 0
    if schema > SCHEMA:
        raise NewerSchema(
            f"数据库 {where} 由更新的 bbcs 建成（数据结构 {schema}，本程序只认到 {SCHEMA}）；"
            "没有读写任何内容，请升级 bbcs 再打开"
        )
    if schema < SCHEMA:
        raise OlderSchema(
            f"数据库 {where} 由较早的 bbcs 建成（数据结构 {schema}，本程序用 {SCHEMA}）；"
            "没有读写任何内容，请数据库管理员执行 bbcs county init --apply"
        )


def _refuse_powerful(session: PostgresSession) -> None:
    """A ledger is made as the role that row security binds, or the role would prove nothing."""
    if session.one(dialect.UNBOUND)[0]:
        raise UsageError(
            "这个登录角色不受行级安全限制，能看能改所有站；请在 store 的地址里去掉用户名，"
            f"用本站的角色 {rights.role_of(session.station)}"
        )


def _put_facts(session: PostgresSession, facts: Mapping[str, str]) -> None:
    session.execute(dialect.DROP_FACTS)
    columns = ("station", "key", "value")
    session.put(sql.PUT_META, columns, [(session.station, *one) for one in facts.items()])
    session.meta = dict(facts)
