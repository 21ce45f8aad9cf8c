"""Connecting to the database that a station file names; the password is never in the address."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from bbcs.config.home_files import PASSWORDS
from bbcs.errors import StoreUnreachable, UsageError
from bbcs.store.postgres import dialect

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

_CONNECT_WAIT = 10
"""Seconds for the first answer of a server."""

_SETTINGS = (
    f"SET search_path = {dialect.NAMESPACE}; SET client_encoding = 'UTF8';"
    " SET standard_conforming_strings = on; SET jit = off"
)
"""jit: a statement over all stations names every partition; to compile it took five seconds where
to run it took one."""


def check_address(address: str) -> None:
    """Raises UsageError for an address that is none, or that bears a password."""
    scheme, _, rest = address.partition("://")
    if scheme not in ("postgresql", "postgres") or not rest or not _is_url(address):
        raise UsageError(
            "store 的地址应写成 postgresql://主机/数据库 或 postgresql:///?service=名字"
        )
    login = rest.partition("?")[0].rpartition("@")[0]
    options = {name for name, _ in parse_qsl(urlsplit(address).query, keep_blank_values=True)}
    ports = (host.rpartition("]")[2].partition(":")[2] for host in _hosts(address).split(","))
    # what stands where a port should be may be a password with a sign that ends the host
    if ":" in login or options & _SECRETS or not all(port.isdecimal() for port in ports if port):
        raise UsageError(
            "store 的地址里不要写密码（端口只写数字）；密码请写进 ~/.pgpass、数据目录里的 pgpass 文件、"
            "服务文件（pg_service.conf）或环境变量 PGPASSWORD"
        )


def _is_url(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


_SECRETS = {"password", "sslpassword"}
"""Options of an address that bear one."""


def _hosts(address: str) -> str:
    """The hosts of an address, with their ports."""
    return urlsplit(address).netloc.rpartition("@")[2]


def shown(address: str) -> str:
    """An address as messages name it: host and database, nothing secret."""
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query))
    where = _hosts(address) or options.get("host") or options.get("service") or "本机"
    return f"{where}{parts.path}"


def connect(
    address: str, user: str = "", home: Path | None = None, *, always: bool = False
) -> Connection:
    """An open connection without a transaction. user: where neither address nor service names one,
    or `always`.

    home: whose key file may hold the password. Raises UsageError for a wrong address,
    StoreUnreachable when the driver is not installed, psycopg.Error when the server refuses.
    """
    check_address(address)
    psycopg = driver()
    wanted: dict[str, Any] = {"connect_timeout": _CONNECT_WAIT, "application_name": "bbcs"}
    try:
        wanted |= psycopg.conninfo.conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        raise UsageError("store 的地址里有 PostgreSQL 不认识的选项或写法；请检查 ? 后面") from None
    if user and (always or not wanted.keys() & {"user", "service"}):
        wanted["user"] = user
    if home and (home / PASSWORDS).is_file():
        _refuse_open_file(home / PASSWORDS)
        wanted.setdefault("passfile", str(home / PASSWORDS))
    connection: Connection = psycopg.connect(**wanted, autocommit=True)
    try:
        connection.execute(_SETTINGS)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_open_file(path: Path) -> None:
    """A key file that others may read is not used: the driver would say so in English."""
    if os.name != "nt" and path.stat().st_mode & 0o077:
        raise StoreUnreachable(
            f"口令文件 {path} 别的用户也能读，没有使用；请执行 chmod 600 '{path}'"
        )


def driver() -> Any:
    """The module psycopg. Raises StoreUnreachable where it is not installed."""
    try:
        import psycopg
        import psycopg.conninfo
    except ImportError:
        raise StoreUnreachable(
            "台账在 PostgreSQL 里（station.toml 的 store），但没有装它的驱动；"
            "请执行 pip install 'bbcs[pg]'"
        ) from None
    return psycopg
