"""`bbcs county init`: the script for an administrator, making it at once, and every way it is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cli_desk import Desk
from jsonschema import Draft202012Validator

import postgres_server
from bbcs.store.postgres import schema_check
from bbcs.store.sqlite.dialect import SCHEMA
from bbcs.views.schemas.documents import schema

VALID = Draft202012Validator(schema("county_init"))
AWAY = "postgresql://db.example/bbcs"
SECRET = "geheim"

_numbers = count(1)


@pytest.fixture(params=["packaged", "debian"])
def server(request: pytest.FixtureRequest) -> postgres_server.Server:
    own = {"packaged": postgres_server.shared, "debian": postgres_server.with_extensions}
    found = own[request.param]()
    if found is None:
        pytest.skip(f"PostgreSQL ({request.param}) is not installed")
    return found


@pytest.fixture
def database(server: postgres_server.Server) -> Iterator[str]:
    """The name of an empty database."""
    name = f"init{next(_numbers)}"
    server.sql(f"CREATE DATABASE {name}")
    yield name
    server.sql(f"DROP DATABASE {name}")


def as_shipped(server: postgres_server.Server, database: str) -> bool:
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        return not list(schema_check.differences(connection))


def tables(server: postgres_server.Server, database: str) -> int:
    asked = "SELECT count(*) FROM pg_tables WHERE schemaname = 'bbcs'"
    return int(server.sql(asked, database)[0][0])


# -- without a server ------------------------------------------------------------------------------


def test_without_apply_it_prints_and_asks_no_server(empty: Desk) -> None:
    answer = empty.ok("county", "init", f"{AWAY}?sslmode=require", "--station", "ZY01")
    assert "CREATE ROLE bbcs_zy01 LOGIN" in answer.out
    assert "LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'" in answer.out
    assert answer.out.index("\nBEGIN;") < answer.out.index("\nCOMMIT;")
    document = empty.json("county", "init", AWAY, "--station", "ZY01", "--parts", "4")
    VALID.validate(document)
    assert document["sql"].count("PARTITION OF entry FOR VALUES") == 4
    assert document["roles"] == ["bbcs_zy01", "bbcs_county", "bbcs_auditor"]
    assert document["applied"] is False
    assert empty.ok("county", "init", AWAY).out.count("PARTITION OF entry FOR VALUES") == 16


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://u:{SECRET}@db.example/bbcs",
        f"postgresql://db.example/bbcs?password={SECRET}",
        f"postgresql://db.example/bbcs?sslpassword={SECRET}",
        f"postgresql://u:{SECRET}/x@db.example/bbcs",
        f"postgresql://u:{SECRET}?x@db.example/bbcs",
        f"postgresql://u:{SECRET}#x@db.example/bbcs",
        f"postgresql://u:x@{SECRET}@db.example/bbcs",
        f"postgresql://:{SECRET}@/bbcs",
        f"postgres://[::1]:{SECRET}@x/bbcs",
    ],
)
def test_a_password_in_the_address_is_refused_and_not_repeated(empty: Desk, address: str) -> None:
    for more in ((), ("--apply",), ("--apply", "--debug")):
        answer = empty.fails(2, "county", "init", address, *more)
        assert SECRET not in answer.out + answer.err
        assert "PGPASSWORD" in answer.err
        assert "pgpass" in answer.err
        assert "服务文件" in answer.err


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u@one:5432,two:5433/bbcs?target_session_attrs=primary",
        "postgresql://[::1]:5432/bbcs",
        "postgresql:///?service=county",
        "postgresql://db.example:5432/bbcs?options=-c%20role%3Da@b",
    ],
)
def test_addresses_of_every_kind_are_taken(empty: Desk, address: str) -> None:
    assert empty.ok("county", "init", address, "--parts", "1").out.startswith("-- ")


def test_a_wrong_option_in_the_address_is_named_as_that(empty: Desk) -> None:
    answer = empty.fails(2, "county", "init", f"{AWAY}?colour=red", "--apply")
    assert "选项" in answer.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("db.example",), "postgresql://"),
        (("postgresql://[::1/bbcs",), "postgresql://"),
        ((AWAY, "--station", "zy01"), "2 到 12 位"),
        ((AWAY, "--station", "ZY01; DROP"), "2 到 12 位"),
        ((AWAY, "--station", "COUNTY"), "另有用处"),
        ((AWAY, "--station", "OWNER"), "另有用处"),
        ((AWAY, "--parts", "0"), "1 到 64"),
        ((AWAY, "--parts", "65"), "1 到 64"),
        ((AWAY, "--parts", "many"), "--parts"),
    ],
)
def test_what_cannot_be_is_refused(empty: Desk, words: tuple[str, ...], said: str) -> None:
    assert said in empty.fails(2, "county", "init", *words).err


def test_without_the_driver_it_says_what_to_install(empty: Desk) -> None:
    hidden = "import sys; sys.modules['psycopg'] = None; from bbcs.cli import run; sys.exit(run(sys.argv[1:]))"
    command = [sys.executable, "-c", hidden, "county", "init", AWAY]
    how: dict[str, Any] = {"capture_output": True, "env": empty.env(), "check": False}
    assert subprocess.run(command, **how).returncode == 0, "printing needs no driver"
    done = subprocess.run([*command, "--apply"], **how)
    assert done.returncode == 22
    assert "pip install 'bbcs[pg]'" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_server_that_is_not_there(empty: Desk) -> None:
    answer = empty.fails(22, "county", "init", "postgresql://127.0.0.1:1/bbcs", "--apply")
    assert len(answer.err.splitlines()) == 1
    assert "127.0.0.1:1/bbcs" in answer.err


# -- on a server -----------------------------------------------------------------------------------


def test_apply_makes_the_store_and_again_adds_stations(
    empty: Desk, server: postgres_server.Server, database: str
) -> None:
    url = server.url(database)
    made = empty.json("county", "init", url, "--station", "ZY01", "--parts", "2", "--apply")
    VALID.validate(made)
    assert (made["applied"], made["parts"], made["sql"]) == (True, 2, None)
    assert "ZY01" in made["stations"]
    assert as_shipped(server, database)
    words = ("--station", "AB12", "--station", "AB12", "--apply")
    again = empty.json("county", "init", url, *words)
    assert {"ZY01", "AB12"} <= set(again["stations"])
    assert again["parts"] == 2
    assert as_shipped(server, database)
    text = empty.ok("county", "init", url, "--apply").out
    assert "每表 2 区" in text
    assert ("有 pg_trgm" if made["trigrams"] else "没有 pg_trgm") in text
    assert "已分为 2 区" in empty.fails(2, "county", "init", url, "--parts", "8", "--apply").err


def test_apply_again_gives_back_what_the_role_of_a_station_lost(
    empty: Desk, server: postgres_server.Server, database: str
) -> None:
    url = server.url(database)
    empty.ok("county", "init", url, "--station", "GB01", "--parts", "1", "--apply")
    for number, lost in enumerate(
        ("REVOKE bbcs_station FROM bbcs_gb01", "ALTER ROLE bbcs_gb01 NOLOGIN")
    ):
        server.sql("REVOKE bbcs_station FROM bbcs_gb01")
        server.sql(lost)
        again = empty.json("county", "init", url, "--apply")
        assert ("GB01" in again["stations"]) is (number == 0), "who may not log in is left out"
    assert "COUNTY" not in again["stations"]
    assert "AUDITOR" not in again["stations"]
    server.sql("DROP ROLE bbcs_gb01")


def test_searches_go_by_an_index_where_pg_trgm_is(
    empty: Desk, server: postgres_server.Server, database: str
) -> None:
    there = server.sql("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'") != []
    made = empty.json("county", "init", server.url(database), "--parts", "1", "--apply")
    assert made["trigrams"] is there
    asked = "SELECT count(*) FROM pg_indexes WHERE schemaname = 'bbcs' AND indexdef LIKE '%gin%'"
    assert server.sql(asked, database) == [(1 + 1 if there else 0,)]  # of the table, of its part
    if there:
        known = server.sql("SELECT bbcs.show_trgm('中') <> '{}'", database)
        assert known == [(True,)]


def test_the_printed_script_does_the_same(
    empty: Desk, server: postgres_server.Server, database: str, tmp_path: Path
) -> None:
    url = server.url(database)
    script = tmp_path / "county.sql"
    for _ in range(2):
        script.write_text(empty.ok("county", "init", url, "--parts", "2").out, encoding="utf-8")
        psql = [server._programs / "psql", url, "-q", "-v", "ON_ERROR_STOP=1", "-f", script]
        done = subprocess.run(psql, capture_output=True, text=True, check=False)
        assert (done.returncode, [line for line in done.stderr.splitlines() if "NOTICE" not in line]) == (0, [])  # fmt: skip
        assert as_shipped(server, database)


@pytest.mark.parametrize(
    ("made_with", "said"),
    [
        ("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'", "UTF8"),
        ("ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'", "汉字"),
    ],
)
def test_a_database_that_will_not_do(
    empty: Desk, server: postgres_server.Server, made_with: str, said: str, tmp_path: Path
) -> None:
    server.sql(f"CREATE DATABASE unfit TEMPLATE template0 {made_with}")
    try:
        url = server.url("unfit")
        answer = empty.fails(22, "county", "init", url, "--apply")
        assert said in answer.err
        assert len(answer.err.splitlines()) == 1
        script = empty.ok("county", "init", url, "--parts", "1").out
        done = subprocess.run(
            [server._programs / "psql", url, "-q"], input=script.encode(), capture_output=True
        )
        assert said in done.stderr.decode()
        assert tables(server, "unfit") == 0
    finally:
        server.sql("DROP DATABASE unfit")


def test_a_collation_of_people_is_refused(empty: Desk, server: postgres_server.Server) -> None:
    provider = "LOCALE_PROVIDER icu ICU_LOCALE 'en'"
    try:
        server.sql(f"CREATE DATABASE sorted TEMPLATE template0 {provider}")
    except psycopg.Error:
        pytest.skip("this build has no ICU")
    try:
        answer = empty.fails(22, "county", "init", server.url("sorted"), "--apply")
        assert "LC_COLLATE" in answer.err
        assert tables(server, "sorted") == 0
    finally:
        server.sql("DROP DATABASE sorted")


def test_a_role_with_too_few_rights(
    empty: Desk, server: postgres_server.Server, database: str
) -> None:
    server.sql("DROP ROLE IF EXISTS nobody_much")
    server.sql("CREATE ROLE nobody_much LOGIN")
    url = server.url(database, "nobody_much")
    answer = empty.fails(14, "county", "init", url, "--apply")
    assert "nobody_much" in answer.err
    assert "--apply" in answer.err
    assert tables(server, database) == 0
    server.sql("DROP ROLE nobody_much")


def test_an_administrator_who_is_no_superuser_makes_it(
    empty: Desk, server: postgres_server.Server
) -> None:
    """Where no role is there yet: who makes them may give them."""
    own = postgres_server.Server(server._programs)
    try:
        own.sql("CREATE ROLE dba LOGIN CREATEROLE")
        own.sql("CREATE DATABASE county OWNER dba")
        url = own.url("county", "dba")
        empty.ok("county", "init", url, "--station", "ZY01", "--parts", "1", "--apply")
        empty.ok("county", "init", url, "--station", "ZY02", "--apply")
        assert as_shipped(own, "county")
        with psycopg.connect(own.url("county", "bbcs_zy01"), autocommit=True) as connection:
            assert connection.execute("SELECT 1 FROM bbcs.entry").fetchall() == []
    finally:
        own.remove()


def test_a_role_above_row_security_is_refused(
    empty: Desk, server: postgres_server.Server, database: str
) -> None:
    server.sql("CREATE ROLE bbcs_hh88 LOGIN BYPASSRLS")
    try:
        answer = empty.fails(22, "county", "init", server.url(database), "--apply")
        assert "BYPASSRLS" in answer.err
    finally:
        server.sql("DROP ROLE bbcs_hh88")
    assert tables(server, database) == 0


def test_an_older_schema_is_renewed_and_a_newer_one_refused(
    empty: Desk, server: postgres_server.Server, database: str
) -> None:
    url = server.url(database)
    empty.ok("county", "init", url, "--parts", "1", "--apply")
    server.sql(f"UPDATE bbcs.version SET schema = {SCHEMA - 1}", database)
    server.sql("ALTER TABLE bbcs.case_row DROP COLUMN fold", database)
    empty.ok("county", "init", url, "--apply")
    assert as_shipped(server, database)
    server.sql(f"UPDATE bbcs.version SET schema = {SCHEMA + 1}", database)
    answer = empty.fails(22, "county", "init", url, "--apply")
    assert str(SCHEMA + 1) in answer.err
    assert server.sql("SELECT schema FROM bbcs.version", database) == [(SCHEMA + 1,)]


def test_a_failure_in_the_middle_leaves_nothing(
    empty: Desk, server: postgres_server.Server, database: str
) -> None:
    server.sql("CREATE SCHEMA bbcs", database)
    server.sql("CREATE VIEW bbcs.movement AS SELECT 1 AS station", database)
    answer = empty.fails(14, "county", "init", server.url(database), "--parts", "1", "--apply")
    assert "模式 bbcs" in answer.err
    assert "SELECT" not in answer.err
    assert len(answer.err.splitlines()) == 1
    assert tables(server, database) == 0


def test_a_server_that_cannot_lock_so_many_tables(
    empty: Desk, server: postgres_server.Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bbcs.store.postgres import server_checks

    monkeypatch.setattr(server_checks, "LOCKS", "SELECT 600")
    answer = empty.fails(22, "county", "init", server.url(database), "--parts", "1", "--apply")
    assert "max_locks_per_transaction" in answer.err
    assert tables(server, database) == 0


def test_it_waits_for_who_is_at_work_and_then_gives_up(
    empty: Desk, server: postgres_server.Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bbcs.store.postgres import install

    url = server.url(database)
    empty.ok("county", "init", url, "--parts", "1", "--apply")
    server.sql(f"UPDATE bbcs.version SET schema = {SCHEMA - 1}", database)
    shorter = [text.replace("30s", "100ms") for text in install._SETTINGS]
    assert shorter != list(install._SETTINGS)
    monkeypatch.setattr(install, "_SETTINGS", shorter)
    with psycopg.connect(url) as connection:
        connection.execute("SELECT count(*) FROM bbcs.movement")
        answer = empty.fails(20, "county", "init", url, "--apply")
    assert len(answer.err.splitlines()) == 1
    assert server.sql("SELECT schema FROM bbcs.version", database) == [(SCHEMA - 1,)]
    empty.ok("county", "init", url, "--apply")
    assert as_shipped(server, database)


# -- with the ledger of a station ------------------------------------------------------------------


@pytest.fixture
def window(empty: Desk, server: postgres_server.Server, database: str) -> Desk:
    """A window whose ledger is in the county's store."""
    words = ("--station", "ZY01", "--parts", "2", "--apply")
    empty.ok("county", "init", server.url(database), *words)
    address = f"postgresql:///{database}?host={server.folder}"
    empty.ok("init", "--station", "ZY01", "--name", "沾益站", "--store", address)
    empty.take()
    return empty


def test_a_refused_login_names_the_role_that_is_needed(
    window: Desk, server: postgres_server.Server
) -> None:
    server.sql("ALTER ROLE bbcs_zy01 NOLOGIN")
    try:
        assert "不许登录；要用角色 bbcs_zy01 登录" in window.fails(22, "list").err
    finally:
        server.sql("ALTER ROLE bbcs_zy01 LOGIN")
    server.sql("REVOKE bbcs_station FROM bbcs_zy01")
    try:
        assert "或角色 bbcs_zy01 看不到" in window.fails(22, "list").err
    finally:
        server.sql("GRANT bbcs_station TO bbcs_zy01")
    server.sql("ALTER ROLE bbcs_county NOLOGIN")
    try:
        assert "要用角色 bbcs_county 登录" in window.fails(22, "county", "stations").err
    finally:
        server.sql("ALTER ROLE bbcs_county LOGIN")


def test_a_renewed_store_folds_the_cases_of_each_station_again(
    window: Desk, server: postgres_server.Server, database: str
) -> None:
    before = window.json("list", "--all")
    head = window.json("ledger", "verify", "--full")["head"]
    server.sql(f"UPDATE bbcs.version SET schema = {SCHEMA - 1}", database)
    server.sql("UPDATE bbcs.meta SET value = '1' WHERE key = 'schema'", database)
    refused = window.fails(22, "list")
    assert "bbcs county init" in refused.err
    window.ok("county", "init", server.url(database), "--apply")
    assert window.json("list", "--all") == before
    assert window.json("search", "诊所")["count"] == 1
    assert window.json("ledger", "verify", "--full") == {
        "schema": "bbcs.verify/1",
        "ok": True,
        "entries": head["seq"],
        "head": head,
        "findings": [],
    }


def test_a_guard_that_was_taken_away_is_a_finding_of_the_ledger(
    window: Desk, server: postgres_server.Server, database: str
) -> None:
    server.sql("ALTER TABLE bbcs.entry DISABLE TRIGGER tr_entry_update", database)
    found = window.fails(21, "ledger", "verify", "--json").json["findings"]
    assert {one["where"] for one in found} == {"entry.tr_entry_update", "entry_p00", "entry_p01"}
    assert "county init" in found[0]["hint"]
    window.ok("county", "init", server.url(database), "--apply")
    window.ok("ledger", "verify")


def test_a_station_erases_bodies_and_attachments_with_its_own_role(
    window: Desk, server: postgres_server.Server, database: str, tmp_path: Path
) -> None:
    (tmp_path / "证.txt").write_text("虚构的证", encoding="utf-8")
    window.ok("attach", "0001", tmp_path / "证.txt")
    window.ok("withdraw", "0001", "--reason", "不办了")
    assert server.sql("SELECT count(*) FROM bbcs.attachment", database) == [(1,)]
    words = ("--reason", "本人要求", "--basis", "个人信息保护法第四十七条", "--yes")
    window.ok("ledger", "erase", "0001", *words)
    for table in ("attachment", "person_search"):
        assert server.sql(f"SELECT count(*) FROM bbcs.{table}", database) == [(0,)]
    window.ok("ledger", "verify", "--full")
