"""Whatever was done to a case: erased at its end, it counts as before, and every view still reads it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from random import Random

import pytest
from test_cross_footing import NOW, PACK, lived

from bbcs.domain.acts.table import personal_fields
from bbcs.domain.case import Case
from bbcs.domain.erasure import refuse
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.errors import BbcsError, NothingToPrint
from bbcs.papers import PAPERS
from bbcs.usecases import kpi, papers, reports
from bbcs.usecases.outcome import find
from bbcs.usecases.projection import refold
from bbcs.views import case as views, case_page, export
from sample import Desk
from sizes import is_long

LEDGERS = 100 if is_long() else 5
CASES = 14
PERIOD = reports.between(date(2026, 2, 1), date(2026, 5, 31))


def stripped(event: Event) -> Event:
    """The entry without its personal part, as the ledger then reads it."""
    left = {
        key: value for key, value in event.data.items() if key not in personal_fields(event.kind)
    }
    return event._replace(data=left, erased=left != event.data)


def may_be_erased(case: Case, events: list[Event], desk: Desk) -> bool:
    with suppress(BbcsError):
        refuse(case, events, desk.office(NOW).deadlines(case), date(2050, 1, 1))
        return True
    return False


def erase(desk: Desk) -> list[str]:
    """Erases every case that may be; its number."""
    gone = []
    for no in list(desk.ledger.rows):
        events = desk.ledger.events(no)
        if may_be_erased(fold(events), events, desk):
            gone.append(no)
    entries = desk.ledger.entries
    entries[:] = [stripped(event) if event.case_no in gone else event for event in entries]
    desk.ledger.rebuild(refold(desk.office(NOW)))
    return gone


def figures(desk: Desk) -> tuple[object, ...]:
    office = desk.office(NOW)
    month = reports.snapshot(desk.ledger, office, PERIOD)
    found = kpi.build(desk.ledger, office, PERIOD)
    told = [one for one in found.counts if one.part != "repeat"]  # who came twice nobody knows now
    return month.counts, found.rates, told


@pytest.mark.parametrize("seed", range(LEDGERS))
def test_figures_stay_and_views_go_on(seed: int) -> None:
    random, desk = Random(seed), Desk(PACK)
    for _ in range(CASES):
        lived(desk, random)
    before = figures(desk)
    counted = {no: row.movements for no, row in desk.ledger.rows.items()}
    gone = erase(desk)
    assert gone
    assert figures(desk) == before
    assert {no: row.movements for no, row in desk.ledger.rows.items()} == counted
    office = desk.office(NOW)
    for no in gone:
        stored = desk.ledger.rows[no]
        assert (stored.people, "erased" in fold(desk.ledger.events(no)).flags) == ({}, True)
        outcome = find(desk.ledger, office, no)
        text = "\n".join(case_page.lines(outcome, office, history=True, reveal=False))
        assert "陈试验" not in text + stored.text + str(stored.case)
        assert "13800000001" not in text
        assert views.document(outcome, office)["matter"] == "（已清除）"
        assert export.case_row(outcome.case, outcome.events, office)["case_no"] == no
        for kind in PAPERS:
            with suppress(NothingToPrint):
                papers.of_case(desk.ledger, office, no, kind)
