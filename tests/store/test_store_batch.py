"""A batch: made ready on a view, put in at once, read again before it is kept; on every engine."""

# ruff: noqa: PT012 - the block under test is a whole transaction

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from store_drive import NOW, STAMP, Driver, dump, history, movement, projection_of, refold, words

from bbcs.domain.event import Draft
from bbcs.errors import BbcsError, LedgerBroken
from bbcs.store import leftovers, prepared
from bbcs.store.leftovers import BATCH
from bbcs.store.prepared import Prepared
from bbcs.store.sqlite import dialect

TAKEN = NOW + timedelta(days=20)


def ready(ledger: Any, grown: str, cases: int = 5) -> Prepared:
    """A batch of new cases, of progress of an older one, and of a consultation; sealed."""
    batch: Prepared = ledger.prepared()
    day = TAKEN.date()
    for number in range(1, cases + 1):
        no = f"ZY01-{day:%Y%m%d}-{number:04d}"
        told = [
            Draft("Registered", TAKEN, words(number, phone="13800000001、13800000002")),
            Draft("Accepted", TAKEN, {}),
            Draft("Assigned", TAKEN, {"lead": ["SJJ", "区市场监管局"]}),
        ]
        events = batch.append(no, 0, ledger.check(told), STAMP)
        batch.project([projection_of(events)], fresh=True)
    before = ledger.events(grown)
    noted = ledger.check([Draft("Noted", TAKEN, {"text": "补录"})])
    added = batch.append(grown, before[-1].version, noted, STAMP)
    batch.project([projection_of([*before, *added])])
    asked = ledger.check([Draft("Consulted", TAKEN, {"matter": "医保", "visitors": 2})])
    (event,) = batch.append("", 0, asked, STAMP)
    batch.count(movement(event))
    batch.seal()
    return batch


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_a_batch_stores_what_its_entries_tell(
    driver: Driver, home: Path, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "_AT_ONCE", at_once)
    with driver.open(home, write=True) as ledger:
        made = history(ledger)
    with driver.open(home) as ledger:
        batch = ready(ledger, made[1])
    assert batch.entries == 5 * 3 + 2
    with batch, driver.open(home, write=True) as ledger:
        before = ledger.head().seq
        assert ledger.put(batch)
    with driver.open(home) as ledger:
        assert ledger.head().seq == before + 17
        assert ledger.verify(refold) == []
        assert [event.kind for event in ledger.events(made[1])][-1] == "Noted"
    assert not list(home.glob(f"{BATCH}*"))


def test_nothing_is_put_in_where_somebody_wrote_meanwhile(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        made = history(ledger)
    with driver.open(home) as ledger:
        batch = ready(ledger, made[1])
    with driver.open(home, write=True) as ledger:
        ledger.append(made[0], 7, [Draft("Noted", NOW, {"text": "别人"})], STAMP)
        ledger.project(projection_of(ledger.events(made[0])))
    before = dump(home)
    with batch, driver.open(home, write=True) as ledger:
        assert not ledger.put(batch)
    assert dump(home) == before


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ("personal", "条写入后读回的内容不一致"),
        ("case_row", "写入后读回的登记内容不一致"),
        ("order_row", "写入后读回的登记内容不一致"),
        ("phone_row", "写入后读回的登记内容不一致"),
        ("movement", "写入后读回的登记内容不一致"),
        ("case_text", "写入后读回的登记内容不一致"),
    ],
)
def test_a_row_that_does_not_arrive_undoes_the_batch(
    driver: Driver, home: Path, table: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with driver.open(home, write=True) as ledger:
        made = history(ledger)
    with driver.open(home) as ledger:
        batch = ready(ledger, made[1])
    before = dump(home)
    with batch, pytest.raises(LedgerBroken, match=what), driver.open(home, write=True) as ledger:
        take = ledger.session.take

        def losing(batch: Any, name: str, rows: range) -> None:
            """Loses the last row of one table."""
            take(batch, name, rows[:-1] if name == table else rows)

        monkeypatch.setattr(ledger.session, "take", losing)
        ledger.put(batch)
    assert dump(home) == before


def test_a_file_that_cannot_be_set_up_leaves_nothing(
    driver: Driver, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialect, "BATCH_PRAGMAS", "no statement")
    with driver.open(home) as ledger, pytest.raises(BbcsError):
        Prepared(ledger)
    assert list(home.glob(f"{BATCH}*")) == []


def test_what_a_killed_import_left_goes_where_no_process_can_be_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "os", SimpleNamespace(name="nt"))
    rows, draft = tmp_path / f"{BATCH}99999999-ab", tmp_path / ".bbcs-99999999-ab"
    rows.touch()
    draft.touch()
    leftovers.sweep_copies(tmp_path)
    leftovers.sweep_dead(tmp_path, ".bbcs-")
    assert (rows.exists(), draft.exists()) == (False, True)
