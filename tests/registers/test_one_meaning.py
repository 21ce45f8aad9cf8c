"""One figure, one meaning: no label stands for two values in one report; orders nobody signed for; rounds."""

from __future__ import annotations

import pytest

from bbcs.domain.rates import RATES
from bbcs.registers import county_month
from bbcs.usecases import kpi, reports
from bbcs.usecases.checks import CheckSelection, inspect
from dict_ledger import DictLedger
from sample import FREE, Desk, clock, rules

INTAKE = "{} intake matter=备案 demand=办不下去 reporter=陈试验"
SIGN = rules(FREE + clock(1, "working_day", "sign", "Assigned", "Signed"))


class Inspected(DictLedger):
    """A ledger without stored rows, as an inspection asks for them."""

    def stored(self):  # type: ignore[override]
        return iter(())


def built(desk: Desk, now: str, month: str = "2026-03") -> kpi.Kpis:
    return kpi.build(desk.ledger, desk.office(now), reports.month(month))


def rate(desk: Desk, name: str, now: str, month: str = "2026-03"):
    return next(one for one in built(desk, now, month).rates if one.name == name)


def row(desk: Desk, now: str, month: str = "2026-03"):
    office = desk.office(now)
    found = reports.snapshot(desk.ledger, office, reports.month(month))
    (one,) = reports.register("work", found, office).rows
    return one


def unsigned(desk: Desk, now: str) -> list[str]:
    ledger = Inspected()
    ledger.entries, ledger.rows = desk.ledger.entries, desk.ledger.rows
    every = inspect(ledger, desk.office(now), CheckSelection(codes=("C06",)))
    return [one.what for one in every if "签收" in one.what]


@pytest.fixture
def sent() -> Desk:
    """Two orders of 2 March, to be signed for by the 3rd; nobody does."""
    desk = Desk(SIGN)
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-02 assign lead=公安局 assist=水务局")
    return desk


def counted(one) -> tuple[int, int]:
    return one.numerator, one.denominator


def test_orders_never_signed_count_once_their_limit_has_passed(sent):
    assert counted(rate(sent, "sign_on_time_rate", "2026-03-03")) == (0, 0)
    assert counted(rate(sent, "sign_on_time_rate", "2026-03-04")) == (0, 2)
    assert unsigned(sent, "2026-03-04")


def test_they_count_after_the_settlement_too_and_are_found(sent):
    sent.do("2026-03-05 resolve outcome=solved measures=好")
    assert counted(rate(sent, "sign_on_time_rate", "2026-03-06")) == (0, 2)
    assert len(unsigned(sent, "2026-03-06")) == 2
    sent.do("2026-03-06 callback reached=yes solved=yes grade=5\n2026-03-06T10:00 close")
    assert len(unsigned(sent, "2026-03-20")) == 2


def test_orders_of_a_case_settled_before_their_limit_leave_no_trace(sent):
    sent.do("2026-03-02T15:00 resolve outcome=solved measures=好")
    assert counted(rate(sent, "sign_on_time_rate", "2026-03-20")) == (0, 0)
    assert unsigned(sent, "2026-03-20") == []


def test_signed_in_time_and_late(sent):
    sent.do("2026-03-03 sign unit=公安局\n2026-03-05 sign unit=水务局")
    assert counted(rate(sent, "sign_on_time_rate", "2026-03-05")) == (1, 2)


def test_late_settlements_say_by_how_many_working_days():
    desk = Desk(rules(FREE))
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-12 resolve outcome=solved measures=好")
    assert row(desk, "2026-03-20")["overdue_days"] == "是（3 天）"


def test_the_register_shows_the_round_that_the_rates_judge():
    """Late in the first round, in time in the second: rates judge the first, the register shows both."""
    desk = Desk(rules(FREE))
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-10 resolve outcome=solved measures=好")
    desk.do("2026-03-11 callback reached=yes solved=no grade=1\n2026-03-12 reopen reason=没办成")
    desk.do("2026-03-13 resolve outcome=solved measures=又办")
    shown = row(desk, "2026-03-20")
    assert shown["overdue_days"] == "首轮：是（1 天）；第 2 轮：否"
    assert shown["callback_at"] == "首轮：2026-03-11 09:00；第 2 轮：—"
    assert counted(rate(desk, "overdue_rate", "2026-03-20")) == (1, 1)
    assert counted(rate(desk, "callback_rate", "2026-03-20")) == (0, 1)


def test_a_late_second_round_is_no_contradiction():
    """Rules 10: settled late in a second round; the first was in time."""
    desk = Desk(rules(FREE))
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-03 resolve outcome=solved measures=好")
    desk.do("2026-03-30 reopen reason=没办成\n2026-04-20 resolve outcome=solved measures=又办")
    found = built(desk, "2026-04-30", "2026-04")
    flow = {one.label: one.number for one in found.counts if one.part == "flow"}
    text = {one.label: one.text for one in found.rates}
    assert flow["超期办结"] == 1
    assert text["首轮按时办结率"].startswith("100.00%")
    assert "按时办结率" not in text


def test_no_label_stands_for_two_values(sent):
    """Rates, and the counts of the period with the pack's words of outcomes beside them."""
    sent.do("2026-03-05 resolve outcome=solved_with_gaps measures=好")
    found = built(sent, "2026-03-20")
    labels = [one.label for one in found.rates]
    labels += [one.label for one in found.counts if one.part in ("flow", "outcome", "steering")]
    assert len(labels) == len(set(labels))
    flow = {one.label for one in found.counts if one.part == "flow"}
    assert flow.isdisjoint(word.label for word in found_words(sent))
    assert all(
        rate.label.startswith(("首轮", "其中：首轮")) for rate in RATES.values() if judges(rate)
    )


def test_the_share_of_a_county_has_a_name_of_its_own():
    assert county_month.SETTLED not in {rate.label for rate in RATES.values()}


def found_words(desk: Desk):
    return desk.pack.words["outcome"].values()


def judges(rate) -> bool:
    return rate.name in (
        "on_time_rate",
        "overdue_rate",
        "overdue_closed_rate",
        "overdue_open_rate",
    )


# -- acts 9: one incident, no level yet, arrivals ---------------------------------------------------------------


def tally(desk: Desk, part: str, now: str = "2026-03-20") -> dict[str, int]:
    return {one.key: one.number for one in built(desk, now).counts if one.part == part}


def test_three_measures_for_one_incident_are_one():
    desk = Desk("linfen")
    desk.do(INTAKE.format("2026-03-02"))
    for kind in ("interview", "notify_parent_unit", "propose_transfer"):
        desk.do(f"2026-03-03 supervise kind={kind} unit=公安局 reason=拒绝没有依据")
    assert tally(desk, "accountability") == {"1": 0, "2": 1, "3": 0}
    desk.do("2026-03-04 supervise kind=interview unit=水务局 reason=拒绝没有依据")
    assert tally(desk, "accountability")["2"] == 2, "another unit is another incident"


def test_a_case_that_nobody_triaged_is_at_no_level():
    desk = Desk("linfen")
    desk.do(f"{INTAKE.format('2026-03-02')}")
    assert tally(desk, "level") == {"": 1}
    desk.do("2026-03-03 triage difficulty=simple cause=unclear")
    first = next(iter(desk.pack.words["level"]))
    assert tally(desk, "level") == {first: 1}


def test_arrivals_enter_the_signing_rate():
    """Linfen: who is whistled for arrives within half an hour."""
    desk = Desk("linfen")
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-02 triage difficulty=simple cause=unclear")
    desk.do("2026-03-02T10:00 assign lead=公安局 how=whistle")
    assert counted(rate(desk, "sign_on_time_rate", "2026-03-02T10:10")) == (0, 0)
    assert counted(rate(desk, "sign_on_time_rate", "2026-03-02T11:00")) == (0, 1)
    desk.do("2026-03-02T10:20 sign unit=公安局")
    assert counted(rate(desk, "sign_on_time_rate", "2026-03-02T11:00")) == (1, 1)


def test_an_order_with_two_limits_counts_once():
    pack = SIGN._replace(clocks=(*SIGN.clocks, *rules(ARRIVE).clocks))
    desk = Desk(pack)
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-02T10:00 assign lead=公安局 how=whistle")
    desk.do("2026-03-02T15:00 sign unit=公安局")
    assert counted(rate(desk, "sign_on_time_rate", "2026-03-03")) == (0, 1)


ARRIVE = clock(30, "minute", "arrive", "Assigned", "Signed", 'for = { order = "whistle" }')


def test_a_case_that_was_passed_on_is_not_one_to_settle():
    desk = Desk(rules(FREE))
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-04 transfer to=市信访局 reason=信访事项")
    desk.do(INTAKE.format("2026-03-03"))
    assert counted(rate(desk, "closing_rate", "2026-03-31")) == (0, 1)
