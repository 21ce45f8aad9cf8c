"""A server that ends, a connection that is cut, rights that are missing: a clear line, nothing half-stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from store_drive import NOW, POSTGRES, STAMP, Driver, dump, history, intake, refold

import county
import postgres_server
from bbcs.config import station_file
from bbcs.errors import (
    BbcsError,
    LedgerLocked,
    NewerSchema,
    NotALedger,
    OlderSchema,
    StoreUnreachable,
    UsageError,
)
from bbcs.store.engine import SCHEMA
from bbcs.store.home import create
from bbcs.store.opening import engine_of, open_ledger, retry
from bbcs.store.transactions import with_files

pytestmark = pytest.mark.parametrize("driver", [POSTGRES], indirect=True)

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE usename = 'bbcs_zy01' AND pid <> pg_backend_pid()"
)


@pytest.fixture
def worked(driver: Driver, home: Path) -> Path:
    with driver.open(home, write=True) as ledger:
        history(ledger)
    return home


def refused(ask: Callable[[], object]) -> BbcsError:
    """The refusal: one Chinese line without SQL, names of people, or a password."""
    with pytest.raises(BbcsError) as found:
        ask()
    message = found.value.message
    assert "\n" not in message
    assert not any(
        word in message for word in ("SELECT", "INSERT", "陈试验", "psycopg", "Traceback")
    )
    return found.value


def cut() -> None:
    with county.superuser() as connection:
        connection.execute(CUT)


def test_a_connection_that_is_cut_leaves_nothing(driver: Driver, worked: Path) -> None:
    before = dump(worked)

    def work() -> None:
        with driver.open(worked, write=True) as ledger:
            intake(ledger, 7)
            cut()
            intake(ledger, 8)

    assert refused(work).exit_code == 22
    assert dump(worked) == before
    with driver.open(worked, write=True) as ledger:
        intake(ledger, 7)
        assert ledger.verify(refold) == []


def test_a_connection_that_is_cut_at_the_commit_says_that_nobody_knows(
    driver: Driver, worked: Path
) -> None:
    before = dump(worked)

    def work() -> None:
        with driver.open(worked, write=True) as ledger:
            intake(ledger, 7)
            commit = ledger.session.commit

            def cut_first() -> None:
                cut()
                commit()

            ledger.session.commit = cut_first

    found = refused(work)
    assert found.exit_code == 22
    assert "不知道记下了没有" in found.message
    assert dump(worked) == before


def test_a_server_that_crashes_keeps_what_was_committed(driver: Driver, worked: Path) -> None:
    server, before = county.server(), dump(worked)

    def work() -> None:
        with driver.open(worked, write=True) as ledger:
            intake(ledger, 7)
            server.stop("immediate")
            intake(ledger, 8)

    try:
        assert refused(work).exit_code == 22
        assert "连不上" in refused(lambda: driver.open(worked).__enter__()).message
        assert "连不上" in refused(lambda: driver.open(worked, write=True).__enter__()).message
    finally:
        server.start()
    assert dump(worked) == before
    with driver.open(worked, write=True) as ledger:
        assert ledger.verify(refold) == []
        intake(ledger, 7)


def test_a_whole_unit_is_done_again_after_a_deadlock(driver: Driver, worked: Path) -> None:
    tries: list[int] = []

    def work() -> str:
        with driver.open(worked, write=True) as ledger:
            tries.append(1)
            number = intake(ledger, 7)
            if len(tries) < 2:
                ledger.session.connection.execute(
                    "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'deadlock_detected'; END $$"
                )
            return number

    assert retry(work) == "ZY01-20260302-0002"
    assert len(tries) == 2
    with driver.open(worked) as ledger:
        assert ledger.verify(refold) == []


@pytest.mark.parametrize(("number", "kind"), [(SCHEMA + 1, NewerSchema), (SCHEMA - 1, OlderSchema)])
def test_another_schema_is_not_touched(
    driver: Driver, worked: Path, number: int, kind: type[BbcsError]
) -> None:
    with county.superuser() as connection:
        connection.execute("UPDATE version SET schema = %s", (number,))
        try:
            for write in (False, True):
                found = refused(lambda write=write: driver.open(worked, write=write).__enter__())
                assert isinstance(found, kind)
                assert str(number) in found.message
        finally:
            connection.execute("UPDATE version SET schema = %s", (SCHEMA,))


def test_a_station_of_an_older_schema_is_refolded_at_first_open(
    driver: Driver, worked: Path
) -> None:
    wanted = dump(worked)
    with county.superuser() as connection:
        county.without_triggers(connection)
        connection.execute("UPDATE meta SET value = '1' WHERE key = 'schema'")
        connection.execute("DELETE FROM case_row")
        connection.execute("DELETE FROM movement")
    with driver.open(worked) as ledger:
        assert ledger.session.meta["schema"] == str(SCHEMA)
        assert ledger.session.one("SELECT count(*) FROM case_row") == (3,)
        assert ledger.verify() == []
    assert dump(worked)["entry"] == wanted["entry"]


@pytest.mark.parametrize(
    ("take", "give"),
    [
        ("REVOKE SELECT ON case_row FROM bbcs_station", "GRANT SELECT ON case_row TO bbcs_station"),
        ("REVOKE INSERT ON entry FROM bbcs_station", "GRANT INSERT ON entry TO bbcs_station"),
        (
            "REVOKE USAGE ON SCHEMA bbcs FROM bbcs_station",
            "GRANT USAGE ON SCHEMA bbcs TO bbcs_station",
        ),
    ],
)
def test_too_few_rights(driver: Driver, worked: Path, take: str, give: str) -> None:
    def work() -> None:
        with driver.open(worked, write=True) as ledger:
            intake(ledger, 7)

    before = dump(worked)
    with county.superuser() as connection:
        connection.execute(take)
        try:
            found = refused(work)
        finally:
            connection.execute(give)
    assert isinstance(found, (StoreUnreachable, NotALedger))
    assert "bbcs county init" in found.message
    assert dump(worked) == before


def test_who_may_not_read_bodies_cannot_prove_them(driver: Driver, worked: Path) -> None:
    with county.superuser() as connection:
        connection.execute("REVOKE SELECT ON personal FROM bbcs_station")
        try:
            found = refused(lambda: _verified(driver, worked))
        finally:
            connection.execute("GRANT SELECT ON personal TO bbcs_station")
    assert "权限不够" in found.message


def _verified(driver: Driver, home: Path) -> None:
    with driver.open(home) as ledger:
        ledger.verify(refold)


def test_two_stations_of_one_code(driver: Driver, worked: Path, tmp_path: Path) -> None:
    before = dump(worked)
    found = refused(lambda: county.home(tmp_path / "again", "ZY01", "同码站"))
    assert isinstance(found, UsageError)
    assert "ZY01" in found.message
    assert not (tmp_path / "again").exists()
    assert dump(worked) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("/county?", "/elsewhere?"), "没有这个数据库"),
        (("postgresql:///", "postgresql://nobody@/"), "没有这个角色"),
        (("host=/", "host=/nowhere/"), "连不上"),
        (("/county?", "/postgres?"), "bbcs county init"),
    ],
)
def test_a_wrong_address(driver: Driver, worked: Path, change: tuple[str, str], words: str) -> None:
    store = station_file.read(worked).store.replace(*change)
    found = refused(lambda: open_ledger(worked, store=store).__enter__())
    assert found.exit_code in (21, 22)
    assert words in found.message


@pytest.fixture
def asking(driver: Driver, worked: Path) -> Iterator[postgres_server.Server]:
    """The server wants a password of the station's role."""
    server = county.server()
    with county.superuser() as connection:
        connection.execute("ALTER ROLE bbcs_zy01 PASSWORD 'example'")
    rules = server.folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"local all bbcs_zy01 scram-sha-256\n{before}")
    server.sql("SELECT pg_reload_conf()")
    yield server
    rules.write_text(before)
    server.sql("SELECT pg_reload_conf()")


def test_a_password_comes_from_a_file_or_the_environment(
    asking: postgres_server.Server, worked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _until_asked(worked)
    assert "没有给密码" in refused(lambda: open_ledger(worked).__enter__()).message
    monkeypatch.setenv("PGPASSWORD", "wrong")
    wrong = refused(lambda: open_ledger(worked).__enter__())
    assert "密码不对" in wrong.message
    assert "wrong" not in wrong.message
    monkeypatch.setenv("PGPASSWORD", "example")
    with open_ledger(worked) as ledger:
        assert ledger.head().seq == 13
    monkeypatch.delenv("PGPASSWORD")
    (worked / "pgpass").write_text("*:*:*:bbcs_zy01:example\n")
    (worked / "pgpass").chmod(0o644)
    assert "chmod 600" in refused(lambda: open_ledger(worked).__enter__()).message
    (worked / "pgpass").chmod(0o600)
    with open_ledger(worked) as ledger:
        assert ledger.head().seq == 13


def _until_asked(home: Path) -> None:
    """Waits until the server has read its rules again."""
    for _ in range(200):
        try:
            with open_ledger(home):
                pass
        except StoreUnreachable:
            return


def test_a_lock_that_is_not_free_is_refused(driver: Driver, worked: Path) -> None:
    with driver.open(worked, write=True):
        found = refused(lambda: driver.open(worked, write=True, wait=0.1).__enter__())
    assert isinstance(found, LedgerLocked)


def test_an_attachment_is_in_the_database_and_gone_with_its_transaction(
    driver: Driver, worked: Path, tmp_path: Path
) -> None:
    paper = tmp_path / "paper.bin"
    paper.write_bytes(bytes(range(256)) * 10_000)
    with pytest.raises(ZeroDivisionError), with_files(worked, [str(paper)]) as ledger:  # noqa: PT012
        ledger.attach(str(paper))
        raise ZeroDivisionError
    with county.superuser() as connection:
        assert connection.execute("SELECT count(*) FROM attachment").fetchone() == (0,)
    with with_files(worked, [str(paper)]) as ledger:
        digest, _, _ = ledger.attach(str(paper))
    with driver.open(worked) as ledger:
        assert b"".join(ledger.session.files.pieces(digest)) == paper.read_bytes()
    assert not [path for path in (worked / "attachments").rglob("*") if path.is_file()]


def test_no_home_is_left_of_an_init_that_is_refused(driver: Driver, tmp_path: Path) -> None:
    store = county.address().replace("/county?", "/elsewhere?")
    target = tmp_path / "home"
    refused(lambda: create(target, "ZY01", STAMP, engine=engine_of(store)))
    assert not target.exists()


def test_what_psycopg_says_is_never_shown(driver: Driver, worked: Path) -> None:
    with driver.open(worked) as ledger:
        error: Any = psycopg.errors.SyntaxError("SELECT body FROM personal WHERE body = '陈试验'")
        assert "陈试验" not in ledger.session.refusal(error).message


def test_a_refused_part_leaves_the_others(driver: Driver, worked: Path) -> None:
    with driver.open(worked, write=True) as ledger:
        intake(ledger, 7)
        with pytest.raises(ZeroDivisionError), ledger.step():  # noqa: PT012
            assert next(iter(ledger.office_wide()))
            raise ZeroDivisionError
        intake(ledger, 8)
    with driver.open(worked) as ledger:
        assert ledger.verify(refold) == []
        assert ledger.case_no("3", NOW.date()) == "ZY01-20260302-0003"


def test_a_role_that_nothing_binds_makes_no_ledger(driver: Driver, tmp_path: Path) -> None:
    county.empty("ZY01")
    store = county.address().replace("postgresql://", "postgresql://postgres@")
    found = refused(lambda: create(tmp_path / "home", "ZY01", STAMP, engine=engine_of(store)))
    assert "bbcs_zy01" in found.message


def test_many_files_leave_no_cursor(driver: Driver, worked: Path, tmp_path: Path) -> None:
    papers = [tmp_path / f"{number}.txt" for number in range(30)]
    for number, path in enumerate(papers):
        path.write_text(f"{number}")
    with with_files(worked, list(map(str, papers))) as ledger:
        digests = [ledger.attach(str(path))[0] for path in papers]
    with driver.open(worked) as ledger:
        for digest in digests:
            assert b"".join(ledger.session.files.pieces(digest))
        assert ledger.session.one("SELECT count(*) FROM pg_cursors") == (0,)


def test_a_sign_that_cannot_be_stored_is_no_lost_connection(driver: Driver, worked: Path) -> None:
    found = refused(lambda: _look_up(driver, worked))
    assert found.exit_code == 2


def _look_up(driver: Driver, home: Path) -> None:
    with driver.open(home) as ledger:
        ledger.by_source("a\0b", "1")
