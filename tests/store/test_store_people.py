"""The index of people: found by part, proved, mended, forgotten; and several numbers in one phone field."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from store_drive import NOW, OF_FILES, Driver, act, intake, projection_of as plain

from bbcs.domain.fold import fold
from bbcs.errors import OutputNotWritable
from bbcs.query import open_session
from bbcs.store import indexes
from bbcs.store.sqlite import dialect
from bbcs.usecases.ledger import Projection, Stamp
from bbcs.usecases.projection import _people


def projection_of(events: Any) -> Projection:
    """As a real refold: the look-ups are those of the corrected registration."""
    made = plain(events)
    return made._replace(people=_people(fold(events))) if made.case else made


def refold(cases: Any) -> list[Projection]:
    """The `Refold` of these tests."""
    return [projection_of(events) for events in cases]


def by_part(ledger: Any, text: str, parts: int = 20) -> list[tuple[str, list[str]]]:
    rows = ledger.search(text, 50, parts=parts)
    return [(row["case_no"], row["where"]) for row in rows if row["by_part"]]


def take(ledger: Any, number: int = 1, **more: Any) -> str:
    case_no = intake(ledger, number, **more)
    ledger.project(projection_of(ledger.events(case_no)))
    return case_no


PERSON = {
    "reporter": "何大妈",
    "phone": "13800000601/0874-3123456",
    "id_number": "530303190001010075",
    "contact_person": "陈试验",
    "contact_phone": "15900000002",
}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("何", ["反映人"]),
        ("陈", ["代办人"]),
        ("大妈", ["反映人"]),
        ("何·大", ["反映人"]),
        ("0601", ["联系电话"]),
        ("３４５６", ["联系电话"]),
        ("0002", ["代办人电话"]),
        ("0075", []),
        ("010075", ["身份证号"]),
        ("19000101", ["身份证号"]),
        ("何 0601", ["反映人", "联系电话"]),
        ("何 0602", []),
        ("妈", []),
        ("601", []),
        ("大陈", []),
        ("0001 0601", []),
    ],
)
def test_a_part_is_enough(driver: Driver, home: Path, text: str, where: list[str]) -> None:
    with driver.open(home, write=True) as ledger:
        case_no = take(ledger, **PERSON)
        take(ledger, 2, reporter="李大爷", phone="13700000001", id_number="")
        found = by_part(ledger, text)
    assert found == ([(case_no, where)] if where else [])


def test_a_firm_is_found_by_part_of_its_name_not_by_its_first_character(
    driver: Driver, home: Path
) -> None:
    with driver.open(home, write=True) as ledger:
        take(
            ledger, reporter="示例商贸有限公司", reporter_type="enterprise", phone="", id_number=""
        )
        assert [where for _, where in by_part(ledger, "商贸有限")] == [["反映人"]]
        assert by_part(ledger, "示") == []


def test_what_was_corrected_is_found_no_more(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        case_no = take(ledger, **PERSON)
        act(ledger, case_no, "Corrected", field="reporter", version=1, text="吕大妈", why="写错")
        ledger.project(projection_of(ledger.events(case_no)))
        assert by_part(ledger, "何") == []
        assert by_part(ledger, "吕大") == [(case_no, ["反映人"])]
        assert ledger.verify(refold) == []


@pytest.mark.parametrize("more", [{"track": "conduct"}, {"anonymous": True}])
def test_who_is_hidden_is_not_found(driver: Driver, home: Path, more: dict[str, Any]) -> None:
    with driver.open(home, write=True) as ledger:
        take(ledger, **PERSON, **more)
        for text in ("何", "大妈", "0601", "010075", "13800000601"):
            assert by_part(ledger, text) == []
            assert not any(row["where"] for row in ledger.search(text, 50, parts=20))


def test_exact_hits_come_first_and_parts_are_few(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        numbers = [
            take(ledger, number, reporter=f"何大{'甲乙丙丁'[number % 4]}")
            for number in range(1, 31)
        ]
        rows = ledger.search("何大甲", 50, parts=20)
        assert {row["case_no"] for row in rows if row["where"] == ["反映人"]} == set(numbers[3::4])
        assert by_part(ledger, "何大甲") == []
        assert [case_no for case_no, _ in by_part(ledger, "何大")] == numbers[:-21:-1]
        assert len(by_part(ledger, "何", 3)) == 3
        ledger.count_search(Stamp("zs", NOW), 3)
    line = (home / "log" / "searches.ndjson").read_text(encoding="utf-8")
    assert line == f'{{"at": "{NOW.isoformat()}", "actor": "zs", "cases": 3}}\n'


def test_a_log_that_cannot_be_written_is_a_refusal(driver: Driver, home: Path) -> None:
    (home / "log").rmdir()
    (home / "log").write_text("")
    with driver.open(home) as ledger, pytest.raises(OutputNotWritable):
        ledger.count_search(Stamp("zs", NOW), 1)


WRONG = (
    dialect.UNINDEX_ALL.format(index=dialect.PERSON_SEARCH),
    "INSERT INTO person_search (rowid, station, text) VALUES (7, 'ZY01', 's何 何大')",
    "INSERT INTO person_search_config VALUES ('stale', 77)",
)


@OF_FILES
@pytest.mark.parametrize("text", WRONG)
def test_an_index_that_differs_is_found_and_mended(driver: Driver, home: Path, text: str) -> None:
    with driver.open(home, write=True) as ledger:
        case_no = take(ledger, **PERSON)
    connection = driver.raw(home)
    connection.execute(text)
    connection.close()
    with driver.open(home) as ledger:
        found = {finding.where for finding in ledger.verify(refold)}
        assert found == (set() if "stale" in text else {"person_search"})
    with driver.open(home, write=True) as ledger:
        ledger.rebuild(refold)
        assert ledger.verify(refold) == []
        assert by_part(ledger, "何大") == [(case_no, ["反映人"])]


@OF_FILES
def test_what_is_forgotten_is_in_no_page_of_the_file(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        take(ledger, **PERSON)
        take(ledger, 2, reporter="李大爷", phone="13700000001", id_number="")
    secrets = ("s何".encode(), "大妈".encode(), b"010075", b"0601")
    connection = driver.raw(home)
    before = pages(connection)
    assert (
        secrets[0] in before
    )  # of the others the file holds what they do not share with the term before
    connection.close()
    with driver.open(home, write=True) as ledger:
        indexes.forget(ledger.session, 1)
        ledger.session.people.purge()
        assert by_part(ledger, "何") == []
        assert [where for _, where in by_part(ledger, "李")] == [["反映人"]]
    connection = driver.raw(home)
    after = pages(connection)
    assert not any(secret in after for secret in secrets)
    connection.close()


def pages(connection: sqlite3.Connection) -> bytes:
    """What the tables of the index hold."""
    return b"".join(row[0] for row in connection.execute("SELECT block FROM person_search_data"))


def test_the_query_api_cannot_read_it(driver: Driver, home: Path) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DatabaseError

    with driver.open(home, write=True) as ledger:
        take(ledger, **PERSON)
    with open_session(home) as session:
        for table in ("person_search", "person_search_data", "personal"):
            with pytest.raises(DatabaseError):
                session.execute(text(f"SELECT * FROM {table}")).all()


def test_each_number_of_a_phone_field_is_a_key(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        days = NOW.date(), NOW.date() + timedelta(1)
        case_no = take(ledger, id_number="", phone="13800000601／0874-3123456、15911112222")
        other = take(ledger, 2, id_number="", phone="13700000001")
        for number in ("13800000601", "0874 3123456", "+86 159-1111-2222"):
            (row,) = ledger.search(number, 9)
            assert (row["case_no"], row["where"]) == (case_no, ["联系电话"])
            for people in ({"phone": number}, {"phone": f"13999999999 {number}"}):
                found = ledger.same_person(people, ["诊所执业备案"], days, 9)
                assert [one["case_no"] for one in found] == [case_no]
        both = ledger.same_person({"phone": "15911112222/13700000001"}, ["诊所执业备案"], days, 9)
        assert [one["case_no"] for one in both] == [case_no, other]
        assert ledger.verify(refold) == []
