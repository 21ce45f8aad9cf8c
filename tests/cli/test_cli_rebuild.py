"""`ledger rebuild` and `verify --full` go on beside clerks who write, and lose nothing of theirs."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import tampering
from cli_desk import Desk

import bbcs
from bbcs.calendar.dates import CST
from bbcs.cli import context
from bbcs.errors import BbcsError, LedgerConflict
from bbcs.store import comparison, repair
from bbcs.store.opening import open_ledger
from bbcs.store.transactions import bound
from bbcs.usecases import acts, projection
from bbcs.usecases.office import Office, office_of

NOW = datetime(2026, 3, 5, 9, 10, tzinfo=CST)
CASES = 130
LIMIT = 1.0
"""Seconds that a clerk waits at most."""


@pytest.fixture
def full(many: Desk, tmp_path: Path) -> Desk:
    """A home with a few hundred cases."""
    return many.copied(tmp_path)


@pytest.fixture(scope="module")
def many(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(made).copied(tmp_path_factory.mktemp("many"))
    with bbcs.open_ledger(desk.home, actor="demo", now=NOW) as window:
        for number in range(CASES):
            window.intake(**fields(number))
    return desk


def fields(number: int) -> dict[str, Any]:
    return {
        "matter": f"示例事项{number}",
        "demand": "名称通不过",
        "reporter": f"陈试验{number}",
        "phone": f"138{number:08d}",
    }


def sql(home: Path, *statements: str) -> None:
    """What another program does to the projections."""
    with closing(sqlite3.connect(home / "ledger.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


class Clerk(threading.Thread):
    """Writes a note, or takes a case, again and again, and waits one second at most for each."""

    def __init__(self, home: Path, numbers: Iterator[int]) -> None:
        super().__init__(daemon=True)
        self.office: Office = bound(office_of(home, "demo", "demo", NOW, "set"))
        self.numbers = numbers
        self.ends = threading.Event()
        self.longest, self.written, self.failed = 0.0, 0, ""

    def run(self) -> None:
        while not self.ends.is_set():
            begun = time.monotonic()
            try:
                with open_ledger(self.office.home, write=True, wait=LIMIT) as ledger:
                    self.longest = max(self.longest, time.monotonic() - begun)
                    self._write(ledger)
            except BbcsError as error:
                self.failed = str(error)
                return
            self.written += 1
            time.sleep(0.02)

    def _write(self, ledger: Any) -> None:
        number = next(self.numbers)
        case_no = f"ZY01-20260305-{number % CASES + 1:04d}"
        acts.act(ledger, self.office, case_no, "note", {"text": f"补充说明{number}"})
        if number % 3 == 0:
            acts.intake(ledger, self.office, fields(CASES + number))


@pytest.fixture
def beside(full: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Clerk]:
    def run(*words: str) -> Clerk:
        clerk = Clerk(full.home, iter(range(10_000)))
        clerk.start()
        try:
            full.ok(*words)
        finally:
            clerk.ends.set()
            clerk.join(30)
        assert clerk.failed == ""
        assert clerk.written > 10, clerk.written
        assert clerk.longest < LIMIT
        monkeypatch.undo()  # the proof afterwards need not be slow
        full.ok("ledger", "verify", "--full")
        return clerk

    return run


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refold that takes ten milliseconds: all of them together, longer than a clerk waits."""
    real = projection.refold

    def refold(*args: Any) -> Any:
        fold = real(*args)

        def slowly(cases: Any) -> Any:
            time.sleep(0.01 * len(cases))
            return fold(cases)

        return slowly

    monkeypatch.setattr(projection, "refold", refold)
    monkeypatch.setattr("bbcs.cli.ledger.refold", refold)


@pytest.mark.usefixtures("slow")
def test_clerks_write_while_everything_is_proved(beside: Callable[..., Clerk]) -> None:
    beside("ledger", "verify", "--full")


DAMAGE = {
    "nothing": (),
    "every row": ("UPDATE case_row SET fold = '{}', phase = 'closed'",),
    "every text": ("UPDATE case_text SET text = '另一段'",),
    "no UTF-8": ("UPDATE case_row SET fold = CAST(X'FF' AS TEXT) WHERE serial = 7",),
    "settings": ("UPDATE case_search_config SET v = 9 WHERE k = 'version'",),
}


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("statements", DAMAGE.values(), ids=DAMAGE)
def test_clerks_write_while_everything_is_made_anew(
    full: Desk, beside: Callable[..., Clerk], statements: tuple[str, ...]
) -> None:
    full.take(number=900)
    sql(full.home, *statements)
    beside("ledger", "rebuild")
    (row,) = full.json("search", "示例事项77")["cases"]
    assert row["matter"] == "示例事项77"


SMALL = {
    "strays": ("INSERT INTO case_text VALUES ('ZY01', 7, 'ZY01-20260101-0001', '没有这件')",),
    "stray deadline": (
        "CREATE TEMP TABLE stray AS SELECT * FROM deadline_row LIMIT 1",
        "UPDATE stray SET case_no = 'ZY01-20260101-0001'",
        "INSERT INTO deadline_row SELECT * FROM stray",
    ),
    "stray order": ("DELETE FROM case_row WHERE serial = 3",),
    "counted": ("UPDATE movement SET day = '2020-01-01', month = '2020-01'",),
    "stale": ("INSERT INTO case_search_config VALUES ('stale', 77)",),
}


@pytest.mark.parametrize("statements", SMALL.values(), ids=SMALL)
def test_whatever_differs_is_made_anew(desk: Desk, statements: tuple[str, ...]) -> None:
    for number in range(4):
        desk.take(number=number)
    desk.ok("consult", "--visitors", "3", "--answered", "2")
    sql(desk.home, *statements)
    assert desk.json("ledger", "rebuild")["cases"] == 4
    desk.ok("ledger", "verify", "--full")
    with open_ledger(desk.home) as ledger:
        assert ledger.session.full_text.usable()


def test_a_rebuild_that_was_killed_can_be_done_again(
    full: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql(full.home, "UPDATE case_text SET text = '另一段'")
    with monkeypatch.context() as killed:
        killed.setattr(repair, "_finish_index", _stop)
        with pytest.raises(KeyboardInterrupt):
            context.rebuild(office_of(full.home, "demo", "demo", NOW, "set"), lambda: None)
    assert len(full.json("search", "示例事项77")["cases"]) == 1
    full.ok("note", "0077", "--text", "补充说明")
    full.ok("ledger", "verify", "--full")
    full.ok("ledger", "rebuild")
    with open_ledger(full.home) as ledger:
        assert ledger.session.full_text.usable()
        assert list(comparison.index(ledger)) == []


def _stop(*_: Any, **__: Any) -> int:
    raise KeyboardInterrupt


def test_of_two_rebuilds_at_once_the_first_gives_way(
    full: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql(full.home, "UPDATE case_text SET text = '另一段'")
    office = office_of(full.home, "demo", "demo", NOW, "set")
    real, nested = repair._fill_index, []

    def rival(*args: Any) -> None:
        if not nested:
            nested.append(1)
            sql(full.home, "UPDATE case_text SET text = '第三段'")
            assert context.rebuild(office, lambda: None) == CASES
        real(*args)

    monkeypatch.setattr(repair, "_fill_index", rival)
    with pytest.raises(LedgerConflict):
        context.rebuild(office, lambda: None)
    full.ok("ledger", "verify", "--full")
    assert len(full.json("search", "示例事项77")["cases"]) == 1


def test_an_entry_that_cannot_be_read_stops_it_before_anything_is_written(full: Desk) -> None:
    sql(
        full.home,
        "DROP TRIGGER tr_personal_update",
        "UPDATE personal SET body = '{}}' WHERE station_seq = 1",
        "UPDATE case_row SET phase = 'closed' WHERE serial = 3",
    )
    assert full("ledger", "rebuild").code == 21
    with open_ledger(full.home) as ledger:
        (row,) = ledger.session.all("SELECT phase FROM case_row WHERE serial = 3")
    assert row == ("closed",), "mended only where everything can be"


# -- bytes that are no text ----------------------------------------------------------------------------------------

BROKEN = {
    "case_row": "fold = CAST(x'7bff' AS TEXT)",
    "case_text": "text = CAST(x'ff' AS TEXT)",
    "deadline_row": "measure = CAST(x'ff' AS TEXT)",
    "movement": "unit = CAST(x'ff' AS TEXT)",
}


@pytest.mark.parametrize("table", BROKEN)
def test_a_broken_text_in_a_projection_is_mended_by_what_verify_says(desk: Desk, table: str):
    desk.take()
    sql(desk.home, f"UPDATE {table} SET {BROKEN[table]}")
    found = desk("ledger", "verify", "--full")
    assert (found.code, "bbcs ledger rebuild" in found.out, "备份" in found.out) == (
        21,
        True,
        False,
    )
    assert desk("list").code in (0, 21)
    desk.ok("ledger", "rebuild")
    desk.ok("ledger", "verify", "--full")
    desk.ok("list")


def test_a_list_that_cannot_read_a_text_sends_to_verify_and_what_it_says(desk: Desk):
    desk.take()
    sql(desk.home, f"UPDATE case_row SET {BROKEN['case_row']}")
    assert "照它说的" in desk.fails(21, "list").err


def test_a_broken_text_in_an_entry_needs_a_backup(desk: Desk):
    desk.take()
    tampering.ledger(
        desk.home, "UPDATE entry SET data = CAST(x'7bff' AS TEXT) WHERE station_seq = 3"
    )
    found = desk("ledger", "verify", "--full")
    assert (found.code, "rebuild" in found.out, "备份" in found.out) == (21, False, True)
