"""作废: a wrong or double entry counts nowhere from its voiding on; an earlier as-of still shows it (counter.md 28)."""

from __future__ import annotations

import pytest

from bbcs.domain.clocks import running
from bbcs.errors import BadValue, BbcsError, GateClosed, NotPermitted, TransitionRefused
from bbcs.usecases import acts, kpi, reports
from bbcs.usecases.projection import refold
from sample import Desk, at

TWICE = """
2026-03-02 intake matter=备案 demand=办不下去 reporter=陈试验 phone=13800000001
2026-03-02T10:00 intake matter=备案 demand=办不下去 reporter=陈试验 phone=13800000001
2026-03-03 assign lead=区市场监管局
"""
FIRST, SECOND = "ZY01-20260302-0001", "ZY01-20260302-0002"


@pytest.fixture
def desk():
    made = Desk()
    made.do(TWICE)
    return made


def snapshot(desk, moment="2026-04-30", month="2026-03"):
    office = reports.as_of(desk.ledger, desk.office("2026-04-30"), at(moment))
    return reports.snapshot(desk.ledger, office, reports.month(month))


def counts(desk, moment="2026-04-30", month="2026-03"):
    total = snapshot(desk, moment, month).counts[""]
    return {name: total[name] for name in ("carried_in", "received", "closed", "carried_out")}


def test_a_voided_case_counts_on_no_side_and_in_no_rate(desk):
    desk.do(f"2026-04-02 void reason=重复登记 of={FIRST}", no=SECOND)
    assert counts(desk) == {"carried_in": 0, "received": 1, "closed": 0, "carried_out": 1}
    assert counts(desk, month="2026-04") == {
        "carried_in": 1,
        "received": 0,
        "closed": 0,
        "carried_out": 1,
    }
    found = kpi.build(desk.ledger, desk.office("2026-04-30"), reports.month("2026-03"))
    assert all(SECOND not in (*rate.case_nos, *rate.hit_nos) for rate in found.rates)
    assert SECOND not in [entry.case.no for entry in snapshot(desk).cases]


def test_an_earlier_as_of_still_shows_it(desk):
    before = snapshot(desk, "2026-04-01")
    desk.do("2026-04-02 void reason=重复登记", no=SECOND)
    assert snapshot(desk, "2026-04-01").counts == before.counts
    assert counts(desk, "2026-04-01")["received"] == 2


def test_a_settled_case_raises_no_rate_once_it_is_voided(desk):
    desk.do(
        "2026-03-04 resolve outcome=solved measures=办好了\n"
        "2026-03-05 callback reached=yes solved=yes grade=5\n2026-03-05T10:00 close",
        no=SECOND,
    )
    assert counts(desk)["closed"] == 1
    desk.do("2026-03-06 void reason=误登", no=SECOND)
    assert counts(desk) == {"carried_in": 0, "received": 1, "closed": 0, "carried_out": 1}
    total = snapshot(desk).counts[""]
    assert (total["struck_off"], total["callbacks_valid"], total["solved"]) == (0, 0, 0)


@pytest.mark.parametrize(
    "end", ["withdraw reason=自行办好", "transfer to=市信访局 reason=信访事项", "later"]
)
def test_one_that_was_withdrawn_or_left_by_mistake_can_be_voided_too(desk, end):
    if end != "later":
        desk.do(f"2026-03-04 {end}", no=SECOND)
    done = desk.do("2026-03-05 void reason=误登", no=SECOND)
    assert done.case.phase == "voided"
    assert counts(desk) == {"carried_in": 0, "received": 1, "closed": 0, "carried_out": 1}


def test_its_orders_and_clocks_end_and_the_number_stays_taken(desk):
    done = desk.do("2026-03-04 void reason=误登", no=SECOND)
    assert [order.state for order in done.case.orders] == ["done"]
    assert done.case.unsigned == ()
    late = desk.office("2026-06-30").deadlines(done.case)
    assert all(one.state not in ("running", "warning", "overdue") for one in late)
    assert running(late, "sign", 1) is None
    taken = desk.do("2026-03-02T11:00 intake matter=别的 demand=办不下去 reporter=李试验")
    assert taken.case.no.endswith("-0003")


def test_taking_it_back_restores_every_count(desk):
    before = snapshot(desk).counts
    desk.do("2026-03-04 void reason=误登\n2026-03-04T10:00 undo", no=SECOND)
    assert snapshot(desk).counts == before
    assert counts(desk, "2026-03-04T09:30")["received"] == 1
    assert desk.ledger.rows[SECOND].case["phase"] == "assigned"
    assert (
        desk.ledger.rows[SECOND]
        == refold(desk.office("2026-04-30"))([desk.ledger.events(SECOND)])[0]
    )


def test_words_may_be_added_to_a_voided_case_and_nothing_else(desk):
    desk.do("2026-03-04 void reason=误登\n2026-03-05 note text=当事人已知悉", no=SECOND)
    assert counts(desk)["received"] == 1
    for line in ("assign lead=公安局", "resolve outcome=solved measures=甲", "void reason=再来"):
        with pytest.raises(TransitionRefused) as refused:
            desk.do(f"2026-03-06 {line}", no=SECOND)
        assert refused.value.allowed == ["note", "undo"]


@pytest.mark.parametrize(
    ("before", "kind", "says"),
    [
        ("2026-03-04 merge group=备案组", GateClosed, "merge ZY01-20260302-0002 --undo"),
        (
            "2026-03-04 exempt paper=平面图 reason=有底图 authority=审批局 item=备案 scope=rule"
            " effective=2026-04-01",
            GateClosed,
            "免予提供（平面图）",
        ),
        (
            "2026-03-04 resolve outcome=solved measures=办好了\n2026-03-05 reopen reason=没办成",
            GateClosed,
            "已重办过（第 2 轮）",
        ),
        (
            "2026-03-04 resolve outcome=solved measures=办好了\n"
            "2026-03-05 callback reached=yes solved=yes grade=5\n2026-03-05T10:00 close\n"
            "2026-03-05T11:00 archive",
            TransitionRefused,
            "现为“已归档”，不能作废",
        ),
    ],
)
def test_what_others_lean_on_is_not_voided_and_nothing_is_half_written(desk, before, kind, says):
    desk.do(before, no=SECOND)
    state = desk.state()
    with pytest.raises(kind) as refused:
        desk.do("2026-03-06 void reason=误登", no=SECOND)
    assert says in refused.value.message
    assert refused.value.exit_code in (11, 13)
    assert desk.state() == state


def test_a_case_that_left_its_group_can_be_voided(desk):
    desk.do("2026-03-04 merge group=备案组\n2026-03-04T10:00 merge undo=yes", no=SECOND)
    assert desk.do("2026-03-05 void reason=误登", no=SECOND).case.phase == "voided"


@pytest.mark.parametrize(
    ("of", "kind"), [(SECOND, BadValue), ("0009", BbcsError), ("0003", GateClosed)]
)
def test_the_case_it_doubles_must_be_another_one_that_counts(desk, of, kind):
    third = desk.do("2026-03-02T11:00 intake matter=别的 demand=办不下去 reporter=李试验").case.no
    desk.do("2026-03-03 void reason=误登", no=third)
    state = desk.state()
    with pytest.raises(kind):
        desk.do(f"2026-03-04 void reason=重复登记 of={of}", no=SECOND)
    assert desk.state() == state


def test_only_a_leader_voids(desk):
    with pytest.raises(NotPermitted):
        desk.do("2026-03-04 void reason=误登", no=SECOND, roles=("clerk", "admin"))


def test_a_voided_case_is_no_duplicate_and_its_foreign_number_stays_known(desk):
    fields = {
        "matter": "开户",
        "demand": "办不下去",
        "reporter": "王试验",
        "phone": "13800000002",
        "source": "hall",
        "source_no": "A-1",
    }
    office = desk.office("2026-03-05")
    wrong = acts.intake(desk.ledger, office, fields).case.no
    desk.do("2026-03-05T10:00 void reason=误登", no=wrong)
    again = acts.intake(desk.ledger, desk.office("2026-03-05T11:00"), fields)
    assert (again.existing, again.case.no, again.case.phase) == (True, wrong, "voided")
    more = {key: value for key, value in fields.items() if not key.startswith("source")}
    fresh = acts.intake(desk.ledger, desk.office("2026-03-05T11:00"), more)
    assert fresh.duplicates == ()
