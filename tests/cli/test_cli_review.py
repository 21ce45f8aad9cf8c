"""Bugs a fresh reader found, each with the test that would have found it first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from cli_desk import Desk


def test_units_added_at_once_are_all_kept(desk: Desk):
    with ThreadPoolExecutor(6) as pool:
        codes = list(
            pool.map(
                lambda n: desk.process("station", "unit", "add", f"单位{n}").returncode, range(6)
            )
        )
    assert codes == [0] * 6
    assert len(desk.json("station", "unit", "list")["units"]) == 6


def test_a_late_settlement_cannot_be_dated_before_the_case_was_handed_over(desk: Desk):
    desk.take()
    later = Desk(desk.home, "2026-03-20T09:00")
    later.ok("assign", "0001", "--lead", "区医保局")
    refused = later(
        "resolve",
        "0001",
        "--outcome",
        "solved",
        "--measures",
        "好",
        "--at",
        "2026-03-06",
        "--late-reason",
        "补",
    )
    assert (refused.code, "交办或签收于" in refused.err) == (2, True)


def test_a_clock_set_back_keeps_nobody_from_working(desk: Desk):
    desk.take()
    earlier = Desk(desk.home, "2026-03-05T08:00")
    earlier.ok("note", "0001", "--text", "来电")
    assert desk.json("ledger", "verify", "--full")["ok"]


def test_overdue_lists_only_what_still_has_to_be_done(desk: Desk):
    desk.take()
    desk.ok("resolve", "0001", "--outcome", "solved", "--measures", "好")
    desk.ok("callback", "0001", "--reached", "--solved", "yes", "--grade", "5")
    assert Desk(desk.home, "2026-06-01T09:00").json("list", "--all", "--overdue")["cases"] == []


def test_the_last_day_there_is_means_no_end(desk: Desk):
    desk.take()
    assert desk.json("list", "--received-to", "9999-12-31")["count"] == 1
    assert desk("report", "monthly", "--month", "9999-12").code == 2


def test_debug_keeps_the_exit_code(desk: Desk):
    said = desk("--debug", "show", "9999")
    assert (said.code, "bbcs: 没有编号" in said.err) == (10, True)


def test_yesterdays_questions_count_in_their_day(desk: Desk):
    desk.ok(
        "consult",
        "--visitors",
        "3",
        "--answered",
        "2",
        "--at",
        "2026-02-27",
        "--late-reason",
        "停电",
    )
    assert desk.json("report", "monthly", "--month", "2026-02")["consultations"] == {
        "visitors": 3,
        "answered": 2,
    }
