"""Functions and triggers of the PostgreSQL schema: append-only, the chain, and search by words."""

from __future__ import annotations

from bbcs.record import Record
from bbcs.store.engine import GENESIS
from bbcs.store.postgres.codes import APPEND_ONLY, OFF_CHAIN

_SAFE = "SET search_path = bbcs, pg_temp"
"""Whatever path the caller has: no table or operator of somebody else is taken for ours."""


class Function(Record):
    """A function of the schema. what: all that stands between its name and its body.

    called: whether the readers of tables call it themselves.
    """

    name: str
    arguments: str
    what: str
    body: str
    called: bool = False

    def sql(self) -> str:
        """The statement that creates it, or puts it right."""
        head = f"CREATE OR REPLACE FUNCTION {self.name}({self.arguments})"
        return f"{head}\n{self.what}\n{_SAFE}\nAS $$\n{self.body.strip()}\n$$"

    def signature(self) -> str:
        """Its name with the types of its arguments, by which rights are given."""
        pairs = [one.split(" ", 1) for one in self.arguments.split(", ") if one]
        return f"{self.name}({', '.join(kind for _, kind in pairs)})"


FUNCTIONS = (
    Function(
        "refuse_change",
        "",
        "RETURNS trigger LANGUAGE plpgsql",
        f"""
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = '{APPEND_ONLY}';
END
""",
    ),
    Function(
        "follow_chain",
        "",
        "RETURNS trigger LANGUAGE plpgsql",
        f"""
DECLARE
    last record;
BEGIN
    SELECT station_seq, digest INTO last FROM entry
    WHERE station = NEW.station ORDER BY station_seq DESC LIMIT 1;
    IF NEW.station_seq <> coalesce(last.station_seq, 0) + 1
        OR NEW.prev <> coalesce(last.digest, '{GENESIS}')
        OR NEW.version <> (
            SELECT coalesce(max(version), 0) + 1 FROM entry
            WHERE station = NEW.station AND case_no = NEW.case_no
        )
    THEN
        RAISE EXCEPTION 'entry does not follow the chain' USING ERRCODE = '{OFF_CHAIN}';
    END IF;
    RETURN NEW;
END
""",
    ),
    # The caller is not current_user here: a function with the rights of its owner asks.
    Function(
        "may_read",
        "whose text",
        "RETURNS boolean LANGUAGE plpgsql STABLE",
        """
DECLARE
    caller text := coalesce(nullif(current_setting('role'), 'none'), session_user);
BEGIN
    RETURN pg_has_role(caller, 'bbcs_county', 'USAGE')
        OR pg_has_role(caller, 'bbcs_auditor', 'USAGE')
        OR pg_has_role(caller, 'bbcs_station', 'USAGE') AND whose = upper(substring(caller from 6));
END
""",
    ),
    # LIKE is not leakproof: row security keeps it out of every index, so this one stands apart.
    Function(
        "case_search_numbers",
        "whose text, patterns text[], before bigint, most integer",
        "RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER",
        """
DECLARE
    holding text;
BEGIN
    IF NOT may_read(whose) THEN
        RETURN;
    END IF;
    SELECT string_agg(format(' AND terms LIKE %L', pattern), '') INTO holding
    FROM unnest(patterns) AS pattern;
    RETURN QUERY EXECUTE 'SELECT number FROM case_search WHERE station = $1 AND number < $2'
        || coalesce(holding, '') || ' ORDER BY number DESC LIMIT $3'
        USING whose, before, most;
END
""",
        called=True,
    ),
)


class PostgresTrigger(Record):
    """A guard before an act on a table. each: whether it runs for each row, or once a statement.

    A trigger for each row is also one of every partition; one for a statement has to be made for
    each (`partitions`).
    """

    name: str
    act: str
    table: str
    function: str
    message: str = ""
    each: bool = True

    def sql(self, table: str = "") -> str:
        """The statement that creates it, or puts it right. table: a partition instead of its own."""
        level = "ROW" if self.each else "STATEMENT"
        argument = f"'{self.message}'" if self.message else ""
        return (
            f"CREATE OR REPLACE TRIGGER {self.name} BEFORE {self.act} ON {table or self.table}"
            f" FOR EACH {level} EXECUTE FUNCTION {self.function}({argument})"
        )


def _refused(act: str, table: str, message: str) -> PostgresTrigger:
    each = act != "TRUNCATE"
    return PostgresTrigger(f"tr_{table}_{act.lower()}", act, table, "refuse_change", message, each)


TRIGGERS = (
    PostgresTrigger("tr_entry_insert", "INSERT", "entry", "follow_chain"),
    _refused("UPDATE", "entry", "entry is append-only"),
    _refused("DELETE", "entry", "entry is append-only"),
    _refused("TRUNCATE", "entry", "entry is append-only"),
    _refused("UPDATE", "personal", "personal is never changed"),
    _refused("TRUNCATE", "personal", "personal is never changed"),
    _refused("UPDATE", "document", "document is append-only"),
    _refused("DELETE", "document", "document is append-only"),
    _refused("TRUNCATE", "document", "document is append-only"),
    _refused("UPDATE", "attachment", "attachment is never changed"),
    _refused("TRUNCATE", "attachment", "attachment is never changed"),
)
