"""A return that the window reviews (gate `return_review`): asked, decided within its clock; the order runs on until then."""

from __future__ import annotations

import pytest

from bbcs.domain.acts.table import KINDS
from bbcs.domain.clocks import deadlines
from bbcs.domain.pack_checks import problems
from bbcs.domain.station import ROLES, Operator
from bbcs.errors import BadValue, GateClosed, MissingInput, NotPermitted, TransitionRefused
from bbcs.usecases import kpi, reports
from bbcs.usecases.outcome import next_step
from bbcs.views import case, case_page, messages
from sample import CALENDAR, FREE, Desk, at, clock, rules, shipped

REVIEW = clock(2, "working_day", "return", "ReturnAsked", "ReturnDecided")
GATE = '[gates]\nreturn_review = true\nproposed = ["return_review"]\n'
PACK = rules(FREE + REVIEW + GATE)
TAKEN = """2026-03-02 intake matter=诊所备案 demand=慢 reporter=陈试验 phone=13800000001
2026-03-02 assign lead=卫健部门 due=2026-03-06
2026-03-02 assign assist=公安局
"""
ASKED = "2026-03-03 return unit=卫健部门 reason=不归本局 suggest=水务局"
APPROVED = "2026-03-04 return approve=yes approver=王站长"
REJECTED = "2026-03-04 return reject=yes approver=王站长 reason=职责清单列着"


LEADER = "wang"
"""Decides; zs asks."""


def played(desk: Desk, *lines: str):
    """Each line by whoever may: a decision by the leader."""
    for line in lines:
        done = desk.do(line, actor=LEADER if "approver=" in line else "zs")
    return done


def asked(*more: str) -> Desk:
    desk = Desk(PACK)
    played(desk, TAKEN, ASKED, *more)
    return desk


def found(desk: Desk):
    return desk.do("2026-03-05 note text=看").case


def states(desk: Desk, moment: str) -> dict[str, str]:
    one = found(desk)
    return {
        f"{each.name}{each.order or ''}": each.state
        for each in deadlines(one, PACK, CALENDAR, at(moment))
    }


def test_until_it_is_decided_the_order_and_its_clock_run_on() -> None:
    desk = asked()
    one = found(desk)
    assert (one.phase, one.bounces, one.lead_unit) == ("assigned", 0, "卫健部门")
    assert one.flags == ("return_asked",)
    assert states(desk, "2026-03-05") == {
        "resolve": "running", "return": "running", "resolve卫健部门": "running"
    }  # fmt: skip
    assert states(desk, "2026-03-09")["return"] == "overdue"
    assert states(desk, "2026-03-09")["resolve卫健部门"] == "overdue"
    assert next_step(one, PACK) == f"bbcs return {one.no} --approve"


def test_an_approval_returns_the_order_and_is_taken_back_in_one_go() -> None:
    desk = asked()
    done = played(desk, APPROVED)
    assert [event.kind for event in done.events] == ["ReturnDecided", "Returned"]
    assert done.events[1].data["suggest"][1] == "水务局"
    assert (done.case.phase, done.case.bounces, done.case.lead) == ("triaged", 1, None)
    assert states(desk, "2026-03-20")["return"] == "met"
    desk = asked(APPROVED)
    back = desk.do("2026-03-04 undo", actor=LEADER).case
    assert [one.state for one in back.returns] == ["asked"]
    assert (back.bounces, back.lead_unit) == (0, "卫健部门")


def test_a_rejection_keeps_the_order_and_its_clock() -> None:
    desk = asked()
    played(desk, REJECTED)
    assert states(desk, "2026-03-20")["resolve卫健部门"] == "overdue"
    one = found(desk)
    assert (one.bounces, one.return_requests) == (0, ())
    desk.do("2026-03-05 return unit=卫健部门 reason=再说一遍")  # it may ask once more
    assert [each.state for each in found(desk).returns] == ["rejected", "asked"]


def test_a_request_ends_with_its_order() -> None:
    desk = asked("2026-03-04 resolve outcome=solved measures=办了")
    one = found(desk)
    assert (one.return_requests, one.flags) == ((), ())
    assert states(desk, "2026-03-20")["return"] == "ended"


@pytest.mark.parametrize(
    ("line", "error", "says"),
    [
        ("2026-03-04 return unit=卫健部门 reason=再退", GateClosed, "已申请退回，在等审核"),
        ("2026-03-04 forward unit=卫健部门 to=水务局 reason=转", GateClosed, "已申请退回"),
        ("2026-03-04 return approve=yes", MissingInput, "--approver"),
        ("2026-03-04 return reject=yes approver=王站长", MissingInput, "--reason"),
        ("2026-03-04 return approve=yes approver=zs", GateClosed, "不能是申请人本人"),
        ("2026-03-04 return approve=yes reject=yes approver=王站长", BadValue, "只能写一样"),
        ("2026-03-04 return approve=yes approver=王站长 unit=公安局", GateClosed, "卫健部门"),
        ("2026-03-04 return unit=公安局", MissingInput, "--reason"),
    ],
)
def test_what_is_refused(line: str, error: type[Exception], says: str) -> None:
    desk = asked()
    before = desk.state()
    with pytest.raises(error) as refused:
        played(desk, line)
    assert says in str(refused.value)
    assert desk.state() == before


def two_leaders(desk: Desk) -> Desk:
    operators = tuple(Operator(one, one, ROLES) for one in ("zs", LEADER))
    desk.station = desk.station._replace(operators=operators)
    return desk


def test_who_wrote_the_request_down_does_not_decide_on_it_whatever_name_is_given() -> None:
    desk = two_leaders(asked())
    for line in (APPROVED, REJECTED):
        with pytest.raises(GateClosed, match="同一位操作员"):
            desk.do(line)
    assert not played(desk, APPROVED).events[0].data.get("same_operator")


def test_where_nobody_else_could_write_it_down_the_decision_says_so_and_is_counted() -> None:
    for line, key in ((APPROVED, "return_approved"), (REJECTED, "return_rejected")):
        desk = asked()
        done = desk.do(line)
        assert done.events[0].data["same_operator"] is True
        assert "C34" in messages.hint_of(done, PACK)
        counts = kpi.build(desk.ledger, desk.office("2026-04-02"), reports.month("2026-03")).counts
        counted = {one.key: one.number for one in counts if one.part == "steering"}
        assert (counted["same_operator"], counted[key]) == (1, 1)
        with pytest.raises(GateClosed, match="不能是申请人本人"):
            asked().do(line.replace("王站长", "zs"))


def test_only_a_leader_decides_and_only_what_was_asked() -> None:
    desk = asked()
    with pytest.raises(NotPermitted):
        desk.do(APPROVED, roles=("clerk",))
    desk.do("2026-03-04 return unit=公安局 reason=不归")
    with pytest.raises(MissingInput, match="卫健部门、公安局"):
        desk.do(APPROVED)
    desk = Desk(PACK)
    desk.do(TAKEN)
    with pytest.raises(GateClosed, match="没有等审核的退回申请"):
        desk.do(APPROVED)
    desk.do("2026-03-04 resolve outcome=solved measures=办了")
    with pytest.raises(TransitionRefused):
        desk.do(APPROVED)


def test_without_the_gate_a_return_is_a_return() -> None:
    desk = Desk(shipped("default"))
    desk.do(TAKEN)
    assert [one.kind for one in desk.do(ASKED).events] == ["Returned"]


def test_every_view_knows_a_request() -> None:
    desk = asked()
    outcome = desk.do("2026-03-05 note text=看")
    office = desk.office("2026-03-05")
    (shown,) = case.document(outcome, office)["standing"]["returns"]
    assert shown == {
        "unit": "卫健部门", "asked_at": "2026-03-03T09:00:00+08:00", "suggest": "水务局",
        "state": "asked", "decided_at": None,
    }  # fmt: skip
    lines = case_page.lines(outcome, office, history=True, reveal=False)
    assert "退回申请：2026-03-03 卫健部门，等审核，建议改交水务局" in lines
    assert desk.ledger.rows[outcome.case.no].case["desk_group"] == "returns"


def test_requests_approvals_and_rejections_are_counted() -> None:
    desk = asked(
        REJECTED,
        "2026-03-05 return unit=卫健部门 reason=再说",
        "2026-03-06 return approve=yes approver=王站长",
    )
    counts = kpi.build(desk.ledger, desk.office("2026-04-02"), reports.month("2026-03")).counts
    counted = {one.key: one.number for one in counts if one.part == "steering"}
    names = ("return_asked", "return_approved", "return_rejected", "returned")
    assert [counted[name] for name in names] == [2, 1, 1, 1]


@pytest.mark.parametrize(
    ("text", "says"),
    [(FREE + GATE, "没有审核的时限"), (FREE + REVIEW, "退回不用审核：永远等不到")],
)
def test_gate_and_clock_go_together(text: str, says: str) -> None:
    timed = [one for one in PACK.clocks if one.name != "return" or REVIEW in text]
    pack = PACK._replace(clocks=tuple(timed), gates={"return_review": GATE in text})
    assert [one.what for one in problems(pack, KINDS) if "退回" in one.what] != []
    assert any(says in one.what for one in problems(pack, KINDS))


def test_a_place_may_have_a_column_of_returns_in_its_register() -> None:
    register = '[register.work]\ntitle = "台账"\ncolumns = [["case_no", "编号"], ["returned", "退回"]]\nproposed = true\n'
    desk = Desk(rules(FREE + REVIEW + GATE + register))
    played(desk, TAKEN, ASKED, APPROVED)
    office = desk.office("2026-04-02")
    month = reports.snapshot(desk.ledger, office, reports.month("2026-03"))
    (row,) = reports.register("work", month, office).rows
    assert row["returned"] == "退回 1 次；2026-03-03 卫健部门申请（同意）"
