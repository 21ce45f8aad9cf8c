"""Cases set apart: excluded from a rate by a leader, or terminated; every rate is printed with and without them."""

from __future__ import annotations

import pytest

from bbcs.domain.rates import MONTHLY
from bbcs.errors import GateClosed, MissingInput, NotPermitted
from bbcs.registers.rates.sums import Share
from bbcs.usecases import kpi, period_cases, reports
from sample import Desk

CASE = """{day} intake matter=诊所备案 demand=慢 reporter=陈试验 phone=13800000001
{day} triage difficulty=complex
"""
SOLVED = "2026-03-05 resolve outcome=solved measures=好"
LATE = "2026-04-20 resolve outcome=solved measures=好"
ENDED = (
    "2026-03-05 resolve outcome=terminated measures=查 basis=规定 evidence=通话记录 signer=王主任"
)
GOOD = "2026-03-06 callback reached=yes solved=yes grade=satisfied"
BAD = "2026-03-06 callback reached=yes solved=no grade=dissatisfied"
OUT = "2026-05-06 exclude rate=on_time basis=台风 approver=王主任"


def taken(desk: Desk, *lines: str) -> str:
    desk.do(CASE.format(day="2026-03-02") + "\n".join(lines))
    return list(desk.ledger.rows)[-1]


def rates(desk: Desk, month: str = "2026-03", now: str = "2026-06-01") -> dict[str, kpi.Rate]:
    found = kpi.build(desk.ledger, desk.office(now), reports.month(month))
    return {one.name: one for one in found.rates}


def test_a_rate_is_printed_with_and_without_the_excluded_whenever_they_were_excluded() -> None:
    desk = Desk()
    taken(desk, SOLVED, GOOD)
    late = taken(desk, LATE, OUT)  # decided two months after the month of the case
    found = rates(desk)
    on_time, overdue = found["on_time_rate"], found["overdue_rate"]
    assert on_time.text == "50.00%（1/2）；不计剔除 1 件：100.00%（1/1）"
    assert (on_time.numerator, on_time.denominator, on_time.excluded_nos) == (1, 2, [late])
    assert on_time.document()["without"] == {
        "numerator": 1, "denominator": 1, "value": 1.0, "text": "100.00%（1/1）"
    }  # fmt: skip
    assert overdue.text == "50.00%（1/2）；不计剔除 1 件：0.00%（0/1）"
    assert found["closing_rate"].without is None
    desk.do("2026-05-07 exclude undo=yes")
    assert rates(desk)["on_time_rate"].without is None


def test_an_earlier_as_of_knows_nothing_of_a_later_exclusion() -> None:
    desk = Desk()
    taken(desk, LATE)
    before = desk.ledger.head().seq
    desk.do(OUT)
    ledger, office = desk.ledger, desk.office("2026-06-01")
    period = reports.month("2026-03")
    (then,) = period_cases.entries_of(ledger, office, list(ledger.rows), period, before)
    (now,) = period_cases.entries_of(ledger, office, list(ledger.rows), period, ledger.head().seq)
    assert (then.excluded, now.excluded) == ((), ("on_time",))


def test_counts_and_the_register_name_who_was_left_out() -> None:
    desk = Desk()
    no = taken(desk, LATE, OUT)
    office, period = desk.office("2026-06-01"), reports.month("2026-03")
    counts = kpi.build(desk.ledger, office, period).counts
    left_out = {one.key: one.case_nos for one in counts if one.part == "exclusion"}
    assert left_out == {"on_time": (no,)}
    month = reports.snapshot(desk.ledger, office, period)
    assert f"剔除出按时办结率的 1 件：{no}。" in reports.register("work", month, office).notes


def test_a_terminated_case_is_counted_apart() -> None:
    desk = Desk()
    taken(desk, SOLVED, GOOD)
    ended = taken(desk, ENDED, BAD)
    found = rates(desk)
    assert found["resolution_rate"].text == "50.00%（1/2）；不计终止 1 件：100.00%（1/1）"
    assert found["satisfaction_rate"].terminated_nos == [ended]
    assert found["termination_rate"].text == "50.00%（1/2）"
    assert found["on_time_rate"].without is None
    month = reports.snapshot(desk.ledger, desk.office("2026-06-01"), reports.month("2026-03"))
    assert (month.counts[""]["terminated"], month.counts[""]["closed"]) == (1, 2)
    assert {one.name for one in month.rates if one.terminated_nos} == {
        "resolution_rate", "satisfaction_rate"
    }  # fmt: skip
    assert len(MONTHLY) == len(month.rates)


@pytest.mark.parametrize(
    ("line", "error", "says"),
    [
        ("2026-03-05 exclude rate=on_time basis=台风", MissingInput, "--approver"),
        ("2026-03-05 exclude basis=台风 approver=王主任", MissingInput, "--rate"),
        ("2026-03-05 exclude undo=yes", GateClosed, "没有这样剔除"),
        ("2026-03-05 resolve outcome=terminated measures=查 basis=规定", MissingInput, "--evidence"),
        ("2026-03-05 resolve outcome=terminated measures=查 basis=规定 evidence=录音 signer=zs",
         GateClosed, "不能是经办人本人"),
    ],
)  # fmt: skip
def test_what_is_refused(line: str, error: type[Exception], says: str) -> None:
    desk = Desk()
    taken(desk)
    before = desk.state()
    with pytest.raises(error) as refused:
        desk.do(line)
    assert says in str(refused.value)
    assert desk.state() == before


def test_only_a_leader_leaves_a_case_out_and_once_is_enough() -> None:
    desk = Desk()
    taken(desk, LATE)
    with pytest.raises(NotPermitted):
        desk.do(OUT, roles=("clerk",))
    desk.do(OUT)
    with pytest.raises(GateClosed, match="早已剔除出：按时办结"):
        desk.do(OUT)


UNIT = "2026-03-02 assign lead={lead} require=办"


def units(desk: Desk) -> dict[str, dict[str, str]]:
    found = kpi.build(desk.ledger, desk.office("2026-06-01"), reports.month("2026-03"))
    (table,) = (one for one in found.statistics if one.name == "units")
    return {row["unit"]: row for row in table.rows}


def test_the_rates_of_a_unit_are_printed_with_and_without_what_is_set_apart() -> None:
    desk = Desk()
    taken(desk, UNIT.format(lead="公安"), SOLVED, GOOD)
    taken(desk, UNIT.format(lead="公安"), LATE, OUT)
    taken(desk, UNIT.format(lead="民政"), ENDED, BAD)
    own = units(desk)
    assert own["公安"]["on_time_rate"] == "50.00%（1/2）；不计剔除 1 件：100.00%（1/1）"
    assert own["民政"]["resolution_rate"] == "0.00%（0/1）；不计终止 1 件：—"
    assert own["合计"]["on_time_rate"] == "66.67%（2/3）；不计剔除 1 件：100.00%（2/2）"
    assert own["民政"]["on_time_rate"] == "100.00%（1/1）"
    assert own["公安"]["closing_rate"] == "50.00%（1/2）"


def test_shares_of_several_offices_together_are_without_what_any_of_them_set_apart() -> None:
    first, second = Share(1, 2), Share(2, 2)
    apart = second.set_apart()
    apart.share.add(True, is_open=False)
    apart.excluded.add("A-1")
    both = first.plus(second)
    assert both.text() == "75.00%（3/4）；不计剔除 1 件：66.67%（2/3）"
    assert both.plus(first).text() == "66.67%（4/6）；不计剔除 1 件：60.00%（3/5）"
    assert (both.digits(2), first.without, second.without.text()) == (
        "75.00",
        None,
        "100.00%（1/1）",
    )
