"""Reports as the ledger stood at a moment: what was written later counts nowhere, what was taken back later still counts."""

from __future__ import annotations

import pytest

from bbcs.errors import BadDate
from bbcs.usecases import kpi, reports
from sample import Desk, at

LIFE = """
2026-03-02 intake matter=备案 demand=办不下去 reporter=陈试验
2026-03-04 resolve outcome=solved measures=办好了
2026-03-05T10:00 undo
2026-04-02 resolve outcome=solved measures=这回真好了
"""


@pytest.fixture
def desk():
    made = Desk()
    made.do(LIFE)
    return made


def counts(desk, moment=None):
    office = reports.as_of(desk.ledger, desk.office("2026-04-10"), moment and at(moment))
    found = reports.snapshot(desk.ledger, office, reports.month("2026-03"))
    return found.head.seq, {
        name: found.counts[""][name] for name in ("received", "closed", "carried_out")
    }


@pytest.mark.parametrize(
    ("moment", "seq", "closed"),
    [
        (None, 5, 0),
        ("2026-03-03", 2, 0),
        ("2026-03-04T23:59", 3, 1),
        ("2026-03-05T12:00", 4, 0),
        ("2026-04-03", 5, 0),
    ],
)
def test_only_what_was_written_by_then_counts(desk, moment, seq, closed):
    assert counts(desk, moment) == (
        seq,
        {"received": 1, "closed": closed, "carried_out": 1 - closed},
    )


def test_before_the_first_entry_there_was_nothing(desk):
    assert counts(desk, "2026-03-01") == (0, {"received": 0, "closed": 0, "carried_out": 0})


def test_the_future_is_not_known(desk):
    with pytest.raises(BadDate):
        counts(desk, "2026-05-01")


def test_a_period_that_had_not_begun_is_said_to_be_ahead_of_the_ledger_not_of_today(desk):
    office = reports.as_of(desk.ledger, desk.office("2026-06-01"), at("2026-01-05"))
    with pytest.raises(BadDate, match=r"按 2026-01-05 的台账，.*还没到"):
        reports.snapshot(desk.ledger, office, reports.month("2026-03"))


def test_kpis_stand_as_of_the_same_entry(desk):
    office = reports.as_of(desk.ledger, desk.office("2026-04-10"), at("2026-03-04T23:59"))
    found = kpi.build(desk.ledger, office, reports.month("2026-03"))
    assert found.head.seq == 3
    assert found.period.label == "2026 年 3 月，截至 03-04"
    assert next(one for one in found.rates if one.name == "closing_rate").numerator == 1
