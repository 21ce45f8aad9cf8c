"""Makes or renews a county's store: as a script for an administrator, or at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

from bbcs.domain.numbers import integer
from bbcs.domain.station import is_code
from bbcs.errors import BadValue, BbcsError, NewerSchema, RightsMissing, StoreUnreachable
from bbcs.record import Record
from bbcs.store.engine import SCHEMA
from bbcs.store.postgres import connection as connecting, faults, install, rights, server_checks
from bbcs.store.postgres.partitions import MOST, PARTS

_NO_RIGHT, _NO_MEMORY = "42501", "53200"


class CountyStore(Record):
    """What stands in the database. stations: that have a role. trigrams: whether pg_trgm is there."""

    version: str
    parts: int
    stations: tuple[str, ...]
    trigrams: bool


def check_codes(codes: Sequence[str]) -> list[str]:
    """The codes of stations, each once. Raises BadValue for one that cannot have a role."""
    for code in codes:
        if not is_code(code):
            raise BadValue("--station 应为 2 到 12 位大写字母或数字，如 ZY01")
        if code in rights.RESERVED:
            raise BadValue(f"站码不能是 {code}：角色 bbcs_{code.lower()} 另有用处，请换一个")
    return list(dict.fromkeys(codes))


def check_parts(text: str) -> int:
    """The number of partitions. Raises BadValue."""
    parts = integer(text)
    if parts is None or not 1 <= parts <= MOST:
        raise BadValue(f"--parts 应为 1 到 {MOST}")
    return parts


def make(address: str, codes: Sequence[str], parts: int | None) -> CountyStore:
    """Makes or renews the store in one transaction, as the role that the address names.

    parts: for a new one; None takes the usual number, or the one that is there.
    Raises UsageError, BadValue, StoreUnreachable, RightsMissing, NewerSchema.
    """
    psycopg = connecting.driver()
    where, user = connecting.shown(address), ""
    try:
        with closing(connecting.connect(address)) as connection:
            user = _check(connection, where)
            parts = _parts(connection, parts, where)
            install.apply(connection, codes, parts)
            existing: Any = connection.execute(server_checks.FOUND).fetchone()
    except psycopg.Error as error:
        raise _refusal(error, user, where) from error
    version, trigrams, stations = existing
    return CountyStore(version, parts, tuple(stations), trigrams)


def _check(connection: Any, where: str) -> str:
    """The role that asks. Raises the refusal for a server, database or role that will not do."""
    for finding in server_checks.failed(connection):
        raise StoreUnreachable(f"数据库 {where} 用不了：{finding.what}；{finding.hint}")
    user, may = connection.execute(server_checks.RIGHTS).fetchone()
    if not may:
        raise _no_right(user, where)
    return str(user)


def _no_right(user: str, where: str) -> RightsMissing:
    return RightsMissing(
        f"角色 {user} 在数据库 {where} 里不能建角色和表；请由数据库管理员执行，"
        "或不带 --apply 印出 SQL 交给他"
    )


def _parts(connection: Any, wanted: int | None, where: str) -> int:
    """The number of partitions: as they are, or as wanted for a new store."""
    present, made = connection.execute(server_checks.PRESENT).fetchone()
    again = False
    if made:
        schema = (connection.execute("SELECT schema FROM bbcs.version").fetchone() or (0,))[0]
        if schema > SCHEMA:
            raise NewerSchema(
                f"数据库 {where} 由更新的 bbcs 建成（数据结构 {schema}，本程序只认到 {SCHEMA}）；"
                "没有改动，请升级 bbcs"
            )
        again = schema < SCHEMA
    if present and wanted not in (None, present):
        raise BadValue(f"数据库 {where} 的表已分为 {present} 区，分好后不能改；请不写 --parts")
    parts = present or wanted or PARTS
    need = server_checks.locks(parts, again=again) if again or not present else 0
    (capacity,) = connection.execute(server_checks.LOCKS).fetchone()
    if need > capacity:
        raise StoreUnreachable(
            f"数据库 {where} 一次锁不住这么多表（要 {need}，可用 {capacity}）；"
            "请把 max_locks_per_transaction 调到 256 并重启服务器，或把 --parts 写小些"
        )
    return parts


def _refusal(error: Exception, user: str, where: str) -> BbcsError:
    code = getattr(error, "sqlstate", None)
    if code == _NO_RIGHT:
        return RightsMissing(
            f"角色 {user} 在数据库 {where} 里的权限不够：模式 bbcs 里有别的角色的表，"
            "或 bbcs_ 开头的角色不是它建的；没有改动，请由超级用户执行"
        )
    if code == _NO_MEMORY:
        return StoreUnreachable(
            f"数据库 {where} 一次锁不住这么多表；请把 max_locks_per_transaction 调到 256"
            " 并重启服务器；没有改动"
        )
    return faults.refusal(error, where, "数据库管理员的角色")
