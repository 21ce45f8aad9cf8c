"""What a fresh reading of the acts found: each once, so that it stays mended."""

from __future__ import annotations

import pytest

from bbcs.domain.fold import fold
from bbcs.errors import (
    BadDate,
    BadValue,
    GateClosed,
    MissingInput,
    NotPermitted,
    UnknownUnit,
)
from bbcs.usecases.projection import row
from bbcs.views.history import history as shown
from sample import (
    FREE,
    Desk,
    acted,
    after,
    due,
    grown,
    in_phase,
    one,
    refusal,
    rules,
    shipped,
    standing,
)

PLAIN = rules(FREE)
DEFAULT = shipped("default")
INTAKE = "2026-03-02 intake matter=诊所备案 demand=慢 reporter=陈试验"
ID, MOBILE = "530303190001019993", "13800000001"


@pytest.mark.parametrize(
    "act",
    [
        f"gap owe={ID}的证明=2026-03-11",
        f"merge group=李试{MOBILE}",
        f"convene host=张{MOBILE} unit=甲",
        f"assign lead=李试{MOBILE}",
    ],
)
def test_a_public_field_takes_no_number_of_a_person(act):
    refusal(BadValue, standing("accepted"), f"2026-03-09 {act}", PLAIN)


def test_the_own_name_is_masked_where_a_text_repeats_it():
    desk = Desk()
    done = desk.do(
        "2026-03-02 intake matter=陈试验的备案 demand=我是陈试验，办不下去 reporter=陈试验"
    )
    assert "陈试验" not in str(row(done.case, "ZY01", PLAIN))
    assert "陈试验" not in str(shown(done.case, desk.ledger.entries, reveal=False))


@pytest.mark.parametrize(
    ("entries", "field", "value"),
    [
        ("2026-03-02 Resolved outcome=solved signer=王站长", "resolve.signer", "李经办"),
        ("2026-03-02 AcceptedWithGaps owe=图=2026-04-01 approver=王站长", "gap.approver", "zs"),
        ("2026-03-02 Exempted paper=图 scope=case item=诊所备案", "exempt.scope", "rule"),
        ("2026-03-02 FedBack stage=final text=好", "feedback.stage", "first"),
        ("2026-03-02 Escalated level=3 reason=难", "escalate.level", "1"),
    ],
)
def test_what_a_rule_has_weighed_is_not_rewritten(entries, field, value):
    refusal(
        GateClosed,
        standing("accepted", entries),
        f"2026-03-09 correct field={field} why=错",
        DEFAULT,
        new=value,
    )


def test_who_may_not_do_an_act_may_not_rewrite_it():
    case = standing("accepted", "2026-03-02 Supervised kind=remind unit=甲 reason=慢 slip=督1")
    refusal(
        NotPermitted,
        case,
        "2026-03-09 correct field=supervise.kind why=错",
        DEFAULT,
        roles=("clerk",),
        new="supervise",
    )
    assert one(
        case,
        "2026-03-09 correct field=supervise.kind why=错",
        DEFAULT,
        roles=("leader",),
        new="supervise",
    )


def test_those_complained_of_take_no_step_alone():
    desk = Desk(PLAIN, units=("区市场监管局", "卫健部门"))
    desk.do(f"{INTAKE} track=conduct failed_unit=区市场监管局")
    with pytest.raises(GateClosed):
        desk.do("2026-03-03 step kind=verify unit=区市场监管局")
    desk.do("2026-03-03 assign lead=卫健部门\n2026-03-04 step kind=verify unit=区市场监管局")


def test_nobody_finds_a_complainant_by_likeness():
    desk = Desk()
    desk.do(f"{INTAKE} phone={MOBILE} track=conduct failed_unit=甲")
    assert not next(iter(desk.ledger.rows.values())).people


def test_a_waived_paper_is_owed_no_more():
    owing = acted(in_phase("accepted"), "2026-03-03 gap owe=表=2026-03-10", PLAIN)
    waived = after(owing, "2026-03-04 exempt paper=表 reason=免 authority=局", PLAIN)
    assert not waived.owed
    assert one(waived, "2026-03-05 resolve outcome=solved measures=好", PLAIN)


def test_a_rule_of_a_later_day_waives_nothing_today():
    case = after(
        in_phase("accepted"),
        "2026-03-04 exempt paper=表 reason=免 authority=局 scope=rule effective=2026-06-01",
        PLAIN,
    )
    assert case.waived == ()


def test_a_renamed_unit_still_has_its_order():
    events = in_phase("triaged")
    sent = events[0]._replace(kind="Assigned", version=4, seq=4, data={"lead": ["SJ", "市场局"]})
    signed = sent._replace(kind="Signed", version=5, seq=5, data={"unit": ["SJ", "市场监管局"]})
    assert fold([*events, sent, signed]).open_orders[0].state == "signed"


def test_who_passed_an_order_on_leads_no_more():
    moved = "2026-03-03 Assigned lead=甲\n2026-03-04 Forwarded unit=甲 to=丙\n2026-03-05 Returned unit=丙 reason=不归"
    assert fold(grown(in_phase("triaged"), moved)).lead_unit == ""


def test_an_orders_own_date_waits_while_the_case_is_paused():
    taken = "2026-03-02 Registered matter=备案\n2026-03-02 Accepted\n2026-03-02 Assigned lead=甲 due=2026-03-06"
    told = f"{taken}\n2026-03-04 Paused reason=appraisal"
    assert due(told, PLAIN, now="2026-03-20")["resolve甲"].state == "paused"


def test_a_case_leaves_only_its_own_group():
    case = standing("accepted", "2026-03-02 Merged group=甲组")
    refusal(GateClosed, case, "2026-03-03 merge undo=yes group=乙组", PLAIN)


def test_paper_names_may_hold_an_equals_sign():
    (owed,) = after(in_phase("accepted"), "2026-03-03 gap owe=A=B=2026-03-10", PLAIN).owed
    assert owed.paper == "A=B"


def test_items_that_share_a_part_before_a_comma_are_not_the_same():
    desk = Desk()
    desk.do(INTAKE, items=["A,B"], phone=MOBILE)
    assert desk.do(INTAKE, items=["A"], phone=MOBILE).duplicates == ()


@pytest.mark.parametrize(
    "act",
    [
        "intake matter=备案 demand=慢 reporter=陈试验 failed_on=2030-01-01",
        "triage difficulty=simple due=9999-12-31",
    ],
)
def test_dates_that_cannot_be_are_refused(act):
    refusal(
        BadDate,
        None if act.startswith("intake") else standing("accepted"),
        f"2026-03-09 {act}",
        PLAIN,
    )


def test_a_unit_that_holds_an_order_is_known_though_the_roster_lacks_it():
    desk = Desk(units=("公安局", "民政局"))
    desk.do(
        "2026-06-01T09:00 intake matter=落户 demand=办不下 reporter=陈试验 phone=13800000001 difficulty=general"
    )
    with pytest.raises(UnknownUnit, match="可加 --new-unit"):
        desk.do("2026-06-01T10:00 assign lead=残联")
    desk.do("2026-06-01T10:00 assign lead=残联 new_unit=yes\n2026-06-01T10:10 assign assist=公安局")
    desk.do("2026-06-01T10:20 sign unit=残联\n2026-06-01T10:30 step kind=verify unit=残联")
    desk.do("2026-06-01T10:40 supervise kind=remind unit=残联 reason=快到期")
    assert [
        order.state
        for order in desk.do("2026-06-01T11:00 return unit=残联 reason=不归").case.orders
    ] == ["returned", "sent"]
    with pytest.raises(UnknownUnit) as refused:
        desk.do("2026-06-01T12:00 step kind=verify unit=妇联")
    assert "--new-unit" not in str(refused.value)


def test_papers_owed_end_with_a_case_that_left():
    desk = Desk()
    gone = desk.do(
        f"{INTAKE}\n2026-03-02 triage difficulty=general\n2026-03-02 gap owe=表=2026-03-04\n2026-03-03 withdraw reason=自行办好"
    )
    assert gone.case.owed == ()
    assert "gaps_open" not in gone.case.flags
    (gap,) = [one for one in gone.deadlines if one.name == "gap"]
    assert (gap.state, gap.late, gap.running) == ("ended", False, None)


def test_a_forwarded_order_nobody_signed_in_time_was_missed_when_it_went_on():
    desk = Desk("xianan")
    desk.do(
        "2026-06-01 intake matter=落户 demand=慢 reporter=陈试验 difficulty=一般 phone=13800000001\n2026-06-01 assign lead=公安局"
    )
    moved = desk.do("2026-06-08 forward to=民政局 reason=归它管")
    assert [(one.order, one.state) for one in moved.deadlines if one.name == "sign"] == [
        ("公安局", "ended"),
        ("民政局", "running"),
    ]


def test_a_number_without_its_system_names_no_other_matter():
    desk = Desk()
    first = desk.do(INTAKE, source_no="5")
    assert desk.do(INTAKE, source_no="5").existing
    with pytest.raises(BadValue, match="--source"):
        desk.do(INTAKE.replace("诊所备案", "落户"), source_no="5")
    assert list(desk.ledger.rows) == [first.case.no]


def test_a_cause_is_not_lost_for_want_of_a_grade():
    with pytest.raises(MissingInput, match="--difficulty"):
        Desk(PLAIN).do(INTAKE, cause=["blockage"])


def test_a_proof_is_one_that_was_asked_for():
    desk = Desk(PLAIN)
    desk.do(f"{INTAKE}\n2026-03-02 step kind=verify proof=身份证明=公安局")
    with pytest.raises(GateClosed, match="身份证明"):
        desk.do("2026-03-03 step kind=verify proof_done=身分证明")
    desk.do("2026-03-03 step kind=verify proof_done=身份证明")


def test_the_other_name_of_a_choice_of_two():
    desk = Desk(PLAIN)
    desk.do(f"{INTAKE}\n2026-03-03 resolve outcome=solved measures=好")
    assert desk.do("2026-03-04 callback", not_reached=True).case.callbacks[-1].reached is False
    with pytest.raises(BadValue):
        desk.do("2026-03-04 callback", not_reached=True, reached=True)
