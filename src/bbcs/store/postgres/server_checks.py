"""Checks a server before a ledger is put on it: asked by `county init` and by its script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bbcs.findings import Finding
from bbcs.record import Record
from bbcs.store.postgres.codes import UNFIT


class ServerCheck(Record):
    """One condition. holds: an SQL expression. what: what people read when it does not hold."""

    name: str
    holds: str
    what: str
    hint: str


CHECKS = (
    ServerCheck(
        "version",
        "current_setting('server_version_num')::integer >= 150000",
        "PostgreSQL 的版本低于 15",
        "请装 15 或更新的版本",
    ),
    ServerCheck(
        "primary",
        "NOT pg_is_in_recovery()",
        "这是只读的副本",
        "请连主库",
    ),
    ServerCheck(
        "encoding",
        "current_setting('server_encoding') = 'UTF8'",
        "数据库的编码不是 UTF8",
        "请照 bbcs county init 印出的那一句重新建库",
    ),
    ServerCheck(
        "collation",
        "'B' < 'a' AND '_' < 'a' AND '-' < 'A' AND '乙' < '甲'",
        "数据库的排序（LC_COLLATE）不是 C",
        "请照 bbcs county init 印出的那一句重新建库",
    ),
    ServerCheck(
        "ctype",
        r"'中' ~ '^\w$'",
        "数据库的字符分类（LC_CTYPE）不认识汉字，按字查找会失灵",
        "请照 bbcs county init 印出的那一句重新建库（LC_CTYPE 用 C.UTF-8）",
    ),
    ServerCheck(
        "roles",
        r"NOT EXISTS (SELECT FROM pg_roles WHERE rolname LIKE 'bbcs\_%' AND (rolsuper OR rolbypassrls))",
        "有 bbcs_ 开头的角色是超级用户或不受行级安全约束（BYPASSRLS），它能看到别站的件",
        "请先用 ALTER ROLE 收回",
    ),
)
"""In this order: what comes later has no meaning where an earlier one fails."""


def failed(connection: Any) -> Iterator[Finding]:
    """Gives a finding for the first condition that does not hold."""
    for check in CHECKS:
        if not connection.execute(f"SELECT {check.holds}").fetchone()[0]:
            yield Finding(check.name, "server", check.what, check.hint)
            return


def script() -> str:
    """The same as a statement, which fails where one of them does not hold."""
    tests = "\n".join(
        f"    IF NOT ({check.holds}) THEN\n"
        f"        RAISE EXCEPTION '{check.what}；{check.hint}' USING ERRCODE = '{UNFIT}';\n"
        "    END IF;"
        for check in CHECKS
    )
    return f"DO $$ BEGIN\n{tests}\nEND $$"


# -- what `--apply` asks besides -------------------------------------------------------------------

_LOCKS_NEW, _LOCKS_AGAIN, _LOCKS_OTHER = 190, 450, 500
"""Locks for each partition, where tables are made, and where old ones are dropped as well; and for
all else. Measured: 3,088 and 7,036 for 16 partitions."""

RIGHTS = (
    "SELECT current_user, rolsuper OR rolcreaterole AND"
    " has_database_privilege(current_database(), 'CREATE')"
    " FROM pg_roles WHERE rolname = current_user"
)
"""Who asks, and whether they may make roles and the schema."""

PRESENT = (
    "SELECT (SELECT count(*)::integer FROM pg_inherits WHERE inhparent = to_regclass('bbcs.entry')),"
    " to_regclass('bbcs.version') IS NOT NULL"
)
"""The number of partitions that are there, and whether a schema is."""

LOCKS = (
    "SELECT current_setting('max_locks_per_transaction')::integer"
    " * (current_setting('max_connections')::integer"
    " + current_setting('max_prepared_transactions')::integer)"
)

FOUND = (
    "SELECT current_setting('server_version'), EXISTS (SELECT FROM pg_extension"
    " WHERE extname = 'pg_trgm'), ARRAY(SELECT upper(substring(m.rolname from 6))"
    " FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member"
    " WHERE a.roleid = 'bbcs_station'::regrole ORDER BY 1)"
)
"""Version, whether searches go by an index, and the stations that have a role."""


def locks(parts: int, *, again: bool) -> int:
    """How many locks the transaction takes. again: projections of an older schema are dropped."""
    return _LOCKS_OTHER + parts * (_LOCKS_AGAIN if again else _LOCKS_NEW)
