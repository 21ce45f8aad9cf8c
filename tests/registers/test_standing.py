"""Cases to which nothing happened in a period are told by their rows: every figure is what folding them gives."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
import test_cross_footing as cross

from bbcs.domain.station import Unit
from bbcs.usecases import circular, daily, kpi, period_cases, reports
from bbcs.usecases.standing_entries import standing_entries
from random_acts import UNITS
from sample import Desk, at, shipped

MONTHS = ("2026-03", "2026-04", "2026-05")
NOW = "2026-05-20T15:00"


def documents(desk: Desk) -> list[dict]:
    office = desk.office(NOW)
    found = [kpi.build(desk.ledger, office, reports.month(name)).document() for name in MONTHS]
    found += [
        circular.build(desk.ledger, office, reports.month(name)).document() for name in MONTHS
    ]
    return [*found, daily.build(desk.ledger, office, date(2026, 5, 11)).document()]


@pytest.mark.parametrize("seed", range(3))
def test_figures_are_those_of_the_folded_cases(seed, monkeypatch):
    random, desk = Random(f"standing {seed}"), Desk(cross.PACK)
    desk.station = desk.station._replace(units=tuple(Unit("", name) for name in UNITS))
    for _ in range(10):
        cross.lived(desk, random)
    for n in range(10):  # taken, perhaps given to a unit, and left lying
        day = f"{date(2026, 3, 2) + timedelta(days=7 * n % 30)}"
        desk.do(f"{day} intake matter=诊所{n % 3} demand=慢 reporter=陈试验")
        if n % 3:
            desk.do(
                f"{day}T10:00 triage difficulty=complex\n{day}T11:00 assign lead={UNITS[n % 4]}"
            )
        if n % 5 == 4:
            desk.do("2026-05-04 note text=催问")
    office = desk.office(NOW)
    every = desk.ledger.rows
    known = standing_entries(
        desk.ledger, office, date(2026, 5, 1), len(desk.ledger.entries), at(NOW), set(every)
    )
    assert len(known) >= 5
    quick = documents(desk)
    monkeypatch.setattr(period_cases, "standing_entries", lambda *_: [])
    assert quick == documents(desk)


@pytest.mark.parametrize(
    "later",
    [
        "2026-03-04 extend days=2 reason=等评审",
        "2026-03-04 pause reason=appraisal",
        "2026-03-04 triage difficulty=special cause=missing_papers",
        "2026-03-04 correct field=remark new=改 why=录错",
        "2026-03-06 note text=补 at=2026-03-04 late_reason=停电",
    ],
)
def test_a_case_that_something_moved_is_folded(later):
    desk = Desk(shipped("default", callback=False))
    desk.do(
        "2026-03-02 intake matter=诊所 demand=慢 reporter=陈试验\n2026-03-02 triage difficulty=complex cause=missing_papers"
    )
    assert [row["case_no"] for row in desk.ledger.standing(date(2026, 4, 1), 99)] != []
    desk.do(later)
    assert list(desk.ledger.standing(date(2026, 4, 1), 99)) == []
