"""Checks that the database is as this version makes it: tables, guards, row security, rights.

Everything is compared as text with `data/postgres_shape.txt`, which was read by the same query from
a database that `county init` had just made (tests/store/generate_postgres_shape.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from bbcs.findings import Finding

_CHANGED = "表、索引、触发器、函数或权限与本版不同：被改动、删去或添加"
_HINT = "请数据库管理员查明原因，再执行 bbcs county init --apply 补回；补不回的用备份恢复"

SHAPE = """
WITH ours AS (
    SELECT c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relacl, c.relowner
    FROM pg_class c
    WHERE c.relnamespace = to_regnamespace('bbcs') AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND NOT c.relispartition
), rights AS (
    SELECT relname, relowner, (aclexplode(relacl)).* FROM ours
)
SELECT 'table', relname,
    concat_ws(' ', relkind, relowner::regrole, 'row security', relrowsecurity, relforcerowsecurity,
        pg_get_partkeydef(oid))
FROM ours
UNION ALL
SELECT 'column', relname || '.' || a.attname,
    concat_ws(' ', format_type(a.atttypid, a.atttypmod), l.collname, a.attnotnull, a.atthasdef,
        a.attidentity, a.attgenerated, a.attacl)
FROM ours JOIN pg_attribute a ON a.attrelid = ours.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
UNION ALL
SELECT 'constraint', relname || '.' || conname, concat_ws(' ', pg_get_constraintdef(t.oid), convalidated)
FROM ours JOIN pg_constraint t ON conrelid = ours.oid AND contype <> 'n' AND conparentid = 0
UNION ALL
SELECT 'index', i.relname, concat_ws(' ', pg_get_indexdef(i.oid), indisvalid)
FROM ours JOIN pg_index ON indrelid = ours.oid JOIN pg_class i ON i.oid = indexrelid
WHERE i.relname <> 'ix_case_search_terms'
UNION ALL
SELECT 'trigger', relname || '.' || tgname, concat_ws(' ', pg_get_triggerdef(g.oid), tgenabled)
FROM ours JOIN pg_trigger g ON tgrelid = ours.oid AND NOT tgisinternal
UNION ALL
SELECT 'rule', relname || '.' || rulename, pg_get_ruledef(r.oid)
FROM ours JOIN pg_rewrite r ON ev_class = ours.oid
UNION ALL
SELECT 'policy', relname || '.' || polname,
    concat_ws(' ', polcmd, polpermissive, (
            SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles WHERE oid = ANY (polroles)
        ), pg_get_expr(polqual, ours.oid), pg_get_expr(polwithcheck, ours.oid))
FROM ours JOIN pg_policy y ON polrelid = ours.oid
UNION ALL
SELECT 'function', p.oid::regprocedure::text,
    concat_ws(' ', prosecdef, provolatile, proconfig, proowner::regrole,
        encode(sha256(convert_to(prosrc, 'UTF8')), 'hex'))
FROM pg_proc p
WHERE pronamespace = to_regnamespace('bbcs')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'right', relname || ' ' || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
    string_agg(privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END, ','
        ORDER BY privilege_type)
FROM rights WHERE grantee <> relowner GROUP BY 1, 2
"""
"""Kind, name and definition of all that the schema holds, but for partitions."""

_PARTITIONS = """
WITH counted (rel, indexes, constraints, keys, triggers, disabled) AS MATERIALIZED (
    SELECT indrelid, count(*) FILTER (WHERE indisvalid), 0, 0, 0, 0 FROM pg_index GROUP BY 1
    UNION ALL
    SELECT conrelid, 0, count(*) FILTER (WHERE contype IN ('c', 'p', 'u')),
        count(*) FILTER (WHERE contype = 'f'), 0, 0
    FROM pg_constraint WHERE convalidated GROUP BY 1
    UNION ALL
    SELECT tgrelid, 0, 0, 0, count(*) FILTER (WHERE NOT tgisinternal),
        count(*) FILTER (WHERE tgenabled <> 'O')
    FROM pg_trigger GROUP BY 1
), facts AS MATERIALIZED (
    SELECT rel, sum(disabled) AS disabled, sum(keys) AS keys,
        concat_ws(' ', sum(indexes), sum(constraints), sum(triggers)) AS numbers
    FROM counted GROUP BY rel
), parts AS MATERIALIZED (
    SELECT c.oid, c.relname, h.inhparent, c.relrowsecurity, c.relacl, c.relowner, c.relpartbound,
        count(*) OVER (PARTITION BY h.inhparent) AS parts
    FROM pg_class c JOIN pg_inherits h ON h.inhrelid = c.oid
    WHERE c.relnamespace = to_regnamespace('bbcs') AND c.relkind = 'r' AND c.relispartition
)
SELECT p.relname FROM parts p JOIN facts a ON a.rel = p.oid JOIN facts b ON b.rel = p.inhparent
WHERE NOT p.relrowsecurity OR a.disabled > 0 OR a.numbers <> b.numbers
    OR a.keys <> (p.inhparent = to_regclass('bbcs.personal'))::integer
    OR pg_get_expr(p.relpartbound, p.oid) NOT LIKE format('%%(modulus %s,%%', p.parts)
    OR EXISTS (SELECT FROM aclexplode(p.relacl) WHERE grantee <> p.relowner)
ORDER BY 1
"""
"""Partitions that are not as their table, or that do not make a whole with the others."""


def shape(connection: Any) -> Iterator[str]:
    """All that the schema holds, a line for each thing."""
    for row in connection.execute(SHAPE):
        yield "\t".join(" ".join(text.replace("bbcs.", "").split()) for text in row)


@cache
def shipped() -> frozenset[str]:
    """The same of a database of this version."""
    path = Path(__file__).parents[2] / "data" / "postgres_shape.txt"
    return frozenset(path.read_text(encoding="utf-8").splitlines())


def differences(connection: Any) -> Iterator[Finding]:
    """Gives a finding for each thing that is not as this version makes it."""
    present = frozenset(shape(connection))
    names = sorted({line.split("\t")[1] for line in present ^ shipped()})
    names += [name for (name,) in connection.execute(_PARTITIONS)]
    yield from (Finding("schema", name, _CHANGED, _HINT) for name in names)
