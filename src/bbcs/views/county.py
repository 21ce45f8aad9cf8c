"""What `county init` answers: what was made, and what an administrator of the database still does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any


def steps(database: str, roles: Sequence[str], address: str) -> list[str]:
    """What nobody but the administrator can do, in order. roles: that log in."""
    named = "、".join(roles)
    if not re.fullmatch("[a-z_][a-z_0-9]*", database):
        database = '"' + database.replace('"', '""') + '"'
    return [
        f"建库（还没有时）：CREATE DATABASE {database} TEMPLATE template0"
        " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';",
        "postgresql.conf 里 max_locks_per_transaction = 256：建库和升级一次动所有的表",
        "扩展 pg_trgm 随 PostgreSQL 的 contrib 包来；装了它，查找走索引，没有也能用",
        f"给登录角色设口令，在 psql 里逐个执行 \\password：{named}；口令不写在命令行里，"
        "各站写进 ~/.pgpass、数据目录里的 pgpass 或服务文件",
        f"pg_hba.conf 只放行加密连接：hostssl {database} +bbcs_station,bbcs_county,bbcs_auditor"
        " 县里的网段 scram-sha-256",
        f"各站的电脑：bbcs init --station 站码 --name 名称 --store '{address}'",
    ]


def script(sql: str, todo: Sequence[str]) -> str:
    """The SQL under what is to be done around it, as comments."""
    head = ["在目标数据库里由管理员执行：psql -f 本文件；或 bbcs county init … --apply"]
    lines = [*head, *(f"{number}. {step}" for number, step in enumerate(todo, 1))]
    stop = "\\set ON_ERROR_STOP on\n"  # else psql goes on behind a failure, and ends with 0
    return "".join(f"-- {line}\n" for line in lines) + stop + sql.rstrip("\n")


def made(where: str, store: Mapping[str, Any], todo: Sequence[str]) -> str:
    """What people read when it was done."""
    search = "有 pg_trgm，查找走索引"
    if not store["trigrams"]:
        search = "没有 pg_trgm，查找逐件读本站的文字"
    lines = [
        f"已建：数据库 {where}（PostgreSQL {store['version']}），每表 {store['parts']} 区；{search}",
        f"有角色的站：{'、'.join(store['stations']) or '（还没有；用 --station 加）'}",
        "还要做的：",
    ]
    return "\n".join([*lines, *(f"  {number}. {step}" for number, step in enumerate(todo, 1))])


def document(
    where: str, roles: Sequence[str], todo: Sequence[str], *, sql: str | None, store: Any
) -> dict[str, Any]:
    """`bbcs.county_init/1`. sql: the script that was not run; store: what was made."""
    return {
        "schema": "bbcs.county_init/1",
        "database": where,
        "applied": store is not None,
        "parts": store["parts"] if store else None,
        "stations": list(store["stations"]) if store else None,
        "version": store["version"] if store else None,
        "trigrams": store["trigrams"] if store else None,
        "roles": list(roles),
        "steps": list(todo),
        "sql": sql,
    }
