"""What any engine must find: words of any length, exact look-ups first, pages; and that the index always equals the texts."""

# ruff: noqa: PT012 - the block under test is a whole transaction

from __future__ import annotations

import random
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from store_drive import NOW, OF_FILES, Driver, act, dump, history, intake, projection_of, refold

from bbcs.domain.repeated import folded
from bbcs.errors import BadValue, BbcsError
from bbcs.store import searching
from bbcs.store.sqlite import dialect
from bbcs.store.sqlite.file import schema
from bbcs.usecases.ledger import Projection


def put(ledger: Any, text: str, number: int = 1, days: int = 0, **more: Any) -> str:
    """A case whose readable text is `text`."""
    case_no = intake(ledger, number, NOW + timedelta(days), **more)
    ledger.project(projection_of(ledger.events(case_no))._replace(text=text))
    return case_no


def found(ledger: Any, text: str, limit: int = 99) -> list[str]:
    return [row["case_no"] for row in ledger.search(text, limit)]


@pytest.fixture(params=["index", "rows"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With FTS5, and as if this SQLite had none."""
    if request.param == "rows":
        without(monkeypatch)
    return str(request.param)


def without(monkeypatch: pytest.MonkeyPatch) -> None:
    """An SQLite without FTS5."""
    monkeypatch.setattr(dialect, "has_full_text", lambda connection: False)
    monkeypatch.setattr(dialect, "SEARCHABLE", "SELECT 1 FROM no_such_module")


def test_words_of_any_length(driver: Driver, home: Path, way: str) -> None:
    with driver.open(home, write=True) as ledger:
        one = put(ledger, "低保申请\n户籍在外地，医保断缴", 1)
        two = put(ledger, "低保复核\nPDF 打不开ＥＲＲＯＲ42𠮷", 2)
        for text, wanted in {
            "低保": [two, one],
            "户籍": [one],
            "医保": [one],
            "保": [two, one],
            "缴": [one],
            "地医": [one],
            "请户": [],  # not across two texts
            "pdf": [two],
            "error": [two],
            "开error42": [two],
            "𠮷": [two],
            "户籍 低保": [one],
            "户籍 复核": [],
            "保 保": [two, one],
            "外地,医保": [one],
            "低保*": [two, one],
            "低 OR 户籍": [],
            '"低保"': [two, one],
            "低保 AND": [],
            "x" * 200: [],
        }.items():
            assert found(ledger, text) == wanted, text
        assert ledger.search("户籍", 9)[0]["text"] == "低保申请\n户籍在外地，医保断缴"
        assert {"case_no", "phase", "fold", "due"} <= set(ledger.search("户籍", 9)[0])
        for text in ("", "，", '"', "*", "-", "x" * 201):
            with pytest.raises(BadValue):
                ledger.search(text, 9)


def test_exact_hits_come_first(driver: Driver, home: Path, way: str) -> None:
    with driver.open(home, write=True) as ledger:
        one = put(
            ledger,
            "甲",
            1,
            source="hall",
            source_no="低保0001",
            id_number="530303190001019993",
            phone="138 0000 0001",
        )
        two = put(ledger, "低保0001", 2, 1)
        assert found(ledger, "低保0001") == [one, two]
        assert found(ledger, "低保0001", 1) == [one]
        for text in (
            one,
            one.lower(),
            "20260302-0001",
            "20260302-1",
            "+86 13800000001",
            "138-0000-0001",
            "530303190001019993",
        ):
            assert found(ledger, text)[:1] == [one], text
        assert found(ledger, "0001") == [two, one]  # the newest first
        assert found(ledger, "陈试验1") == [] == found(ledger, "陈试验")  # digits: no name
        three = put(ledger, "乙", 3, 2, reporter="欧阳 试验")
        assert found(ledger, "欧阳试验") == found(ledger, "欧阳 试验") == [three]


def test_the_newest_come_first(driver: Driver, home: Path, way: str) -> None:
    draw = random.Random(7)
    with driver.open(home, write=True) as ledger:
        made = [put(ledger, "低保", number, draw.randrange(5)) for number in range(1, 24)]
        newest = sorted(made, reverse=True)
        assert found(ledger, "低保") == newest
        assert found(ledger, "低保", 5) == newest[:5]


def test_the_text_is_replaced_not_added(driver: Driver, home: Path, way: str) -> None:
    with driver.open(home, write=True) as ledger:
        case_no = put(ledger, "低保申请\n户籍")
        for text, there, gone in (
            ("低保申请", "低保", "户籍"),
            ("医保", "医保", "低保"),
            ("", "", "医保"),
            ("户籍", "户籍", "医保"),
        ):
            ledger.project(projection_of(ledger.events(case_no))._replace(text=text))
            assert found(ledger, gone) == []
            assert not there or found(ledger, there) == [case_no]


def texts(seed: int) -> Any:
    """A refold whose texts are drawn anew for each case and seed."""

    def told(events: Any) -> Any:
        draw = random.Random(f"{seed}{events[0].case_no}")
        plain = projection_of(events)
        return (
            plain._replace(text="".join(draw.choices("低保户籍医，ａB c\n", k=draw.randrange(30))))
            if events[0].case_no
            else plain
        )

    return told


@pytest.mark.parametrize("seed", range(6))
def test_the_index_equals_a_scan_whatever_was_written(
    driver: Driver, home: Path, seed: int
) -> None:
    draw = random.Random(seed)
    with driver.open(home, write=True) as ledger:
        made = history(ledger, 6)
    for turn in range(4):
        with driver.open(home, write=True) as ledger:
            for case_no in draw.sample(made, 4):
                ledger.project(texts(turn)(ledger.events(case_no)))
            held = {
                row[2]: row[3]
                for row in ledger.session.connection.execute("SELECT * FROM case_text")
            }
            for _ in range(30):
                word = "".join(draw.choices("低保户籍医ab", k=draw.randint(1, 3)))
                wanted = sorted(
                    (
                        no
                        for no, text in held.items()
                        if any(word in folded(one) for one in text.split("\n"))
                    ),
                    reverse=True,
                )
                assert found(ledger, word) == wanted, word
            codes = [finding.code for finding in ledger.verify(refold)]
            assert "search" not in codes


@OF_FILES
def test_rebuilt_from_nothing(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        history(ledger)
        before = found(ledger, "核准")
        assert len(before) == 3
    stored = dump(home)
    connection = driver.raw(home)
    connection.execute("DELETE FROM case_text")
    connection.execute(dialect.UNINDEX_ALL.format(index=dialect.CASE_SEARCH))
    connection.close()
    with driver.open(home, write=True) as ledger:
        assert found(ledger, "核准") == []
        assert len(ledger.verify(refold)) == 3
        ledger.rebuild(refold)
        assert ledger.verify(refold) == []
        assert found(ledger, "核准") == before
    assert dump(home) == stored


@OF_FILES
@pytest.mark.parametrize(
    "text",
    [
        dialect.UNINDEX_ALL.format(index=dialect.CASE_SEARCH),
        "INSERT INTO case_search (rowid, station, text) VALUES (7, 'ZY01', '低 保')",
        "UPDATE case_text SET text = '低保'",
    ],
)
def test_an_index_that_differs_is_found(driver: Driver, home: Path, text: str) -> None:
    with driver.open(home, write=True) as ledger:
        history(ledger)
    connection = driver.raw(home)
    connection.execute(text)
    connection.close()
    with driver.open(home) as ledger:
        assert "search" in {finding.code for finding in ledger.verify(refold)}
        with pytest.raises(sqlite3.OperationalError):
            ledger.session.connection.execute("DELETE FROM meta")  # still only reading
    with driver.open(home, write=True) as ledger:
        ledger.rebuild(refold)
        assert ledger.verify(refold) == []


@OF_FILES
def test_a_damaged_index_is_a_finding_and_is_rebuilt(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        history(ledger)
    connection = driver.raw(home)
    connection.execute("UPDATE case_search_data SET block = zeroblob(40) WHERE id > 10")
    connection.close()
    with driver.open(home) as ledger:
        assert "search" in {finding.code for finding in ledger.verify(refold)}
    with driver.open(home, write=True) as ledger:
        ledger.rebuild(refold)
        assert ledger.verify(refold) == []
        assert len(found(ledger, "核准")) == 3


@OF_FILES
def test_a_home_made_without_fts5(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as poor:
        without(poor)
        home = driver.create(tmp_path / "poor")
        assert not any(index in schema(full_text=False) for index in dialect.SEARCHES)
        with driver.open(home, write=True) as ledger:
            history(ledger)
            assert ledger.verify(refold) == []
            assert len(found(ledger, "核准")) == 3
            ledger.rebuild(refold)
    with driver.open(home, write=True) as ledger:  # FTS5 has come
        assert len(found(ledger, "核准")) == 3
        assert {finding.code for finding in ledger.verify(refold)} == {"schema"}
        ledger.rebuild(refold)
        assert ledger.verify(refold) == []
        assert ledger.session.full_text.usable()
        assert len(found(ledger, "核准")) == 3


@OF_FILES
def test_what_was_written_without_fts5_is_not_missed_later(
    driver: Driver, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with driver.open(home, write=True) as ledger:
        history(ledger)
    with monkeypatch.context() as poor:
        without(poor)
        with driver.open(home, write=True) as ledger:
            case_no = put(ledger, "低保", 9)

            def again(cases: Any) -> list[Projection]:
                made = [projection_of(events) for events in cases]
                return [
                    one._replace(text="低保") if one.case.get("case_no") == case_no else one
                    for one in made
                ]

            assert ledger.verify(again) == []
    with driver.open(home, write=True) as ledger:
        assert found(ledger, "低保") == [case_no]
        assert not ledger.session.full_text.usable()
        act(ledger, case_no, "Noted", text="户籍")
        assert found(ledger, "户籍") == [case_no]
        ledger.rebuild(refold)
        assert ledger.session.full_text.usable()
        assert found(ledger, "户籍") == [case_no]
        assert ledger.verify(refold) == []


def test_a_text_changed_behind_our_back_undoes_the_transaction(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        intake(ledger)
    before = dump(home)
    with pytest.raises(BbcsError, match="撤回"), driver.open(home, write=True) as ledger:
        act(ledger, "ZY01-20260302-0001", "Noted", text="x")
        ledger.session.connection.execute("UPDATE case_text SET text = 'y'")
    assert dump(home) == before


@OF_FILES
def test_the_newest_are_found_without_sorting(driver: Driver, home: Path) -> None:
    with driver.open(home) as ledger:
        named = {"words": 'text : "低 保"', "limit": 9, "station": "ZY01"}
        rows = ledger.session.connection.execute(
            f"EXPLAIN QUERY PLAN {searching.sql.FOUND}{dialect.MATCHING}", named
        )
        plan = "; ".join(row[3] for row in rows)
    assert plan.startswith("SCAN s VIRTUAL TABLE"), plan
    assert "TEMP B-TREE" not in plan
    assert plan.count("SEARCH") == 2


def lexicon(cases: Any) -> list[Projection]:
    """A refold to texts of words that no other case has, enough for an index of several pages."""
    made = []
    for events in cases:
        plain = projection_of(events)
        if case_no := events[0].case_no:
            first = 0x4E00 + int(case_no[-4:]) * 90
            plain = plain._replace(text="".join(map(chr, range(first, first + 90))))
        made.append(plain)
    return made


@OF_FILES
@pytest.mark.parametrize(
    "text",
    [
        "DELETE FROM case_search_idx WHERE term > x''",
        "UPDATE case_search_idx SET pgno = 2 WHERE term > x''",
    ],
)
def test_words_that_stand_in_the_index_and_are_found_no_more_are_a_finding(
    driver: Driver, home: Path, text: str
) -> None:
    """An insider hides cases from every search: their words stay, the way to them goes."""
    with driver.open(home, write=True) as ledger:
        for number in range(1, 61):
            case_no = intake(ledger, number)
        ledger.rebuild(lexicon)
    with driver.open(home) as ledger:
        assert ledger.verify(lexicon) == []
        assert found(ledger, chr(0x4E00 + 60 * 90)) == [case_no]
    connection = driver.raw(home)
    assert connection.execute(text).rowcount
    connection.close()
    with driver.open(home) as ledger:
        assert found(ledger, chr(0x4E00 + 60 * 90)) == []
        assert {finding.where for finding in ledger.verify(lexicon)} == {"case_search"}
    with driver.open(home, write=True) as ledger:
        ledger.rebuild(lexicon)
        assert ledger.verify(lexicon) == []
        assert found(ledger, chr(0x4E00 + 60 * 90)) == [case_no]
