"""Who held a case: entries that lie before its receipt, as old imports left them in ledgers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bbcs.calendar.dates import CST
from bbcs.domain.custody import Holding, stretches
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.order import UnitRef

RECEIVED = datetime(2026, 3, 2, 15, 5, tzinfo=CST)
MIDNIGHT = RECEIVED.replace(hour=0, minute=0)
UNIT = UnitRef("", "民政局")


def held(*entries: tuple[str, datetime]) -> list[Holding]:
    data = {
        "Registered": {"matter": "低保", "demand": "没人管"},
        "Assigned": {"lead": ["", UNIT.name]},
    }
    whole = [("Registered", RECEIVED), ("Accepted", RECEIVED), *entries]
    return stretches(
        fold(
            [
                Event(kind, at, data.get(kind, {}), case_no="X-1", version=version)
                for version, (kind, at) in enumerate(whole, 1)
            ]
        )
    )


@pytest.mark.parametrize("end", ["Resolved", "Withdrawn", "Closed"])
def test_a_turn_before_the_receipt_counts_from_the_receipt(end: str) -> None:
    later = RECEIVED + timedelta(days=2)
    before = held(("Assigned", MIDNIGHT), (end, later))
    assert before == held(("Assigned", RECEIVED), (end, later))
    assert before[0] == Holding("unit", UNIT.name, RECEIVED, later, UNIT)


def test_nobody_held_a_case_that_was_over_before_its_receipt() -> None:
    assert held(("Assigned", RECEIVED), ("Resolved", MIDNIGHT)) == []
    assert held(("Withdrawn", MIDNIGHT)) == []


def test_nobody_holds_a_case_after_its_settlement() -> None:
    settled = RECEIVED + timedelta(days=2)
    entries = (("Assigned", RECEIVED), ("Resolved", settled))
    assert held(*entries)[-1] == Holding("unit", UNIT.name, RECEIVED, settled, UNIT)
    assert held(*entries, ("Closed", settled + timedelta(days=9))) == held(*entries)


def test_the_time_between_a_settlement_and_taking_it_up_again_is_the_windows() -> None:
    settled, again = RECEIVED + timedelta(days=2), RECEIVED + timedelta(days=5)
    whole = held(("Assigned", RECEIVED), ("Resolved", settled), ("Reopened", again))
    assert [(one.party, one.since, one.until) for one in whole] == [
        ("unit", RECEIVED, settled),
        ("window", settled, None),
    ]
