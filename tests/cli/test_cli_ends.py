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
