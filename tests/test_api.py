"""The Python API gives the same answers and refusals as the command line."""

from __future__ import annotations

from datetime import date, datetime

import pytest

import bbcs
from bbcs.calendar.terms import CST
from bbcs.cli import run
from bbcs.errors import TransitionRefused, UnknownWord

NOW = datetime(2022, 6, 25, 9, 10, tzinfo=CST)
CLINIC = {"matter": "诊所执业备案", "demand": "名称通不过", "reporter": "陈试验", "phone": "13800000001"}


@pytest.fixture
def home(tmp_path):
    assert run(["--home", str(tmp_path / "home"), "init", "--station", "ZY01", "--name", "沾益站", "--pack", "zhanyi"]) == 0
    return tmp_path / "home"


def test_the_calendar_is_public():
    assert bbcs.WorkCalendar().add(date(2026, 9, 30), 3) == date(2026, 10, 10)


def test_a_case_from_intake_to_report(home):
    with bbcs.open_ledger(home, now=NOW) as window:
        case = window.intake(**CLINIC)
        assert (case["case_no"], case["reporter"]) == ("ZY01-20220625-0001", "陈**")
        case = window.act("0001", "triage", difficulty="complex")
    assert case["clocks"][0]["due"] == "2022-07-08"
    with bbcs.open_ledger(home, now=NOW, write=False) as window:
        assert [row["case_no"] for row in window.find(difficulty="complex")] == [case["case_no"]]
        assert window.case("0001")["version"] == 3
        assert window.report("2022-06")["counts"]["received"] == 1


def test_a_refusal_keeps_nothing(home):
    def taken_and_closed():
        with bbcs.open_ledger(home, now=NOW) as window:
            window.intake(**CLINIC)
            window.act("0001", "close")

    with pytest.raises(TransitionRefused):
        taken_and_closed()
    with bbcs.open_ledger(home, now=NOW, write=False) as window:
        assert window.find() == []


def test_an_unknown_act_is_refused_with_the_nearest(home):
    with bbcs.open_ledger(home, now=NOW) as window:
        window.intake(**CLINIC)
        with pytest.raises(UnknownWord, match="triage"):
            window.act("0001", "trage")
