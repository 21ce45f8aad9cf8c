"""Bent time is visible: what is dated before a deadline and written after it, set clocks, corrections."""

from __future__ import annotations

from datetime import datetime

import pytest
from cli_desk import Desk, prepared

from bbcs.calendar.dates import CST
from bbcs.config import environment

RECEIVED, DUE, AFTER = "2026-03-02T09:10", "2026-03-09", "2026-03-13T10:00"
"""A case of the class 一般 received on a Monday has five working days."""

BACK = ("--at", "2026-03-06", "--late-reason", "忘了登记")
RESOLVE = ("--outcome", "已解决", "--measures", "办好了")


def at(desk: Desk, now: str) -> Desk:
    return Desk(desk.home, now)


@prepared
def old(desk: Desk) -> Desk:
    """A home that has one case, due on DUE, and shows AFTER."""
    at(desk, RECEIVED).take(difficulty="一般")
    return at(desk, AFTER)


def found(desk: Desk, code: str = "C26") -> list[str]:
    every = desk("check", "--json").json["findings"]
    return [one["what"] for one in every if one["code"] == code]


def rate(desk: Desk, name: str = "on_time_rate") -> dict:
    rates = desk.json("report", "kpi", "--month", "2026-03")["rates"]
    return next(one for one in rates if one["name"] == name)


class System(Desk):
    """A desk whose commands read the computer's clock, which shows `now`."""

    def env(self, more=None):
        return super().env({"BBCS_NOW": None, **(more or {})})


@pytest.fixture
def system(empty: Desk, monkeypatch: pytest.MonkeyPatch):
    """Makes the home of a real office, then desks that show a moment of the computer's clock."""

    def made(now: str) -> System:
        moment = datetime.fromisoformat(now).replace(tzinfo=CST)
        monkeypatch.setattr(environment, "system_time", lambda: moment)
        return System(empty.home)

    made("2026-03-02T08:00").ok("init", "--station", "ZY01", "--name", "沾益站")
    return made


# -- recorded after the deadline, dated before it ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (("pause", "0001", "--reason", "听证", *BACK), "暂停计时（2026-03-06）"),
        (("resolve", "0001", *RESOLVE, *BACK), "办结（2026-03-06）"),
        (("withdraw", "0001", "--reason", "已自行办好", *BACK), "撤回（2026-03-06）"),
    ],
)
def test_an_act_dated_back_into_time_is_found_and_counted(old, act, what):
    assert rate(old)["numerator"] == 0
    old.ok(*act)
    (text,) = [one for one in found(old) if what in one]
    assert "2026-03-13 10:00 补录" in text
    assert f"办理时限（{DUE}）已过" in text
    now = rate(old)
    assert (now["numerator"], now["bent"]) == (1, 1)
    assert now["bent_nos"] == ["ZY01-20260302-0001"]
    assert "其中 1 个靠补录、设定时间或更正" in now["text"]


def test_the_rate_of_a_unit_says_it_too(old):
    old.ok("assign", "0001", "--lead", "某局", "--at", "2026-03-03", "--late-reason", "忘了登记")
    old.ok("resolve", "0001", *RESOLVE, *BACK)
    statistics = old.json("report", "kpi", "--month", "2026-03")["statistics"]
    texts = {row["unit"]: row["on_time_rate"] for row in statistics["units"]["rows"]}
    assert {texts["某局"], texts["合计"]} == {"100.00%（1/1），其中 1 个存疑"}
    assert "存疑：靠补录、设定时间或更正的，哪些件见比率。" in statistics["units"]["notes"]
    circular = old.json("report", "circular", "--month", "2026-03")
    assert next(row["on_time_rate"] for row in circular["units"]["rows"]) == texts["某局"]


def test_an_honest_late_entry_of_a_case_in_time_is_not_bent(desk):
    at(desk, RECEIVED).take(difficulty="一般")
    late = at(desk, "2026-03-09T16:00")
    late.ok("note", "0001", "--text", "来过电话", *BACK)
    late.ok("pause", "0001", "--reason", "听证", *BACK)
    late.ok("resume", "0001", "--at", "2026-03-09", "--late-reason", "当天")
    late.ok("resolve", "0001", *RESOLVE)
    assert found(late) == []
    assert (rate(late)["numerator"], rate(late)["bent"]) == (1, 0)


def test_a_late_settlement_dated_late_is_only_late(old):
    old.ok("resolve", "0001", *RESOLVE, "--at", "2026-03-12", "--late-reason", "忘了登记")
    assert found(old) == []
    assert (rate(old)["numerator"], rate(old)["bent"]) == (0, 0)


def test_only_the_entry_that_made_it_in_time_is_named(old):
    """The pause was written down in time; the settlement was not."""
    in_time = at(old, "2026-03-04T09:00")
    in_time.ok("pause", "0001", "--reason", "听证", "--at", "2026-03-03", "--late-reason", "漏记")
    at(old, "2026-03-05T09:00").ok("resume", "0001")
    old.ok("resolve", "0001", *RESOLVE, "--at", "2026-03-10", "--late-reason", "忘了登记")
    (text,) = found(old)
    assert text.startswith("办结（2026-03-10）")


def test_a_grade_given_after_expiry_is_counted_beside_the_rate(old):
    old.ok("triage", "0001", "--difficulty", "复杂")
    assert [text for text in found(old) if "才改的定级" in text]
    assert (rate(old)["numerator"], rate(old)["bent"]) == (1, 1)


# -- set clocks --------------------------------------------------------------------------------------------------


def test_a_clock_that_was_set_back_is_named_in_a_real_ledger(system):
    system("2026-03-02T09:10").take(difficulty="一般")
    late = system("2026-03-13T10:00")
    late.ok("resolve", "0001", *RESOLVE, env={"BBCS_NOW": "2026-03-06T10:00"})
    (text,) = found(late)
    assert "办结（2026-03-06）是用设定的时间记的" in text
    assert (rate(late)["numerator"], rate(late)["bent"]) == (1, 1)


def test_a_ledger_kept_with_set_clocks_is_one_for_practice(desk):
    at(desk, RECEIVED).take(difficulty="一般")
    at(desk, "2026-03-06T10:00").ok("resolve", "0001", *RESOLVE)
    assert found(desk) == []
    assert rate(at(desk, AFTER))["bent"] == 0


@pytest.mark.parametrize(
    "acts",
    [
        (("pause", "0001", "--reason", "听证"), ("resume", "0001")),
        (("extend", "0001", "--days", "1", "--reason", "等评审"),),
    ],
)
def test_each_entry_that_moves_a_clock_is_named(system, acts):
    system("2026-03-02T09:10").take(difficulty="一般")
    real = system("2026-03-03T10:00")
    for number, act in enumerate(acts):
        real.ok(*act, env={"BBCS_NOW": f"2026-03-03T1{number}:00"})
    assert len(found(real)) >= len(acts)


# -- the computer's clock ----------------------------------------------------------------------------------------


def test_a_clock_before_the_last_entry_asks(system):
    system("2026-03-05T09:10").take()
    back = system("2026-03-03T09:10")
    refused = back("note", "0001", "--text", "来过")
    assert refused.code == 15
    assert "电脑时间 2026-03-03 09:10 早于台账最后一条（2026-03-05 09:10）" in refused.err
    assert "--yes" in refused.err
    assert back.entries() == 2
    assert back("note", "0001", "--text", "来过", "--dry-run").code == 0
    back.ok("note", "0001", "--text", "来过", "--yes")
    back.ok("--yes", "note", "0001", "--text", "又来过")
    history = back.json("show", "0001", "--history")["history"]
    assert [one["clock"] for one in history[-2:]] == ["set", "system"]  # no more before the last


def test_a_clock_before_the_newest_notice_asks_at_intake(system):
    old = system("2015-03-05T09:10")
    asked = old("intake", "--matter", "备案", "--demand", "x", "--reporter", "陈试验")
    assert asked.code == 15
    assert "早于本程序收录的放假通知（2025-11-04 印发）" in asked.err


def test_a_home_is_made_by_such_a_clock_with_yes_only(empty, monkeypatch):
    moment = datetime.fromisoformat("2015-03-05T09:10").replace(tzinfo=CST)
    monkeypatch.setattr(environment, "system_time", lambda: moment)
    making = ("init", "--station", "ZY01", "--name", "沾益站")
    desk = System(empty.home)
    asked = desk(*making)
    assert asked.code == 15
    assert "练习台账" in asked.err
    assert not empty.home.exists()
    desk.ok(*making, "--yes")


@pytest.mark.parametrize(
    "act",
    [
        ("station", "unit", "add", "区水务局"),
        ("station", "duty", "add", "2026-03-06", "demo"),
        ("consult", "--matter", "问路"),
        ("show", "0001", "--reveal", "--reason", "核对"),
        ("pack", "adopt", "zhanyi"),
    ],
)
def test_every_command_that_writes_asks_and_takes_yes(system, act):
    system("2026-03-05T09:10").take()
    back = system("2026-03-03T09:10")
    before = back.entries()
    assert back(*act).code == 15
    assert back.entries() == before
    back.ok(*act, "--yes")
    assert back.entries() > before


@pytest.mark.parametrize("line", ["show 0001", "report register work", "doc 0001 acceptance"])
def test_a_missing_reason_is_told_before_the_clock_is_asked_about(system, line):
    """Else somebody at a terminal agrees to the clock twice."""
    system("2026-03-05T09:10").take()
    back = system("2026-03-03T09:10")
    assert "--reason" in back.fails(13, *line.split(), "--reveal").err


def test_reading_asks_nothing(system):
    system("2026-03-05T09:10").take()
    back = system("2026-03-03T09:10")
    for command in (("list",), ("show", "0001"), ("check",), ("todo",), ("report", "kpi")):
        assert back(*command).code in (0, 1)


def test_a_small_step_back_asks_nothing_and_is_marked(system):
    """A clock that is set right by hours; by minutes it is only another clerk who was faster."""
    system("2026-03-05T16:10").take()
    back = system("2026-03-05T09:10")
    back.ok("note", "0001", "--text", "来过")
    assert back.json("show", "0001", "--history")["history"][-1]["clock"] == "set"
    near = system("2026-03-05T16:00")
    near.ok("note", "0001", "--text", "又来过")
    assert near.json("show", "0001", "--history")["history"][-1]["clock"] == "system"


def test_the_newest_notice_is_the_newest_shipped():
    from bbcs.calendar import layers

    issued = max(one.issued for one in layers.notices().values() if one.issued)
    assert layers.NEWEST_NOTICE.isoformat() == issued


# -- corrections -------------------------------------------------------------------------------------------------


def test_a_correction_that_changes_lateness_is_found_and_counted(old):
    assert rate(old)["numerator"] == 0
    old.ok("correct", "0001", "--field", "received_at", "--new", "2026-03-09", "--why", "记错了")
    (text,) = found(old)
    assert "更正了“受理时间”" in text
    assert "是否超期变了" in text
    assert (rate(old)["numerator"], rate(old)["bent"]) == (1, 1)


def test_a_correction_that_changes_nothing_counted_is_none(old):
    old.ok("correct", "0001", "--field", "channel", "--new", "电话", "--why", "选错了")
    assert found(old) == []


@prepared
def called(desk: Desk) -> Desk:
    """A case that was settled in time; the person was neither satisfied nor helped."""
    first = at(desk, RECEIVED)
    first.take(difficulty="一般")
    first.ok("resolve", "0001", *RESOLVE)
    first.ok("callback", "0001", "--reached", "--solved", "no", "--grade", "1")
    return first


@pytest.mark.parametrize(
    ("field", "new", "name"),
    [
        ("callback.grade", "5", "satisfaction_rate"),
        ("callback.solved", "yes", "resolution_rate"),
    ],
)
def test_a_corrected_answer_is_found_and_counted(called, field, new, name):
    assert rate(called, name)["numerator"] == 0
    called.ok("correct", "0001", "--field", field, "--new", new, "--why", "听错了")
    assert [text for text in found(called) if "反映人的答复或结果变了" in text]
    assert (rate(called, name)["numerator"], rate(called, name)["bent"]) == (1, 1)


@pytest.fixture
def people(called: Desk) -> Desk:
    for id_, name, role in (("li", "李经办", "clerk"), ("wang", "王站长", "leader")):
        called.ok("station", "operator", "add", id_, "--name", name, "--role", role)
    return called


REWORD = ("correct", "0001", "--field", "callback.grade", "--new", "5", "--why", "听错了")


def test_what_the_person_answered_is_corrected_by_the_caller_or_a_leader(people):
    refused = people(*REWORD, "--as", "li")
    assert refused.code == 14
    people.ok(*REWORD, "--as", "wang")
    people.ok(*REWORD[:5], "4", *REWORD[6:])


# -- extensions are judged by when they were recorded ----------------------------------------------------------


EXTEND = ("extend", "0001", "--days", "5", "--reason", "等评审")


def test_an_extension_dated_back_needs_a_leader(old):
    old.ok("station", "operator", "add", "li", "--name", "李经办", "--role", "clerk")
    refused = old(*EXTEND, *BACK, "--as", "li")
    assert refused.code == 13
    assert "2026-03-09" in refused.err
    assert "--approver" in refused.err
    assert old(*EXTEND, *BACK, "--approver", "王站长", "--as", "li").code == 13
    assert old(*EXTEND, *BACK).code == 13, "a leader says who approved it"
    assert old(*EXTEND, *BACK, "--approver", "demo").code == 13, "not the one who asks"
    old.ok(*EXTEND, *BACK, "--approver", "王站长")
    assert [text for text in found(old) if text.startswith("申请延期（2026-03-06）")]
    assert (rate(old)["numerator"], rate(old)["bent"]) == (1, 1)


def test_an_extension_asked_in_time_is_granted_as_before(desk):
    at(desk, RECEIVED).take(difficulty="一般")
    at(desk, "2026-03-06T10:00").ok(*EXTEND)
    late = at(desk, AFTER)
    assert found(late) == []
    assert (rate(late)["numerator"], rate(late)["bent"]) == (1, 0)


# -- where it is shown -------------------------------------------------------------------------------------------


def test_show_register_and_history_mark_what_was_recorded_late(old):
    old.ok("resolve", "0001", *RESOLVE, *BACK)
    page = old.ok("show", "0001", "--history").out
    told = "办结（2026-03-06）是 2026-03-13 10:00 补录的，那时办理时限（2026-03-09）已过"
    assert page.count(f"时间存疑：{told}\n") == 1
    assert "按时），补录" in page
    assert "2026-03-06 10:00（2026-03-13 补录）  已办结" in page
    assert "记录，练习台账（设定时间）：" in page
    (bend,) = old.json("show", "0001")["bent"]
    assert (bend["way"], bend["kind"], bend["clock"]) == ("late", "Resolved", "resolve")
    register = old.json("report", "register", "--month", "2026-03")
    (row,) = register["rows"]
    assert row["overdue_days"] == "否（补录）"
    assert "ZY01-20260302-0001" in " ".join(register["notes"])


def test_history_marks_set_times_in_a_real_ledger_only(system):
    system("2026-03-02T09:10").take(difficulty="一般")
    system("2026-03-05T10:00").ok("note", "0001", "--text", "催过")
    late = system("2026-03-13T10:00")
    late.ok("resolve", "0001", *RESOLVE, env={"BBCS_NOW": "2026-03-06T10:00"})
    lines = late.ok("show", "0001", "--history").out.splitlines()
    marked = [line for line in lines if "（设定时间）" in line]
    assert len(marked) == 1
    assert "已办结" in marked[0]
    assert "按时），设定时间" in "\n".join(lines)


def test_corrections_are_marked_in_the_register(called):
    called.ok("correct", "0001", "--field", "callback.grade", "--new", "5", "--why", "听错了")
    called.ok("correct", "0001", "--field", "callback.solved", "--new", "yes", "--why", "听错了")
    (row,) = called.json("report", "register", "--month", "2026-03")["rows"]
    assert (row["solved"], row["satisfaction"]) == ("是（更正）", "非常满意（更正）")
