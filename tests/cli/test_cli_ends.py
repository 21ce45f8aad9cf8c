"""Honest ends at the counter (counter.md 15, 27–29): void, no contact, settled on the spot, consultations taken back."""

from __future__ import annotations

import json

import pytest
from cli_desk import case


@pytest.fixture
def double(desk):
    """Two entries of the same matter; the number of the second."""
    desk.take()
    return desk.take()


# -- void ----------------------------------------------------------------------------------------------------------


def test_void_is_seen_in_lists_and_books_and_proved(desk, double):
    done = desk.ok("void", double, "--reason", "重复登记", "--of", "0001")
    assert "已作废" in done.out
    assert "时限" not in done.out
    assert "下一步" not in done.err
    assert desk.json("show", double)["phase"] == "voided"
    assert desk.json("list")["count"] == 1
    assert [one["case_no"] for one in desk.json("list", "--phase", "已作废")["cases"]] == [double]
    assert double not in desk.ok("todo").out
    month = desk.json("report", "monthly", "--month", "2026-03")
    assert (month["counts"]["received"], month["identity_holds"]) == (1, True)
    assert desk.json("ledger", "verify", "--full")["ok"] is True
    assert desk.json("ledger", "rebuild")["cases"] == 2
    assert desk.json("ledger", "verify", "--full")["ok"] is True


def test_check_asks_a_voided_case_nothing_and_counts_it_on_no_side(desk, double):
    desk.ok("void", double, "--reason", "重复登记")
    desk.now = "2026-06-30T09:00"
    found = desk("check", "--json").json["findings"]
    assert found
    assert [one for one in found if one["case_no"] == double or one["code"] in ("C01", "C18")] == []


def test_a_voided_first_entry_is_no_repeat_for_the_second(desk, double):
    desk.ok("void", "0001", "--reason", "重复登记")
    assert [one for one in desk("check", "--json").json["findings"] if one["code"] == "C16"] == []


def test_a_known_foreign_number_whose_case_was_voided_says_so(desk):
    number = desk.take(source="hall", source_no="A-1")
    desk.ok("void", number, "--reason", "误登")
    again = desk.ok("intake", "--from", "-", stdin=json.dumps(case(source="hall", source_no="A-1")))
    assert again.out == f"{number} 早已登记（同一来源编号），已作废，没有新增\n"


def test_an_archived_case_is_not_voided(desk):
    number = desk.take()
    desk.ok("resolve", number, "--outcome", "已解决", "--measures", "当场办好")
    desk.ok("callback", number, "--reached", "--solved", "yes", "--grade", "5")
    desk.ok("close", number)
    desk.ok("archive", number)
    entries = desk.entries()
    refused = desk("void", number, "--reason", "误登")
    assert refused.code == 11
    assert "现为“已归档”，不能作废" in refused.err
    assert desk.entries() == entries


def test_void_is_asked_for_in_chinese_and_taken_back(desk, double):
    desk.ok("作废", double, "--reason", "误登")
    assert "作废" in desk.ok("show", double, "--history").out
    desk.ok("undo", double)
    assert desk.json("show", double)["phase"] == "accepted"
    assert desk.json("list")["count"] == 2


# -- no contact ----------------------------------------------------------------------------------------------------

NO_CONTACT = ("--how", "no_contact", "--approver", "王主任", "--reason", "匿名，没有留电话")


def settled(desk, **fields):
    """A settled case without an answer yet; its number."""
    number = desk.take(**fields)
    desk.ok("triage", number, "--difficulty", "general")
    desk.ok("resolve", number, "--outcome", "已解决", "--measures", "办好了")
    return number


def anonymous(desk):
    return settled(desk, reporter=None, anonymous=True, phone=None, id_number=None)


def test_who_left_no_way_to_reach_them_is_answered_at_the_counter_and_closed_without_a_call(desk):
    number = anonymous(desk)
    assert f"bbcs notify {number} --kind result --how counter" in desk.ok("show", number).out
    refused = desk("close", number, *NO_CONTACT)
    assert refused.code == 13
    assert "还没有给反映人任何答复" in refused.err
    told = desk.ok("notify", number, "--kind", "result", "--how", "counter")
    assert f"下一步：bbcs close {number} --how no_contact" in told.err
    closed = desk.json("close", number, *NO_CONTACT)
    assert (closed["phase"], closed["callbacks"]) == ("closed", {"tried": 0, "valid": 0})
    assert "没留联系方式结案" in desk.ok("show", number, "--history").out
    assert [
        one
        for one in desk("check", "--json").json["findings"]
        if one["code"] in ("C07", "C10", "C12", "C13")
    ] == []


def test_no_contact_needs_reason_and_approver_as_every_closing_that_is_not_normal(desk):
    number = anonymous(desk)
    desk.ok("notify", number, "--kind", "result", "--how", "counter")
    refused = desk("close", number, "--how", "没留联系方式")
    assert refused.code == 2
    assert "--approver" in refused.err
    assert "--reason" in refused.err


def test_who_left_a_phone_is_called(desk):
    number = settled(desk)
    desk.ok("notify", number, "--kind", "result")
    refused = desk("close", number, *NO_CONTACT)
    assert refused.code == 13
    assert "留有电话" in refused.err
    assert "--how unreachable" in refused.err


def test_a_satisfaction_gate_does_not_hold_back_who_cannot_be_asked(tmp_path, made):
    from cli_desk import Desk

    desk = Desk(tmp_path / "yichun")
    desk.ok("init", "--station", "YC01", "--name", "示例站", "--pack", "yichun")
    number = anonymous(desk)
    assert "--stage final" in desk.json("show", number)["next"]
    desk.ok("feedback", number, "--stage", "final", "--text", "办好了", "--how", "counter")
    assert desk.json("close", number, *NO_CONTACT)["phase"] == "closed"


def test_a_callback_at_the_counter_is_one(desk):
    number = settled(desk)
    desk.ok("callback", number, "--reached", "--solved", "是", "--grade", "5", "--how", "窗口")
    assert desk.json("show", number)["callbacks"] == {"tried": 1, "valid": 1}


@pytest.mark.parametrize("place", ["default", "nanchang", "yichun", "linfen", "zhanyi", "xianan"])
def test_every_pack_knows_the_word_and_marks_it_as_proposed(place):
    from bbcs.config import packs

    assert packs.pack(place).word("close_how", "没留联系方式").proposed


# -- settled on the spot -------------------------------------------------------------------------------------------

SPOT = {"difficulty": "简单", "outcome": "已解决", "measures": "当场激活"}


def on_the_spot(desk, **fields):
    return desk("intake", "--from", "-", "--json", stdin=json.dumps(case(**{**SPOT, **fields})))


def test_a_simple_matter_takes_two_commands(desk):
    taken = desk.ok(
        "intake", "--matter", "社保卡激活", "--demand", "不会操作", "--reporter", "陈试验",
        "--phone", "13800000001", "--difficulty", "简单", "--outcome", "已解决", "--measures", "当场激活",
    )  # fmt: skip
    assert "已受理、已研判、已办结" in taken.out
    assert "下一步：bbcs callback ZY01-20260305-0001" in taken.err
    done = desk.ok("callback", "1", "--reached", "--solved", "yes", "--grade", "5", "--close")
    assert "已回访、已结案" in done.out
    shown = desk.json("show", "1", "--history")
    assert (shown["phase"], shown["solved"], shown["version"]) == ("closed", "yes", 6)
    assert [one["kind"] for one in shown["history"]] == [
        "Registered", "Accepted", "Triaged", "Resolved", "CalledBack", "Closed",
    ]  # fmt: skip
    assert desk.json("ledger", "verify", "--full")["ok"] is True
    assert desk("check").code == 0


@pytest.mark.parametrize(
    ("fields", "code", "says"),
    [
        ({"measures": None}, 2, "measures（"),
        ({"outcome": None}, 2, "outcome（"),
        ({"outcome": "不存在"}, 13, "办理结果"),
        ({"outcome": "解释说明"}, 13, "basis（"),
        ({"decision": "later", "difficulty": None}, 13, "还没受理的件不能办结"),
    ],
)
def test_what_the_gates_refuse_is_not_registered_either(desk, fields, code, says):
    entries = desk.entries()
    refused = on_the_spot(desk, **fields)
    assert (refused.code, says in refused.err) == (code, True), refused.err
    assert desk.entries() == entries


def test_grounds_of_an_explanation_belong_to_the_settlement(desk):
    done = on_the_spot(desk, outcome="解释说明", basis="条例第三条", remedy="可申请复核")
    assert done.code == 0, done.err
    desk.ok("notify", "1", "--kind", "result", "--how", "counter")
    assert [one["code"] for one in desk("check", "--json").json["findings"]] == []
    text = desk.ok("show", "1", "--history").out
    entries = [one for one in text.splitlines() if "条例第三条" in one and "demo" in one]
    assert ["已办结" in one for one in entries] == [True]


def test_the_triage_gate_of_the_pack_holds(tmp_path):
    from cli_desk import Desk

    desk = Desk(tmp_path / "nanchang")
    desk.ok("init", "--station", "NC01", "--name", "示例站", "--pack", "nanchang")
    refused = on_the_spot(desk, difficulty=None)
    assert refused.code == 13
    assert "difficulty（难易程度）" in refused.err
    assert on_the_spot(desk).code == 0


def test_a_second_signature_is_not_asked_for_in_passing():
    from bbcs.errors import GateClosed
    from sample import decided, shipped

    pack = shipped("default", second_signer=True)
    line = (
        "2026-03-02 intake matter=备案 demand=办不下去 reporter=陈试验"
        " outcome=explained measures=解释 basis=条例 remedy=复核"
    )
    with pytest.raises(GateClosed) as refused:
        decided(None, line, pack)
    assert "--signer" in refused.value.message


def test_several_of_a_file_are_settled_all_or_none(desk):
    good, bad = case(1, **SPOT), case(2, **{**SPOT, "measures": None})
    entries = desk.entries()
    assert desk("intake", "--from", "-", stdin=json.dumps([good, bad])).code == 40
    assert desk.entries() == entries
    done = desk.json("intake", "--from", "-", stdin=json.dumps([good, case(2, **SPOT)]))
    assert [one["phase"] for one in done["cases"]] == ["resolved", "resolved"]


def test_correcting_the_moment_of_intake_moves_the_settlement_with_it(desk):
    assert on_the_spot(desk).code == 0
    desk.ok(
        "correct", "1", "--field", "received_at", "--new", "2026-03-05T08:30", "--why", "录晚了"
    )
    shown = desk.json("show", "1")
    assert shown["resolved_at"] == shown["received_at"] == "2026-03-05T08:30:00+08:00"


def test_after_on_the_spot_no_assigning_is_proposed(desk):
    number = desk.take()
    assert f"bbcs resolve {number}" in desk.ok("triage", number, "--difficulty", "简单").err
    assert f"bbcs assign {number}" in desk.ok("triage", number, "--difficulty", "一般").err


# -- callback and closing in one -----------------------------------------------------------------------------------


def test_a_closing_that_a_gate_refuses_refuses_the_callback_too(tmp_path):
    from cli_desk import Desk

    desk = Desk(tmp_path / "yichun")
    desk.ok("init", "--station", "YC01", "--name", "示例站", "--pack", "yichun")
    number = settled(desk)
    entries = desk.entries()
    words = ("callback", number, "--reached", "--solved", "no", "--grade", "1", "--close")
    refused = desk(*words)
    assert refused.code == 13
    assert "回访也没有记" in refused.err
    assert desk.entries() == entries
    desk.ok("feedback", number, "--stage", "final", "--text", "办好了")
    good = ("callback", number, "--reached", "--solved", "yes", "--grade", "5", "--close")
    assert desk.json(*good)["phase"] == "closed"


def test_nobody_reached_is_no_reason_to_close(desk):
    number = settled(desk)
    entries = desk.entries()
    refused = desk("callback", number, "--not-reached", "--close")
    assert (refused.code, desk.entries()) == (2, entries)
    assert "unreachable" in refused.err


def test_a_callback_of_yesterday_closes_yesterday(desk):
    number = settled(desk)
    desk.now = "2026-03-06T09:00"
    desk.ok(
        "callback", number, "--reached", "--solved", "yes", "--grade", "5", "--close",
        "--at", "2026-03-05T17:00", "--late-reason", "下班前打的",
    )  # fmt: skip
    history = desk.json("show", number, "--history")["history"]
    assert [one["at"] for one in history[-2:]] == ["2026-03-05T17:00:00+08:00"] * 2


# -- several cases at once -----------------------------------------------------------------------------------------


@pytest.fixture
def three(desk):
    """Three settled and answered cases."""
    numbers = [settled(desk, matter=f"备案{number}") for number in range(3)]
    for number in numbers:
        desk.ok("callback", number, "--reached", "--solved", "yes", "--grade", "5")
    return numbers


def test_several_are_closed_archived_and_noted_in_one_transaction_each(desk, three):
    closed = desk.ok("close", "0001", "0002", three[2], "0001")
    assert closed.out == "".join(f"{number} 已结案\n" for number in three)
    noted = desk.json("note", *three, "--text", "月底盘点过")
    assert noted["schema"] == "bbcs.cases/1"
    assert [one["case_no"] for one in noted["cases"]] == three
    assert desk.ok("archive", *three, "--no", "2026-01", "-q").out.split() == three
    assert desk.json("ledger", "verify", "--full")["ok"] is True


def test_one_that_cannot_be_closed_keeps_all_open(desk, three):
    left = settled(desk, matter="别的")
    entries = desk.entries()
    refused = desk("close", *three, left)
    assert refused.code == 13
    assert left in refused.err
    assert "一件都没有办" in refused.err
    assert desk.entries() == entries
    assert desk("close", three[0], "0099").code == 10
    assert desk("close", *three, "--expect-version", "3").code == 2
    assert desk.entries() == entries


def test_one_number_answers_as_before(desk, three):
    assert desk.json("close", three[0])["schema"] == "bbcs.case/1"
    assert "下一步：bbcs archive" in desk.ok("close", three[1]).err


def test_orders_of_several_cases_are_signed_for_at_once(desk):
    numbers = [desk.take(matter=f"备案{number}") for number in range(2)]
    for number in numbers:
        desk.ok("assign", number, "--lead", "公安局")
    signed = desk.json("sign", *numbers)
    assert [one["phase"] for one in signed["cases"]] == ["handling", "handling"]
    desk.ok("assign", numbers[0], "--assist", "民政局", "--assist", "医保局")
    refused = desk("sign", *numbers)
    assert refused.code in (2, 13)
    assert numbers[0] in refused.err


def test_other_acts_take_one_case(desk, double):
    assert desk("withdraw", "0001", "0002", "--reason", "自行办好").code == 2


def test_the_api_does_the_same(desk, three):
    from bbcs import open_ledger

    with open_ledger(desk.home, actor="demo") as ledger:
        done = ledger.act(three, "close")
        assert [one["phase"] for one in done["cases"]] == ["closed"] * 3
        spot = ledger.intake(**case(9, **SPOT))
        closed = ledger.act(
            spot["case_no"], "callback", reached=True, solved="yes", grade=5, close=True
        )
        assert closed["phase"] == "closed"


# -- consultations -------------------------------------------------------------------------------------------------


def consultations(desk, *more):
    return desk.json("report", "monthly", "--month", "2026-03", *more)["consultations"]


def test_a_mistyped_count_is_taken_back_and_an_earlier_as_of_still_shows_it(desk):
    desk.ok("consult", "--visitors", "3", "--answered", "2")
    desk.now = "2026-03-05T10:00"
    desk.ok("consult", "--visitors", "523", "--answered", "362")
    desk.now = "2026-03-05T11:00"
    undone = desk.ok("consult", "--undo")
    assert undone.out.startswith("已撤销咨询（第 ")
    assert undone.out.endswith("：523 人，答复 362 个\n")
    assert consultations(desk) == {"visitors": 3, "answered": 2}
    assert consultations(desk, "--as-of", "2026-03-05T10:30") == {"visitors": 526, "answered": 364}
    assert desk.json("consult", "--undo")["visitors"] == 3
    assert consultations(desk) == {"visitors": 0, "answered": 0}
    refused = desk("consult", "--undo")
    assert refused.code == 11
    assert desk.json("ledger", "verify", "--full")["ok"] is True
    desk.ok("ledger", "rebuild")
    assert consultations(desk) == {"visitors": 0, "answered": 0}


def test_a_consultation_is_taken_back_in_its_own_month(desk):
    desk.ok("consult", "--visitors", "5", "--answered", "5")
    desk.now = "2026-04-02T09:00"
    desk.ok("consult", "--undo", "--note", "记成了别的窗口的")
    assert consultations(desk) == {"visitors": 0, "answered": 0}
    april = desk.json("report", "monthly", "--month", "2026-04")["consultations"]
    assert april == {"visitors": 0, "answered": 0}
    before = desk.json("report", "monthly", "--month", "2026-03", "--as-of", "2026-03-31T18:00")
    assert before["consultations"] == {"visitors": 5, "answered": 5}


def test_nobody_takes_back_what_another_wrote(desk):
    desk.ok("station", "operator", "add", "li", "--name", "李经办", "--role", "clerk")
    desk.ok("consult", "--as", "li")
    assert desk("consult", "--undo").code == 11
    assert desk("consult", "--undo", "--visitors", "2", "--as", "li").code == 2
    desk.ok("consult", "--undo", "--as", "li")


@pytest.mark.parametrize("visitors", ["0", "-1"])
def test_a_consultation_without_a_visitor_is_refused(desk, visitors):
    entries = desk.entries()
    refused = desk("consult", f"--visitors={visitors}")
    assert (refused.code, desk.entries()) == (2, entries)


# -- why no limit runs (counter.md 31) -------------------------------------------------------------------------------


def test_no_sentence_blames_the_date_of_entry_into_force_when_it_is_not_the_reason(desk):
    number = desk.ok("intake", "--from", "-", "-q", "--later", stdin=json.dumps(case())).out.strip()
    assert desk.ok("withdraw", number, "--reason", "自行办好").out == f"{number} 已撤回\n"
    later = desk.ok("intake", "--from", "-", "-q", "--later", stdin=json.dumps(case(2))).out.strip()
    assert "施行前" not in desk.ok("void", later, "--reason", "误登").out
    taken = desk.take(matter="别的")
    assert "施行前" not in desk.ok("undo", taken).out


def test_a_kind_of_case_without_a_limit_is_said_as_such():
    from bbcs.views.messages import line_of
    from sample import Desk, shipped

    whole = shipped("default")
    clocks = tuple(one for one in whole.clocks if one.for_.get("difficulty") != "complex")
    pack = whole._replace(clocks=clocks)
    desk = Desk(pack)
    desk.do("2026-03-02 intake matter=备案 demand=办不下去 reporter=陈试验 difficulty=simple")
    done = desk.do("2026-03-03 triage difficulty=complex")
    assert line_of(done, pack).endswith("已研判；规则包没有给这一类定办理时限")
