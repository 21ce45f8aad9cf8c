"""Papers owed and papers nobody may ask for any more."""

from __future__ import annotations

from datetime import date

import pytest

from bbcs.domain.fold import fold
from bbcs.errors import BadValue, GateClosed, MissingInput
from bbcs.usecases import office_acts
from sample import FREE, Desk, acted, after, due, grown, in_phase, one, refusal, rules, standing

PLAIN = rules(FREE)
OWED = "2026-03-05 gap owe=平面图=2026-03-12,租赁合同=现场"
INTAKE = "2026-03-02 intake matter=诊所备案 demand=慢 reporter=陈试验"
WAIVE = "exempt paper=合作凭证 reason=无处可开 authority=审批局"
RULE = f"{WAIVE} scope=rule item=诊所备案 effective="


# -- owed ----------------------------------------------------------------------------------------------------------


def test_papers_are_owed_by_a_day_or_at_the_site_check():
    case = after(in_phase("handling"), OWED, PLAIN)
    assert [(gap.paper, gap.due) for gap in case.owed] == [
        ("平面图", date(2026, 3, 12)),
        ("租赁合同", None),
    ]
    assert case.flags == ("gaps_open",)
    checked = after(
        acted(in_phase("handling"), OWED, PLAIN), "2026-03-11 step kind=site_check", PLAIN
    )
    assert [gap.due for gap in checked.owed] == [date(2026, 3, 12), date(2026, 3, 11)]


def test_each_owed_paper_has_its_own_clock():
    text = "2026-03-02 Registered matter=备案\n2026-03-02 Accepted\n2026-03-05 AcceptedWithGaps owe=图=2026-03-12,合同=site_check"
    found = due(text, PLAIN, "2026-03-13")
    assert (found["gap图"].due, found["gap图"].state, found["gap合同"].limit_text) == (
        date(2026, 3, 12),
        "overdue",
        "现场核查时补",
    )
    met = due(f"{text}\n2026-03-12 GapFilled filled=图", PLAIN, "2026-03-13")
    assert (met["gap图"].state, met["gap合同"].state) == ("met", "running")


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("owe=平面图=2026-03-20", GateClosed),
        ("owe=甲=2026-03-20,甲=2026-03-21", GateClosed),
        ("owe=甲=2026-03-05", BadValue),
        ("filled=执照", GateClosed),
        ("", MissingInput),
        ("owe=甲=2026-03-20 filled=平面图", MissingInput),
    ],
)
def test_twice_unknown_past_or_nothing_is_refused(given, kind):
    refusal(kind, after(in_phase("handling"), OWED, PLAIN), f"2026-03-06 gap {given}", PLAIN)


def test_the_approver_where_the_pack_wants_one():
    strict = rules(f"{FREE}[gates]\ngap_approver = true\nproposed = ['gap_approver']\n")
    refusal(MissingInput, standing("handling"), OWED, strict)
    assert one(standing("handling"), f"{OWED} approver=王主任", strict)


def test_what_is_owed_holds_the_settlement_back_unless_it_says_so_and_always_the_end():
    events = acted(in_phase("handling"), OWED, PLAIN)
    assert (
        "平面图、租赁合同"
        in refusal(
            GateClosed, fold(events), "2026-03-06 resolve outcome=solved measures=好", PLAIN
        ).message
    )
    settled = acted(events, "2026-03-06 resolve outcome=容缺办成 measures=好", PLAIN)
    told = grown(settled, "2026-03-06 Notified kind=result")
    assert refusal(GateClosed, fold(told), "2026-03-09 close", PLAIN).allowed == ["gap"]
    refusal(GateClosed, fold(told), "2026-03-09 gap owe=甲=2026-03-20", PLAIN)
    filled = acted(told, "2026-03-09 gap filled=平面图,租赁合同", PLAIN)
    assert after(filled, "2026-03-09 close", PLAIN).phase == "closed"


# -- waived --------------------------------------------------------------------------------------------------------


def test_a_paper_waived_for_one_case_is_no_longer_asked_for():
    case = after(
        grown(in_phase("handling"), "2026-03-04 Notified kind=one_time missing=合作凭证,平面图"),
        f"2026-03-05 {WAIVE}",
        PLAIN,
    )
    assert (case.waived, case.papers) == (("合作凭证",), ("平面图",))
    refusal(GateClosed, case, "2026-03-06 notify kind=one_time missing=合作凭证", PLAIN)
    refusal(GateClosed, case, "2026-03-06 gap owe=合作凭证=2026-03-20", PLAIN)
    assert one(case, "2026-03-06 notify kind=one_time", PLAIN).data["missing"] == ["平面图"]


def test_a_waiver_names_the_item_of_the_case():
    two = fold(in_phase("accepted"))._replace(registered={"matter": "两件", "items": ["甲", "乙"]})
    refusal(MissingInput, two, f"2026-03-09 {WAIVE}", PLAIN)
    refusal(GateClosed, two, f"2026-03-09 {WAIVE} item=丙", PLAIN)
    assert one(two, f"2026-03-09 {WAIVE} item=乙", PLAIN).data["item"] == "乙"
    refusal(MissingInput, two, f"2026-03-09 {WAIVE} item=乙 scope=rule", PLAIN)


def test_after_the_settlement_only_as_a_rule():
    refusal(GateClosed, standing("resolved"), f"2026-03-09 {WAIVE}", PLAIN)
    assert one(standing("archived"), f"2026-03-09 {RULE}2026-03-09", PLAIN)


@pytest.mark.parametrize(
    ("day", "waived"),
    [("2026-03-09", ()), ("2026-03-10", ("合作凭证",)), ("2026-06-01", ("合作凭证",))],
)
def test_a_later_case_no_longer_asks_for_what_a_rule_waived(day, waived):
    desk = Desk()
    desk.do(f"{INTAKE}\n2026-03-03 {RULE}2026-03-10")
    assert (
        desk.do(INTAKE.replace("2026-03-02", day), missing_papers=["合作凭证"]).case.waived
        == waived
    )
    assert desk.do(INTAKE.replace("2026-03-02", day), matter="别的").case.waived == ()


def test_a_rule_taken_back_waives_nothing_any_more():
    desk = Desk()
    desk.do(f"{INTAKE}\n2026-03-03 {RULE}2026-03-03\n2026-03-03 undo")
    assert desk.do(INTAKE.replace("03-02", "03-09")).case.waived == ()


def test_a_rule_needs_no_case():
    desk = Desk()
    said = {
        "paper": "合作凭证",
        "reason": "无处可开",
        "authority": "审批局",
        "scope": "rule",
        "item": "诊所备案",
        "effective": "2026-03-09",
    }
    event = office_acts.office_act(desk.ledger, desk.office("2026-03-05"), "exempt", said)
    assert (event.case_no, event.kind) == ("", "Exempted")
    assert desk.do(INTAKE.replace("03-02", "03-09")).case.waived == ("合作凭证",)
    for lacking in ("scope", "item", "effective"):
        with pytest.raises(MissingInput):
            office_acts.office_act(
                desk.ledger,
                desk.office("2026-03-05"),
                "exempt",
                {key: said[key] for key in said if key != lacking},
            )
    with pytest.raises(MissingInput):
        office_acts.office_act(desk.ledger, desk.office("2026-03-05"), "note", {"text": "x"})
