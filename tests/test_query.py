"""bbcs.query: projections as rows, read-only, and nothing personal among them."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from sqlalchemy import literal_column, text
from sqlalchemy.exc import DatabaseError

import county
from bbcs import open_ledger, query
from bbcs.cli import run
from bbcs.errors import StoreUnreachable
from bbcs.query import CaseRow, CaseText, Movement, OrderRow, col, func, open_session, select
from bbcs.store import tables

NOW = datetime.fromisoformat("2026-09-30T09:10:00+08:00")
PERSONAL = ("陈试验", "13800000001", "110105194912310025")


IN_A_FILE = pytest.mark.parametrize("home", ["file"], indirect=True)


@pytest.fixture(params=["file", pytest.param("postgresql", marks=county.MISSING)])
def home(request, tmp_path):
    """A station with two cases, one of them assigned; the folder has a name that a URI must escape."""
    folder = tmp_path / "办 不成 100%?#"
    store = [] if request.param == "file" else ["--store", county.empty("CY01")]
    made = ["init", "--station", "CY01", "--name", "示例站", *store]
    assert run(["--home", str(folder), *made]) == 0
    with open_ledger(folder, now=NOW) as window:
        for matter in ("诊所执业备案", "户口迁移"):
            window.intake(
                matter=matter,
                demand="名称核准通不过",
                reporter=PERSONAL[0],
                phone=PERSONAL[1],
                id_number=PERSONAL[2],
            )
        window.act("0001", "triage", difficulty="general")
        window.act("0001", "assign", lead="甲单位")
    return folder


def test_rows_of_the_projections(home):
    with open_session(home) as session:
        cases = session.exec(select(CaseRow).order_by(col(CaseRow.case_no))).all()
        orders = session.exec(
            select(OrderRow.unit, CaseRow.phase)
            .join(CaseRow, col(CaseRow.case_no) == OrderRow.case_no)
            .where(OrderRow.state == "sent")
        ).all()
        received = session.exec(
            select(func.sum(Movement.delta)).where(Movement.kind == "Registered")
        ).one()
    assert [case.case_no[-4:] for case in cases] == ["0001", "0002"]
    assert (cases[0].difficulty, cases[0].due) == ("general", "2026-10-13")
    assert json.loads(cases[0].fold)["reporter"] == "陈**"
    assert orders == [("甲单位", "assigned")]
    assert received == 2


WRITES = (
    "UPDATE case_row SET round = 2",
    "DELETE FROM order_row",
    "INSERT INTO meta VALUES ('a', 'b')",
    "CREATE TABLE x (y TEXT)",
    "DROP TABLE case_row",
    "PRAGMA query_only = OFF",
    "PRAGMA user_version = 7",
    "ATTACH 'other.db' AS other",
    "VACUUM",
)
OTHERS = ("SELECT * FROM personal", "SELECT data FROM entry", "SELECT * FROM sqlite_master")


@IN_A_FILE
@pytest.mark.parametrize("statement", [*WRITES, *OTHERS])
def test_what_writes_or_reads_elsewhere_is_refused(home, statement):
    before = (home / "ledger.db").read_bytes()
    with open_session(home) as session, pytest.raises(DatabaseError):
        session.connection().execute(text(statement))
    assert (home / "ledger.db").read_bytes() == before


def test_a_changed_row_cannot_be_kept(home):
    with open_session(home) as session:
        row = session.exec(select(CaseRow)).first()
        row.phase = "closed"
        with pytest.raises(DatabaseError):
            session.commit()
        session.rollback()
        row = session.exec(select(CaseRow)).first()
        session.delete(row)
        with pytest.raises(DatabaseError):
            session.flush()
        session.rollback()
        assert "closed" not in session.exec(select(CaseRow.phase)).all()


@IN_A_FILE
def test_the_engine_underneath_cannot_write_either(home):
    """Without the authorizer SQLite itself refuses: the file is open for reading alone."""
    with open_session(home) as session:
        driver = session.connection().connection.driver_connection
        driver.set_authorizer(None)
        for off in ("", "PRAGMA query_only = OFF"):
            driver.execute(off)
            with pytest.raises(driver.OperationalError, match="readonly"):
                driver.execute("UPDATE case_row SET round = 2")


@pytest.mark.parametrize("home", [pytest.param("postgresql", marks=county.MISSING)], indirect=True)
def test_a_database_gives_no_more(home):
    """Built statements over the projections of the own station; no text, no other table."""
    county.with_role("CY02")
    with county.superuser() as connection:
        county.without_triggers(connection)
        connection.execute("INSERT INTO meta VALUES ('CY02', 'x', 'y')")
        connection.execute("INSERT INTO case_text VALUES ('CY02', 1, 'CY02-20260930-0001', '甲')")
    refused = (
        text("SELECT body FROM personal"),
        select(tables.Personal),
        select(CaseRow).where(text("EXISTS (SELECT 1 FROM personal)")),
        select(literal_column("(SELECT max(body) FROM personal)")),
        select(CaseRow.case_no).where(
            col(CaseRow.case_no).in_(select(tables.EntryRow.case_no).where(tables.EntryRow.v == 1))
        ),
        *map(text, WRITES[:5]),
    )
    with open_session(home) as session:
        for statement in refused:
            with pytest.raises(DatabaseError):
                session.connection().execute(statement)
        with pytest.raises(DatabaseError):
            session.connection().exec_driver_sql("SELECT body FROM personal")
        assert len(session.exec(select(CaseText)).all()) == 2, "the other station's is not seen"
        driver = session.connection().connection.driver_connection
        with pytest.raises(driver.DatabaseError, match="read-only"):
            driver.execute("UPDATE case_row SET round = 2")


def test_nothing_personal_is_there(home):
    """No table but those derived, and no value of theirs holds what the personal table keeps."""
    mapped = {str(one.__tablename__) for one in query.PROJECTIONS}
    assert mapped == set(tables.metadata.tables) - {"personal", "entry", "meta", "document"}
    assert not hasattr(query, "Personal")
    with open_session(home) as session:
        values = [
            str(value)
            for model in query.PROJECTIONS
            for row in session.exec(select(model)).all()
            for value in row.model_dump().values()
        ]
        found = session.exec(select(CaseText.text)).all()
        assert any(text.startswith("CY01-20260930-0001") for text in found)
    assert len(values) > 100
    assert [value for value in values for secret in PERSONAL if secret in value] == []


def test_an_open_session_keeps_nobody_from_writing(home):
    count = select(func.count()).select_from(CaseRow)
    with open_session(home) as session:
        before = session.exec(count).one()
        with open_ledger(home, now=NOW) as window:
            window.intake(matter="施工许可", demand="办不了", reporter="李样例")
        assert (before, session.exec(count).one()) == (2, 3)


def test_a_home_without_a_ledger_is_refused(tmp_path):
    with pytest.raises(StoreUnreachable), open_session(tmp_path):
        pass
