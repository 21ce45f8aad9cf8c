"""What any engine must do: append, read, number, find, count, rebuild."""

# ruff: noqa: PT012 - the block under test is a whole transaction

from __future__ import annotations

import sqlite3
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from store_drive import (
    NOW,
    OF_FILES,
    STAMP,
    Driver,
    act,
    consult,
    dump,
    history,
    intake,
    projection_of,
    refold,
    words,
)

from bbcs.calendar.dates import CST
from bbcs.domain.case import CLOSES, OPENS
from bbcs.domain.event import Draft
from bbcs.domain.order import UnitRef
from bbcs.errors import AmbiguousId, BadValue, BbcsError, LedgerConflict, UnknownCase, UnknownKey
from bbcs.store import filters
from bbcs.store.engine import SCHEMA
from bbcs.usecases.ledger import Filter

TODAY = NOW.date()


def test_what_is_appended_is_read_back(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        made = ledger.append(
            "ZY01-20260302-0001",
            0,
            [Draft("Registered", NOW, words()), Draft("Accepted", NOW, {})],
            STAMP,
        )
    with driver.open(home) as ledger:
        assert ledger.events("ZY01-20260302-0001") == made
        assert [event.version for event in made] == [1, 2]
        assert dict(made[0].data) == words()
        assert ledger.head().seq == 2
        assert ledger.head().recorded_at == "2026-03-02T09:00:00+08:00"
        with pytest.raises(UnknownCase):
            ledger.events("ZY01-20260302-0002")


def test_empty_ledger(driver: Driver, home: Path) -> None:
    with driver.open(home) as ledger:
        assert ledger.head() == ("ZY01", 0, "0" * 64, "")
        assert ledger.find(Filter(NOW)) == []
        assert ledger.verify(refold) == []
        assert ledger.next_number(TODAY) == "ZY01-20260302-0001"


def test_conflict_names_what_changed(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        case_no = intake(ledger)
        with pytest.raises(LedgerConflict, match=r"zs 在 2026-03-02 09:00 办了“准予受理”"):
            ledger.append(case_no, 1, [Draft("Noted", NOW, {"text": "x"})], STAMP)
        with pytest.raises(LedgerConflict, match="没有第 9 步"):
            ledger.append(case_no, 9, [Draft("Noted", NOW, {"text": "x"})], STAMP)
        with pytest.raises(LedgerConflict):
            ledger.append(case_no, 0, [Draft("Registered", NOW, words())], STAMP)


def test_any_exception_undoes_everything(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        intake(ledger)
    before = dump(home)
    with pytest.raises(ZeroDivisionError), driver.open(home, write=True) as ledger:
        intake(ledger, 2)
        raise ZeroDivisionError
    assert dump(home) == before


@OF_FILES
def test_reading_never_writes(driver: Driver, home: Path) -> None:
    with driver.open(home) as ledger, pytest.raises(BbcsError, match="不能写"):
        intake(ledger)
    with driver.open(home) as ledger, pytest.raises(sqlite3.OperationalError):
        ledger.session.connection.execute("DELETE FROM meta")


@OF_FILES
def test_the_authorizer_is_a_seat_belt(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        for text in (
            "DROP TABLE movement",
            "DROP TRIGGER tr_entry_update",
            "ALTER TABLE entry RENAME TO old",
            "ATTACH ':memory:' AS x",
        ):
            with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|prohibited"):
                ledger.session.connection.execute(text)


@OF_FILES
@pytest.mark.parametrize(
    "text",
    [
        "UPDATE entry SET actor = 'x' WHERE station_seq = 1",
        "DELETE FROM entry WHERE station_seq = 2",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE station_seq = 1",
        "INSERT OR REPLACE INTO entry SELECT station, 3, case_no, version, v, 'Noted', at, recorded_at, actor, clock, data, commitment,"
        " digest, digest FROM entry WHERE station_seq = 2",
        "INSERT INTO entry SELECT station, 4, case_no, 3, v, kind, at, recorded_at, actor, clock, data, commitment, digest, digest"
        " FROM entry WHERE station_seq = 2",
        "INSERT INTO entry SELECT station, 3, case_no, 3, v, kind, at, recorded_at, actor, clock, data, commitment, prev, digest"
        " FROM entry WHERE station_seq = 2",
        "INSERT INTO entry SELECT * FROM entry WHERE station_seq = 1 ON CONFLICT DO UPDATE SET actor = 'x'",
        "UPDATE personal SET body = '{}'",
        "INSERT OR REPLACE INTO personal SELECT station, station_seq, salt, '{}' FROM personal",
        "INSERT OR REPLACE INTO personal VALUES ('ZY01', 99, zeroblob(16), '{}')",
    ],
)
@pytest.mark.parametrize("pragmas", ["", "PRAGMA recursive_triggers=ON; PRAGMA foreign_keys=ON"])
def test_append_only(driver: Driver, home: Path, text: str, pragmas: str) -> None:
    with driver.open(home, write=True) as ledger:
        intake(ledger)
    before = dump(home)
    if "99" in text and not pragmas:
        pytest.skip("a program without foreign keys may add a stray body: verify finds it")
    connection = driver.raw(home)
    connection.executescript(pragmas)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(text)
    connection.close()
    assert dump(home) == before


def test_numbers_are_gap_free_per_day(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        assert [intake(ledger, n) for n in (1, 2)] == ["ZY01-20260302-0001", "ZY01-20260302-0002"]
        assert intake(ledger, 3, NOW + timedelta(1)) == "ZY01-20260303-0001"
        assert ledger.next_number(TODAY) == "ZY01-20260302-0003"
    with pytest.raises(ZeroDivisionError), driver.open(home, write=True) as ledger:
        intake(ledger, 4)
        raise ZeroDivisionError
    with driver.open(home) as ledger:
        assert ledger.next_number(TODAY) == "ZY01-20260302-0003"


def test_numbers_grow_past_9999(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        case_no = "ZY01-20260302-9999"
        ledger.append(case_no, 0, [Draft("Registered", NOW, words())], STAMP)
        ledger.project(projection_of(ledger.events(case_no)))
        assert intake(ledger, 2) == "ZY01-20260302-10000"
        assert ledger.case_no("10000", TODAY) == "ZY01-20260302-10000"


def test_short_numbers(driver: Driver, home: Path) -> None:
    yesterday = NOW - timedelta(1)
    with driver.open(home, write=True) as ledger:
        old = [intake(ledger, n, yesterday) for n in (1, 2, 3)]
        new = [intake(ledger, n) for n in (4, 5)]
        for short in (
            "0003",
            "3",
            "20260301-0003",
            "20260301-3",
            " ZY01-20260301-0003 ",
            "zy01-20260301-0003",
            "ZY01-20260301-3",
        ):
            assert ledger.case_no(short, TODAY) == old[2]
        assert ledger.case_no("1", TODAY) == new[0]
        assert ledger.case_no("0001", TODAY - timedelta(1)) == old[0]
        with pytest.raises(AmbiguousId) as refused:
            ledger.case_no("1", TODAY + timedelta(9))
        assert refused.value.allowed == [new[0], old[0]]
        act(ledger, new[0], "Closed")
        with pytest.raises(AmbiguousId):
            ledger.case_no("1", TODAY)
        for short in (
            "7",
            "0",
            "0302-0001",
            "XX01-20260302-0001",
            "20260303-0001",
            "abc",
            "",
            "-",
            "1-1",
            "二",
            "1" * 30,
            "ZY01-0001",
        ):
            with pytest.raises(UnknownCase):
                ledger.case_no(short, TODAY)


def _ask(**wanted: object) -> Filter:
    return Filter(NOW, **wanted)  # type: ignore[arg-type]


def test_rows_that_pass_by_are_those_that_are_read_at_once(
    driver: Driver, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a list and of the desk, in blocks of two, with their deadlines."""
    monkeypatch.setattr(filters, "_AT_ONCE", 2)
    with driver.open(home, write=True) as ledger:
        for number in range(1, 8):
            no = intake(ledger, number)
            act(ledger, no, "Triaged", difficulty="complex", due=TODAY + timedelta(number))
        for later in (0, 4, 30):
            now = NOW + timedelta(days=later)
            read = ledger.find(Filter(now))
            total, passing = ledger.stream(Filter(now))
            assert (total, list(passing)) == (7, read)
            groups = [(one.name, one.total, list(one.rows)) for one in ledger.desk_stream(now)]
            assert groups == [(one.name, one.total, one.rows) for one in ledger.desk(now, None)]
            late = {name: total for name, total, _ in groups}.get("overdue", 0)
            assert late == {0: 0, 4: 3, 30: 7}[later]


def test_find_by_every_filter(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        first, second, third = history(ledger)
        act(ledger, second, "Assigned", lead=["GAJ", "区公安局"], due=date(2026, 3, 1))
        act(ledger, third, "Triaged", difficulty="simple", fast=True, due=TODAY)
        act(ledger, intake(ledger, 4, source="hall", source_no="A-1"), "Closed")

        def found(**wanted: object) -> list[str]:
            rows = ledger.find(_ask(**wanted))
            assert ledger.tally(_ask(**wanted)) == len(rows)
            total, passing = ledger.stream(_ask(**wanted))
            assert (total, list(passing)) == (len(rows), rows)
            return [row["case_no"] for row in rows]

        closed = "ZY01-20260302-0002"
        assert found() == [second, third, first]
        assert found(active=False, sort="number") == [first, closed, second, third]
        assert found(active=False, sort="received") == [first, closed, second, third]
        assert found(active=False) == [second, third, first, closed]  # without a due date: last
        assert found(phases=["assigned", "triaged"]) == [second, third]
        assert found(overdue=True) == [second]
        assert found(warning=True) == [third]
        assert found(due=TODAY) == [third]
        assert found(due_before=TODAY) == [second]
        assert found(unit=UnitRef("", "区卫健局")) == [first]
        assert found(unit=UnitRef("WJJ", "新名称")) == [first]
        assert found(unit=UnitRef("XIN", "区卫健局")) == []
        assert found(unit=UnitRef("", "区公安局")) == [second]
        assert found(difficulty="simple") == [third]
        assert found(cause="no_rule") == [first]
        assert found(cause="no%") == found(cause="n_rule") == []
        assert found(flags=["fast"]) == [third]
        assert found(handler="李经办") == [first]
        assert found(unsigned=True) == [second, first]
        assert found(received_from=TODAY, received_to=TODAY) == [first]
        assert found(resolved_from=TODAY, resolved_to=TODAY + timedelta(3)) == [first]
        assert found(source_no="A-1", active=False) == [closed]
        assert found(channel="counter", demand_kind="help", limit=None) == [second, third, first]
        assert found(provisional=True) == found(callback_due=True) == []
        assert ledger.tally(_ask(limit=1)) == 3
        assert ledger.by_source("hall", "A-1") == closed
        assert ledger.by_source("hall", "A-2") == ""
        with pytest.raises(BadValue):
            ledger.find(_ask(sort="due; DROP TABLE entry"))


def test_overdue_begins_the_day_after_a_date_and_at_once_after_a_time(
    driver: Driver, home: Path
) -> None:
    with driver.open(home, write=True) as ledger:
        case_no = intake(ledger)
        base = projection_of(ledger.events(case_no))
        for due, overdue in (
            ("2026-03-02", 0),
            ("2026-03-01", 1),
            ("2026-03-02T08:59:59+08:00", 1),
            ("2026-03-02T09:00:00+08:00", 0),
        ):
            ledger.project(
                base._replace(case={**base.case, "next_due": due, "warn_from": "2026-03-01"})
            )
            assert ledger.tally(_ask(overdue=True)) == overdue
            assert ledger.tally(_ask(warning=True)) == 1 - overdue


@pytest.mark.parametrize("sort", ["due", "received", "number"])
def test_keyset_pages_give_every_row_once(driver: Driver, home: Path, sort: str) -> None:
    with driver.open(home, write=True) as ledger:
        for number in range(1, 12):
            case_no = intake(ledger, number, NOW + timedelta(days=number % 3))
            if number % 2:
                act(
                    ledger,
                    case_no,
                    "Triaged",
                    difficulty="simple",
                    due=TODAY + timedelta(number % 4),
                )
        every = [row["case_no"] for row in ledger.find(_ask(sort=sort))]
        paged: list[str] = []
        while page := ledger.find(_ask(sort=sort, limit=2, after=paged[-1] if paged else "")):
            paged += [row["case_no"] for row in page]
        assert paged == every
        assert len(set(every)) == 11
        with pytest.raises(UnknownCase):
            ledger.find(_ask(after="ZY01-20260302-0099"))


def test_unsigned_orders(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        history(ledger)
        unsigned = [row["case_no"] for row in ledger.find(_ask(unsigned=True))]
        sent = "SELECT DISTINCT case_no FROM order_row WHERE state = 'sent' ORDER BY case_no"
        assert sorted(unsigned) == [row[0] for row in ledger.session.connection.execute(sent)]
        assert len(unsigned) == 1


def test_the_same_person(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        with_id = intake(ledger, 1, id_number="530303190001019993")
        by_phone = intake(ledger, 2, phone="13811111111")
        by_name = intake(ledger, 3, phone="", reporter="欧阳 试验")
        days = NOW.date() - timedelta(30), NOW.date() + timedelta(1)

        def same(*items: str, **people: str) -> list[str]:
            rows = ledger.same_person(people, items or ["诊所执业备案"], days, 9)
            return [row["case_no"] for row in rows]

        assert same(id_number="53030319000101999３") == [with_id]
        assert (
            same(id_number="530303190001019999", phone="13800000001") == []
        )  # another id number: another person
        assert same(phone="+86 138-1111-1111", reporter="别人") == [by_phone]
        assert same(reporter="欧阳试验") == [by_name]
        assert same(reporter="欧阳试验", phone="13822222222") == []
        assert same(reporter="陈试验2") == []  # the other side has a phone
        assert same() == []
        assert same("别的事", phone="13811111111") == []
        assert same("别的事", "诊所执业备案", phone="13811111111") == [by_phone]
        for between in ((1, 9), (0, 0)):
            days = tuple(NOW.date() + timedelta(day) for day in between)
            assert same(phone="13811111111") == []
    assert b"530303190001019993" not in repr(dump(home)["case_row"]).encode()


def test_a_lost_lookup_key_stops_nobody(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        intake(ledger)
    (home / "lookup.key").unlink()
    with driver.open(home, write=True) as ledger:
        intake(ledger, 2)
        days = NOW.date(), NOW.date() + timedelta(1)
        assert ledger.same_person({"phone": "13800000001"}, ["诊所执业备案"], days, 9) == []
        assert [finding.code for finding in ledger.verify(refold)] == ["key"]
        assert ledger.facts()["lookup_key"] is False


def test_the_same_source_number_is_refused(driver: Driver, home: Path) -> None:
    with pytest.raises(LedgerConflict, match="已经登记过"), driver.open(home, write=True) as ledger:
        intake(ledger, 1, source="hall", source_no="A-1")
        intake(ledger, 2, source="hall", source_no="A-1")


def test_movements_and_what_was_open(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        first, second, third = history(ledger)
        head = ledger.head().seq
        rows = list(ledger.movements(TODAY, TODAY, head))
        assert [row["station_seq"] for row in rows] == sorted(row["station_seq"] for row in rows)
        assert {row["case_no"] for row in rows} == {first, second, None}
        assert [(row["amount"], row["answered"]) for row in rows if row["kind"] == "Consulted"] == [
            (523, 362)
        ]
        assert list(ledger.movements(TODAY, TODAY, 2)) == rows[:2]
        of_cases = [row for row in rows if row["case_no"]]
        for kind in dict.fromkeys(row["kind"] for row in rows):
            every = [row["station_seq"] for row in of_cases if row["kind"] == kind]
            assert [seq for seq in ledger.entries_of(kind) if seq in every] == every
        assert ledger.entries_of("Consulted") == []
        assert ledger.open_before(TODAY, head) == []
        assert ledger.open_before(TODAY + timedelta(2), head) == [first, second, third]
        assert ledger.open_before(TODAY + timedelta(9), head) == [second, third]
        assert ledger.open_before(TODAY + timedelta(9), 3) == [first, second]
        assert [event.kind for event in ledger.events_as_of(first, 1)] == ["Registered"]
        with pytest.raises(UnknownCase):
            ledger.events_as_of(second, 1)


def test_cases_and_wide(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        made = history(ledger)
        assert [events[0].case_no for events in ledger.cases()] == made
        assert all(events == ledger.events(events[0].case_no) for events in ledger.cases())
        ledger.append(
            "",
            0,
            [Draft("StationChanged", NOW, {"what": "unit", "code": "WJJ", "name": "区卫健局"})],
            STAMP,
        )
        assert [event.kind for event in ledger.office_wide()] == ["Consulted", "StationChanged"]
        assert [
            (event.kind, event.case_no, event.version)
            for event in ledger.office_wide(["StationChanged"])
        ] == [("StationChanged", "", 0)]


def test_what_an_inspection_reads(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        made = history(ledger)
        rows = {row["case_no"]: row for row in ledger.find(_ask(sort="number"))}
        assert [row[0] for row in ledger.stored()] == made
        for number, *kept in ledger.stored():
            assert number not in rows or kept == [
                rows[number][name] for name in ("phase", "due", "calendar", "pack_edition")
            ]
        every = [event for events in ledger.cases() for event in events]
        tallies = {(month, kind): (count, delta) for month, kind, count, delta in ledger.tallies()}
        assert sum(count for count, _ in tallies.values()) == sum(
            event.kind in OPENS | CLOSES for event in every
        )
        assert sum(delta for _, delta in tallies.values()) == len(made) - sum(
            event.kind == "Resolved" for event in every
        )
        assert "Consulted" not in {kind for _, kind in tallies}


def test_rebuilt_projections_equal_the_live_ones(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        history(ledger, 5)
    before = dump(home)
    with driver.open(home, write=True) as ledger:
        assert ledger.rebuild(refold) == 5
    assert dump(home) == before
    connection = driver.raw(home)
    for table in ("case_row", "order_row", "callback_row", "movement"):
        connection.execute(f"DELETE FROM {table}")
    connection.close()
    with driver.open(home, write=True) as ledger:
        assert len(ledger.verify(refold)) == 6
        ledger.rebuild(refold)
    assert dump(home) == before
    with driver.open(home) as ledger:
        assert ledger.verify(refold) == []


def test_a_projection_that_fails_leaves_the_old_ones(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        history(ledger)
    before = dump(home)
    with pytest.raises(ZeroDivisionError), driver.open(home, write=True) as ledger:
        ledger.rebuild(lambda events: 1 / 0)
    assert dump(home) == before


def test_unknown_columns_are_refused(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        base = projection_of(ledger.events(intake(ledger)))
        with pytest.raises(BbcsError, match="wrong"):
            ledger.project(base._replace(case={**base.case, "wrong": 1}))


def test_before_commit_what_was_written_is_read_again(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        intake(ledger)
    before = dump(home)
    for text in (
        "UPDATE case_row SET phase = 'closed'",
        "UPDATE movement SET delta = 0 WHERE delta = 1",
        "DELETE FROM order_row",
    ):
        with pytest.raises(BbcsError, match="撤回"), driver.open(home, write=True) as ledger:
            act(ledger, "ZY01-20260302-0001", "Assigned", lead=["A", "甲"])
            consult(ledger)
            ledger.session.connection.execute(text)
    with pytest.raises(BbcsError, match="撤回"), driver.open(home, write=True) as ledger:
        act(ledger, "ZY01-20260302-0001", "Noted", text="x")
        ledger.session.connection.execute("DELETE FROM personal WHERE station_seq = 3")
    assert dump(home) == before


def test_hostile_words_are_refused_before_anything_is_written(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        for value in ("a\x00b", "\x1b[2J", "a\rb", "\ud800", "x" * 20_001):
            with pytest.raises(BadValue) as refused:
                ledger.append(
                    "ZY01-20260302-0001", 0, [Draft("Registered", NOW, words(demand=value))], STAMP
                )
            assert refused.value.message.startswith("demand：")
            assert value not in refused.value.message
        with pytest.raises(UnknownKey):
            ledger.append(
                "ZY01-20260302-0001", 0, [Draft("Registered", NOW, words(wrong="x"))], STAMP
            )
        with pytest.raises(BadValue):
            ledger.append(
                "ZY01-20260302-0001", 0, [Draft("Registered", datetime(2026, 3, 2), words())], STAMP
            )  # noqa: DTZ001, RUF100
        assert ledger.head().seq == 0


def test_times_are_kept_in_beijing_time(driver: Driver, home: Path) -> None:
    from datetime import UTC

    with driver.open(home, write=True) as ledger:
        (event,) = ledger.append(
            "", 0, [Draft("Consulted", datetime(2026, 3, 1, 17, 30, 5, 999, UTC), {})], STAMP
        )
    assert event.at == datetime(2026, 3, 2, 1, 30, 5, tzinfo=CST)
    assert dump(home)["entry"][0][6] == b"2026-03-02T01:30:05+08:00"


def test_facts(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        history(ledger)
        facts = ledger.facts()
    assert facts["journal_mode"] == driver.journal
    assert (facts["entries"], facts["cases"], facts["schema_version"], facts["lookup_key"]) == (
        13,
        3,
        SCHEMA,
        True,
    )
    assert facts["size"] >= 100_000
